package source

import (
	"bytes"
	"math/bits"
	"unicode/utf8"
)

// index says where the cells of a block end. It is exact: a quote opens a
// quoted cell at the start of a cell only, anywhere else it is text.
//
// A block is read 64 bytes at a time: the parity of the quotes so far tells
// which separators stand inside quotes. That holds as long as every opening
// quote follows a separator and every closing one precedes a separator or
// another quote. A cell that breaks this is read byte by byte, and the masks go
// on behind it.
type index struct {
	ends  []uint32 // offset of the separator behind each cell, with unquoteFlag
	rows  []uint32 // for each row the number of its last cell in ends
	multi bool     // a quoted cell holds a line break
	feeds int      // line feeds of the data where they are all its line breaks, else 0: not known
	open  int      // offset of the quote that is open at the end of the data; -1: none
	dirty bool     // the cell under way has doubled quotes
}

const (
	// unquoteFlag marks cells that hold more than text between two quotes:
	// doubled quotes, blanks before the opening or text behind the closing one.
	unquoteFlag = 1 << 31
	// slack is how many zero bytes lie behind the data of a block.
	slack = 64
	// fewCells is how many cells there is room for at first: more than a short
	// file has, since memory that was never touched takes time to get.
	fewCells = 1 << 10
	// batch is how many chunks of 64 bytes go into one call of masks.
	batch = 16
)

// dialect is how a text file writes cells.
type dialect struct {
	delim  []byte // the delimiter in UTF-8
	noTrim bool
}

func newDialect(delim rune, noTrim bool) dialect {
	return dialect{delim: utf8.AppendRune(nil, delim), noTrim: noTrim}
}

// scan indexes data, which begins at a record and has slack zero bytes behind
// its end. A row that is not ended is not in rows; its ended cells are in ends.
func (x *index) scan(data []byte, d *dialect) {
	x.ends, x.rows, x.multi, x.feeds, x.open, x.dirty = x.ends[:0], x.rows[:0], false, 0, -1, false
	if len(d.delim) > 1 {
		for at, ok := 0, true; ok && at < len(data); {
			at, ok = x.cell(data, at, d)
		}
		return
	}
	var quotes, seps, breaks [batch]uint64
	padded := data[: len(data)+slack : len(data)+slack]
	inside := uint64(0)           // all ones while a quote is open
	closed := uint64(0)           // 1 behind a closing quote
	start := uint64(1)            // 1 where a quote may open
	done := x.scanQuoted(data, d) // bytes before it are indexed
	for at := done &^ 63; at < len(data); at += 64 * batch {
		n := min(batch, (len(data)-at+63)/64)
		if at+64*n <= done {
			continue
		}
		masks(&quotes, &seps, &breaks, padded[at:], n, d.delim[0])
		for c := 0; c < n; c++ {
			pos := at + 64*c
			if pos+64 <= done {
				continue
			}
			q, s, nl := quotes[c], seps[c], breaks[c]
			if done > pos {
				m := ^uint64(0) << (done - pos)
				q, s, nl, start = q&m, s&m, nl&m, 1<<(done-pos)
			}
			if q|inside|closed == 0 && !x.dirty {
				x.emit(data, pos, s, nl)
				start = s >> 63
				continue
			}
			in := parity(q) ^ inside
			opening, closing := q&in, q&^in
			behind := closing<<1 | closed
			if bad := opening&^((s|q)<<1|start) | behind&^(s|q); bad != 0 {
				m := uint64(1)<<bits.TrailingZeros64(bad) - 1
				x.multi = x.multi || nl&in&m != 0
				x.emitQuoted(data, pos, s&^in&m, nl&^in&m, behind&q&m)
				next, ok := x.cell(data, x.next(), d)
				if !ok {
					return
				}
				done, inside, closed, start, x.dirty = next, 0, 0, 1, false
				if next < pos+64 {
					c-- // the rest of this chunk
				}
				continue
			}
			if nl&in != 0 {
				x.multi = true
			}
			x.emitQuoted(data, pos, s&^in, nl&^in, behind&q)
			inside = uint64(int64(in) >> 63)
			closed = closing >> 63
			start = (s | q) >> 63
		}
	}
	if inside != 0 {
		x.open = x.next()
	}
}

// parity has bit k set when an odd number of bits up to k are set in m.
func parity(m uint64) uint64 {
	m ^= m << 1
	m ^= m << 2
	m ^= m << 4
	m ^= m << 8
	m ^= m << 16
	m ^= m << 32
	return m
}

// next is the offset behind the last separator, for delimiters of one byte.
func (x *index) next() int {
	if len(x.ends) == 0 {
		return 0
	}
	return int(x.ends[len(x.ends)-1]&^unquoteFlag) + 1
}

// emit notes the separators s of the chunk at pos, of which nl end rows.
func (x *index) emit(data []byte, pos int, s, nl uint64) {
	n := len(x.ends)
	for ; nl != 0; nl &= nl - 1 {
		i := bits.TrailingZeros64(nl)
		if p := pos + i; data[p] == '\r' && p+1 < len(data) && data[p+1] == '\n' {
			s &^= 1 << i
			continue
		}
		x.rows = append(x.rows, uint32(n+bits.OnesCount64(s&(1<<i-1))))
	}
	if n+64 > cap(x.ends) {
		x.ends = append(x.ends, make([]uint32, max(fewCells, cap(x.ends)))...)
	}
	e := x.ends[n : n+64 : n+64]
	k := 0
	for ; s != 0; s &= s - 1 {
		e[k&63] = uint32(pos + bits.TrailingZeros64(s))
		k++
	}
	x.ends = x.ends[:n+k]
}

// emitQuoted is emit for chunks with quotes; doubled has the second quotes of
// doubled ones.
func (x *index) emitQuoted(data []byte, pos int, s, nl, doubled uint64) {
	n := len(x.ends)
	x.emit(data, pos, s, nl)
	if doubled == 0 && !x.dirty {
		return
	}
	x.flag(n, pos, doubled)
}

// flag marks, of the cells from number first on, those that hold the doubled
// quotes of the chunk at pos, and keeps in mind that the cell under way does.
func (x *index) flag(first, pos int, doubled uint64) {
	for i, e := range x.ends[first:] {
		m := uint64(2)<<(int(e)-pos) - 1
		if x.dirty || doubled&m != 0 {
			x.ends[first+i] |= unquoteFlag
		}
		doubled &^= m
		x.dirty = false
	}
	x.dirty = x.dirty || doubled != 0
}

// cell reads the cell at from byte by byte, notes its end and returns where the
// next one begins; ok is false when the data end before the cell does.
func (x *index) cell(data []byte, from int, d *dialect) (next int, ok bool) {
	i := d.skipBlanks(data, from)
	flag := uint32(0)
	if i < len(data) && data[i] == '"' {
		open := i
		if i > from {
			flag = unquoteFlag
		}
		for {
			k := bytes.IndexByte(data[i+1:], '"')
			if k < 0 {
				x.open = open
				return 0, false
			}
			i += k + 2
			if i < len(data) && data[i] == '"' {
				flag = unquoteFlag
				continue
			}
			break
		}
		if bytes.IndexByte(data[open:i], '\n') >= 0 || bytes.IndexByte(data[open:i], '\r') >= 0 {
			x.multi = true
		}
		if i < len(data) && !d.endsCell(data[i:]) {
			flag = unquoteFlag
		}
	}
	for i < len(data) && !d.endsCell(data[i:]) {
		i++
	}
	if i >= len(data) {
		return 0, false
	}
	c := data[i]
	if c == '\r' && i+1 < len(data) && data[i+1] == '\n' {
		i++
	}
	x.ends = append(x.ends, uint32(i)|flag)
	if c == '\r' || c == '\n' {
		x.rows = append(x.rows, uint32(len(x.ends)-1))
		return i + 1, true
	}
	return i + len(d.delim), true
}

// endsCell tells whether a separator stands at the start of b.
func (d *dialect) endsCell(b []byte) bool {
	return b[0] == '\n' || b[0] == '\r' || b[0] == d.delim[0] && bytes.HasPrefix(b, d.delim)
}

// skipBlanks moves from the start of a cell to a quote that opens it; without
// one, or where blanks count, it stays.
func (d *dialect) skipBlanks(data []byte, from int) int {
	if d.noTrim {
		return from
	}
	i := from
	for i < len(data) && (data[i] == ' ' || data[i] == '\t') && data[i] != d.delim[0] {
		i++
	}
	if i < len(data) && data[i] == '"' && d.delim[0] != '"' {
		return i
	}
	return from
}

// unquote appends the text of a cell with unquoteFlag: doubled quotes become
// one, what follows the closing quote is kept.
func (d *dialect) unquote(dst, cell []byte) []byte {
	i := d.skipBlanks(cell, 0)
	if i >= len(cell) || cell[i] != '"' {
		return append(dst, cell...)
	}
	for cell = cell[i+1:]; ; {
		k := bytes.IndexByte(cell, '"')
		if k < 0 {
			return append(dst, cell...)
		}
		dst = append(dst, cell[:k]...)
		if k+1 == len(cell) || cell[k+1] != '"' {
			return append(dst, cell[k+1:]...)
		}
		dst = append(dst, '"')
		cell = cell[k+2:]
	}
}
