package profile

import (
	"strings"
	"testing"
)

// TestShortRows: rows that end early are counted, with the first of them.
func TestShortRows(t *testing.T) {
	many := strings.Repeat("1,a,b\n", 200_000)
	for _, c := range []struct {
		name, text string
		n, first   int
	}{
		{"none", "Id,Name,City\n1,a,b\n2,,\n", 0, 0},
		{"one", "Id,Name,City\n1,a,b\n2,a\n3,a,b\n", 1, 3},
		{"behind a blank line", "Id,Name,City\n\n1,a,b\n2\n3,a\n", 2, 4},
		{"quoted", "Id,Name,City\n\"1\",\"a,b\"\n", 1, 2},
		{"a column without a name is none", "Id,Name,\n1,a\n2,b,\n", 0, 0},
		{"a named one behind it is", "Id,,City\n1,a\n", 1, 2},
		{"rows with too many cells", "Id,Name\n1,a,b\n", 0, 0},
		{"many blocks", "Id,Name,City\n" + many + "2,a\n" + many + "3\n", 2, 200_002},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, workers := range []int{1, 3} {
				if p := read(t, c.text, workers); p.Short != c.n || p.ShortRow != c.first {
					t.Errorf("%d workers: %d short rows, the first %d; want %d, %d", workers, p.Short, p.ShortRow, c.n, c.first)
				}
			}
		})
	}
}
