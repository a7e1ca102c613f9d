package associate

import (
	"math"
	"slices"
	"strings"

	"crm2gong/mapping/funcs"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
)

// Index holds the records that people can be matched with. Add the records,
// call Close, then match: reading is safe for several goroutines. A record is
// named by its type and its number, from 0.
type Index struct {
	region   string
	internal map[string]struct{}
	col      columns
	ids      [gong.NumTypes]texts
	known    [gong.NumTypes][]bool // by number: the record is there, not just referred to
	skipped  [gong.NumTypes]int    // records whose id was there already

	emails  texts
	mailAt  []int32 // by e-mail: its domain
	domains texts
	free    []bool // by domain: a consumer mail provider's
	phones  texts

	users    []int32 // by user: e-mail
	contacts []person
	leads    []person
	deals    []deal
	accounts []account

	insider   []bool // by e-mail: of a user, so inside the company
	byEmail   struct{ contacts, leads, accounts lists }
	byPhone   struct{ contacts, leads, accounts lists }
	byDomain  struct{ accounts, contacts, colleagues lists } // colleagues: the accounts of contacts
	byAccount struct{ deals, contacts lists }
}

// person is a contact or a lead.
type person struct {
	email, phone int32 // noText: none that can be compared
	account      int32 // contacts; noText: none
	bad          bool  // has an e-mail or phone that can not be compared
}

type account struct {
	domains []int32 // usable ones
	flaws   domainFlaws
}

// domainFlaws say why domains of an account are of no use.
type domainFlaws uint8

const (
	flawFree domainFlaws = 1 << iota // a consumer mail provider's
	flawForm                         // no bare domain
)

type deal struct {
	account, owner int32 // noText: none
	opened, closed int32 // days since 1970
	amount         value.Value
}

// Days that are not known.
const (
	always = math.MinInt32 // opened: at an unknown time; closed: likewise, so never within reach
	notYet = math.MaxInt32 // closed: still open
)

// Options of an index. The zero value is ready.
type Options struct {
	Region   string   // ISO 3166 code of the country of phone numbers in national form; "": none
	Internal []string // domains of the company itself: people there are no customers
}

// columns are the places of fields in entities.
type columns struct {
	userEmail, domains                                 int
	email, phone                                       [gong.NumTypes]int
	contactAccount                                     int
	dealAccount, owner, created, closed, state, amount int
}

// NewIndex makes an empty index.
func NewIndex(o Options) *Index {
	x := &Index{region: strings.ToUpper(o.Region), internal: map[string]struct{}{}}
	for _, d := range o.Internal {
		if d, ok := Domain(d); ok {
			x.internal[d] = struct{}{}
		}
	}
	c := &x.col
	c.userEmail = gong.BusinessUser.FieldIndex("emailAddress")
	c.domains = gong.Account.FieldIndex("domains")
	for _, t := range []gong.ObjectType{gong.Contact, gong.Lead} {
		c.email[t], c.phone[t] = t.FieldIndex("emailAddress"), t.FieldIndex("phoneNumber")
	}
	c.contactAccount = gong.Contact.FieldIndex("accountId")
	c.dealAccount, c.owner = gong.Deal.FieldIndex("accountId"), gong.Deal.FieldIndex("ownerId")
	c.created, c.closed = gong.Deal.FieldIndex("createdDate"), gong.Deal.FieldIndex("closeDate")
	c.state, c.amount = gong.Deal.FieldIndex("status"), gong.Deal.FieldIndex("amount")
	return x
}

// Len gives the number of records of a type.
func (x *Index) Len(t gong.ObjectType) int {
	n := 0
	for _, k := range x.known[t] {
		if k {
			n++
		}
	}
	return n
}

// ID gives the objectId of a record.
func (x *Index) ID(t gong.ObjectType, n int32) string { return x.ids[t].text(n) }

// AppendID appends the objectId of a record.
func (x *Index) AppendID(b []byte, t gong.ObjectType, n int32) []byte {
	return append(b, x.ids[t].at(n)...)
}

// Find gives the number of a record by its objectId; ok is false where there
// is none.
func (x *Index) Find(t gong.ObjectType, id string) (n int32, ok bool) {
	n = x.ids[t].find(id)
	return n, n >= 0 && x.known[t][n]
}

// Add adds a record; nothing of e is kept. Stages, deleted records, and those
// without an id or with one that was there before are left out.
func (x *Index) Add(e *gong.Entity) {
	id := e.ObjectID()
	if e.Deleted || id == "" || e.Type < gong.BusinessUser || e.Type == gong.Stage {
		return
	}
	n := x.refer(e.Type, id)
	if x.known[e.Type][n] {
		x.skipped[e.Type]++
		return
	}
	x.known[e.Type][n] = true
	switch e.Type {
	case gong.BusinessUser:
		x.users[n], _ = x.email(text(e, x.col.userEmail))
	case gong.Account:
		x.account(n, &e.Values[x.col.domains])
	case gong.Contact:
		x.contacts[n] = x.person(e)
		x.contacts[n].account = x.reference(e, x.col.contactAccount, gong.Account)
	case gong.Lead:
		x.leads[n] = x.person(e)
	case gong.Deal:
		x.deals[n] = x.deal(e)
	}
}

func text(e *gong.Entity, i int) string {
	if v := &e.Values[i]; v.Kind == gong.StringVal {
		return v.Text
	}
	return ""
}

// refer gives the number of an id, a new one if it is new.
func (x *Index) refer(t gong.ObjectType, id string) int32 {
	n, fresh := x.ids[t].put(id)
	if !fresh {
		return n
	}
	x.known[t] = push(x.known[t], false)
	switch t {
	case gong.BusinessUser:
		x.users = push(x.users, noText)
	case gong.Account:
		x.accounts = push(x.accounts, account{})
	case gong.Contact:
		x.contacts = push(x.contacts, person{email: noText, phone: noText, account: noText})
	case gong.Lead:
		x.leads = push(x.leads, person{email: noText, phone: noText, account: noText})
	case gong.Deal:
		x.deals = push(x.deals, deal{account: noText, owner: noText})
	}
	return n
}

func (x *Index) reference(e *gong.Entity, i int, t gong.ObjectType) int32 {
	if id := text(e, i); id != "" {
		return x.refer(t, id)
	}
	return noText
}

// email numbers an address; ok is false for one that can not be compared.
func (x *Index) email(s string) (n int32, ok bool) {
	if s == "" {
		return noText, true
	}
	s, ok = Email(s)
	if !ok {
		return noText, false
	}
	n, fresh := x.emails.put(s)
	if fresh {
		x.mailAt = push(x.mailAt, x.domain(s[strings.LastIndexByte(s, '@')+1:]))
	}
	return n, true
}

// domain numbers a domain that is in its normal form.
func (x *Index) domain(s string) int32 {
	n, fresh := x.domains.put(s)
	if fresh {
		x.free = append(x.free, funcs.IsFreeMail(s))
	}
	return n
}

func (x *Index) person(e *gong.Entity) person {
	p := person{account: noText, phone: noText}
	mail, phone := text(e, x.col.email[e.Type]), text(e, x.col.phone[e.Type])
	var ok bool
	p.email, ok = x.email(mail)
	p.bad = !ok
	if phone != "" {
		if phone, ok = Phone(phone, x.region); ok {
			p.phone, _ = x.phones.put(phone)
		} else {
			p.bad = true
		}
	}
	return p
}

func (x *Index) account(n int32, v *gong.Value) {
	if v.Kind != gong.ListVal {
		return
	}
	a := &x.accounts[n]
	for _, s := range v.List {
		if s = value.Trim(s); s == "" {
			continue
		}
		d, ok := Domain(s)
		if !ok {
			a.flaws |= flawForm
			continue
		}
		k := x.domain(d)
		if x.free[k] {
			a.flaws |= flawFree
			continue
		}
		a.domains = append(a.domains, k)
	}
	slices.Sort(a.domains)
	a.domains = slices.Compact(a.domains)
}

func (x *Index) deal(e *gong.Entity) deal {
	d := deal{
		account: x.reference(e, x.col.dealAccount, gong.Account), owner: x.reference(e, x.col.owner, gong.BusinessUser),
		opened: always, closed: notYet,
	}
	if v := &e.Values[x.col.created]; v.IsSet() && v.Text != "" {
		d.opened = bound(value.DayOf(v.Num))
	}
	if s := text(e, x.col.state); s == "WON" || s == "LOST" {
		d.closed = always
		if v := &e.Values[x.col.closed]; v.IsSet() && v.Text != "" {
			d.closed = bound(v.Num)
		}
	}
	if v := &e.Values[x.col.amount]; v.Kind == gong.NumberVal {
		if n, ok := value.ParseNumber(v.Text); ok {
			d.amount = n.Clone()
		}
	}
	return d
}

// bound keeps a day between the ones with a meaning.
func bound(day int64) int32 { return int32(max(always+1, min(notYet-1, day))) }
