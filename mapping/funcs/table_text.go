package funcs

import (
	"strings"

	"crm2gong/mapping/value"
)

func textFuncs() []*Func {
	one := []Param{text("text")}
	return []*Func{
		plain("lower", "lower(text)", "The text in small letters.", one, true, asFirst(value.Text), onText(strings.ToLower),
			ex(`lower("ACME GmbH")`, `"acme gmbh"`)),
		plain("upper", "upper(text)", "The text in capitals.", one, true, asFirst(value.Text), onText(strings.ToUpper),
			ex(`upper("emea")`, `"EMEA"`)),
		plain("title", "title(text)",
			"Each word with a capital first letter and the rest small. After a single letter and an apostrophe comes a second capital, as in O'Neil.",
			one, true, asFirst(value.Text), onText(title),
			ex(`title("JEAN-LUC o'neil")`, `"Jean-Luc O'Neil"`)),
		plain("trim", "trim(text)", "The text without blanks at its ends. Cells are trimmed already, unless their source says trim: false.",
			one, true, asFirst(value.Text), onText(value.Trim),
			ex(`trim("  Acme ")`, `"Acme"`)),
		plain("replace", "replace(text, from, to)", "Every occurrence of from, taken literally, replaced by to.",
			[]Param{text("text"), text("from"), text("to")}, true, asFirst(value.Text), callReplace,
			ex(`replace("a.b.c", ".", "-")`, `"a-b-c"`)),
		prepared(plain("replacePattern", "replacePattern(text, regex, to)",
			"Every match of a regular expression (RE2 syntax) replaced by to, in which $1 or ${1} stands for what the first group matched and $$ for a dollar sign. A to that is computed from the row is put in as it is. Write the expression in backticks: `\\d+`.",
			[]Param{text("text"), text("regex").constant(), text("to")}, true, asFirst(value.Text), nil,
			ex("replacePattern(\"Smith, John\", `(\\w+), (\\w+)`, \"$2 $1\")", `"John Smith"`),
			ex("replacePattern(\"W_Account.6\", `[^A-Za-z0-9-]`, \"-\")", `"W-Account-6"`)), prepareReplacePattern),
		plain("split", "split(text, sep)", "The pieces between the separators, as they stand: not trimmed, empty ones kept. An empty text gives an empty list.",
			[]Param{text("text"), text("sep")}, true, splitType, callSplit,
			ex(`split("a;b;;c", ";")`, `["a", "b", "", "c"]`),
			ex(`map(split("a; b", ";"), trim(#))`, `["a", "b"]`)),
		plain("join", "join(list, sep)", "The items as one text with a separator between them. Items that are nil are left out; when all are, the result is nil.",
			[]Param{list("list"), text("sep")}, true, gives(value.Text), callJoin,
			ex(`join(["Ada", nil, "Lovelace"], " ")`, `"Ada Lovelace"`),
			ex(`join([nil, nil], " ")`, `nil`)),
		plain("substring", "substring(text, from[, to])", "The characters from place from, counted from 0, up to and without place to. Places beyond the ends mean the ends.",
			[]Param{text("text"), number("from"), number("to").optional()}, true, asFirst(value.Text), callSubstring,
			ex(`substring("0061234", 0, 3)`, `"006"`), ex(`substring("0061234", 3)`, `"1234"`)),
		prepared(plain("extract", "extract(text, regex[, group])",
			"What a regular expression (RE2 syntax) matches first: the given group, without one the first group if there is one, else the whole match (group 0). nil where nothing matches.",
			[]Param{text("text"), text("regex").constant(), number("group").constant().optional()}, true, gives(value.Text), nil,
			ex("extract(\"Deal #4711 (EMEA)\", `#(\\d+)`)", `"4711"`), ex("extract(\"Deal #4711\", `#(\\d+)`, 0)", `"#4711"`), ex("extract(\"Deal\", `\\d+`)", `nil`)), prepareExtract),
		plain("truncate", "truncate(text, n)", "The first n characters, without an ellipsis. An accent or a joined emoji is not cut off its base.",
			[]Param{text("text"), number("n")}, true, asFirst(value.Text), callTruncate,
			ex(`truncate("Prospecting", 4)`, `"Pros"`)),
		plain("pad", "pad(text, n, fill)", "The text filled up to n characters on the left. Takes whole numbers, too.",
			[]Param{param("text", value.Text, value.Number), number("n"), text("fill")}, true, asFirst(value.Text), callPad,
			ex(`pad("61", 4, "0")`, `"0061"`), ex(`pad(7, 3, "0")`, `"007"`)),
		plain("stripHTML", "stripHTML(text)",
			"The text of a piece of HTML: tags, scripts and styles dropped, entities such as &amp; read, line breaks and paragraphs as line breaks.",
			one, true, asFirst(value.Text), onText(stripHTML),
			ex(`stripHTML("<p>Terms &amp; <b>prices</b></p>")`, `"Terms & prices"`)),
		plain("normalize", "normalize(text)",
			"The text as people see it: Unicode NFC, each run of blanks and line breaks one plain blank, none at the ends, invisible characters such as zero-width spaces dropped.",
			one, true, asFirst(value.Text), onText(normalize),
			ex(`normalize("  Acme \u00a0 Corp\u200b ")`, `"Acme Corp"`)),
		operator("startsWith", "text startsWith prefix", "Whether a text begins with another, case included; false for nil.", ex(`"TEST deal" startsWith "TEST"`, `true`)),
		operator("endsWith", "text endsWith suffix", "Whether a text ends with another, case included; false for nil.", ex(`"a@acme.com" endsWith "@acme.com"`, `true`)),
		operator("contains", "text contains part", "Whether a text holds another, case included; false for nil.", ex(`lower("Big DEAL") contains "deal"`, `true`)),
		operator("matches", "text matches regex", "Whether a regular expression (RE2 syntax, written out) matches anywhere in a text; false for nil.", ex("\"006A1\" matches `^006`", `true`)),
		operator("in", "value in list", "Whether a list has an item equal to the value; false for nil.", ex(`"EMEA" in ["EMEA", "APAC"]`, `true`)),
	}
}

func splitType(args []value.Type) value.Type {
	t := asFirst(value.List)(args)
	t.Elem = &value.Type{Kind: value.Text}
	return t
}

func operator(name, signature, doc string, examples ...Example) *Func {
	return &Func{Name: name, Form: Operator, Signature: signature, Doc: doc, Examples: examples}
}
