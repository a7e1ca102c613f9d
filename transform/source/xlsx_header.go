package source

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// prepareSheet does what a block of rows needs outside the lock.
func (p *part) prepareSheet(b *Block) error {
	if !utf8.Valid(b.Data) {
		return p.badPart(p.file.Sheet, errors.New("it is not valid UTF-8"))
	}
	return nil
}

// sheetRejects recognises rows that an earlier run refused, by the last columns
// of the sheet's first row; the source's own layout is not that of such a sheet.
// A sheet that cannot be read is none; reading its header says why.
func (p *part) sheetRejects() bool {
	s, spec := p.sheet, &p.table.spec
	var header []string
	s.header, s.last = 0, 1
	err := p.eachRow(maxColumn, func(r *Rows) bool {
		header = sheetHeader(r, &Spec{Header: 1, NoTrim: spec.NoTrim})
		return false
	})
	s.header, s.last = spec.Header, 0
	own := len(header) - len(RejectColumns)
	if err != nil || own <= 0 || !slices.Equal(header[own:], RejectColumns[:]) {
		return false
	}
	s.header = 1
	p.file.Header, p.file.Rejects = header[:own], true
	p.width, p.extra = len(header), 3
	return true
}

// readSheetHeader reads the header, and finds the last row of the data where
// the layout has a footer.
func (p *part) readSheetHeader() error {
	s, spec := p.sheet, &p.table.spec
	s.header, s.last = max(spec.Header-1, 0), spec.Header
	found := false
	err := p.eachRow(maxColumn, func(r *Rows) bool {
		p.file.Header, found = sheetHeader(r, spec), true
		return false
	})
	s.header, s.last = spec.Header, 0
	if err != nil {
		return err
	}
	if !found {
		if spec.Header == 0 {
			return p.void("the sheet "+p.file.Sheet+" is empty", "")
		}
		return p.void(fmt.Sprintf("row %d of the sheet %s, where the header should stand, is empty", spec.Header, p.file.Sheet), "say in which row the header stands with header:")
	}
	for len(p.file.Header) < spec.Width {
		p.file.Header = append(p.file.Header, "")
	}
	p.width = len(p.file.Header)
	if spec.Footer == 0 && !spec.FooterBlank {
		return nil
	}
	rows := map[int]bool{}
	top := 0
	err = p.eachRow(p.width, func(r *Rows) bool {
		rows[r.Row] = true
		top = max(top, r.Row)
		return true
	})
	if s.last = max(top-spec.Footer, 1); spec.FooterBlank {
		for s.last = max(spec.Header, 1); rows[s.last+1]; {
			s.last++
		}
	}
	return err
}

// eachRow calls fn with the filled rows of the sheet until it returns false.
func (p *part) eachRow(width int, fn func(r *Rows) bool) error {
	t := &Table{spec: p.table.spec, opt: p.table.opt, header: make([]string, width), block: p.table.block}
	probe := &part{table: t, file: p.file, sheet: p.sheet, bytes: p.bytes, width: width, keepApostrophe: true, perm: make([]int32, width)}
	for i := range probe.perm {
		probe.perm[i] = int32(i)
	}
	defer func() {
		clearSeen(p.sheet)
		p.sheet.unstored.reset()
	}()
	sr, err := probe.sheetReader()
	if err != nil {
		return err
	}
	defer sr.Close()
	b := Block{part: probe}
	var r Rows
	for {
		ok, err := sr.next(&b)
		if err == nil && ok {
			err = probe.prepareSheet(&b)
		}
		if err != nil || !ok {
			return err
		}
		for t.Rows(&b, &r); r.Next(); {
			if !fn(&r) {
				return nil
			}
		}
		if r.Err() != nil {
			return r.Err()
		}
	}
}

func clearSeen(s *sheet) {
	for i := range s.seen {
		s.seen[i].Store(0)
	}
}

// sheetHeader gives the header from its row: up to the last filled cell.
func sheetHeader(r *Rows, spec *Spec) []string {
	last := 0
	for i, c := range r.Cells {
		if !isEmpty(c.Text) {
			last = i + 1
		}
	}
	cells := make([]string, last)
	for i, c := range r.Cells[:last] {
		switch {
		case spec.Header == 0:
			cells[i] = columnName(i)
		case spec.NoTrim:
			cells[i] = strings.Clone(c.Text)
		default:
			cells[i] = strings.Clone(trim(c.Text))
		}
	}
	return cells
}
