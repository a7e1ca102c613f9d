package source

import (
	"bytes"
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// jsonLine reads one line of LDJSON from its start to its end.
type jsonLine struct {
	b []byte
	i int
}

// jsonFault says what is wrong at a byte of a line.
type jsonFault struct {
	at      int
	message string
}

// maxDepth bounds how deep values may be nested.
const maxDepth = 200

func (j *jsonLine) fault(message string) *jsonFault { return &jsonFault{j.i, message} }

func (j *jsonLine) blanks() {
	for j.i < len(j.b) && (j.b[j.i] == ' ' || j.b[j.i] == '\t' || j.b[j.i] == '\r' || j.b[j.i] == '\n') {
		j.i++
	}
}

// is takes the byte c, blanks before it included.
func (j *jsonLine) is(c byte) bool {
	j.blanks()
	if j.i < len(j.b) && j.b[j.i] == c {
		j.i++
		return true
	}
	return false
}

// text reads a string and gives what stands between its quotes; plain tells
// that this is the text itself, without escapes.
func (j *jsonLine) text() (raw []byte, plain bool, fault *jsonFault) {
	if !j.is('"') {
		return nil, false, j.fault("a text in double quotes is due")
	}
	from := j.i
	plain = true
	for j.i < len(j.b) {
		switch c := j.b[j.i]; {
		case c == '"':
			j.i++
			return j.b[from : j.i-1], plain, nil
		case c == '\\':
			plain = false
			n, _ := escape(j.b[j.i:])
			if n == 0 {
				return nil, false, j.fault("the escape is none that JSON knows")
			}
			j.i += n
		case c < ' ':
			return nil, false, j.fault(fmt.Sprintf("the control character 0x%02X must be escaped in a text", c))
		default:
			j.i++
		}
	}
	j.i = from - 1
	return nil, false, j.fault("the text is never closed")
}

// escape reads the escape at the start of b; n is 0 when it is none. Halves of
// surrogate pairs are none.
func escape(b []byte) (n int, r rune) {
	if len(b) < 2 {
		return 0, 0
	}
	switch b[1] {
	case '"', '\\', '/':
		return 2, rune(b[1])
	case 'b':
		return 2, '\b'
	case 'f':
		return 2, '\f'
	case 'n':
		return 2, '\n'
	case 'r':
		return 2, '\r'
	case 't':
		return 2, '\t'
	case 'u':
		r, ok := hex4(b)
		if !ok {
			return 0, 0
		}
		if !utf16.IsSurrogate(r) {
			return 6, r
		}
		low, ok := hex4(b[6:])
		if r = utf16.DecodeRune(r, low); !ok || r == utf8.RuneError {
			return 0, 0
		}
		return 12, r
	}
	return 0, 0
}

// hex4 reads \uXXXX.
func hex4(b []byte) (rune, bool) {
	if len(b) < 6 || b[0] != '\\' || b[1] != 'u' {
		return 0, false
	}
	var r rune
	for _, c := range b[2:6] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c >= 'a' && c <= 'f':
			c -= 'a' - 10
		case c >= 'A' && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// unescape appends the text of a string whose raw form is sound.
func unescape(dst, raw []byte) []byte {
	for {
		k := bytes.IndexByte(raw, '\\')
		if k < 0 {
			return append(dst, raw...)
		}
		dst = append(dst, raw[:k]...)
		n, r := escape(raw[k:])
		dst = utf8.AppendRune(dst, r)
		raw = raw[k+max(n, 1):]
	}
}

// number reads a number.
func (j *jsonLine) number() *jsonFault {
	digits := func() bool {
		from := j.i
		for j.i < len(j.b) && j.b[j.i] >= '0' && j.b[j.i] <= '9' {
			j.i++
		}
		return j.i > from
	}
	next := func(set string) bool {
		if j.i < len(j.b) && bytes.IndexByte([]byte(set), j.b[j.i]) >= 0 {
			j.i++
			return true
		}
		return false
	}
	next("-")
	if !next("0") && !digits() {
		return j.fault("a number is due")
	}
	if next(".") && !digits() {
		return j.fault("a digit is due after the point")
	}
	if next("eE") {
		next("+-")
		if !digits() {
			return j.fault("a digit is due in the exponent")
		}
	}
	return nil
}

// value passes a value of any kind and gives its first byte.
func (j *jsonLine) value(depth int) (kind byte, fault *jsonFault) {
	j.blanks()
	if j.i >= len(j.b) {
		return 0, j.fault("a value is missing")
	}
	if depth > maxDepth {
		return 0, j.fault("values are nested too deep")
	}
	kind = j.b[j.i]
	switch kind {
	case '"':
		_, _, fault = j.text()
		return kind, fault
	case '{':
		j.i++
		for first := true; !j.is('}'); first = false {
			if !first && !j.is(',') {
				return kind, j.fault("a comma or } is due")
			}
			if _, _, fault = j.text(); fault != nil {
				return kind, fault
			}
			if !j.is(':') {
				return kind, j.fault("a colon is due")
			}
			if _, fault = j.value(depth + 1); fault != nil {
				return kind, fault
			}
		}
		return kind, nil
	case '[':
		j.i++
		for first := true; !j.is(']'); first = false {
			if !first && !j.is(',') {
				return kind, j.fault("a comma or ] is due")
			}
			if _, fault = j.value(depth + 1); fault != nil {
				return kind, fault
			}
		}
		return kind, nil
	}
	for _, word := range [...]string{"true", "false", "null"} {
		if bytes.HasPrefix(j.b[j.i:], []byte(word)) {
			j.i += len(word)
			return kind, nil
		}
	}
	if kind != '-' && (kind < '0' || kind > '9') {
		return kind, j.fault("a value is due")
	}
	return kind, j.number()
}
