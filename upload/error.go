package upload

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"syscall"
	"unicode"
)

// Exit statuses that errors of this package ask for.
const (
	StatusOK          = 0
	StatusProblems    = 1   // found something that must not be sent; nothing was
	StatusUsage       = 2   // wrong usage
	StatusFailed      = 3   // could not do it; Gong has taken nothing of this upload
	StatusPartial     = 4   // ended badly after Gong had taken a part of it
	StatusInterrupted = 130 // stopped by a signal
)

// Error is what went wrong, in words for people, with the exit status that it
// asks for.
type Error struct {
	Status    int
	Message   string // lower case, no full stop
	Hint      string // what to do; may be empty
	RequestID string // Gong's id of the answer at fault, for its support; may be empty
	Err       error  // cause; may be nil

	notFound bool // Gong answered 404
}

// Error gives the message with Gong's request id.
func (e *Error) Error() string {
	if e.RequestID != "" {
		return e.Message + " (request id " + escape(e.RequestID) + ")"
	}
	return e.Message
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// StatusOf gives the exit status for err: that of an *Error, 130 for a
// cancelled context, 3 for any other, 0 for nil.
func StatusOf(err error) int {
	var e *Error
	switch {
	case err == nil:
		return StatusOK
	case errors.As(err, &e):
		return e.Status
	case errors.Is(err, context.Canceled):
		return StatusInterrupted
	}
	return StatusFailed
}

// Causes that a caller may ask for with errors.Is.
var (
	ErrLocked     = errors.New("another upload is running")
	ErrUnfinished = errors.New("an upload is unfinished")
	ErrQuota      = errors.New("the day's calls are used up")
	ErrDamaged    = errors.New("file is damaged")
	ErrNewer      = errors.New("file is of a newer version")
)

func usage(hint, format string, args ...any) *Error {
	return &Error{Status: StatusUsage, Message: fmt.Sprintf(format, args...), Hint: hint}
}

func problem(hint, format string, args ...any) *Error {
	return &Error{Status: StatusProblems, Message: fmt.Sprintf(format, args...), Hint: hint}
}

// failed wraps an error of the machine under what was being done.
func failed(err error, format string, args ...any) *Error {
	e := &Error{Status: StatusFailed, Message: fmt.Sprintf(format, args...) + ": " + reason(err), Err: err}
	if errors.Is(err, syscall.ENOSPC) {
		e.Hint = "make room on the disk, then go on"
	}
	return e
}

// reason is an error's text without the path that the caller names anyway.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Path + ": " + p.Err.Error()
	}
	return err.Error()
}

// escape makes a text of strangers safe to print: control characters and those
// that change the direction of writing become \u….
func escape(s string) string {
	if !strings.ContainsFunc(s, unsafeRune) && strings.ToValidUTF8(s, "") == s {
		return s
	}
	var b strings.Builder
	for _, r := range strings.ToValidUTF8(s, "\ufffd") {
		switch {
		case !unsafeRune(r):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

func unsafeRune(r rune) bool {
	return unicode.IsControl(r) || r == 0x2028 || r == 0x2029 || unicode.Is(unicode.Cf, r)
}

// quote shortens, escapes and quotes a value for a message.
func quote(s string) string { return `"` + clip(s, 120) + `"` }

// clip shortens and escapes a text of strangers, which may be of any length.
func clip(s string, limit int) string { return escape(shorten(s, limit)) }

func shorten(s string, limit int) string {
	n := 0
	for i := range s {
		if n == limit {
			return s[:i] + "…"
		}
		n++
	}
	return s
}
