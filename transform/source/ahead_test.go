package source

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// Rows that are looked at ahead are those that Next gives, with the same places
// and cells, whether or not their cells are filled; Column gives the cells that
// they have.
func TestAhead(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	cells := []string{"", "1", "two", `"3"`, `"a ""b"" c"`, "\"x\ny\"", `"'=q"`, "'-z", " ", "é", `""`, `"late"st`, "long text that goes on"}
	for _, end := range []string{"\n", "\r\n"} {
		for _, delimiter := range []string{",", ";", "§"} {
			var text strings.Builder
			text.WriteString("a,b,c,d,e" + end)
			for range 3000 {
				n := 5
				switch random.IntN(40) {
				case 0:
					n = random.IntN(8)
				case 1:
					text.WriteString(strings.Repeat(",", 4) + end)
					continue
				}
				for i := range n {
					if i > 0 {
						text.WriteString(",")
					}
					text.WriteString(cells[random.IntN(len(cells))])
				}
				text.WriteString(end)
			}
			dir := inDir(t, map[string]string{"1.csv": strings.ReplaceAll(text.String(), ",", delimiter)})
			for _, only := range [][]int{{0}, {4}, {1, 3}, {0, 1, 2, 3, 4}} {
				want, _ := walkAhead(t, dir, delimiter, only, 0, random)
				got, ahead := walkAhead(t, dir, delimiter, only, 64, random)
				if !slices.Equal(got, want) {
					t.Fatalf("rows read ahead\n%q\nare not\n%q", got, want)
				}
				if ahead*3 < len(got) {
					t.Errorf("with cells %v only %d of %d rows were read ahead", only, ahead, len(got))
				}
			}
		}
	}
}

// walkAhead reads rows, up to most of them ahead at a time.
func walkAhead(t *testing.T, dir, delimiter string, only []int, most int, random *rand.Rand) (rows []string, ahead int) {
	t.Helper()
	table, err := open(Spec{Files: []string{"1.csv"}, Header: 1, Delimiter: []rune(delimiter)[0]}, Options{Dir: dir}, 8<<10)
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	var b Block
	var r Rows
	r.Only(only, 5)
	for {
		ok, err := table.Next(&b)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return rows, ahead
		}
		table.Rows(&b, &r)
		for {
			n := r.Ahead(random.IntN(most + 1))
			texts := make([][]string, len(only))
			for i, c := range only {
				texts[i] = make([]string, n)
				if !r.Column(c, texts[i]) {
					t.Fatalf("there is no column %d", c)
				}
			}
			more := true
			for k := range n {
				if !r.Next() {
					t.Fatalf("of %d rows ahead there are %d", n, k)
				}
				for range random.IntN(3) {
					r.Fill()
				}
				rows = append(rows, r.told(only))
				for i, c := range only {
					if texts[i][k] != r.Cells[c].Text {
						t.Errorf("cell %d of row %d is %q, ahead %q", c, r.Row, r.Cells[c].Text, texts[i][k])
					}
				}
			}
			if ahead += n; n == 0 {
				if more = r.Next(); more {
					rows = append(rows, r.told(only))
				}
			}
			if !more {
				break
			}
		}
		if err := r.Err(); err != nil {
			t.Fatal(err)
		}
	}
}

// told shows a row: its place and cells, in the end all of them.
func (r *Rows) told(only []int) string {
	s := fmt.Sprint(r.Row, " ", r.Line, " ", r.Ragged, " ", len(r.Surplus))
	r.Fill()
	for _, c := range only {
		s += fmt.Sprintf(" %q", r.Cells[c].Text)
	}
	r.Whole()
	for _, c := range r.Cells {
		s += fmt.Sprintf(" %q", c.Text)
	}
	return s
}
