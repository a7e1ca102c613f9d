package source

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// The delimiter is found as well where the header, or the row below it, does
// not end in what is looked at first.
func TestDelimiterOfLongRows(t *testing.T) {
	long := strings.Repeat("x", firstLook)
	for _, c := range []struct {
		name, text string
		header     int
		want       rune
	}{
		{"short", "a;b\n1;2\n", 1, ';'},
		{"header ends later", "a,b" + long + ";c;d\n1;2;3\n", 1, ';'},
		{"row below ends later", "a,b;c\n" + long + ";1\n", 1, ';'},
		{"row below tells", "a,b;c\n" + long + ",1\n", 1, ','},
		{"line breaks in quotes", "\"a\n,,,\n" + long + "\";b\n1;2\n", 1, ';'},
		{"header far below", strings.Repeat("title, of a kind\n", 1000) + "a;b;c\n1;2;3\n", 1001, ';'},
		{"no line end", "a|b" + long + "|c", 1, '|'},
		{"carriage returns", strings.Repeat("y", firstLook-1) + "\r\na;b\r\n1,2;3\r\n", 2, ';'},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.csv")
			if err := os.WriteFile(path, []byte(c.text), 0o644); err != nil {
				t.Fatal(err)
			}
			table, err := Open(Spec{Files: []string{filepath.ToSlash(path)}, Header: c.header}, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer table.Close()
			if got := table.Files()[0].Delimiter; got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
