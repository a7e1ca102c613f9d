package upload

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// outcome is what one attempt came to.
type outcome uint8

const (
	outcomeTaken    outcome = iota + 1 // Gong has it
	outcomeRefused                     // Gong has not, and will not
	outcomeLater                       // Gong has not; to be tried again
	outcomeUnknown                     // Gong may have it; to be tried again under the same id
	outcomeConflict                    // Gong knows the client request id already
)

var outcomeWords = [...]string{"", "accepted", "refused", "later", "unknown", "conflict"}

func (o outcome) String() string { return outcomeWords[o] }

// verdict is one attempt judged.
type verdict struct {
	outcome outcome
	after   time.Duration // Retry-After; 0 for none
	err     *Error        // why; nil when taken
}

// classify judges one attempt. Only what proves that Gong did not take the call
// counts as not taken: no connection, 429, or a 4xx. 5xx, a cut connection, no
// answer, and answers that are not Gong's JSON leave the outcome unknown; a 201
// is a yes even when its body is broken.
func classify(k *call, r *reply, begun bool, err error, now time.Time) verdict {
	if err != nil {
		return classifyError(k, begun, err)
	}
	after := retryAfter(r.header, now)
	say := func(o outcome, hint, format string, args ...any) verdict {
		e := &Error{Status: StatusFailed, Message: k.name() + ": " + fmt.Sprintf(format, args...), Hint: hint}
		e.RequestID, e.notFound = requestID(r), r.status == http.StatusNotFound
		return verdict{outcome: o, after: after, err: e}
	}
	text := gongText(r)
	switch {
	case r.status >= 200 && r.status < 300:
		if r.status == http.StatusCreated && k.creates {
			return verdict{outcome: outcomeTaken}
		}
		broken := r.broken
		if broken == nil {
			broken = k.read(r.status, r.body)
		}
		if broken != nil {
			return say(outcomeUnknown, "", "the answer (%d) is not understood: %s", r.status, describe(r, broken))
		}
		return verdict{outcome: outcomeTaken}
	case r.status >= 300 && r.status < 400:
		return say(outcomeRefused, "the base URL may be wrong; Gong shows yours under Company settings > Ecosystem > API",
			"answered with a redirect (%d) to %s, which is not followed", r.status, quote(r.header.Get("Location")))
	case r.status == http.StatusTooManyRequests:
		return say(outcomeLater, "", "Gong's limit of calls is reached (429)%s", text)
	case r.status == http.StatusConflict && k.creates:
		return say(outcomeConflict, "", "Gong knows the client request id already (409)%s", text)
	case r.status >= 500, r.status == http.StatusRequestTimeout, r.status == http.StatusTooEarly:
		return say(outcomeUnknown, "", "Gong could not answer (%d)%s", r.status, text)
	}
	return say(outcomeRefused, hintFor(r.status), "Gong refused the call (%d)%s", r.status, text)
}

func hintFor(status int) string {
	switch status {
	case http.StatusUnauthorized:
		return "check the credentials and their scopes; also whether the base URL is your company's"
	case http.StatusForbidden:
		return "this machine's address may be missing in the key's list of trusted addresses at Gong"
	case http.StatusProxyAuthRequired:
		return "the proxy wants a user name and a password"
	case http.StatusRequestEntityTooLarge:
		return "send smaller parts with --part-size"
	case http.StatusNotFound:
		return "check the base URL and the integration id"
	}
	return ""
}

func classifyError(k *call, begun bool, err error) verdict {
	v := verdict{outcome: outcomeUnknown}
	if !begun {
		v.outcome = outcomeLater
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	hint := ""
	var local *localError
	var certificate *tls.CertificateVerificationError
	var host x509.HostnameError
	var authority x509.UnknownAuthorityError
	switch {
	case errors.As(err, &local):
		// The body could not be read; what went out of it was cut short.
		v.outcome, hint = outcomeRefused, "correct the file or disk, then go on"
		if errors.Is(err, errChanged) {
			hint = "give this upload up with --abandon and start a new one"
		}
	case errors.As(err, &certificate), errors.As(err, &host), errors.As(err, &authority):
		v.outcome, hint = outcomeRefused, "the certificate is not trusted: check the base URL, or the proxy in between"
	case !begun && strings.Contains(err.Error(), "Proxy Authentication Required"):
		v.outcome, hint = outcomeRefused, hintFor(http.StatusProxyAuthRequired)
	}
	text := escape(err.Error())
	switch {
	case errors.Is(err, errTimeout):
		text = "no answer in time"
	case errors.Is(err, context.Canceled):
		text = "interrupted"
	}
	v.err = &Error{Status: StatusFailed, Message: k.name() + ": " + text, Hint: hint}
	return v
}

// giveUp words why a call is not tried again.
func giveUp(k *call, v verdict, tries int, r Retry) error {
	e := *v.err
	switch {
	case v.outcome == outcomeConflict:
		e.Message += ", although this run has not sent it before"
		e.Hint = "the next try takes a new id; if it happens again, another program may use ids like ours"
	case v.outcome == outcomeRefused:
	case v.after > r.MaxAfter:
		e.Message += "; it asks to wait " + waitText(v.after) + ", which is longer than " + r.MaxAfter.String()
		e.Hint = "go on later, or allow it with --max-retry-after"
	default:
		e.Message += fmt.Sprintf("; given up after %s", tryText(tries))
		e.Hint = "go on when Gong can be reached again"
	}
	return &e
}

func tryText(n int) string {
	if n == 1 {
		return "1 try"
	}
	return fmt.Sprintf("%d tries", n)
}

func waitText(d time.Duration) string {
	if d >= maxDuration/2 {
		return "for ever"
	}
	return d.String()
}

// gongText gives ": " and Gong's error texts, or the beginning of a page that
// is not Gong's.
func gongText(r *reply) string {
	var a struct {
		Errors []looseText `json:"errors"`
	}
	if json.Unmarshal(r.body, &a) == nil && len(a.Errors) > 0 {
		var texts []string
		for _, t := range a.Errors[:min(len(a.Errors), maxNamed)] {
			texts = append(texts, clip(string(t), 500))
		}
		if n := len(a.Errors) - len(texts); n > 0 {
			texts = append(texts, plural(n, "more text"))
		}
		return ": " + strings.Join(texts, "; ")
	}
	if len(r.body) == 0 {
		return ""
	}
	return ": " + quote(beginning(r.body))
}

// beginning gives as much of a page as a message shows.
func beginning(body []byte) string {
	return strings.TrimSpace(string(body[:min(len(body), 4<<10)]))
}

func describe(r *reply, broken error) string {
	kind, _, _ := strings.Cut(r.header.Get("Content-Type"), ";")
	if kind != "" && kind != "application/json" {
		return "it is " + clip(kind, 100) + ", not JSON: " + quote(beginning(r.body))
	}
	return escape(broken.Error())
}

// maxRequestID bounds the id of an answer.
const maxRequestID = 100

// requestID is the id of the answer for Gong's support.
func requestID(r *reply) string {
	var a struct {
		RequestID looseText `json:"requestId"`
	}
	if json.Unmarshal(r.body, &a) == nil && a.RequestID != "" {
		return clip(string(a.RequestID), maxRequestID)
	}
	return clip(r.header.Get("X-Traceid"), maxRequestID)
}
