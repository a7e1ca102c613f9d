package source

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// RejectColumns stand behind a source's own columns in a file of its rejected
// rows, and tell a file as one. Cells of a row for which the source's header has
// no column stand behind them, without a header, so that nothing of the row is
// lost and its other cells keep their columns.
var RejectColumns = [...]string{"_file", "_row", "_code", "_field", "_reason"}

// openText settles encoding and delimiter of a text part and reads its header.
func (p *part) openText(head []byte) error {
	spec := &p.table.spec
	var err error
	if p.file.Encoding, p.mark, err = p.choose(head, spec.Encoding); err != nil {
		return err
	}
	p.decoded = p.file.Encoding != "utf-8"
	p.json = p.file.Format == "ldjson"
	p.numbered, p.keepApostrophe = spec.Numbered, spec.KeepApostrophe
	p.footer, p.footerBlank, p.header = spec.Footer, spec.FooterBlank, spec.Header
	if p.json {
		return p.openJSON()
	}
	p.file.Delimiter = spec.Delimiter
	if p.file.Delimiter == 0 && p.file.Format == "tsv" {
		p.file.Delimiter = '\t'
	}
	if p.file.Delimiter == 0 {
		if p.file.Delimiter, err = p.findDelimiter(); err != nil {
			return err
		}
	}
	switch p.file.Delimiter {
	case '"', '\n', '\r', 0xfffd:
		return p.fail("the delimiter "+strconv.QuoteRune(p.file.Delimiter)+" cannot be one", "use one such as , or ;")
	}
	p.dialect = newDialect(p.file.Delimiter, spec.NoTrim)
	p.file.Header, err = p.readHeader(max(p.header, 1))
	if err != nil {
		return err
	}
	if p.header == 0 {
		for i := range p.file.Header {
			p.file.Header[i] = columnName(i)
		}
	}
	p.width = len(p.file.Header)
	return nil
}

// rejects recognises rows that an earlier run refused; they are written in one
// way, whatever the source's own layout.
func (p *part) rejects(head []byte) bool {
	name, mark := byteOrderMark(head)
	if name != "" && name != "utf-8" {
		return false
	}
	if line := head[mark:]; !bytes.Contains(line, []byte(RejectColumns[4])) || !bytes.Contains(line, []byte(RejectColumns[0])) {
		return false
	}
	kept := *p
	p.file.Format, p.file.Encoding, p.file.Delimiter, p.mark = "csv", "utf-8", ',', mark
	p.dialect, p.header, p.numbered, p.decoded = newDialect(',', p.table.spec.NoTrim), 1, true, false
	h, err := p.readHeader(1)
	own := len(h) - len(RejectColumns)
	if err == nil && own > 0 {
		same := true
		for i, name := range RejectColumns {
			same = same && h[own+i] == name
		}
		if same {
			p.file.Header, p.file.Rejects = h[:own], true
			p.width, p.extra = len(h), 3
			return true
		}
	}
	*p = kept
	return false
}

// readHeader gives the cells of row number row.
func (p *part) readHeader(row int) ([]string, error) {
	plain := *p
	plain.footer, plain.footerBlank, plain.numbered, plain.header = 0, false, true, 0
	plain.file.Header = nil
	tr, err := plain.textReader()
	if err != nil {
		return nil, err
	}
	defer tr.Close()
	var b Block
	for {
		b.above, b.ready = 0, false
		ok, err := tr.next(&b)
		if err != nil {
			return nil, p.titled(err, &b, row, tr.rows)
		}
		if !ok {
			break
		}
		if row > tr.rows {
			continue
		}
		b.Data = b.Data[:b.cells.end(row-1-b.Rows)+1]
		if err := plain.sound(&b); err != nil {
			return nil, err
		}
		cells := b.cells.texts(b.Data, row-1-b.Rows, &p.dialect)
		named := false
		for i, c := range cells {
			if !p.table.spec.NoTrim {
				cells[i] = trim(c)
			}
			named = named || !isEmpty(c)
		}
		if !named && p.header > 0 {
			return nil, p.void("the header in row "+strconv.Itoa(row)+" is empty", "say in which row the header stands with header:")
		}
		return cells, nil
	}
	switch {
	case tr.offset == 0:
		return nil, p.fail("the file is empty", "a table begins with a header")
	case p.header == 0:
		return nil, p.fail("the file has no rows", "")
	}
	return nil, p.void("there is no row "+strconv.Itoa(row)+", where the header should stand; the file has "+strconv.Itoa(tr.rows)+" rows",
		"say in which row the header stands with header:")
}

// titled names the column of an error that was found below the header, in the
// block that the header is read from. That is row number row, and before is the
// number of rows before the block.
func (p *part) titled(err error, b *Block, row, before int) error {
	e, ok := err.(*Error)
	if !ok || e.Column == 0 || e.Header != "" || e.Row <= row || p.header == 0 || row <= before || row-before > len(b.cells.rows) {
		return err
	}
	if cells := b.cells.texts(b.buf, row-before-1, &p.dialect); e.Column <= len(cells) {
		e.Header = strings.Clone(trim(cells[e.Column-1]))
	}
	return e
}

// findDelimiter takes the one of the usual delimiters that makes the most
// columns of the header; among equals the one that makes as many of the row
// below it.
func (p *part) findDelimiter() (rune, error) {
	src, err := p.text()
	if err != nil {
		return 0, err
	}
	defer src.Close()
	var buf []byte
	for from, to := 0, firstLook; ; from, to = to, blockSize {
		buf = room(buf, to+1+slack)
		n, err := readFull(src, buf[from:to])
		if err != nil && err != io.EOF && from+n == 0 {
			var b Block
			return 0, p.located(&b, nil, err)
		}
		buf = buf[:from+n]
		if from == 0 {
			if r, n := separator(buf); n > 0 {
				return r, nil
			}
		}
		all := err != nil || to == blockSize
		if all && len(buf) > 0 && !endsLine(buf[len(buf)-1]) {
			buf = append(buf, '\n')
		}
		clear(buf[len(buf) : len(buf)+slack])
		if best, ok := p.likelyDelimiter(buf); ok || all {
			return best, nil
		}
	}
}

// firstLook is how much of a text mostly holds its header and the row below.
const firstLook = 8 << 10

// likelyDelimiter is findDelimiter for a text or its beginning. ok tells that
// both rows were found by each delimiter, so that more of the text would change
// nothing.
func (p *part) likelyDelimiter(buf []byte) (best rune, ok bool) {
	best, ok = ',', true
	most, fits := 1, false
	var x index
	for _, delim := range ",;\t|" {
		d := newDialect(delim, p.table.spec.NoTrim)
		x.scan(buf, &d)
		row := max(p.header, 1) - 1
		ok = ok && row+1 < len(x.rows)
		if row >= len(x.rows) {
			row = len(x.rows) - 1
		}
		if row < 0 {
			continue
		}
		cells := len(x.texts(buf, row, &d))
		same := row+1 < len(x.rows) && len(x.texts(buf, row+1, &d)) == cells
		if cells > most || cells == most && cells > 1 && same && !fits {
			best, most, fits = delim, cells, same
		}
	}
	return best, ok
}

// unite makes the table's header from those of its parts and finds the place
// of each part's columns in it. The n-th column of a name is the n-th of that
// name in every file; columns without a name are told apart by their place.
func (t *Table) unite() {
	type key struct {
		name string
		n    int
	}
	places := map[key]int32{}
	keysOf := func(p *part) []key {
		seen := map[string]int{}
		keys := make([]key, len(p.file.Header))
		for i, name := range p.file.Header {
			seen[name]++
			keys[i] = key{name, seen[name]}
			if name == "" {
				keys[i].n = i
			}
		}
		return keys
	}
	for _, p := range t.parts {
		for _, k := range keysOf(p) {
			if _, ok := places[k]; !ok {
				places[k] = int32(len(t.header))
				t.header = append(t.header, k.name)
			}
		}
	}
	for _, p := range t.parts {
		has := make([]bool, len(t.header))
		p.perm = p.perm[:0]
		for _, k := range keysOf(p) {
			p.perm = append(p.perm, places[k])
			has[places[k]] = true
		}
		for i, ok := range has {
			if !ok {
				p.missing = append(p.missing, int32(i))
			}
		}
		for i := range p.width - len(p.file.Header) { // the columns of rejects
			p.perm = append(p.perm, int32(len(t.header)+min(i, 2)))
		}
		p.file.Real = p.path
		p.inPlace = true
		for i, k := range p.perm {
			p.inPlace = p.inPlace && int(k) == i
		}
		t.files = append(t.files, p.file)
	}
}

// openInline makes a table that stands in the mapping.
func (t *Table) openInline() {
	p := &part{table: t, width: len(t.spec.InlineHeader), keepApostrophe: true}
	p.file.Header = t.spec.InlineHeader
	p.dialect = newDialect('\x1f', true)
	p.file.Encoding = "utf-8"
	p.decoded = true
	var text []byte
	for _, row := range t.spec.InlineRows {
		for i := range p.width {
			if i > 0 {
				text = append(text, '\x1f')
			}
			text = append(text, '"')
			if i < len(row) {
				for _, c := range []byte(row[i]) {
					if c == '"' {
						text = append(text, '"')
					}
					text = append(text, c)
				}
			}
			text = append(text, '"')
		}
		text = append(text, '\n')
	}
	if !utf8.Valid(text) {
		text = bytes.ToValidUTF8(text, nil)
	}
	p.open = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }
	t.parts = []*part{p}
	t.unite()
	t.files = nil
}
