package cmd

import (
	"fmt"
	"os"
	"slices"

	"crm2gong/mapping/diag"
	"crm2gong/transform/profile"
	"crm2gong/transform/source"
)

// inspection reads files for inspect.
type inspection struct {
	p      *program
	spec   source.Spec // the layout as far as options say it
	opt    source.Options
	find   bool // the header is looked for
	files  []inspected
	failed error // of the first file that can't be read, where others are shown
}

// file inspects one file; of a workbook in a folder each sheet with a table.
// Where several files are shown, one that can't be read is noted.
func (x *inspection) file(name string, folder, several bool) error {
	list := x.locate(name, folder)
	told := false // of the other sheets
	for _, at := range list {
		one, err := x.table(at.spec, name, several)
		switch {
		case err == nil:
			if !told {
				one.beside, told = notAmong(one, list), true
			}
			x.files = append(x.files, *one)
		case !several || x.p.ctx.Err() != nil:
			return sourceError(err)
		default:
			x.files = append(x.files, inspected{File: name, Sheet: at.spec.Sheet, Sheets: []inspectedSheet{}, Footer: []string{}, Notes: []string{}, Columns: []inspectedColumn{}, Error: err.Error()})
			if x.failed == nil {
				x.failed = sourceError(err)
			}
		}
	}
	return nil
}

// locate finds the header as init does, and of a workbook in a folder the
// sheets. A file that can be read but once is not looked into.
func (x *inspection) locate(name string, folder bool) []located {
	if info, err := os.Stat(name); err != nil || !info.Mode().IsRegular() {
		return []located{{spec: x.spec}}
	}
	s := &survey{p: x.p, opt: x.opt}
	s.opt.Replace = name
	spec := x.spec
	spec.Files = []string{name}
	var list []located
	switch {
	case folder && spec.Sheet == "":
		list, _ = s.tables(spec)
	case x.find:
		if found, err := s.findHeader(spec); err == nil {
			list = []located{{spec: found}}
		}
	}
	if list == nil { // reading it says why
		return []located{{spec: x.spec}}
	}
	for i := range list {
		at := &list[i]
		at.spec.Encoding = x.spec.Encoding
		if !x.find || at.err != nil {
			at.spec.Header = x.spec.Header
		}
	}
	return list
}

// notAmong gives the sheets of one's workbook that no table of the list is on.
func notAmong(one *inspected, list []located) (rest []inspectedSheet) {
	for _, sheet := range one.Sheets {
		if sheet.Name != one.Sheet && !slices.ContainsFunc(list, func(at located) bool { return at.spec.Sheet == sheet.Name }) {
			rest = append(rest, sheet)
		}
	}
	return rest
}

// table inspects one table, in another encoding where its text is not UTF-8 and
// other files are shown too.
func (x *inspection) table(spec source.Spec, name string, several bool) (*inspected, error) {
	one, err := x.read(spec, name)
	if err != nil && several && spec.Encoding == "" && isBadText(err) {
		other := spec
		other.Encoding = "windows-1252"
		if again, failed := x.read(other, name); failed == nil {
			one, err = again, nil
			one.Notes = append(one.Notes, "the text is not UTF-8 and is read as windows-1252: look at accents and umlauts")
		}
	}
	if err != nil || one.Format == "ldjson" || spec.Header == x.spec.Header {
		return one, err
	}
	of := ""
	if one.Format == "xlsx" {
		of = " of the sheet " + diag.Quote(one.Sheet)
	}
	if spec.Header == 0 {
		one.Notes = append(one.Notes, "row 1"+of+" looks like data, not like names of columns: in a mapping say header: none, or ask here for --header 1")
	} else {
		one.Notes = append(one.Notes, fmt.Sprintf("the rows above row %d%s are no header: in a mapping say header: %[1]d", spec.Header, of))
	}
	return one, nil
}

func (x *inspection) read(spec source.Spec, name string) (*inspected, error) {
	opt := x.opt
	spec.Files, opt.Replace = []string{name}, name
	t, err := source.Open(spec, opt)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	facts, err := profile.Read(x.p.ctx, t, 0)
	if err != nil {
		return nil, err
	}
	f := t.Files()[0]
	one := &inspected{File: name, Format: f.Format, Encoding: f.Encoding, Sheet: f.Sheet, Sheets: []inspectedSheet{}, Header: spec.Header,
		Rows: facts.Rows, Ragged: facts.Ragged, Short: facts.Short, ShortRow: facts.ShortRow, Footer: append([]string{}, facts.Footer...), LastRows: facts.FooterRows, Notes: append([]string{}, t.Notes()...), Columns: []inspectedColumn{}}
	if f.Format == "ldjson" {
		one.Header = 0
	}
	if f.Delimiter != 0 {
		one.Delimiter = string(f.Delimiter)
	}
	for _, s := range f.Sheets {
		one.Sheets = append(one.Sheets, inspectedSheet{s.Name, s.Hidden})
	}
	for i, c := range facts.Columns {
		one.Columns = append(one.Columns, inspectColumn(i, c))
	}
	return one, nil
}
