package gong

import (
	"encoding/binary"
	"slices"
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
		v := &e.Values[i]
		if v.Kind < Null {
			continue
		}
		k := &e.keys[i]
		if n := len(b); len(k.text) <= shortKey && cap(b)-n >= shortKey {
			d := b[n : n+shortKey]
			binary.LittleEndian.PutUint64(d, k.words[0])
			binary.LittleEndian.PutUint64(d[8:], k.words[1])
			binary.LittleEndian.PutUint64(d[16:], k.words[2])
			b = b[:n+len(k.text)]
		} else {
			b = append(b, k.text...)
		}
		if v.Kind == StringVal {
			b = AppendString(b, v.Text)
		} else {
			b = v.AppendJSON(b)
		}
	}
	if len(b) == start {
		return append(b, "{}"...)
	}
	b[start] = '{'
	return append(b, '}')
}

// key is what stands before a value: a comma, which the first one gives up for
// the brace, the name and a colon.
type key struct {
	text  string
	words [shortKey / 8]uint64 // the text of a short key, filled up: three stores need no call
}

const shortKey = 24

func (e *Entity) makeKeys() {
	e.keys = make([]key, len(e.Fields))
	for i := range e.Fields {
		k := &e.keys[i]
		k.text = string(append(AppendString([]byte{','}, e.Fields[i].Name), ':'))
		var short [shortKey]byte
		copy(short[:], k.text)
		for w := range k.words {
			k.words[w] = binary.LittleEndian.Uint64(short[8*w:])
		}
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
	n, at := len(s), len(b)
	if cap(b)-at < n+2 {
		b = slices.Grow(b, n+2)
	}
	d := b[at : at+n+2]
	if !copyPlain(d[1:n+1], unsafe.Slice(unsafe.StringData(s), n)) { // s is only read
		return appendMixed(b, s)
	}
	d[0], d[n+1] = '"', '"'
	return b[:at+n+2]
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// special tells whether one of eight bytes needs an escape: of those below
// 0x80, which are below 0x20, a quote or a backslash.
func special(w uint64) bool {
	quote, slash := w^ones*'"', w^ones*'\\'
	return ((w-ones*0x20)|(quote-ones)|(slash-ones))&^w&highs != 0
}

// copyPlain copies s to d, which is as long, unless a byte of it needs an
// escape. The last eight bytes may be copied twice.
func copyPlain(d, s []byte) bool {
	n := len(s)
	if n < 8 {
		for i, c := range s {
			if !plain[c] {
				return false
			}
			d[i] = c
		}
		return true
	}
	d = d[:n]
	for i := 0; i < n-8; i += 8 {
		w := binary.LittleEndian.Uint64(s[i : i+8])
		if special(w) {
			return false
		}
		binary.LittleEndian.PutUint64(d[i:i+8], w)
	}
	w := binary.LittleEndian.Uint64(s[n-8 : n])
	binary.LittleEndian.PutUint64(d[n-8:n], w)
	return !special(w)
}

// appendMixed appends a text some of whose bytes may need an escape.
func appendMixed(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := range len(s) {
		if !plain[s[i]] {
			b = appendEscaped(append(b, s[from:i]...), s[i])
			from = i + 1
		}
	}
	return append(append(b, s[from:]...), '"')
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
