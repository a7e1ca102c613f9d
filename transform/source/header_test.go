package source

import (
	"errors"
	"strings"
	"testing"
)

// TestOpenQuoteNamesItsColumn checks the place of a quote that is never closed,
// whether it opens in the block of the header or far below it.
func TestOpenQuoteNamesItsColumn(t *testing.T) {
	for _, c := range []struct {
		name, text string
		spec       Spec
		place      string
	}{
		{"near the header", "Id, Full Name \n1,\"Ann\n2,Bob\n", Spec{Header: 1}, "row 2, column 2 (Full Name)"},
		{"header below a title", "title\nId,Name\n\"1\n2\",x\n2,\"Bob\n", Spec{Header: 2}, "row 4 (line 5), column 2 (Name)"},
		{"far below", "Id,Name\n" + strings.Repeat("1,Ann\n", 100_000) + "2,\"Bob\n", Spec{Header: 1}, "row 100002, column 2 (Name)"},
		{"in the header", "Id,\"Name\n1,Ann\n", Spec{Header: 1}, "row 1, column 2"},
		{"no header", "1,\"Ann\n", Spec{}, "row 1, column 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.spec.Files = []string{write(t, "a.csv", c.text)}
			_, _, err := readAll(c.spec, Options{}, blockSize, 1)
			var e *Error
			if !errors.As(err, &e) {
				t.Fatal(err)
			}
			if e.Place() != c.place {
				t.Errorf("place %q, want %q", e.Place(), c.place)
			}
		})
	}
}

// TestLikelyEncoding checks what is said of bytes that are no UTF-8.
func TestLikelyEncoding(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"a letter of Western Europe", "Zo\xeb", `the file may be windows-1252, in which the text is "Zoë": say encoding: windows-1252`},
		{"Cyrillic", "\xc8\xe2\xe0\xed", `windows-1251 "Иван"`},
		{"Central Europe", "\xa3\xf3d\x9f", `windows-1250 "Łódź"`},
		{"a letter that is none in windows-1252", "\xbduvre", `iso-8859-15 "œuvre"`},
		{"Japanese", "\x95\x5c\x8e\xa6", `shift_jis "表示"`},
		{"Chinese", "\xd6\xd0\xce\xc4", `gbk "中文"`},
		{"nothing readable", "\xff\x98\x81", "say how the file is encoded with encoding:"},
	} {
		if got := likely([]byte(c.text)); !strings.Contains(got, c.want) {
			t.Errorf("%s: %q has no %q", c.name, got, c.want)
		}
	}
}
