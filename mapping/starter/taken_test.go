package starter

import (
	"fmt"
	"strings"
	"testing"
)

// TestJudgedByFunctions: columns of addresses are judged by what the functions
// of a run make of their cells.
func TestJudgedByFunctions(t *testing.T) {
	const omit = ", onError: omit}"
	for _, c := range []struct {
		name, header string
		cells        string // between bars
		want, says   string
		never        string
	}{
		{"two sites in a cell", "Website", "www.a.de ; shop.a.de|b.io, b.com|https://c.at/x", "domains: domains(Website)\n", "", "are no web addresses"},
		{"a cell without a site", "Website", "www.a.de|none|c.at", "{value: domains(Website)" + omit, "1 of 3 are no web addresses and are left out", ""},
		{"no site at all", "Website", "none|soon|x y", "website: {label: Website, type: STRING", "", "domains:"},
		{"addresses", "Email", "a@x.io|B@X.IO|Ann <c@x.io>", "emailAddress: email(Email)\n", "", "are no e-mail addresses"},
		{"several in a cell", "Email", "a@x.io, b@x.io; c@x.io|d@x.io|Ann <e@x.io>, Bo <f@x.io>; g@x.io", "emailAddress: 'first(emails(Email))'   # 2 cells hold several addresses: the first is taken\n", "", "are no e-mail addresses"},
		{"several, and one that is none", "Email", "a@x.io; b@x.io|d@x.io|at home|e@x.io, @x", "{value: 'first(emails(Email))'" + omit, "2 of 4 are no e-mail addresses and are left out", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			table, rows := "accounts", [][]string{{"Id", "Name", c.header}}
			if c.header == "Email" {
				table, rows = "contacts", [][]string{{"Id", "Last Name", c.header}}
			}
			for i, cell := range strings.Split(c.cells, "|") {
				rows = append(rows, []string{fmt.Sprint("R", i), fmt.Sprint("Name ", i), cell})
			}
			r := Make([]*Table{textTable(table, rows...)}, Options{})
			mustCheck(t, r)
			if !strings.Contains(r.Text, c.want) || !strings.Contains(r.Text, c.says) || c.never != "" && strings.Contains(r.Text, c.never) {
				t.Errorf("want %q and %q, never %q, in\n%s", c.want, c.says, c.never, r.Text)
			}
		})
	}
}
