package source

import (
	"bytes"
	"encoding/xml"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"crm2gong/mapping/value"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
)

// FuzzXLSX makes sound workbooks with excelize, some of them rewritten in other
// spellings of the same XML, and holds what is read to what excelize reads.
func FuzzXLSX(f *testing.F) {
	for seed := range uint64(12) {
		f.Add(seed, "x", 0.1, byte(seed))
	}
	f.Add(uint64(7), " _x000D_ <&>\r\n'", 1e17, byte(3))
	f.Add(uint64(9), "]]>\u00a0\U0001f600", -0.1, byte(200))
	f.Fuzz(func(t *testing.T, seed uint64, text string, number float64, block byte) {
		if math.IsNaN(number) || math.IsInf(number, 0) || !utf8.ValidString(text) || len(text) > 1000 || strings.ContainsRune(text, utf8.RuneError) {
			t.Skip("no workbook holds such a number or text")
		}
		for _, r := range text {
			if r < ' ' && r != '\t' && r != '\n' || r == 0xfffe || r == 0xffff {
				t.Skip("XML has no such character")
			}
		}
		rnd := rand.New(rand.NewPCG(seed, 1))
		x := excelize.NewFile()
		defer x.Close()
		set := func(err error) {
			if err != nil {
				t.Fatal(err)
			}
		}
		width := 1 + rnd.IntN(30)
		for c := range width {
			name, _ := excelize.CoordinatesToCellName(c+1, 1)
			set(x.SetCellStr("Sheet1", name, "h"+strconv.Itoa(c)))
		}
		row := 1
		for range rnd.IntN(40) {
			row += 1 + rnd.IntN(2)
			for range rnd.IntN(width + 1) {
				name, _ := excelize.CoordinatesToCellName(1+rnd.IntN(width+2), row)
				switch rnd.IntN(8) {
				case 0:
					set(x.SetCellStr("Sheet1", name, text))
				case 1:
					set(x.SetCellFloat("Sheet1", name, number, -1, 64))
				case 2:
					set(x.SetCellInt("Sheet1", name, rnd.Int64N(1<<53)))
				case 3:
					set(x.SetCellBool("Sheet1", name, rnd.IntN(2) == 0))
				case 4:
					set(x.SetCellRichText("Sheet1", name, []excelize.RichTextRun{{Text: text + "a"}, {Text: "b", Font: &excelize.Font{Bold: true}}}))
				case 5:
					set(x.SetCellFloat("Sheet1", name, rnd.NormFloat64()*math.Pow10(rnd.IntN(20)-10), -1, 64))
				case 6:
					set(x.SetCellStr("Sheet1", name, strings.Repeat(text, 1+rnd.IntN(3))+strconv.Itoa(row)))
				case 7:
					set(x.SetCellValue("Sheet1", name, nil))
				}
			}
		}
		var out bytes.Buffer
		set(x.Write(&out))
		name := filepath.Join(t.TempDir(), "x.xlsx")
		set(os.WriteFile(name, out.Bytes(), 0o600))
		compareWithExcelize(t, name, "", int(block)+1)
	})
}

// compareWithExcelize reads a sheet with both and compares cell by cell. Numbers
// are compared as they show in a spreadsheet, at 15 digits.
func compareWithExcelize(t *testing.T, name, sheet string, block int) {
	t.Helper()
	x, err := excelize.OpenFile(name)
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	if sheet == "" {
		sheet = x.GetSheetName(0)
	}
	want, err := x.GetRows(sheet, excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	wide := 1
	for _, r := range want {
		wide = max(wide, len(r))
	}
	spec := Spec{Files: []string{filepath.ToSlash(name)}, Sheet: sheet, KeepApostrophe: true, NoTrim: true, Width: wide}
	_, rows, err := readXLSX(spec, Options{}, block)
	if err != nil {
		if len(want) == 0 && strings.Contains(err.Error(), "is empty") {
			return
		}
		t.Fatal(err)
	}
	next := 0
	for i, cells := range want {
		if strings.Join(cells, "") == "" {
			continue
		}
		if next == len(rows) {
			t.Fatalf("row %d is missing", i+1)
		}
		got := rows[next]
		next++
		if got.Row != i+1 {
			t.Fatalf("row %d stands where row %d is due", got.Row, i+1)
		}
		for c := range got.Cells {
			raw := ""
			if c < len(cells) {
				raw = cells[c]
			}
			if !sameCell(got.Cells[c], raw) {
				t.Fatalf("row %d, column %d: %v, excelize has %q", i+1, c+1, got.Cells[c], raw)
			}
		}
	}
	if next != len(rows) {
		t.Fatalf("%d rows more than excelize has", len(rows)-next)
	}
}

func sameCell(got value.Cell, raw string) bool {
	switch got.Kind {
	case value.BoolCell:
		return got.Text == map[string]string{"0": "false", "1": "true", "FALSE": "false", "TRUE": "true"}[raw]
	case value.NumberCell, value.DamagedCell:
		a, err1 := strconv.ParseFloat(got.Text, 64)
		b, err2 := strconv.ParseFloat(raw, 64)
		return err1 == nil && err2 == nil && (a == b || math.Abs(a-b) <= 1e-14*math.Abs(b)) && !strings.ContainsAny(got.Text, "eE")
	case value.DateCell, value.DurationCell:
		_, err := strconv.ParseFloat(raw, 64)
		return err == nil
	case value.ErrorCell:
		return true
	}
	return got.Text == raw
}

// FuzzSheetXML reads rows of any XML: nothing panics, what is read does not
// depend on the size of blocks, and what excelize sees more of is an error.
func FuzzSheetXML(f *testing.F) {
	for _, s := range []string{
		nameHeader, "<row", nameHeader + "<row r", nameHeader + "<c", nameHeader + `<row r="2"><c r="B2" s="1"><v>1</v></c></row>`, "<!-- <row> --><row/>" + nameHeader, `<row r='1' ><c r='A1' t='s' ><v >0</v ></c ></row >`,
		nameHeader + `<row><c t="str"><f>1</f><v>x<![CDATA[</row>]]></v></c><c t="inlineStr"><is><r><t>y</t></r></is></c></row>`,
		nameHeader + `<row r="3"/><row r="2"><c r="D2"/><c r="A2"><v>1e5</v></c></row>`, nameHeader + `<row r="2"><c r="A2"><v>1</v></c><extLst><a><row r="9"/></a></extLst></row>`,
	} {
		f.Add(s)
	}
	dir := f.TempDir()
	f.Fuzz(func(t *testing.T, rows string) {
		name := filepath.Join(dir, "x.xlsx")
		if err := os.WriteFile(name, []byte(workbook(t, rows, nil)), 0o600); err != nil {
			t.Fatal(err)
		}
		spec := Spec{Files: []string{filepath.ToSlash(name)}, Header: 1, Width: 3}
		_, small, err1 := readXLSX(spec, Options{}, 1)
		_, large, err2 := readXLSX(spec, Options{}, 1<<16)
		if (err1 == nil) != (err2 == nil) {
			t.Fatalf("blocks of 1: %v, of 64 KiB: %v", err1, err2)
		}
		if err1 != nil {
			return
		}
		if d := cmp.Diff(small, large); d != "" {
			t.Fatal(d)
		}
		var whole struct{}
		if err := xml.Unmarshal([]byte("<a>"+rows+"</a>"), &whole); err != nil && !strings.Contains(err.Error(), "attribute") && !strings.Contains(err.Error(), "illegal character") {
			t.Fatalf("it is no sound XML: %v", err)
		}
	})
}
