package syntax

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"

	"crm2gong/mapping/diag"
)

const (
	// MaxSize is how many bytes a mapping file may have.
	MaxSize = 1 << 20

	// maxMarks bounds the characters that begin or part values, and so the
	// memory that a file of nothing but these would take.
	maxMarks = 200_000

	// maxFaults bounds the refusals told of one file.
	maxFaults = 200
)

// faults collects refusals up to a bound.
type faults struct {
	list diag.List
	more int
}

func (f *faults) error(at diag.Span, code, message, hint string) {
	if len(f.list) == maxFaults {
		f.more++
		return
	}
	f.list.Error(at, code, message, hint)
}

// done gives the refusals in order, and says so where there were more.
func (f *faults) done() diag.List {
	l := f.list.Sorted()
	if f.more > 0 {
		l.Error(l[len(l)-1].Span, "yaml-more", fmt.Sprintf("and %d more faults of this kind", f.more), "")
	}
	return l
}

// refused tells of characters that a mapping file may not hold: those that
// cannot be seen, or that make a line read other than it works.
func refused(r rune) bool {
	switch {
	case r == '\t' || r == '\n' || r == '\r':
		return false
	case unicode.IsControl(r), diag.IsBidi(r), r == 0x2028, r == 0x2029, r == 0xFEFF, r == 0xFFFE, r == 0xFFFF:
		return true
	}
	return false
}

// size refuses files that are too large to be parsed.
func (f *faults) size(file *diag.File) bool {
	start := diag.Span{File: file}
	const hint = "keep large tables in CSV files, and name these as sources or enums"
	if len(file.Text) > MaxSize {
		f.error(start, "yaml-size", "the file has more than 1,048,576 bytes, which is the most that a mapping may have", hint)
		return false
	}
	marks := 0
	for i, c := range file.Text {
		switch c {
		case ',', ':', '[', '{', '?', '\n', '\r':
			marks++
		case '-':
			if i+1 < len(file.Text) && (isBlank(file.Text[i+1]) || isBreak(file.Text[i+1])) {
				marks++
			}
		}
	}
	if marks > maxMarks {
		f.error(start, "yaml-size", "the file has too many values for a mapping", hint)
		return false
	}
	return true
}

// encoding refuses files that are not UTF-8.
func (f *faults) encoding(file *diag.File) bool {
	if utf8.Valid(file.Text) {
		return true
	}
	at := 0
	for at < len(file.Text) {
		r, size := utf8.DecodeRune(file.Text[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	hint := "save the file as UTF-8"
	if bytes.HasPrefix(file.Text, []byte("\xff\xfe")) || bytes.HasPrefix(file.Text, []byte("\xfe\xff")) {
		hint = "it looks like UTF-16: save the file as UTF-8"
	}
	f.error(diag.Span{File: file, Start: at, End: at + 1}, "yaml-encoding", "the file is not UTF-8", hint)
	return false
}

// characters refuses what cannot be seen and gives the text with each such
// character replaced by a harmless one of the same length.
func (f *faults) characters(file *diag.File) []byte {
	text := file.Text
	copied := false
	for at := 0; at < len(file.Text); {
		r, size := utf8.DecodeRune(file.Text[at:])
		if refused(r) && !(r == 0xFEFF && at == 0) {
			if !copied {
				text, copied = bytes.Clone(text), true
			}
			copy(text[at:], [...]string{1: "_", 2: "·", 3: "\uFFFD"}[size])
			f.character(diag.Span{File: file, Start: at, End: at + size}, r)
		}
		at += size
	}
	return text
}

func (f *faults) character(at diag.Span, r rune) {
	switch {
	case diag.IsBidi(r):
		f.error(at, "yaml-character", fmt.Sprintf("character U+%04X turns the direction of the text, so that it does not read as it works", r), "delete it; most editors do not show it")
	case unicode.IsControl(r) && r < 0x80:
		f.error(at, "yaml-character", fmt.Sprintf("control character U+%04X", r), fmt.Sprintf(`delete it, or write it as "\x%02X" in double quotes`, r))
	default:
		f.error(at, "yaml-character", fmt.Sprintf("character U+%04X cannot be seen", r), "delete it; most editors do not show it")
	}
}
