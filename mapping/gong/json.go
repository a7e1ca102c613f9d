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
		k, s, quotes := &e.keys[i], v.Text, 0
		switch v.Kind {
		case StringVal:
			quotes = 1
		case NumberVal:
		case BoolVal:
			s = boolText(v)
		case ListVal:
			b = v.AppendJSON(append(b, k.text[:len(k.text)-1]...))
			continue
		default:
			s = "null"
		}
		n := len(b)
		if cap(b)-n < len(k.text)+len(s)+shortKey {
			b = slices.Grow(b, len(k.text)+len(s)+shortKey)
		}
		b = b[:n+len(k.text)]
		if len(k.text) <= shortKey {
			*(*[shortKey]byte)(b[n : n+shortKey]) = k.start
		} else {
			copy(b[n:], k.text)
		}
		n = len(b) - 1 + quotes
		// The text is copied here, not in a function, in words that may overlap: a
		// call for each value would cost as much as most of the copying.
		from, to := unsafe.Slice(unsafe.StringData(s), len(s)), b[n:cap(b)] // s is only read
		var found uint64
		if end := len(s) - word; end < 0 {
			w := short(from)
			binary.LittleEndian.PutUint64(to, w)
			found = special(w) & (1<<(8*uint(len(s))) - 1)
		} else {
			first, last := binary.LittleEndian.Uint64(from), binary.LittleEndian.Uint64(from[end:end+word])
			binary.LittleEndian.PutUint64(to, first)
			binary.LittleEndian.PutUint64(to[end:end+word], last)
			found = special(first) | special(last)
			if end -= word; end > 0 {
				first, last = binary.LittleEndian.Uint64(from[word:2*word]), binary.LittleEndian.Uint64(from[end:end+word])
				binary.LittleEndian.PutUint64(to[word:2*word], first)
				binary.LittleEndian.PutUint64(to[end:end+word], last)
				found |= special(first) | special(last)
				for i := 2 * word; i < end; i += word {
					w := binary.LittleEndian.Uint64(from[i : i+word])
					binary.LittleEndian.PutUint64(to[i:i+word], w)
					found |= special(w)
				}
			}
		}
		to[len(s)] = '"'
		b = b[:n+len(s)+quotes]
		if found&highs != 0 {
			b = v.AppendJSON(b[:n-quotes])
		}
	}
	if len(b) == start {
		return append(b, "{}"...)
	}
	b[start] = '{'
	return append(b, '}')
}

// key is what stands before a value: a comma, which the first one gives up for
// the brace, the name, a colon, and a quote, which only texts take.
type key struct {
	text  string
	start [shortKey]byte // the beginning of the text: a short one is stored without a call
}

const shortKey = 32

func (e *Entity) makeKeys() {
	e.keys = make([]key, len(e.Fields))
	for i := range e.Fields {
		k := &e.keys[i]
		k.text = string(append(AppendString([]byte{','}, e.Fields[i].Name), `:"`...))
		copy(k.start[:], k.text)
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
		return append(b, boolText(v)...)
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

func boolText(v *Value) string {
	if v.Num != 0 {
		return "true"
	}
	return "false"
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
	word  = 8 // bytes
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// special sets the highest bits of those of eight bytes that need an escape: of
// those below 0x80, which are below 0x20, a quote or a backslash. What it sets of
// the other bits means nothing. With its second bit turned a quote is below 0x21
// like all that are below 0x20, and nothing else is.
func special(w uint64) uint64 {
	return (((w ^ ones*0x02) - ones*0x21) | ((w ^ ones*'\\') - ones)) &^ w
}

// short reads a text of less than eight bytes as one word.
func short(s []byte) uint64 {
	n := len(s)
	switch {
	case n >= 4:
		return uint64(binary.LittleEndian.Uint32(s)) | uint64(binary.LittleEndian.Uint32(s[n-4:]))<<(8*uint(n-4))
	case n >= 2:
		return uint64(binary.LittleEndian.Uint16(s)) | uint64(s[n-1])<<(8*uint(n-1))
	case n == 1:
		return uint64(s[0])
	}
	return 0
}

// copyPlain copies s to d, which is as long, unless a byte of it needs an
// escape. The last eight bytes may be copied twice.
func copyPlain(d, s []byte) bool {
	n := len(s)
	if n < word {
		for i, c := range s {
			if !plain[c] {
				return false
			}
			d[i] = c
		}
		return true
	}
	d = d[:n]
	for i := 0; i < n-word; i += word {
		w := binary.LittleEndian.Uint64(s[i : i+word])
		if special(w)&highs != 0 {
			return false
		}
		binary.LittleEndian.PutUint64(d[i:i+word], w)
	}
	w := binary.LittleEndian.Uint64(s[n-word : n])
	binary.LittleEndian.PutUint64(d[n-word:n], w)
	return special(w)&highs == 0
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
