package source

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// FuzzCut holds lastRow, which reads the end of a block only, to the index of
// the whole block.
func FuzzCut(f *testing.F) {
	for _, s := range []string{
		"\"a\",\"b\"\n", "\"a\",\"\"\r\n", "a,b\r", "x\"y\"\"\",\"b\n\",c\"\n", "\"a\"\"\",\" \"\n", "a \",b\n", "\"long\n\",5\" x 7\",\"q\",\n", "\"a\" \",\"b\",\n",
		"\"a\"x\",b\n", "a§\"b\"§c\"§\n", "a,b\n", "\"a,\n",
	} {
		f.Add(s, s, byte(0), false)
		f.Add("\"x\",y\"\n", s, byte(4), true)
	}
	f.Fuzz(func(t *testing.T, first, second string, delim byte, noTrim bool) {
		if !utf8.ValidString(first+second) || len(first+second) > 1000 {
			t.Skip("sources prove that texts are UTF-8; long ones only take time")
		}
		r := []rune{',', ';', '\t', '|', '§', ' '}[int(delim)%6]
		d := newDialect(r, noTrim)
		for _, text := range []string{first + second, strings.Repeat(first, 1+2*windowSize/(len(first)+1)) + second + first, second + strings.Repeat("z", 9*windowSize) + first} {
			buf := room([]byte(text), len(text)+slack)
			var x, scratch index
			x.scan(buf, &d)
			var starts []int
			for _, e := range x.ends {
				to, row := int(e&^unquoteFlag), len(d.delim)
				if endsLine(buf[to]) && !strings.HasPrefix(text[to:], string(d.delim)) {
					row = 1
				}
				starts = append(starts, to+row)
			}
			for _, from := range []int{0, len(buf) / 3, len(buf) - min(len(buf), 50)} {
				if at := d.cellStart(buf, from); at >= 0 {
					if _, ok := slices.BinarySearch(starts, at); !ok {
						t.Fatalf("no cell begins at byte %d of %q", at, text)
					}
				}
			}
			for _, end := range []bool{false, true} {
				if len(buf) == 0 || end && !endsLine(buf[len(buf)-1]) {
					continue
				}
				cut, open := d.lastRow(buf, &scratch, end)
				x.scan(buf, &d)
				x.waitForLF(buf, end)
				want := 0
				if k := len(x.rows); k > 0 {
					want = x.end(k-1) + 1
				}
				if cut != want || open != x.open {
					t.Fatalf("the last row ends at %d and a quote opens at %d, want %d and %d, in %q", cut, open, want, x.open, text)
				}
			}
		}
	})
}
