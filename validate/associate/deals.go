package associate

import (
	"slices"
	"strings"

	"crm2gong/mapping/gong"
)

// Window is for how many days before a deal was opened, and after it was
// closed, activities are tied to it.
const Window = 14

// Places of a deal in time, in the order in which deals are chosen where there
// are more than MaxDeals.
const (
	openThen = iota
	openedAfter
	closedBefore
	outside
)

// place tells where a deal stands to a day.
func (d *deal) place(day int64) int {
	switch {
	case d.closed == always || int64(d.closed) < day-Window || int64(d.opened) > day+Window:
		return outside
	case int64(d.closed) < day:
		return closedBefore
	case int64(d.opened) > day:
		return openedAfter
	}
	return openThen
}

// reachKey and reach remember the deals of accounts that have a great many.
type reachKey struct {
	account int32
	day     int64
}

type reach struct {
	total int
	n     int
	deals [MaxDeals]int32
}

const (
	manyDeals = 256
	maxReach  = 1 << 16
)

// deals finds the deals of the accounts that are attached. Where several fit
// equally well the classic way does not say whose deals they are; in the newer
// one all are attached.
func (m *Matcher) deals(p *Person, r *Result) {
	var own [1]int32
	accounts := r.Accounts
	certain := len(accounts) < 2 || m.algorithm == Default
	if !certain {
		accounts = nil
	}
	for _, n := range r.Named {
		if n.Type == gong.Account && !slices.Contains(accounts, n.N) {
			if len(accounts) == 0 {
				own[0] = n.N
				accounts = own[:]
				continue
			}
			accounts = append(accounts[:len(accounts):len(accounts)], n.N)
		}
	}
	if len(accounts) == 0 {
		if m.Explain && !certain {
			r.step(ByDeal, NoClearAccount, gong.NoType, nil)
		}
		return
	}
	list := m.x.byAccount.deals
	some := false
	for _, a := range accounts {
		some = some || len(list.of(a)) > 0
	}
	if m.algorithm == Default && m.takePart(p) {
		m.choose(r, accounts, p.Day, true)
	}
	if r.DealsTotal == 0 {
		m.choose(r, accounts, p.Day, false)
	}
	if !m.Explain {
		return
	}
	f := Found
	switch {
	case r.DealsTotal > MaxDeals:
		f = TooMany
	case r.DealsTotal == 0 && some:
		f = OutOfReach
	case r.DealsTotal == 0:
		f = Nothing
	}
	r.step(ByDeal, f, gong.Deal, r.Deals)
}

// takePart finds the users among the participants.
func (m *Matcher) takePart(p *Person) bool {
	m.owners = m.owners[:0]
	for _, s := range p.Participants {
		if mail, ok := Email(s); ok {
			if e := m.x.emails.find(mail); e >= 0 && m.x.insider[e] {
				m.owners = append(m.owners, e)
			}
		}
	}
	return len(m.owners) > 0
}

// choose adds the deals of accounts that fit a day: those that were open, then
// those opened after it, then those closed before it, each in their order.
func (m *Matcher) choose(r *Result, accounts []int32, day int64, owned bool) {
	if len(accounts) == 1 && !owned {
		a := accounts[0]
		if list := m.x.byAccount.deals.of(a); len(list) > manyDeals {
			k := reachKey{a, day}
			x, ok := m.reach[k]
			if !ok {
				m.pick(r, accounts, day, owned)
				x.total, x.n = r.DealsTotal, copy(x.deals[:], r.Deals)
				if m.reach == nil || len(m.reach) >= maxReach {
					m.reach = map[reachKey]reach{}
				}
				m.reach[k] = x
				return
			}
			r.DealsTotal, r.Deals = x.total, append(r.Deals, x.deals[:x.n]...)
			return
		}
	}
	m.pick(r, accounts, day, owned)
}

func (m *Matcher) pick(r *Result, accounts []int32, day int64, owned bool) {
	var places [outside + 1]int // deals kept up to each place
	for _, a := range accounts {
		for _, n := range m.x.byAccount.deals.of(a) {
			d := &m.x.deals[n]
			at := d.place(day)
			if at == outside || owned && !m.owns(d) {
				continue
			}
			r.DealsTotal++
			i := places[at]
			if i >= MaxDeals {
				continue
			}
			if len(r.Deals) < MaxDeals {
				r.Deals = append(r.Deals, 0)
			}
			copy(r.Deals[i+1:], r.Deals[i:])
			r.Deals[i] = n
			for k := at; k < outside; k++ {
				places[k]++
			}
		}
	}
}

func (m *Matcher) owns(d *deal) bool {
	return d.owner >= 0 && m.x.users[d.owner] >= 0 && slices.Contains(m.owners, m.x.users[d.owner])
}

// Addresses splits a text that lists e-mail addresses between commas,
// semicolons and blanks.
func Addresses(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ';' || r == ' ' || r == '\t' || r == '\n' || r == '\r' })
}
