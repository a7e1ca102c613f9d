package transform_test

import (
	"encoding/csv"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"crm2gong/transform"
)

const sharedMapping = `
version: 1
sources:
  people: {file: "people*.csv", where: Keep == "y"}
entities:
  ACCOUNT:
    from: people
    fields: {objectId: '"a" + Id', modifiedDate: now(), name: Text, url: Url}
  CONTACT:
    from: people
    fields: {objectId: Id, modifiedDate: now(), emailAddress: Mail}
history:
  CONTACT:
    from: people
    fields: {objectId: Id, modifiedDate: now(), emailAddress: Mail, url: Url}
`

// A source that feeds several types has each refused row once among its
// rejects, in its place and with all reasons, whatever the number of workers,
// blocks, files and rejects.
func TestRejectsOfSeveralTypes(t *testing.T) {
	files := map[string]string{}
	var want []string
	for file := 1; file <= 2; file++ {
		var b strings.Builder
		b.WriteString("Id,Keep,Text,Url,Mail\n")
		for row := 2; row < 12_000; row++ {
			keep, url, mail, more := "y", "", "x@acme.com", ""
			var why []string
			switch {
			case row%11 == 0:
				keep, url = "n", "u"
			case row%7 == 0:
				more, why = ",z", append(why, "the row has 1 more filled cell than the header, which has 5 columns")
			default:
				badURL, badMail := row%3 == 0, row%5 == 0
				if badURL {
					url = "u"
				}
				if badMail {
					mail = "m"
				}
				switch {
				case badURL && badMail:
					why = append(why, `as ACCOUNT: "u" is no absolute http or https URL`, `as CONTACT and past version of CONTACT: "m" is no e-mail address`)
				case badURL:
					why = append(why, `as ACCOUNT and past version of CONTACT: "u" is no absolute http or https URL`)
				case badMail:
					why = append(why, `as CONTACT and past version of CONTACT: "m" is no e-mail address`)
				}
			}
			fmt.Fprintf(&b, "%d-%d,%s,%s,%s,%s%s\n", file, row, keep, strings.Repeat("x", 60), url, mail, more)
			if why != nil {
				want = append(want, fmt.Sprintf("people%d.csv %d %s", file, row, strings.Join(why, "; ")))
			}
		}
		files[fmt.Sprintf("people%d.csv", file)] = b.String()
	}
	temp := t.TempDir()
	t.Setenv("TMPDIR", temp)
	for _, workers := range []int{1, 3} {
		sum, out := convert(t, sharedMapping, files, workers, nil)
		r := csv.NewReader(out.files["rejects/people.csv"])
		r.FieldsPerRecord = -1
		got, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if len(got) != len(want)+1 || sum.Rejects["people"] != len(want) {
			t.Fatalf("%d rows of rejects and %d in the summary, want %d", len(got)-1, sum.Rejects["people"], len(want))
		}
		for i, x := range got[1:] {
			if have := x[5] + " " + x[6] + " " + x[9]; have != want[i] {
				t.Fatalf("%d workers: rejects have %q, want %q", workers, have, want[i])
			}
		}
	}
	if left, err := os.ReadDir(temp); err != nil || len(left) > 0 {
		t.Errorf("left in the folder of temporary files: %v, %v", left, err)
	}
}

// In a workbook the cells are in colour that any of the types refuses.
func TestRejectsOfSeveralTypesAsWorkbook(t *testing.T) {
	dir := t.TempDir()
	put(t, dir, "mapping.yaml", []byte(sharedMapping))
	put(t, dir, "people.csv", []byte("Id,Keep,Text,Url,Mail\n1,y,t,u,m\n2,y,t,,m\n"))
	sum, out := runIn(t, dir, transform.RejectsXLSX, nil)
	book, err := excelize.OpenReader(out.files["rejects/people.xlsx"])
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	if sum.Rejects["people"] != 2 {
		t.Errorf("%d rows of rejects", sum.Rejects["people"])
	}
	sheet := book.GetSheetName(0)
	for cell, want := range map[string]bool{"C2": false, "D2": true, "E2": true, "D3": false, "E3": true} {
		id, err := book.GetCellStyle(sheet, cell)
		if err != nil {
			t.Fatal(err)
		}
		style, err := book.GetStyle(id)
		if err != nil {
			t.Fatal(err)
		}
		if got := len(style.Fill.Color) > 0; got != want {
			t.Errorf("%s is in colour: %v", cell, got)
		}
	}
}
