package source

import (
	"errors"
	"fmt"
)

// sheetRows is the state of Rows in a block of a workbook's sheet.
type sheetRows struct {
	b       []byte
	pos     int
	row     int // number of the row before
	pl      int // length of the prefix of element names
	prefix  string
	used    [maxColumn / 64]uint64 // columns of the row
	high    int                    // words of used that are not zero
	scratch [2][]byte
	again   bool // the block's rows were walked before
	fresh   bool // the row was never read before
	col     int  // column under way, from 0
}

func (r *Rows) startSheet() {
	s := &r.sheet
	s.b, s.pos, s.row = r.b.Data, 0, r.b.sheet.before
	s.prefix, s.pl = r.b.sheet.prefix, len(r.b.sheet.prefix)
	s.again, r.b.sheet.walked = r.b.sheet.walked, true
}

// nextSheet moves to the next row that is data and not empty.
func (r *Rows) nextSheet() bool {
	s := &r.sheet
	for {
		ok, data, err := r.sheetRow()
		if err != nil {
			e := r.b.part.fail(err.Error(), "open the workbook in a spreadsheet and save it again")
			e.Sheet, e.Row = r.b.part.file.Sheet, s.row
			if s.col >= 0 {
				e.Column = s.col + 1
				if h := r.b.part.file.Header; s.col < len(h) {
					e.Header = h[s.col]
				}
			}
			var hinted *hintedError
			if errors.As(err, &hinted) {
				e.Hint = hinted.hint
			}
			r.err = e
			return false
		}
		if !ok {
			return false
		}
		if data && (r.filledSheet() || r.t.spec.Surplus && r.Ragged > 0) {
			r.Row, r.Line = s.row, 0
			if r.b.part.file.Rejects {
				r.place()
			}
			return true
		}
	}
}

type hintedError struct{ message, hint string }

func (e *hintedError) Error() string { return e.message }

// filledSheet tells whether the row has a value. Blanks count where nothing is
// trimmed.
func (r *Rows) filledSheet() bool {
	if !r.t.spec.NoTrim {
		return r.filled()
	}
	for i := range r.all {
		if r.all[i].Text != "" {
			return true
		}
	}
	return false
}

var errCut = errors.New("the XML of the row is cut short")

// sheetRow reads the next row element; data tells whether it belongs to the
// table.
func (r *Rows) sheetRow() (ok, data bool, err error) {
	s := &r.sheet
	s.col = -1
	if err := s.space(); err != nil {
		return false, false, err
	}
	if s.pos >= len(s.b) {
		return false, false, nil
	}
	if !s.at("row") {
		return false, false, fmt.Errorf("%q stands where a row is due", shown(s.b[s.pos:]))
	}
	s.row++
	s.pos += 4 + s.pl
	number := -1
	for {
		name, v, end, err := s.attr()
		if err != nil {
			return false, false, err
		}
		if end != 0 {
			if number >= 0 {
				s.row = number
			}
			if err := r.claim(); err != nil {
				return false, false, err
			}
			p := r.b.part.sheet
			data = s.row > p.header && (p.last == 0 || s.row <= p.last)
			if end == '/' {
				return true, false, nil
			}
			break
		}
		if len(name) == 1 && name[0] == 'r' {
			if number, err = digits(v, maxRow); err != nil {
				return false, false, fmt.Errorf("the row number %q is none from 1 to %d", v, maxRow)
			}
		}
	}
	if data {
		clear(r.all)
		r.Ragged, r.Surplus = 0, r.Surplus[:0]
	}
	clear(s.used[:s.high])
	s.high = 0
	last := -1
	for {
		if err := s.space(); err != nil {
			return false, false, err
		}
		switch {
		case s.at("c"):
			if last, err = r.sheetCell(last, data); err != nil {
				return false, false, err
			}
		case s.closes("row"):
			return true, data, nil
		case s.at("extLst"):
			if err := s.skip(); err != nil {
				return false, false, err
			}
		default:
			s.col = -1
			return false, false, fmt.Errorf("%q stands where a cell is due", shown(s.b[s.pos:]))
		}
	}
}

// claim refuses a second row of one number.
func (r *Rows) claim() error {
	n := r.sheet.row
	if n < 1 || n > maxRow {
		return fmt.Errorf("there are more than %d rows", maxRow)
	}
	old := r.b.part.sheet.seen[n/64].Or(1 << (n % 64))
	r.sheet.fresh = old>>(n%64)&1 == 0
	if !r.sheet.fresh && !r.sheet.again {
		return errors.New("the sheet has two rows of this number")
	}
	return nil
}

// digits reads a number from 1 to max.
func digits(b []byte, max int) (int, error) {
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' || n > max {
			return 0, errCut
		}
		n = n*10 + int(c-'0')
	}
	if n < 1 || n > max {
		return 0, errCut
	}
	return n, nil
}
