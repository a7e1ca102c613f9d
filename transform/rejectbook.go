package transform

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"

	"github.com/xuri/excelize/v2"

	"crm2gong/mapping/value"
	"crm2gong/transform/source"
)

// Limits of a workbook's sheet.
const (
	maxBookRows    = 1 << 20
	maxBookColumns = 1 << 14
	maxBookCell    = 32767 // UTF-16 units
	maxSheetName   = 31    // UTF-16 units
)

// rejectBook writes rejects as a workbook of one sheet: texts as text cells, so
// that a spreadsheet leaves the digits of ids alone, numbers and dates of a
// workbook as what they were, and the cell at fault filled in colour. Rows
// beyond a few MiB wait in a temporary file until the workbook is closed. The
// workbook has no time of its own: the same rows give the same bytes.
type rejectBook struct {
	w      io.WriteCloser
	name   string // of the file, for messages
	file   *excelize.File
	sheet  *excelize.StreamWriter
	own    int
	rows   int
	styles [2]bookStyles // plain and at fault
	bold   int
	values []any
}

// bookStyles are the styles of the cells of a kind.
type bookStyles struct{ text, number, date, dateTime int }

func newRejectBook(w io.WriteCloser, source, sheet, temp string, header []string) (*rejectBook, error) {
	b := &rejectBook{w: w, name: "rejects/" + source + ".xlsx", own: len(header)}
	b.file = excelize.NewFile(excelize.Options{TmpDir: temp})
	if err := b.begin(sheetName(sheet), header); err != nil {
		b.drop()
		return nil, b.failed(err)
	}
	return b, nil
}

func (b *rejectBook) failed(err error) error {
	return fmt.Errorf("cannot write %s: %w", b.name, err)
}

func (b *rejectBook) begin(name string, header []string) (err error) {
	all := len(header) + len(source.RejectColumns)
	if all > maxBookColumns {
		return fmt.Errorf("a sheet has at most %d columns; write the rejects with --rejects csv", maxBookColumns)
	}
	if first := b.file.GetSheetName(0); first != name {
		if err := b.file.SetSheetName(first, name); err != nil {
			return err
		}
	}
	if b.bold, err = b.file.NewStyle(&excelize.Style{NumFmt: formatText, Font: &excelize.Font{Bold: true}}); err != nil {
		return err
	}
	for i := range b.styles {
		style := excelize.Style{}
		if i == 1 {
			style.Fill = excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{faultColor}}
		}
		date, dateTime := "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
		s := &b.styles[i]
		for _, k := range []struct {
			id     *int
			format int
			custom *string
		}{{&s.text, formatText, nil}, {&s.number, 0, nil}, {&s.date, 0, &date}, {&s.dateTime, 0, &dateTime}} {
			style.NumFmt, style.CustomNumFmt = k.format, k.custom
			if *k.id, err = b.file.NewStyle(&style); err != nil {
				return err
			}
		}
	}
	if b.sheet, err = b.file.NewStreamWriter(name); err != nil {
		return err
	}
	if err = b.sheet.SetColStyle(1, all, b.styles[0].text); err != nil {
		return err
	}
	if err = b.sheet.SetColWidth(1, all, 16); err != nil {
		return err
	}
	if err = b.sheet.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	for _, h := range header {
		b.add(b.bold, h)
	}
	for _, h := range source.RejectColumns {
		b.add(b.bold, h)
	}
	return b.put()
}

const (
	formatText = 49 // the number format @
	faultColor = "FFC7CE"
)

func (b *rejectBook) add(style int, v any) {
	b.values = append(b.values, excelize.Cell{StyleID: style, Value: v})
}

// put writes the cells added since the last call as the next row.
func (b *rejectBook) put() error {
	if b.rows++; b.rows > maxBookRows {
		return fmt.Errorf("a sheet has at most %d rows; write the rejects with --rejects csv", maxBookRows)
	}
	for i := range b.values {
		if s, ok := b.values[i].(excelize.Cell).Value.(string); ok && len(s) > maxBookCell && len(utf16.Encode([]rune(s))) > maxBookCell {
			return fmt.Errorf("a cell of row %d has more than %d characters, which no workbook holds; write the rejects with --rejects csv", b.rows, maxBookCell)
		}
	}
	err := b.sheet.SetRow("A"+strconv.Itoa(b.rows), b.values)
	b.values = b.values[:0]
	return err
}

func (b *rejectBook) row(r *rejects, x *rejected, row int) error {
	reasons := func() {
		text := b.styles[0].text
		b.add(text, x.file)
		b.add(b.styles[0].number, row)
		b.add(text, x.code)
		b.add(text, x.field)
		b.add(text, x.reason)
	}
	r.each(x, func(i int, text []byte, kind value.CellKind) {
		if i == x.own {
			reasons()
		}
		styles := &b.styles[0]
		if i == x.fault || slices.Contains(x.faults, i) {
			styles = &b.styles[1]
		}
		b.cell(styles, string(text), kind)
	})
	if x.to-x.from == x.own {
		reasons()
	}
	if err := b.put(); err != nil {
		return b.failed(err)
	}
	return nil
}

// cell adds a cell as what it was in its workbook, where nothing of it is lost
// thereby, else as a text.
func (b *rejectBook) cell(s *bookStyles, text string, kind value.CellKind) {
	switch kind {
	case value.NumberCell, value.DamagedCell:
		if n, err := strconv.ParseFloat(text, 64); err == nil && strconv.FormatFloat(n, 'f', -1, 64) == text {
			b.add(s.number, n)
			return
		}
	case value.BoolCell:
		b.add(s.number, text == "true")
		return
	case value.DateCell:
		if t, err := time.Parse("2006-01-02", text); err == nil && t.Year() > 1900 {
			b.add(s.date, t)
			return
		}
		if t, err := time.Parse("2006-01-02T15:04:05", text); err == nil && t.Year() > 1900 {
			b.add(s.dateTime, t)
			return
		}
	}
	if text == "" {
		b.add(s.text, nil)
		return
	}
	b.add(s.text, text)
}

func (b *rejectBook) flush() error { return nil }

func (b *rejectBook) close() error {
	err := b.sheet.Flush()
	if err == nil {
		err = b.file.Write(b.w)
	}
	b.file.Close()
	if e := b.w.Close(); err == nil {
		err = e
	}
	if err != nil {
		return b.failed(err)
	}
	return nil
}

func (b *rejectBook) drop() {
	b.file.Close()
	b.w.Close()
}

// sheetName makes a name that a sheet may have.
func sheetName(name string) string {
	name = strings.Map(func(r rune) rune {
		if r < ' ' || strings.ContainsRune(`:\/?*[]`, r) {
			return '_'
		}
		return r
	}, name)
	name = strings.Trim(name, "'")
	units := 0
	for i, r := range name {
		if units += utf16.RuneLen(r); units > maxSheetName {
			name = name[:i]
			break
		}
	}
	if name == "" {
		return "rejects"
	}
	return name
}
