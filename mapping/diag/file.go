package diag

import (
	"bytes"
	"sort"
	"unicode/utf8"
)

// bom is the byte order mark that some editors put before UTF-8 text.
const bom = "\xef\xbb\xbf"

// File is a text that diagnostics point into. It is immutable but for Mask, so
// mask before it is shared between goroutines.
type File struct {
	Name string // as shown before the position
	Text []byte // the whole file, never changed

	starts []int  // offset of each line's first byte
	masks  []mask // disjoint, in order
}

type mask struct{ from, to int }

// NewFile makes a File of a name and its whole text. Lines end at LF, CRLF or
// a CR alone; a byte order mark at the start belongs to no column.
func NewFile(name string, text []byte) *File {
	f := &File{Name: name, Text: text}
	first := 0
	if bytes.HasPrefix(text, []byte(bom)) {
		first = len(bom)
	}
	f.starts = append(f.starts, first)
	for i := first; i < len(text); i++ {
		switch {
		case text[i] == '\n', text[i] == '\r' && (i+1 == len(text) || text[i+1] != '\n'):
			f.starts = append(f.starts, i+1)
		}
	}
	return f
}

// Position gives the 1-based line and column of a byte offset. Columns count
// code points, a tab as one. An offset outside the file counts as its nearest
// end.
func (f *File) Position(offset int) (line, column int) {
	offset = min(max(offset, f.starts[0]), len(f.Text))
	line = sort.SearchInts(f.starts, offset+1)
	return line, 1 + utf8.RuneCount(f.Text[f.starts[line-1]:offset])
}

// Lines counts the lines; a line break at the end of the file opens one more,
// empty line.
func (f *File) Lines() int { return len(f.starts) }

// Line gives the bytes of a 1-based line as a half-open range, without its line
// break. A line outside the file is an empty range at its nearest end.
func (f *File) Line(line int) (from, to int) {
	if line < 1 {
		return f.starts[0], f.starts[0]
	}
	if line > len(f.starts) {
		return len(f.Text), len(f.Text)
	}
	from, to = f.starts[line-1], len(f.Text)
	if line < len(f.starts) {
		to = f.starts[line]
	}
	for to > from && (f.Text[to-1] == '\n' || f.Text[to-1] == '\r') {
		to--
	}
	return from, to
}

// Mask hides the bytes [from, to) in all snippets, where they show as ***: the
// values of keys that look like credentials.
func (f *File) Mask(from, to int) {
	from, to = max(from, 0), min(to, len(f.Text))
	if from >= to {
		return
	}
	i := sort.Search(len(f.masks), func(i int) bool { return f.masks[i].to >= from })
	j := i
	for j < len(f.masks) && f.masks[j].from <= to {
		from, to = min(from, f.masks[j].from), max(to, f.masks[j].to)
		j++
	}
	f.masks = append(f.masks[:i], append([]mask{{from, to}}, f.masks[j:]...)...)
}

// Masked tells whether any byte of [from, to) is hidden, so that a message must
// not quote the text either.
func (f *File) Masked(from, to int) bool {
	i := f.maskAfter(from)
	return i < len(f.masks) && f.masks[i].from < to
}

// maskAfter finds the first mask that ends after an offset.
func (f *File) maskAfter(offset int) int {
	return sort.Search(len(f.masks), func(i int) bool { return f.masks[i].to > offset })
}

// Position gives the 1-based line and column of the span's first byte, and of
// the byte after its last. A zero span has zeros.
func (s Span) Position() (line, column, endLine, endColumn int) {
	if s.IsZero() {
		return 0, 0, 0, 0
	}
	line, column = s.File.Position(s.Start)
	endLine, endColumn = s.File.Position(max(s.Start, s.End))
	return line, column, endLine, endColumn
}

// IsZero tells whether the span is no place at all.
func (s Span) IsZero() bool { return s.File == nil }

// Text gives the bytes of the file that the span covers, as they stand there.
func (s Span) Text() string {
	if s.IsZero() {
		return ""
	}
	from := min(max(s.Start, 0), len(s.File.Text))
	return string(s.File.Text[from:max(from, min(s.End, len(s.File.Text)))])
}
