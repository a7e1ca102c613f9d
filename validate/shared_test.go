package validate

import (
	"fmt"
	"testing"

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
