package source

import (
	"strings"
	"testing"
)

// A block's rows can be walked as often as its caller likes; what is noted of
// their cells is noted once, though a walk before ended early.
func TestRowsTwice(t *testing.T) {
	dir := inDir(t, map[string]string{"1.csv": "a\n1\n2\n",
		"2.xlsx": workbook(t, `<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row><row r="2"><c r="A2"><v>7</v></c></row><row r="3"><c r="A3"><v>8</v></c></row><row r="4"><c r="A4"><f>1+1</f></c></row>`, nil)})
	for _, name := range []string{"1.csv", "2.xlsx"} {
		table, err := Open(Spec{Files: []string{name}, Header: 1}, Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		var b Block
		var r Rows
		for {
			ok, err := table.Next(&b)
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				break
			}
			table.Rows(&b, &r)
			r.Next()
			for pass := range 2 {
				n := 0
				for table.Rows(&b, &r); r.Next(); {
					n++
				}
				if err := r.Err(); err != nil || n != 2 {
					t.Errorf("%s, pass %d: %d rows, %v", name, pass+1, n, err)
				}
			}
		}
		if notes := strings.Join(table.Notes(), "\n"); name == "2.xlsx" && !strings.Contains(notes, "read as empty: 1, the first Data!A4;") {
			t.Errorf("%s: noted %q", name, notes)
		}
		table.Close()
	}
}
