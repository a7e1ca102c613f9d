package associate

import (
	"cmp"
	"slices"

	"crm2gong/mapping/gong"
)

// weakness is a kind of Weak.
type weakness int

const (
	contactNoAddress weakness = iota
	contactBadAddress
	contactInternal
	contactNoAccount
	contactUnknownAccount
	contactColleagues
	leadNoAddress
	leadBadAddress
	leadInternal
	leadShadowed
	leadDomain
	leadColleague
	accountNoDomain
	accountFreeMail
	accountBadDomain
	accountUnreachable
	dealNoAccount
	dealUnknownAccount
	dealAccount
	dealNoCloseDate
	dealClosed
)

var weaknesses = [...]struct {
	code          string
	t             gong.ObjectType
	summary, hint string
	change        string // what to do, where it is one of the changes to suggest
}{
	contactNoAddress:      {"contact-no-address", gong.Contact, "contacts without e-mail and phone, which no activity can match", "fill in one of the two in the CRM", "fill in the e-mail or the phone of %s"},
	contactBadAddress:     {"contact-bad-address", gong.Contact, "contacts whose e-mail and phone are none that can be compared", "correct them in the CRM", "correct the e-mail or the phone of %s"},
	contactInternal:       {"contact-internal", gong.Contact, "contacts with the e-mail of one of the company's own people", "Gong looks at people outside the company alone", ""},
	contactNoAccount:      {"contact-no-account", gong.Contact, "contacts without an account, which are not attached by themselves", "set accountId", ""},
	contactUnknownAccount: {"contact-unknown-account", gong.Contact, "contacts whose accountId is in no account", "crm2gong validate tells why", "bring the accounts of %s into the data"},
	contactColleagues:     {"contact-colleague-account", gong.Contact, "contacts without an account whose colleagues, by the domain of their e-mail, have one", "set accountId to that of the colleagues", ""},
	leadNoAddress:         {"lead-no-address", gong.Lead, "leads without e-mail and phone, which no activity can match", "fill in one of the two in the CRM", ""},
	leadBadAddress:        {"lead-bad-address", gong.Lead, "leads whose e-mail and phone are none that can be compared", "correct them in the CRM", ""},
	leadInternal:          {"lead-internal", gong.Lead, "leads with the e-mail of one of the company's own people", "Gong looks at people outside the company alone", ""},
	leadShadowed:          {"lead-shadowed", gong.Lead, "leads whose e-mail or phone a contact with an account has: the contact is found first", "convert the leads, or leave them out", "convert or leave out %s that a contact hides"},
	leadDomain:            {"lead-shadowed-by-domain", gong.Lead, "leads whose domain an account has: the account is found first", "convert the leads into contacts of the account", ""},
	leadColleague:         {"lead-shadowed-by-colleague", gong.Lead, "leads with colleagues, by the domain of their e-mail, among the contacts: their account is found first", "convert the leads into contacts of the account", ""},
	accountNoDomain:       {"account-no-domain", gong.Account, "accounts without a domain, found only through their contacts", "map domains, such as domains(Website)", ""},
	accountFreeMail:       {"account-free-mail", gong.Account, "accounts with no domain but those of consumer mail providers", "give the company's own domain", ""},
	accountBadDomain:      {"account-bad-domain", gong.Account, "accounts whose domains are no bare domains, such as https://www.acme.com", "write acme.com: domains(Website) does that", "write the domains of %s bare, as acme.com"},
	accountUnreachable:    {"account-unreachable", gong.Account, "accounts that no activity can reach: no domain, and no contact with an e-mail or a phone", "give a domain or a contact", ""},
	dealNoAccount:         {"deal-no-account", gong.Deal, "deals without an account, which no activity can reach", "set accountId", "set accountId of %s"},
	dealUnknownAccount:    {"deal-unknown-account", gong.Deal, "deals whose accountId is in no account", "crm2gong validate tells why", "bring the accounts of %s into the data"},
	dealAccount:           {"deal-account-unreachable", gong.Deal, "deals of accounts that no activity can reach", "give the account a domain or a contact", ""},
	dealNoCloseDate:       {"deal-no-close-date", gong.Deal, "deals WON or LOST without closeDate: when they were closed is not known", "set closeDate", ""},
	dealClosed:            {"deal-closed", gong.Deal, "deals closed more than 14 days ago, to which no new activity is tied", "nothing to do", ""},
}

// shared finds the values that several records have.
func (s *survey) shared() {
	x := s.x
	s.out.SharedDomains = x.shares(&x.byDomain.accounts, &x.domains, gong.Account)
	s.out.SharedEmails = x.shares(&x.byEmail.contacts, &x.emails, gong.Contact)
	s.out.SharedPhones = x.shares(&x.byPhone.contacts, &x.phones, gong.Contact)
}

func (x *Index) shares(l *lists, values *texts, t gong.ObjectType) Shares {
	out := Shares{Largest: []SharedValue{}}
	var keys []int32
	for k := range int32(values.len()) {
		if n := len(l.of(k)); n > 1 {
			out.Values++
			out.Records += n
			keys = append(keys, k)
		}
	}
	slices.SortFunc(keys, func(a, b int32) int {
		return cmp.Or(cmp.Compare(len(l.of(b)), len(l.of(a))), cmp.Compare(string(values.at(a)), string(values.at(b))))
	})
	for _, k := range keys[:min(len(keys), MaxShared)] {
		list := slices.Clone(l.of(k))
		slices.Sort(list)
		out.Largest = append(out.Largest, SharedValue{Value: values.text(k), Count: len(list), Records: x.some(t, list)})
	}
	return out
}

// some gives the ids of the first records of a list.
func (x *Index) some(t gong.ObjectType, list []int32) []string {
	ids := []string{}
	for _, n := range list[:min(len(list), MaxExamples)] {
		ids = append(ids, x.ID(t, n))
	}
	return ids
}
