package source

import (
	"fmt"
	"slices"
	"testing"
)

// Cells that are wanted are those that a whole row has there, rows are empty
// or ragged alike, and Whole fetches the others without touching the texts that
// were given before.
func TestOnly(t *testing.T) {
	dir := inDir(t, map[string]string{
		"1.csv": "a,b,c,d\n1,\"two \"\"2\"\"\",3,\"four \"\"4\"\"\"\n\n,,only c,\n , , ,\n\"'=x\",'-y,z,\"w\"\n5,6\n1,2,3,4,5\n\"x\ny\",\"q\"\"q\",r,s\n",
		"2.csv": "d,a,c,b\r\n\"4\",\"1\",\"3\",\"two \"\"2\"\"\"\r\n,,,\r\n\"l1\r\nl2\",\"\",\"\",\"\"\r\n",
	})
	walk := func(only []int, keep bool) (rows []string) {
		table, err := Open(Spec{Files: []string{"1.csv", "2.csv"}, Header: 1, KeepApostrophe: keep}, Options{Dir: dir})
		if err != nil {
			t.Fatal(err)
		}
		defer table.Close()
		var b Block
		var r Rows
		if only != nil {
			r.Only(only, 4)
		}
		for {
			ok, err := table.Next(&b)
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				return rows
			}
			for table.Rows(&b, &r); r.Next(); {
				var before, after []string
				for _, i := range only {
					before = append(before, r.Cells[i].Text)
				}
				r.Whole()
				for i := range r.Cells {
					after = append(after, r.Cells[i].Text)
				}
				for k, i := range only {
					if before[k] != after[i] {
						t.Errorf("row %d: wanted cell %d is %q, %q in the whole row", r.Row, i, before[k], after[i])
					}
				}
				rows = append(rows, fmt.Sprintf("%d %d %d %q", r.Row, r.Line, r.Ragged, after))
			}
		}
	}
	for _, keep := range []bool{true, false} {
		want := walk(nil, keep)
		if len(want) != 8 {
			t.Fatalf("%d rows: %q", len(want), want)
		}
		for set := range 16 {
			only := []int{}
			for i := range 4 {
				if set&(1<<i) != 0 {
					only = append(only, i)
				}
			}
			if got := walk(only, keep); !slices.Equal(got, want) {
				t.Errorf("with cells %v alone\n%q, want\n%q", only, got, want)
			}
		}
	}
}
