package diag

import (
	"strings"
	"testing"
)

func TestPosition(t *testing.T) {
	tests := []struct {
		name         string
		text         string
		before       string // the offset is that of the first place of this text
		line, column int
	}{
		{"first", "abc", "a", 1, 1},
		{"later in the line", "abc", "c", 1, 3},
		{"second line", "a\nbc\n", "c", 2, 2},
		{"the line break itself", "ab\ncd", "\n", 1, 3},
		{"CRLF", "a\r\nbc\r\n", "c", 2, 2},
		{"CR alone", "a\rbc\r", "c", 2, 2},
		{"code points, not bytes", "é金😀x", "x", 1, 4},
		{"a tab is one", "\t\tx", "x", 1, 3},
		{"combining characters count", "e\u0301x", "x", 1, 3},
		{"byte order mark", "\ufeffab", "b", 1, 2},
		{"after a byte order mark, second line", "\ufeffa\nb", "b", 2, 1},
		{"bytes that are no UTF-8", "\xff\xfex", "x", 1, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := NewFile("f", []byte(tt.text))
			line, column := f.Position(strings.Index(tt.text, tt.before))
			if line != tt.line || column != tt.column {
				t.Errorf("%d:%d, want %d:%d", line, column, tt.line, tt.column)
			}
		})
	}
}

func TestPositionAtTheEnds(t *testing.T) {
	f := NewFile("f", []byte("ab\ncd\n"))
	for _, tt := range []struct{ offset, line, column int }{{6, 3, 1}, {99, 3, 1}, {-1, 1, 1}, {0, 1, 1}, {5, 2, 3}} {
		if line, column := f.Position(tt.offset); line != tt.line || column != tt.column {
			t.Errorf("offset %d: %d:%d, want %d:%d", tt.offset, line, column, tt.line, tt.column)
		}
	}
	if line, column := NewFile("f", nil).Position(0); line != 1 || column != 1 {
		t.Errorf("empty file: %d:%d", line, column)
	}
	if line, column := NewFile("f", []byte("\ufeffab")).Position(0); line != 1 || column != 1 {
		t.Errorf("on the byte order mark: %d:%d", line, column)
	}
}

func TestLine(t *testing.T) {
	f := NewFile("f", []byte("\ufeffab\r\n\r\ncd\ref"))
	want := []string{"", "ab", "", "cd", "ef", ""}
	for line, w := range want {
		from, to := f.Line(line)
		if got := string(f.Text[from:to]); got != w {
			t.Errorf("line %d: %q, want %q", line, got, w)
		}
	}
	if f.Lines() != 4 {
		t.Errorf("%d lines, want 4", f.Lines())
	}
}

func TestSpanPosition(t *testing.T) {
	f := NewFile("f", []byte("ab\ncd\n"))
	a, b, c, d := Span{f, 1, 5}.Position()
	if a != 1 || b != 2 || c != 2 || d != 3 {
		t.Errorf("%d:%d-%d:%d, want 1:2-2:3", a, b, c, d)
	}
	if a, b, c, d = (Span{}).Position(); a != 0 || b != 0 || c != 0 || d != 0 {
		t.Errorf("the zero span has the position %d:%d-%d:%d", a, b, c, d)
	}
	if !(Span{}).IsZero() || (Span{File: f}).IsZero() {
		t.Error("a span is zero when it has no file")
	}
	if got := (Span{f, 1, 4}).Text(); got != "b\nc" {
		t.Errorf("text %q", got)
	}
	if got := (Span{f, 4, 99}).Text() + (Span{}).Text(); got != "d\n" {
		t.Errorf("text past the end %q", got)
	}
}

func TestMasked(t *testing.T) {
	f := NewFile("f", []byte("0123456789"))
	f.Mask(6, 8)
	f.Mask(2, 4)
	f.Mask(3, 5)
	f.Mask(9, 9)
	f.Mask(8, 7)
	var got strings.Builder
	for i := range f.Text {
		if f.Masked(i, i+1) {
			got.WriteByte('*')
		} else {
			got.WriteByte('.')
		}
	}
	if got.String() != "..***.**.." {
		t.Errorf("masked %s", got.String())
	}
	if f.Masked(0, 2) || !f.Masked(0, 3) || f.Masked(8, 10) || !f.Masked(7, 10) || f.Masked(5, 6) {
		t.Error("a range is masked when one of its bytes is")
	}
	f.Mask(0, 99)
	if len(f.masks) != 1 || f.masks[0] != (mask{0, 10}) {
		t.Errorf("a mask over all: %v", f.masks)
	}
}

func TestSorted(t *testing.T) {
	a, b := NewFile("a", []byte("xx\nyy")), NewFile("b", []byte("zz"))
	var l List
	l.Error(Span{b, 0, 1}, "c", "first of b", "")
	l.Error(Span{a, 3, 4}, "c", "second line", "")
	l.Warn(Span{a, 1, 2}, "c", "same place, b", "")
	l.Error(Span{a, 1, 2}, "c", "same place, a", "")
	l.Error(Span{a, 3, 4}, "c", "second line", "")
	l.Error(Span{}, "c", "no place", "")
	var got []string
	for _, d := range l.Sorted() {
		got = append(got, d.Message)
	}
	if s := strings.Join(got, "|"); s != "no place|same place, a|same place, b|second line|first of b" {
		t.Error(s)
	}
	if len(l) != 6 || l[0].Message != "first of b" {
		t.Error("the list itself was changed")
	}
}
