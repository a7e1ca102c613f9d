package transform

import (
	"io"
	"strconv"
	"strings"
)

// RejectColumns stand behind a source's own columns in its rejects file. A
// file that ends in them is known as one when it is fed back.
var RejectColumns = []string{"_file", "_row", "_code", "_field", "_reason"}

// rejects are the refused rows of a block: the row's cells as read, in CSV,
// and why it was refused.
type rejects struct {
	buf  []byte
	list []rejected
}

type rejected struct {
	from, to            int // the cells in buf
	file                string
	row                 int // within the block
	index               int // rows.index of the row
	code, field, reason string
}

func (r *rejects) reset() { r.buf, r.list = r.buf[:0], r.list[:0] }

// add keeps the current row of from.
func (r *rejects) add(from *rows, code, field, reason string) {
	if n := len(r.list); n > 0 && r.list[n-1].index == from.index {
		return // another item of the same row
	}
	start := len(r.buf)
	for _, c := range from.raw.Cells {
		r.buf = appendCell(r.buf, c.Text)
		r.buf = append(r.buf, ',')
	}
	r.list = append(r.list, rejected{
		from: start, to: len(r.buf), file: from.origin.File, row: from.raw.Row, index: from.index,
		code: code, field: field, reason: strings.Clone(reason),
	})
}

// appendCell appends a cell of a CSV file (RFC 4180), quoted where it must be.
func appendCell(b []byte, s string) []byte {
	if s == "" || !strings.ContainsAny(s, ",\"\r\n") && s[0] != ' ' && s[len(s)-1] != ' ' {
		return append(b, s...)
	}
	b = append(b, '"')
	for {
		i := strings.IndexByte(s, '"')
		if i < 0 {
			break
		}
		b = append(append(b, s[:i]...), '"', '"')
		s = s[i+1:]
	}
	return append(append(b, s...), '"')
}

// rejectFile writes the rejects of one source: a row once, however many types
// are made from it.
type rejectFile struct {
	w       io.WriteCloser
	opened  bool
	several bool // several passes may refuse one row
	seen    map[refusedRow]struct{}
	header  []string
	name    string
	rows    int
	buf     []byte
}

type refusedRow struct {
	file string
	row  int
}

// write adds a block's rejects; before is the number of rows before the block.
func (f *rejectFile) write(out Output, r *rejects, before int) error {
	if len(r.list) == 0 {
		return nil
	}
	f.buf = f.buf[:0]
	if !f.opened {
		w, err := out.Create(f.name)
		if err != nil {
			return err
		}
		f.w, f.opened = w, true
		for _, h := range f.header {
			f.buf = append(appendCell(f.buf, h), ',')
		}
		f.buf = append(f.buf, strings.Join(RejectColumns, ",")...)
		f.buf = append(f.buf, '\n')
	}
	for i := range r.list {
		x := &r.list[i]
		row := before + x.row
		if f.several {
			at := refusedRow{x.file, row}
			if _, ok := f.seen[at]; ok {
				continue
			}
			f.seen[at] = struct{}{}
		}
		f.rows++
		f.buf = append(f.buf, r.buf[x.from:x.to]...)
		f.buf = append(appendCell(f.buf, x.file), ',')
		f.buf = append(strconv.AppendInt(f.buf, int64(row), 10), ',')
		f.buf = append(appendCell(f.buf, x.code), ',')
		f.buf = append(appendCell(f.buf, x.field), ',')
		f.buf = append(appendCell(f.buf, x.reason), '\n')
	}
	if f.w == nil {
		return nil
	}
	_, err := f.w.Write(f.buf)
	return err
}
