package upload

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strconv"
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
}

// authorization is the value of the request header.
func (c Credentials) authorization() string {
	if !c.Bearer.IsZero() {
		return "Bearer " + c.Bearer.text
	}
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(c.Key.text+":"+c.KeySecret.text))
}

// scrubber takes secrets out of texts that others wrote, who may repeat what
// they were sent.
type scrubber struct{ forms []string } // every way in which a secret may be written, longest first

// scrubber finds the forms of the credentials, and of the proxy's password.
func (c Credentials) scrubber(proxy *url.URL) *scrubber {
	s := &scrubber{}
	hide := func(secret string) {
		quoted, _ := json.Marshal(secret) // a string always has a JSON form
		for _, form := range []string{secret, url.QueryEscape(secret), url.PathEscape(secret), string(quoted[1 : len(quoted)-1])} {
			if len(form) >= minForm && !slices.Contains(s.forms, form) {
				s.forms = append(s.forms, form)
			}
		}
	}
	_, token, _ := strings.Cut(c.authorization(), " ")
	hide(token)
	for _, secret := range []Secret{c.Bearer, c.KeySecret, c.Key} {
		hide(secret.text)
	}
	if proxy != nil && proxy.User != nil {
		password, _ := proxy.User.Password()
		hide(password)
	}
	slices.SortStableFunc(s.forms, func(a, b string) int { return len(b) - len(a) })
	return s
}

const (
	// minForm is the length from which a form is taken out of messages.
	minForm = 4
	// minAnswerForm is the length from which one is taken out of answers. A
	// shorter one may be a word of the answer itself, such as a number of an
	// id, and no service gives secrets that short.
	minAnswerForm = 8
)

// message scrubs a text of ours with what others said in it.
func (s *scrubber) message(text string) string {
	for _, form := range s.forms {
		text = strings.ReplaceAll(text, form, redacted)
	}
	return text
}

// answer scrubs a body or header before anything is read in it or cut off. A
// secret is also found where JSON writes it with escapes, and where the end of
// the text cuts it in two.
func (s *scrubber) answer(text []byte) []byte {
	plain := unescaped(text)
	for _, form := range s.forms {
		if len(form) < minAnswerForm {
			break // the rest is shorter
		}
		if f := []byte(form); bytes.Contains(plain, f) {
			plain = bytes.ReplaceAll(plain, f, []byte(redacted))
			text = plain
		}
	}
	for _, form := range s.forms {
		for n := len(form) - 1; n >= minAnswerForm; n-- {
			if bytes.HasSuffix(plain, []byte(form[:n])) {
				return append(plain[:len(plain)-n:len(plain)-n], redacted...)
			}
		}
	}
	return text
}

// unescaped gives a JSON text with the ASCII characters plain that need no
// escape: Gson writes = as \u003d, PHP / as \/. It means the same.
func unescaped(text []byte) []byte {
	at := bytes.IndexByte(text, '\\')
	if at < 0 {
		return text
	}
	plain := append(make([]byte, 0, len(text)), text[:at]...)
	for i := at; i < len(text); {
		if text[i] != '\\' || i+1 == len(text) {
			plain = append(plain, text[i])
			i++
			continue
		}
		n := 2
		var c byte
		if text[i+1] == '/' {
			c = '/'
		} else if text[i+1] == 'u' && i+6 <= len(text) {
			if v, err := strconv.ParseUint(string(text[i+2:i+6]), 16, 7); err == nil {
				n, c = 6, byte(v)
			}
		}
		switch {
		case c == '"' || c == '\\':
			plain = append(plain, '\\', c)
		case c >= ' ' && c < 0x7f:
			plain = append(plain, c)
		default:
			plain = append(plain, text[i:i+n]...)
		}
		i += n
	}
	return plain
}
