package syntax

import (
	"bytes"
	"fmt"
	"io"
	"sort"
	"strings"

	"crm2gong/mapping/diag"
)

// lineReader hands out a text line by line, so that it is known how far the YAML
// reader had to read before it failed.
type lineReader struct {
	text []byte
	at   int
}

func (r *lineReader) Read(p []byte) (int, error) {
	if r.at >= len(r.text) {
		return 0, io.EOF
	}
	piece := r.text[r.at:min(len(r.text), r.at+len(p))]
	if end := lineEnd(piece, 0); end < len(piece) {
		piece = piece[:end+1]
	}
	n := copy(p, piece)
	r.at += n
	return n, nil
}

// syntax reports a text that is no YAML.
func (b *builder) syntax(err error) {
	what := problem(err)
	if name, ok := strings.CutPrefix(what, "unknown anchor '"); ok {
		b.unknownAnchor(strings.TrimSuffix(name, "' referenced"))
		return
	}
	r := &lineReader{text: b.src}
	decode(r)
	last, _ := b.file.Position(max(r.at-1, 0))
	if strings.HasPrefix(what, "exceeded max depth") {
		b.tooDeep(last)
		return
	}
	line, o := b.firstFailing(last, what)
	if line == 0 {
		b.unclosed(o, what)
		return
	}
	b.explain(line, what)
}

// firstFailing finds the first of some lines after which the text fails as the
// whole does, however it went on; 0 where it fails only because it ends.
func (b *builder) firstFailing(last int, what string) (int, *outline) {
	fails := func(line int, same bool) bool {
		_, to := b.file.Line(line)
		prefix := b.src[:to:to]
		completed := append(append(prefix, '\n'), sketch(prefix).completion()...)
		_, err := decode(bytes.NewReader(completed))
		return err != nil && (!same || problem(err) == what)
	}
	same := fails(last, true)
	if !same && !fails(last, false) {
		return 0, sketch(b.src)
	}
	// The line is mostly one of the last that were read, so the search strides
	// back from there before it halves what is left.
	fine := last - 1
	for stride := 1; fine > 0 && fails(fine, same); stride *= 2 {
		last, fine = fine, fine-stride
	}
	fine = max(fine, 0)
	return fine + 1 + sort.Search(last-fine-1, func(i int) bool { return fails(fine+1+i, same) }), nil
}

// unknownAnchor refuses an alias to an anchor that does not exist.
func (b *builder) unknownAnchor(name string) {
	at := bytes.Index(b.src, []byte("*"+name))
	for at >= 0 && !b.startsAlias(at, name) {
		next := bytes.Index(b.src[at+1:], []byte("*"+name))
		if next < 0 {
			break
		}
		at += 1 + next
	}
	if at < 0 {
		at = 0
	}
	b.alias(at, b.file.Masked(at, at+1))
}

// startsAlias tells whether a star stands where a value may begin.
func (b *builder) startsAlias(at int, name string) bool {
	return b.word(at) == at+1+len(name) && (at == 0 || isBlank(b.src[at-1]) || isBreak(b.src[at-1]) || strings.IndexByte(",[{", b.src[at-1]) >= 0)
}

// tooDeep refuses maps and lists nested beyond what the YAML reader bears.
func (b *builder) tooDeep(line int) {
	at := sketch(b.src).deep
	if at < 0 {
		from, _ := b.file.Line(line)
		at = skipBlanks(b.src, from)
	}
	b.error(b.span(at, at+1), "yaml-depth", fmt.Sprintf("maps and lists are nested more than %d deep", MaxDepth), "a mapping needs far fewer levels")
}

// unclosed reports a quote or bracket that the file's end leaves open.
func (b *builder) unclosed(o *outline, what string) {
	switch {
	case o.quote != 0:
		b.error(b.span(o.quoted, o.quoted+1), "yaml-syntax", fmt.Sprintf("the quote %c is never closed", o.quote), "close it; inside single quotes a quote is written twice")
	case len(o.open) > 0:
		open := o.open[len(o.open)-1]
		b.error(b.span(open.at, open.at+1), "yaml-syntax", fmt.Sprintf("the bracket %c is never closed", open.char), fmt.Sprintf("close it with %c; an expression with brackets stands in single quotes", open.char+2))
	default:
		b.error(b.span(len(b.src), len(b.src)), "yaml-syntax", "YAML: "+what, quoteHint(""))
	}
}

// broken is a line that makes the text no YAML, and what is known of it.
type broken struct {
	b      *builder
	line   int
	at     diag.Span // its value
	text   string    // the value as it stands; "" where it must not be quoted
	stray  bool      // something stands after the value that cannot
	follow string    // what that is
	before *outline  // of the lines above
	odd    string    // with what a piece of the value begins that no text in brackets can begin with
}

// oddStart finds the first text in brackets on a line that begins with a sign
// that YAML keeps for itself; -1 if there is none.
func (b *builder) oddStart(from, to int) int {
	last := byte(0) // before the blanks
	for at := from; at < to; at++ {
		switch c := b.src[at]; {
		case isBlank(c):
			continue
		case (c == '`' || c == '@') && last != 0 && strings.IndexByte(",[{:", last) >= 0:
			if len(sketch(b.src[:at]).open) > 0 {
				return at
			}
			return -1
		default:
			last = c
		}
	}
	return -1
}

// explain reports a line that makes the text no YAML.
func (b *builder) explain(line int, what string) {
	from, to := b.file.Line(line)
	x := &broken{b: b, line: line, before: sketch(b.src[:from])}
	x.at = b.valueOf(from, to)
	for _, s := range sketch(b.src[:to]).strays {
		if s.at >= from {
			x.stray, x.at, x.follow = true, b.span(s.from, s.to), string(b.src[s.at:s.to])
			if s.from < from {
				x.at.Start = s.at
			}
			break
		}
	}
	if odd := b.oddStart(from, to); odd >= 0 && strings.Contains(what, "cannot start any token") {
		x.stray, x.odd = false, string(b.src[odd:odd+1])
		x.at.Start, x.at.End = b.uncut(from, odd, odd+1)
	}
	if x.stray && strings.Contains(what, "did not find expected ',' or") {
		x.at.Start, x.at.End = b.uncut(from, x.at.Start, x.at.End)
	}
	if !b.file.Masked(x.at.Start, x.at.End) {
		x.text = string(b.src[x.at.Start:x.at.End])
	} else {
		x.follow = ""
	}
	message, hint := x.words(what)
	b.error(x.at, "yaml-syntax", message, hint)
}

// valueOf guesses the value on a line: what stands after its key, or all of it.
func (b *builder) valueOf(from, to int) diag.Span {
	from, end := skipBlanks(b.src, from), b.end(from)
	for from+1 < end && b.src[from] == '-' && isBlank(b.src[from+1]) {
		from = skipBlanks(b.src, from+1)
	}
	for at := from; at+1 < end; at++ {
		if b.src[at] == ':' && isBlank(b.src[at+1]) {
			return b.span(skipBlanks(b.src, at+1), end)
		}
	}
	return b.span(from, max(from, end))
}

// words says what is wrong with a line and what to do.
func (x *broken) words(what string) (message, hint string) {
	if at, end := x.tabs(); end > at {
		x.at = x.b.span(at, end)
		return "a tab in the indentation", "YAML indents with spaces only: replace each tab by spaces"
	}
	quote := quoteHint(x.text)
	has := func(parts ...string) bool {
		for _, p := range parts {
			if strings.Contains(what, p) {
				return true
			}
		}
		return false
	}
	switch {
	case x.odd != "":
		return "a value cannot begin like this: " + diag.Quote(x.odd), quote
	case strings.HasPrefix(x.text, "%") && x.startsLine():
		return "YAML directives (%) are not supported", "delete the line"
	case x.before.quote != 0:
		line, _ := x.b.file.Position(x.before.quoted)
		return "text after a closing quote", fmt.Sprintf("the quote that closes here was opened in line %d: close it there", line)
	case x.stray && x.before.quote == 0 && strings.HasPrefix(x.text, "!"):
		return "YAML reads a text that begins with ! as a tag", quote
	case has("did not find expected ',' or"):
		return x.inBrackets(what, quote)
	case x.stray && has("mapping values are not allowed"):
		return `": " inside a text without quotes`, quote
	case has("mapping values are not allowed", "did not find expected key", "did not find expected '-'") && !x.stray:
		from, to := x.b.file.Line(x.line)
		x.at = x.b.span(skipBlanks(x.b.src, from), x.b.end(to))
		return "this line does not fit the indentation above it", "indent it like the keys or items beside it; a value that goes on over several lines stands in quotes or below \"|\""
	case x.stray && strings.Trim(x.follow, "]}, ") == "" && x.follow != "":
		return "a bracket too many", "delete " + diag.Quote(x.follow)
	case x.stray && x.b.src[x.at.Start] != '{' && x.b.src[x.at.Start] != '[':
		return "text after the closing quote" + x.found(), quote
	case x.stray:
		return "text after the closing bracket" + x.found(), quote
	case has("could not find expected ':'"):
		return "a key without a value", `write "key: value"; a text that goes on from the line above is indented more than its key`
	case has("unknown escape", "hexdecimal", "escape code"):
		return "an escape that YAML does not know, in double quotes", `a backslash in double quotes begins an escape: use single quotes, or write \\`
	case has("cannot start any token", "alphabetic or numeric", "comment or line break", "indentation indicator", "tag"),
		has("node content") && strings.IndexAny(x.text, ",]}") == 0:
		return "a value cannot begin like this" + x.begins(), quote
	case has("block sequence entries"):
		return `"- " cannot stand here`, `a list begins on the line below its key; a text that begins with "- " stands in quotes`
	case has("<document start>"):
		return "text where the document has ended", "a mapping file is one map; look for a line that is indented less than the keys around it"
	case has("node content"):
		return "a value is missing", `write one; a text that begins with a comma or bracket stands in quotes`
	}
	return "YAML: " + what, quote
}

// inBrackets explains a value inside brackets that neither a comma nor the
// closing bracket follows.
func (x *broken) inBrackets(what, quote string) (message, hint string) {
	expected := `expected "," or "}"`
	if strings.Contains(what, "']'") {
		expected = `expected "," or "]"`
	}
	if x.stray {
		return expected + x.found(), quote
	}
	if n := len(x.before.open); n > 0 {
		open := x.before.open[n-1]
		line, _ := x.b.file.Position(open.at)
		return expected, fmt.Sprintf("the bracket %c of line %d is still open: close it, or part its values by commas", open.char, line)
	}
	return expected, quote
}

// startsLine tells whether the value is all of the line.
func (x *broken) startsLine() bool {
	from, _ := x.b.file.Line(x.line)
	return x.at.Start == from
}

// found names what stands where it cannot.
func (x *broken) found() string {
	if x.follow == "" {
		return ""
	}
	return ", found " + diag.Quote(x.follow)
}

// begins names the first character of the value.
func (x *broken) begins() string {
	if x.text == "" {
		return ""
	}
	r := []rune(x.text)[0]
	return ": " + diag.Quote(string(r))
}

// tabs gives the range of tabs and blanks that indent the line, if there is a
// tab among them outside of quotes and brackets.
func (x *broken) tabs() (at, end int) {
	from, to := x.b.file.Line(x.line)
	end = skipBlanks(x.b.src, from)
	i := bytes.IndexByte(x.b.src[from:min(end, to)], '\t')
	if i < 0 || x.before.quote != 0 {
		return 0, 0
	}
	return from + i, end
}
