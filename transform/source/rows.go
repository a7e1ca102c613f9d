package source

import (
	"bytes"
	"strconv"
	"time"
	"unsafe"

	"crm2gong/mapping/value"
)

// Rows walks the rows of a block. The zero value is ready for Table.Rows; one
// Rows serves block after block, and one goroutine.
type Rows struct {
	// Cells are the cells of the row by their place in Table.Header. Their texts
	// hold as long as the block.
	Cells []value.Cell
	// Row is the row's number. Text files: within the block, from 1, the rows of
	// the header included; the caller adds Rows() of the earlier blocks of the
	// file. Workbooks and rejects: the row itself, and Rows() is 0.
	Row int
	// Line is the physical line at which the row begins, within the block like
	// Row; 0 where there are no lines.
	Line int
	// Sheet is the workbook's sheet.
	Sheet string
	// File is the file that a row of a rejects file came from; "" otherwise.
	File string
	// Ragged counts the filled cells for which the header has no column.
	Ragged int
	// Surplus are the cells for which the header has no column, empty ones among
	// them included. Their texts live as long as those of Cells.
	Surplus []value.Cell

	t        *Table
	b        *Block
	all      []value.Cell // Cells and, behind them, columns that Cells does not show
	at       int          // next row of the block
	cell     int          // its first cell in the index
	pos      int          // its first byte
	line     int          // lines before it
	lines    int
	scratch  []byte
	err      error
	order    []int // ldjson: columns of the keys of the line before
	sheet    sheetRows
	only     []bool   // by place in Table.Header: the cells that are wanted; nil: all
	some     []wanted // those of the part
	of       *part    // whose some are
	first    int      // first cell and
	from     int      // first byte of the row
	ahead    int      // the row of the block up to which Ahead has looked
	unfilled bool     // Cells are not those of the row yet
}

// wanted is a column of a file whose cells are wanted, and their place in
// Rows.all.
type wanted struct{ column, place int32 }

// Only says that of Cells those at the given places are all that is wanted: of
// text files no others are filled, until Whole is called. Call it before
// Table.Rows.
func (r *Rows) Only(places []int, width int) {
	r.only, r.of = make([]bool, width), nil
	for _, i := range places {
		if i >= 0 && i < width {
			r.only[i] = true
		}
	}
}

// Whole fills all cells of the row, where Only had them left out. Texts that
// the row gave before stay as they are.
func (r *Rows) Whole() {
	if len(r.some) > 0 {
		r.load(r.first, r.from)
		r.unfilled = false
	}
}

// choose finds the wanted columns of the block's part.
func (r *Rows) choose(p *part) {
	if r.of == p {
		return
	}
	r.of, r.some = p, r.some[:0]
	if r.only == nil || p.json || p.sheet != nil || p.file.Rejects {
		return
	}
	for k, place := range p.perm {
		if int(place) < len(r.only) && r.only[place] {
			r.some = append(r.some, wanted{int32(k), place})
		}
	}
}

// Rows begins the rows of b, which Next has filled.
func (t *Table) Rows(b *Block, r *Rows) {
	p := b.part
	r.t, r.b, r.err, r.scratch = t, b, nil, r.scratch[:0]
	r.Row, r.Line, r.Sheet, r.File, r.Ragged = 0, 0, p.file.Sheet, "", 0
	width := len(t.header) + p.extra
	if cap(r.all) < width {
		r.all = make([]value.Cell, width)
	}
	r.all = r.all[:width]
	clear(r.all)
	r.Cells = r.all[:len(t.header):len(t.header)]
	if p.sheet != nil {
		r.startSheet()
		return
	}
	r.choose(p)
	r.at, r.cell, r.pos, r.line = 0, 0, 0, b.above
	r.ahead, r.unfilled = 0, false
	r.lines = r.countLines(b)
	for range min(b.skip, len(b.cells.rows)) {
		r.step()
	}
}

// Next moves to the next row that is not empty; false is the end of the block
// or an error.
func (r *Rows) Next() bool {
	if r.b.part.sheet != nil {
		return r.nextSheet()
	}
	x := &r.b.cells
	for r.at < len(x.rows) {
		first, pos := r.cell, r.pos
		r.Row, r.Line = r.at+1, r.line+1
		r.step()
		if r.at <= r.ahead {
			r.first, r.from, r.unfilled = first, pos, true
			r.Ragged, r.Surplus = 0, r.Surplus[:0]
			return true
		}
		if endsLine(r.b.Data[pos]) { // a blank line
			continue
		}
		if r.b.part.json {
			if !r.object(r.b.Data[pos : r.pos-1]) {
				continue
			}
		} else if r.first, r.from = first, pos; !r.loadSome() && !r.load(first, pos) {
			continue
		}
		if r.b.part.file.Rejects {
			r.place()
		}
		return true
	}
	return false
}

// Rows gives the number of rows of the block, empty ones and the header's
// included, which is what the row numbers of later blocks of the file grow by.
// It is 0 where Row is not within the block.
func (r *Rows) Rows() int {
	if r.b.part.sheet != nil || r.b.part.file.Rejects {
		return 0
	}
	return len(r.b.cells.rows)
}

// Lines gives the number of physical lines of the block.
func (r *Rows) Lines() int {
	if r.b.part.sheet != nil || r.b.part.file.Rejects {
		return 0
	}
	return r.lines
}

// Short counts the columns with a name for which the row has no cell, not even
// an empty one: rows of text files that end before the header does.
func (r *Rows) Short() int {
	p, n := r.b.part, 0
	if p.sheet != nil || p.json {
		return 0
	}
	for k := r.cell - r.first; k < p.width; k++ {
		if at := int(p.perm[k]); at < len(r.t.header) && r.t.header[at] != "" {
			n++
		}
	}
	return n
}

// Err is why Next ended early, nil at the end of the block.
func (r *Rows) Err() error { return r.err }

// step moves behind a row.
func (r *Rows) step() {
	x := &r.b.cells
	last := int(x.rows[r.at])
	next := int(x.ends[last]&^unquoteFlag) + 1
	switch {
	case !x.multi:
		r.line++
	case x.feeds > 0: // no line ends in a CR
		r.line += bytes.Count(r.b.Data[r.pos:next], []byte{'\n'})
	default:
		r.line += countBreaks(r.b.Data[r.pos:next])
	}
	r.at, r.cell, r.pos = r.at+1, last+1, next
}

func (r *Rows) countLines(b *Block) int {
	switch x := &b.cells; {
	case !x.multi:
		return b.above + len(x.rows)
	case x.feeds > 0:
		return b.above + x.feeds
	}
	return b.above + countBreaks(b.Data)
}

// countBreaks counts line breaks: LF, CRLF and a CR alone.
func countBreaks(b []byte) int {
	n := bytes.Count(b, []byte{'\n'})
	for {
		k := bytes.IndexByte(b, '\r')
		if k < 0 {
			return n
		}
		if k+1 == len(b) || b[k+1] != '\n' {
			n++
		}
		b = b[k+1:]
	}
}

// loadSome fills the cells that are wanted; false where the row must be loaded
// as a whole: it has not as many cells as the header, or those that are wanted
// do not show that it holds anything.
func (r *Rows) loadSome() bool {
	p := r.b.part
	ends := r.b.cells.ends[r.first:r.cell]
	if len(r.some) == 0 || len(ends) != p.width {
		return false
	}
	data, last, step := r.b.Data, len(ends)-1, len(p.dialect.delim)
	base := unsafe.Pointer(unsafe.SliceData(data))
	r.Ragged, r.Surplus = 0, r.Surplus[:0]
	shows := false
	for _, w := range r.some {
		k := int(w.column)
		if k >= len(ends) {
			return false
		}
		from := r.from
		if k > 0 {
			from = int(ends[k-1]&^unquoteFlag) + step
		}
		e := ends[k]
		to := int(e &^ unquoteFlag)
		if k == last && to > from && data[to] == '\n' && data[to-1] == '\r' {
			to--
		}
		var text string
		if c := data[from]; e < unquoteFlag && from < to && (c > '\'' || c == '"' && data[from+1] != '\'') {
			if c == '"' {
				from, to = from+1, to-1
			}
			text = unsafe.String((*byte)(unsafe.Add(base, from)), to-from) // within data, as ends are
		} else {
			text = r.text(from, to, e >= unquoteFlag)
		}
		r.all[w.place].Text = text
		shows = shows || text != "" && text[0] > ' ' && text[0] < 0x80
	}
	return shows
}

// load fills the cells of the row whose first cell is number first and begins
// at pos; false for an empty row. The row ends before r.cell.
func (r *Rows) load(first, pos int) bool {
	p, data := r.b.part, r.b.Data
	ends := r.b.cells.ends[first:r.cell]
	last := len(ends) - 1
	m := min(last, p.width-1)
	r.Ragged, r.Surplus = 0, r.Surplus[:0]
	step := len(p.dialect.delim)
	filled := 0
	keep := p.keepApostrophe
	all := r.all
	base := unsafe.Pointer(unsafe.SliceData(data))
	if m < 0 {
		m = 0
	}
	early, cells, perm := ends[:m], all[:min(m, len(all))], p.perm
	for k, e := range early {
		to := int(e &^ unquoteFlag)
		var text string
		if e >= unquoteFlag {
			text = r.text(pos, to, true)
			filled |= len(text)
		} else {
			from, end := pos, to
			if c := data[from]; c <= '\'' && from < end {
				if c == '"' {
					from, end = from+1, end-1
					c = data[from]
				}
				if c == '\'' && !keep && end-from > 1 && isFormula(data[from+1]) {
					from++
				}
			}
			filled |= end - from
			text = unsafe.String((*byte)(unsafe.Add(base, from)), end-from)
		}
		pos = to + step
		if p.inPlace {
			cells[k].Text = text
		} else {
			all[perm[k]].Text = text
		}
	}
	if m < last { // more cells than the header has
		for k, e := range ends[m:last] {
			to := int(e &^ unquoteFlag)
			r.put(m+k, r.text(pos, to, e >= unquoteFlag), &filled)
			pos = to + step
		}
	}
	e := ends[last]
	to := int(e &^ unquoteFlag)
	if to > pos && data[to] == '\n' && data[to-1] == '\r' {
		to--
	}
	r.put(last, r.text(pos, to, e >= unquoteFlag), &filled)
	for k := last + 1; k < p.width; k++ {
		all[perm[k]].Text = ""
	}
	for _, k := range p.missing {
		all[k].Text = ""
	}
	return filled != 0 && (r.Ragged > 0 || p.dialect.noTrim || r.filled())
}

// put stores cell k of the row, which may lie beyond the header.
func (r *Rows) put(k int, text string, filled *int) {
	*filled |= len(text)
	p := r.b.part
	if k < p.width {
		r.all[p.perm[k]].Text = text
	} else {
		r.Surplus = append(r.Surplus, value.Cell{Text: text})
		if !isEmpty(text) {
			r.Ragged++
		}
	}
}

// filled tells whether a cell holds more than blanks.
func (r *Rows) filled() bool {
	for i := range r.all {
		if t := r.all[i].Text; t != "" && (t[0] > ' ' && t[0] < 0x80 || !isEmpty(t)) {
			return true
		}
	}
	return false
}

// text gives the text of the cell from pos to to.
func (r *Rows) text(pos, to int, unquote bool) string {
	p, cell := r.b.part, r.b.Data[pos:to]
	switch {
	case unquote:
		n := len(r.scratch)
		r.scratch = p.dialect.unquote(r.scratch, cell)
		cell = r.scratch[n:]
	case len(cell) > 1 && cell[0] == '"':
		cell = cell[1 : len(cell)-1]
	}
	if !p.keepApostrophe && len(cell) > 1 && cell[0] == '\'' && isFormula(cell[1]) {
		cell = cell[1:]
	}
	return unsafe.String(unsafe.SliceData(cell), len(cell))
}

// isFormula tells the characters with which a spreadsheet's formula begins.
func isFormula(c byte) bool { return c == '=' || c == '+' || c == '-' || c == '@' }

// place takes the place of a rejected row from the columns behind Cells.
func (r *Rows) place() {
	own := r.all[len(r.Cells):]
	r.File, r.Line = own[0].Text, 0
	n, err := strconv.Atoi(trim(own[1].Text))
	if err != nil || n < 1 {
		r.File, n = r.b.part.file.Path, max(r.b.Rows, 0)+r.Row
	}
	r.Row = n
	r.asTexts()
	if formatOf(r.File) != "xlsx" {
		r.Sheet = ""
		return
	}
	r.Sheet = r.b.part.file.Sheet
	for i := range r.Cells {
		switch c := &r.Cells[i]; {
		case c.Kind != value.TextCell:
		case isErrorName(c.Text):
			c.Kind = value.ErrorCell
		case isISO(c.Text):
			c.Kind = value.DateCell
		case c.Text == "true" || c.Text == "false":
			c.Kind = value.BoolCell
		}
	}
}

// asTexts forgets the kinds that the row before had, in a file of texts.
func (r *Rows) asTexts() {
	if r.b.part.sheet == nil {
		for i := range r.Cells {
			r.Cells[i].Kind = value.TextCell
		}
	}
}

// isISO tells the form in which rejects have the dates of a workbook.
func isISO(s string) bool {
	switch len(s) {
	case len("2024-03-15"):
		_, ok := value.ParseISODate(s)
		return ok
	case len("2024-03-15T10:00:00"):
		_, ok := value.ParseISODateTime(s, time.UTC)
		return ok
	}
	return false
}

// isErrorName tells the names of a spreadsheet's errors, which rejects have as
// texts where the workbook had error cells.
func isErrorName(s string) bool {
	switch s {
	case "#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!", "#GETTING_DATA", "#FIELD!", "#BLOCKED!", "#CONNECT!", "#UNKNOWN!":
		return true
	}
	return false
}
