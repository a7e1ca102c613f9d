package source

import (
	"bytes"
	"io"
	"strconv"
	"unicode/utf8"
)

// blockSize is how much of a text file a worker takes at a time: it fits the
// second cache of a core.
const blockSize = 256 << 10

// textReader cuts a text file into blocks of whole records.
type textReader struct {
	p      *part
	src    io.ReadCloser // decoded text without byte order mark
	carry  []byte        // what was read behind the last block
	offset int64         // of carry in the decoded text
	end    bool          // src is read to its end
	done   bool
	first  bool
	skip   int // rows of the header not yet passed
	rows   int // rows so far, when numbered
	lines  int
	blank  Rows  // for finding blank rows
	tail   index // for finding the last row
}

func (p *part) textReader() (*textReader, error) {
	src, err := p.text()
	if err != nil {
		return nil, err
	}
	return &textReader{p: p, src: src, skip: p.header, first: true}, nil
}

func (tr *textReader) Close() error { return tr.src.Close() }

// next fills b with the next block.
func (tr *textReader) next(b *Block) (bool, error) {
	if tr.done {
		return false, nil
	}
	p := tr.p
	limit := p.table.opt.maxRecord() + 2 // a line end belongs to the record
	target := min(p.table.block, limit)
	if tr.first {
		target = max(target, separatorRoom)
	}
	if cap(b.buf) > 4*target && len(tr.carry) <= target {
		b.buf = nil
	}
	buf := append(b.buf[:0], tr.carry...)
	b.offset = tr.offset
	for {
		target = max(target, len(buf))
		buf = room(buf, target+1+slack)
		n, err := readFull(tr.src, buf[len(buf):target])
		buf = buf[:len(buf)+n]
		b.buf = buf
		if err == io.EOF {
			tr.end = true
		} else if err != nil {
			return false, p.located(b, buf, err)
		}
		if tr.end && len(buf) == 0 {
			tr.done = true
			return false, nil
		}
		if tr.first && len(buf) > 0 {
			tr.first = false
			if n := separatorLine(buf); n > 0 && !p.json {
				buf = append(buf[:0], buf[n:]...)
				b.above, b.offset, tr.offset = 1, b.offset+int64(n), tr.offset+int64(n)
				if tr.end && len(buf) == 0 {
					tr.done = true
					return false, nil
				}
			}
		}
		if tr.end && !endsLine(buf[len(buf)-1]) {
			buf = append(buf, '\n')
		}
		clear(buf[len(buf) : len(buf)+slack])
		cut, err := tr.cut(b, buf)
		if err != nil {
			return false, err
		}
		if cut == 0 && !tr.end {
			if len(buf) >= limit {
				return false, p.tooLarge(b, buf)
			}
			target = min(2*target, limit)
			continue
		}
		tr.carry = append(tr.carry[:0], buf[cut:]...)
		clear(buf[cut : cut+slack])
		b.buf, b.Data = buf, buf[:cut]
		tr.offset += int64(cut)
		break
	}
	if tr.end && (len(tr.carry) == 0 || p.footer > 0) {
		tr.done = true
	}
	tr.count(b)
	return true, nil
}

// room makes sure that n bytes fit in buf.
func room(buf []byte, n int) []byte {
	if cap(buf) >= n {
		return buf
	}
	grown := make([]byte, len(buf), n)
	copy(grown, buf)
	return grown
}

// readFull reads until p is full, so that what a call reads depends on the data
// alone; io.EOF tells the end, whatever was read.
func readFull(r io.Reader, p []byte) (int, error) {
	n := 0
	for n < len(p) {
		k, err := r.Read(p[n:])
		n += k
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

func endsLine(c byte) bool { return c == '\n' || c == '\r' }

// cut tells how much of buf is a block; 0 when no record ends in it.
func (tr *textReader) cut(b *Block, buf []byte) (int, error) {
	p := tr.p
	if !p.counted() && (p.json || bytes.IndexByte(buf, '"') < 0) {
		if tr.end {
			return len(buf), nil
		}
		if k := bytes.LastIndexByte(buf, '\n'); k >= 0 {
			return k + 1, nil
		}
		return bytes.LastIndexByte(buf[:len(buf)-1], '\r') + 1, nil
	}
	if !p.counted() {
		cut, open := p.dialect.lastRow(buf, &tr.tail, tr.end)
		if tr.end && open >= 0 {
			return 0, p.unclosed(b, buf, open)
		}
		return cut, nil
	}
	x := &b.cells
	if p.json {
		x.scanLines(buf)
	} else {
		x.scan(buf, &p.dialect)
		x.feeds = 0 // those of the block are fewer
	}
	b.ready = true
	if tr.end && x.open >= 0 {
		return 0, p.unclosed(b, buf, x.open)
	}
	x.waitForLF(buf, tr.end)
	if p.footerBlank || p.footer > 0 {
		tr.trim(b, buf)
	}
	if len(x.rows) == 0 {
		x.ends = x.ends[:0]
		return 0, nil
	}
	last := len(x.rows) - 1
	x.ends = x.ends[:x.rows[last]+1]
	return x.end(last) + 1, nil
}

// end is the offset of the last byte of row i.
func (x *index) end(i int) int { return int(x.ends[x.rows[i]] &^ unquoteFlag) }

// trim takes away rows that belong to the footer, or may.
func (tr *textReader) trim(b *Block, buf []byte) {
	x, r, p := &b.cells, &tr.blank, tr.p
	b.Data = buf
	p.table.Rows(b, r)
	keep, filled := 0, 0 // rows up to the last filled one
	for r.at < len(x.rows) {
		first, pos := r.cell, r.pos
		r.step()
		switch {
		case r.load(first, pos):
			filled = r.at
		case p.footerBlank && r.at > tr.skip:
			x.rows = x.rows[:r.at-1]
			tr.end, tr.done = true, true
			tr.carry = tr.carry[:0]
			return
		}
	}
	if p.footer == 0 {
		return
	}
	keep = max(filled-p.footer, min(tr.skip, len(x.rows)), 0)
	if filled == 0 && !tr.end {
		keep = 0
	}
	x.rows = x.rows[:min(keep, len(x.rows))]
}

// count moves the counters behind b.
func (tr *textReader) count(b *Block) {
	p := tr.p
	if p.json {
		if p.numbered {
			b.Rows, b.Lines = tr.rows, tr.rows
			tr.rows += len(b.cells.rows)
			tr.lines = tr.rows
		}
		return
	}
	if tr.skip == 0 && !p.numbered {
		return
	}
	if !b.ready {
		b.cells.scan(b.Data, &p.dialect)
		b.ready = true
	}
	rows := len(b.cells.rows)
	b.skip = min(tr.skip, rows)
	tr.skip -= b.skip
	if p.numbered {
		b.Rows, b.Lines = tr.rows, tr.lines
		tr.rows += rows
		tr.lines += b.above + countBreaks(b.Data)
	}
}

// prepare does the work on a block that needs no lock.
func (p *part) prepare(b *Block) error {
	if p.sheet != nil {
		return p.prepareSheet(b)
	}
	if err := p.sound(b); err != nil {
		return err
	}
	if !b.ready {
		if p.json {
			b.cells.scanLines(b.Data)
		} else {
			b.cells.scan(b.Data, &p.dialect)
		}
		b.ready = true
	}
	return nil
}

// sound refuses NUL, and in files that are not decoded bytes that are no UTF-8.
func (p *part) sound(b *Block) error {
	if i := bytes.IndexByte(b.Data, 0); i >= 0 {
		return p.nul(b, i)
	}
	if p.decoded || utf8.Valid(b.Data) {
		return nil
	}
	i := 0
	for i < len(b.Data) {
		_, n := utf8.DecodeRune(b.Data[i:])
		if n == 1 && b.Data[i] >= utf8.RuneSelf {
			break
		}
		i += n
	}
	return p.undecodable(b, b.Data, i)
}

// scanLines indexes lines as rows of one cell.
func (x *index) scanLines(data []byte) {
	x.ends, x.rows, x.multi, x.feeds, x.open = x.ends[:0], x.rows[:0], false, 0, -1
	for at := 0; at < len(data); {
		k := bytes.IndexByte(data[at:], '\n')
		if k < 0 {
			return
		}
		at += k + 1
		x.rows = append(x.rows, uint32(len(x.ends)))
		x.ends = append(x.ends, uint32(at-1))
	}
}

// texts gives the cells of row i, for headers.
func (x *index) texts(data []byte, i int, d *dialect) []string {
	first, pos := 0, 0
	if i > 0 {
		first = int(x.rows[i-1]) + 1
		pos = x.end(i-1) + 1
	}
	var cells []string
	for k := first; k <= int(x.rows[i]); k++ {
		to := int(x.ends[k] &^ unquoteFlag)
		next := to + len(d.delim)
		if k == int(x.rows[i]) && to > pos && data[to] == '\n' && data[to-1] == '\r' {
			to--
		}
		cell := data[pos:to]
		if x.ends[k] >= unquoteFlag {
			cell = d.unquote(nil, cell)
		} else if len(cell) > 1 && cell[0] == '"' {
			cell = cell[1 : len(cell)-1]
		}
		cells = append(cells, string(cell))
		pos = next
	}
	return cells
}

// separatorRoom is how many bytes tell whether the first line is "sep=;".
const separatorRoom = 32

// separatorLine gives the length of a first line "sep=;", which spreadsheets
// take as the delimiter and do not show; 0 when there is none.
func separatorLine(b []byte) int {
	_, n := separator(b)
	return n
}

// separator reads a first line "sep=;".
func separator(b []byte) (delim rune, length int) {
	line := b
	if k := bytes.IndexAny(b[:min(len(b), 16)], "\r\n"); k >= 0 {
		line = b[:k]
		length = k + 1
		if b[k] == '\r' && k+1 < len(b) && b[k+1] == '\n' {
			length++
		}
	} else if len(b) > 16 {
		return 0, 0
	} else {
		length = len(b)
	}
	if len(line) > 2 && line[0] == '"' && line[len(line)-1] == '"' {
		line = line[1 : len(line)-1]
	}
	if len(line) < 5 || !bytes.EqualFold(line[:4], []byte("sep=")) {
		return 0, 0
	}
	r, n := utf8.DecodeRune(line[4:])
	if 4+n != len(line) || r == utf8.RuneError {
		return 0, 0
	}
	return r, length
}

// columnName names a column as spreadsheets do: A, B … Z, AA.
func columnName(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}

func size(n int) string {
	switch {
	case n >= 1<<20 && n%(1<<20) == 0:
		return strconv.Itoa(n>>20) + " MiB"
	case n >= 1<<10 && n%(1<<10) == 0:
		return strconv.Itoa(n>>10) + " KiB"
	}
	return strconv.Itoa(n) + " bytes"
}
