package transform

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"crm2gong/mapping/value"
)

// rejectSpool keeps what one walk over a source refused, in the order of the
// rows, until the other walks are through: beyond a few hundred KiB in a
// temporary file.
type rejectSpool struct {
	kind string // of records that the walk makes, as reasons name it
	dir  string // for the temporary file; "": the system's
	buf  []byte // what does not stand in the file yet
	file *os.File
	read *bufio.Reader
	// While it is read: the row that comes next and its number among the data rows
	// of the source. At the end that is math.MaxInt.
	at  int
	row rejected
	of  rejects // the cells of row
}

// spoolSize is how many bytes of a spool wait in memory.
const spoolSize = 256 << 10

// add keeps a refused row: at is its number among the data rows of the source.
// Where nobody wants the file the number is all that is kept.
func (s *rejectSpool) add(at, row int, r *rejects, x *rejected, wanted bool) error {
	b := binary.AppendUvarint(s.buf, uint64(at))
	if wanted {
		for _, n := range []int{row, x.own, x.fault + 1, x.to - x.from} {
			b = binary.AppendUvarint(b, uint64(n))
		}
		for _, text := range []string{x.file, x.sheet, x.code, x.field, x.reason} {
			b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
		}
		r.each(x, func(_ int, text []byte, kind value.CellKind) {
			b = append(b, byte(kind))
			b = append(binary.AppendUvarint(b, uint64(len(text))), text...)
		})
	}
	if s.buf = b; len(b) < spoolSize {
		return nil
	}
	return s.spill()
}

// spill moves what is in memory to the file.
func (s *rejectSpool) spill() error {
	if s.file == nil {
		f, err := os.CreateTemp(s.dir, ".crm2gong-rejects-")
		if err != nil {
			return s.failed(err)
		}
		s.file = f
		_ = os.Remove(f.Name()) // a file without a name; where that cannot be, close removes it
	}
	if _, err := s.file.Write(s.buf); err != nil {
		return s.failed(err)
	}
	s.buf = s.buf[:0]
	return nil
}

func (s *rejectSpool) failed(err error) error {
	return fmt.Errorf("cannot keep refused rows in a temporary file: %w", err)
}

// open begins to read: next gives the first row.
func (s *rejectSpool) open() error {
	var src io.Reader = bytes.NewReader(s.buf)
	if s.file != nil {
		if _, err := s.file.Seek(0, io.SeekStart); err != nil {
			return s.failed(err)
		}
		src = io.MultiReader(s.file, src)
	}
	s.read = bufio.NewReader(src)
	return nil
}

// next reads the next row.
func (s *rejectSpool) next(wanted bool) error {
	at, err := binary.ReadUvarint(s.read)
	if err == io.EOF {
		s.at = math.MaxInt
		return nil
	}
	if s.at = int(at); err == nil && wanted {
		err = s.load()
	}
	if err != nil {
		return s.failed(err)
	}
	return nil
}

// load reads what was kept of the row.
func (s *rejectSpool) load() error {
	x := &s.row
	*x = rejected{}
	s.of.reset()
	for _, n := range []*int{&x.row, &x.own, &x.fault, &x.to} {
		k, err := binary.ReadUvarint(s.read)
		if err != nil {
			return err
		}
		*n = int(k)
	}
	x.fault--
	for _, text := range []*string{&x.file, &x.sheet, &x.code, &x.field, &x.reason} {
		from := len(s.of.text)
		if err := s.text(); err != nil {
			return err
		}
		*text = string(s.of.text[from:])
		s.of.text = s.of.text[:from]
	}
	for range x.to {
		kind, err := s.read.ReadByte()
		if err != nil {
			return err
		}
		if err := s.text(); err != nil {
			return err
		}
		s.of.cells = append(s.of.cells, rejectedCell{len(s.of.text), value.CellKind(kind)})
	}
	return nil
}

// text reads a text behind those of the row.
func (s *rejectSpool) text() error {
	n, err := binary.ReadUvarint(s.read)
	if err != nil {
		return err
	}
	from := len(s.of.text)
	s.of.text = append(s.of.text, make([]byte, n)...)
	_, err = io.ReadFull(s.read, s.of.text[from:])
	return err
}

func (s *rejectSpool) close() {
	if s.file != nil {
		s.file.Close()
		_ = os.Remove(s.file.Name())
		s.file = nil
	}
}

// merge hands over the rows of the spools in the order of the source, each
// once. Of several refusals of a row the first has the code and the field; its
// reason tells the others too.
func merge(spools []*rejectSpool, wanted bool, fn func(r *rejects, x *rejected) error) error {
	for _, s := range spools {
		if err := s.open(); err != nil {
			return err
		}
		if err := s.next(wanted); err != nil {
			return err
		}
	}
	for {
		at := math.MaxInt
		for _, s := range spools {
			at = min(at, s.at)
		}
		if at == math.MaxInt {
			return nil
		}
		var why reasons
		var first *rejectSpool
		for _, s := range spools {
			if s.at != at {
				continue
			}
			if why.add(s.kind, &s.row); first == nil {
				first = s
			} else if s.row.fault >= 0 {
				first.row.faults = append(first.row.faults, s.row.fault)
			}
		}
		first.row.reason = why.String()
		if err := fn(&first.of, &first.row); err != nil {
			return err
		}
		for _, s := range spools {
			if s.at == at {
				if err := s.next(wanted); err != nil {
					return err
				}
			}
		}
	}
}

// reasons are why one row gives no records of several kinds.
type reasons []reason

type reason struct{ kinds, text string }

// add adds a refusal. What is wrong with the row itself is so for every kind.
func (l *reasons) add(kind string, x *rejected) {
	if x.code == "row-ragged" {
		kind = ""
	}
	for i := range *l {
		if have := &(*l)[i]; have.text == x.reason {
			if kind != "" && !strings.Contains(have.kinds, kind) {
				have.kinds += " and " + kind
			}
			return
		}
	}
	*l = append(*l, reason{kind, x.reason})
}

func (l reasons) String() string {
	var b strings.Builder
	for i, r := range l {
		if i > 0 {
			b.WriteString("; ")
		}
		if r.kinds != "" {
			b.WriteString("as " + r.kinds + ": ")
		}
		b.WriteString(r.text)
	}
	return b.String()
}
