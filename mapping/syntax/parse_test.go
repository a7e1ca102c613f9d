package syntax

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crm2gong/mapping/diag"
)

// said is a diagnostic as tests compare it: code, place, message, hint.
func said(list diag.List) []string {
	var out []string
	for _, d := range list {
		out = append(out, fmt.Sprintf("%s %s: %s (%s)", position(d.Span), d.Code, d.Message, d.Hint))
	}
	return out
}

func TestRefusals(t *testing.T) {
	const keys = "(a mapping is a map with the keys version, sources and entities)"
	tests := []struct {
		name string
		file string
		want []string
	}{
		{"alias and anchor", "a: &n 1\nb: *n\n", []string{
			"1:4-1:6 yaml-anchor: anchors (&name) are not supported (write the value out where it is needed; a text that begins with & stands in quotes)",
			"2:4-2:6 yaml-alias: aliases (*name) are not supported (write the value out; a text that begins with * stands in quotes)",
		}},
		{"alias without anchor", "a: b*n\nc: [x, *n]\n", []string{
			"2:8-2:10 yaml-alias: aliases (*name) are not supported (write the value out; a text that begins with * stands in quotes)",
		}},
		{"anchor on a map", "a: &n\n  b: c\n", []string{
			"1:4-1:6 yaml-anchor: anchors (&name) are not supported (write the value out where it is needed; a text that begins with & stands in quotes)",
		}},
		{"merge key", "a:\n  <<: {b: c}\n  d: e\n", []string{
			"2:3-2:5 yaml-merge: merge keys (<<) are not supported (write the keys out, or move what is shared to a file named under include)",
		}},
		{"quoted merge key", "a: {'<<': b}\n", nil},
		{"tag for an expression", "a: !IsActive\n", []string{
			`1:4-1:13 yaml-tag: YAML reads "!IsActive" as a tag (quote the expression: '!IsActive')`,
		}},
		{"tag for a longer expression", "a: !IsActive and not x == 'y' # z\n", []string{
			`1:4-1:13 yaml-tag: YAML reads "!IsActive" as a tag (quote the expression: '!IsActive and not x == ''y''')`,
		}},
		{"tag in braces", "a: {where: !IsActive, b: c}\n", []string{
			`1:12-1:21 yaml-syntax: YAML reads a text that begins with ! as a tag (quote the expression: '!IsActive')`,
		}},
		{"tag at the end of braces", "a: {where: !x}\n", []string{
			`1:12-1:14 yaml-syntax: YAML reads a text that begins with ! as a tag (quote the expression: '!x')`,
		}},
		{"tag before a blank in braces", "a: {where: !x }\n", []string{
			`1:12-1:14 yaml-tag: YAML reads "!x" as a tag (quote the expression: '!x')`,
		}},
		{"bare tag", "a: ! b\n", []string{
			`1:4-1:5 yaml-tag: YAML reads "!" as a tag (quote the expression: '! b')`,
		}},
		{"core tag", "a: !!str 0061\n", []string{
			`1:4-1:9 yaml-tag: tags are not supported: "!!str" (leave it out; a text that looks like a number or a date stands in quotes)`,
		}},
		{"tag on a map", "a: !x {b: c}\n", []string{
			`1:4-1:6 yaml-tag: YAML reads "!x" as a tag (quote the expression: '!x {b: c}')`,
		}},
		{"tag and anchor", "a: &n !x b\n", []string{
			"1:4-1:6 yaml-anchor: anchors (&name) are not supported (write the value out where it is needed; a text that begins with & stands in quotes)",
			`1:7-1:9 yaml-tag: YAML reads "!x" as a tag (quote the expression: '!x b')`,
		}},
		{"second document", "a: b\n---\nc: d\n", []string{
			`2:1-2:4 yaml-document: a second YAML document begins here (a mapping file is one document: delete the "---", or move what follows to a file of its own)`,
		}},
		{"empty second document", "a: b\n---\n", []string{
			`2:1-2:4 yaml-document: a second YAML document begins here (a mapping file is one document: delete the "---", or move what follows to a file of its own)`,
		}},
		{"one document with marks", "---\na: b\n...\n", nil},
		{"duplicate keys", "a: 1\nb:\n  c: 2\n  'c': 3\na: 4\n", []string{
			`4:3-4:6 duplicate-key: key "c" occurs twice, first in line 3 (keep one of the two)`,
			`5:1-5:2 duplicate-key: key "a" occurs twice, first in line 1 (keep one of the two)`,
		}},
		{"same key in different maps", "a: {b: 1}\nc: {b: 1}\n", nil},
		{"list as a key", "? [a]\n: b\n", []string{
			"1:3-1:6 yaml-key: a list cannot be a key (keys are texts; an expression that begins with a bracket stands in single quotes)",
		}},
		{"braces in braces", "a: {{ Name }}\n", []string{
			"1:5-1:13 yaml-key: a map cannot be a key (keys are texts; an expression that begins with a bracket stands in single quotes)",
		}},
		{"no key", "a:\n  ?\n  : b\n", []string{`2:4-2:4 yaml-key: a key is missing (write "key: value")`}},
		{"list at the root", "- a\n- b\n", []string{"1:1-1:4 yaml-root: the file holds a list " + keys}},
		{"text at the root", "Id,Name\n1,x\n", []string{"1:1-1:8 yaml-root: the file holds a text " + keys}},
		{"empty", "", []string{"1:1-1:1 yaml-empty: the file is empty " + keys}},
		{"comments alone", "# a\n\n# b\n", []string{"1:1-1:1 yaml-empty: the file is empty " + keys}},
		{"document mark alone", "---\n", []string{"1:1-1:1 yaml-empty: the file is empty " + keys}},
		{"byte order mark alone", "\ufeff", []string{"1:1-1:1 yaml-empty: the file is empty " + keys}},
		{"control character", "a: b\x07c\nd: \x7f\n", []string{
			`1:5-1:6 yaml-character: control character U+0007 (delete it, or write it as "\x07" in double quotes)`,
			`2:4-2:5 yaml-character: control character U+007F (delete it, or write it as "\x7F" in double quotes)`,
		}},
		{"bidi in a comment", "a: b # \u202e\n", []string{
			"1:8-1:9 yaml-character: character U+202E turns the direction of the text, so that it does not read as it works (delete it; most editors do not show it)",
		}},
		{"invisible line ends", "a: b\u2028c\nd: \u0085e\nf: \ufeff\n", []string{
			"1:5-1:6 yaml-character: character U+2028 cannot be seen (delete it; most editors do not show it)",
			"2:4-2:5 yaml-character: character U+0085 cannot be seen (delete it; most editors do not show it)",
			"3:4-3:5 yaml-character: character U+FEFF cannot be seen (delete it; most editors do not show it)",
		}},
		{"escaped control character", `a: "\x07\u202e"`, nil},
		{"not UTF-8", "a: b\nc: M\xfcnchen\n", []string{"2:5-2:6 yaml-encoding: the file is not UTF-8 (save the file as UTF-8)"}},
		{"UTF-16", "\xff\xfea\x00:\x00", []string{"1:1-1:2 yaml-encoding: the file is not UTF-8 (it looks like UTF-16: save the file as UTF-8)"}},
		{"all at once", "a: !x\nb: \u2066\na: [&n 1, *n]\n<<: 1\n", []string{
			`1:4-1:6 yaml-tag: YAML reads "!x" as a tag (quote the expression: '!x')`,
			"2:4-2:5 yaml-character: character U+2066 turns the direction of the text, so that it does not read as it works (delete it; most editors do not show it)",
			`3:1-3:2 duplicate-key: key "a" occurs twice, first in line 1 (keep one of the two)`,
			"3:5-3:7 yaml-anchor: anchors (&name) are not supported (write the value out where it is needed; a text that begins with & stands in quotes)",
			"3:11-3:13 yaml-alias: aliases (*name) are not supported (write the value out; a text that begins with * stands in quotes)",
			"4:1-4:3 yaml-merge: merge keys (<<) are not supported (write the keys out, or move what is shared to a file named under include)",
		}},
		{"cut at the comma", "a: {value: join(a, b), c: d}\n", []string{
			`1:12-1:22 yaml-cut: YAML cuts "join(a, b)" at its comma (quote the expression: 'join(a, b)')`,
		}},
		{"cut at two commas", "a: {c: d, value: max(x, min(y, 2), 3) + 1}\n", []string{
			`1:18-1:42 yaml-cut: YAML cuts "max(x, min(y, 2), 3) + 1" at its comma (quote the expression: 'max(x, min(y, 2), 3) + 1')`,
		}},
		{"cut in a list", "a: [f(a, b), c]\n", []string{
			`1:5-1:12 yaml-cut: YAML cuts "f(a, b)" at its comma (quote the expression: 'f(a, b)')`,
		}},
		{"brackets that close", "a: {b: f(a), c (d): e, g: '(', h: i, j: ')'}\nk: [(a), b]\n", nil},
		{"closing bracket in quotes", "a: [f(b, \")\", c]\n", nil},
		{"bracket never closed", "a: {b: f(a, c: d}\n", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, list := Parse(diag.NewFile("m.yaml", []byte(tt.file)))
			if d := cmp.Diff(tt.want, said(list)); d != "" {
				t.Errorf("-want +got\n%s", d)
			}
		})
	}
}

// The tree is there beside refusals, and what was refused is marked, so that
// nobody complains of it a second time.
func TestTreeBesideRefusals(t *testing.T) {
	root, list := Parse(diag.NewFile("m.yaml", []byte("a: !x y\nb: {value: f(c, d), e: g}\nh: 1\nh: 2\n")))
	if len(list) != 3 || root == nil {
		t.Fatalf("%d faults, tree %v", len(list), root)
	}
	if a := root.Get("a"); !a.Broken || a.Text != "!x y" {
		t.Errorf("tagged value: %+v", a)
	}
	b := root.Get("b")
	if v := b.Get("value"); !v.Broken || v.Text != "f(c, d)" || len(b.Entries) != 2 || b.Get("e").Text != "g" {
		t.Errorf("cut value: %+v", b.Entries)
	}
	if len(root.Entries) != 4 || !root.Entries[3].Key.Broken || root.Get("h").Text != "1" {
		t.Errorf("duplicate key: %+v", root.Entries)
	}
}

func TestDepth(t *testing.T) {
	nested := func(depth int) string {
		return "a: " + strings.Repeat("[", depth-1) + strings.Repeat("]", depth-1) + "\n"
	}
	if _, list := Parse(diag.NewFile("m.yaml", []byte(nested(MaxDepth)))); len(list) != 0 {
		t.Errorf("depth %d: %v", MaxDepth, said(list))
	}
	want := []string{"1:35-1:36 yaml-depth: maps and lists are nested more than 32 deep (a mapping needs far fewer levels)"}
	for _, depth := range []int{MaxDepth + 1, MaxDepth + 2, 5000, 100_000} {
		_, list := Parse(diag.NewFile("m.yaml", []byte(nested(depth))))
		if d := cmp.Diff(want, said(list)); d != "" {
			t.Errorf("depth %d: -want +got\n%s", depth, d)
		}
	}
	var b strings.Builder
	for i := range 40 {
		fmt.Fprintf(&b, "%sa:\n", strings.Repeat(" ", i))
	}
	_, list := Parse(diag.NewFile("m.yaml", []byte(b.String())))
	want = []string{"33:33-33:34 yaml-depth: maps and lists are nested more than 32 deep (a mapping needs far fewer levels)"}
	if d := cmp.Diff(want, said(list)); d != "" {
		t.Errorf("in block style: -want +got\n%s", d)
	}
}

func TestSize(t *testing.T) {
	fits := "a: '" + strings.Repeat("x", MaxSize-6) + "'\n"
	if _, list := Parse(diag.NewFile("m.yaml", []byte(fits))); len(fits) != MaxSize || len(list) != 0 {
		t.Errorf("%d bytes: %v", len(fits), said(list))
	}
	_, list := Parse(diag.NewFile("m.yaml", []byte(fits+"\n")))
	want := []string{"1:1-1:1 yaml-size: the file has more than 1,048,576 bytes, which is the most that a mapping may have (keep large tables in CSV files, and name these as sources or enums)"}
	if d := cmp.Diff(want, said(list)); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	_, list = Parse(diag.NewFile("m.yaml", []byte(strings.Repeat("[", MaxSize))))
	if len(list) != 1 || list[0].Code != "yaml-size" {
		t.Errorf("brackets alone: %v", said(list))
	}
}

func TestManyFaultsAreCounted(t *testing.T) {
	var b strings.Builder
	for range 500 {
		b.WriteString("a: 1\n")
	}
	_, list := Parse(diag.NewFile("m.yaml", []byte(b.String())))
	if len(list) != maxFaults+1 || list[maxFaults].Message != "and 299 more faults of this kind" {
		t.Errorf("%d faults, the last: %s", len(list), list[len(list)-1].Message)
	}
}

func TestSecrets(t *testing.T) {
	tests := []struct {
		name string
		file string
		hide string
		show string
	}{
		{"plain", "api_key: abc123\nx: !y\n", "abc123", "api_key: ***"},
		{"any case", "gong: {Access-Key: abc123, x: !y }\n", "abc123", "gong: {Access-Key: ***, x: !y }"},
		{"quoted", "clientSecret: 'abc123'\n", "abc123", "clientSecret: ***"},
		{"inside a map", "credentials: {user: abc123}\n", "abc123", "credentials: {user: ***}"},
		{"block", "bearer_token: |\n  abc123\n", "abc123", ""},
		{"tagged", "password: !abc123 x\n", "abc123", "password: ***"},
		{"cut", "a: {token: f(abc123, x)}\n", "abc123", "a: {token: ***}"},
		{"syntax error", "Authorization: 'abc123' x\n", "abc123", "Authorization: ***"},
		{"syntax error in braces", "a: {token: abc123 ? x}\n", "abc123", "a: {token: ***"},
		{"syntax error elsewhere", "a: {token: abc123, v: x ? y}\n", "abc123", "a: {token: ***"},
		{"syntax error below", "password: |\n  abc123\n \"x\" y\n", "abc123", ""},
		{"syntax error inside", "secret:\n  key: \"abc123\" abc123\n", "abc123", "  ***"},
		{"unknown anchor", "secret: *abc123\n", "abc123", "secret: ***"},
		{"not UTF-8", "secret: abc123\xff\n", "abc123", "secret: ***"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := diag.NewFile("m.yaml", []byte(tt.file))
			_, list := Parse(f)
			from := strings.Index(tt.file, tt.hide)
			list.Error(diag.Span{File: f, Start: from, End: from + 3}, "test", "here", "")
			shown := false
			for _, d := range list {
				all := d.Message + "\n" + d.Hint + "\n" + d.Snippet()
				if strings.Contains(all, tt.hide) {
					t.Errorf("the secret shows in\n%s", all)
				}
				shown = shown || strings.Contains(all, "\n"+tt.show)
			}
			if !shown {
				t.Errorf("%q shows nowhere in %v", tt.show, list[0].Snippet())
			}
		})
	}
	n := parseOK(t, "token: {a: [b]}\nx: c\n")
	if !n.Get("token").Get("a").Items[0].Secret || n.Get("x").Secret {
		t.Error("the values below token are secret, others are not")
	}
}

func TestLooksSecret(t *testing.T) {
	for key, want := range map[string]bool{
		"token": true, "API_KEY": true, "api-key": true, "apiKey": true, "Access Key": true, "x-bearer": true, "db.Password": true, "private_key": true,
		"key": false, "name": false, "tok": false, "": false,
	} {
		if LooksSecret(key) != want {
			t.Errorf("%q: want %v", key, want)
		}
	}
}

func TestGet(t *testing.T) {
	n := parseOK(t, "a: 1\nb: [c]\n")
	if n.Get("z") != nil || n.Get("b").Get("c") != nil || (*Node)(nil).Get("a") != nil {
		t.Error("what is not there is nil")
	}
	if n.Kind != Map || n.Get("b").Kind != List || n.Get("a").Kind != Scalar || fmt.Sprint(Map, List, Scalar) != "map list text" {
		t.Error("kinds")
	}
}
