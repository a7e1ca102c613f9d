package syntax

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crm2gong/mapping/diag"
)

func TestSyntaxErrors(t *testing.T) {
	const fit = `this line does not fit the indentation above it (indent it like the keys or items beside it; a value that goes on over several lines stands in quotes or below "|")`
	const tab = "a tab in the indentation (YAML indents with spaces only: replace each tab by spaces)"
	tests := []struct {
		name string
		file string
		want string // place: message (hint)
	}{
		{"?? in braces", "a: 1\nb: {value: A ?? B}\nc: 2\n", `2:12-2:18: expected "," or "}", found "?? B" (quote the expression: 'A ?? B')`},
		{"?? in braces of several lines", "a: 1\nb:\n  c: {x: 1,\n    value: A ?? B,\n    y: 2}\nd: 2\n", `4:12-4:18: expected "," or "}", found "?? B" (quote the expression: 'A ?? B')`},
		{"? : in braces", "b: {value: a ? 1 : 2, c: d}\n", `1:12-1:21: expected "," or "}", found "? 1 : 2" (quote the expression: 'a ? 1 : 2')`},
		{"row[] in braces", "a: {x: 1,\n  y: 2}\nb: {value: row[\"Close Date\"], c: 1}\nd: 2\n", `3:12-3:29: expected "," or "}", found "[\"Close Date\"]" (quote the expression: 'row["Close Date"]')`},
		{"+ after quotes in braces", "b: {value: \"a\" + x, c: d}\n", `1:12-1:19: expected "," or "}", found "+ x" (quote the expression: '"a" + x')`},
		{"+ after quotes in brackets", "b: [\"a\" + x, c]\n", `1:5-1:12: expected "," or "]", found "+ x" (quote the expression: '"a" + x')`},
		{"quoted arguments in braces", "b: {value: join(C, \" \"), c: 1}\n", `1:12-1:24: expected "," or "}", found ")" (quote the expression: 'join(C, " ")')`},
		{"three arguments in braces", "b: {c: 1, value: replace(A, 'x', \"y\")}\n", `1:18-1:38: expected "," or "}", found ")" (quote the expression: 'replace(A, ''x'', "y")')`},
		{"list and more arguments in braces", "b: {value: join([A, B], \" \") + C, c: 1}\n", `1:12-1:33: expected "," or "}", found "[A, B]" (quote the expression: 'join([A, B], " ") + C')`},
		{"nested calls in braces", "b: {value: f(A, g([A, B], \",\"), C), c: 1}\n", `1:12-1:35: expected "," or "}", found "[A, B]" (quote the expression: 'f(A, g([A, B], ","), C)')`},
		{"quoted arguments on a line of brackets", "b: [\n  join(C, \" \"), c]\n", `2:3-2:15: expected "," or "]", found ")" (quote the expression: 'join(C, " ")')`},
		{"backticks in braces", "b: {c: 1, value: replacePattern(A, `[^a]`, \"\"), d: 2}\n", "1:18-1:47: a value cannot begin like this: \"`\" (quote the expression: 'replacePattern(A, `[^a]`, \"\")')"},
		{"nothing that opens", "b: {value: C, \" \") + A, c: 1}\n", `1:15-1:23: expected "," or "}", found ") + A" (quote the expression: '" ") + A')`},
		{"+ after quotes", "a: 1\nb: \"a\" + x\nc: 2\n", `2:4-2:11: text after the closing quote, found "+ x" (quote the expression: '"a" + x')`},
		{"+ after single quotes", "b: 'a' + x # why\nc: 2\n", `1:4-1:11: text after the closing quote, found "+ x" (quote the expression: '''a'' + x')`},
		{"? :", "a: 1\nb: a ? 1 : c\nd: 1\n", `2:4-2:13: ": " inside a text without quotes (quote the expression: 'a ? 1 : c')`},
		{"? : in a list", "a:\n  - x: a ? 1 : c\n", `2:8-2:17: ": " inside a text without quotes (quote the expression: 'a ? 1 : c')`},
		{"text with a colon in braces", "b: {label: Note: this (a, b), c: d}\n", `1:12-1:29: expected "," or "}", found ": this (a, b)" (quote the expression: 'Note: this (a, b)')`},
		{"text with a colon", "a: Note: this\n", `1:4-1:14: ": " inside a text without quotes (quote the expression: 'Note: this')`},
		{"backtick", "a: `x` + y\n", "1:4-1:11: a value cannot begin like this: \"`\" (quote the expression: '`x` + y')"},
		{"at sign", "a:\n  - @x\n", `2:5-2:7: a value cannot begin like this: "@" (quote the expression: '@x')`},
		{"percent", "a: %d/%m\n", `1:4-1:9: a value cannot begin like this: "%" (quote the expression: '%d/%m')`},
		{"not", "a: !IsActive && x\n", `1:4-1:18: a value cannot begin like this: "!" (quote the expression: '!IsActive && x')`},
		{"greater", "a: > 5\nb: c\n", `1:4-1:7: a value cannot begin like this: ">" (quote the expression: '> 5')`},
		{"times", "a: * 5\nb: c\n", `1:4-1:7: a value cannot begin like this: "*" (quote the expression: '* 5')`},
		{"long expression", "a: \"" + strings.Repeat("x", 90) + "\" + y\n", `1:4-1:100: text after the closing quote, found "+ y" (quote the expression in single quotes, or put it below "|")`},
		{"unknown escape", "a: 1\nb: \"\\d+\"\nc: 1\n", `2:4-2:9: an escape that YAML does not know, in double quotes (a backslash in double quotes begins an escape: use single quotes, or write \\)`},
		{"tab", "a:\n\tb: c\nd: e\n", "2:1-2:2: " + tab},
		{"tab after spaces", "a:\n  b: c\n \td: e\n", "3:2-3:3: " + tab},
		{"tab in a list", "a:\n  - b\n\t- c\n", "3:1-3:2: " + tab},
		{"tab in a literal text", "a: |\n\tb\n", "2:1-2:2: " + tab},
		{"less indentation", "a:\n  b: 1\n c: 2\nd: 3\n", "3:2-3:6: " + fit},
		{"more indentation", "a: 1\n  b: 2\nc: 3\n", "2:3-2:7: " + fit},
		{"list after a map", "a:\n  b: 1\n  - c\nd: 3\n", "3:3-3:6: " + fit},
		{"map after a list", "a:\n  - c\n  b: 1\nd: 3\n", "3:3-3:7: " + fit},
		{"no colon", "a: 1\nfoo\nb: 2\n", `2:1-2:4: a key without a value (write "key: value"; a text that goes on from the line above is indented more than its key)`},
		{"no blank after the colon", "a: 1\nb:2\nc: 3\n", `2:1-2:4: a key without a value (write "key: value"; a text that goes on from the line above is indented more than its key)`},
		{"quote closed by the next", "a: 'it\nb: 'x'\nc: 1\n", "2:5-2:7: text after a closing quote (the quote that closes here was opened in line 1: close it there)"},
		{"quote never closed", "a: 1\nb: 'it\nc: x\n", "2:4-2:5: the quote ' is never closed (close it; inside single quotes a quote is written twice)"},
		{"bracket never closed", "a: {b: 1, c: [d\n", "1:14-1:15: the bracket [ is never closed (close it with ]; an expression with brackets stands in single quotes)"},
		{"bracket open before the next key", "a: {b: 1\nc: 2\nd: 3\n", `2:4-2:5: expected "," or "}" (the bracket { of line 1 is still open: close it, or part its values by commas)`},
		{"bracket too many", "a: {b: 1}}\nc: 2\n", `1:4-1:11: a bracket too many (delete "}")`},
		{"closing bracket alone", "a: ]\nb: 2\n", `1:4-1:5: a value cannot begin like this: "]" (quote the expression: ']')`},
		{"list on the line of its key", "a: - b\n", `1:4-1:7: "- " cannot stand here (a list begins on the line below its key; a text that begins with "- " stands in quotes)`},
		{"directive", "a: 1\n%YAML 3\n", "2:1-2:8: YAML directives (%) are not supported (delete the line)"},
		{"after wide characters", "a: 金額\nb: {税: A ?? 額}\n", `2:8-2:14: expected "," or "}", found "?? 額" (quote the expression: 'A ?? 額')`},
		{"CRLF", "a: 1\r\nb: \"a\" + x\r\nc: 2\r\n", `2:4-2:11: text after the closing quote, found "+ x" (quote the expression: '"a" + x')`},
		{"after a literal text with brackets", "a: |\n  {[ \"'\n  x\nb: \"a\" + x\n", `4:4-4:11: text after the closing quote, found "+ x" (quote the expression: '"a" + x')`},
		{"after a list item's literal text", "l:\n  - a: |\n      {[ \"'\n    b: \"a\" + x\n", `4:8-4:15: text after the closing quote, found "+ x" (quote the expression: '"a" + x')`},
		{"after a comment with brackets", "a: 1 # {[ \"'\nb: \"a\" + x\n", `2:4-2:11: text after the closing quote, found "+ x" (quote the expression: '"a" + x')`},
		{"after a plain text with brackets", "a: f(\"[{\") + b\nb: \"a\" + x\n", `2:4-2:11: text after the closing quote, found "+ x" (quote the expression: '"a" + x')`},
		{"byte order mark", "\ufeffa: \"a\" + x\n", `1:4-1:11: text after the closing quote, found "+ x" (quote the expression: '"a" + x')`},
		{"in the second document", "a: 1\n---\nb: \"a\" + x\n", `3:4-3:11: text after the closing quote, found "+ x" (quote the expression: '"a" + x')`},
		{"first line of several", "a: 'b' c\nd: 1\ne: 2\nf: 3\n", `1:4-1:9: text after the closing quote, found "c" (quote the expression: '''b'' c')`},
		{"second of several read on", "a: [\n  b c: d: e,\n  f,\n  g,\n  h]\ni: 1\n", `2:8-2:12: expected "," or "]", found ": e" (quote the expression: 'd: e')`},
		{"among many lines", strings.Repeat("# comment\n\n", 400) + "a: {b: A ?? B}\n" + strings.Repeat("# comment\n\n", 400), `801:8-801:14: expected "," or "}", found "?? B" (quote the expression: 'A ?? B')`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root, list := Parse(diag.NewFile("m.yaml", []byte(tt.file)))
			if root != nil {
				t.Error("a tree beside a syntax error")
			}
			got := strings.Replace(strings.Join(said(list), "\n"), " yaml-syntax", "", 1)
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("-want +got\n%s", d)
			}
		})
	}
}

// Files made to be slow are refused or read within a time that leaves room for
// slow machines, and never crash.
func TestHostileFiles(t *testing.T) {
	repeat := func(s string, size int) string { return strings.Repeat(s, size/len(s)) }
	tests := map[string]string{
		"brackets":             repeat("[", 150_000),
		"braces":               repeat("{a: ", 150_000),
		"list items":           repeat("- ", 150_000),
		"closed brackets":      "a: [" + repeat("[],", 180_000) + "]",
		"quote never closed":   "a: '" + repeat("x", 1_000_000),
		"backslashes":          `a: "` + repeat(`\\`, 1_000_000) + `"`,
		"tabs":                 repeat("\t", MaxSize),
		"direction characters": repeat("\u202e", MaxSize),
		"NUL":                  repeat("\x00", MaxSize),
		"anchors":              repeat("&a ", MaxSize),
		"tags":                 "a: " + repeat("!a ", 1_000_000),
		"folded lines":         "a: " + repeat("x\n  ", 600_000),
		"cut expressions":      "a: [" + repeat("f(x, ", 400_000) + "]",
		"pairs of cut ones":    "a: [" + repeat("(x, y), ", 600_000) + "]",
		"one line of keys":     "a: {" + repeat("b: xxxxxx, ", 900_000) + "}",
		"late error":           repeat("abcdefgh: bcdefghij\n", 300_000) + "x: \"a\" + b\n",
		"indented":             "a: |\n" + strings.Repeat(" ", 900_000) + "x\n",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			started := time.Now()
			_, list := Parse(diag.NewFile("m.yaml", []byte(text)))
			for i := range list {
				list[i].Snippet()
			}
			if took := time.Since(started); took > 10*time.Second {
				t.Errorf("took %v", took)
			}
		})
	}
}
