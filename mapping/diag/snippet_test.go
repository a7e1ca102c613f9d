package diag

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSnippet(t *testing.T) {
	tests := []struct {
		name   string
		text   string
		at     string // the span is the first place of this text
		source string
		caret  string
	}{
		{"one character", "a: b", "b", "a: b", "   ^"},
		{"several", "a: bcd", "bcd", "a: bcd", "   ^~~"},
		{"second line", "a: b\nc: d\ne: f", "d", "c: d", "   ^"},
		{"CRLF", "a: b\r\nc: d\r\n", "c", "c: d", "^"},
		{"tabs before", "\ta:\tbcd", "bcd", "\ta:\tbcd", "\t  \t^~~"},
		{"tab in the span", "a: b\tc", "b\tc", "a: b\tc", "   ^"},
		{"tab alone", "\ta", "\t", "\ta", "^"},
		{"wide before", "金額: bc", "bc", "金額: bc", "      ^~"},
		{"wide inside", "a: 金額", "金額", "a: 金額", "   ^~~~"},
		{"one wide", "a: 金", "金", "a: 金", "   ^~"},
		{"fullwidth and emoji", "ＡＢ😀x", "x", "ＡＢ😀x", "      ^"},
		{"halfwidth katakana", "ｱｲx", "x", "ｱｲx", "  ^"},
		{"combining", "e\u0301e\u0301x", "x", "e\u0301e\u0301x", "  ^"},
		{"over several lines", "a: bc\n  de\n", "bc\n  de", "a: bc", "   ^~"},
		{"byte order mark", "\ufeffa: b", "b", "a: b", "   ^"},
		{"control characters", "a\x07\x1b\u202eb", "b", "a\ufffd\ufffd\ufffdb", "    ^"},
		{"bytes that are no UTF-8", "a\xff\xfeb", "b", "a\ufffd\ufffdb", "   ^"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			i := strings.Index(tt.text, tt.at)
			d := Diagnostic{Span: Span{NewFile("f", []byte(tt.text)), i, i + len(tt.at)}}
			if got, want := d.Snippet(), tt.source+"\n"+tt.caret; got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func TestSnippetOfAnEmptySpan(t *testing.T) {
	f := NewFile("f", []byte("ab\n\ncd"))
	for _, tt := range []struct {
		offset int
		want   string
	}{{1, "ab\n ^"}, {2, "ab\n  ^"}, {3, "\n^"}, {6, "cd\n  ^"}, {99, "cd\n  ^"}} {
		d := Diagnostic{Span: Span{f, tt.offset, tt.offset}}
		if got := d.Snippet(); got != tt.want {
			t.Errorf("offset %d: %q, want %q", tt.offset, got, tt.want)
		}
	}
	if got := (&Diagnostic{}).Snippet(); got != "" {
		t.Errorf("without a place: %q", got)
	}
	if got := (&Diagnostic{Span: Span{File: NewFile("f", nil)}}).Snippet(); got != "\n^" {
		t.Errorf("empty file: %q", got)
	}
}

func TestSnippetMasked(t *testing.T) {
	const text = "token: abcdef x\nkey: abc\n  def\n"
	tests := []struct {
		name     string
		mask, at string
		want     string
	}{
		{"after it", "abcdef", "x", "token: *** x\n           ^"},
		{"on it", "abcdef", "abcdef", "token: *** x\n       ^~~"},
		{"inside it", "abcdef", "cd", "token: *** x\n       ^~~"},
		{"from before it", "abcdef", ": abcdef", "token: *** x\n     ^~~~~"},
		{"before it", "abcdef", "token", "token: *** x\n^~~~~"},
		{"over two lines, first", "abc\n  def", "key", "key: ***\n^~~"},
		{"over two lines, second", "abc\n  def", "  def", "***\n^~~"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := NewFile("f", []byte(text))
			i := strings.Index(text, tt.mask)
			f.Mask(i, i+len(tt.mask))
			i = strings.Index(text, tt.at)
			d := Diagnostic{Span: Span{f, i, i + len(tt.at)}}
			if got := d.Snippet(); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

// A clipped line shows the caret under the same character, keeps its width, and
// says on which side it was cut.
func TestSnippetClipped(t *testing.T) {
	dots := func(n int) string { return strings.Repeat(".", n) }
	tests := []struct {
		name          string
		before, after int
		left, right   bool
	}{
		{"fits", 60, 59, false, false},
		{"one too many", 60, 60, true, false},
		{"at the start", 0, 500, false, true},
		{"near the start", 30, 500, false, true},
		{"in the middle", 500, 500, true, true},
		{"near the end", 500, 10, true, false},
		{"at the end", 500, 0, true, false},
		{"in a very long line", 1 << 20, 1 << 20, true, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := dots(tt.before) + "X" + dots(tt.after)
			d := Diagnostic{Span: Span{NewFile("f", []byte(text)), tt.before, tt.before + 1}}
			source, caret, _ := strings.Cut(d.Snippet(), "\n")
			runes := []rune(source)
			if at := strings.Index(caret, "^"); at != len(caret)-1 || runes[at] != 'X' {
				t.Errorf("caret under another character:\n%s\n%s", source, caret)
			}
			if left := runes[0] == '…'; left != tt.left {
				t.Errorf("cut on the left: %v", left)
			}
			if right := runes[len(runes)-1] == '…'; right != tt.right {
				t.Errorf("cut on the right: %v", right)
			}
			if n := utf8.RuneCountInString(source); n > snippetCells+2 {
				t.Errorf("%d cells wide", n)
			}
		})
	}
	d := Diagnostic{Span: Span{NewFile("f", []byte(dots(200))), 50, 200}}
	source, caret, _ := strings.Cut(d.Snippet(), "\n")
	if len(caret) != utf8.RuneCountInString(source)-1 || !strings.HasSuffix(caret, "~") {
		t.Errorf("a long span is underlined to the cut:\n%s\n%s", source, caret)
	}
	text := strings.Repeat("金", 100) + "X" + strings.Repeat("額", 100)
	d = Diagnostic{Span: Span{NewFile("f", []byte(text)), 300, 301}}
	source, caret, _ = strings.Cut(d.Snippet(), "\n")
	wide := strings.Count(source[:strings.Index(source, "X")], "金")
	if strings.Index(caret, "^") != 1+2*wide || wide != leadCells/2 {
		t.Errorf("among wide characters:\n%s\n%s", source, caret)
	}
}

func TestSnippetClippedAtAMask(t *testing.T) {
	text := strings.Repeat("s", 5000) + "X" + strings.Repeat("t", 5000)
	f := NewFile("f", []byte(text))
	f.Mask(0, 5000)
	f.Mask(5001, len(text))
	d := Diagnostic{Span: Span{f, 5000, 5001}}
	if got := d.Snippet(); strings.Contains(got, "s") || strings.Contains(got, "t") {
		t.Errorf("the secret shows: %s", got)
	}
}

func FuzzSnippet(f *testing.F) {
	f.Add("a: b\n金: \tx\r\n", 3, 4, 0, 2)
	f.Add("\ufeff\xff\u202e", 0, 9, 3, 4)
	f.Fuzz(func(t *testing.T, text string, start, end, from, to int) {
		file := NewFile("f", []byte(text))
		file.Mask(from, to)
		d := Diagnostic{Span: Span{file, start, end}}
		got := d.Snippet()
		if strings.Count(got, "\n") != 1 || strings.Count(got[strings.Index(got, "\n"):], "^") != 1 || !utf8.ValidString(got) {
			t.Errorf("not two lines with one caret: %q", got)
		}
		for _, r := range strings.Replace(got, "\n", "", 1) {
			if unsafeRune(r) {
				t.Errorf("control character %q in %q", r, got)
			}
		}
	})
}
