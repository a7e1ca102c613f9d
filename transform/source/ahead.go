package source

import "unsafe"

// Ahead looks at the rows that follow and gives how many of them, at most
// most, Column can read before Next has come to them: those that have a cell
// for each column of the header and hold something. Next then moves to each of
// them without filling Cells, which Fill does. It is 0 unless Only was called,
// and for what is no text file.
func (r *Rows) Ahead(most int) int {
	x, n := &r.b.cells, 0
	if len(r.some) == 0 {
		return 0
	}
	first, pos := r.cell, r.pos
	for most = min(most, len(x.rows)-r.at); n < most; n++ {
		last := int(x.rows[r.at+n])
		if last+1-first != r.b.part.width || !r.shows(first, pos) {
			break
		}
		first, pos = last+1, int(x.ends[last]&^unquoteFlag)+1
	}
	r.ahead = r.at + n
	return n
}

// shows tells whether a cell that is wanted shows that a row holds something.
func (r *Rows) shows(first, pos int) bool {
	data, ends, step := r.b.Data, r.b.cells.ends, len(r.b.part.dialect.delim)
	for _, w := range r.some {
		k := first + int(w.column)
		from, to := pos, int(ends[k])
		if w.column > 0 {
			from = int(ends[k-1]&^unquoteFlag) + step
		}
		if to >= unquoteFlag || from >= to {
			continue
		}
		c := data[from]
		if c == '"' {
			c = data[from+1]
		}
		if c > ' ' && c < 0x80 && c != '"' && c != '\'' {
			return true
		}
	}
	return false
}

// Column gives the texts of a wanted column, by its place in Table.Header, in
// the rows ahead, as many as texts has room for. They hold as long as the block.
// It is false for a column that the file lacks, whose texts are empty.
func (r *Rows) Column(place int, texts []string) bool {
	column := r.columnAt(place)
	if column < 0 {
		clear(texts)
		return false
	}
	p, data, ends := r.b.part, r.b.Data, r.b.cells.ends
	base := unsafe.Pointer(unsafe.SliceData(data))
	step := len(p.dialect.delim)
	if column == 0 {
		step = 1 // a line break stands before
	}
	k, last := r.cell+column, column == p.width-1
	for i := range texts {
		from := r.pos
		if k > r.cell {
			from = int(ends[k-1]&^unquoteFlag) + step
		}
		e := ends[k]
		to := int(e &^ unquoteFlag)
		if last && to > from && data[to] == '\n' && data[to-1] == '\r' {
			to--
		}
		if c := data[from]; e < unquoteFlag && from < to && (c > '\'' || c == '"' && data[from+1] != '\'') {
			if c == '"' {
				from, to = from+1, to-1
			}
			texts[i] = unsafe.String((*byte)(unsafe.Add(base, from)), to-from) // within data, as ends are
		} else {
			texts[i] = r.text(from, to, e >= unquoteFlag)
		}
		k += p.width
	}
	return true
}

// columnAt finds the column of the file that stands at a place of the header.
func (r *Rows) columnAt(place int) int {
	for _, w := range r.some {
		if int(w.place) == place {
			return int(w.column)
		}
	}
	return -1
}

// Fill fills Cells of a row that was read ahead, as Next does for others.
func (r *Rows) Fill() {
	if r.unfilled {
		r.unfilled = false
		if !r.loadSome() {
			r.load(r.first, r.from)
		}
	}
}
