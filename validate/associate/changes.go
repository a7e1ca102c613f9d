package associate

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
)

// MaxChanges is how many changes a Coverage names.
const MaxChanges = 10

// Change is something to do in the CRM or the mapping that would make
// activities find more records, or find them for certain.
type Change struct {
	Code       string      `json:"code"`
	Subject    string      `json:"subject"` // the domain, e-mail, phone or id it is about, "" if none
	Text       string      `json:"text"`
	Records    int         `json:"records"`     // records that it helps
	OpenAmount json.Number `json:"open_amount"` // of the open deals behind them
	Examples   []string    `json:"examples"`    // objectIds of such records, at most MaxExamples
}

// change is a Change that is not put into words yet.
type change struct {
	kind    changeKind
	subject int32 // what it is about, by kind
	records int
	money   value.Value
	size    float64 // of money
	score   float64
}

type changeKind uint8

const (
	setAccount    changeKind = iota // a domain: contacts whose colleagues have one account
	nameAccount                     // a domain: contacts whose domain leads to none
	settleDomain                    // a domain that several accounts have
	settleColleag                   // a domain whose contacts have several accounts
	mergeEmail                      // an e-mail
	splitPhone                      // a phone
	reachAccount                    // an account
	weakGroup                       // a weakness
)

// suggest finds what would help most: by the records that a change helps, and
// by the open amount behind them, each as a part of the greatest.
func (s *survey) suggest() {
	s.domainChanges()
	s.sharedChanges(mergeEmail, &s.x.byEmail.contacts, &s.x.byEmail.accounts, s.x.emails.len())
	s.sharedChanges(splitPhone, &s.x.byPhone.contacts, &s.x.byPhone.accounts, s.x.phones.len())
	for i := range s.x.accounts {
		if s.x.known[gong.Account][i] && !s.reachable[i] && s.opens[i] > 0 {
			s.change(reachAccount, int32(i), 1+int(s.opens[i]), s.open[i])
		}
	}
	for w := range weaknesses {
		if g := &s.weak[w]; g.Count > 0 && weaknesses[w].change != "" {
			s.change(weakGroup, int32(w), g.Count, g.sum)
		}
	}
	records, size := 0, 0.0
	for i := range s.changes {
		records, size = max(records, s.changes[i].records), max(size, s.changes[i].size)
	}
	for i := range s.changes {
		c := &s.changes[i]
		c.score = float64(c.records) / float64(records)
		if size > 0 {
			c.score += c.size / size
		}
	}
	slices.SortFunc(s.changes, func(a, b change) int {
		return cmp.Or(cmp.Compare(b.score, a.score), cmp.Compare(a.kind, b.kind), cmp.Compare(a.subject, b.subject))
	})
	s.out.Changes = []Change{}
	for i := range s.changes[:min(len(s.changes), MaxChanges)] {
		s.out.Changes = append(s.out.Changes, s.words(&s.changes[i]))
	}
}

func (s *survey) change(kind changeKind, subject int32, records int, money value.Value) {
	size, _ := strconv.ParseFloat(string(value.JSON(money)), 64)
	s.changes = append(s.changes, change{kind: kind, subject: subject, records: records, money: money, size: max(size, 0)})
}

// openOf sums the open deals of accounts.
func (s *survey) openOf(accounts []int32) (sum value.Value) {
	for _, a := range accounts {
		sum = value.Plus(sum, s.open[a])
	}
	return sum
}

func (s *survey) domainChanges() {
	x := s.x
	for d := range int32(x.domains.len()) {
		if x.free[d] {
			continue
		}
		if _, own := x.internal[string(x.domains.at(d))]; own {
			continue
		}
		contacts, accounts, colleagues := x.byDomain.contacts.unlinked(d), x.byDomain.accounts.of(d), x.byDomain.colleagues.of(d)
		switch {
		case len(accounts) > 1:
			s.change(settleDomain, d, len(accounts)+len(contacts), s.openOf(accounts))
		case len(contacts) == 0 || len(accounts) == 1:
		case len(colleagues) == 0:
			s.change(nameAccount, d, len(contacts), value.Value{})
		case len(colleagues) == 1:
			s.change(setAccount, d, len(contacts), s.openOf(colleagues))
		default:
			s.change(settleColleag, d, len(contacts), s.openOf(colleagues))
		}
	}
}

// sharedChanges is about values that several contacts with accounts have.
func (s *survey) sharedChanges(kind changeKind, contacts, accounts *lists, n int) {
	for k := range int32(n) {
		if list := contacts.linked(k); len(list) > 1 {
			s.change(kind, k, len(list), s.openOf(accounts.of(k)))
		}
	}
}

// words puts a change into words.
func (s *survey) words(c *change) Change {
	x := s.x
	out := Change{Records: c.records, OpenAmount: value.JSON(c.money), Examples: []string{}}
	domain := func() string { out.Subject = x.domains.text(c.subject); return out.Subject }
	unlinked := x.byDomain.contacts.unlinked
	switch c.kind {
	case setAccount:
		account := x.ID(gong.Account, x.byDomain.colleagues.of(c.subject)[0])
		out.Code = "set-account"
		out.Text = fmt.Sprintf("set accountId of %s at %s to %s, which their colleagues have, or add the domain to that account",
			plural(c.records, "contact", "contacts"), domain(), account)
		out.Examples = x.some(gong.Contact, unlinked(c.subject))
	case nameAccount:
		out.Code = "name-account"
		out.Text = fmt.Sprintf("add the domain %s to an account, or give %s there an account", domain(), plural(c.records, "contact", "contacts"))
		out.Examples = x.some(gong.Contact, unlinked(c.subject))
	case settleDomain:
		accounts := x.byDomain.accounts.of(c.subject)
		out.Code = "shared-domain"
		out.Text = fmt.Sprintf("leave the domain %s with one of %s, or give the contacts there their accounts",
			domain(), plural(len(accounts), "account", "accounts"))
		out.Examples = x.some(gong.Account, accounts)
	case settleColleag:
		out.Code = "colleagues-differ"
		out.Text = fmt.Sprintf("give %s at %s an account: their colleagues have %s", plural(c.records, "contact", "contacts"), domain(),
			plural(len(x.byDomain.colleagues.of(c.subject)), "different account", "different accounts"))
		out.Examples = x.some(gong.Contact, unlinked(c.subject))
	case mergeEmail:
		out.Code, out.Subject = "shared-email", x.emails.text(c.subject)
		out.Text = fmt.Sprintf("merge the %d contacts with the e-mail %s", c.records, out.Subject)
		out.Examples = x.some(gong.Contact, x.byEmail.contacts.linked(c.subject))
	case splitPhone:
		out.Code, out.Subject = "shared-phone", x.phones.text(c.subject)
		out.Text = fmt.Sprintf("give the %d contacts with the phone %s numbers of their own, or none", c.records, out.Subject)
		out.Examples = x.some(gong.Contact, x.byPhone.contacts.linked(c.subject))
	case reachAccount:
		out.Code, out.Subject = "reach-account", x.ID(gong.Account, c.subject)
		out.Text = fmt.Sprintf("give the account %s a domain, or a contact with an e-mail: it has %s that no activity can reach",
			out.Subject, plural(c.records-1, "open deal", "open deals"))
		out.Examples = []string{out.Subject}
	case weakGroup:
		g := &s.weak[c.subject]
		out.Code = g.Code
		noun := strings.ToLower(g.Entity)
		out.Text = fmt.Sprintf(weaknesses[c.subject].change, plural(g.Count, noun, noun+"s"))
		for _, e := range g.Examples {
			out.Examples = append(out.Examples, e.ObjectID)
		}
	}
	return out
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return strconv.Itoa(n) + " " + many
}
