package syntax

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"crm2gong/mapping/diag"
)

// parseOK parses a text that must be without fault.
func parseOK(t *testing.T, text string) *Node {
	t.Helper()
	root, list := Parse(diag.NewFile("m.yaml", []byte(text)))
	for _, d := range list {
		t.Errorf("unexpected: %s", d.Message)
	}
	if root == nil {
		t.Fatal("no tree")
	}
	return root
}

func position(s diag.Span) string {
	a, b, c, d := s.Position()
	return fmt.Sprintf("%d:%d-%d:%d", a, b, c, d)
}

// find gives the code points of the first place of part in text.
func find(text, part string) (from, to int) {
	i := strings.Index(text, part)
	from = utf8.RuneCountInString(text[:i])
	return from, from + utf8.RuneCountInString(part)
}

func TestRange(t *testing.T) {
	tests := []struct {
		name  string
		file  string
		value string // of x
		part  string // what to look for in the value
		at    string // line:column-line:column
		spelt string // the bytes there
	}{
		{"plain", "x: Amount + Foo\n", "Amount + Foo", "Foo", "1:13-1:16", "Foo"},
		{"plain first", "x: Amount\n", "Amount", "A", "1:4-1:5", "A"},
		{"plain without line end", "x: Amount", "Amount", "nt", "1:8-1:10", "nt"},
		{"plain with quotes inside", `x: a == "b"`, `a == "b"`, `"b"`, "1:9-1:12", `"b"`},
		{"plain over lines", "x: Amount +\n   Foo +\n   Bar\n", "Amount + Foo + Bar", "Foo", "2:4-2:7", "Foo"},
		{"plain over lines, third", "x: Amount +\n   Foo +\n   Bar\n", "Amount + Foo + Bar", "Bar", "3:4-3:7", "Bar"},
		{"plain fold", "x: a\n   b\n", "a b", " ", "1:5-2:4", "\n   "},
		{"plain fold after blanks", "x: a  \t\n   b\n", "a b", "b", "2:4-2:5", "b"},
		{"plain over an empty line", "x: a\n\n   b\n", "a\nb", "\n", "2:1-3:1", "\n"},
		{"plain over two empty lines", "x: a\n\n \n   b c\n", "a\n\nb c", "c", "4:6-4:7", "c"},
		{"plain with runs of blanks", "x: a   b\tc\n", "a   b\tc", "c", "1:10-1:11", "c"},
		{"plain over lines, CRLF", "x: a +\r\n   bcd\r\n", "a + bcd", "cd", "2:5-2:7", "cd"},
		{"plain wide", "x: 金額 + 税\n", "金額 + 税", "税", "1:9-1:10", "税"},
		{"plain after a byte order mark", "\ufeffx: abc\n", "abc", "b", "1:5-1:6", "b"},
		{"plain emoji", "x: 😀 Foo\n", "😀 Foo", "Foo", "1:6-1:9", "Foo"},
		{"plain after a tab", "x:\tabc\n", "abc", "c", "1:6-1:7", "c"},
		{"single", "x: 'a ?? b'\n", "a ?? b", "b", "1:10-1:11", "b"},
		{"single after a doubled quote", "x: 'it''s b'\n", "it's b", "b", "1:11-1:12", "b"},
		{"single doubled quote", "x: 'it''s b'\n", "it's b", "'", "1:7-1:9", "''"},
		{"single with a backslash", `x: 'a\d+b'`, `a\d+b`, "b", "1:9-1:10", "b"},
		{"single over lines", "x: 'a +\n  b'\n", "a + b", "b", "2:3-2:4", "b"},
		{"single over an empty line", "x: 'a +\n\n  b'\n", "a +\nb", "\n", "2:1-3:1", "\n"},
		{"single inner blanks", "x: ' a  b '\n", " a  b ", "b", "1:9-1:10", "b"},
		{"double", `x: "a ?? b"`, "a ?? b", "b", "1:10-1:11", "b"},
		{"double after escapes", `x: "\t\"a\" + b"`, "\t\"a\" + b", "b", "1:15-1:16", "b"},
		{"double escaped quote", `x: "\"a\" + b"`, `"a" + b`, `"a"`, "1:5-1:10", `\"a\"`},
		{"double hex", `x: "\x41bc"`, "Abc", "b", "1:9-1:10", "b"},
		{"double hex itself", `x: "\x41bc"`, "Abc", "A", "1:5-1:9", `\x41`},
		{"double four digits", `x: "\u00e9bc"`, "ébc", "b", "1:11-1:12", "b"},
		{"double eight digits", `x: "\U0001F600bc"`, "😀bc", "b", "1:15-1:16", "b"},
		{"double named", `x: "\0\a\b\t\n\v\f\r\e\ \N\_\L\Pz"`, "\x00\a\b\t\n\v\f\r\x1b \u0085\u00a0\u2028\u2029z", "z", "1:33-1:34", "z"},
		{"double fold", "x: \"a\n  b c\"\n", "a b c", "c", "2:5-2:6", "c"},
		{"double escaped line end", "x: \"a\\\n  b c\"\n", "ab c", "b", "2:3-2:4", "b"},
		{"double escaped line end, CRLF", "x: \"a\\\r\n  b c\"\r\n", "ab c", "b", "2:3-2:4", "b"},
		{"double escaped line end, empty line", "x: \"a\\\n\n  b c\"\n", "a\nb c", "\n", "2:1-3:1", "\n"},
		{"double wide", `x: "金額 + b"`, "金額 + b", "b", "1:10-1:11", "b"},
		{"literal", "x: |\n  a +\n  b\n", "a +\nb\n", "b", "3:3-3:4", "b"},
		{"literal line end", "x: |\n  a +\n  b\n", "a +\nb\n", "\n", "2:6-3:1", "\n"},
		{"literal strip", "x: |-\n  a +\n  b\n\n", "a +\nb", "b", "3:3-3:4", "b"},
		{"literal keep", "x: |+\n  a\n\n", "a\n\n", "a", "2:3-2:4", "a"},
		{"literal keep, last", "x: |+\n  a\n\n", "a\n\n", "\n\n", "2:4-4:1", "\n\n"},
		{"literal indicator", "x: |2\n   a +\n  b\n", " a +\nb\n", "a", "2:4-2:5", "a"},
		{"literal indicator and strip", "x: |2-\n   a +\n  b", " a +\nb", "b", "3:3-3:4", "b"},
		{"literal strip and indicator", "x: |-2\n   a +\n  b", " a +\nb", "b", "3:3-3:4", "b"},
		{"literal inner indentation", "x: |\n  if a {\n    b\n  }\n", "if a {\n  b\n}\n", "b", "3:5-3:6", "b"},
		{"literal leading empty lines", "x: |\n\n \n  a\n", "\n\na\n", "a", "4:3-4:4", "a"},
		{"literal with a comment after the indicator", "x: | # note\n  a # b\n", "a # b\n", "b", "2:7-2:8", "b"},
		{"literal tabs", "x: |\n  a\tb\n", "a\tb\n", "b", "2:5-2:6", "b"},
		{"literal CRLF", "x: |\r\n  a +\r\n  b\r\n", "a +\nb\n", "b", "3:3-3:4", "b"},
		{"literal without line end", "x: |\n  a\n  b", "a\nb", "b", "3:3-3:4", "b"},
		{"literal wide", "x: |\n  金\n  額 b\n", "金\n額 b\n", "b", "3:5-3:6", "b"},
		{"literal empty line inside", "x: |\n  a\n\n  b\n", "a\n\nb\n", "b", "4:3-4:4", "b"},
		{"folded", "x: >\n  a +\n  b\n", "a + b\n", "b", "3:3-3:4", "b"},
		{"folded blank", "x: >\n  a +\n  b\n", "a + b\n", " b", "2:6-3:4", "\n  b"},
		{"folded strip", "x: >-\n  a +\n  b c\n", "a + b c", "c", "3:5-3:6", "c"},
		{"folded paragraph", "x: >\n  a\n\n  b\n", "a\nb\n", "b", "4:3-4:4", "b"},
		{"folded with more indentation", "x: >\n  a\n    b\n  c\n", "a\n  b\nc\n", "c", "4:3-4:4", "c"},
		{"folded indicator", "x: >1\n   a\n b\n", "  a\nb\n", "b", "3:2-3:3", "b"},
		{"folded CRLF", "x: >\r\n  a +\r\n  b\r\n", "a + b\n", "b", "3:3-3:4", "b"},
		{"number", "x: 0061\n", "0061", "61", "1:6-1:8", "61"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := parseOK(t, tt.file).Get("x")
			if n.Text != tt.value {
				t.Fatalf("value %q, want %q", n.Text, tt.value)
			}
			from, to := find(n.Text, tt.part)
			got := n.Range(from, to)
			if position(got) != tt.at || got.Text() != tt.spelt {
				t.Errorf("%s %q, want %s %q", position(got), got.Text(), tt.at, tt.spelt)
			}
			if before := n.Range(from, from); before.Start != got.Start || before.End != got.Start {
				t.Errorf("the empty range is %s, want the start of %s", position(before), tt.at)
			}
		})
	}
}

func TestRangeOutsideTheText(t *testing.T) {
	n := parseOK(t, "x: abc\n").Get("x")
	for _, tt := range []struct {
		name     string
		from, to int
		want     string
	}{
		{"after the end", 3, 3, "1:7-1:7"},
		{"far after the end", 10, 20, "1:7-1:7"},
		{"before the start", -5, 1, "1:4-1:5"},
		{"backwards", 2, 1, "1:6-1:6"},
		{"all", 0, 3, "1:4-1:7"},
	} {
		if got := position(n.Range(tt.from, tt.to)); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.name, got, tt.want)
		}
	}
	n = parseOK(t, `x: "a\n"`).Get("x")
	if got := position(n.Range(2, 2)); got != "1:8-1:8" {
		t.Errorf("after an escape: %s, want 1:8-1:8", got)
	}
	if got := position(parseOK(t, "x: |\n\n\n").Get("x").Range(0, 1)); got != "1:4-1:5" {
		t.Errorf("in a text without text: %s, want the indicator 1:4-1:5", got)
	}
	if got := position(parseOK(t, "x: {a: b}\n").Get("x").Range(0, 1)); got != "1:4-1:10" {
		t.Errorf("in a map: %s, want the map 1:4-1:10", got)
	}
}

func TestSpan(t *testing.T) {
	tests := []struct {
		name string
		file string
		path string // keys and item numbers from the root; ~ for the key itself
		want string
		text string
	}{
		{"plain", "a: b c # d\n", "a", "1:4-1:7", "b c"},
		{"key", "a b: c\n", "a b ~", "1:1-1:4", "a b"},
		{"quoted key", "'a b': c\n", "a b ~", "1:1-1:6", "'a b'"},
		{"quoted", "a: 'b' # c\n", "a", "1:4-1:7", "'b'"},
		{"literal", "a: |\n  b\n  c\n\nd: e\n", "a", "1:4-3:4", "|\n  b\n  c"},
		{"folded", "a: >-\n  b\n  c\nd: e\n", "a", "1:4-3:4", ">-\n  b\n  c"},
		{"block map", "a:\n  b: c\n  d: e\nf: g\n", "a", "2:3-3:7", "b: c\n  d: e"},
		{"block list", "a:\n  - b\n  - c\nf: g\n", "a", "2:3-3:6", "- b\n  - c"},
		{"block list, not indented", "a:\n- b\n- c\nf: g\n", "a", "2:1-3:4", "- b\n- c"},
		{"item", "a:\n  - b\n  - c d\n", "a 1", "3:5-3:8", "c d"},
		{"braces", "a: {b: c , }  # d\ne: f\n", "a", "1:4-1:13", "{b: c , }"},
		{"braces over lines", "a: {b: c, # note }\n  d: e\n  }\n", "a", "1:4-3:4", "{b: c, # note }\n  d: e\n  }"},
		{"empty braces", "a: { }\n", "a", "1:4-1:7", "{ }"},
		{"brackets", "a: [b, [c], {d: e}]\n", "a", "1:4-1:20", "[b, [c], {d: e}]"},
		{"inner brackets", "a: [b, [c], {d: e}]\n", "a 1", "1:8-1:11", "[c]"},
		{"last in braces", "a: [b, [c], {d: e}]\n", "a 2", "1:13-1:19", "{d: e}"},
		{"pair in brackets", "a: [b: c, d]\n", "a 0", "1:5-1:9", "b: c"},
		{"no value", "a:\nb: c\n", "a", "1:3-1:3", ""},
		{"no value, blanks", "a:   # d\nb: c\n", "a", "1:3-1:3", ""},
		{"no value in braces", "a: {b, c: d}\n", "a b", "1:6-1:6", ""},
		{"no value, no colon", "? a\n? b\n: c\n", "a", "1:4-1:4", ""},
		{"explicit key", "? a\n: b\n", "a", "2:3-2:4", "b"},
		{"empty item", "a:\n  -\n  - b\n", "a 0", "2:4-2:4", ""},
		{"many on a line", "a: {b: 1, c: 金, d: 2, e: 3}\n", "a e", "1:26-1:27", "3"},
		{"root", "---\na: b\n...\n", "", "2:1-2:5", "a: b"},
		{"CRLF", "a: b\r\nc:\r\n  d: e\r\n", "c d", "3:6-3:7", "e"},
		{"CR alone", "a: b\rc: d\r", "c", "2:4-2:5", "d"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := walk(t, parseOK(t, tt.file), tt.path)
			if position(n.Span) != tt.want || n.Span.Text() != tt.text {
				t.Errorf("%s %q, want %s %q", position(n.Span), n.Span.Text(), tt.want, tt.text)
			}
		})
	}
}

// walk follows a path of keys and item numbers. A path that ends in " ~" names a
// key of the root.
func walk(t *testing.T, n *Node, path string) *Node {
	t.Helper()
	if key, ok := strings.CutSuffix(path, " ~"); ok {
		for _, e := range n.Entries {
			if e.Key.Text == key {
				return e.Key
			}
		}
		t.Fatalf("no key %q", key)
	}
	for _, step := range strings.Fields(path) {
		if n.Kind == List {
			n = n.Items[step[0]-'0']
		} else {
			n = n.Get(step)
		}
		if n == nil {
			t.Fatalf("no %q in %q", step, path)
		}
	}
	return n
}

func TestStylesAndTags(t *testing.T) {
	tests := []struct {
		value string
		style Style
		tag   string
	}{
		{"abc", Plain, "!!str"}, {"12", Plain, "!!int"}, {"0061", Plain, "!!int"}, {"1_000", Plain, "!!int"}, {"0x10", Plain, "!!int"},
		{"1.5", Plain, "!!float"}, {"true", Plain, "!!bool"}, {"yes", Plain, "!!str"}, {"off", Plain, "!!str"}, {"null", Plain, "!!null"}, {"~", Plain, "!!null"},
		{"", Plain, "!!null"}, {"2024-01-02", Plain, "!!timestamp"}, {"'12'", Single, "!!str"}, {`"12"`, Double, "!!str"},
		{"|\n  12", Literal, "!!str"}, {">\n  12", Folded, "!!str"},
	}
	for _, tt := range tests {
		n := parseOK(t, "x: "+tt.value+"\n").Get("x")
		if n.Kind != Scalar || n.Style != tt.style || n.Tag != tt.tag {
			t.Errorf("%q: kind %v style %v tag %s, want style %v tag %s", tt.value, n.Kind, n.Style, n.Tag, tt.style, tt.tag)
		}
	}
}

func TestCutShort(t *testing.T) {
	tests := []struct {
		file string
		want bool
	}{
		{"x: a # b\n", true}, {"x: a\t# b\n", true}, {"x: a #", true}, {"x: a\n# b\n", false}, {"x: a#b\n", false}, {"x: a\n", false},
		{"x: 'a' # b\n", false}, {"x: |  # b\n  a\n", false}, {"x: a\n   b # c\n", true}, {"x: # b\n", false}, {"x: {a: b} # c\n", false},
	}
	for _, tt := range tests {
		if got := parseOK(t, tt.file).Get("x").CutShort(); got != tt.want {
			t.Errorf("%q: %v, want %v", tt.file, got, tt.want)
		}
	}
}
