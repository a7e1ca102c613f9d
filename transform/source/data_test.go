package source

import (
	"encoding/csv"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// dataFolder is the folder of real exports; a test without it is skipped.
func dataFolder(t *testing.T) string {
	dir := os.Getenv("CRM2GONG_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("no real exports here; CRM2GONG_DATA names their folder")
	}
	return dir
}

// Real exports are read whole: workbooks as excelize reads them, CSV files as
// encoding/csv does where it can.
func TestRealExports(t *testing.T) {
	files := 0
	err := filepath.WalkDir(dataFolder(t), func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		switch filepath.Ext(name) {
		case ".xlsx":
			files++
			t.Run(filepath.Base(name), func(t *testing.T) {
				x, err := excelize.OpenFile(name)
				if err != nil {
					t.Fatal(err)
				}
				sheets := x.GetSheetList()
				x.Close()
				for _, s := range sheets {
					compareWithExcelize(t, name, s, 512)
				}
			})
		case ".csv":
			files++
			t.Run(filepath.Base(name), func(t *testing.T) { compareCSV(t, name) })
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if files == 0 {
		t.Fatal("the folder has no exports")
	}
}

func compareCSV(t *testing.T, name string) {
	spec := csvSpec(name)
	spec.KeepApostrophe = true
	header, rows, err := readAll(spec, Options{}, 256, 2)
	if err != nil {
		for _, kind := range []string{"UTF32BE", "UTF32LE"} { // their marks are that of UTF-16
			if strings.Contains(name, kind) && strings.Contains(err.Error(), "byte order mark") {
				spec.Encoding = "utf-32" + strings.ToLower(kind[5:])
				header, rows, err = readAll(spec, Options{}, 256, 2)
			}
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	mark, n := byteOrderMark(text)
	if mark != "" && mark != "utf-8" {
		return
	}
	table, err := Open(spec, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	r := csv.NewReader(strings.NewReader(string(text[n:])))
	r.Comma, r.FieldsPerRecord = table.Files()[0].Delimiter, -1
	want, err := r.ReadAll()
	if err != nil {
		t.Skip("encoding/csv cannot read it: ", err)
	}
	if len(want[0]) != len(header) {
		t.Fatalf("%d columns, want %d", len(header), len(want[0]))
	}
	next := 0
	for _, record := range want[1:] {
		if strings.TrimSpace(strings.Join(record, "")) == "" {
			continue
		}
		if next == len(rows) {
			t.Fatalf("%d rows are too few", next)
		}
		for c, cell := range rows[next].Cells {
			if w := ""; c < len(record) {
				if w = record[c]; strings.ReplaceAll(cell, "\r\n", "\n") != w {
					t.Fatalf("row %d, column %d: %q, want %q", rows[next].Row, c+1, cell, w)
				}
			}
		}
		next++
	}
	if next != len(rows) {
		t.Fatalf("%d rows, want %d", len(rows), next)
	}
}
