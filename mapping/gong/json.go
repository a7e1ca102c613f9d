package gong

import "unicode/utf8"

// AppendJSON appends the entity as one compact JSON object without a line
// end: keys in the order of Fields, fields that are left out not mentioned, non-ASCII as it
// is, escaped only what JSON requires (RFC 8259, section 7).
func (e *Entity) AppendJSON(b []byte) []byte {
	b = append(b, '{')
	first := true
	for i := range e.Values {
		v := &e.Values[i]
		if v.Kind < Null {
			continue
		}
		if !first {
			b = append(b, ',')
		}
		first = false
		b = AppendString(b, e.Fields[i].Name)
		b = append(b, ':')
		b = v.AppendJSON(b)
	}
	return append(b, '}')
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
	start := 0
	for i := 0; i < len(s); i++ {
		if plain[s[i]] {
			continue
		}
		b = append(b, s[start:i]...)
		start = i + 1
		switch c := s[i]; c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		case '\b':
			b = append(b, '\\', 'b')
		case '\f':
			b = append(b, '\\', 'f')
		default:
			b = append(b, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
		}
	}
	b = append(b, s[start:]...)
	return append(b, '"')
}
