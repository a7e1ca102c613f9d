package syntax

import "strings"

// outline is a rough reading of a text that may be no YAML: which quotes and
// brackets are open at its end, and where something stands after a value that
// cannot stand there. It serves to place and explain syntax errors only.
type outline struct {
	src    []byte
	quote  byte      // open at the end: ' or ", else 0
	quoted int       // offset of that quote
	open   []bracket // open at the end, outermost first
	deep   int       // offset of the first bracket that is too deep, else -1
	strays []stray
	block  int // column that a block scalar's lines exceed, else -1
}

type bracket struct {
	char byte
	at   int
}

// stray is a value [from, to) in which something follows at that YAML does not
// allow there.
type stray struct {
	from, at, to int
}

// sketch reads a text.
func sketch(src []byte) *outline {
	o := &outline{src: src, deep: -1, block: -1}
	for at := 0; at < len(src); {
		end := o.line(at)
		if end < len(src) && isBreak(src[end]) {
			end = skipBreak(src, end)
		}
		at = max(end, at+1)
	}
	return o
}

// completion closes what is open, so that a text that is right as far as it goes
// parses.
func (o *outline) completion() string {
	var b strings.Builder
	if o.quote != 0 {
		b.WriteByte(o.quote)
	}
	for i := len(o.open) - 1; i >= 0; i-- {
		b.WriteByte(o.open[i].char + 2) // ] and } come two after [ and {
	}
	return b.String()
}

// line reads from the start of a line to the end of the same or, where brackets
// or quotes go on, a later one.
func (o *outline) line(start int) (end int) {
	at := skipBlanks(o.src, start)
	if at >= len(o.src) || isBreak(o.src[at]) {
		return at
	}
	if o.block >= 0 && at-start > o.block {
		return lineEnd(o.src, at)
	}
	o.block = -1
	for at < len(o.src) && (o.src[at] == '-' || o.src[at] == '?') && at+1 < len(o.src) && isBlank(o.src[at+1]) {
		at = skipBlanks(o.src, at+1)
	}
	return o.value(at, at-start, false)
}

// value reads a key or value in block style. column is that of its line's key.
func (o *outline) value(at, column int, second bool) (end int) {
	at = skipBlanks(o.src, at)
	for at < len(o.src) && (o.src[at] == '!' || o.src[at] == '&') {
		for at < len(o.src) && !isBlank(o.src[at]) && !isBreak(o.src[at]) {
			at++
		}
		at = skipBlanks(o.src, at)
	}
	if at >= len(o.src) {
		return at
	}
	from := at
	switch c := o.src[at]; {
	case isBreak(c) || c == '#':
		return lineEnd(o.src, at)
	case c == '"' || c == '\'':
		at = o.quotes(at)
	case c == '{' || c == '[':
		at = o.flow(at)
	case (c == '|' || c == '>') && blockHeader(o.src, at):
		o.block = column
		return lineEnd(o.src, at)
	default:
		at = o.plain(at)
		if second && o.colon(at) {
			end, comment := o.restOfLine(at)
			o.strays = append(o.strays, stray{from, at, end})
			return comment
		}
	}
	if o.colon(at) {
		return o.value(at+1, column, true)
	}
	next := skipBlanks(o.src, at)
	if next < len(o.src) && o.colon(next) && !second {
		return o.value(next+1, column, true)
	}
	if next >= len(o.src) || isBreak(o.src[next]) || o.src[next] == '#' && next > at {
		return lineEnd(o.src, next)
	}
	end, comment := o.restOfLine(next)
	o.strays = append(o.strays, stray{from, next, end})
	return comment
}

// colon tells of a colon that ends a key.
func (o *outline) colon(at int) bool {
	return at < len(o.src) && o.src[at] == ':' && (at+1 >= len(o.src) || isBlank(o.src[at+1]) || isBreak(o.src[at+1]))
}

// blockHeader tells of an indicator of a literal or folded text with nothing but
// a comment after it.
func blockHeader(src []byte, at int) bool {
	at++
	for at < len(src) && strings.IndexByte("+-123456789", src[at]) >= 0 {
		at++
	}
	next := skipBlanks(src, at)
	return next >= len(src) || isBreak(src[next]) || src[next] == '#' && next > at
}

// plain reads a text without quotes in block style up to a colon or comment.
func (o *outline) plain(at int) int {
	for at < len(o.src) && !isBreak(o.src[at]) && !o.colon(at) {
		if isBlank(o.src[at]) && at+1 < len(o.src) && o.src[at+1] == '#' {
			return at
		}
		at++
	}
	return at
}

// restOfLine gives the end of the text on a line, without its comment, and the
// end of the line.
func (o *outline) restOfLine(at int) (end, line int) {
	line = lineEnd(o.src, at)
	end = line
	if i := strings.Index(string(o.src[at:line]), " #"); i >= 0 {
		end = at + i
	}
	for end > at && isBlank(o.src[end-1]) {
		end--
	}
	return end, line
}

// quotes reads a text in quotes and gives the offset after it.
func (o *outline) quotes(at int) int {
	quote, from := o.src[at], at
	for at++; at < len(o.src); at++ {
		switch {
		case o.src[at] == '\\' && quote == '"':
			at++
		case o.src[at] == quote && quote == '\'' && at+1 < len(o.src) && o.src[at+1] == quote:
			at++
		case o.src[at] == quote:
			return at + 1
		}
	}
	o.quote, o.quoted = quote, from
	return len(o.src)
}

// flow reads a map or list in brackets and gives the offset after it.
func (o *outline) flow(at int) int {
	valued := false // a colon came before on this line, so that no other can follow
	for at < len(o.src) {
		c := o.src[at]
		switch {
		case isBlank(c):
			at++
		case isBreak(c):
			valued = false // more likely a bracket left open than a value with a colon
			at++
		case c == ',' || c == ':':
			valued = c == ':'
			at++
		case c == '#' && (isBlank(o.src[at-1]) || isBreak(o.src[at-1])):
			at = lineEnd(o.src, at)
		case c == '{' || c == '[':
			o.open = append(o.open, bracket{c, at})
			if len(o.open) >= MaxDepth && o.deep < 0 { // the root is a level too
				o.deep = at
			}
			valued = false
			at++
		case c == '}' || c == ']':
			at++
			valued = false
			o.open = o.open[:len(o.open)-1]
			if len(o.open) == 0 {
				return at
			}
		case c == '"' || c == '\'':
			at = o.after(at, o.quotes(at), valued)
		case c == '!':
			end := o.likelyEnd(at)
			o.strays = append(o.strays, stray{at, at, end})
			at = max(end, at+1)
		default:
			end := o.plainInFlow(at)
			at = o.after(at, max(end, at+1), valued)
		}
	}
	return at
}

// plainInFlow reads a text without quotes inside brackets.
func (o *outline) plainInFlow(at int) int {
	for at < len(o.src) && !isBreak(o.src[at]) && !o.colon(at) && strings.IndexByte(",[]{}?", o.src[at]) < 0 {
		if isBlank(o.src[at]) && at+1 < len(o.src) && o.src[at+1] == '#' {
			return at
		}
		at++
	}
	return at
}

// after looks at what follows a text [from, at) inside brackets. Where that
// cannot stand there, the value is read on to its likely end. A value cannot be
// followed by a colon, as a key can.
func (o *outline) after(from, at int, valued bool) int {
	next := skipBlanks(o.src, at)
	if valued && o.colon(next) {
		end := o.likelyEnd(next)
		o.strays = append(o.strays, stray{from, next, end})
		return end
	}
	if next >= len(o.src) || isBreak(o.src[next]) || strings.IndexByte(",:]}", o.src[next]) >= 0 || o.src[next] == '#' && next > at {
		return next
	}
	end := o.likelyEnd(next)
	o.strays = append(o.strays, stray{from, next, end})
	return end
}

// likelyEnd is where an expression inside brackets ends on its line, as its
// author meant it.
func (o *outline) likelyEnd(at int) int {
	end, _ := expressionEnd(o.src[:lineEnd(o.src, at)], at)
	return end
}
