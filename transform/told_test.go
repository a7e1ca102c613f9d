package transform_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"crm2gong/transform"
)

// TestNotesAndPlaces checks that what a source's reader notes reaches the
// summary, and that a column is read by its place beyond the header.
func TestNotesAndPlaces(t *testing.T) {
	x := excelize.NewFile()
	defer x.Close()
	x.SetSheetName("Sheet1", "Deals")
	x.NewSheet("Old")
	x.SetSheetVisible("Old", false)
	for cell, v := range map[string]any{"A1": "Id", "B1": "Name", "A2": "1", "B2": "one", "E2": "far"} {
		x.SetCellValue("Deals", cell, v)
	}
	x.SetCellFormula("Deals", "B3", "A2")
	x.SetCellValue("Deals", "A3", "2")
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	put(t, dir, "deals.xlsx", b.Bytes())
	put(t, dir, "mapping.yaml", []byte(`version: 1
sources: {deals: {file: deals.xlsx, columns: {side: {at: E}}}}
entities:
  DEAL: {from: deals, fields: {objectId: Id, modifiedDate: now(), name: 'side ?? Name'}}
`))
	sum, out := runIn(t, dir, transform.RejectsCSV, nil)
	if got := out.lines(t, "DEAL.ldjson"); len(got) != 2 || !strings.Contains(got[0], `"name":"far"`) {
		t.Errorf("wrote %q", got)
	}
	notes := strings.Join(sum.Notes["deals"], "\n")
	for _, want := range []string{"the sheet Deals is read; hidden: Old", "cells with a formula without a stored value, read as empty: 1"} {
		if !strings.Contains(notes, want) {
			t.Errorf("the notes lack %q:\n%s", want, notes)
		}
	}
}

// TestCurrencyAtFault checks that the column an example names holds the value
// beside it, or that none is named.
func TestCurrencyAtFault(t *testing.T) {
	for _, c := range []struct{ name, amount, column, value string }{
		{"a column", "convert(Amount, Currency)", "Currency", "GBP"},
		{"the first column of an expression", `convert(Amount, Code ?? Currency)`, "Code", "GBP"},
		{"a constant", `convert(Amount, "GBP")`, "", "GBP"},
		{"a rate", "number(Amount) * rate(Currency)", "Currency", "GBP"},
		{"a constant in a function", "pounds(Amount)", "", "GBP"},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := `version: 1
sources: {deals: {file: deals.csv, columns: {Amount: decimal}}}
currency: {base: USD, rates: {EUR: 1.085}}
functions: {pounds: {of: [amount], value: 'convert(amount, "GBP")'}}
entities:
  DEAL: {from: deals, fields: {objectId: Id, modifiedDate: now(), amount: '` + c.amount + `'}}
`
			if strings.Contains(c.amount, "number(") {
				text = strings.Replace(text, ", columns: {Amount: decimal}", "", 1)
			}
			sum, _ := convert(t, text, map[string]string{"deals.csv": "Id,Amount,Code,Currency\n1,5,GBP,GBP\n"}, 1, nil)
			for _, g := range sum.Log.Groups() {
				if g.Key.Code != "rate-missing" {
					continue
				}
				if e := g.Examples[0]; e.Column != c.column || e.Value != c.value {
					t.Errorf("the example is %q = %q, want %q = %q", e.Column, e.Value, c.column, c.value)
				}
				return
			}
			t.Error("no rate-missing")
		})
	}
}

// TestOutcomesOfAskedRecords checks that the records that are asked for are
// told of, also those whose id only onError makes, and no others.
func TestOutcomesOfAskedRecords(t *testing.T) {
	rules := &lenient{wanted: map[string]bool{"a1": true, "x9": true, "a3": true}}
	convert(t, `version: 1
sources: {accounts: {file: accounts.csv, columns: {Made: date}}}
entities:
  ACCOUNT:
    from: accounts
    where: {real: Name != "Test"}
    fields:
      objectId: {value: string(number(Id) / number(Id)) + Name, onError: '"x" + Name'}
      modifiedDate: datetime(Made)
      name: Name
`, map[string]string{"accounts.csv": "Id,Name,Made\n0,9,2024-01-01\n0,8,2024-01-01\n"}, 2, rules)
	want := "ACCOUNT x9 written "
	if got := strings.Join(rules.outcomes, "\n"); got != want {
		t.Errorf("told %q, want %q", got, want)
	}
}
