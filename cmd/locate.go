package cmd

import (
	"errors"
	"os"
	"slices"
	"strings"

	"crm2gong/transform"
	"crm2gong/transform/source"
)

// headerRows is how many rows are tried as the header.
const headerRows = 12

// located is a table in a file: the file itself or a sheet of a workbook.
type located struct {
	spec source.Spec // with the sheet, where there are several, and the row of the header
	err  error       // why it can't be read
}

// tables finds the tables of a file and the row of each one's header. In a
// workbook those are the sheets that are not hidden and not empty.
func (s *survey) tables(spec source.Spec) ([]located, error) {
	sheets, err := s.sheets(spec)
	if err != nil {
		return nil, err
	}
	var list, empty []located
	for _, sheet := range sheets {
		if len(sheets) > 1 {
			spec.Sheet = sheet
		}
		found, err := s.findHeader(spec)
		one := located{found, err}
		if isVoid(err) && found.Header == 0 {
			empty = append(empty, one)
			continue
		}
		list = append(list, one)
	}
	if len(list) == 0 {
		list = empty[:1]
	}
	return list, nil
}

// sheets gives the names of a workbook's sheets that are not hidden, or "" alone
// for another file.
func (s *survey) sheets(spec source.Spec) ([]string, error) {
	var list []source.Sheet
	spec.Header = 0
	t, err := s.open(spec)
	var e *source.Error
	switch {
	case err == nil:
		list = t.Files()[0].Sheets
		t.Close()
	case isBadText(err): // a text, in another encoding
	case errors.As(err, &e) && e.Void:
		list = e.Sheets
	default:
		return nil, err
	}
	var names []string
	for _, sh := range list {
		if !sh.Hidden {
			names = append(names, sh.Name)
		}
	}
	if len(names) == 0 {
		names = []string{""}
	}
	return names, nil
}

// findHeader gives the layout with the row of the header: the first that can be
// one, below a title if there is one, or 0 where the first row holds data or
// there is no row at all. It reads the first rows alone. The encoding is settled
// too.
func (s *survey) findHeader(spec source.Spec) (source.Spec, error) {
	var last error
	for spec.Header = 1; spec.Header <= headerRows; spec.Header++ {
		top, err := s.peek(spec)
		if err != nil && spec.Encoding == "" && isBadText(err) {
			spec.Encoding = "windows-1252"
			if top, err = s.peek(spec); err != nil {
				spec.Encoding = ""
			}
		}
		if isVoid(err) {
			last = err
			continue
		}
		if err != nil {
			return spec, err
		}
		if top.isTitle() {
			if below, ok := s.below(top, spec); ok {
				return below, nil
			}
		} else if below, ok := s.parted(top, spec); ok {
			return below, nil
		}
		if spec.Header == 1 && top.looksLikeData() {
			spec.Header = 0
		}
		return spec, nil
	}
	bare := spec
	bare.Header = 0
	if _, err := s.peek(bare); isVoid(err) {
		return bare, err
	}
	return spec, last
}

// below looks for a header under what seems to be a title. That is none where
// both look like data; in a sheet, whose title may as well be a header that names
// few of its columns, no name below may be a value.
func (s *survey) below(title *top, spec source.Spec) (source.Spec, bool) {
	for spec.Header++; spec.Header <= headerRows; spec.Header++ {
		x, err := s.peek(spec)
		if err != nil || x.isTitle() || x.rows == 0 {
			continue
		}
		if x.sheet {
			return spec, !slices.ContainsFunc(x.header, isValue)
		}
		return spec, !title.looksLikeData() || !x.looksLikeData()
	}
	return spec, false
}

// parted looks for a header under a title in a text whose delimiter the title
// lacks, so that no row looks wider than it.
func (s *survey) parted(title *top, spec source.Spec) (source.Spec, bool) {
	if title.delimiter == 0 || spec.Delimiter != 0 || title.names() > 2 || title.names() == 2 && 2*title.full > title.rows {
		return spec, false
	}
	for spec.Header++; spec.Header <= headerRows; spec.Header++ {
		x, err := s.peek(spec)
		if err != nil || x.delimiter == title.delimiter || x.names() < 3 || x.names() < len(x.header) || x.surplus || 2*x.cells < x.rows*x.names() {
			continue
		}
		return spec, x.rows > 0 && !slices.ContainsFunc(x.header, isValue)
	}
	return spec, false
}

// headerBelow finds the header of a source that stands further down than the
// mapping says; row 0: it does not, or the file can be read but once.
func (j *job) headerBelow(name string) (row int, header []string) {
	for _, f := range j.files[name] {
		if info, err := os.Stat(f.Real); err != nil || !info.Mode().IsRegular() || f.Rejects || f.Format == "ldjson" {
			return 0, nil
		}
	}
	spec, opt := transform.Layout(j.mapping, name, j.input)
	if len(j.files[name]) == 0 || spec.Header == 0 {
		return 0, nil
	}
	as := spec.Header
	spec.Footer, spec.FooterBlank, spec.Width, opt.Tap = 0, false, 0, nil
	s := &survey{p: j.p, opt: opt}
	found, err := s.findHeader(spec)
	if err != nil || found.Header <= as {
		return 0, nil
	}
	x, err := s.peek(found)
	if err != nil {
		return 0, nil
	}
	return found.Header, x.header
}

// top is what the beginning of a table shows with a row taken for the header.
type top struct {
	header    []string
	delimiter rune // of a text
	sheet     bool
	rows      int  // below the header
	wider     int  // those that do not fit below it
	full      int  // those with at least as many filled cells as there are names
	cells     int  // filled ones
	surplus   bool // a row has more cells than the header, be they empty
}

// peek reads the header and the first block of rows. A row of a text that has
// more filled cells than the header does not fit below it; in a workbook, where
// notes may stand beside a table, one that has at least two filled cells for
// each name.
func (s *survey) peek(spec source.Spec) (*top, error) {
	spec.Surplus = true
	t, err := s.open(spec)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	f := t.Files()[0]
	x := &top{header: t.Header(), delimiter: f.Delimiter, sheet: f.Format == "xlsx"}
	var b source.Block
	if more, err := t.Next(&b); err != nil || !more {
		return x, err
	}
	names := x.names()
	var rows source.Rows
	t.Rows(&b, &rows)
	for rows.Next() {
		filled := rows.Ragged
		for i := range rows.Cells {
			if rows.Cells[i].Text != "" {
				filled++
			}
		}
		x.rows++
		x.cells += filled
		x.surplus = x.surplus || len(rows.Surplus) > 0
		if filled >= names {
			x.full++
		}
		if rows.Ragged > 0 && (!x.sheet || filled >= 2*names) {
			x.wider++
		}
	}
	return x, rows.Err()
}

// names counts the columns that have a name.
func (x *top) names() (n int) {
	for _, name := range x.header {
		if name != "" {
			n++
		}
	}
	return n
}

// isTitle tells a first row that names few of the columns below it.
func (x *top) isTitle() bool {
	named := x.names()
	return x.wider > 0 && 2*x.wider > x.rows || 2*named < len(x.header) && named < 3
}

// looksLikeData tells a first row of values instead of names.
func (x *top) looksLikeData() bool {
	values := 0
	for _, n := range x.header {
		if isEmail(n) {
			return true
		}
		if isValue(n) {
			values++
		}
	}
	return 3*values > len(x.header) && values > 0
}

// isValue tells texts that are hardly the name of a column: numbers, dates and
// e-mail addresses.
func isValue(text string) bool {
	return text != "" && strings.Trim(text, "0123456789.,:-/ ") == "" || isEmail(text)
}

func isEmail(text string) bool {
	return strings.Count(text, "@") == 1 && strings.Contains(text, ".") && !strings.Contains(text, " ")
}

// isBadText tells that a text is not in the encoding in which it was read.
func isBadText(err error) bool {
	var e *source.Error
	return errors.As(err, &e) && strings.Contains(strings.ToLower(e.Message+e.Hint), "windows-1252")
}

// isVoid tells that nothing stands where a table's header was looked for.
func isVoid(err error) bool {
	var e *source.Error
	return errors.As(err, &e) && e.Void
}
