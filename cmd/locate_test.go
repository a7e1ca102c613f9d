package cmd_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// saveBook writes a workbook of sheets, each made of rows with cells between
// bars; a blank text is no cell.
func saveBook(t *testing.T, name string, sheets ...string) {
	t.Helper()
	x := excelize.NewFile()
	defer x.Close()
	for i, text := range sheets {
		title, text, _ := strings.Cut(text, "\n")
		if i == 0 {
			if err := x.SetSheetName("Sheet1", title); err != nil {
				t.Fatal(err)
			}
		} else if _, err := x.NewSheet(title); err != nil {
			t.Fatal(err)
		}
		for row, line := range strings.Split(text, "\n") {
			for column, cell := range strings.Split(line, "|") {
				if cell == "" {
					continue
				}
				at, _ := excelize.CoordinatesToCellName(column+1, row+1)
				if err := x.SetCellValue(title, at, cell); err != nil {
					t.Fatal(err)
				}
			}
		}
		if strings.HasPrefix(title, "hidden") {
			if err := x.SetSheetVisible(title, false); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := x.SaveAs(name); err != nil {
		t.Fatal(err)
	}
}

// titledAccounts is a sheet, or with other signs a text, whose header stands
// below a title.
const titledAccounts = "All Accounts - Acme\nExported 11/20/2026 by Ann\n\nRecord Id|Account Name|Website|Modified Time\n" +
	"1|Acme|www.acme.example|2026-01-02 10:00:00\n2|Beta|www.beta.example|2026-01-03 10:00:00\n3|Gamma|www.gamma.example|2026-01-04 10:00:00"

// TestHeaderFurtherDown: the header is found in a sheet as in a text.
func TestHeaderFurtherDown(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       int // row of the header; 0: none
		sheet      int // in a workbook, where it differs
	}{
		{"first row", "Id|Name|Website\n1|a|b\n2|c|d", 1, 1},
		{"title, blank row", titledAccounts, 4, 4},
		{"title", "All Accounts\nId|Name|Website\n1|a|b\n2|c|d", 2, 2},
		{"title of two columns", "Stages\nName|Order\nQualify|1\nWon|2", 2, 2},
		{"title of several cells", "Report|All Accounts\n\nId|Name|Website|City|Zip\n1|a|b|c|d\n2|a|b|c|d", 3, 3},
		{"title with a date", "2026-11-20\nId|Name|Website\n1|a|b\n2|c|d", 2, 2},
		{"title far to the left", "All Accounts\n\n|Id|Name|Website\n|1|a|b\n|2|c|d", 3, 3},
		{"blank rows", "\n\nId|Name|Website\n1|a|b", 3, 3},
		{"columns without a name", "Id|Name|Website\n1|a|b|x|y\n2|c|d|x|y", 2, 1},
		{"names over few of the columns", "Id|Name\n1|a|b|x|y\n2|c|d|x|y", 2, 1},
		{"notes beside the table", "Id|Name|Website\n1|a|b\n2|c|d||look|at|this|one|here\n3|e|f", 1, 1},
		{"years below a title", "Revenue\nCountry|2023|2024\nUK|1|2\nUS|3|4", 2, 1},
		{"no header, rows of several lengths", "1|ann@acme.example\n2|bob@acme.example|x\n3|cy@acme.example|y", 0, 0},
		{"no header", "1|ann@acme.example\n2|bob@acme.example", 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			saveBook(t, "a.xlsx", "Accounts\n"+c.text)
			if err := os.WriteFile("a.csv", []byte(strings.ReplaceAll(c.text, "|", ",")+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			for name, row := range map[string]int{"a.csv": c.want, "a.xlsx": c.sheet} {
				out, said, status := run(t, "", "inspect", name)
				want := fmt.Sprintf("header in row %d,", row)
				if row == 0 {
					want = "no header,"
				}
				if status != 0 || !strings.Contains(out, want) {
					t.Errorf("%s: status %d, %q is not said:\n%s%s", name, status, want, out, said)
				}
			}
		})
	}
}

// TestDelimiterBelowTitle: a title has none of the signs between the cells of the
// table below it, or other ones.
func TestDelimiterBelowTitle(t *testing.T) {
	const rows = "1;Acme;12,5\n2;Beta;13,5\n"
	for _, c := range []struct {
		name, text, want string
	}{
		{"semicolons", "All Accounts\nby Ann\n\nId;Name;Amount\n" + rows, `delimiter ";", header in row 4, 2 rows, 3 columns`},
		{"a comma in the title", "All Accounts, by Ann\n\nId;Name;Website\n1;Acme;acme.example\n2;Beta;beta.example\n", `delimiter ";", header in row 3, 2 rows, 3 columns`},
		{"tabs", "All Accounts\nId\tName\tWebsite\n1\ta\tb\n", `delimiter "\t", header in row 2, 1 rows, 3 columns`},
		{"no title", "Id;Name;Amount\n" + rows, `delimiter ";", header in row 1, 2 rows, 3 columns`},
		{"lists in a cell", "Id,Tags\n1,a;b;c\n2,d;e;f\n", `delimiter ",", header in row 1, 2 rows, 2 columns`},
		{"lists of several lengths alone", "Tags\na;b;c\nd;e;f;g\nh\n", `delimiter ",", header in row 1, 3 rows, 1 columns`},
		{"numbers in lists alone", "Sizes\n1;2;3\n4;5;6\n", `delimiter ",", header in row 1, 2 rows, 1 columns`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Chdir(t.TempDir())
			if err := os.WriteFile("a.csv", []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if out, said, status := run(t, "", "inspect", "a.csv"); status != 0 || !strings.Contains(out, c.want) {
				t.Errorf("status %d, %q is not said:\n%s%s", status, c.want, out, said)
			}
		})
	}
}

// TestSheets: every sheet that holds a table is found, whatever the others hold,
// and what is said names the sheet.
func TestSheets(t *testing.T) {
	t.Chdir(t.TempDir())
	if err := os.Mkdir("exports", 0o700); err != nil {
		t.Fatal(err)
	}
	saveBook(t, "exports/crm.xlsx", "Cover\n", "Accounts\n"+titledAccounts, "Contacts\nContact Id|Email|Last Name\n7|ann@acme.example|Ann\n8|bob@acme.example|Bob", "Empty\n", "hidden\nx")
	out, said, status := run(t, "", "inspect", "exports")
	if status != 0 || said != "" {
		t.Errorf("status %d, said %q", status, said)
	}
	list, rest, _ := strings.Cut(out, "\n\n")
	for _, want := range []string{"exports/crm.xlsx ▸ Accounts  xlsx    3     4        5 sheets\n", "exports/crm.xlsx ▸ Contacts  xlsx    2     3        \n"} {
		if !strings.Contains(list+"\n", want) {
			t.Errorf("%q is not in the list:\n%s", want, list)
		}
	}
	for _, want := range []string{
		`sheet "Accounts", header in row 4, 3 rows, 4 columns` + "\n" + `  another sheet: "Cover"` + "\n" + `  another sheet: "Empty"` + "\n" + `  another sheet: "hidden" (hidden)` + "\n" + `  note: the rows above row 4 of the sheet "Accounts" are no header: in a mapping say header: 4`,
		`sheet "Contacts", header in row 1, 2 rows, 3 columns` + "\n     column",
	} {
		if !strings.Contains(rest, want) {
			t.Errorf("%q is not behind the list:\n%s", want, rest)
		}
	}
	if out, said, status := run(t, "", "inspect", "exports", "--sheet", "Contacts"); status != 0 || strings.Contains(out, "Record Id") || !strings.Contains(out, "Contact Id") {
		t.Errorf("one sheet: status %d\n%s%s", status, out, said)
	}
	out, said, status = run(t, "", "init", "exports")
	if status != 0 || strings.Contains(out+said, "read:") {
		t.Errorf("init: status %d\n%s%s", status, out, said)
	}
	for _, want := range []string{"sheet: Accounts\n    header: 4\n", "sheet: Contacts\n"} {
		if !strings.Contains(out, want) {
			t.Errorf("init: %q is not in\n%s", want, out)
		}
	}
	saveBook(t, "said.xlsx", "One\nx|y\n1|2", "Two\nx|y\n1|2")
	_, said, status = run(t, "", "init", "said.xlsx")
	if status != 3 || !strings.Contains(said, "said.xlsx ▸ One: ") || !strings.Contains(said, "said.xlsx ▸ Two: ") {
		t.Errorf("init of nothing to map: status %d, said %q", status, said)
	}
}

// TestHeaderBelowSaid: what lacks the columns of a mapping because its header
// stands further down is told the row; anything else is told as ever.
func TestHeaderBelowSaid(t *testing.T) {
	t.Chdir(t.TempDir())
	saveBook(t, "a.xlsx", "Cover\nx", "Accounts\n"+titledAccounts)
	if err := os.WriteFile("a.csv", []byte(strings.ReplaceAll(titledAccounts, "|", ",")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	const row = "row 4 looks like the header: say `header: 4` in the source"
	for _, c := range []struct {
		name, source, value string
		says, hides         string
	}{
		{"a column of that row", "", `row["Account Name"]`, "  hint: " + row + "\n", "known:"},
		{"a typed column", "columns: {Modified Time: {type: datetime}}, ", `row["Modified Time"]`, "  hint: " + row + "\n", "optional"},
		{"one of several headers", "columns: {name: {from: [Nom, Account Name]}}, ", "name", "has none of the columns \"Nom\" or \"Account Name\"", "optional"},
		{"a name near one of that row", "", `row["Acount Name"]`, row + `; did you mean "Account Name"?`, "known:"},
		{"a name near one of the first row", "", `row["All Acounts - Acme"]`, `did you mean "All Accounts - Acme"?`, "row 4"},
		{"the row is said", "header: 4, ", `row["Acount Name"]`, `did you mean "Account Name"?`, "row 4"},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, file := range []string{"{" + c.source + "file: a.csv}", "{" + c.source + "file: a.xlsx, sheet: Accounts}"} {
				text := "version: 1\nsources: {accounts: " + file + "}\nentities:\n  ACCOUNT:\n    from: accounts\n    fields:\n      objectId: safeId(source.file)\n      modifiedDate: now()\n      name: '" + c.value + "'\n"
				if err := os.WriteFile("m.yaml", []byte(text), 0o600); err != nil {
					t.Fatal(err)
				}
				for _, command := range []string{"check", "validate"} {
					out, said, status := run(t, "", command, "m.yaml")
					if got := out + said; status != 2 || !strings.Contains(got, c.says) || strings.Contains(got, c.hides) {
						t.Errorf("%s: status %d, want %q and not %q:\n%s\n%s", command, status, c.says, c.hides, text, got)
					}
				}
			}
		})
	}
}
