package syntax

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// trace follows a scalar through the file and notes where each code point of its
// value stands. It builds the value anew; only where that equals what the YAML
// reader made of the scalar are the notes believed.
type trace struct {
	src    []byte
	out    []byte
	runs   []run
	points int
	end    int // offset after the scalar
}

// asIs takes the bytes [from, to) as they stand.
func (t *trace) asIs(from, to int) {
	if from == to {
		return
	}
	last := len(t.runs) - 1
	if last >= 0 && t.runs[last].verbatim && t.runs[last].to == from {
		t.runs[last].to = to
	} else {
		t.runs = append(t.runs, run{t.points, from, to, true})
	}
	t.out = append(t.out, t.src[from:to]...)
	t.points += utf8.RuneCount(t.src[from:to])
}

// put adds one code point that the bytes [from, to) spell.
func (t *trace) put(r rune, from, to int) {
	t.runs = append(t.runs, run{t.points, from, to, false})
	t.out = utf8.AppendRune(t.out, r)
	t.points++
}

// fold goes over blanks and line breaks that begin at an offset and adds what
// they are in a flowing text: blanks stay, one line break is a blank, each
// further one a line break. It gives the offset after them.
func (t *trace) fold(at int) int {
	first := skipBlanks(t.src, at)
	if first >= len(t.src) || !isBreak(t.src[first]) {
		t.asIs(at, first)
		return first
	}
	next := skipBlanks(t.src, skipBreak(t.src, first))
	if next >= len(t.src) || !isBreak(t.src[next]) {
		t.put(' ', at, next)
		return next
	}
	return t.breaks(next)
}

// breaks adds each line break from an offset on as itself and gives the offset
// of the text after them.
func (t *trace) breaks(at int) int {
	at = skipBlanks(t.src, at)
	for at < len(t.src) && isBreak(t.src[at]) {
		after := skipBreak(t.src, at)
		t.put('\n', at, after)
		at = skipBlanks(t.src, after)
	}
	return at
}

// plain follows a scalar without quotes. Where it ends depends on what stands
// around it, so its known value leads the way.
func (t *trace) plain(at int, value string) bool {
	for len(t.out) < len(value) && at < len(t.src) {
		done := len(t.out)
		rest := value[done:]
		if isBlank(rest[0]) || isBreak(rest[0]) {
			next := t.fold(at)
			if next == at || !strings.HasPrefix(rest, string(t.out[done:])) {
				return false
			}
			at = next
			continue
		}
		size := 0
		for size < len(rest) && !isBlank(rest[size]) && !isBreak(rest[size]) {
			size++
		}
		if at+size > len(t.src) || string(t.src[at:at+size]) != rest[:size] {
			return false
		}
		t.asIs(at, at+size)
		at += size
	}
	t.end = at
	return string(t.out) == value
}

// quoted follows a scalar in quotes from its opening one.
func (t *trace) quoted(at int) bool {
	quote := t.src[at]
	at++
	for at < len(t.src) {
		c := t.src[at]
		switch {
		case c == quote && quote == '\'' && at+1 < len(t.src) && t.src[at+1] == '\'':
			t.put('\'', at, at+2)
			at += 2
		case c == quote:
			t.end = at + 1
			return true
		case c == '\\' && quote == '"':
			next, ok := t.escape(at)
			if !ok {
				return false
			}
			at = next
		case isBlank(c) || isBreak(c):
			at = t.fold(at)
		default:
			from := at
			for at < len(t.src) && t.src[at] != quote && t.src[at] != '\\' && !isBlank(t.src[at]) && !isBreak(t.src[at]) {
				at++
			}
			if at == from { // a backslash in single quotes
				at++
			}
			t.asIs(from, at)
		}
	}
	return false
}

// escape adds what a backslash in double quotes stands for.
func (t *trace) escape(at int) (after int, ok bool) {
	if at+1 >= len(t.src) {
		return at, false
	}
	c := t.src[at+1]
	if isBreak(c) {
		return t.breaks(skipBreak(t.src, at+1)), true
	}
	if digits := hexDigits(c); digits > 0 {
		after = at + 2 + digits
		if after > len(t.src) {
			return at, false
		}
		r, err := strconv.ParseUint(string(t.src[at+2:after]), 16, 32)
		if err != nil || r > utf8.MaxRune {
			return at, false
		}
		t.put(rune(r), at, after)
		return after, true
	}
	r, ok := escaped(c)
	if ok {
		t.put(r, at, at+2)
	}
	return at + 2, ok
}

// hexDigits counts the digits after \x, \u and \U.
func hexDigits(c byte) int {
	switch c {
	case 'x':
		return 2
	case 'u':
		return 4
	case 'U':
		return 8
	}
	return 0
}

// escaped gives the character that a backslash and one letter stand for, by the
// YAML specification, section 5.7.
func escaped(c byte) (rune, bool) {
	switch c {
	case '0':
		return 0, true
	case 'a':
		return '\a', true
	case 'b':
		return '\b', true
	case 't', '\t':
		return '\t', true
	case 'n':
		return '\n', true
	case 'v':
		return '\v', true
	case 'f':
		return '\f', true
	case 'r':
		return '\r', true
	case 'e':
		return 0x1B, true
	case ' ', '"', '\'', '\\':
		return rune(c), true
	case 'N':
		return 0x85, true
	case '_':
		return 0xA0, true
	case 'L':
		return 0x2028, true
	case 'P':
		return 0x2029, true
	}
	return 0, false
}
