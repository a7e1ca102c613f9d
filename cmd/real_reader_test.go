package cmd_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"crm2gong/cmd"
)

// readerCase is a file of Salesforce's Data Loader: it was made to try readers.
// Its rows become accounts with the name given.
type readerCase struct {
	name    string
	file    string
	columns string // of the source, in YAML
	fields  string // beside objectId and modifiedDate, in YAML
	date    string // expression of modifiedDate, where it is not now()
	status  int
	want    []string // of each line, what value picks
	value   string   // the field that is picked, name where empty
	err     string   // part of what is printed when the run ends with 3
}

func readerCases() []readerCase {
	three := []string{"row1-1|row1-2|row1-3", "row2-1|row2-2|row2-3"}
	join := `name: 'join([column1, column2, column3], "|")'`
	moments := []string{
		"2009-07-15T02:14:45+08:00", "2009-07-13T22:14:45-08:00", "2009-07-14T14:14:45+02:00",
		"2009-07-14T22:14:45+08:00", "2009-07-14T02:14:45-08:00", "2009-07-14T14:14:45+02:00",
	}
	formats := `Date: {type: datetime, format: [iso, "%m/%d/%Y %H:%M:%S%z", "%m/%d/%YT%H:%M:%S%z"]}`
	return []readerCase{
		{name: "plain", file: "csvtext.csv", fields: join, want: three},
		{name: "UTF-8 mark", file: "csvtext_BOM_UTF8.csv", fields: join, want: three},
		{name: "UTF-16 LE mark", file: "csvtext_BOM_UTF16LE.csv", fields: join, want: three},
		{name: "UTF-16 BE mark", file: "csvtext_BOM_UTF16BE.csv", fields: join, want: three},
		// The body is UTF-32 under the mark of UTF-16: no table, and no NULs in Gong.
		{name: "UTF-32 BE under a wrong mark", file: "csvtext_BOM_UTF32BE.csv", fields: join, status: 3, err: "csvtext_BOM_UTF32BE.csv"},
		{name: "UTF-32 LE under a wrong mark", file: "csvtext_BOM_UTF32LE.csv", fields: join, status: 3, err: "csvtext_BOM_UTF32LE.csv"},
		{
			name: "two separators", file: "csvSeparator.csv", fields: `name: 'join([column1, row["column2!some"], column3], "|")'`,
			want: []string{"col11|col12!somev1|col13", "col21|col22!somev2|col23"},
		},
		{
			name: "quotes in quotes", file: "csvEscapedQuotes.csv", fields: `name: 'join([column1, column2], "|")'`,
			want: []string{`"The Best" Account|bla`, `The "Best" Account|bla`},
		},
		{
			name: "empty cell in the first row", file: "emptyFirstRowFieldValueInCsvTemplate.csv", fields: `name: 'join([NAME, WEBSITE ?? "nothing"], "|")'`,
			want: []string{"account Update #0|nothing", "account Update #1|updated"},
		},
		{
			name: "blanks and tags", file: "accountsForInsert.csv", columns: "NumEmp: {type: integer}",
			fields: `name: 'join([Name, NumEmp, RichText], "|")'`,
			want: []string{
				`Company A|25|4 <span style=" font-size: 172px;">leading spaces and</span> 2 trailing <h1>spaces</h1>`,
				"Company B|36|<p>    4 leading spaces and 2 trailing spaces  </p>",
				"Company C|47|4 leading spaces and 2 trailing spaces with 3 spaces after <   char",
				"Company D|58|4 leading spaces and 2 trailing spaces",
			},
		},
		{
			name: "a picture in a cell", file: "acctsWithBinaryDataInRTF.csv", fields: "name: truncate(row[\"RICHTEXT__c\"], 22)",
			want: []string{`<img alt="testBinaryDa`},
		},
		{
			name: "date-time that ends in Z", file: "dateEndingInZ.csv", columns: "DATE: {type: datetime}", fields: "name: NAME",
			date: "DATE", value: "modifiedDate", want: []string{"2010-10-14T12:00:00Z"},
		},
		{
			name: "date-time without a zone", file: "dateUsingDefaultTimeZone.csv", columns: "DATE: {type: datetime}", fields: "name: NAME",
			date: "DATE", value: "modifiedDate", want: []string{"2010-10-14T12:00:00Z"},
		},
		{
			name: "date with a midnight", file: "dateOnlyWithTimeZone.csv", columns: "DATE_ONLY: {type: datetime}", fields: "name: NAME",
			date: "DATE_ONLY", value: "modifiedDate", want: []string{"2010-10-14T00:00:00Z", "2010-10-14T00:00:00Z"},
		},
		// Z and an offset at once is nothing that anybody could mean.
		{
			name: "two zones at once", file: "dateWithTimeZone.csv", columns: "DATE: {type: datetime}", fields: "name: NAME",
			date: "DATE", status: 1,
		},
		{
			name: "two layouts, three zones", file: "timeZoneFormatTesting.csv", columns: formats, fields: "name: Name",
			date: "Date", value: "modifiedDate", want: slices.Concat(moments, moments),
		},
		{
			name: "broken dates", file: "timeZoneFormatTestingWithErrors.csv", columns: formats, fields: "name: Name",
			date: "Date", status: 1, want: []string{"A", "B", "C", "F"},
		},
		{
			name: "wide blanks around an id", file: "upsertFkAccountNewFormatCsvTemplate.csv", columns: "ANNUALREVENUE: {type: decimal}",
			fields: `name: 'join([row["ORACLE_ID__C"], PARENT, ANNUALREVENUE], "|")'`,
			want: []string{
				"1-000005|1-000000|5000", "1-000006|1-000001|6000", "1-000007|1-000002|7000",
				"1-000008|1-000003|8000", "1-000009|1-000004|9000",
			},
		},
	}
}

func TestRealReaders(t *testing.T) {
	dir := filepath.Join(realData(t), "salesforce", "dataloader")
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("the files are not at %s", dir)
	}
	for _, c := range readerCases() {
		t.Run(c.name, func(t *testing.T) {
			got, status, errs := readAccounts(t, dir, c)
			if status != c.status || !strings.Contains(errs, c.err) {
				t.Fatalf("status %d, want %d with %q\n%s", status, c.status, c.err, errs)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got\n%s\nwant\n%s\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"), errs)
			}
		})
	}
}

// TestRealReaderCounts reads every account template: each row is an account,
// and blanks around an id, wide ones too, are no part of it.
func TestRealReaderCounts(t *testing.T) {
	dir := filepath.Join(realData(t), "salesforce", "dataloader")
	for file, rows := range map[string]int{
		"upsertAccountCsvTemplate.csv": 100, "upsertFkAccountOldFormatCsvTemplate.csv": 50, "upsertFkAccountNewFormatCsvTemplate.csv": 5,
	} {
		got, status, errs := readAccounts(t, dir, readerCase{file: file, fields: `name: row["ORACLE_ID__C"]`})
		if status != 0 || len(got) != rows {
			t.Errorf("%s: status %d, %d accounts, want %d\n%s", file, status, len(got), rows, errs)
		}
		for _, id := range got {
			if len(id) != 8 || !strings.HasPrefix(id, "1-") {
				t.Errorf("%s: id %q", file, id)
			}
		}
	}
}

// readAccounts makes accounts of a file's rows.
func readAccounts(t *testing.T, dir string, c readerCase) (values []string, status int, errs string) {
	t.Helper()
	date := "now()"
	if c.date != "" {
		date = c.date
	}
	mapping := "version: 1\nsources:\n  rows:\n    file: " + c.file + "\n"
	if c.columns != "" {
		mapping += "    columns:\n      " + c.columns + "\n"
	}
	mapping += "entities:\n  ACCOUNT:\n    from: rows\n    fields:\n      objectId: pad(source.index, 4, \"0\")\n      modifiedDate: " + date + "\n      " + c.fields + "\n"
	path := filepath.Join(t.TempDir(), "mapping.yaml")
	if err := os.WriteFile(path, []byte(mapping), 0o644); err != nil {
		t.Fatal(err)
	}
	var out, err bytes.Buffer
	status = cmd.Main(context.Background(), []string{"crm2gong", "transform", path, "--data", dir, "--as-of", asOf, "--entity", "ACCOUNT"}, strings.NewReader(""), &out, &err)
	field := c.value
	if field == "" {
		field = "name"
	}
	for line := range bytes.Lines(out.Bytes()) {
		var e map[string]any
		if err := json.Unmarshal(line, &e); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		text, _ := e[field].(string)
		values = append(values, text)
	}
	return values, status, err.String()
}
