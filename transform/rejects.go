package transform

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"crm2gong/mapping/value"
	"crm2gong/transform/source"
)

// RejectsFormat is how rejected rows are written.
type RejectsFormat uint8

// The formats of rejects.
const (
	RejectsCSV  RejectsFormat = iota
	RejectsXLSX               // a workbook with the faulty cells marked
)

// Extension is the format's file name extension, with its dot.
func (f RejectsFormat) Extension() string {
	if f == RejectsXLSX {
		return ".xlsx"
	}
	return ".csv"
}

// rejects are the refused rows of a block: the row's cells as read and why it
// was refused.
type rejects struct {
	text  []byte
	cells []rejectedCell
	list  []rejected
}

// rejectedCell is a cell whose text ends at an offset of rejects.text.
type rejectedCell struct {
	end  int
	kind value.CellKind
}

type rejected struct {
	from, to            int // its cells
	text                int // where its text begins
	own                 int // how many of its cells are the source's columns; surplus ones follow
	file, sheet         string
	row                 int   // within the block
	nth                 int   // among the data rows of the block, from 1
	fault               int   // the cell at fault, -1: not known
	faults              []int // further ones
	code, field, reason string
}

func (r *rejects) reset() { r.text, r.cells, r.list = r.text[:0], r.cells[:0], r.list[:0] }

// add keeps the current row of from. fault is the place of the cell at fault
// among the source's columns, -1 where there is none.
func (r *rejects) add(from *rows, fault int, code, field, reason string) {
	nth := from.index - from.mark.index
	if n := len(r.list); n > 0 && r.list[n-1].nth == nth {
		return // another item of the same row
	}
	own := len(from.raw.Cells)
	x := rejected{
		from: len(r.cells), text: len(r.text), own: own, file: from.origin.File, sheet: strings.Clone(from.raw.Sheet),
		row: from.raw.Row, nth: nth, fault: fault, code: code, field: field, reason: strings.Clone(reason),
	}
	from.raw.Whole()
	r.put(from.raw.Cells)
	if from.raw.Ragged > 0 {
		r.put(from.raw.Surplus)
		x.fault = own
	}
	x.to = len(r.cells)
	r.list = append(r.list, x)
}

func (r *rejects) put(cells []value.Cell) {
	for _, c := range cells {
		r.text = append(r.text, c.Text...)
		r.cells = append(r.cells, rejectedCell{len(r.text), c.Kind})
	}
}

// each calls fn with the cells of x and their place among them.
func (r *rejects) each(x *rejected, fn func(i int, text []byte, kind value.CellKind)) {
	at := x.text
	for i, c := range r.cells[x.from:x.to] {
		fn(i, r.text[at:c.end], c.kind)
		at = c.end
	}
}

// rejectFile writes the rejects of one source. Where several walks over the
// source may refuse one row, their rejects wait until all walks are through:
// the file has a row once, and in its place.
type rejectFile struct {
	w       rejectWriter   // nil before the first row, and where nobody wants it
	out     io.WriteCloser // of the rows that wait; nil where nobody wants them
	opened  bool
	several bool // several walks may refuse one row
	kinds   bool // they make records of several kinds
	spools  []*rejectSpool
	walk    int // to which the last spool belongs
	header  []string
	signs   map[int]rune // decimal signs other than a point, by the column's place
	source  string
	temp    string // folder for temporary files
	format  RejectsFormat
	rows    int
}

// rejectWriter is a file of rejects in one format.
type rejectWriter interface {
	// row writes a row; row is its number in its file.
	row(r *rejects, x *rejected, row int) error
	// flush writes what is kept of a block.
	flush() error
	// close ends the file.
	close() error
	// drop lets go of the file without ending it.
	drop()
}

// write adds a block's rejects; before is where the block begins.
func (f *rejectFile) write(out Output, r *rejects, before position, walk int, kind string) error {
	if len(r.list) == 0 {
		return nil
	}
	if !f.opened {
		w, err := out.Create("rejects/" + f.source + f.format.Extension())
		if err != nil {
			return err
		}
		f.opened = true
		if f.several {
			f.out = w
		} else if err := f.begin(w, &r.list[0]); err != nil {
			return err
		}
	}
	if f.several {
		return f.keep(r, before, walk, kind)
	}
	f.rows += len(r.list)
	if f.w == nil {
		return nil
	}
	for i := range r.list {
		x := &r.list[i]
		if err := f.w.row(r, x, before.rows+x.row); err != nil {
			return err
		}
	}
	return f.w.flush()
}

// keep keeps a block's rejects until all walks are through.
func (f *rejectFile) keep(r *rejects, before position, walk int, kind string) error {
	if f.walk != walk {
		s := &rejectSpool{dir: f.temp}
		if f.kinds {
			s.kind = kind
		}
		f.spools, f.walk = append(f.spools, s), walk
	}
	s := f.spools[len(f.spools)-1]
	for i := range r.list {
		x := &r.list[i]
		if err := s.add(before.data+x.nth, before.rows+x.row, r, x, f.out != nil); err != nil {
			return err
		}
	}
	return nil
}

// end writes what waits, and ends the file.
func (f *rejectFile) end() error {
	wanted := f.out != nil
	err := merge(f.spools, wanted, func(r *rejects, x *rejected) error {
		f.rows++
		if !wanted {
			return nil
		}
		if f.w == nil {
			out := f.out
			f.out = nil
			if err := f.begin(out, x); err != nil {
				return err
			}
		}
		if err := f.w.row(r, x, x.row); err != nil {
			return err
		}
		return f.w.flush()
	})
	if err != nil || f.w == nil {
		return err
	}
	w := f.w
	f.w = nil
	return w.close()
}

// drop lets go of all that is open.
func (f *rejectFile) drop() {
	for _, s := range f.spools {
		s.close()
	}
	if f.out != nil {
		f.out.Close()
		f.out = nil
	}
	if f.w != nil {
		f.w.drop()
		f.w = nil
	}
}

// begin writes the header to w, which is nil where nobody wants the file.
func (f *rejectFile) begin(w io.WriteCloser, first *rejected) (err error) {
	if w == nil {
		return nil
	}
	if f.format == RejectsXLSX {
		sheet := first.sheet
		if sheet == "" {
			sheet = f.source
		}
		f.w, err = newRejectBook(w, f.source, sheet, f.temp, f.header)
		return err
	}
	t := &rejectText{w: w, signs: f.signs}
	for _, h := range f.header {
		t.buf = append(appendCell(t.buf, h), ',')
	}
	t.buf = append(t.buf, strings.Join(source.RejectColumns[:], ",")...)
	t.buf = append(t.buf, '\n')
	f.w = t
	return nil
}

// rejectText writes rejects as CSV.
type rejectText struct {
	w     io.WriteCloser
	buf   []byte
	signs map[int]rune
}

func (t *rejectText) row(r *rejects, x *rejected, row int) error {
	b := t.buf
	reasons := func() {
		b = append(appendCell(b, x.file), ',')
		b = append(strconv.AppendInt(b, int64(row), 10), ',')
		b = append(appendCell(b, x.code), ',')
		b = append(appendCell(b, x.field), ',')
		b = appendCell(b, x.reason)
	}
	told := false
	r.each(x, func(i int, text []byte, kind value.CellKind) {
		if i == x.own {
			reasons()
			told = true
		}
		// A number of a workbook is written as a text of the column would be: it is
		// read as one when the file is fed back.
		if sign := t.signs[i]; sign != 0 && kind == value.NumberCell {
			text = bytes.Replace(text, []byte{'.'}, utf8.AppendRune(nil, sign), 1)
		}
		if told {
			b = append(b, ',')
		}
		b = appendCell(b, text)
		if !told {
			b = append(b, ',')
		}
	})
	if !told {
		reasons()
	}
	t.buf = append(b, '\n')
	return nil
}

func (t *rejectText) flush() error {
	_, err := t.w.Write(t.buf)
	t.buf = t.buf[:0]
	return err
}

func (t *rejectText) close() error { return t.w.Close() }

func (t *rejectText) drop() { t.w.Close() }

// appendCell appends a cell of a CSV file (RFC 4180), quoted where it must be.
func appendCell[T string | []byte](b []byte, s T) []byte {
	if !needsQuotes(s) {
		return append(b, s...)
	}
	b = append(b, '"')
	from := 0
	for i := range len(s) {
		if s[i] == '"' {
			b = append(append(b, s[from:i+1]...), '"')
			from = i + 1
		}
	}
	return append(append(b, s[from:]...), '"')
}

func needsQuotes[T string | []byte](s T) bool {
	for i := range len(s) {
		if c := s[i]; c <= ',' && (c == ',' || c == '"' || c == '\r' || c == '\n') {
			return true
		}
	}
	return len(s) > 0 && (s[0] == ' ' || s[len(s)-1] == ' ')
}
