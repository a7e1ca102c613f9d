// Package syntax reads a mapping file's YAML into a tree in which every key and
// value knows the bytes of the file that it came from, so that a fault inside an
// expression can be shown under the very characters that caused it. It refuses
// what mapping files do without: aliases, anchors, merge keys, tags, a second
// document, duplicate keys.
package syntax

import (
	"sort"
	"unicode/utf8"

	"crm2gong/mapping/diag"
)

// Kind says what a node is. The zero value is invalid.
type Kind uint8

// The kinds of nodes.
const (
	NoKind Kind = iota
	Scalar
	Map
	List
)

// String names the kind as messages do: text, map, list.
func (k Kind) String() string {
	return [...]string{"", "text", "map", "list"}[k]
}

// Style says how a scalar is written. The zero value is no scalar.
type Style uint8

// The styles of scalars.
const (
	NoStyle Style = iota
	Plain         // without quotes
	Single        // '…'
	Double        // "…", with escapes
	Literal       // |, line breaks kept
	Folded        // >, line breaks become blanks
)

// Node is a value of the mapping file, or a key.
type Node struct {
	Kind    Kind
	Style   Style     // of a scalar
	Text    string    // a scalar's value: unquoted, unescaped, without indentation
	Span    diag.Span // the whole node with its quotes or brackets
	Entries []Entry   // of a map, in the file's order
	Items   []*Node   // of a list
	Tag     string    // what a plain scalar looks like: !!str, !!int, !!float, !!bool, !!null, !!timestamp; quoted ones are !!str
	Secret  bool      // the value of a key that looks like a credential: no message may quote it
	Broken  bool      // refused already; a second complaint would only confuse

	runs []run // how Text maps to the file; none where that is not known
}

// Entry is one key of a map with its value. A key that was given twice, and
// refused for it, has two entries.
type Entry struct {
	Key, Value *Node
}

// run is a piece of a scalar's text: either some code points that stand in the
// file as they are, or one that the file spells differently.
type run struct {
	point    int // code-point offset of its start in Text
	from, to int // bytes in the file
	verbatim bool
}

// Get gives the value of a key, the first if there are several, or nil.
func (n *Node) Get(key string) *Node {
	if n == nil {
		return nil
	}
	for i := range n.Entries {
		if n.Entries[i].Key.Text == key {
			return n.Entries[i].Value
		}
	}
	return nil
}

// Exact tells whether Range finds single characters of this node's text in the
// file; without it Range gives the whole node.
func (n *Node) Exact() bool { return len(n.runs) > 0 }

// Range maps the code points [from, to) of Text to the bytes of the file that
// spell them, quotes and escapes followed. An empty range is the place before
// its code point. Offsets outside the text count as its ends. Where the place is
// not known for sure the span is the whole node: a wide span is honest, a wrong
// caret is not.
func (n *Node) Range(from, to int) diag.Span {
	if !n.Exact() {
		return n.Span
	}
	points := utf8.RuneCountInString(n.Text)
	from = min(max(from, 0), points)
	to = min(max(to, from), points)
	span := diag.Span{File: n.Span.File}
	span.Start, span.End = n.place(from)
	if from == to {
		span.End = span.Start
		return span
	}
	_, span.End = n.place(to - 1)
	return span
}

// place gives the bytes of one code point; for the one after the last, the empty
// place after the text.
func (n *Node) place(point int) (from, to int) {
	i := sort.Search(len(n.runs), func(i int) bool { return n.runs[i].point > point }) - 1
	r := n.runs[i]
	if !r.verbatim {
		if point > r.point {
			return r.to, r.to
		}
		return r.from, r.to
	}
	at := r.from
	for skip := point - r.point; skip > 0 && at < r.to; skip-- {
		_, size := utf8.DecodeRune(n.Span.File.Text[at:r.to])
		at += size
	}
	_, size := utf8.DecodeRune(n.Span.File.Text[at:r.to])
	return at, at + size
}

// CutShort tells whether a comment ends this plain scalar on its own line, so
// that the text may have been meant to go on: `a # b` is only a.
func (n *Node) CutShort() bool {
	if n.Kind != Scalar || n.Style != Plain || n.Text == "" {
		return false
	}
	text, at := n.Span.File.Text, n.Span.End
	for at < len(text) && isBlank(text[at]) {
		at++
	}
	return at > n.Span.End && at < len(text) && text[at] == '#'
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' }

func isBreak(c byte) bool { return c == '\n' || c == '\r' }

// skipBreak gives the offset after the line break at an offset: LF, CR or CRLF.
func skipBreak(text []byte, at int) int {
	if text[at] == '\r' && at+1 < len(text) && text[at+1] == '\n' {
		return at + 2
	}
	return at + 1
}

// skipBlanks gives the offset of the first byte that is no blank or tab.
func skipBlanks(text []byte, at int) int {
	for at < len(text) && isBlank(text[at]) {
		at++
	}
	return at
}

// lineEnd gives the offset of the line break, or end of text, at or after an
// offset.
func lineEnd(text []byte, at int) int {
	for at < len(text) && !isBreak(text[at]) {
		at++
	}
	return at
}
