package view

import (
	"bytes"
	"io"
	"unicode/utf8"
)

// Terminal gives a writer for people: characters that would move the cursor,
// change colours or turn the writing direction are written as escapes such as
// \x1b, so that data can not do it. Line ends and tabs pass.
func Terminal(w io.Writer) io.Writer {
	if t, ok := w.(terminal); ok {
		return t
	}
	return terminal{w}
}

type terminal struct{ w io.Writer }

func (t terminal) Write(b []byte) (int, error) {
	if bytes.IndexFunc(b, steers) < 0 {
		return t.w.Write(b)
	}
	safe := make([]byte, 0, len(b)+16)
	for rest := b; len(rest) > 0; {
		r, n := utf8.DecodeRune(rest)
		if steers(r) {
			safe = appendEscape(safe, r)
		} else {
			safe = append(safe, rest[:n]...)
		}
		rest = rest[n:]
	}
	if _, err := t.w.Write(safe); err != nil {
		return 0, err
	}
	return len(b), nil
}

// steers tells whether a terminal does something at a character other than
// showing it.
func steers(r rune) bool {
	switch {
	case r < ' ':
		return r != '\n' && r != '\t'
	case r < 0x7F:
		return false
	case r < 0xA0: // delete, and the control characters of Latin-1
		return true
	}
	switch r {
	case 0x061C, 0x200E, 0x200F, 0x2028, 0x2029, 0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069:
		return true
	}
	return false
}

func appendEscape(b []byte, r rune) []byte {
	const hex = "0123456789abcdef"
	if r < 0x80 {
		return append(b, '\\', 'x', hex[r>>4], hex[r&15])
	}
	return append(b, '\\', 'u', hex[r>>12&15], hex[r>>8&15], hex[r>>4&15], hex[r&15])
}
