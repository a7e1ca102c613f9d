package upload

import (
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/url"
	"strings"
)

const redacted = "[redacted]"

// Secret is a text that no way of printing shows: every verb of fmt, JSON, text
// encoders and slog give "[redacted]". The zero value is no secret.
type Secret struct{ text string }

// NewSecret hides s.
func NewSecret(s string) Secret { return Secret{s} }

// IsZero tells whether there is no secret.
func (s Secret) IsZero() bool { return s.text == "" }

// String hides the secret.
func (Secret) String() string { return redacted }

// GoString hides the secret from %#v.
func (Secret) GoString() string { return redacted }

// Format hides the secret from every verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// MarshalJSON hides the secret.
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }

// MarshalText hides the secret.
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue hides the secret from slog.
func (Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// Credentials open Gong's API: an access key with its secret (Basic), or a
// bearer token of OAuth. Exactly one of the two is set.
type Credentials struct {
	Key, KeySecret Secret
	Bearer         Secret
	From           string // where they were found, for messages: a path or "the environment"
}

// authorization is the value of the request header.
func (c Credentials) authorization() string {
	if !c.Bearer.IsZero() {
		return "Bearer " + c.Bearer.text
	}
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(c.Key.text+":"+c.KeySecret.text))
}

// scrubber takes every form of the secrets, and of the proxy's password, out
// of a text: the last line of defence for errors of the network layer.
func (c Credentials) scrubber(proxy *url.URL) *strings.Replacer {
	var pairs []string
	hide := func(s string) {
		if len(s) >= 4 {
			pairs = append(pairs, s, redacted)
		}
	}
	_, token, _ := strings.Cut(c.authorization(), " ")
	hide(token)
	for _, s := range []Secret{c.Bearer, c.KeySecret, c.Key} {
		hide(s.text)
		hide(url.QueryEscape(s.text))
	}
	if proxy != nil && proxy.User != nil {
		password, _ := proxy.User.Password()
		hide(password)
		hide(url.QueryEscape(password))
	}
	return strings.NewReplacer(pairs...)
}
