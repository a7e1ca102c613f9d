package associate

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
	"crm2gong/validate"
)

// indexOf makes an index of lines such as CONTACT {"objectId":"c1"}; each gets
// a modifiedDate.
func indexOf(t testing.TB, o Options, lines string) *Index {
	t.Helper()
	x := NewIndex(o)
	for line := range strings.Lines(lines) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		name, rest, _ := strings.Cut(line, " ")
		d := validate.NewDecoder(gong.ParseType(name), nil, false)
		e := d.NewEntity()
		if faults := d.Decode([]byte(rest), e); len(faults) > 0 {
			t.Fatalf("%s: %v", line, faults)
		}
		x.Add(e)
	}
	x.Close()
	return x
}

func day(t testing.TB, s string) int64 {
	t.Helper()
	v, ok := value.ParseISODate(s)
	if !ok {
		t.Fatalf("%s is no date", s)
	}
	return v.Days()
}

// shown is a result in a form to compare: the outcome, the deciding step, the
// records, and what each step came to.
type shown struct {
	Result, Records, Steps string
}

func show(x *Index, r *Result) shown {
	var rec []string
	list := func(name string, t gong.ObjectType, ns []int32) {
		if len(ns) == 0 {
			return
		}
		var ids []string
		for _, n := range ns {
			ids = append(ids, x.ID(t, n))
		}
		rec = append(rec, name+"="+strings.Join(ids, ","))
	}
	for _, n := range r.Named {
		list("named", n.Type, []int32{n.N})
	}
	list("contact", gong.Contact, r.Contacts)
	list("account", gong.Account, r.Accounts)
	list("lead", gong.Lead, r.Leads)
	list("deal", gong.Deal, r.Deals)
	s := shown{Result: r.Outcome.String(), Records: strings.Join(rec, " ")}
	if r.Rule != NoRule {
		s.Result += " by " + r.Rule.String()
	}
	if r.Reason != NotTaken {
		s.Result += ": " + r.Reason.String()
	}
	var steps []string
	for _, st := range r.Steps {
		if st.Rule == ByDeal && st.Finding == Nothing {
			continue // deals have a test of their own
		}
		steps = append(steps, st.Rule.String()+":"+st.Finding.String())
	}
	s.Steps = strings.Join(steps, " ")
	return s
}

const company = `
BUSINESS_USER {"objectId":"u1","emailAddress":"rep@us.com"}
BUSINESS_USER {"objectId":"u2","emailAddress":"other@us.com"}
ACCOUNT {"objectId":"acme","domains":["acme.com","ACME.de","Acme.com"]}
ACCOUNT {"objectId":"beta","domains":["beta.com"]}
ACCOUNT {"objectId":"beta2","domains":["Beta.com"]}
ACCOUNT {"objectId":"gone","isDeleted":true,"domains":["gone.com"]}
ACCOUNT {"objectId":"bare"}
ACCOUNT {"objectId":"free","domains":["gmail.com"]}
ACCOUNT {"objectId":"idn","domains":["bücher.de"]}
ACCOUNT {"objectId":"url","domains":["https://url.com","www.url.com"]}
CONTACT {"objectId":"ann","accountId":"acme","emailAddress":"Ann@Acme.com","phoneNumber":"+1 (912) 507-4395"}
CONTACT {"objectId":"noacc","emailAddress":"noacc@acme.com"}
CONTACT {"objectId":"lost","accountId":"nowhere","emailAddress":"lost@nowhere.com"}
CONTACT {"objectId":"ofgone","accountId":"gone","emailAddress":"x@gone.com"}
CONTACT {"objectId":"deleted","isDeleted":true,"accountId":"acme","emailAddress":"deleted@solo.com"}
CONTACT {"objectId":"col","accountId":"bare","emailAddress":"col@bare.com"}
CONTACT {"objectId":"col2","emailAddress":"col2@bare.com"}
CONTACT {"objectId":"mix1","accountId":"acme","emailAddress":"a@mix.com"}
CONTACT {"objectId":"mix2","accountId":"bare","emailAddress":"b@mix.com"}
CONTACT {"objectId":"twin1","accountId":"acme","emailAddress":"twin@acme.com"}
CONTACT {"objectId":"twin2","accountId":"beta","emailAddress":"TWIN@acme.com"}
CONTACT {"objectId":"same1","accountId":"acme","emailAddress":"same@acme.com"}
CONTACT {"objectId":"same2","accountId":"acme","emailAddress":"same@acme.com"}
CONTACT {"objectId":"half1","emailAddress":"half@acme.com"}
CONTACT {"objectId":"half2","accountId":"beta","emailAddress":"half@acme.com"}
CONTACT {"objectId":"pair1","emailAddress":"pair@acme.com"}
CONTACT {"objectId":"pair2","emailAddress":"pair@acme.com"}
CONTACT {"objectId":"private","accountId":"bare","emailAddress":"someone@gmail.com"}
CONTACT {"objectId":"alone","emailAddress":"alone@gmail.com"}
CONTACT {"objectId":"phone","accountId":"beta","phoneNumber":"0041 44 668 18 00"}
CONTACT {"objectId":"phone0","phoneNumber":"+49 89 123456"}
LEAD {"objectId":"lead","emailAddress":"lead@new.com","phoneNumber":"+33 1 23 45 67 89"}
LEAD {"objectId":"leadann","emailAddress":"ann@acme.com"}
LEAD {"objectId":"leadalone","emailAddress":"Alone@Gmail.com"}
LEAD {"objectId":"l1","emailAddress":"two@new.com"}
LEAD {"objectId":"l2","emailAddress":"two@new.com"}
LEAD {"objectId":"leadgone","isDeleted":true,"emailAddress":"gone@new.com"}
LEAD {"objectId":"leadrep","emailAddress":"rep@us.com"}
LEAD {"objectId":"leadphone","phoneNumber":"+49 89 123456"}
`

func TestSteps(t *testing.T) {
	x := indexOf(t, Options{Internal: []string{"Us.example"}}, company)
	const outside = "person:external "
	for _, c := range []struct {
		name string
		p    Person
		want shown
	}{
		{"1 one of the company's people", Person{Email: "Rep@us.com"}, shown{"internal", "", "person:internal"}},
		{"1 of the company's domain", Person{Email: "anyone@US.example"}, shown{"internal", "", "person:internal"}},
		{"1 nothing known", Person{}, shown{"unusable: no-address", "", "person:no-address"}},
		{"1 blanks", Person{Email: " ", Phone: "\t"}, shown{"unusable: no-address", "", "person:no-address"}},
		{"1 malformed", Person{Email: "ann", Phone: "12"}, shown{"unusable: no-address", "", "person:no-address"}},
		{"1 malformed e-mail, good phone", Person{Email: "ann", Phone: "+41446681800"},
			shown{"matched by contact", "contact=phone account=beta", "person:bad-address contact:found"}},
		{"2 named, and found as well", Person{Email: "ann@acme.com", Account: "beta", Contact: "col"},
			shown{"matched by contact", "named=col named=beta contact=ann account=acme", outside + "named:found named:found contact:found"}},
		{"2 named by somebody from inside", Person{Email: "rep@us.com", Account: "beta"},
			shown{"internal", "named=beta", "person:internal named:found"}},
		{"2 named but not there", Person{Email: "x@unknown.com", Account: "gone", Contact: "zzz"},
			shown{"none: none", "", outside + "named:unknown-record named:unknown-record contact:none account-domain:none colleague:none lead:none"}},
		{"3 own contact", Person{Email: "ann@acme.com"}, shown{"matched by contact", "contact=ann account=acme", outside + "contact:found"}},
		{"3 mixed case and blanks", Person{Email: " ANN@acme.COM "}, shown{"matched by contact", "contact=ann account=acme", outside + "contact:found"}},
		{"3 by phone in another form", Person{Phone: "+1 912.507.4395"}, shown{"matched by contact", "contact=ann account=acme", outside + "contact:found"}},
		{"3 by phone without plus", Person{Phone: "1-912-507-4395"}, shown{"matched by contact", "contact=ann account=acme", outside + "contact:found"}},
		{"3 by phone, the e-mail being new", Person{Email: "x@y.org", Phone: "+41 44 668 18 00"}, shown{"matched by contact", "contact=phone account=beta", outside + "contact:found"}},
		{"3 e-mail of a free-mail provider", Person{Email: "someone@gmail.com"}, shown{"matched by contact", "contact=private account=bare", outside + "contact:found"}},
		{"3 before the lead", Person{Email: "ann@acme.com"}, shown{"matched by contact", "contact=ann account=acme", outside + "contact:found"}},
		{"3 tie with two accounts", Person{Email: "twin@acme.com"}, shown{"ambiguous by contact", "contact=twin1,twin2 account=acme,beta", outside + "contact:several deals:no-clear-account"}},
		{"3 tie within an account", Person{Email: "same@acme.com"}, shown{"ambiguous by contact", "contact=same1,same2 account=acme", outside + "contact:several"}},
		{"3 tie of e-mail and phone", Person{Email: "ann@acme.com", Phone: "0041446681800"}, shown{"ambiguous by contact", "contact=ann,phone account=acme,beta", outside + "contact:several deals:no-clear-account"}},
		{"3 the one with an account", Person{Email: "half@acme.com"}, shown{"matched by contact", "contact=half2 account=beta", outside + "contact:found"}},
		{"3 deleted contact", Person{Email: "deleted@solo.com"}, shown{"none: none", "", outside + "contact:none account-domain:none colleague:none lead:none"}},
		{"3 sub-address is another address", Person{Email: "ann+x@acme.com"}, shown{"matched by account-domain", "account=acme", outside + "contact:none account-domain:found"}},
		{"4 domain", Person{Email: "new@acme.com"}, shown{"matched by account-domain", "account=acme", outside + "contact:none account-domain:found"}},
		{"4 second domain, other case", Person{Email: "new@Acme.DE"}, shown{"matched by account-domain", "account=acme", outside + "contact:none account-domain:found"}},
		{"4 with the contact that has no account", Person{Email: "noacc@acme.com"}, shown{"matched by account-domain", "contact=noacc account=acme", outside + "contact:no-account account-domain:found"}},
		{"4 two such contacts", Person{Email: "pair@acme.com"}, shown{"ambiguous by account-domain", "contact=pair1,pair2 account=acme", outside + "contact:no-account account-domain:found"}},
		{"4 tie", Person{Email: "new@beta.com"}, shown{"ambiguous by account-domain", "account=beta,beta2", outside + "contact:none account-domain:several deals:no-clear-account"}},
		{"4 subdomain is another domain", Person{Email: "new@mail.acme.com"}, shown{"none: none", "", outside + "contact:none account-domain:none colleague:none lead:none"}},
		{"4 name in another script", Person{Email: "new@BÜCHER.de"}, shown{"matched by account-domain", "account=idn", outside + "contact:none account-domain:found"}},
		{"4 its ASCII form", Person{Email: "new@xn--bcher-kva.de"}, shown{"matched by account-domain", "account=idn", outside + "contact:none account-domain:found"}},
		{"4 free mail", Person{Email: "new@gmail.com"}, shown{"none: free-mail", "", outside + "contact:none account-domain:free-mail colleague:free-mail lead:none"}},
		{"4 URL is no domain", Person{Email: "new@url.com"}, shown{"none: none", "", outside + "contact:none account-domain:none colleague:none lead:none"}},
		{"4 deleted account", Person{Email: "new@gone.com"}, shown{"none: none", "", outside + "contact:none account-domain:none colleague:none lead:none"}},
		{"5 colleague", Person{Email: "new@bare.com"}, shown{"matched by colleague", "account=bare", outside + "contact:none account-domain:none colleague:found"}},
		{"5 with the own contact", Person{Email: "col2@bare.com"}, shown{"matched by colleague", "contact=col2 account=bare", outside + "contact:no-account account-domain:none colleague:found"}},
		{"5 tie", Person{Email: "new@mix.com"}, shown{"ambiguous by colleague", "account=acme,bare", outside + "contact:none account-domain:none colleague:several deals:no-clear-account"}},
		{"6 lead", Person{Email: "Lead@New.com"}, shown{"matched by lead", "lead=lead", outside + "contact:none account-domain:none colleague:none lead:found"}},
		{"6 lead by phone alone", Person{Phone: "+33123456789"}, shown{"matched by lead", "lead=lead", outside + "contact:none account-domain:no-email colleague:no-email lead:found"}},
		{"6 tie", Person{Email: "two@new.com"}, shown{"ambiguous by lead", "lead=l1,l2", outside + "contact:none account-domain:none colleague:none lead:several"}},
		{"6 deleted lead", Person{Email: "gone@new.com"}, shown{"none: none", "", outside + "contact:none account-domain:none colleague:none lead:none"}},
		{"6 where the contact leads nowhere", Person{Email: "alone@gmail.com"}, shown{"matched by lead", "lead=leadalone", outside + "contact:no-account account-domain:free-mail colleague:free-mail lead:found"}},
		{"6 by phone, likewise", Person{Phone: "+49 (89) 12 34 56"}, shown{"matched by lead", "lead=leadphone", outside + "contact:no-account account-domain:no-email colleague:no-email lead:found"}},
		{"7 contact of an unknown account", Person{Email: "lost@nowhere.com"}, shown{"none: no-account", "", outside + "contact:no-account account-domain:none colleague:none lead:none"}},
		{"7 contact of a deleted account", Person{Email: "x@gone.com"}, shown{"none: no-account", "", outside + "contact:no-account account-domain:none colleague:none lead:none"}},
		{"7 nobody", Person{Email: "who@where.org"}, shown{"none: none", "", outside + "contact:none account-domain:none colleague:none lead:none"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := x.Associate(c.p, Classic)
			if d := cmp.Diff(c.want, show(x, &r)); d != "" {
				t.Error("(-want +got)\n" + d)
			}
		})
	}
}

func TestDefaultAlgorithm(t *testing.T) {
	x := indexOf(t, Options{}, company)
	for _, c := range []struct {
		name string
		p    Person
		want shown
	}{
		{"contact's account", Person{Email: "ann@acme.com"}, shown{"matched by contact", "contact=ann account=acme", "person:external contact:found"}},
		{"account by domain", Person{Email: "new@acme.com"}, shown{"matched by account-domain", "account=acme", "person:external contact:none account-domain:found"}},
		{"no colleague", Person{Email: "new@bare.com"}, shown{"none: none", "", "person:external contact:none account-domain:none lead:none"}},
		{"lead", Person{Email: "lead@new.com"}, shown{"matched by lead", "lead=lead", "person:external contact:none account-domain:none lead:found"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := x.Associate(c.p, Default)
			if d := cmp.Diff(c.want, show(x, &r)); d != "" {
				t.Error("(-want +got)\n" + d)
			}
		})
	}
}

// A second record of an id does not count, nor does the order in which types
// are added.
func TestAdding(t *testing.T) {
	x := indexOf(t, Options{}, `
		CONTACT {"objectId":"c","accountId":"a","emailAddress":"c@x.com"}
		CONTACT {"objectId":"c","accountId":"b","emailAddress":"d@x.com"}
		STAGE {"objectId":"s","name":"New"}
		ACCOUNT {"objectId":"a"}
		ACCOUNT {"objectId":"b","domains":["x.com"," "]}
		ACCOUNT {"objectId":"","domains":["x.com"]}`)
	r := x.Associate(Person{Email: "c@x.com"}, Classic)
	if got := show(x, &r).Records; got != "contact=c account=a" {
		t.Error(got)
	}
	r = x.Associate(Person{Email: "d@x.com"}, Classic)
	if got := show(x, &r).Records; got != "account=b" {
		t.Error(got)
	}
	if x.Len(gong.Contact) != 1 || x.Len(gong.Account) != 2 {
		t.Error(x.Len(gong.Contact), x.Len(gong.Account))
	}
}

func TestEmptyIndex(t *testing.T) {
	x := indexOf(t, Options{}, "")
	r := x.Associate(Person{Email: "ann@acme.com", Phone: "+41446681800", Account: "a", Participants: []string{"x@y.z"}}, Default)
	if got := show(x, &r).Result; got != "none: none" {
		t.Error(got)
	}
}

// Long lists are cut, and say so.
func TestManyCandidates(t *testing.T) {
	var b strings.Builder
	for i := range 50 {
		id := string(rune('A'+i/26)) + string(rune('a'+i%26))
		b.WriteString(`ACCOUNT {"objectId":"` + id + `","domains":["crowd.com"]}` + "\n")
	}
	x := indexOf(t, Options{}, b.String())
	r := x.Associate(Person{Email: "a@crowd.com"}, Classic)
	if r.Outcome != Ambiguous || len(r.Accounts) != MaxCandidates || !r.More {
		t.Error(r.Outcome, len(r.Accounts), r.More)
	}
}

// A result that is used again holds nothing of the search before.
// The time that an account takes grows with its domains, not with their square.
func TestManyDomainsOfOneAccount(t *testing.T) {
	x := NewIndex(Options{})
	d := validate.NewDecoder(gong.Account, nil, false)
	e := d.NewEntity()
	var list []string
	for i := range 600_000 {
		list = append(list, fmt.Sprintf(`"d%d.com"`, i/2))
	}
	d.Decode([]byte(`{"objectId":"a1","modifiedDate":"2024-01-01T00:00:00Z","name":"A","domains":[`+strings.Join(list, ",")+`]}`), e)
	began := time.Now()
	x.Add(e)
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("an account with %d domains took %v", len(list), took)
	}
	if got := len(x.accounts[0].domains); got != len(list)/2 {
		t.Errorf("%d domains, want each once: %d", got, len(list)/2)
	}
}

func TestResultIsReused(t *testing.T) {
	x := indexOf(t, Options{}, company)
	m := x.Matcher(Classic)
	m.Explain = true
	var used Result
	people := []string{"twin@acme.com", "bad", "new@mix.com", "two@new.com", "rep@us.com", "ann@acme.com", "who@where.org"}
	for range 2 {
		for _, mail := range people {
			m.Associate(&Person{Email: mail}, &used)
			fresh := x.Associate(Person{Email: mail}, Classic)
			if d := cmp.Diff(show(x, &fresh), show(x, &used)); d != "" {
				t.Errorf("%s (-fresh +used)\n%s", mail, d)
			}
		}
	}
}
