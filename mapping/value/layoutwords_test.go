package value

import "testing"

func TestDirectivesFor(t *testing.T) {
	for format, want := range map[string]string{
		"dd/MM/yyyy":                 "%d/%m/%Y",
		"M/d/yy":                     "%m/%d/%y",
		"DD.MM.YYYY":                 "%d.%m.%Y",
		"dd/mm/yyyy":                 "%d/%m/%Y",
		"yyyy-mm-dd hh:mm":           "%Y-%m-%d %H:%M",
		"yyyy-MM-dd'T'HH:mm:ss":      "%Y-%m-%dT%H:%M:%S",
		"yyyy-MM-ddTHH:mm:ss.SSSXXX": "%Y-%m-%dT%H:%M:%S.%f%z",
		"d MMM yyyy h:mm a":          "%d %b %Y %I:%M %p",
		"MMMM yyyy":                  "%B %Y",
		"%d/%m/%Y":                   "",
		"day month year":             "",
		"HH:mm":                      "",
		"":                           "",
		"yyyyy-MM":                   "",
	} {
		got, ok := DirectivesFor(format)
		if got != want || ok != (want != "") {
			t.Errorf("%q means %q, %t; want %q", format, got, ok, want)
		}
	}
}
