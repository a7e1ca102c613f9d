package validate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"crm2gong/mapping"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
)

// maker makes entities as transform does, one type at a time.
type maker struct {
	run    *Run
	worker *Worker
	entity gong.Entity
	log    finding.Log
	rows   int
}

func newMaker(r *Run, t gong.ObjectType, history bool, custom ...gong.Field) *maker {
	m := &maker{run: r}
	m.entity = gong.Entity{Type: t, Fields: append(slices.Clone(t.Fields()), custom...)}
	m.entity.Values = make([]gong.Value, len(m.entity.Fields))
	m.worker = r.Worker(t, history, m.entity.Fields)
	return m
}

// fields are values of an entity by name: texts; numbers where the field is one.
type fields map[string]any

// judge judges one entity, a block of its own.
func (m *maker) judge(f fields) *finding.Rejection {
	e := &m.entity
	e.Reset()
	m.rows++
	e.Origin = gong.Origin{Source: "table", File: "table.csv", Row: 1}
	e.Values[0] = gong.Value{Kind: gong.StringVal, Text: fmt.Sprintf("id%d", m.rows)}
	*e.Get("modifiedDate") = gong.Value{Kind: gong.StringVal, Text: "2024-01-01T00:00:00Z", Num: 1704067200}
	if e.Type == gong.BusinessUser {
		*e.Get("emailAddress") = gong.Value{Kind: gong.StringVal, Text: fmt.Sprintf("u%d@acme.com", m.rows)}
	}
	for name, v := range f {
		switch v := v.(type) {
		case string:
			*e.Get(name) = gong.Value{Kind: gong.StringVal, Text: v}
		case int:
			*e.Get(name) = gong.Value{Kind: gong.NumberVal, Text: fmt.Sprint(v)}
		case gong.Value:
			*e.Get(name) = v
		case bool:
			e.Deleted, e.Converted = v && name == "isDeleted", v && name == "converted"
		}
	}
	var log finding.Log
	r := m.worker.Entity(e, &log)
	if r != nil {
		c := *r
		r = &c
	} else {
		state := ids.Written
		if e.Deleted {
			state = ids.Deleted
		}
		if !m.worker.history {
			m.run.Set(e.Type).Put(ids.Of(e.ObjectID()), state)
		}
	}
	m.log.Merge(&log, m.rows, m.rows)
	m.run.Note(m.worker.Take(), m.rows, m.rows)
	return r
}

func mapped(types ...gong.ObjectType) (m [gong.NumTypes]bool) {
	for _, t := range types {
		m[t] = true
	}
	return m
}

// account15 is a Salesforce id, in 15 and 18 characters as its documentation has it.
const account15, account18 = "001A0000006Vm9r", "001A0000006Vm9rIAC"

func TestCauses(t *testing.T) {
	r := New(Options{Mapped: mapped(gong.Account, gong.Contact, gong.Deal)})
	accounts := newMaker(r, gong.Account, false)
	for _, id := range []string{"there", account18, "Case-1"} {
		accounts.judge(fields{"objectId": id, "name": "x"})
	}
	accounts.judge(fields{"objectId": "gone", "isDeleted": true})
	contacts := newMaker(r, gong.Contact, false)
	contacts.judge(fields{"objectId": "person", "accountId": "there", "emailAddress": "a@b.com"})
	deals := newMaker(r, gong.Deal, false)
	deal := func(account string, amount int, status string) {
		deals.judge(fields{"accountId": account, "amount": amount, "status": status})
	}
	deal("there", 1, "OPEN")
	deal("refused", 10, "OPEN")
	deal("refused", 20, "WON")
	deal("left out", 40, "OPEN")
	deal("gone", 80, "OPEN")
	deal(account15, 160, "OPEN")
	deal("case-1 ", 320, "LOST")
	deal("person", 640, "OPEN")
	deal("nowhere", 1280, "OPEN")
	r.Close()
	wanted := r.Wanted(gong.Account)
	for id, want := range map[string]bool{"refused": true, "left out": true, "Case-1": true, "there": false, account18: false} {
		if wanted(id) != want {
			t.Errorf("%q wanted: %v", id, !want)
		}
	}
	if r.Wanted(gong.Contact) != nil {
		t.Error("contacts are wanted though none is missing")
	}
	r.Outcome(gong.Account, "refused", CauseFiltered, "not a test")
	r.Outcome(gong.Account, "refused", CauseRejected, "missing-mandatory")
	r.Outcome(gong.Account, "left out", CauseFiltered, "not a test")
	r.Outcome(gong.Account, "Case-1", OutcomeWritten, "")
	r.Outcome(gong.Account, "unasked", CauseRejected, "x")
	r.Causes()
	p := r.Report(&deals.log)
	got := map[string]string{}
	for _, f := range find(p, "deal-account-unknown") {
		got[f.Cause+" "+f.Detail] = fmt.Sprintf("%d/%d %s", f.Count, f.Distinct, f.Examples[0].Reason)
	}
	want := map[string]string{
		"rejected missing-mandatory": "2/1 ",
		"filtered not a test":        "1/1 ",
		"deleted ":                   "1/1 ",
		"id-length ":                 `1/1 there is "` + account18 + `"`,
		"case ":                      `1/1 there is "Case-1"`,
		"other-type CONTACT":         "1/1 ",
		"absent ":                    "1/1 ",
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("causes\n got %v\nwant %v", got, want)
	}
	c := p.References["DEAL.accountId"]
	if c.Total != 9 || c.Linked != 1 || c.Unknown != 8 || c.OpenAmount != "2210" {
		t.Errorf("coverage %+v", c)
	}
}

func TestLargestGroupComesFirst(t *testing.T) {
	r := New(Options{Mapped: mapped(gong.Account, gong.Contact)})
	newMaker(r, gong.Account, false).judge(fields{"objectId": "gone", "isDeleted": true})
	contacts := newMaker(r, gong.Contact, false)
	contacts.judge(fields{"accountId": "nowhere", "phoneNumber": "1"})
	contacts.judge(fields{"accountId": "gone", "phoneNumber": "1"})
	contacts.judge(fields{"accountId": "gone", "phoneNumber": "1"})
	r.Close()
	r.Causes()
	got := find(r.Report(&contacts.log), "contact-account-unknown")
	if len(got) != 2 || got[0].Cause != "deleted" || got[0].Count != 2 {
		t.Errorf("%+v", got)
	}
}

func TestUnknownAndInvalidFields(t *testing.T) {
	r := New(Options{Mapped: mapped(gong.Stage, gong.Deal)})
	deals := newMaker(r, gong.Deal, false)
	deals.judge(fields{"stage": gong.Value{Kind: gong.Unknown, Text: "Closed"}, "amount": 5})
	deals.judge(fields{"stage": gong.Value{Kind: gong.Invalid, Text: "?"}})
	deals.judge(fields{"stage": gong.Value{Kind: gong.Null}})
	r.Close()
	if r.Wanted(gong.Stage) != nil {
		t.Error("the key of a lookup is looked for as if it were an id")
	}
	r.Causes()
	p := r.Report(&deals.log)
	if c := p.References["DEAL.stage"]; c.Unknown != 1 || c.Invalid != 1 || c.Empty != 1 || c.OpenAmount != "5" {
		t.Errorf("coverage %+v", c)
	}
	got := find(p, "deal-stage-unknown")
	if len(got) != 1 || got[0].Cause != "absent" || got[0].Detail != "lookup" || got[0].Examples[0].Value != "Closed" || got[0].Examples[0].Row != 2 {
		t.Errorf("%+v", got)
	}
	if missing := find(p, "deal-stage-missing"); len(missing) != 1 || missing[0].Count != 1 {
		t.Errorf("only the null one is missing: %+v", missing)
	}
}

func TestPolicies(t *testing.T) {
	for _, c := range []struct {
		policy   mapping.Dangling
		severity string
		rejected bool
		rows     Coverage
		kept     string
	}{
		{mapping.Send, "error", false, Coverage{Target: "BUSINESS_USER", Total: 2, Linked: 1, Unknown: 1, OpenAmount: "3"}, "u9"},
		{mapping.Omit, "warning", false, Coverage{Target: "BUSINESS_USER", Total: 2, Linked: 1, Unknown: 1, OpenAmount: "3"}, ""},
		{mapping.Reject, "error", true, Coverage{Target: "BUSINESS_USER", Total: 1, Linked: 1, OpenAmount: "0"}, "u9"},
	} {
		r := New(Options{
			Mapped:     mapped(gong.BusinessUser, gong.Deal),
			References: map[mapping.Ref]mapping.Dangling{{Type: gong.Deal, Field: "ownerId"}: c.policy},
		})
		newMaker(r, gong.BusinessUser, false).judge(fields{"objectId": "u1"})
		deals := newMaker(r, gong.Deal, false)
		deals.judge(fields{"ownerId": "u1"})
		rejection := deals.judge(fields{"ownerId": "u9", "amount": 3})
		if (rejection != nil) != c.rejected {
			t.Errorf("policy %d: rejection %v", c.policy, rejection)
		}
		if rejection != nil && (rejection.Code != "deal-owner-unknown" || rejection.Field != "ownerId" || rejection.Value != "u9") {
			t.Errorf("rejection %+v", rejection)
		}
		if got := deals.entity.Get("ownerId").Text; got != c.kept {
			t.Errorf("policy %d: ownerId is %q", c.policy, got)
		}
		r.Close()
		r.Causes()
		p := r.Report(&deals.log)
		got := find(p, "deal-owner-unknown")
		if len(got) != 1 || got[0].Severity != c.severity || got[0].Rejects != c.rejected || got[0].Count != 1 || got[0].Cause != "absent" {
			t.Errorf("policy %d: %+v", c.policy, got)
		}
		if rows := p.References["DEAL.ownerId"]; rows != c.rows {
			t.Errorf("policy %d: coverage %+v", c.policy, rows)
		}
		if missing := find(p, "deal-owner-missing"); len(missing) > 0 {
			t.Errorf("policy %d: what omit took counts as missing", c.policy)
		}
	}
}

// What Gong takes against the letter of its rules is no matter of a record that
// is refused for its reference.
func TestRefusedReferenceIsTheOnlyFinding(t *testing.T) {
	r := New(Options{
		Mapped:     mapped(gong.BusinessUser, gong.Deal),
		References: map[mapping.Ref]mapping.Dangling{{Type: gong.Deal, Field: "ownerId"}: mapping.Reject},
	})
	newMaker(r, gong.BusinessUser, false).judge(fields{"objectId": "u1"})
	deals := newMaker(r, gong.Deal, false)
	for _, owner := range []string{"u9", "u1"} {
		rejection := deals.judge(fields{"objectId": "d_1", "ownerId": owner})
		if (rejection != nil) != (owner == "u9") {
			t.Fatalf("owner %s: rejection %+v", owner, rejection)
		}
		count := 0
		for _, g := range deals.log.Groups() {
			if g.Code == "object-id-underscore" {
				count = g.Count
			}
		}
		if want := map[string]int{"u9": 0, "u1": 1}[owner]; count != want {
			t.Errorf("after owner %s: %d records with _ in the id, want %d", owner, count, want)
		}
	}
}

func TestCustomReferences(t *testing.T) {
	parent := gong.Field{Name: "parent", Kind: gong.Reference, Target: gong.Account, Custom: true, Type: "REFERENCE"}
	manager := gong.Field{Name: "manager", Kind: gong.Reference, Target: gong.BusinessUser, Custom: true, Type: "REFERENCE"}
	main := gong.Field{Name: "main", Kind: gong.Reference, Target: gong.Contact, Custom: true, Type: "REFERENCE"}
	r := New(Options{Mapped: mapped(gong.BusinessUser, gong.Account, gong.Contact)})
	newMaker(r, gong.BusinessUser, false).judge(fields{"objectId": "u1"})
	accounts := newMaker(r, gong.Account, false, parent, manager, main)
	accounts.judge(fields{"objectId": "a1", "parent": "a3", "manager": "u1", "main": "c1"}) // a3 and c1 come later
	accounts.judge(fields{"objectId": "a2", "parent": "a1", "manager": "u9", "main": "c9"})
	accounts.judge(fields{"objectId": "a3", "parent": "a9"})
	contacts := newMaker(r, gong.Contact, false)
	contacts.judge(fields{"objectId": "c1"})
	r.Close()
	r.Causes()
	p := r.Report(&accounts.log)
	for name, want := range map[string]Coverage{
		"ACCOUNT.parent":  {Target: "ACCOUNT", Total: 3, Linked: 2, Unknown: 1, OpenAmount: "0"},
		"ACCOUNT.manager": {Target: "BUSINESS_USER", Total: 3, Linked: 1, Empty: 1, Unknown: 1, OpenAmount: "0"},
		"ACCOUNT.main":    {Target: "CONTACT", Total: 3, Linked: 1, Empty: 1, Unknown: 1, OpenAmount: "0"},
	} {
		if got := p.References[name]; got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	got := find(p, "reference-unknown")
	if len(got) != 3 {
		t.Fatalf("%d findings", len(got))
	}
	for _, f := range got {
		want := map[string]string{"parent": "a9", "manager": "u9", "main": "c9"}[f.Field]
		if f.Count != 1 || f.Examples[0].Value != want {
			t.Errorf("%s: %+v", f.Field, f)
		}
	}
}

func TestDeferredReferencesOfDealsSumOpenAmounts(t *testing.T) {
	next := gong.Field{Name: "renewal", Kind: gong.Reference, Target: gong.Deal, Custom: true, Type: "REFERENCE"}
	r := New(Options{Mapped: mapped(gong.Deal)})
	deals := newMaker(r, gong.Deal, false, next)
	deals.judge(fields{"objectId": "d1", "renewal": "d2", "amount": 1})
	deals.judge(fields{"objectId": "d2", "renewal": "d9", "amount": gong.Value{Kind: gong.NumberVal, Text: "0.1"}})
	deals.judge(fields{"objectId": "d3", "renewal": "d9", "amount": gong.Value{Kind: gong.NumberVal, Text: "0.2"}})
	r.Close()
	if c := r.Report(&deals.log).References["DEAL.renewal"]; c.OpenAmount != "0.3" || c.Unknown != 2 || c.Linked != 1 {
		t.Errorf("%+v", c)
	}
}

func TestHistory(t *testing.T) {
	r := New(Options{Mapped: mapped(gong.BusinessUser, gong.Deal)})
	newMaker(r, gong.BusinessUser, false).judge(fields{"objectId": "u1"})
	newMaker(r, gong.Deal, false).judge(fields{"objectId": "d1", "ownerId": "u1"})
	versions := newMaker(r, gong.Deal, true)
	versions.judge(fields{"objectId": "d1", "ownerId": "u9"})
	versions.judge(fields{"objectId": "d9", "ownerId": "u1"})
	if bad := versions.judge(fields{"objectId": "d/1"}); bad == nil || bad.Code != "object-id-invalid" {
		t.Errorf("an illegal id gives %v", bad)
	}
	r.Close()
	r.Causes()
	p := r.Report(&versions.log)
	if got := find(p, "history-record-unknown"); len(got) != 1 || got[0].Count != 1 || got[0].Examples[0].ObjectID != "d9" ||
		!got[0].History || got[0].Summary != "1 past version of one of the deals belongs to a record that is neither written now nor sent before" {
		t.Errorf("%+v", got)
	}
	got := find(p, "deal-owner-unknown")
	if len(got) != 1 || !got[0].History || got[0].Count != 1 || !strings.Contains(got[0].Summary, "past version of one of the deals") {
		t.Errorf("%+v", got)
	}
	if c := p.References["DEAL.ownerId"]; c.Total != 1 || c.Unknown != 0 {
		t.Errorf("versions are in the coverage: %+v", c)
	}
	if missing := find(p, "deal-close-date-missing"); len(missing) != 0 {
		t.Errorf("versions are judged for what is missing: %+v", missing)
	}
}

func TestLeadConvertedEmpty(t *testing.T) {
	for _, c := range []struct {
		name string
		lead fields
		want int
	}{
		{"converted without links", fields{"converted": true}, 1},
		{"not converted", fields{}, 0},
		{"one link", fields{"converted": true, "convertedToAccountId": "a1"}, 0},
		{"a link that its lookup missed", fields{"converted": true, "convertedToAccountId": gong.Value{Kind: gong.Unknown, Text: "k"}}, 0},
	} {
		r := New(Options{Mapped: mapped(gong.Lead)})
		leads := newMaker(r, gong.Lead, false)
		leads.judge(c.lead)
		r.Close()
		n := 0
		for _, f := range find(r.Report(&leads.log), "lead-converted-empty") {
			n += f.Count
		}
		if n != c.want {
			t.Errorf("%s: %d", c.name, n)
		}
	}
}

// cells is a lineage in which every field comes from one column.
type cells struct {
	header string
	column int
	text   string
}

func (c cells) Cell(int) (string, int, string, bool) { return c.header, c.column, c.text, true }

func (c cells) Column(int) (string, int, bool) { return c.header, c.column, true }

func TestExamplesShowTheCellBesideTheID(t *testing.T) {
	r := New(Options{Mapped: mapped(gong.Account, gong.Contact)})
	contacts := newMaker(r, gong.Contact, false)
	contacts.entity.Lineage = cells{"Account", 2, "Acme Inc."}
	contacts.judge(fields{"accountId": "acme-inc"})
	contacts.judge(fields{"accountId": "Acme Inc."})
	contacts.entity.Lineage = cells{"Company", 5, "Acme Inc."} // of (Account ?? Company), where Account is empty
	contacts.judge(fields{"accountId": "Acme Inc."})
	r.Close()
	r.Causes()
	f := find(r.Report(&contacts.log), "contact-account-unknown")[0]
	want := Example{ObjectID: "id1", Value: "acme-inc", Text: "Acme Inc.", Source: "table.csv", Row: 2, Column: "Account", Cell: "C2"}
	if f.Examples[0] != want {
		t.Errorf("%+v, want %+v", f.Examples[0], want)
	}
	if f.Examples[1].Text != "" {
		t.Errorf("the cell's text stands beside the same text")
	}
	if x := f.Examples[2]; x.Column != "Company" || x.Cell != "F4" {
		t.Errorf("another row's column is named %s %s, want Company F4", x.Column, x.Cell)
	}
}

// References to records of the same type wait for the last record; those beyond
// the bound wait in a log, and are told apart all the same.
func TestMissingIDsThatWaitAreBounded(t *testing.T) {
	var reports []string
	for _, store := range []*ids.Store{nil, ids.NewStore(ids.MinLimit, t.TempDir())} {
		next := gong.Field{Name: "renewal", Kind: gong.Reference, Target: gong.Deal, Custom: true, Type: "REFERENCE"}
		r := New(Options{Mapped: mapped(gong.Deal), IDs: store})
		deals := newMaker(r, gong.Deal, false, next)
		for i := range maxMissing {
			deals.entity.Reset()
			deals.judge(fields{"objectId": fmt.Sprint("d", i), "renewal": fmt.Sprint("x", i)})
		}
		for i, id := range []string{"x7", "y1", "y1", "y2", "late", "late", "gone", account15} {
			deals.entity.Reset()
			deals.judge(fields{"objectId": fmt.Sprint("e", i), "renewal": id, "amount": gong.Value{Kind: gong.NumberVal, Text: "0.1"}})
		}
		deals.judge(fields{"objectId": "late"})
		deals.judge(fields{"objectId": account18})
		newMaker(r, gong.Deal, false, next).judge(fields{"objectId": "gone", "isDeleted": true})
		r.Close()
		r.Causes()
		p := r.Report(&deals.log)
		got := map[string]string{}
		for _, f := range find(p, "reference-unknown") {
			got[f.Cause] = fmt.Sprintf("%d/%d", f.Count, f.Distinct)
		}
		want := map[string]string{"absent": "100004/100002", "deleted": "1/1", "id-length": "1/1"}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%v, want %v", got, want)
		}
		if c := p.References["DEAL.renewal"]; c.Unknown != maxMissing+6 || c.Linked != 2 || c.OpenAmount != "0.6" {
			t.Errorf("%+v", c)
		}
		p.Finish()
		text, err := p.JSON()
		if err != nil || store.Close() != nil {
			t.Fatal(err)
		}
		reports = append(reports, string(text))
	}
	if reports[0] != reports[1] {
		t.Error("the report is another with a bound on memory")
	}
}

func TestMissingIDsAreBounded(t *testing.T) {
	r := New(Options{Mapped: mapped(gong.Account, gong.Contact)})
	newMaker(r, gong.Account, false).judge(fields{"objectId": account18})
	newMaker(r, gong.Account, false).judge(fields{"objectId": "gone", "isDeleted": true})
	contacts := newMaker(r, gong.Contact, false)
	for i := range maxMissing {
		contacts.entity.Reset()
		contacts.judge(fields{"accountId": fmt.Sprintf("a%d", i)})
	}
	for _, id := range []string{"b1", "b1", "b2", "gone", account15} {
		contacts.judge(fields{"accountId": id})
	}
	r.Close()
	r.Causes()
	p := r.Report(&contacts.log)
	got := map[string]string{}
	for _, f := range find(p, "contact-account-unknown") {
		got[f.Cause] = fmt.Sprintf("%d/%d %v", f.Count, f.Distinct, strings.Contains(f.Summary, "of 3 the cause was not looked for"))
	}
	want := map[string]string{"absent": "100003/100002 true", "deleted": "1/1 false", "id-length": "1/1 false"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, want %v", got, want)
	}
	if c := p.References["CONTACT.accountId"]; c.Unknown != maxMissing+5 {
		t.Errorf("%+v", c)
	}
}
