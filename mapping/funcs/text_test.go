package funcs

import "testing"

func TestText(t *testing.T) {
	run(t, "lower", []call{{"Unicode", []any{"ÄÖ Straße"}, `"äö straße"`, "", ""}, {"nil", []any{nil}, "nil", "", ""}})
	run(t, "upper", []call{{"Unicode", []any{"emea é"}, `"EMEA É"`, "", ""}})
	run(t, "title", []call{
		{"rest small", []any{"JOHN McDONALD"}, `"John Mcdonald"`, "", ""},
		{"hyphen", []any{"jean-luc"}, `"Jean-Luc"`, "", ""},
		{"Irish name", []any{"o'neil"}, `"O'Neil"`, "", ""},
		{"French name, curly", []any{"d’arcy"}, `"D’Arcy"`, "", ""},
		{"contraction", []any{"don't i'm it's"}, `"Don't I'm It's"`, "", ""},
		{"Unicode", []any{"éCOLE über ǆ"}, `"École Über ǅ"`, "", ""},
		{"digits", []any{"3rd FLOOR"}, `"3rd Floor"`, "", ""},
		{"decomposed accent is no boundary", []any{"cafe\u0301s"}, "\"Cafe\u0301s\"", "", ""},
	})
	run(t, "trim", []call{{"Unicode blanks and BOM", []any{"\uFEFF\u00a0 Acme\u2003\n"}, `"Acme"`, "", ""}})
	run(t, "replace", []call{
		{"every occurrence", []any{"a.b.c", ".", "-"}, `"a-b-c"`, "", ""},
		{"literally", []any{"$1", "$1", "$2"}, `"$2"`, "", ""},
		{"to nothing", []any{"€ 5", "€ ", ""}, `"5"`, "", ""},
		{"from nothing", []any{"a", "", "x"}, "", "nothing to look for", ""},
		{"nil in place of to", []any{"a", "a", nil}, "", "third argument, to, is empty", `?? ""`},
	})
	run(t, "split", []call{
		{"empty pieces kept", []any{";a;;b ;", ";"}, `["", "a", "", "b ", ""]`, "", ""},
		{"long separator", []any{"a--b", "--"}, `["a", "b"]`, "", ""},
		{"no separator in it", []any{"a", ";"}, `["a"]`, "", ""},
		{"empty text", []any{"", ";"}, `[]`, "", ""},
		{"empty separator", []any{"abc", ""}, "", "separator is empty", ""},
	})
	run(t, "join", []call{
		{"skips nil, not empty texts", []any{[]any{"a", nil, "", "b"}, "-"}, `"a--b"`, "", ""},
		{"all nil", []any{[]any{nil, nil}, "-"}, "nil", "", ""},
		{"empty", []any{[]any{}, "-"}, "nil", "", ""},
		{"numbers and dates", []any{[]any{num("1.50"), day("2024-03-15")}, " "}, `"1.5 2024-03-15"`, "", ""},
		{"one number", []any{[]any{nil, 5}, " "}, `"5"`, "", ""},
		{"nested", []any{[]any{[]any{"a"}}, " "}, "", "an item of the list is a list", "flatten"},
		{"a text for a list", []any{"a", ""}, "", "takes a list as its first argument, not a text", "split"},
	})
	run(t, "substring", []call{
		{"from and to", []any{"Zürich", 1, 3}, `"ür"`, "", ""},
		{"to the end", []any{"Zürich", 2}, `"rich"`, "", ""},
		{"clamped", []any{"abc", -5, 99}, `"abc"`, "", ""},
		{"negative to", []any{"abc", 0, -1}, `""`, "", ""},
		{"behind the end", []any{"abc", 7}, `""`, "", ""},
		{"turned round", []any{"abc", 2, 1}, `""`, "", ""},
		{"no whole number", []any{"abc", num("1.5")}, "", "whole number", ""},
	})
	run(t, "truncate", []call{
		{"characters, not bytes", []any{"äöü", 2}, `"äö"`, "", ""},
		{"shorter", []any{"ab", 5}, `"ab"`, "", ""},
		{"zero", []any{"ab", 0}, `""`, "", ""},
		{"accent stays with its base", []any{"ae\u0301b", 2}, `"a"`, "", ""},
		{"but not when nothing is left", []any{"e\u0301b", 1}, `"e"`, "", ""},
		{"joined emoji", []any{"a👩\u200d👧", 3}, `"a"`, "", ""},
		{"negative", []any{"ab", -1}, "", "whole number from 0", ""},
	})
	run(t, "pad", []call{
		{"left", []any{"61", 4, "0"}, `"0061"`, "", ""},
		{"long already", []any{"12345", 4, "0"}, `"12345"`, "", ""},
		{"longer fill", []any{"x", 6, "abé"}, `"abéabx"`, "", ""},
		{"whole number", []any{num("7.00"), 3, "0"}, `"007"`, "", ""},
		{"great whole number", []any{num("12345678901234567890123"), 25, "0"}, `"0012345678901234567890123"`, "", ""},
		{"fraction", []any{num("7.5"), 5, "0"}, "", `"7.5" is no number that pad`, "whole"},
		{"negative", []any{-7, 5, "0"}, "", `"-7" is no number that pad`, "whole"},
		{"no fill", []any{"7", 5, ""}, "", "nothing to fill with", ""},
	})
}

func TestNormalize(t *testing.T) {
	run(t, "normalize", []call{
		{"composed", []any{"Zu\u0308rich"}, `"Zürich"`, "", ""},
		{"blanks", []any{" a\u00a0\u2003 b\r\n c "}, `"a b c"`, "", ""},
		{"invisible", []any{"\uFEFFa\u200bb\u00adc\u2060\u200e"}, `"abc"`, "", ""},
		{"accent behind an invisible one", []any{"e\u200b\u0301"}, `"é"`, "", ""},
		{"joined emoji stays", []any{"👩\u200d👧 x"}, "\"👩\\u200d👧 x\"", "", ""},
		{"only blanks", []any{" \u00a0"}, `""`, "", ""},
		{"inner double blank", []any{"a  b"}, `"a b"`, "", ""},
		{"tab", []any{"a\tb"}, `"a b"`, "", ""},
		{"trailing blank", []any{"a "}, `"a"`, "", ""},
	})
}

func TestStripHTML(t *testing.T) {
	run(t, "stripHTML", []call{
		{"plain", []any{"a\n  b"}, `"a\n  b"`, "", ""},
		{"entities only", []any{"R&amp;D &lt;x&gt; &#8364;"}, `"R&D <x> €"`, "", ""},
		{"no tag in it", []any{"a < b\n c"}, `"a < b\n c"`, "", ""},
		{"paragraphs", []any{"<p>one</p>\n<p>two<br>three</p>"}, `"one\ntwo\nthree"`, "", ""},
		{"empty line", []any{"a<br><br/>b"}, `"a\n\nb"`, "", ""},
		{"nested blocks", []any{"<div><div>a</div></div><div>b</div>"}, `"a\nb"`, "", ""},
		{"list", []any{"<ul><li>a<li>b</ul>c"}, `"a\nb\nc"`, "", ""},
		{"script and style", []any{"<style>p{}</style>a<script>if (a<b) x('</p>')</script>b"}, `"ab"`, "", ""},
		{"comment", []any{"a<!-- x -->b"}, `"ab"`, "", ""},
		{"blanks", []any{"<b>a</b>&nbsp; \n <i>b</i>"}, `"a b"`, "", ""},
		{"cells", []any{"<tr><td>a</td><td>b</td></tr>"}, `"a b"`, "", ""},
		{"attribute with a bracket", []any{`<a title="x>y">z</a>`}, `"z"`, "", ""},
		{"never closed, so no tag", []any{"a <b"}, `"a <b"`, "", ""},
	})
}

func TestPatterns(t *testing.T) {
	run(t, "replacePattern", []call{
		{"groups", []any{"Smith, John", `(\w+), (\w+)`, "$2 ${1}"}, `"John Smith"`, "", ""},
		{"group and letters behind", []any{"ab", `(a)`, "$1x$1_"}, `"axa_b"`, "", ""},
		{"named", []any{"2024-03", `(?P<y>\d+)-`, "${y}/"}, `"2024/03"`, "", ""},
		{"dollar", []any{"5", `\d`, "$$$"}, `"$$"`, "", ""},
		{"dollar before anything else", []any{"5", `\d`, "$-${"}, `"$-${"`, "", ""},
		{"no match", []any{"abc", `\d`, "x"}, `"abc"`, "", ""},
		{"empty matches", []any{"ab", `x*`, "-"}, `"-a-b-"`, "", ""},
		{"group without part", []any{"a", `(a)|(b)`, "[$2]"}, `"[]"`, "", ""},
		{"bad expression", []any{"a", `(`, ""}, "", "does not read", ""},
	})
	run(t, "extract", []call{
		{"first group", []any{"Deal #4711", `#(\d+)`}, `"4711"`, "", ""},
		{"match", []any{"Deal #4711", `\d+`}, `"4711"`, "", ""},
		{"whole", []any{"Deal #4711", `#(\d+)`, 0}, `"#4711"`, "", ""},
		{"second group", []any{"a-b", `(\w)-(\w)`, 2}, `"b"`, "", ""},
		{"nothing", []any{"a", `\d`}, "nil", "", ""},
		{"group without part", []any{"b", `(a)|b`}, "nil", "", ""},
		{"no such group", []any{"a", `(a)`, 2}, "", "no group 2, it has 1", ""},
	})
}

// A group that does not exist is found before any row is read; a replacement
// out of the row is put in as it is, so that a dollar sign in data means itself.
func TestReplacePatternTemplate(t *testing.T) {
	pattern, to := val(`(\d)`), val("$2")
	if _, err := Find("replacePattern").Prepare(consts(nil, &pattern, &to)); err == nil {
		t.Error("$2 of one group was taken")
	}
	call, err := Find("replacePattern").Prepare(consts(nil, &pattern, nil))
	if err != nil {
		t.Fatal(err)
	}
	v, err := call(testEnv(t), vals("a1", `(\d)`, "$1"))
	if err != nil || show(v) != `"a$1"` {
		t.Errorf("got %s, %v", show(v), err)
	}
}
