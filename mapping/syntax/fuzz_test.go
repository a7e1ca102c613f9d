package syntax

import (
	"strings"
	"testing"
	"unicode/utf8"

	"gopkg.in/yaml.v3"

	"crm2gong/mapping/diag"
)

// FuzzParse holds the laws of positions: every span lies in the file and in its
// parent's, offsets in a text map to the file in order and to the same
// characters, and the only texts whose characters cannot be found are blank ones.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "a: b", "a: {b: c, d: [e, 'f''g', \"h\\n\\u00e9\\\n  i\"]}\n", "a: |2-\n   b\n\n  c\n", "a: >+\n  b\n  c\n\n    d\n\n",
		"a: b\n  c\n\n  d # e\n", "\ufeffa: 金\r\nb: \"x\r\n  y\"\r\n", "a: !x &y b\nc: *y\n", "---\na: b\n---\nc", "? [a]\n: b\n", "a: f(x, y)\nb: {c: f(x, y)}\n",
		"a: {b: A ?? B}\n", "a: 'b\n", "a: [\n", "\ta: b\n", "token: 'x' y\n", "a: \x00\u202e\u2028\n", "- - - a\n", "a:\n- b\n-\n- c: d\n  e: f\n",
		"a: >\n\n  b\n   c\n  d\n\n\n", "a: >1-\n  b\n", "a: |\n  \n   \n  b\n", "a: \"\\\n\n  b\"", "[a: b, {c}: d]", "a: {? b : c, d}\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4096 {
			return
		}
		file := diag.NewFile("m.yaml", []byte(text))
		root, list := Parse(file)
		for _, d := range list {
			if d.Message == "" || d.Severity != diag.Error {
				t.Errorf("not a fault: %+v", d)
			}
			inside(t, diag.Span{File: file, End: len(text)}, d.Span)
			d.Snippet()
		}
		if root == nil {
			if len(list) == 0 {
				t.Error("neither a tree nor a fault")
			}
			return
		}
		laws(t, diag.Span{File: file, End: len(text)}, root, len(list) == 0)
	})
}

func inside(t *testing.T, outer, inner diag.Span) {
	t.Helper()
	if inner.File != outer.File || inner.Start > inner.End || inner.Start < outer.Start || inner.End > outer.End {
		t.Errorf("span %d-%d is not inside %d-%d", inner.Start, inner.End, outer.Start, outer.End)
	}
}

func laws(t *testing.T, parent diag.Span, n *Node, clean bool) {
	t.Helper()
	inside(t, parent, n.Span)
	for _, e := range n.Entries {
		laws(t, n.Span, e.Key, clean)
		laws(t, n.Span, e.Value, clean)
	}
	for _, item := range n.Items {
		laws(t, n.Span, item, clean)
	}
	if n.Kind != Scalar {
		return
	}
	if clean && !n.Exact() && strings.Trim(n.Text, " \n") != "" {
		t.Errorf("%q in %q: its characters were not found", n.Text, n.Span.Text())
	}
	if clean {
		rereads(t, n)
	}
	if n.Exact() {
		characters(t, n, clean)
	}
}

// rereads checks that the bytes of a span alone are read as the same text.
func rereads(t *testing.T, n *Node) {
	t.Helper()
	span := n.Span.Text()
	if n.Style == Plain && !strings.ContainsAny(span, "\r\n") && span != n.Text {
		t.Errorf("plain text %q has the span %q", n.Text, span)
	}
	if n.Style == Single || n.Style == Double {
		var got string
		if err := yaml.Unmarshal([]byte(span), &got); err != nil || got != n.Text {
			t.Errorf("span %q reads as %q (%v), want %q", span, got, err, n.Text)
		}
	}
}

// characters checks that each code point maps to the bytes that spell it, in
// order.
func characters(t *testing.T, n *Node, clean bool) {
	t.Helper()
	file := diag.Span{File: n.Span.File, End: len(n.Span.File.Text)}
	point, last := 0, n.Span.Start
	for _, r := range n.Text {
		at := n.Range(point, point+1)
		inside(t, file, at)
		if at.Start < last {
			t.Errorf("code point %d of %q stands before the one before it", point, n.Text)
		}
		last = at.End
		if spelt := at.Text(); clean && spelt != string(r) && !spells(n.Style, spelt, r) {
			t.Errorf("code point %d of %q, %q, is not spelt %q", point, n.Text, r, spelt)
		}
		point++
	}
	all := n.Range(0, point)
	inside(t, file, all)
	if point > 0 && (all.Start != n.Range(0, 1).Start || all.End != n.Range(point-1, point).End) {
		t.Errorf("the whole range of %q is not that of its first and last characters", n.Text)
	}
}

// spells tells whether a spelling other than the character itself is one of its
// style's.
func spells(style Style, spelt string, r rune) bool {
	folds := strings.Trim(spelt, " \t\r\n") == "" && strings.ContainsAny(spelt, "\r\n")
	switch {
	case r == '\n' && (spelt == "\n" || spelt == "\r\n" || spelt == "\r"):
		return true
	case r == ' ' && folds && style != Literal:
		return true
	case style == Single:
		return r == '\'' && spelt == "''"
	case style == Double && strings.HasPrefix(spelt, `\`):
		var got string
		return yaml.Unmarshal([]byte(`"`+spelt+`"`), &got) == nil && got == string(r) && utf8.RuneCountInString(got) == 1
	}
	return false
}
