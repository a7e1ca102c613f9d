package associate

import (
	"fmt"
	"strings"
	"testing"

	"crm2gong/mapping/gong"
)

const deals = `
BUSINESS_USER {"objectId":"u1","emailAddress":"rep@us.com"}
BUSINESS_USER {"objectId":"u2","emailAddress":"boss@us.com"}
ACCOUNT {"objectId":"a","domains":["a.com"]}
ACCOUNT {"objectId":"b1","domains":["b.com"]}
ACCOUNT {"objectId":"b2","domains":["b.com"]}
ACCOUNT {"objectId":"none","domains":["none.com"]}
DEAL {"objectId":"open","accountId":"a","ownerId":"u1","status":"OPEN","createdDate":"2024-03-01T00:00:00Z","closeDate":"2024-02-01"}
DEAL {"objectId":"won","accountId":"a","ownerId":"u2","status":"WON","createdDate":"2024-01-01T00:00:00Z","closeDate":"2024-02-01"}
DEAL {"objectId":"unknown","accountId":"a","status":"LOST","createdDate":"2024-01-01T00:00:00Z"}
DEAL {"objectId":"deleted","isDeleted":true,"accountId":"a"}
ACCOUNT {"objectId":"c","domains":["c.com"]}
DEAL {"objectId":"c1","accountId":"c","ownerId":"u1"}
DEAL {"objectId":"c2","accountId":"c","ownerId":"u2"}
DEAL {"objectId":"d1","accountId":"b1","ownerId":"u1"}
DEAL {"objectId":"d2","accountId":"b2","ownerId":"u2"}
`

func TestDeals(t *testing.T) {
	x := indexOf(t, Options{}, deals)
	for _, c := range []struct {
		name string
		p    Person
		day  string
		a    Algorithm
		want string // deals, and what the step came to
	}{
		{"15 days before it was opened", Person{Email: "x@a.com"}, "2023-12-17", Classic, " out-of-reach"},
		{"14 days before it was opened", Person{Email: "x@a.com"}, "2023-12-18", Classic, "won found"},
		{"open at the time, and long before the other", Person{Email: "x@a.com"}, "2024-01-15", Classic, "won found"},
		{"on its last day", Person{Email: "x@a.com"}, "2024-02-01", Classic, "won found"},
		{"closed 14 days before", Person{Email: "x@a.com"}, "2024-02-15", Classic, "won found"},
		{"closed before, and opened 14 days after", Person{Email: "x@a.com"}, "2024-02-16", Classic, "open found"},
		{"closed 15 days before", Person{Email: "x@a.com"}, "2024-02-17", Classic, "open found"},
		{"open though the close date is past", Person{Email: "x@a.com"}, "2025-01-01", Classic, "open found"},
		{"no deals", Person{Email: "x@none.com"}, "2024-01-01", Classic, " none"},
		{"whose deals is not clear", Person{Email: "x@b.com"}, "2024-01-01", Classic, " no-clear-account"},
		{"newer way: those of all accounts", Person{Email: "x@b.com"}, "2024-01-01", Default, "d1,d2 found"},
		{"newer way: the owner took part", Person{Email: "x@b.com", Participants: []string{"Boss@us.com"}}, "2024-01-01", Default, "d2 found"},
		{"newer way: no owner took part", Person{Email: "x@b.com", Participants: []string{"nobody@us.com", "bad"}}, "2024-01-01", Default, "d1,d2 found"},
		{"newer way: the owner of a deal that is out of reach", Person{Email: "x@a.com", Participants: []string{"boss@us.com"}}, "2024-03-10", Default, "open found"},
		{"participants do not matter in the classic way", Person{Email: "x@c.com", Participants: []string{"boss@us.com"}}, "2024-03-10", Classic, "c1,c2 found"},
		{"of the account that the activity names", Person{Email: "x@b.com", Account: "a"}, "2024-03-10", Classic, "open found"},
		{"of both accounts", Person{Email: "x@none.com", Account: "a"}, "2024-03-10", Classic, "open found"},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.p.Day = day(t, c.day)
			r := x.Associate(c.p, c.a)
			var ids []string
			for _, n := range r.Deals {
				ids = append(ids, x.ID(gong.Deal, n))
			}
			last := r.Steps[len(r.Steps)-1]
			if got := strings.Join(ids, ",") + " " + last.Finding.String(); got != c.want || last.Rule != ByDeal {
				t.Errorf("got %q at step %s, want %q", got, last.Rule, c.want)
			}
		})
	}
}

// Of more than five deals those that were open come first, then those opened
// later, then those closed before, each in their order.
func TestTooManyDeals(t *testing.T) {
	for _, c := range []struct {
		name  string
		deals string // o: open, l: opened later, c: closed before, -: out of reach
		want  string
		total int
	}{
		{"five", "ooooo", "0 1 2 3 4", 5},
		{"six", "oooooo", "0 1 2 3 4", 6},
		{"mixed", "clo-clo", "2 6 1 5 0", 6},
		{"late ones push out", "ccccclo", "6 5 0 1 2", 7},
		{"later ones are full", "llllllco", "7 0 1 2 3", 8},
		{"nothing", "--", "", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			lines := `ACCOUNT {"objectId":"a","domains":["a.com"]}` + "\n"
			for i, kind := range c.deals {
				rest := map[rune]string{
					'o': `"status":"OPEN","createdDate":"2024-01-01T00:00:00Z"`,
					'l': `"status":"OPEN","createdDate":"2024-03-20T00:00:00Z"`,
					'c': `"status":"WON","closeDate":"2024-03-10"`,
					'-': `"status":"LOST","closeDate":"2024-01-10"`,
				}[kind]
				lines += fmt.Sprintf(`DEAL {"objectId":"%d","accountId":"a",%s}`+"\n", i, rest)
			}
			x := indexOf(t, Options{}, lines)
			r := x.Associate(Person{Email: "x@a.com", Day: day(t, "2024-03-15")}, Classic)
			var ids []string
			for _, n := range r.Deals {
				ids = append(ids, x.ID(gong.Deal, n))
			}
			if got := strings.Join(ids, " "); got != c.want || r.DealsTotal != c.total {
				t.Errorf("got %q of %d, want %q of %d", got, r.DealsTotal, c.want, c.total)
			}
		})
	}
}

// An account with a great many deals gives the same as a small one, the second
// time too.
func TestAccountWithManyDeals(t *testing.T) {
	lines := `ACCOUNT {"objectId":"a","domains":["a.com"]}` + "\n"
	for i := range manyDeals + 10 {
		lines += fmt.Sprintf(`DEAL {"objectId":"%d","accountId":"a","status":"WON","closeDate":"2024-03-10"}`+"\n", i)
	}
	x := indexOf(t, Options{}, lines)
	m := x.Matcher(Classic)
	var r Result
	for range 2 {
		m.Associate(&Person{Email: "x@a.com", Day: day(t, "2024-03-15")}, &r)
		if r.DealsTotal != manyDeals+10 || len(r.Deals) != MaxDeals || x.ID(gong.Deal, r.Deals[4]) != "4" {
			t.Error(r.DealsTotal, r.Deals)
		}
		m.Associate(&Person{Email: "x@a.com", Day: day(t, "2024-06-15")}, &r)
		if r.DealsTotal != 0 || len(r.Deals) != 0 {
			t.Error(r.DealsTotal, r.Deals)
		}
	}
}
