package source

import (
	"strconv"
	"strings"
)

// Error says why a source cannot be read, and where.
type Error struct {
	File    string // path as the mapping names it; "" for tables without a file
	Sheet   string // sheet of a workbook
	Row     int    // row as a spreadsheet shows it, from 1; 0: no row is concerned
	Line    int    // physical line of a text file, from 1; 0: not known or no text file
	Column  int    // place of the cell in its row, from 1; 0: no cell is concerned
	Header  string // name of that column, where it has one
	Offset  int64  // bytes before the place in the file's decoded text; -1: not known
	Message string // what is wrong, without the place
	Hint    string // what to do; may be empty
	Cause   error  // the system's error behind it, if any
	// Void says that nothing stands where the header, or the table, is looked
	// for: an empty row or none, an empty sheet, or one that is a chart.
	Void   bool
	Sheets []Sheet // the workbook's, where Void concerns one of them
}

// Error gives the place, what is wrong and what to do on one line.
func (e *Error) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File)
		if e.Sheet != "" {
			b.WriteString(" ▸ " + e.Sheet)
		}
		b.WriteString(": ")
	}
	if at := e.Place(); at != "" {
		b.WriteString(at + ": ")
	}
	b.WriteString(e.Message)
	if e.Hint != "" {
		b.WriteString(" (" + e.Hint + ")")
	}
	return b.String()
}

// Place gives the place within the file for people, such as
// "row 17 (line 45), column 3 (Name)"; "" when the whole file is concerned.
func (e *Error) Place() string {
	if e.Row == 0 {
		return ""
	}
	s := "row " + strconv.Itoa(e.Row)
	if e.Line != 0 && e.Line != e.Row {
		s += " (line " + strconv.Itoa(e.Line) + ")"
	}
	if e.Column != 0 {
		s += ", column " + strconv.Itoa(e.Column)
		if e.Header != "" {
			s += " (" + e.Header + ")"
		}
	}
	return s
}

// Unwrap gives the system's error, so that errors.Is(err, fs.ErrNotExist)
// tells a missing file.
func (e *Error) Unwrap() error { return e.Cause }
