package cmd_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

const inspectTable = "Id;When;Amount;Kind\n" +
	"0061a;31/01/2024;1.234,50;x\n" +
	"0061b;02/03/2024;2,00;y\n" +
	"0061c;;99;x\n"

func TestInspectJSON(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("t.csv", []byte(inspectTable), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"t.csv", "-"} {
		out, said, status := run(t, inspectTable, "inspect", "--json", name)
		var doc struct {
			FormatVersion int `json:"format_version"`
			Files         []struct {
				File, Format, Encoding, Delimiter string
				Sheets                            []any
				Header, Rows                      int
				Columns                           []struct {
					Name, Type, Order, Decimal, Group string
					Formats, Samples                  []string
					OrderRow                          int `json:"order_row"`
					Empty, Distinct                   int
					Unique                            bool
				}
			}
		}
		if err := json.Unmarshal([]byte(out), &doc); err != nil || status != 0 {
			t.Fatalf("%v, status %d\n%s%s", err, status, out, said)
		}
		f := doc.Files[0]
		if doc.FormatVersion != 1 || f.File != name || f.Format != "csv" || f.Encoding != "utf-8" || f.Delimiter != ";" || f.Sheets == nil || f.Header != 1 || f.Rows != 3 || len(f.Columns) != 4 {
			t.Errorf("%s: got %+v", name, f)
		}
		when, amount := f.Columns[1], f.Columns[2]
		if when.Type != "date" || when.Order != "day-first" || when.OrderRow != 2 || when.Empty != 1 || len(when.Formats) != 1 || when.Formats[0] != "%d/%m/%Y" {
			t.Errorf("%s: When is %+v", name, when)
		}
		if amount.Type != "decimal" || amount.Decimal != "," || amount.Group != "." || amount.Distinct != 3 || !amount.Unique {
			t.Errorf("%s: Amount is %+v", name, amount)
		}
	}
}

// TestInspectShort: rows that end before the header does are told.
func TestInspectShort(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.WriteFile("t.csv", []byte("Id,Name,City\n1,a,b\n2,a\n3,a,b\n4\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _, _ := run(t, "", "inspect", "t.csv")
	if want := "warning: rows with fewer cells than the header: 2, the first is row 3;"; !strings.Contains(out, want) {
		t.Errorf("%q is not in\n%s", want, out)
	}
	out, _, _ = run(t, "", "inspect", "--json", "t.csv")
	if want := `"short": 2,`; !strings.Contains(out, want) || !strings.Contains(out, `"short_row": 3,`) {
		t.Errorf("%q and the row 3 are not in\n%s", want, out)
	}
}

func TestInspectText(t *testing.T) {
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{
		"a.csv":      inspectTable,
		"either.csv": "d\n01/02/2024\n03/04/2024\n",
		"mixed.csv":  "d\n31/02/2023\n13/01/2024\n01/13/2024\n",
		"order.csv":  "d\n13/01/2024\n01/13/2024\n",
		"latin.csv":  "n\nM\xfcller\n",
		"title.csv":  "a title\nId,Name\n1,x\n",
		"void.csv":   "",
		"blank.csv":  ";\n;\nId;Name\n1;x\n",
		"bare.csv":   "1,ann@acme.example\n2,bob@acme.example\n",
		"nearly.csv": "d\n2024-01-31\n2024-02-28\n2024-02-30\n2024-03-01\n2024-03-02\n",
		"footer.csv": "a,b,c,d,e\n1,2,3,4,5\n1,2,3,4,5\n1,2,3,4,5\n1,2,3,4,5\nTotal,,,12\n",
		"one.txt":    "Id!Name\n1!x\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	book := excelize.NewFile()
	for i, v := range []string{"Id", "a", "b"} {
		cell, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := book.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := book.NewSheet("hiddenSheet"); err != nil {
		t.Fatal(err)
	}
	if err := book.SetSheetVisible("hiddenSheet", false); err != nil {
		t.Fatal(err)
	}
	if err := book.SaveAs("book.xlsx"); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		args   []string
		status int
		says   []string
	}{
		{"layout and proof", []string{"a.csv"}, 0, []string{`a.csv: csv, utf-8, delimiter ";", header in row 1, 3 rows, 4 columns`, `B "When": the day stands first, as row 2 proves`, `decimal sign ",", groups of three by "."`}},
		{"no proof", []string{"either.csv"}, 0, []string{"no row proves whether the day or the month stands first: %d/%m/%Y, or %m/%d/%Y"}},
		{"no common order", []string{"order.csv"}, 0, []string{"row 2 can only have the day first, row 3 only the month", "text"}},
		{"no day of the calendar", []string{"mixed.csv"}, 0, []string{"text"}},
		{"not UTF-8", []string{"latin.csv"}, 3, []string{"windows-1252"}},
		{"encoding given", []string{"latin.csv", "--encoding", "windows-1252"}, 0, []string{`"Müller"`}},
		{"header below a title", []string{"title.csv", "--header", "2"}, 0, []string{"header in row 2, 1 rows, 2 columns"}},
		{"a title, no row given", []string{"title.csv"}, 0, []string{"header in row 2, 1 rows, 2 columns", "in a mapping say header: 2"}},
		{"a title, row given", []string{"title.csv", "--header", "1"}, 0, []string{"header in row 1, 2 rows"}},
		{"blank rows first", []string{"blank.csv"}, 0, []string{"header in row 3, 1 rows, 2 columns", "in a mapping say header: 3"}},
		{"data in the first row", []string{"bare.csv"}, 0, []string{"no header, 2 rows, 2 columns", "in a mapping say header: none"}},
		{"one of several can not be read", []string{"void.csv", "a.csv"}, 3, []string{"void.csv: the file is empty", "can not be read: the file is empty", "a.csv: csv, utf-8"}},
		{"no header", []string{"either.csv", "--header", "none"}, 0, []string{"no header, 3 rows, 1 columns"}},
		{"delimiter given", []string{"one.txt", "--delimiter", "!"}, 0, []string{"1 rows, 2 columns"}},
		{"hidden sheet", []string{"book.xlsx"}, 0, []string{`sheet "Sheet1"`, `another sheet: "hiddenSheet" (hidden)`, "2 rows, 1 columns"}},
		{"glob", []string{"*e*.csv"}, 0, []string{"either.csv: ", "title.csv: "}},
		{"no such file", []string{"absent.csv"}, 3, []string{"there is no such file"}},
		{"nearly dates", []string{"nearly.csv"}, 0, []string{`A "d": date but for 1 of 5 cells: the first is "2024-02-30" in row 4`}},
		{"a footer", []string{"footer.csv"}, 0, []string{`the last 1 rows look like totals or notes, not data: "Total" … (footer: 1 drops them)`}},
		{"no file", nil, 2, []string{"no FILE given"}},
		{"bad header", []string{"a.csv", "--header", "0"}, 2, []string{"is no row"}},
		{"bad delimiter", []string{"a.csv", "--delimiter", "ab"}, 2, []string{"is not one character"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			out, said, status := run(t, "", append([]string{"inspect"}, c.args...)...)
			if status != c.status {
				t.Errorf("status %d, want %d", status, c.status)
			}
			for _, s := range c.says {
				if !strings.Contains(out+said, s) {
					t.Errorf("%q is not said:\n%s%s", s, out, said)
				}
			}
		})
	}
}

// TestInspectFolder: every file of a folder, after a list of them; one that
// can't be read does not keep the others from being shown.
func TestInspectFolder(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.MkdirAll("exports/within", 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"exports/a.csv": inspectTable, "exports/b.csv": "Id,Name\n1,x\n2,y,z\n", "exports/empty.csv": "", "exports/latin.csv": "n\nM\xfcller\n", "exports/notes.txt": "x", "exports/.hidden.csv": "x\n", "exports/within/c.csv": "x\n1\n",
	} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, said, status := run(t, "", "inspect", "exports")
	list, rest, _ := strings.Cut(out, "\n\n")
	if status != 3 || !strings.Contains(said, "the file is empty") {
		t.Errorf("status %d, said %q", status, said)
	}
	for _, want := range []string{"exports/a.csv      csv     3     4", "exports/b.csv      csv     2     2        1 rows with too many cells", "can not be read: the file is empty", "exports/latin.csv  csv     1     1        windows-1252", "no tables by their names: exports/notes.txt"} {
		if !strings.Contains(list, want) {
			t.Errorf("%q is not in the list:\n%s", want, list)
		}
	}
	for _, want := range []string{"exports/a.csv: csv, utf-8, delimiter \";\", header in row 1, 3 rows", "exports/b.csv: csv", `"Müller"`, "note: the text is not UTF-8 and is read as windows-1252"} {
		if !strings.Contains(rest, want) {
			t.Errorf("%q is not behind the list:\n%s", want, rest)
		}
	}
	if strings.Contains(out, "hidden") || strings.Contains(out, "within") || strings.Contains(rest, "empty.csv") {
		t.Errorf("what is hidden, in a folder or unreadable is shown:\n%s", out)
	}
	out, _, status = run(t, "", "inspect", "--json", "exports")
	var doc struct {
		Files []struct {
			File, Error string
			Rows        int
			Columns     []struct {
				Nearly *struct{ Type string }
			}
		}
		Others []string
	}
	if err := json.Unmarshal([]byte(out), &doc); err != nil || status != 3 {
		t.Fatalf("%v, status %d", err, status)
	}
	if len(doc.Files) != 4 || doc.Files[0].Rows != 3 || doc.Files[0].Error != "" || !strings.Contains(doc.Files[2].Error, "the file is empty") || doc.Files[2].Columns == nil || len(doc.Others) != 1 {
		t.Errorf("got %+v", doc)
	}
	if err := os.Remove("exports/empty.csv"); err != nil {
		t.Fatal(err)
	}
	if out, said, status := run(t, "", "inspect", "exports"); status != 0 || said != "" {
		t.Errorf("all readable: status %d, said %q\n%s", status, said, out)
	}
}

// TestInspectReal reads every real export.
func TestInspectReal(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(realData(t), "*", "*", "*.csv"))
	if err != nil || len(files) == 0 {
		t.Fatal(err, len(files))
	}
	for _, f := range files {
		if strings.Contains(f, "UTF32") { // their marks are wrong on purpose
			continue
		}
		if _, said, status := run(t, "", "inspect", f); status != 0 {
			t.Errorf("%s: status %d: %s", filepath.Base(f), status, said)
		}
	}
}
