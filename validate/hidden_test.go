package validate

import (
	"fmt"
	"testing"

	"crm2gong/mapping"
	"crm2gong/mapping/diag"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"

	"github.com/google/go-cmp/cmp"
)

// hiddenLines have deals with one reason and with several, and some that do
// not count.
func hiddenLines() lines {
	l := clean()
	l[gong.BusinessUser] = []string{
		user, but(user, `"u1"`, `"u2"`, "u1@acme", "U1@acme"), `{"objectId":"u3","modifiedDate":"2024-01-01T00:00:00Z"}`,
	}
	l[gong.Stage] = []string{stage, but(stage, `"s1"`, `"s2"`, `"sortOrder":1`, `"sortOrder":2,"isActive":false`)}
	l[gong.Contact] = []string{
		contact, but(contact, `"c1"`, `"c2"`, `,"emailAddress":"c1@acme.com"`, ``),
		but(contact, `"c1"`, `"c3"`, `"accountId":"a1",`, ``, `c1@`, `c3@`), but(contact, `"c1"`, `"c4"`, `"a1"`, `"a9"`, `c1@`, `c4@`),
	}
	l[gong.Lead] = []string{lead, but(lead, `"l1"`, `"l2"`, `"emailAddress":"l1@x.com",`, ``), but(lead, `"l1"`, `"l3"`, `"emailAddress":"l1@x.com",`, ``)}
	l[gong.Deal] = []string{
		deal,
		but(deal, `"d1"`, `"d2"`, `"accountId":"a1",`, ``, `:10}`, `:100.10}`),
		but(deal, `"d1"`, `"d3"`, `"a1"`, `"a9"`, `"u1"`, `"u9"`, `"closeDate":"2024-04-01",`, ``, `:10}`, `:200.20}`),
		but(deal, `"d1"`, `"d4"`, `"accountId":"a1",`, ``, `"closeDate":"2024-04-01",`, ``, `"OPEN"`, `"WON"`, `:10}`, `:1000}`),
		but(deal, `"d1"`, `"d5"`, `"s1"`, `"s2"`, `:10}`, `:0.05}`),
		but(deal, `"d1"`, `"d6"`, `"s1"`, `"s9"`, `,"amount":10`, ``),
		but(deal, `"d1"`, `"d7"`, `"ownerId":"u1",`, ``, `"stage":"s1",`, ``, `"status":"OPEN",`, ``, `:10}`, `:7}`),
		but(deal, `"d1"`, `"d10"`, `"OPEN"`, `"LOST"`, `"s1"`, `"s2"`, `"2024-04-01"`, `"2024-02-01"`), // closed: its stage may be retired
		but(deal, `"d1"`, `"d11"`, `"u1"`, `"u2"`, `:10}`, `:0.3}`),
		but(deal, `"d1"`, `"d12"`, `"u1"`, `"u2"`, `"OPEN"`, `"WON"`),
		`{"objectId":"d8","modifiedDate":"2024-01-01T00:00:00Z","isDeleted":true}`,
		`{"objectId":"d9","amount":5000}`,
		`{"objectId":"d2","modifiedDate":"2024-01-01T00:00:00Z","amount":5000}`,
	}
	return l
}

func TestHidden(t *testing.T) {
	type row struct {
		reason, entity string
		records        int
		open           string
		examples       string
	}
	all := []row{
		{"deal-account-missing", "DEAL", 2, "100.1", "[d2 d4]"},
		{"deal-account-unknown", "DEAL", 1, "200.2", "[d3]"},
		{"deal-owner-missing", "DEAL", 1, "7", "[d7]"},
		{"deal-owner-unknown", "DEAL", 1, "200.2", "[d3]"},
		{"user-email-shared", "DEAL", 2, "0.3", "[d11 d12]"},
		{"deal-close-date-missing", "DEAL", 2, "200.2", "[d3 d4]"},
		{"deal-stage-missing", "DEAL", 1, "7", "[d7]"},
		{"deal-stage-unknown", "DEAL", 1, "0", "[d6]"},
		{"stage-inactive-open-deal", "DEAL", 1, "0.05", "[d5]"},
		{"missing-mandatory", "BUSINESS_USER", 1, "0", "[u3]"},
		{"user-email-shared", "BUSINESS_USER", 1, "0", "[u2]"},
		{"contact-unreachable", "CONTACT", 1, "0", "[c2]"},
		{"contact-account-missing", "CONTACT", 1, "0", "[c3]"},
		{"contact-account-unknown", "CONTACT", 1, "0", "[c4]"},
		{"lead-unreachable", "LEAD", 2, "0", "[l2 l3]"},
	}
	off := map[string]diag.Severity{"deal-account-missing": diag.Off, "deal-stage-unknown": diag.Off, "lead-unreachable": diag.Off}
	var some []row
	for _, r := range all {
		if _, ok := off[r.reason]; !ok {
			some = append(some, r)
		}
	}
	for _, c := range []struct {
		name  string
		o     Options
		want  []row
		deals HiddenDeals
	}{
		{"all rules", Options{}, all, HiddenDeals{8, "307.65", ""}},
		// d2 and d6 have no other reason, d4 has none of an open amount.
		{"rules that are off", Options{Severities: off}, some, HiddenDeals{6, "207.55", ""}},
		{"references taken out", Options{References: map[mapping.Ref]mapping.Dangling{
			{Type: gong.Deal, Field: "accountId"}: mapping.Omit, {Type: gong.Deal, Field: "stage"}: mapping.Omit,
		}}, all, HiddenDeals{8, "307.65", ""}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := judgeLines(t, hiddenLines(), c.o)
			var got []row
			for _, h := range p.Hidden {
				var names []string
				for _, e := range h.Examples {
					names = append(names, e.ObjectID)
				}
				got = append(got, row{h.Reason, h.Entity, h.Records, string(h.OpenAmount), fmt.Sprint(names)})
				if h.Effect == "" || h.Remedy == "" {
					t.Errorf("%s: effect %q, remedy %q", h.Reason, h.Effect, h.Remedy)
				}
			}
			if d := cmp.Diff(c.want, got, cmp.AllowUnexported(row{})); d != "" {
				t.Errorf("reasons (-want +got):\n%s", d)
			}
			if p.HiddenDeals != c.deals {
				t.Errorf("hidden deals %+v, want %+v", p.HiddenDeals, c.deals)
			}
		})
	}
}

func TestNothingHidden(t *testing.T) {
	p := judgeLines(t, clean(), Options{})
	if p.Hidden == nil || len(p.Hidden) != 0 || p.HiddenDeals != (HiddenDeals{0, "0", ""}) {
		t.Errorf("%+v, %+v", p.Hidden, p.HiddenDeals)
	}
}

func TestHiddenWithoutAccounts(t *testing.T) {
	p := judgeLines(t, lines{gong.BusinessUser: {user}}, Options{})
	if len(p.Hidden) != 1 || p.Hidden[0].Reason != "account-none" || p.Hidden[0].Records != 0 {
		t.Errorf("%+v", p.Hidden)
	}
}

func TestHiddenFields(t *testing.T) {
	s, err := ParseSchema(gong.Deal, []byte(`[{"uniqueName":"tier","label":"Tier","type":"STRING"}]`))
	if err != nil {
		t.Fatal(err)
	}
	in := with(gong.Deal,
		but(deal, `:10}`, `:10,"tier":"A"}`),
		but(deal, `"d1"`, `"d2"`, `:10}`, `:10,"Tier":"A","other":1}`),
		but(deal, `"d1"`, `"d3"`, `:10}`, `:10,"Tier":"B"}`)).input()
	in.Schemas[gong.Deal] = s
	p := judgeInput(t, in, Options{})
	got := map[string]int{}
	for _, h := range p.Hidden {
		got[h.Reason+" "+h.Entity+"."+h.Field] = h.Records
	}
	if d := cmp.Diff(map[string]int{"field-not-in-schema DEAL.Tier": 2, "field-not-in-schema DEAL.other": 1}, got); d != "" {
		t.Error(d)
	}
	if p.HiddenDeals.Records != 0 {
		t.Errorf("%d deals are hidden; a field is, not the deals", p.HiddenDeals.Records)
	}
}

// Values that were left out since they did not fit hide a deal as empty ones do.
func TestHiddenByInvalidValues(t *testing.T) {
	r := New(Options{Mapped: mapped(gong.Account, gong.Deal)})
	d := NewDecoder(gong.Deal, nil, false)
	e := d.NewEntity()
	d.Decode([]byte(deal), e)
	for _, name := range []string{"accountId", "closeDate"} {
		e.Values[gong.Deal.FieldIndex(name)] = gong.Value{Kind: gong.Invalid, Text: "?"}
	}
	var log finding.Log
	w := r.Worker(gong.Deal, false, d.Fields())
	if w.Entity(e, &log) != nil {
		t.Fatal("rejected")
	}
	r.Note(w.Take(), 0, 0)
	p := r.Report(&log)
	if len(p.Hidden) != 2 || p.Hidden[0].Reason != "deal-account-missing" || p.Hidden[1].Reason != "deal-close-date-missing" ||
		p.HiddenDeals != (HiddenDeals{1, "10", ""}) {
		t.Errorf("%+v, %+v", p.Hidden, p.HiddenDeals)
	}
}

func TestHiddenDealsAllocateNothing(t *testing.T) {
	r := New(Options{Mapped: mapped(gong.Account, gong.Deal), Severities: map[string]diag.Severity{
		"deal-account-missing": diag.Off, "deal-close-date-missing": diag.Warning,
	}})
	d := NewDecoder(gong.Deal, nil, false)
	e := d.NewEntity()
	d.Decode([]byte(but(deal, `"stage":"s1",`, ``)), e)
	w := r.Worker(gong.Deal, false, d.Fields())
	if n := testing.AllocsPerRun(1000, func() {
		w.hide = 1<<hideNoClose | 1<<hideNoStage
		w.hideDeal(e)
	}); n != 0 {
		t.Errorf("%v allocations a deal", n)
	}
}
