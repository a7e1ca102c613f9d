package source

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// tagEnd gives the offset of the > that ends the tag at the start of b; -1 when
// it is not there.
func tagEnd(b []byte, from int) (int, error) {
	for i := from; i < len(b); i++ {
		switch b[i] {
		case '>':
			return i, nil
		case '<':
			return 0, errors.New("a < stands within a tag")
		case '"', '\'':
			k := bytes.IndexByte(b[i+1:], b[i])
			if k < 0 {
				return -1, nil
			}
			i += k + 1
		}
	}
	return -1, nil
}

// nameLength is the length of the name at the start of b.
func nameLength(b []byte) int {
	for i, c := range b {
		if c <= ' ' || c == '=' || c == '/' || c == '"' || c == '\'' {
			return i
		}
	}
	return len(b)
}

// localName takes the prefix off a name.
func localName(name []byte) []byte {
	return name[bytes.IndexByte(name, ':')+1:]
}

// nextAttr reads the attribute at the start of b.
func nextAttr(b []byte) (name, value, rest []byte, err error) {
	b = bytes.TrimLeft(b, " \t\r\n")
	if len(b) == 0 {
		return nil, nil, nil, nil
	}
	n := nameLength(b)
	name = b[:n]
	b = bytes.TrimLeft(b[n:], " \t\r\n")
	if n == 0 || len(b) == 0 || b[0] != '=' {
		return nil, nil, nil, errors.New("an attribute has no value")
	}
	b = bytes.TrimLeft(b[1:], " \t\r\n")
	if len(b) < 2 || b[0] != '"' && b[0] != '\'' {
		return nil, nil, nil, errors.New("an attribute's value stands in no quotes")
	}
	k := bytes.IndexByte(b[1:], b[0])
	if k < 0 {
		return nil, nil, nil, errors.New("an attribute's value is not closed")
	}
	return name, b[1 : 1+k], b[2+k:], nil
}

// xmlAttr gives an attribute by its name without prefix.
func xmlAttr(attrs []byte, name string) (value []byte, ok bool, err error) {
	for {
		n, v, rest, err := nextAttr(attrs)
		if err != nil || n == nil {
			return nil, false, err
		}
		if string(localName(n)) == name {
			v, err := xmlUnescape(nil, v)
			return v, true, err
		}
		attrs = rest
	}
}

// attr is xmlAttr for a text, "" where the attribute is missing.
func (t *xmlToken) attr(name string) (string, error) {
	v, _, err := xmlAttr(t.attrs, name)
	return string(v), err
}

// xmlUnescape appends character data: references are replaced, line breaks
// become LF.
func xmlUnescape(dst, raw []byte) ([]byte, error) {
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		switch {
		case c == '&':
			k := bytes.IndexByte(raw[i:min(len(raw), i+16)], ';')
			if k < 0 {
				return dst, errors.New("an & stands alone")
			}
			r, ok := entity(raw[i+1 : i+k])
			if !ok {
				return dst, fmt.Errorf("the reference %s is not known", raw[i:i+k+1])
			}
			dst = utf8.AppendRune(dst, r)
			i += k
		case c == '\r':
			if i+1 == len(raw) || raw[i+1] != '\n' {
				dst = append(dst, '\n')
			}
		case c < ' ' && c != '\t' && c != '\n':
			return dst, fmt.Errorf("the control character 0x%02X may not stand in it", c)
		default:
			dst = append(dst, c)
		}
	}
	return dst, nil
}

// entity gives the character of a reference, without & and ;.
func entity(name []byte) (rune, bool) {
	switch string(name) {
	case "amp":
		return '&', true
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "quot":
		return '"', true
	case "apos":
		return '\'', true
	}
	if len(name) < 2 || name[0] != '#' {
		return 0, false
	}
	digits, base := string(name[1:]), 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	r := rune(n)
	ok := err == nil && utf8.ValidRune(r) && (r >= ' ' || r == '\t' || r == '\n' || r == '\r') && r != 0xfffe && r != 0xffff
	return r, ok
}

// appendXMLText appends a text of a workbook: character data in which _xHHHH_
// stands for characters that XML cannot hold.
func appendXMLText(dst, raw []byte, plain bool) ([]byte, error) {
	if isPlainText(raw) {
		return append(dst, raw...), nil
	}
	from := len(dst)
	var err error
	if plain {
		if i := bytes.IndexByte(raw, '\r'); i >= 0 {
			raw = bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("\r\n"), []byte("\n")), []byte("\r"), []byte("\n"))
		}
		for _, c := range raw {
			if c < ' ' && c != '\t' && c != '\n' {
				return dst, fmt.Errorf("the control character 0x%02X may not stand in it", c)
			}
		}
		dst = append(dst, raw...)
	} else if dst, err = xmlUnescape(dst, raw); err != nil {
		return dst, err
	}
	if !utf8.Valid(dst[from:]) {
		return dst, errors.New("a text in it is not valid UTF-8")
	}
	if bytes.IndexByte(dst[from:], '_') < 0 || !bytes.Contains(dst[from:], []byte("_x")) {
		return dst, nil
	}
	return append(dst[:from], unescapeX(dst[from:])...), nil
}

// isPlainText tells texts of visible ASCII that stand for themselves.
func isPlainText(raw []byte) bool {
	for _, c := range raw {
		if c < ' ' || c >= utf8.RuneSelf || c == '&' || c == '_' {
			return false
		}
	}
	return true
}

// unescapeX replaces _xHHHH_ by the character of that number.
func unescapeX(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] == '_' && i+6 < len(b) && b[i+1] == 'x' && b[i+6] == '_' {
			if n, err := strconv.ParseUint(string(b[i+2:i+6]), 16, 32); err == nil && utf8.ValidRune(rune(n)) {
				out = utf8.AppendRune(out, rune(n))
				i += 6
				continue
			}
		}
		out = append(out, b[i])
	}
	return out
}
