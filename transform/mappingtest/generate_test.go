package mappingtest

import (
	"slices"
	"strings"
	"testing"
)

func TestSetCover(t *testing.T) {
	for _, c := range []struct {
		name   string
		sets   [][]int
		picked []int
	}{
		{"nothing", nil, nil},
		{"empty sets bring nothing", [][]int{{}, {}}, nil},
		{"one holds all", [][]int{{1}, {1, 2, 3}, {2}}, []int{1}},
		{"of equals the first", [][]int{{1, 2}, {2, 1}, {3}}, []int{0, 2}},
		{"the greatest first", [][]int{{1, 2}, {3, 4, 5}, {1, 5}}, []int{1, 0}},
		{"what is there already does not count", [][]int{{1, 2, 3, 4}, {1, 2, 3, 5}, {6, 7}}, []int{0, 2, 1}},
	} {
		t.Run(c.name, func(t *testing.T) {
			picked, brings := setCover(c.sets)
			if !slices.Equal(picked, c.picked) {
				t.Errorf("picked %v, want %v", picked, c.picked)
			}
			have, all := map[int]bool{}, map[int]bool{}
			for _, list := range brings {
				for _, x := range list {
					if have[x] {
						t.Errorf("%d is brought twice", x)
					}
					have[x] = true
				}
			}
			for _, s := range c.sets {
				for _, x := range s {
					all[x] = true
				}
			}
			if len(have) != len(all) {
				t.Errorf("%d of %d are covered", len(have), len(all))
			}
		})
	}
}

func TestDisguiseKeeps(t *testing.T) {
	for _, c := range []struct{ name, text string }{
		{"an amount", "1,234.50"},
		{"a date", "2024-03-15"},
		{"an instant", "2024-03-15T10:00:00Z"},
		{"an id of digits", "00611234567"},
		{"a Salesforce id", "0061x00000ABCDeAAF"},
		{"a word of the mapping", "Closed Won"},
		{"a currency", "EUR"},
		{"an empty cell", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := newDisguise("{Closed Won: WON}").text(c.text, false); got != c.text {
				t.Errorf("%q became %q", c.text, got)
			}
		})
	}
}

func TestDisguiseReplaces(t *testing.T) {
	d := newDisguise("not (Name startsWith \"TEST\")")
	for _, c := range []struct {
		name, text, gone, stays string
		phone                   bool
	}{
		{"a name", "Alice Miller", "alice", " ", false},
		{"a mail", "alice.miller@acme.com", "miller", ".com", false},
		{"a domain", "https://www.acme.co.uk/x", "acme", ".co.uk/x", false},
		{"a company", "ACME Inc", "ACME", " Inc", false},
		{"a letter with an accent", "Zoë", "Zoë", "", false},
		{"a word that begins as the mapping says", "TESTING", "ING", "TEST", false},
		{"a phone", "+1 (555) 010-4477", "010-4477", "+1 (55", false},
		{"a phone of digits", "4915112345678", "345678", "4915112", true},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := d.text(c.text, c.phone)
			if strings.Contains(strings.ToLower(got), strings.ToLower(c.gone)) || !strings.Contains(got, c.stays) || len([]rune(got)) != len([]rune(c.text)) {
				t.Errorf("%q became %q", c.text, got)
			}
			if again := newDisguise("TEST").text(c.text, c.phone); again != got {
				t.Errorf("the second time %q became %q, not %q", c.text, again, got)
			}
		})
	}
	mail, company := d.text("bob@acme.com", false), d.text("acme", false)
	if !strings.HasSuffix(mail, "@"+company+".com") {
		t.Errorf("the company is %s, and the domain in %s", company, mail)
	}
}
