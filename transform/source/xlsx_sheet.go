package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// sheetBlock is what a block of a sheet's rows needs besides its bytes: whole
// row elements as they stand in the XML.
type sheetBlock struct {
	prefix string // of the element names, such as "x:"
	before int    // number of the row above the block, for rows that have none
	walked bool   // Rows has begun its rows
}

// sheetReader cuts the rows of a sheet into blocks. What stands before and
// behind the rows is read token by token, so that at the end the whole part is
// proved sound.
type sheetReader struct {
	p      *part
	src    io.ReadCloser
	file   random
	name   string
	x      *xmlReader
	prefix string
	row    int // number of the last row handed out
	rows   bool
	done   bool
}

func (p *part) sheetReader() (*sheetReader, error) {
	f, err := p.bytes()
	if err != nil {
		return nil, p.unreadable(err)
	}
	k, err := p.openBook(f)
	if err == nil && p.sheet.member >= len(k.z.File) {
		err = p.fail("the file changed while it was read", "run again when nothing writes to it")
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	src, err := k.open(p.sheet.member)
	if err != nil {
		f.Close()
		return nil, err
	}
	limit := 2*p.table.opt.maxRecord() + 4<<20 // of a row with its markup
	return &sheetReader{p: p, src: src, file: f, name: k.z.File[p.sheet.member].Name, x: newXMLReader(src, limit)}, nil
}

// Close closes the part and the workbook.
func (sr *sheetReader) Close() error {
	return errors.Join(sr.src.Close(), sr.file.Close())
}

func (sr *sheetReader) bad(err error) error { return sr.p.badPart(sr.name, err) }

// next fills b with the next rows.
func (sr *sheetReader) next(b *Block) (bool, error) {
	if sr.done {
		return false, nil
	}
	if !sr.rows {
		if err := sr.begin(); err != nil {
			return false, sr.bad(err)
		}
	}
	for !sr.done {
		ok, err := sr.cut(b)
		if err != nil {
			return false, sr.bad(err)
		}
		if ok {
			return true, nil
		}
	}
	return false, nil
}

// begin reads up to the first row.
func (sr *sheetReader) begin() error {
	sr.rows = true
	for {
		t, err := sr.x.next()
		if err != nil {
			return err
		}
		if t.kind == xmlEOF {
			return errors.New("it has no sheetData")
		}
		if t.kind != xmlStart || string(t.name) != "sheetData" || len(sr.x.names) > 2 {
			continue
		}
		if t.empty {
			return sr.end()
		}
		full := sr.x.open[sr.x.names[len(sr.x.names)-1]:]
		sr.prefix = string(full[:len(full)-len("sheetData")])
		return nil
	}
}

// end reads what stands behind the rows.
func (sr *sheetReader) end() error {
	sr.done = true
	for {
		t, err := sr.x.next()
		if err != nil {
			return err
		}
		if t.kind == xmlStart && string(t.name) == "sheetData" && len(sr.x.names) <= 2 {
			return errors.New("it has sheetData twice")
		}
		if t.kind == xmlEOF {
			return nil
		}
	}
}

// cut takes the next whole rows off the reader.
func (sr *sheetReader) cut(b *Block) (bool, error) {
	x := sr.x
	target := sr.p.table.block
	for {
		if err := x.ahead(target); err != nil {
			return false, err
		}
		rest := x.buf[x.pos:]
		end, closed, err := sr.boundary(rest)
		if err != nil {
			return false, err
		}
		if end == 0 && !closed {
			if x.eof {
				return false, errors.New("the XML ends within the rows")
			}
			if len(rest) > x.max {
				return false, &hintedError{fmt.Sprintf("the row after row %d is larger than %s", sr.row, size(x.max)), "raise --max-record if a row may be that large"}
			}
			target = 2 * max(len(rest), target)
			continue
		}
		b.buf = append(room(b.buf[:0], end+slack), rest[:end]...)
		clear(b.buf[end : end+slack])
		b.Data = b.buf
		x.pos += end
		b.sheet = sheetBlock{prefix: sr.prefix, before: sr.row}
		if sr.row, err = lastRow(b.Data, sr.prefix, sr.row); err != nil {
			return false, err
		}
		if closed {
			if err := sr.end(); err != nil {
				return false, err
			}
		}
		return end > 0, nil
	}
}

// boundary finds where the last row element of b begins, or where the rows end.
func (sr *sheetReader) boundary(b []byte) (end int, closed bool, err error) {
	if special(b) {
		return sr.exactBoundary(b)
	}
	row := "<" + sr.prefix + "row"
	from := 0
	for at := len(b); ; {
		at = bytes.LastIndex(b[:at], []byte(row))
		if at < 0 {
			break
		}
		if n := at + len(row); n < len(b) && endsName(b[n]) {
			from = at
			break
		}
	}
	if k := bytes.Index(b[from:], []byte("</"+sr.prefix+"sheetData")); k >= 0 {
		return from + k, true, nil
	}
	return from, false, nil
}

// special tells whether b may hold comments, CDATA or processing instructions.
func special(b []byte) bool {
	for _, c := range []byte("!?") {
		for at := 0; ; {
			k := bytes.IndexByte(b[at:], c)
			if k < 0 {
				break
			}
			at += k + 1
			if at > 1 && b[at-2] == '<' {
				return true
			}
		}
	}
	return false
}

// exactBoundary is boundary for XML in which tags may stand in comments and
// CDATA, where they are none.
func (sr *sheetReader) exactBoundary(b []byte) (end int, closed bool, err error) {
	for at := 0; ; {
		k := bytes.IndexByte(b[at:], '<')
		if k < 0 {
			return end, false, nil
		}
		at += k
		n, skip := xmlAside(b[at:])
		if skip {
			if n < 0 {
				return end, false, nil
			}
			at += n
			continue
		}
		if isTag(b[at:], "</", sr.prefix, "sheetData") {
			return at, true, nil
		}
		if isTag(b[at:], "<", sr.prefix, "row") {
			end = at
		}
		at++
	}
}

// xmlAside tells whether b begins with a comment, CDATA or a processing
// instruction, and its length; -1 when it does not end in b.
func xmlAside(b []byte) (n int, ok bool) {
	for _, a := range [...]struct{ open, close string }{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}} {
		if bytes.HasPrefix(b, []byte(a.open)) {
			k := bytes.Index(b[len(a.open):], []byte(a.close))
			if k < 0 {
				return -1, true
			}
			return len(a.open) + k + len(a.close), true
		}
		if len(b) < len(a.open) && bytes.HasPrefix([]byte(a.open), b) {
			return -1, true
		}
	}
	return 0, false
}

// isTag tells whether b begins with a tag of the name.
func isTag(b []byte, bracket, prefix, name string) bool {
	n := len(bracket) + len(prefix) + len(name)
	return len(b) > n && string(b[:len(bracket)]) == bracket && string(b[len(bracket):n-len(name)]) == prefix &&
		string(b[n-len(name):n]) == name && endsName(b[n])
}

func endsName(c byte) bool {
	return c == '>' || c == '/' || c == ' ' || c == '\t' || c == '\r' || c == '\n'
}

// lastRow gives the number of the last row of b, which follows row before. The
// last row mostly says its number; if not, the rows are counted.
func lastRow(b []byte, prefix string, before int) (int, error) {
	row := "<" + prefix + "row"
	if !special(b) {
		for at := len(b); ; {
			if at = bytes.LastIndex(b[:at], []byte(row)); at < 0 {
				break
			}
			if n := at + len(row); n < len(b) && endsName(b[n]) {
				if n, ok, err := rowNumber(b[at:], len(row)); ok || err != nil {
					return n, err
				}
				break
			}
		}
	}
	for at := 0; at < len(b); {
		k := bytes.IndexByte(b[at:], '<')
		if k < 0 {
			break
		}
		at += k
		if n, skip := xmlAside(b[at:]); skip {
			at += max(n, 1)
			continue
		}
		if isTag(b[at:], "<", prefix, "row") {
			n, ok, err := rowNumber(b[at:], len(row))
			if err != nil {
				return 0, err
			}
			if before++; ok {
				before = n
			}
		}
		at++
	}
	return before, nil
}

// rowNumber reads the attribute r of the row at the start of b, whose name ends
// at from.
func rowNumber(b []byte, from int) (n int, ok bool, err error) {
	end, err := tagEnd(b, from)
	if err != nil || end < 0 {
		return 0, false, errors.Join(err, errors.New("a row is not closed"))
	}
	attrs := bytes.TrimSuffix(b[from:end], []byte("/"))
	for {
		name, v, rest, err := nextAttr(attrs)
		if err != nil || name == nil {
			return 0, false, err
		}
		if string(name) == "r" {
			n, err := strconv.Atoi(string(v))
			if err != nil || n < 1 || n > maxRow {
				return 0, false, fmt.Errorf("the row number %q is none from 1 to %d", v, maxRow)
			}
			return n, true, nil
		}
		attrs = rest
	}
}
