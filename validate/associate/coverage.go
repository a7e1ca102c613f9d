package associate

import (
	"encoding/json"
	"math"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
)

// Coverage tells which records activities can reach, without looking at any
// activity: a record is reachable if an activity with just its own e-mail, or
// just its own phone, would attach it, be it among others.
type Coverage struct {
	FormatVersion int             `json:"format_version"`
	Data          string          `json:"data"`      // the mapping or folder
	Algorithm     string          `json:"algorithm"` // classic, default
	AsOf          string          `json:"as_of"`     // the day from which on deals are looked at
	Contacts      ContactCoverage `json:"contacts"`
	Leads         LeadCoverage    `json:"leads"`
	Accounts      AccountCoverage `json:"accounts"`
	Deals         DealCoverage    `json:"deals"`
	// Weak are groups of records that activities do not reach, or not clearly.
	Weak          []Weak `json:"weak"`
	SharedDomains Shares `json:"shared_domains"` // of accounts
	SharedEmails  Shares `json:"shared_emails"`  // of contacts
	SharedPhones  Shares `json:"shared_phones"`  // of contacts, by their digits
	// Changes are those that would help most, at most MaxChanges, best first.
	Changes []Change `json:"changes"`
}

// FormatVersion is the version of the documents that this package describes.
const FormatVersion = 1

// Share is a count of records and how many of them activities reach.
type Share struct {
	Total     int     `json:"total"`
	Reachable int     `json:"reachable"`
	Share     float64 `json:"share"` // 0 to 1, four digits; 1 where there are no records
}

func (s *Share) settle() {
	s.Share = 1
	if s.Total > 0 {
		// Rounded down: 1 means all.
		s.Share = math.Floor(float64(s.Reachable)/float64(s.Total)*1e4) / 1e4
	}
}

// ContactCoverage is about contacts.
type ContactCoverage struct {
	Share
	ByEmail     int `json:"by_email"`     // have an e-mail that can be compared
	ByPhone     int `json:"by_phone"`     // have a phone that can be compared
	WithAccount int `json:"with_account"` // have an account that is there
}

// LeadCoverage is about leads.
type LeadCoverage struct {
	Share
	ByEmail  int `json:"by_email"`
	ByPhone  int `json:"by_phone"`
	Shadowed int `json:"shadowed"` // a contact or account is always found before them
}

// AccountCoverage is about accounts.
type AccountCoverage struct {
	Share
	ByDomain  int `json:"by_domain"`  // have a domain of their own that can be matched
	ByContact int `json:"by_contact"` // have a contact that can be matched
}

// DealCoverage is about deals. Reachable are those that an activity from the
// day AsOf on can be tied to.
type DealCoverage struct {
	Share
	Open           int         `json:"open"`
	OpenAmount     json.Number `json:"open_amount"`
	OpenReachable  int         `json:"open_reachable"`
	ReachableMoney json.Number `json:"open_amount_reachable"`
}

// Weak is a group of records with one weakness.
type Weak struct {
	Code       string      `json:"code"`
	Entity     string      `json:"entity"` // object type
	Count      int         `json:"count"`
	OpenAmount json.Number `json:"open_amount"` // of the open deals concerned
	Summary    string      `json:"summary"`
	Hint       string      `json:"hint"`
	Examples   []Example   `json:"examples"` // at most MaxExamples
	sum        value.Value
}

// Example is a record to look at.
type Example struct {
	ObjectID string `json:"objectId"`
	Detail   string `json:"detail"` // the domain, account or the like that it is about, "" if none
}

// MaxExamples bounds the examples of a group.
const MaxExamples = 5

// Shares are values that several records have: the total number of such
// values and of the records, and those values with the most records.
type Shares struct {
	Values  int           `json:"values"`
	Records int           `json:"records"`
	Largest []SharedValue `json:"largest"` // at most MaxShared
}

// MaxShared bounds the values of a Shares.
const MaxShared = 20

// SharedValue is a value that several records have.
type SharedValue struct {
	Value   string   `json:"value"`
	Count   int      `json:"count"`
	Records []string `json:"records"` // objectIds, at most MaxExamples
}

// survey gathers a coverage.
type survey struct {
	x         *Index
	algorithm Algorithm
	day       int64
	out       *Coverage
	weak      [len(weaknesses)]Weak
	reachable []bool        // by account
	open      []value.Value // by account: the amounts of its open deals
	opens     []int32       // by account: its open deals
	changes   []change
}

// Coverage tells what activities from a day on can reach. day counts from
// 1970-01-01 UTC.
func (x *Index) Coverage(a Algorithm, day int64) *Coverage {
	s := &survey{x: x, algorithm: a, day: day, out: &Coverage{
		FormatVersion: FormatVersion, Algorithm: a.String(), AsOf: value.OfDate(day).String(),
	}}
	for i := range s.weak {
		w := &weaknesses[i]
		s.weak[i] = Weak{Code: w.code, Entity: w.t.String(), Summary: w.summary, Hint: w.hint, Examples: []Example{}}
	}
	s.money()
	s.contacts()
	s.leads()
	s.accounts()
	s.deals()
	s.shared()
	s.out.Weak = []Weak{}
	for i := range s.weak {
		if w := &s.weak[i]; w.Count > 0 {
			w.OpenAmount = value.JSON(w.sum)
			s.out.Weak = append(s.out.Weak, *w)
		}
	}
	s.suggest()
	return s.out
}

// note counts a record with a weakness.
func (s *survey) note(w weakness, n int32, detail func() string) *Weak {
	g := &s.weak[w]
	g.Count++
	if len(g.Examples) < MaxExamples {
		e := Example{ObjectID: s.x.ID(weaknesses[w].t, n)}
		if detail != nil {
			e.Detail = detail()
		}
		g.Examples = append(g.Examples, e)
	}
	return g
}

// money sums the open deals of each account.
func (s *survey) money() {
	s.open, s.opens = make([]value.Value, len(s.x.accounts)), make([]int32, len(s.x.accounts))
	for n := range s.x.deals {
		d := &s.x.deals[n]
		if d.account >= 0 && d.closed == notYet {
			s.opens[d.account]++
			s.open[d.account] = value.Plus(s.open[d.account], d.amount)
		}
	}
}

// byDomain tells whether the domain of an e-mail leads to accounts.
func (s *survey) byDomain(email int32) (accounts, colleagues bool) {
	if email < 0 {
		return false, false
	}
	d := s.x.mailAt[email]
	if s.x.free[d] {
		return false, false
	}
	return len(s.x.byDomain.accounts.of(d)) > 0, s.algorithm == Classic && len(s.x.byDomain.colleagues.of(d)) > 0
}

// outsider tells whether an e-mail can be compared and is not of the company.
func (s *survey) outsider(email int32) bool {
	if email < 0 || s.x.insider[email] {
		return false
	}
	if len(s.x.internal) == 0 {
		return true
	}
	_, own := s.x.internal[s.x.domains.text(s.x.mailAt[email])]
	return !own
}

func (s *survey) contacts() {
	x, c := s.x, &s.out.Contacts
	for i := range x.contacts {
		p, n := &x.contacts[i], int32(i)
		c.Total++
		c.ByEmail += count(p.email >= 0)
		c.ByPhone += count(p.phone >= 0)
		linked := x.isLinked(n)
		c.WithAccount += count(linked)
		outsider := s.outsider(p.email)
		reachable := outsider || p.phone >= 0
		switch {
		case p.email >= 0 && !outsider:
			s.note(contactInternal, n, func() string { return x.emails.text(p.email) })
		case !reachable && p.bad:
			s.note(contactBadAddress, n, nil)
		case !reachable:
			s.note(contactNoAddress, n, nil)
		}
		if !linked {
			accounts, colleagues := s.byDomain(p.email)
			reachable = outsider && (accounts || colleagues) && len(x.byEmail.contacts.linked(p.email)) == 0
			s.unlinked(n, p)
		}
		c.Reachable += count(reachable)
	}
	c.settle()
}

// unlinked notes why a contact leads to no account, and what its colleagues
// have.
func (s *survey) unlinked(n int32, p *person) {
	x := s.x
	if p.account >= 0 {
		s.note(contactUnknownAccount, n, func() string { return x.ID(gong.Account, p.account) })
	} else {
		s.note(contactNoAccount, n, nil)
	}
	if p.email < 0 || x.free[x.mailAt[p.email]] {
		return
	}
	d := x.mailAt[p.email]
	if list := x.byDomain.colleagues.of(d); len(list) > 0 {
		s.note(contactColleagues, n, func() string {
			if len(list) == 1 {
				return x.domains.text(d) + " → " + x.ID(gong.Account, list[0])
			}
			return x.domains.text(d) + " → several accounts"
		})
	}
}

func (s *survey) leads() {
	x, c := s.x, &s.out.Leads
	for i := range x.leads {
		p, n := &x.leads[i], int32(i)
		c.Total++
		c.ByEmail += count(p.email >= 0)
		c.ByPhone += count(p.phone >= 0)
		outsider := s.outsider(p.email)
		byMail := outsider && len(x.byEmail.contacts.linked(p.email)) == 0
		accounts, colleagues := s.byDomain(p.email)
		byPhone := p.phone >= 0 && len(x.byPhone.contacts.linked(p.phone)) == 0
		if byMail && !accounts && !colleagues || byPhone {
			c.Reachable++
			continue
		}
		switch {
		case p.email < 0 && p.phone < 0 && p.bad:
			s.note(leadBadAddress, n, nil)
		case p.email < 0 && p.phone < 0:
			s.note(leadNoAddress, n, nil)
		case p.email >= 0 && !outsider && p.phone < 0:
			s.note(leadInternal, n, func() string { return x.emails.text(p.email) })
		default:
			c.Shadowed++
			by := func(list []int32) func() string {
				return func() string { return "CONTACT " + x.ID(gong.Contact, list[0]) }
			}
			switch list := x.byEmail.contacts.linked(p.email); {
			case len(list) > 0:
				s.note(leadShadowed, n, by(list))
			case byMail && accounts:
				s.note(leadDomain, n, func() string { return x.domains.text(x.mailAt[p.email]) })
			case byMail:
				s.note(leadColleague, n, func() string { return x.domains.text(x.mailAt[p.email]) })
			default:
				s.note(leadShadowed, n, by(x.byPhone.contacts.linked(p.phone)))
			}
		}
	}
	c.settle()
}

func (s *survey) accounts() {
	x, c := s.x, &s.out.Accounts
	s.reachable = make([]bool, len(x.accounts))
	for i := range x.accounts {
		n := int32(i)
		if !x.known[gong.Account][n] {
			continue
		}
		c.Total++
		a := &x.accounts[i]
		byDomain, byContact := len(a.domains) > 0, false
		for _, k := range x.byAccount.contacts.of(n) {
			if p := &x.contacts[k]; p.phone >= 0 || s.outsider(p.email) {
				byContact = true
				break
			}
		}
		c.ByDomain += count(byDomain)
		c.ByContact += count(byContact)
		s.reachable[i] = byDomain || byContact
		if !byDomain {
			w := accountNoDomain
			switch {
			case a.flaws&flawForm != 0:
				w = accountBadDomain
			case a.flaws != 0:
				w = accountFreeMail
			}
			g := s.note(w, n, nil)
			g.sum = value.Plus(g.sum, s.open[i])
		}
		if s.reachable[i] {
			c.Reachable++
			continue
		}
		g := s.note(accountUnreachable, n, nil)
		g.sum = value.Plus(g.sum, s.open[i])
	}
	c.settle()
}

func (s *survey) deals() {
	x, c := s.x, &s.out.Deals
	var all, reached value.Value
	for i := range x.deals {
		d, n := &x.deals[i], int32(i)
		c.Total++
		isOpen := d.closed == notYet
		if isOpen {
			c.Open++
			all = value.Plus(all, d.amount)
		}
		var g *Weak
		switch {
		case d.account < 0:
			g = s.note(dealNoAccount, n, nil)
		case !x.known[gong.Account][d.account]:
			g = s.note(dealUnknownAccount, n, func() string { return x.ID(gong.Account, d.account) })
		case d.closed == always:
			g = s.note(dealNoCloseDate, n, nil)
		case int64(d.closed) < s.day-Window:
			g = s.note(dealClosed, n, func() string { return value.OfDate(int64(d.closed)).String() })
		case !s.reachable[d.account]:
			g = s.note(dealAccount, n, func() string { return x.ID(gong.Account, d.account) })
		}
		if g == nil {
			c.Reachable++
			if isOpen {
				c.OpenReachable++
				reached = value.Plus(reached, d.amount)
			}
		} else if isOpen {
			g.sum = value.Plus(g.sum, d.amount)
		}
	}
	c.OpenAmount, c.ReachableMoney = value.JSON(all), value.JSON(reached)
	c.settle()
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}
