package associate

import (
	"strings"

	"crm2gong/mapping/funcs"
	"crm2gong/mapping/gong"
)

// Matcher matches people with the records of an index that is closed. It is
// not safe for concurrent use; make one per goroutine.
type Matcher struct {
	// Explain asks for the steps of each search.
	Explain bool

	x         *Index
	algorithm Algorithm
	owners    []int32
	reach     map[reachKey]reach
}

// Matcher makes a matcher.
func (x *Index) Matcher(a Algorithm) *Matcher { return &Matcher{x: x, algorithm: a} }

// Associate gives what would be attached for one person, with all steps.
func (x *Index) Associate(p Person, a Algorithm) Result {
	m := x.Matcher(a)
	m.Explain = true
	var r Result
	m.Associate(&p, &r)
	return r
}

// who is a person as the index knows it.
type who struct {
	email, phone     int32 // noText: no record has it
	domain           int32 // noText: none, or no record has it
	hasMail, hasCall bool  // an address that can be compared
	free, internal   bool
}

// Associate sets r to what would be attached for one person. The lists of r
// are reused.
func (m *Matcher) Associate(p *Person, r *Result) {
	r.reset()
	w := m.identify(p, r)
	m.named(p, r)
	switch {
	case w.internal:
		r.Outcome = Internal
	case !w.hasMail && !w.hasCall:
		r.Outcome, r.Reason = Unusable, NoAddress
	default:
		m.search(&w, r)
	}
	m.deals(p, r)
}

// identify is step 1: is it somebody from outside whom records can be compared
// with?
func (m *Matcher) identify(p *Person, r *Result) who {
	x := m.x
	w := who{email: noText, phone: noText, domain: noText}
	if mail, ok := Email(p.Email); ok {
		w.hasMail = true
		host := mail[strings.LastIndexByte(mail, '@')+1:]
		if w.email = x.emails.find(mail); w.email >= 0 {
			w.domain = x.mailAt[w.email]
			w.internal = x.insider[w.email]
		} else {
			w.domain = x.domains.find(host)
		}
		if w.domain >= 0 {
			w.free = x.free[w.domain]
		} else {
			w.free = funcs.IsFreeMail(host)
		}
		if len(x.internal) > 0 {
			_, own := x.internal[host]
			w.internal = w.internal || own
		}
	} else {
		r.BadEmail = !isBlank(p.Email)
	}
	if digits, ok := Phone(p.Phone, x.region); ok {
		w.hasCall = true
		w.phone = x.phones.find(digits)
	} else {
		r.BadPhone = !isBlank(p.Phone)
	}
	if m.Explain {
		f := IsExternal
		switch {
		case w.internal:
			f = IsInternal
		case !w.hasMail && !w.hasCall:
			f = NoAddress
		case r.BadEmail || r.BadPhone:
			f = BadAddress
		}
		r.step(ByPerson, f, gong.NoType, nil)
	}
	return w
}

func isBlank(s string) bool { return strings.TrimSpace(s) == "" }

// named is step 2: the records that the activity names.
func (m *Matcher) named(p *Person, r *Result) {
	for _, x := range [...]struct {
		t  gong.ObjectType
		id string
	}{{gong.Contact, p.Contact}, {gong.Account, p.Account}} {
		if isBlank(x.id) {
			continue
		}
		n, ok := m.x.Find(x.t, strings.TrimSpace(x.id))
		if !ok {
			if m.Explain {
				r.step(ByName, UnknownRecord, gong.NoType, nil)
			}
			continue
		}
		r.Named = append(r.Named, Ref{x.t, n})
		if m.Explain {
			r.step(ByName, Found, x.t, []int32{n})
		}
	}
}

// search is steps 3 to 7.
func (m *Matcher) search(w *who, r *Result) {
	if m.byContact(w, r) || m.byDomain(w, r) || m.byColleague(w, r) {
		r.Outcome = Matched
		if len(r.Contacts) > 1 || len(r.Accounts) > 1 {
			r.Outcome = Ambiguous
		}
		return
	}
	alone := len(r.Contacts) > 0
	r.Contacts, r.More = r.Contacts[:0], false
	if m.byLead(w, r) {
		r.Outcome = Matched
		if len(r.Leads) > 1 {
			r.Outcome = Ambiguous
		}
		return
	}
	r.Outcome, r.Reason = None, Nothing
	switch {
	case alone:
		r.Reason = NoAccount
	case w.hasMail && w.free:
		r.Reason = FreeMail
	}
}

// byContact is step 3. Where it finds contacts that have no account, they are
// kept for the next steps.
func (m *Matcher) byContact(w *who, r *Result) bool {
	x := m.x
	e, p := &x.byEmail, &x.byPhone
	r.Contacts = r.unite(r.Contacts, e.contacts.linked(w.email), p.contacts.linked(w.phone))
	if len(r.Contacts) > 0 {
		r.Accounts = r.unite(r.Accounts, e.accounts.of(w.email), p.accounts.of(w.phone))
		r.Rule = ByContact
		if m.Explain {
			r.step(ByContact, number(max(len(r.Contacts), len(r.Accounts))), gong.Contact, r.Contacts)
			r.also(gong.Account, r.Accounts)
		}
		return true
	}
	r.Contacts = r.unite(r.Contacts, e.contacts.unlinked(w.email), p.contacts.unlinked(w.phone))
	if m.Explain {
		f := Nothing
		if len(r.Contacts) > 0 {
			f = NoAccount
		}
		r.step(ByContact, f, gong.Contact, r.Contacts)
	}
	return false
}

// byDomain is step 4.
func (m *Matcher) byDomain(w *who, r *Result) bool {
	return m.account(ByDomain, w, r, &m.x.byDomain.accounts)
}

// byColleague is step 5, which the newer way does not have.
func (m *Matcher) byColleague(w *who, r *Result) bool {
	return m.algorithm == Classic && m.account(ByColleague, w, r, &m.x.byDomain.colleagues)
}

func (m *Matcher) account(rule Rule, w *who, r *Result, accounts *lists) bool {
	f := Nothing
	switch {
	case !w.hasMail:
		f = NoEmail
	case w.free:
		f = FreeMail
	default:
		r.Accounts = r.unite(r.Accounts, accounts.of(w.domain), nil)
		f = number(len(r.Accounts))
	}
	if m.Explain {
		r.step(rule, f, gong.Account, r.Accounts)
	}
	if len(r.Accounts) == 0 {
		return false
	}
	r.Rule = rule
	return true
}

// byLead is step 6.
func (m *Matcher) byLead(w *who, r *Result) bool {
	r.Leads = r.unite(r.Leads, m.x.byEmail.leads.of(w.email), m.x.byPhone.leads.of(w.phone))
	if m.Explain {
		r.step(ByLead, number(len(r.Leads)), gong.Lead, r.Leads)
	}
	if len(r.Leads) == 0 {
		return false
	}
	r.Rule = ByLead
	return true
}

func number(n int) Finding {
	switch n {
	case 0:
		return Nothing
	case 1:
		return Found
	}
	return Several
}

// unite appends the members of two lists in order, each once, up to
// MaxCandidates.
func (r *Result) unite(dst, a, b []int32) []int32 {
	for len(a) > 0 || len(b) > 0 {
		if len(dst) == MaxCandidates {
			r.More = true
			break
		}
		switch {
		case len(b) == 0 || len(a) > 0 && a[0] < b[0]:
			dst, a = append(dst, a[0]), a[1:]
		case len(a) == 0 || b[0] < a[0]:
			dst, b = append(dst, b[0]), b[1:]
		default:
			dst, a, b = append(dst, a[0]), a[1:], b[1:]
		}
	}
	return dst
}
