package source

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"unicode"
)

// Table is an open source. Next may be called by several goroutines, Close
// when they are through; the other methods do not change it.
type Table struct {
	spec   Spec
	opt    Options
	parts  []*part
	header []string
	files  []File
	notes  []string
	block  int // size of a block in bytes; smaller in tests

	mu      sync.Mutex
	current int // part under way
	reader  reader
	seq     int
	err     error
	spool   *Stdin // standard input and pipes that only this table knows of
}

// reader hands out the blocks of one part.
type reader interface {
	// next fills b and tells whether it did; false is the end of the part. It
	// runs under the table's lock.
	next(b *Block) (bool, error)
	io.Closer
}

// Open finds the files of a source, decides format, encoding and delimiter, and
// reads the headers. Errors are of type *Error. A source may be opened again to
// read it once more.
func Open(spec Spec, opt Options) (*Table, error) {
	return open(spec, opt, blockSize)
}

func open(spec Spec, opt Options, block int) (*Table, error) {
	t := &Table{spec: spec, opt: opt, block: block}
	if spec.Inline && opt.Replace == "" {
		t.openInline()
		return t, nil
	}
	if err := t.openFiles(); err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}

// Header gives the columns: the headers of all files, in the order of first
// use, trimmed unless Spec.NoTrim. A column without a name is "". A name that
// one file has twice stands twice.
func (t *Table) Header() []string { return t.header }

// Files gives the files in the order in which they are read; none for a table
// that stands in the mapping.
func (t *Table) Files() []File { return t.files }

// Notes gives what a reader of the reports should know, such as hidden sheets
// beside the one that is read; after reading also cells whose formula has no
// stored value.
func (t *Table) Notes() []string {
	notes := append([]string(nil), t.notes...)
	for _, p := range t.parts {
		if p.sheet == nil {
			continue
		}
		if n := p.sheet.unstored.n.Load(); n > 0 {
			notes = append(notes, fmt.Sprintf("%s: cells with a formula without a stored value, read as empty: %d, the first %s!%s; open the workbook in a spreadsheet and save it", p.file.Path, n, p.file.Sheet, p.sheet.unstored.cell()))
		}
	}
	return notes
}

// Close releases open files. No Next may be under way or follow.
func (t *Table) Close() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.current = len(t.parts)
	var err error
	if t.reader != nil {
		err = t.reader.Close()
		t.reader = nil
	}
	for _, p := range t.parts {
		p.drop()
	}
	if t.spool != nil {
		t.spool.Close()
		t.spool = nil
	}
	return err
}

// Block is a run of whole rows of one file. Its buffers are reused by the next
// call of Table.Next with it.
type Block struct {
	Seq   int    // place among the blocks of the source, from 0; set with an error too
	File  int    // place of its file in Table.Files
	Data  []byte // text files: the bytes of its rows, as UTF-8
	Lines int    // physical lines before it in its file; -1 unless Spec.Numbered
	Rows  int    // rows before it in its file; -1 unless Spec.Numbered

	part   *part
	offset int64 // bytes before Data in the part's decoded text
	skip   int   // rows at its start that are header or above it
	above  int   // lines above it that are no rows (sep=)
	buf    []byte
	cells  index
	ready  bool // cells is filled
	sheet  sheetBlock
}

// Next fills b with the next block; false is the end of the source. After an
// error b.Seq is the place at which the block would have stood, so that callers
// can tell which of several errors comes first in the order of the rows.
func (t *Table) Next(b *Block) (bool, error) {
	ok, err := t.take(b)
	if ok {
		err = b.part.prepare(b)
	}
	if err != nil {
		t.mu.Lock()
		if t.err == nil {
			t.err = err
		}
		t.mu.Unlock()
		return false, err
	}
	return ok, nil
}

// take gets a block under the lock.
func (t *Table) take(b *Block) (ok bool, err error) {
	t.mu.Lock()
	defer func() {
		if t.err == nil {
			t.err = err
		}
		t.mu.Unlock()
	}()
	b.Seq = t.seq
	if t.err != nil {
		return false, t.err
	}
	for t.current < len(t.parts) {
		p := t.parts[t.current]
		if t.reader == nil {
			r, err := p.reader()
			if err != nil {
				return false, err
			}
			t.reader = r
		}
		b.part, b.File, b.Rows, b.Lines = p, t.current, -1, -1
		b.skip, b.above, b.ready = 0, 0, false
		ok, err := t.reader.next(b)
		if err != nil {
			return false, err
		}
		if ok {
			t.seq++
			return true, nil
		}
		err = t.reader.Close()
		t.reader = nil
		t.current++
		if err == nil {
			err = p.unchanged()
		}
		if err != nil {
			return false, err
		}
	}
	return false, nil
}

// isBlank tells the runes that trimming takes away.
func isBlank(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' }

// trim takes blanks and byte order marks off both ends.
func trim(s string) string { return strings.TrimFunc(s, isBlank) }

// isEmpty tells whether nothing is left of s when it is trimmed.
func isEmpty(s string) bool {
	for _, r := range s {
		if !isBlank(r) {
			return false
		}
	}
	return true
}
