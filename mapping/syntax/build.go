package syntax

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"crm2gong/mapping/diag"
)

// MaxDepth is how deep maps and lists may nest.
const MaxDepth = 32

// builder turns the YAML reader's nodes, which know a line and a column, into
// ours, which know their bytes, and refuses what mapping files do without.
type builder struct {
	file *diag.File
	src  []byte // the file, refused characters replaced by harmless ones of the same length
	faults
	deep bool // the depth has been refused already

	line, column, offset int // the place found last: nodes come in order
}

func (b *builder) span(from, to int) diag.Span {
	return diag.Span{File: b.file, Start: from, End: max(from, to)}
}

// at gives the offset of a 1-based line and column in code points.
func (b *builder) at(line, column int) int {
	if line != b.line || column < b.column {
		from, _ := b.file.Line(line)
		b.line, b.column, b.offset = line, 1, from
	}
	for b.column < column && b.offset < len(b.src) {
		_, size := utf8.DecodeRune(b.src[b.offset:])
		b.offset += size
		b.column++
	}
	return b.offset
}

// node builds one value. depth counts the maps and lists around it.
func (b *builder) node(y *yaml.Node, depth int, secret bool) *Node {
	start := b.at(y.Line, y.Column)
	if y.Kind == yaml.AliasNode {
		return b.alias(start, secret)
	}
	if y.Kind == yaml.ScalarNode {
		return b.scalar(y, start, secret)
	}
	n := &Node{Kind: Map, Secret: secret}
	if y.Kind == yaml.SequenceNode {
		n.Kind = List
	}
	open := start
	if y.Anchor != "" || y.Style&yaml.TaggedStyle != 0 {
		open = b.properties(start, b.end(start), secret)
		n.Broken = true
	}
	n.Span = b.span(start, open+1)
	if depth >= MaxDepth {
		if !b.deep {
			b.error(b.span(open, open+1), "yaml-depth", fmt.Sprintf("maps and lists are nested more than %d deep", MaxDepth), "a mapping needs far fewer levels")
		}
		b.deep, n.Broken = true, true
		return n
	}
	end := open
	if n.Kind == Map {
		end = max(end, b.entries(n, y, depth, secret))
	} else {
		for _, item := range y.Content {
			child := b.node(item, depth+1, secret)
			n.Items = append(n.Items, child)
			end = max(end, child.Span.End)
		}
	}
	if y.Style&yaml.FlowStyle != 0 {
		end = b.close(open, end)
		b.joinCut(n)
	}
	n.Span.End = max(end, n.Span.Start)
	return n
}

// entries builds the keys and values of a map and gives the offset after them.
func (b *builder) entries(n *Node, y *yaml.Node, depth int, secret bool) (end int) {
	seen := make(map[string]*Node, len(y.Content)/2)
	for i := 0; i+1 < len(y.Content); i += 2 {
		key := b.key(y.Content[i], depth, secret)
		value := b.node(y.Content[i+1], depth+1, secret || LooksSecret(key.Text))
		b.emptyValue(key, value)
		end = max(end, key.Span.End, value.Span.End)
		if key.Kind != Scalar {
			continue
		}
		if key.Style == Plain && key.Text == "<<" {
			b.error(key.Span, "yaml-merge", "merge keys (<<) are not supported", "write the keys out, or move what is shared to a file named under include")
			continue
		}
		if first := seen[key.Text]; first != nil && !key.Broken {
			line, _, _, _ := first.Span.Position()
			b.error(key.Span, "duplicate-key", fmt.Sprintf("key %s occurs twice, first in line %d", diag.Quote(key.Text), line), "keep one of the two")
			key.Broken = true
		} else if first == nil {
			seen[key.Text] = key
		}
		n.Entries = append(n.Entries, Entry{key, value})
	}
	return end
}

// key builds a key and refuses what is none.
func (b *builder) key(y *yaml.Node, depth int, secret bool) *Node {
	key := b.node(y, depth+1, false)
	switch {
	case key.Kind != Scalar:
		if !key.Broken {
			b.error(key.Span, "yaml-key", fmt.Sprintf("a %s cannot be a key", key.Kind), "keys are texts; an expression that begins with a bracket stands in single quotes")
		}
		key.Broken = true
	case key.Text == "" && key.Style == Plain && !key.Broken:
		b.error(key.Span, "yaml-key", "a key is missing", `write "key: value"`)
		key.Broken = true
	}
	return key
}

// emptyValue gives a value that is not there the place after its key's colon, or
// after the key where there is no colon either.
func (b *builder) emptyValue(key, value *Node) {
	if value.Kind == Scalar && value.Span.Start == value.Span.End {
		at := value.Span.Start
		if at <= key.Span.End || at > len(b.src) || b.src[at-1] != ':' {
			value.Span = b.span(key.Span.End, key.Span.End)
		}
	}
}

// alias refuses an alias, which is never followed.
func (b *builder) alias(start int, secret bool) *Node {
	end := b.word(start)
	n := &Node{Kind: Scalar, Style: Plain, Text: string(b.src[start:end]), Span: b.span(start, end), Tag: "!!str", Broken: true}
	b.hide(n, secret)
	b.error(n.Span, "yaml-alias", "aliases (*name) are not supported", "write the value out; a text that begins with * stands in quotes")
	return n
}

// word gives the end of the name that begins at one of the indicators *, & and !;
// commas and square brackets may be part of a tag.
func (b *builder) word(at int) int {
	ends := ",[]{}"
	if b.src[at] == '!' {
		ends = "{}"
	}
	for at < len(b.src) && !isBlank(b.src[at]) && !isBreak(b.src[at]) && strings.IndexByte(ends, b.src[at]) < 0 {
		at++
	}
	return at
}

// end gives the end of the text on the line of an offset.
func (b *builder) end(at int) int {
	end := lineEnd(b.src, at)
	for end > at && isBlank(b.src[end-1]) {
		end--
	}
	return end
}

// properties refuses the tags and anchors at an offset and gives the offset of
// what follows them. until is the end of the value, for the hint.
func (b *builder) properties(at, until int, secret bool) int {
	for at < len(b.src) && (b.src[at] == '!' || b.src[at] == '&') {
		end := b.word(at)
		name := string(b.src[at:end])
		switch {
		case secret:
			b.error(b.span(at, end), "yaml-tag", "tags and anchors are not supported", "write the value in quotes")
		case name[0] == '&':
			b.error(b.span(at, end), "yaml-anchor", "anchors (&name) are not supported", "write the value out where it is needed; a text that begins with & stands in quotes")
		case strings.HasPrefix(name, "!!"):
			b.error(b.span(at, end), "yaml-tag", "tags are not supported: "+diag.Quote(name), "leave it out; a text that looks like a number or a date stands in quotes")
		default:
			b.error(b.span(at, end), "yaml-tag", fmt.Sprintf("YAML reads %s as a tag", diag.Quote(name)), quoteHint(string(b.src[at:max(end, until)])))
		}
		at = b.gap(end)
	}
	return at
}

// gap goes over blanks, line breaks and comments.
func (b *builder) gap(at int) int {
	for at < len(b.src) {
		switch c := b.src[at]; {
		case isBlank(c) || isBreak(c):
			at++
		case c == '#' && at > 0 && (isBlank(b.src[at-1]) || isBreak(b.src[at-1])):
			at = lineEnd(b.src, at)
		default:
			return at
		}
	}
	return at
}

// close finds the bracket that ends a map or list in brackets.
func (b *builder) close(open, end int) int {
	if open >= len(b.src) || b.src[open] != '{' && b.src[open] != '[' {
		return end
	}
	at := max(end, open+1)
	for {
		at = b.gap(at)
		if at >= len(b.src) {
			return end
		}
		switch b.src[at] {
		case ',', ':', '?':
			at++
		case '}', ']':
			return at + 1
		default:
			return end
		}
	}
}

// scalar builds a text and finds where its characters stand.
func (b *builder) scalar(y *yaml.Node, start int, secret bool) *Node {
	n := &Node{Kind: Scalar, Style: styleOf(y), Text: y.Value, Tag: y.Tag}
	t := trace{src: b.src}
	at := start
	tagged := at < len(b.src) && (b.src[at] == '!' || b.src[at] == '&')
	if tagged {
		at = b.afterProperties(at, y)
	}
	exact := t.follow(at, n)
	switch {
	case t.end > at:
	case n.Text == "":
		t.end = at
	default:
		t.end = b.end(at)
	}
	n.Span = b.span(start, t.end)
	if exact && string(t.out) == n.Text {
		n.runs = t.runs
	}
	b.hide(n, secret)
	if tagged {
		b.properties(start, t.end, secret)
		n.Broken, n.runs, n.Style, n.Tag = true, nil, Plain, "!!str"
		n.Text = string(b.src[start:t.end])
	}
	return n
}

// afterProperties gives the offset of a scalar's text after its tag or anchor;
// the tag's own end where there is no text.
func (b *builder) afterProperties(at int, y *yaml.Node) int {
	for {
		end := b.word(at)
		next := b.gap(end)
		if y.Value == "" && y.Style&^yaml.TaggedStyle == 0 {
			return end
		}
		if next >= len(b.src) || b.src[next] != '!' && b.src[next] != '&' {
			return next
		}
		at = next
	}
}

// follow traces a scalar by its style and tells whether its characters were
// found.
func (t *trace) follow(at int, n *Node) bool {
	if at >= len(t.src) {
		return false
	}
	c := t.src[at]
	switch {
	case n.Style == Plain:
		return t.plain(at, n.Text)
	case n.Style == Single && c == '\'', n.Style == Double && c == '"':
		return t.quoted(at)
	case n.Style == Literal && c == '|', n.Style == Folded && c == '>':
		return t.block(at, n.Text, n.Style == Literal)
	}
	return false
}

func styleOf(y *yaml.Node) Style {
	switch {
	case y.Style&yaml.SingleQuotedStyle != 0:
		return Single
	case y.Style&yaml.DoubleQuotedStyle != 0:
		return Double
	case y.Style&yaml.LiteralStyle != 0:
		return Literal
	case y.Style&yaml.FoldedStyle != 0:
		return Folded
	}
	return Plain
}

// hide masks the text of a secret in snippets.
func (b *builder) hide(n *Node, secret bool) {
	if secret {
		n.Secret = true
		b.file.Mask(n.Span.Start, n.Span.End)
	}
}
