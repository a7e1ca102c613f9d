package transform_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"crm2gong/transform"
)

// runIn runs the mapping in dir with rejects in a format; replace are other
// files for its sources.
func runIn(t *testing.T, dir string, format transform.RejectsFormat, replace map[string]string) (*transform.Summary, *memory) {
	t.Helper()
	plan, in := bound(t, dir, replace)
	temp := t.TempDir()
	out := &memory{}
	sum, err := transform.Run(context.Background(), plan, in, transform.Options{
		Rules: &lenient{}, Output: out, Now: time.Date(2024, 3, 15, 12, 0, 0, 0, time.UTC), Rejects: format, TempDir: temp,
	})
	if err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(temp); len(left) > 0 {
		t.Errorf("temporary files are left: %v", left)
	}
	return sum, out
}

func put(t *testing.T, dir, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// pipeline is a workbook with a heading above the header in row 2.
func pipeline(t *testing.T) []byte {
	t.Helper()
	x := excelize.NewFile()
	defer x.Close()
	x.SetSheetName("Sheet1", "Pipeline 2024")
	x.NewSheet("Other")
	date, err := x.NewStyle(&excelize.Style{NumFmt: 14})
	if err != nil {
		t.Fatal(err)
	}
	rows := [][]any{
		{"Pipeline of Monday"},
		{"Id", "Name", "Close", "Amount", "Open"},
		{"0061", "good", time.Date(2024, 3, 1, 0, 0, 0, 0, time.UTC), 12.5, true},
		{"0062", " odd <&>\r\ntext\t", "soon", 1200.25, false},
		{"0064", "_x0041_", "later", 1, true},
		{"0063", "no amount", time.Date(2024, 3, 2, 0, 0, 0, 0, time.UTC), "ten", true},
	}
	for i, r := range rows {
		for k, v := range r {
			cell, _ := excelize.CoordinatesToCellName(k+1, i+1)
			if err := x.SetCellValue("Pipeline 2024", cell, v); err != nil {
				t.Fatal(err)
			}
			if _, ok := v.(time.Time); ok {
				x.SetCellStyle("Pipeline 2024", cell, cell, date)
			}
		}
	}
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const pipelineMapping = `version: 1
sources:
  deals:
    file: deals.xlsx
    sheet: Pipeline 2024
    header: 2
    trim: false
    columns: {Close: {type: date, format: "%d/%m/%Y"}, Amount: {type: decimal, decimal: ","}, Open: boolean}
entities:
  DEAL:
    from: deals
    fields: {objectId: Id, modifiedDate: now(), name: Name, closeDate: Close, amount: Amount, status: 'Open ? "OPEN" : "WON"'}
`

func TestRejectsAsWorkbook(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "mapping.yaml", []byte(pipelineMapping))
	put(t, dir, "deals.xlsx", pipeline(t))
	_, out := runIn(t, dir, transform.RejectsXLSX, nil)
	made := out.files["rejects/deals.xlsx"]
	if made == nil {
		t.Fatal("no workbook of rejects")
	}
	if out.files["rejects/deals.csv"] != nil {
		t.Error("rejects in CSV beside the workbook")
	}
	_, again := runIn(t, dir, transform.RejectsXLSX, nil)
	if !bytes.Equal(made.Bytes(), again.files["rejects/deals.xlsx"].Bytes()) {
		t.Error("the same inputs give other bytes")
	}

	x, err := excelize.OpenReader(bytes.NewReader(made.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer x.Close()
	sheet := "Pipeline 2024"
	if got := x.GetSheetList(); !slices.Equal(got, []string{sheet}) {
		t.Fatalf("sheets %q", got)
	}
	rows, err := x.GetRows(sheet)
	if err != nil || len(rows) != 4 {
		t.Fatal(len(rows), err)
	}
	if got := strings.Join(rows[0], "|"); got != "Id|Name|Close|Amount|Open|_file|_row|_code|_field|_reason" {
		t.Errorf("header %q", got)
	}
	for cell, want := range map[string]string{"A2": "0062", "G2": "4", "H2": "value-invalid", "I2": "closeDate", "A4": "0063", "G4": "6", "I4": "amount"} {
		if got, _ := x.GetCellValue(sheet, cell); got != want {
			t.Errorf("%s is %q, want %q", cell, got, want)
		}
	}
	for cell, want := range map[string]bool{"C2": true, "D2": false, "C4": false, "D4": true, "A2": false} {
		id, err := x.GetCellStyle(sheet, cell)
		if err != nil {
			t.Fatal(err)
		}
		style, err := x.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		if marked := len(style.Fill.Color) > 0; marked != want {
			t.Errorf("%s is marked: %v, want %v", cell, marked, want)
		}
	}
	id, _ := x.GetCellStyle(sheet, "A1")
	if style, err := x.GetStyle(id); err != nil || style.Font == nil || !style.Font.Bold {
		t.Errorf("the header is not bold (%v)", err)
	}

	// Fed back as it is, the rows are refused for the same reasons.
	path := put(t, dir, "back.xlsx", made.Bytes())
	_, same := runIn(t, dir, transform.RejectsXLSX, map[string]string{"deals": path})
	if !bytes.Equal(made.Bytes(), same.files["rejects/deals.xlsx"].Bytes()) {
		t.Error("rejects that are fed back unmended come out changed")
	}

	// Mended in the workbook, they are taken.
	x.SetCellValue(sheet, "C2", "31/03/2024")
	x.SetCellValue(sheet, "D4", 10)
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		t.Fatal(err)
	}
	path = put(t, dir, "mended.xlsx", b.Bytes())
	_, mended := runIn(t, dir, transform.RejectsXLSX, map[string]string{"deals": path})
	want := []string{
		`{"objectId":"0062","modifiedDate":"2024-03-15T12:00:00Z","name":" odd <&>\r\ntext\t","closeDate":"2024-03-31","status":"WON","amount":1200.25}`,
		`{"objectId":"0063","modifiedDate":"2024-03-15T12:00:00Z","name":"no amount","closeDate":"2024-03-02","status":"OPEN","amount":10}`,
	}
	got := mended.lines(t, "DEAL.ldjson")
	sortKeys := func(lines []string) { // fields' order is not at stake here
		for i, l := range lines {
			parts := strings.Split(strings.Trim(l, "{}"), `,"`)
			slices.Sort(parts)
			lines[i] = strings.Join(parts, ",")
		}
	}
	sortKeys(want)
	sortKeys(got)
	if !slices.Equal(got, want) {
		t.Errorf("mended:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// TestSurplusCellsAreKept checks that a row with more cells than the header
// comes back whole, in both formats, and can be mended.
func TestSurplusCellsAreKept(t *testing.T) {
	const text = "id,at,name\n1,2024-01-01T00:00:00Z,one\n2,2024-01-01T00:00:00Z,Acme, Inc.,,east\n"
	for _, format := range []transform.RejectsFormat{transform.RejectsCSV, transform.RejectsXLSX} {
		name := "rejects/deals" + format.Extension()
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			put(t, dir, "mapping.yaml", []byte(deals("error", "id")))
			put(t, dir, "deals.csv", []byte(text))
			_, out := runIn(t, dir, format, nil)
			made := out.files[name].Bytes()
			path := put(t, dir, "back"+format.Extension(), made)
			_, same := runIn(t, dir, format, map[string]string{"deals": path})
			if !bytes.Equal(same.files[name].Bytes(), made) {
				t.Error("fed back unmended, the rejects come out changed")
			}
			var mended []byte
			if format == transform.RejectsCSV {
				want := "id,at,name,_file,_row,_code,_field,_reason\n" +
					`2,2024-01-01T00:00:00Z,Acme,deals.csv,3,row-ragged,,"the row has 2 more filled cells than the header, which has 3 columns", Inc.,,east` + "\n"
				if got := strings.ReplaceAll(string(made), `" Inc."`, " Inc."); got != want {
					t.Fatalf("rejects:\n%s\nwant:\n%s", got, want)
				}
				s := strings.Replace(want, "Acme,deals", `"Acme, Inc.",deals`, 1)
				mended = []byte(strings.Replace(s, ", Inc.,,east\n", "\n", 1))
			} else {
				x, err := excelize.OpenReader(bytes.NewReader(made))
				if err != nil {
					t.Fatal(err)
				}
				defer x.Close()
				for cell, want := range map[string]string{"C2": "Acme", "H2": "the row has 2 more filled cells than the header, which has 3 columns", "I2": " Inc.", "J2": "", "K2": "east"} {
					if got, _ := x.GetCellValue("deals", cell); got != want {
						t.Errorf("%s is %q, want %q", cell, got, want)
					}
				}
				x.SetCellValue("deals", "C2", "Acme, Inc.")
				x.SetCellValue("deals", "I2", nil)
				x.SetCellValue("deals", "K2", nil)
				var b bytes.Buffer
				if err := x.Write(&b); err != nil {
					t.Fatal(err)
				}
				mended = b.Bytes()
			}
			path = put(t, dir, "mended"+format.Extension(), mended)
			_, done := runIn(t, dir, format, map[string]string{"deals": path})
			if got := done.lines(t, "DEAL.ldjson"); len(got) != 1 || !strings.Contains(got[0], `"name":"Acme, Inc."`) {
				t.Errorf("mended: %q", got)
			}
		})
	}
}
