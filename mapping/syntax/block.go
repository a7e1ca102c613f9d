package syntax

import "strings"

// piece is a line break that may or may not become part of a block scalar.
type piece struct{ from, to int }

// block follows a literal or folded scalar from its indicator. The indentation
// depends on what stands around it, so the known value tells it: the first line
// with text is indented by as much more than in the value.
func (t *trace) block(at int, value string, literal bool) bool {
	at++
	chomping := byte(0)
	for at < len(t.src) && (t.src[at] == '+' || t.src[at] == '-' || t.src[at] >= '1' && t.src[at] <= '9') {
		if t.src[at] == '+' || t.src[at] == '-' {
			chomping = t.src[at]
		}
		at++
	}
	t.end = at
	if at = lineEnd(t.src, at); at < len(t.src) {
		at = skipBreak(t.src, at)
	}
	inValue, ok := firstIndent(value)
	if !ok {
		return false
	}
	inFile, _ := firstIndent(string(t.src[at:min(len(t.src), at+len(value)+maxIndentBytes)]))
	if inFile <= inValue {
		return false
	}
	t.lines(at, inFile-inValue, literal, chomping)
	return true
}

// maxIndentBytes bounds the search for a block scalar's first line with text
// beyond the length of its value; a scalar indented further is not traced.
const maxIndentBytes = 64 << 10

// firstIndent counts the spaces before the first line of a text that has
// anything but spaces.
func firstIndent(s string) (int, bool) {
	rest := strings.TrimLeft(s, " \r\n")
	if rest == "" {
		return 0, false
	}
	before := s[:len(s)-len(rest)]
	return len(before) - 1 - strings.LastIndexAny(before, "\r\n"), true
}

// lines adds the lines of a block scalar by the rules of the YAML
// specification, section 8.1, as yaml.v3 reads them.
func (t *trace) lines(at, indent int, literal bool, chomping byte) {
	var ending *piece // the last line's break, not yet added
	var blank []piece // breaks of the empty lines after it
	indentedBefore := false
	at, column := t.emptyLines(at, indent, &blank)
	for column == indent && at < len(t.src) {
		indented := isBlank(t.src[at])
		switch {
		case ending == nil:
		case literal || indentedBefore || indented:
			t.put('\n', ending.from, ending.to)
		case len(blank) == 0:
			t.put(' ', ending.from, at)
		}
		t.putBreaks(blank)
		indentedBefore, ending, blank = indented, nil, blank[:0]

		end := lineEnd(t.src, at)
		t.asIs(at, end)
		t.end, at = end, end
		if at < len(t.src) {
			at = skipBreak(t.src, at)
			ending = &piece{end, at}
		}
		at, column = t.emptyLines(at, indent, &blank)
	}
	if ending != nil && chomping != '-' {
		t.put('\n', ending.from, ending.to)
	}
	if chomping == '+' {
		t.putBreaks(blank)
	}
}

func (t *trace) putBreaks(breaks []piece) {
	for _, b := range breaks {
		t.put('\n', b.from, b.to)
	}
}

// emptyLines goes over indentation and lines that hold no more than that. It
// gives the offset of the next text and its column.
func (t *trace) emptyLines(at, indent int, breaks *[]piece) (next, column int) {
	for {
		column = 0
		for at < len(t.src) && column < indent && t.src[at] == ' ' {
			at++
			column++
		}
		if at >= len(t.src) || !isBreak(t.src[at]) {
			return at, column
		}
		after := skipBreak(t.src, at)
		*breaks = append(*breaks, piece{at, after})
		at = after
	}
}
