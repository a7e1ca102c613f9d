package associate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
	"crm2gong/validate"
)

// record is a record as the slow matcher below knows it: e-mails, domains and
// phones by what they mean, apart from how they are written.
type record struct {
	t                                       gong.ObjectType
	id, email, phone, account, owner, state string
	domains                                 []string
	opened, closed                          int64
	deleted                                 bool
}

// slow is the search in plain loops over all records.
type slow struct {
	records []record
	way     Algorithm
}

func (s *slow) live(t gong.ObjectType) (list []*record) {
	seen := map[string]bool{}
	for i := range s.records {
		if r := &s.records[i]; r.t == t && !r.deleted && !seen[r.id] {
			seen[r.id] = true
			list = append(list, r)
		}
	}
	return list
}

func (s *slow) has(t gong.ObjectType, id string) bool {
	return slices.ContainsFunc(s.live(t), func(r *record) bool { return r.id == id })
}

func domainOf(email string) string {
	_, d, _ := strings.Cut(email, "@")
	return d
}

func add(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// associate gives the outcome, and the records by type.
func (s *slow) associate(email, phone, named string, day int64, owners []string) (string, map[string][]string) {
	out := map[string][]string{}
	for _, u := range s.live(gong.BusinessUser) {
		if email != "" && u.email == email {
			return "internal", out
		}
	}
	if email == "" && phone == "" {
		return "unusable", out
	}
	same := func(r *record) bool { return email != "" && r.email == email || phone != "" && r.phone == phone }
	dom := domainOf(email)
	if dom == "gmail.com" {
		dom = ""
	}
	var contacts, accounts, alone []string
	for _, c := range s.live(gong.Contact) {
		if same(c) && s.has(gong.Account, c.account) {
			contacts = append(contacts, c.id)
			accounts = add(accounts, c.account)
		} else if same(c) {
			alone = append(alone, c.id)
		}
	}
	if len(contacts) == 0 && dom != "" {
		for _, a := range s.live(gong.Account) {
			if slices.Contains(a.domains, dom) {
				accounts = add(accounts, a.id)
			}
		}
		if len(accounts) == 0 && s.way == Classic {
			for _, c := range s.live(gong.Contact) {
				if domainOf(c.email) == dom && s.has(gong.Account, c.account) {
					accounts = add(accounts, c.account)
				}
			}
		}
		if len(accounts) > 0 {
			contacts = alone
		}
	}
	var leads []string
	if len(accounts) == 0 {
		for _, l := range s.live(gong.Lead) {
			if same(l) {
				leads = append(leads, l.id)
			}
		}
	}
	all := [][]string{contacts, accounts, leads}
	outcome := "none"
	for _, l := range all {
		slices.Sort(l)
		if len(l) > 1 {
			outcome = "ambiguous"
		} else if len(l) == 1 && outcome == "none" {
			outcome = "matched"
		}
	}
	out["contact"], out["account"], out["lead"] = contacts, accounts, leads
	from := accounts
	if len(accounts) > 1 && s.way == Classic {
		from = nil
	}
	if s.has(gong.Account, named) {
		from = append(slices.Clone(from), named)
	}
	var deals, owned []string
	for _, d := range s.live(gong.Deal) {
		if !slices.Contains(from, d.account) || d.opened != 0 && d.opened > day+14 {
			continue
		}
		if d.state != "OPEN" && (d.closed == 0 || d.closed < day-14) {
			continue
		}
		deals = append(deals, d.id)
		for _, u := range s.live(gong.BusinessUser) {
			if u.id == d.owner && u.email != "" && slices.Contains(owners, u.email) {
				owned = append(owned, d.id)
			}
		}
	}
	if s.way == Default && len(owned) > 0 {
		deals = owned
	}
	slices.Sort(deals)
	out["deal"] = deals
	return outcome, out
}

// Ways of writing.
var (
	mails = map[string][]string{
		"":                {"", " ", "nobody", "a@b@c.d", "a@localhost"},
		"ann@acme.com":    {"ann@acme.com", "Ann@ACME.com", " ann@acme.com"},
		"ann+x@acme.com":  {"ann+x@acme.com", "ANN+x@acme.com"},
		"bob@acme.com":    {"bob@acme.com"},
		"cy@m.acme.com":   {"cy@m.acme.com"},
		"di@beta.com":     {"di@beta.com", "di@Beta.Com"},
		"ed@bücher.de":    {"ed@bücher.de", "Ed@BÜCHER.de", "ed@xn--bcher-kva.de"},
		"fay@gmail.com":   {"fay@gmail.com", "fay@GMail.com"},
		"gus@gmail.com":   {"gus@gmail.com"},
		"hal@us.com":      {"hal@us.com"},
		"ivy@nowhere.org": {"ivy@nowhere.org"},
	}
	calls = map[string][]string{
		"":            {"", "call me", "12", "-"},
		"41446681800": {"+41 44 668 18 00", "0041446681800", "+41 (0)44 668-18-00"},
		"19125074395": {"+1 (912) 507-4395", "1 912 507 4395", "+1.912.507.4395 ext 3"},
		"33123456789": {"+33 1 23 45 67 89"},
	}
	places = map[string][]string{
		"":          {"", "https://acme.com", "acme"},
		"acme.com":  {"acme.com", "ACME.com", "acme.com."},
		"beta.com":  {"beta.com"},
		"bücher.de": {"bücher.de", "xn--bcher-kva.de", "Bücher.de"},
		"gmail.com": {"gmail.com"},
		"zeta.com":  {"zeta.com"},
	}
)

// written draws a meaning and a way of writing it.
func written(t *rapid.T, m map[string][]string, label string) (meaning, form string) {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	meaning = rapid.SampledFrom(keys).Draw(t, label)
	return meaning, rapid.SampledFrom(m[meaning]).Draw(t, label+" form")
}

func quote(s string) string { return string(gong.AppendString(nil, s)) }

func drawRecord(t *rapid.T) (r record, line string) {
	r.t = rapid.SampledFrom([]gong.ObjectType{gong.BusinessUser, gong.Account, gong.Account, gong.Contact, gong.Contact, gong.Contact, gong.Lead, gong.Deal, gong.Deal}).Draw(t, "type")
	r.id = fmt.Sprint(rapid.IntRange(0, 9).Draw(t, "id"))
	r.deleted = rapid.IntRange(0, 9).Draw(t, "deleted") == 0
	line = fmt.Sprintf(`{"objectId":%q,"isDeleted":%v`, r.id, r.deleted)
	str := func(key, val string) {
		if val != "" {
			line += "," + quote(key) + ":" + quote(val)
		}
	}
	account := func() {
		r.account = rapid.SampledFrom([]string{"", "0", "1", "2", "3", "99"}).Draw(t, "account")
		str("accountId", r.account)
	}
	// What is no address at all would be left out before it gets here.
	mail := func() {
		var form string
		r.email, form = written(t, mails, "email")
		if r.email == "" {
			form = ""
		}
		str("emailAddress", strings.TrimSpace(form))
	}
	date := func(label string) int64 { return int64(rapid.IntRange(-20, 20).Draw(t, label)) + 20000 }
	switch r.t {
	case gong.BusinessUser:
		mail()
	case gong.Account:
		var forms []string
		for range rapid.IntRange(0, 2).Draw(t, "domains") {
			d, form := written(t, places, "domain")
			if d != "" && d != "gmail.com" {
				r.domains = append(r.domains, d)
			}
			forms = append(forms, quote(form))
		}
		line += `,"domains":[` + strings.Join(forms, ",") + `]`
	case gong.Contact, gong.Lead:
		mail()
		var form string
		r.phone, form = written(t, calls, "phone")
		str("phoneNumber", form)
		if r.t == gong.Contact {
			account()
		}
	case gong.Deal:
		account()
		r.owner = fmt.Sprint(rapid.IntRange(0, 9).Draw(t, "owner"))
		str("ownerId", r.owner)
		r.state = rapid.SampledFrom([]string{"OPEN", "WON", "LOST"}).Draw(t, "status")
		str("status", r.state)
		if rapid.Bool().Draw(t, "has created") {
			r.opened = date("created")
			str("createdDate", value.OfDate(r.opened).String()+"T23:59:59Z")
		}
		if rapid.Bool().Draw(t, "has closed") {
			r.closed = date("closed")
			str("closeDate", value.OfDate(r.closed).String())
		}
	}
	return r, line + "}"
}

// The index gives the same as plain loops.
func TestAgreesWithPlainLoops(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &slow{way: rapid.SampledFrom([]Algorithm{Classic, Default}).Draw(t, "way")}
		x := NewIndex(Options{})
		for range rapid.IntRange(0, 30).Draw(t, "records") {
			r, line := drawRecord(t)
			d := validate.NewDecoder(r.t, nil, false)
			e := d.NewEntity()
			if f := d.Decode([]byte(line), e); len(f) > 0 {
				t.Fatalf("%s: %v", line, f)
			}
			s.records = append(s.records, r)
			x.Add(e)
		}
		x.Close()
		m := x.Matcher(s.way)
		var r Result
		for range 5 {
			email, mailForm := written(t, mails, "person's email")
			phone, phoneForm := written(t, calls, "person's phone")
			named := rapid.SampledFrom([]string{"", "1", "2", "77"}).Draw(t, "named")
			owner, ownerForm := written(t, mails, "participant")
			day := int64(rapid.IntRange(-20, 20).Draw(t, "day")) + 20000
			want, wantRecords := s.associate(email, phone, named, day, []string{owner})
			m.Explain = rapid.Bool().Draw(t, "explain")
			m.Associate(&Person{Email: mailForm, Phone: phoneForm, Account: named, Day: day, Participants: []string{ownerForm}}, &r)
			if got := r.Outcome.String(); got != want {
				t.Fatalf("%q %q: got %s, want %s", mailForm, phoneForm, got, want)
			}
			if want == "internal" || want == "unusable" {
				continue
			}
			for _, c := range []struct {
				name string
				t    gong.ObjectType
				got  []int32
			}{{"contact", gong.Contact, r.Contacts}, {"account", gong.Account, r.Accounts}, {"lead", gong.Lead, r.Leads}, {"deal", gong.Deal, r.Deals}} {
				var ids []string
				for _, n := range c.got {
					ids = append(ids, x.ID(c.t, n))
				}
				slices.Sort(ids)
				want := wantRecords[c.name]
				if c.name == "deal" {
					if r.DealsTotal != len(want) {
						t.Fatalf("%d deals, want %d", r.DealsTotal, len(want))
					}
					if len(want) > MaxDeals {
						if len(ids) != MaxDeals || slices.ContainsFunc(ids, func(id string) bool { return !slices.Contains(want, id) }) {
							t.Fatalf("deals %v are not five of %v", ids, want)
						}
						continue
					}
				}
				if len(ids)+len(want) > 0 && !slices.Equal(ids, want) {
					t.Fatalf("%q %q: %s\n%s", mailForm, phoneForm, c.name, cmp.Diff(want, ids))
				}
			}
		}
		checkCoverage(t, s, x)
	})
}

// checkCoverage compares the shares of records that can be reached with
// matching each record's own addresses, one at a time.
func checkCoverage(t *rapid.T, s *slow, x *Index) {
	const day = 20000
	c := x.Coverage(s.way, day)
	reached := func(kind, id, email, phone string) bool {
		for _, p := range [][2]string{{email, ""}, {"", phone}} {
			if _, records := s.associate(p[0], p[1], "", day, nil); slices.Contains(records[kind], id) {
				return true
			}
		}
		return false
	}
	var contacts, leads, accounts, deals Share
	for _, r := range s.live(gong.Contact) {
		contacts.Total++
		contacts.Reachable += count(reached("contact", r.id, r.email, r.phone))
	}
	for _, r := range s.live(gong.Lead) {
		leads.Total++
		leads.Reachable += count(reached("lead", r.id, r.email, r.phone))
	}
	open := map[string]bool{}
	for _, r := range s.live(gong.Account) {
		accounts.Total++
		for _, d := range r.domains {
			open[r.id] = open[r.id] || d != ""
		}
		for _, k := range s.live(gong.Contact) {
			open[r.id] = open[r.id] || k.account == r.id && reached("account", r.id, k.email, k.phone)
		}
		accounts.Reachable += count(open[r.id])
	}
	for _, r := range s.live(gong.Deal) {
		deals.Total++
		deals.Reachable += count(open[r.account] && (r.state == "OPEN" || r.closed >= day-14))
	}
	for _, k := range []struct {
		name      string
		got, want Share
	}{{"contacts", c.Contacts.Share, contacts}, {"leads", c.Leads.Share, leads}, {"accounts", c.Accounts.Share, accounts}, {"deals", c.Deals.Share, deals}} {
		if k.got.Total != k.want.Total || k.got.Reachable != k.want.Reachable {
			t.Fatalf("%s: %d of %d can be reached, want %d of %d", k.name, k.got.Reachable, k.got.Total, k.want.Reachable, k.want.Total)
		}
	}
}
