package source

import "bytes"

// windowSize is how far back from the end of a block a place is looked for
// first from which its cells can be told.
const windowSize = 4 << 10

// lastRow tells where the last row of buf ends that is whole, 0 when none is
// found, and where the quote stands that is open at the end of buf, -1 when
// none is. buf begins at a record and has slack zero bytes behind its end; more
// may follow it unless end is set. x is what it works with.
//
// Only the end of buf is read: from the first place in a window at its end at
// which a cell begins whatever stands before. Where there is no such place, or
// no row ends behind it, the window grows.
func (d *dialect) lastRow(buf []byte, x *index, end bool) (cut, open int) {
	for size := windowSize; ; size *= 8 {
		from := 0
		if size < len(buf) {
			if from = d.cellStart(buf, len(buf)-size); from < 0 {
				continue
			}
		}
		x.scan(buf[from:], d)
		x.waitForLF(buf[from:], end)
		open = x.open
		if open >= 0 {
			open += from
		}
		if k := len(x.rows); k > 0 {
			return from + x.end(k-1) + 1, open
		}
		if from == 0 {
			return 0, open
		}
	}
}

// waitForLF takes away a last row that ends in a CR whose LF may be still to
// come.
func (x *index) waitForLF(buf []byte, end bool) {
	if k := len(x.rows); !end && k > 0 && x.end(k-1) == len(buf)-1 && buf[len(buf)-1] == '\r' {
		x.rows = x.rows[:k-1]
	}
}

// cellStart finds the first place behind from at which a cell begins whatever
// stands before from; -1 when there is none.
//
// Such a place is behind a quote with a visible character before it and a
// separator behind it: the quote can open no cell, for there is text before it
// in the cell, and it is neither the first nor the second of a doubled one. So
// it closes a cell or is a part of unquoted text, and either way the separator
// is one.
func (d *dialect) cellStart(buf []byte, from int) int {
	for i := from; ; i++ {
		k := bytes.IndexByte(buf[i:], '"')
		if k < 0 {
			return -1
		}
		i += k
		next := i + 1 + len(d.delim)
		if i == from || next >= len(buf) {
			continue
		}
		if c := buf[i-1]; c <= ' ' || c >= 0x7f || c == '"' || c == d.delim[0] {
			continue
		}
		if bytes.HasPrefix(buf[i+1:], d.delim) {
			return next
		}
		if n := lineEnd(buf[i+1 : i+3]); n > 0 {
			return i + 1 + n
		}
	}
}
