package mapping

import (
	"strconv"
	"time"
	"unicode/utf8"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/syntax"
)

// text gives the value as written.
func (e entry) text() (string, bool) { return e.textOf(e.node) }

func (e entry) textOf(n *syntax.Node) (string, bool) {
	if n.Kind != syntax.Scalar || isNull(n) {
		e.wrongNode(n)
		return "", false
	}
	return n.Text, true
}

// filled gives a text that is not empty.
func (e entry) filled() (string, bool) {
	s, ok := e.text()
	if ok && s == "" {
		e.errorf(e.node, "wrong-value", e.such(), "%s is empty", diag.Quote(e.name))
		return "", false
	}
	return s, ok
}

// texts gives a text or a list of them.
func (e entry) texts() []string {
	if e.node.Kind == syntax.Scalar {
		if s, ok := e.text(); ok {
			return []string{s}
		}
		return nil
	}
	var all []string
	for _, n := range e.node.Items {
		if s, ok := e.textOf(n); ok {
			all = append(all, s)
		}
	}
	if len(e.node.Items) == 0 && e.node.Kind == syntax.List {
		return []string{}
	}
	return all
}

// someTexts is texts, of which there must be one.
func (e entry) someTexts() []string {
	all := e.texts()
	if e.node.Kind == syntax.List && len(e.node.Items) == 0 {
		e.errorf(e.node, "wrong-value", e.such(), "%s is an empty list", diag.Quote(e.name))
	}
	return all
}

// items gives the scalars of a text or a list of texts.
func (e entry) items() []*syntax.Node {
	if e.node.Kind == syntax.List {
		return e.node.Items
	}
	return []*syntax.Node{e.node}
}

func (e entry) boolean() bool {
	n := e.node
	if n.Style == syntax.Plain && (n.Text == "true" || n.Text == "false") {
		return n.Text == "true"
	}
	e.wrong()
	return false
}

// whole gives a whole number within bounds.
func (e entry) whole(min, max int) int {
	v, err := strconv.Atoi(e.node.Text)
	if err != nil || e.node.Text != strconv.Itoa(v) {
		e.wrong()
		return min
	}
	if v < min || v > max {
		e.errorf(e.node, "wrong-value", e.such(), "%s is %d, and goes from %d to %d", diag.Quote(e.name), v, min, max)
		return min
	}
	return v
}

// word gives one of the shape's words, "" for any other text.
func (e entry) word() string {
	s, ok := e.text()
	if !ok {
		return ""
	}
	if !contains(e.shape.words, s) {
		e.errorf(e.node, "wrong-value", diag.Suggest(s, e.shape.words), "%s takes %s, not %s", diag.Quote(e.name), e.shape.what, diag.Quote(s))
		return ""
	}
	return s
}

// char gives the one character that the value is.
func (e entry) char() rune {
	s, ok := e.text()
	if !ok {
		return 0
	}
	r, size := utf8.DecodeRuneInString(s)
	if size != len(s) || size == 0 {
		hint := e.such()
		if s == `\t` {
			hint = `write "\t" in double quotes for a tab`
		}
		e.errorf(e.node, "wrong-value", hint, "%s takes one character, not %s", diag.Quote(e.name), diag.Quote(s))
		return 0
	}
	return r
}

func (e entry) zone() *time.Location {
	s, ok := e.filled()
	if !ok {
		return nil
	}
	z, err := time.LoadLocation(s)
	if err != nil || s == "Local" {
		e.errorf(e.node, "unknown-zone", "use a name of the IANA database, such as America/New_York, Europe/Berlin or UTC",
			"there is no time zone %s", diag.Quote(s))
		return nil
	}
	return z
}
