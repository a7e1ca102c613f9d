package gong

import (
	"encoding/binary"
	"unicode/utf8"
	"unsafe"
)

// AppendJSON appends the entity as one compact JSON object without a line
// end: keys in the order of Fields, fields that are left out not mentioned,
// non-ASCII as it is, escaped only what JSON requires (RFC 8259, section 7).
func (e *Entity) AppendJSON(b []byte) []byte {
	if len(e.keys) != len(e.Fields) {
		e.makeKeys()
	}
	start := len(b)
	for i := range e.Values {
		if v := &e.Values[i]; v.Kind >= Null {
			b = append(b, e.keys[i]...)
			b = v.AppendJSON(b)
		}
	}
	if len(b) == start {
		return append(b, "{}"...)
	}
	b[start] = '{'
	return append(b, '}')
}

// makeKeys prepares what stands before each value: a comma, which the first
// one gives up for the brace, the name and a colon.
func (e *Entity) makeKeys() {
	e.keys = make([]string, len(e.Fields))
	for i := range e.Fields {
		e.keys[i] = string(append(AppendString([]byte{','}, e.Fields[i].Name), ':'))
	}
}

// AppendJSON appends the value in JSON; an absent one as null.
func (v *Value) AppendJSON(b []byte) []byte {
	switch v.Kind {
	case StringVal:
		return AppendString(b, v.Text)
	case NumberVal:
		return append(b, v.Text...)
	case BoolVal:
		if v.Num != 0 {
			return append(b, "true"...)
		}
		return append(b, "false"...)
	case ListVal:
		b = append(b, '[')
		for i, s := range v.List {
			if i > 0 {
				b = append(b, ',')
			}
			b = AppendString(b, s)
		}
		return append(b, ']')
	}
	return append(b, "null"...)
}

const hexDigits = "0123456789abcdef"

var plain = func() (t [256]bool) {
	for i := range t {
		t[i] = i >= 0x20 && i != '"' && i != '\\' && i < utf8.RuneSelf || i >= utf8.RuneSelf
	}
	return t
}()

// AppendString appends s as a JSON string. s must be valid UTF-8, which every
// source proves while reading.
func AppendString(b []byte, s string) []byte {
	b = append(b, '"')
	for {
		n := clean(s)
		b = append(b, s[:n]...)
		if n == len(s) {
			return append(b, '"')
		}
		b = appendEscaped(b, s[n])
		s = s[n+1:]
	}
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// clean gives the length of the beginning of s that needs no escape. It looks
// at eight bytes at a time: of those below 0x80, which bytes are below 0x20, a
// quote or a backslash.
func clean(s string) int {
	b := unsafe.Slice(unsafe.StringData(s), len(s)) // read alone
	i := 0
	for ; i+8 <= len(b); i += 8 {
		w := binary.LittleEndian.Uint64(b[i : i+8])
		quote, slash := w^ones*'"', w^ones*'\\'
		if ((w-ones*0x20)|(quote-ones)|(slash-ones))&^w&highs != 0 {
			break
		}
	}
	return i + shortClean(s[i:])
}

func shortClean(s string) int {
	for i := range len(s) {
		if !plain[s[i]] {
			return i
		}
	}
	return len(s)
}

func appendEscaped(b []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(b, '\\', c)
	case '\n':
		return append(b, '\\', 'n')
	case '\r':
		return append(b, '\\', 'r')
	case '\t':
		return append(b, '\\', 't')
	case '\b':
		return append(b, '\\', 'b')
	case '\f':
		return append(b, '\\', 'f')
	}
	return append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}
