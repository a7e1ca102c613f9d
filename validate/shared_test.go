package validate

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
)

// Examples of a value that records share name the column that it stands in in
// each of them: a field may read several columns, and the records of one block
// differ in which of them is filled.
func TestSharedValuesNameTheColumnOfTheirRecord(t *testing.T) {
	for _, c := range []struct {
		code  string
		typ   gong.ObjectType
		field string
		value gong.Value
	}{
		{"user-email-shared", gong.BusinessUser, "emailAddress", gong.Value{Kind: gong.StringVal, Text: "a@b.com"}},
		{"email-shared", gong.Contact, "emailAddress", gong.Value{Kind: gong.StringVal, Text: "a@b.com"}},
		{"account-domain-shared", gong.Account, "domains", gong.Value{Kind: gong.ListVal, List: []string{"b.com"}}},
	} {
		r := New(Options{Mapped: mapped(c.typ)})
		m := newMaker(r, c.typ, false)
		e := &m.entity
		var log finding.Log
		for row, at := range []cells{{header: "First", column: 1}, {header: "Second", column: 2}, {header: "First", column: 1}, {header: "Second", column: 2}} {
			e.Reset()
			e.Lineage = at
			e.Origin = gong.Origin{Source: "table", File: "table.csv", Row: row + 2}
			e.Values[0] = gong.Value{Kind: gong.StringVal, Text: fmt.Sprint("id", row)}
			*e.Get("modifiedDate") = gong.Value{Kind: gong.StringVal, Text: "2024-01-01T00:00:00Z", Num: 1704067200}
			*e.Get(c.field) = c.value
			if no := m.worker.Entity(e, &log); no != nil {
				t.Fatalf("%s: %+v", c.code, no)
			}
		}
		r.Note(m.worker.Take(), 0, 0)
		r.Close()
		f := find(r.Report(&log), c.code)
		if len(f) != 1 {
			t.Errorf("%s: %d findings", c.code, len(f))
			continue
		}
		got := ""
		for _, x := range f[0].Examples {
			got += x.Column + " " + x.Cell + ","
		}
		if want := "Second C3,First B4,Second C5,"; got != want {
			t.Errorf("%s: the examples stand in %s want %s", c.code, got, want)
		}
	}
}

// A record does not share a value with itself, however often and in whatever
// case it has it.
func TestSharedValuesAreThoseOfSeveralRecords(t *testing.T) {
	alone := but(account, `"acme.com"`, `"acme.com","b.com","ACME.com","acme.com"`)
	if got := find(judgeLines(t, with(gong.Account, alone), Options{}), "account-domain-shared"); len(got) != 0 {
		t.Errorf("one account: %+v", got)
	}
	p := judgeLines(t, with(gong.Account, alone, but(account, "a1", "a2", `"acme.com"`, `"Acme.com","acme.com"`)), Options{})
	got := find(p, "account-domain-shared")
	if len(got) != 1 || got[0].Count != 2 || len(got[0].Examples) != 1 || got[0].Examples[0].ObjectID != "a2" {
		t.Errorf("two accounts: %+v", got)
	}
}

// The time that a record takes grows with its values, not with their square.
func TestManyDomainsOfOneAccount(t *testing.T) {
	var list []string
	for i := range 150_000 {
		list = append(list, fmt.Sprintf(`"d%d.com"`, i))
	}
	began := time.Now()
	p := judgeLines(t, with(gong.Account, but(account, `"acme.com"`, strings.Join(list, ","))), Options{})
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("an account with %d domains took %v", len(list), took)
	}
	if p.Entities["ACCOUNT"].Written != 1 {
		t.Errorf("%+v", p.Entities)
	}
}

func TestSharedValuesAllocateNothing(t *testing.T) {
	r := New(Options{Mapped: mapped(gong.Contact)})
	m := newMaker(r, gong.Contact, false)
	e := &m.entity
	e.Lineage = &cells{header: "E-Mail", column: 1}
	e.Origin = gong.Origin{Source: "contacts", File: "contacts.xlsx", Sheet: "Sheet1", Row: 2}
	e.Values[0] = gong.Value{Kind: gong.StringVal, Text: "id1"}
	*e.Get("emailAddress") = gong.Value{Kind: gong.StringVal, Text: "a@b.com"}
	n := m.worker.notes
	share := func() {
		n.shared, n.text = n.shared[:0], n.text[:0]
		m.worker.share(contactEmails, emailShared, e, m.worker.at.email)
	}
	share()
	if got := testing.AllocsPerRun(1000, share); got != 0 {
		t.Errorf("%v allocations a record", got)
	}
}
