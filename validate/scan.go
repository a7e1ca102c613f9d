package validate

import (
	"encoding/binary"
	"math/bits"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
	"unsafe"
)

// scanner reads the JSON of one line (RFC 8259), strictly and without
// allocation: texts are views of the line, or of arena where they have
// escapes.
type scanner struct {
	line  []byte
	pos   int
	arena []byte
	fault string // what is wrong with the line, "" if nothing is
}

// token is the kind of a JSON value.
type token uint8

const (
	tokenNone token = iota
	tokenText
	tokenNumber
	tokenTrue
	tokenFalse
	tokenNull
	tokenObject
	tokenList
)

var tokenWords = [...]string{"", "a text", "a number", "true", "false", "null", "an object", "a list"}

// maxNesting bounds objects and lists within each other; no field has any.
const maxNesting = 64

func (s *scanner) fail(what string) bool {
	if s.fault == "" {
		s.fault = what + " at character " + strconv.Itoa(utf8.RuneCount(s.line[:min(s.pos, len(s.line))])+1)
	}
	return false
}

func (s *scanner) blanks() {
	for s.pos < len(s.line) {
		switch s.line[s.pos] {
		case ' ', '\t', '\r', '\n':
			s.pos++
		default:
			return
		}
	}
}

// next takes c, after blanks.
func (s *scanner) next(c byte) bool {
	if s.pos < len(s.line) && s.line[s.pos] == c {
		s.pos++
		return true
	}
	return s.nextAfterBlanks(c)
}

func (s *scanner) nextAfterBlanks(c byte) bool {
	s.blanks()
	if s.pos < len(s.line) && s.line[s.pos] == c {
		s.pos++
		return true
	}
	return false
}

// takes takes a token that stands right here.
func (s *scanner) takes(token string) bool {
	end := s.pos + len(token)
	if end > len(s.line) || string(s.line[s.pos:end]) != token {
		return false
	}
	s.pos = end
	return true
}

const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// text reads a text; the quote before it is already taken.
func (s *scanner) text() (view string, ok bool) {
	line, start, pos, wide := s.line, s.pos, s.pos, uint64(0)
	for {
		if pos+8 <= len(line) {
			x := binary.LittleEndian.Uint64(line[pos:])
			wide |= x & highs
			quote, slash := x^(ones*'"'), x^(ones*'\\')
			stop := ((quote-ones)&^quote | (slash-ones)&^slash | (x-ones*0x20)&^x) & highs
			if stop == 0 {
				pos += 8
				continue
			}
			pos += bits.TrailingZeros64(stop) / 8
		}
		if pos >= len(line) {
			s.pos = pos
			return "", s.fail("a text without its closing quote")
		}
		switch c := line[pos]; {
		case c == '"':
			raw := line[start:pos]
			s.pos = pos + 1
			if wide != 0 && !utf8.Valid(raw) {
				return "", s.fail("bytes that are no UTF-8")
			}
			return viewOf(raw), true
		case c == '\\':
			s.pos = pos
			return s.escaped(start)
		case c < 0x20:
			s.pos = pos
			return "", s.fail("a control character in a text, which JSON wants escaped,")
		default:
			wide |= uint64(c & 0x80)
			pos++
		}
	}
}

// escaped reads on a text that has an escape at the current place.
func (s *scanner) escaped(start int) (string, bool) {
	from := len(s.arena)
	s.arena = append(s.arena, s.line[start:s.pos]...)
	for s.pos < len(s.line) {
		c := s.line[s.pos]
		switch {
		case c == '"':
			s.pos++
			raw := s.arena[from:]
			if !utf8.Valid(raw) {
				return "", s.fail("bytes that are no UTF-8")
			}
			return viewOf(raw), true
		case c == '\\':
			if !s.escape() {
				return "", false
			}
		case c < 0x20:
			return "", s.fail("a control character in a text, which JSON wants escaped,")
		default:
			s.arena = append(s.arena, c)
			s.pos++
		}
	}
	return "", s.fail("a text without its closing quote")
}

func (s *scanner) escape() bool {
	if s.pos+1 >= len(s.line) {
		return s.fail("a text without its closing quote")
	}
	c := s.line[s.pos+1]
	switch c {
	case '"', '\\', '/':
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		return s.unicode()
	default:
		return s.fail(`an escape that JSON does not have`)
	}
	s.arena = append(s.arena, c)
	s.pos += 2
	return true
}

// unicode reads \uXXXX, or two of them that make one character.
func (s *scanner) unicode() bool {
	r := s.hex4(s.pos + 2)
	if r < 0 {
		return s.fail(`\u without four hexadecimal digits`)
	}
	n := 6
	if utf16.IsSurrogate(r) {
		low := rune(-1)
		if s.pos+7 < len(s.line) && s.line[s.pos+6] == '\\' && s.line[s.pos+7] == 'u' {
			low = s.hex4(s.pos + 8)
		}
		if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
			return s.fail("half of a surrogate pair")
		}
		n = 12
	}
	s.arena = utf8.AppendRune(s.arena, r)
	s.pos += n
	return true
}

func (s *scanner) hex4(at int) rune {
	if at+4 > len(s.line) {
		return -1
	}
	r := rune(0)
	for _, c := range s.line[at : at+4] {
		switch {
		case c >= '0' && c <= '9':
			c -= '0'
		case c|0x20 >= 'a' && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return -1
		}
		r = r<<4 | rune(c)
	}
	return r
}

// number reads a number's token.
func (s *scanner) number() (view string, ok bool) {
	start := s.pos
	if s.line[s.pos] == '-' {
		s.pos++
	}
	first := s.pos
	n := s.digits()
	if n == 0 || n > 1 && s.line[first] == '0' {
		return "", s.fail("a number that JSON does not have")
	}
	if s.pos < len(s.line) && s.line[s.pos] == '.' {
		s.pos++
		if s.digits() == 0 {
			return "", s.fail("a number that JSON does not have")
		}
	}
	if s.pos < len(s.line) && s.line[s.pos]|0x20 == 'e' {
		s.pos++
		if s.pos < len(s.line) && (s.line[s.pos] == '+' || s.line[s.pos] == '-') {
			s.pos++
		}
		if s.digits() == 0 {
			return "", s.fail("a number that JSON does not have")
		}
	}
	return viewOf(s.line[start:s.pos]), true
}

func (s *scanner) digits() int {
	start := s.pos
	for s.pos < len(s.line) && s.line[s.pos]-'0' <= 9 {
		s.pos++
	}
	return s.pos - start
}

// value reads the token at the current place: a text or number with its text,
// an object or list only its opening bracket.
func (s *scanner) value() (t token, view string) {
	if s.pos < len(s.line) && s.line[s.pos] <= ' ' {
		s.blanks()
	}
	if s.pos >= len(s.line) {
		s.fail("the end of the line where a value belongs,")
		return tokenNone, ""
	}
	ok := true
	switch c := s.line[s.pos]; {
	case c == '"':
		s.pos++
		t = tokenText
		view, ok = s.text()
	case c == '-' || c >= '0' && c <= '9':
		t = tokenNumber
		view, ok = s.number()
	case c == '{':
		s.pos++
		t = tokenObject
	case c == '[':
		s.pos++
		t = tokenList
	case c == 't':
		t, ok = tokenTrue, s.word("true")
	case c == 'f':
		t, ok = tokenFalse, s.word("false")
	case c == 'n':
		t, ok = tokenNull, s.word("null")
	default:
		ok = s.fail("something that is no JSON value")
	}
	if !ok {
		return tokenNone, ""
	}
	return t, view
}

func (s *scanner) word(w string) bool {
	if len(s.line)-s.pos < len(w) || string(s.line[s.pos:s.pos+len(w)]) != w {
		return s.fail("something that is no JSON value")
	}
	s.pos += len(w)
	return true
}

// skip reads the rest of an object or list whose bracket is taken.
func (s *scanner) skip(open token, depth int) bool {
	if depth > maxNesting {
		return s.fail("objects and lists nested too deeply")
	}
	end := byte('}')
	if open == tokenList {
		end = ']'
	}
	if s.next(end) {
		return true
	}
	for {
		if open == tokenObject {
			if !s.next('"') {
				return s.fail("no key where one belongs,")
			}
			if _, ok := s.text(); !ok {
				return false
			}
			if !s.next(':') {
				return s.fail("no colon after a key")
			}
		}
		t, _ := s.value()
		if t == tokenNone || (t == tokenObject || t == tokenList) && !s.skip(t, depth+1) {
			return false
		}
		if s.next(end) {
			return true
		}
		if !s.next(',') {
			return s.fail("no comma between two values")
		}
	}
}

func viewOf(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
