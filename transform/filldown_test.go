package transform_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

const filledDeals = `
version: 1
sources:
  deals:
    file: FILES
    empty: ["-"]
    fillDown: [Amount, Name]
    columns: {Amount: {type: decimal, decimal: ",", group: "."}}
entities:
  DEAL:
    from: deals
    fields: {objectId: Id, modifiedDate: Modified, name: Name, amount: Amount}
`

// workbook makes a workbook of one sheet.
func workbook(t *testing.T, rows [][]any) string {
	t.Helper()
	f := excelize.NewFile()
	for i, row := range rows {
		cell, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := f.SetSheetRow("Sheet1", cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	book, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return book.String()
}

func fields(t *testing.T, out *memory, name string) (list []string) {
	t.Helper()
	for _, line := range out.lines(t, "DEAL.ldjson") {
		_, rest, ok := strings.Cut(line, `"`+name+`":`)
		if !ok {
			list = append(list, "")
			continue
		}
		list = append(list, strings.Trim(rest[:strings.IndexAny(rest, ",}")], `"`))
	}
	return list
}

// TestFillDownKeepsKinds: a number of a workbook that is filled down stays a
// number, which the column's signs for text do not concern.
func TestFillDownKeepsKinds(t *testing.T) {
	book := workbook(t, [][]any{
		{"Id", "Modified", "Amount", "Name"},
		{"d1", "2024-01-01T00:00:00Z", 1.234, "a"},
		{"d2", "2024-01-01T00:00:00Z", nil, "b"},
	})
	_, out := convert(t, strings.ReplaceAll(filledDeals, "FILES", "deals.xlsx"), map[string]string{"deals.xlsx": book}, 1, &lenient{})
	if got, want := fields(t, out, "amount"), []string{"1.234", "1.234"}; !slices.Equal(got, want) {
		t.Errorf("amounts %q, want %q", got, want)
	}
}

// TestFillDownFillsWhatIsEmpty: cells of blanks and those that the source calls
// empty are filled too, and nothing is filled from another file.
func TestFillDownFillsWhatIsEmpty(t *testing.T) {
	const header = "Id,Modified,Amount,Name\n"
	files := map[string]string{
		"a.csv": header + "d1,2024-01-01T00:00:00Z,1,first\nd2,2024-01-01T00:00:00Z,1,  \nd3,2024-01-01T00:00:00Z,1,-\nd4,2024-01-01T00:00:00Z,1,\n",
		"b.csv": header + "d5,2024-01-01T00:00:00Z,1,\nd6,2024-01-01T00:00:00Z,1,second\nd7,2024-01-01T00:00:00Z,1,\n",
	}
	_, out := convert(t, strings.ReplaceAll(filledDeals, "FILES", "[a.csv, b.csv]"), files, 3, &lenient{})
	if got, want := fields(t, out, "name"), []string{"first", "first", "first", "first", "", "second", "second"}; !slices.Equal(got, want) {
		t.Errorf("names %q, want %q", got, want)
	}
}
