package source

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Texts of cells hold as long as their block, however they are written: ids are
// kept as they are until the block's records are settled.
func TestTextsHold(t *testing.T) {
	var quoted, lines, sheet strings.Builder
	quoted.WriteString("id,note\n")
	sheet.WriteString(`<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c><c r="B1" t="inlineStr"><is><t>note</t></is></c></row>`)
	for i := range 50 {
		fmt.Fprintf(&quoted, "\"a\"\"%d\",\"b\"%d\n", i, i)
		fmt.Fprintf(&lines, "{\"id\":\"a\\\"%d\",\"note\":\"\\u0062%d\"}\n", i, i)
		fmt.Fprintf(&sheet, `<row r="%d"><c r="A%[1]d"><v>%d.5</v></c><c r="B%[1]d" t="inlineStr"><is><t>b&amp;%d</t></is></c></row>`, i+2, i, i)
	}
	dir := inDir(t, map[string]string{"1.csv": quoted.String(), "2.ldjson": lines.String(), "3.xlsx": workbook(t, sheet.String(), nil)})
	for _, name := range []string{"1.csv", "2.ldjson", "3.xlsx"} {
		table, err := Open(Spec{Files: []string{name}, Header: 1}, Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		var b Block
		var r Rows
		var held, then []string
		for {
			ok, err := table.Next(&b)
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				break
			}
			from := len(held)
			for table.Rows(&b, &r); r.Next(); {
				for _, c := range r.Cells {
					held, then = append(held, c.Text), append(then, strings.Clone(c.Text))
				}
			}
			if !slices.Equal(held[from:], then[from:]) {
				t.Errorf("texts of %s became\n%q, were\n%q", name, held[from:], then[from:])
			}
		}
		if len(then) != 100 || then[0] == then[2] {
			t.Errorf("%s has the texts %q", name, then)
		}
		if err := table.Close(); err != nil {
			t.Error(err)
		}
	}
}
