package cmd_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"crm2gong/cmd"
)

// A workbook of people gives the same as a text file; its dates are cells of
// their own.
func TestAssociatePeopleOfAWorkbook(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"ACCOUNT.ldjson": `{"objectId":"a","modifiedDate":"2024-01-01T00:00:00Z","domains":["acme.com"]}`,
		"DEAL.ldjson":    `{"objectId":"d","modifiedDate":"2024-01-01T00:00:00Z","accountId":"a","createdDate":"2024-03-29T00:00:00Z"}`,
		"people.csv":     "E-mail,Date\nx@acme.com,2024-03-15\ny@acme.com,2024-03-14\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	book := excelize.NewFile()
	for cell, v := range map[string]any{
		"A1": "E-mail", "B1": "Date",
		"A2": "x@acme.com", "B2": time.Date(2024, 3, 15, 0, 0, 0, 0, time.UTC),
		"A3": "y@acme.com", "B3": "2024-03-14",
	} {
		if err := book.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	if err := book.SaveAs(filepath.Join(dir, "people.xlsx")); err != nil {
		t.Fatal(err)
	}
	run := func(people string) string {
		var out, talk bytes.Buffer
		args := []string{"crm2gong", "associate", dir, "--people", filepath.Join(dir, people), "--format", "csv"}
		if status := cmd.Main(context.Background(), args, strings.NewReader(""), &out, &talk); status != 0 || talk.Len() > 0 {
			t.Fatalf("%s: status %d: %s", people, status, talk.String())
		}
		return out.String()
	}
	want := "row,email,phone,date,outcome,rule,reason,contact,account,lead,deals,deals_total,candidates,named,problem\n" +
		"2,x@acme.com,,2024-03-15,matched,account-domain,,,a,,d,1,,,\n" +
		"3,y@acme.com,,2024-03-14,matched,account-domain,,,a,,,0,,,\n"
	for _, people := range []string{"people.csv", "people.xlsx"} {
		if got := run(people); got != want {
			t.Errorf("%s:\n%s", people, got)
		}
	}
}
