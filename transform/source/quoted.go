package source

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// scanQuoted indexes data from its start as far as every cell is quoted and its
// closing quote is followed by a delimiter of one byte or by a line break. It
// returns where the first cell begins that is not, or len(data).
//
// The quotes alone tell then where cells end: with an opening quote right
// behind each separator there is no other text outside of quotes. So no byte
// needs to be compared with more than the quote, but for those that stand
// behind closing quotes.
func (x *index) scanQuoted(data []byte, d *dialect) int {
	if len(data) == 0 || data[0] != '"' {
		return 0
	}
	var quotes [batch]uint64
	padded := data[: len(data)+slack : len(data)+slack]
	next := uint16(d.delim[0]) | '"'<<8 // behind a cell that is not the row's last
	inside := uint64(0)                 // all ones while a quote is open
	closed := uint64(0)                 // 1 behind a closing quote
	broken := 0                         // bytes of the line breaks that end rows
	for at := 0; at < len(data); at += 64 * batch {
		n := min(batch, (len(data)-at+63)/64)
		quoteMasks(&quotes, padded[at:], n)
		for c := range n {
			pos, q := at+64*c, quotes[c]
			in := parity(q) ^ inside
			closing := q &^ in
			behind := closing<<1 | closed
			inside, closed = uint64(int64(in)>>63), closing>>63
			first := len(x.ends)
			if first+64 > cap(x.ends) {
				x.ends = append(x.ends, make([]uint32, max(fewCells, cap(x.ends)))...)
			}
			e, k := x.ends[first:first+64:first+64], 0
			for ends := behind &^ q; ends != 0; ends &= ends - 1 {
				end := pos + bits.TrailingZeros64(ends)
				if binary.LittleEndian.Uint16(padded[end:]) != next {
					n := lineEnd(padded[end:])
					start := end + n
					if n > 0 {
						x.rows = append(x.rows, uint32(first+k))
						broken += n
						end = start - 1
					}
					if n == 0 || start < len(data) && padded[start] != '"' {
						if n > 0 {
							e[k&63] = uint32(end)
							k++
						}
						x.ends = x.ends[:first+k]
						x.flag(first, pos, behind&q)
						x.dirty = false
						feeds, returns := lineBytes(data[:x.next()])
						x.multi = feeds+returns != broken
						return x.next()
					}
				}
				e[k&63] = uint32(end)
				k++
			}
			x.ends = x.ends[:first+k]
			if doubled := behind & q; doubled != 0 || x.dirty {
				x.flag(first, pos, doubled)
			}
		}
	}
	if inside != 0 {
		x.open = x.next()
	}
	feeds, returns := lineBytes(data)
	x.multi = feeds+returns != broken
	if returns == 0 {
		x.feeds = feeds
	}
	return len(data)
}

// lineEnd is the length of the line break at the start of b; 0 when there is
// none.
func lineEnd(b []byte) int {
	switch {
	case b[0] == '\n':
		return 1
	case b[0] != '\r':
		return 0
	case b[1] == '\n':
		return 2
	}
	return 1
}

// lineBytes counts line feeds and carriage returns.
func lineBytes(b []byte) (feeds, returns int) {
	return bytes.Count(b, []byte{'\n'}), bytes.Count(b, []byte{'\r'})
}
