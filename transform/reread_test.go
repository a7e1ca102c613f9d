package transform_test

import (
	"strings"
	"testing"
	"time"
)

const kindsOfCells = `
version: 1
sources:
  deals:
    file: FILE
    columns:
      Amount: {type: decimal, decimal: ",", group: "."}
      Close: {type: date, format: "%d/%m/%Y"}
      Gone: {type: boolean, truthy: ["J"], falsy: ["N"]}
entities:
  DEAL:
    from: deals
    fields: {objectId: Id, modifiedDate: Modified, isDeleted: Gone, name: Name, closeDate: Close, amount: Amount, status: STATUS}
`

// TestRejectsOfWorkbooksAreReadAlike: rows of a workbook that were refused give
// the records, when the rejects are read in its place, that they would have
// given.
func TestRejectsOfWorkbooksAreReadAlike(t *testing.T) {
	book := workbook(t, [][]any{
		{"Id", "Modified", "Name", "Close", "Amount", "Gone"},
		{"d1", "2024-01-01T00:00:00Z", "numbers", time.Date(2024, 3, 5, 0, 0, 0, 0, time.UTC), 1.234, false},
		{"d2", "2024-01-01T00:00:00Z", "texts", "05/03/2024", "1.234", "N"},
		{"d3", "2024-01-01T00:00:00Z", "more", "05/03/2024", "1.234,5", "N"},
		{"d4", "2024-01-01T00:00:00Z", "whole", nil, 1234, nil},
	})
	run := func(file, status string, files map[string]string) *memory {
		_, out := convert(t, strings.NewReplacer("FILE", file, "STATUS", status).Replace(kindsOfCells), files, 1, nil)
		return out
	}
	workbook := map[string]string{"deals.xlsx": book}
	want := run("deals.xlsx", `'"OPEN"'`, workbook).lines(t, "DEAL.ldjson")
	if len(want) != 4 || !strings.Contains(want[0], `"amount":1.234`) || !strings.Contains(want[1], `"amount":1234`) {
		t.Fatalf("the workbook gives %q", want)
	}
	rejects := run("deals.xlsx", `Name`, workbook).files["rejects/deals.csv"].String()
	got := run("rejects.csv", `'"OPEN"'`, map[string]string{"rejects.csv": rejects}).lines(t, "DEAL.ldjson")
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the rejects\n%s\ngive\n%s\nwant\n%s", rejects, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
