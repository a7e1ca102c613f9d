package mapping

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crm2gong/mapping/expression"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
)

// load reads a mapping from text, with other files by name.
func load(t *testing.T, text string, opt LoadOptions, files ...string) *Mapping {
	t.Helper()
	opt.ReadFile = memory(text, files...)
	m, list, err := Load("m.yaml", opt)
	if err != nil || len(list) > 0 {
		t.Fatalf("load: %v\n%s", err, render(list))
	}
	return m
}

func bindPlan(t *testing.T, m *Mapping, headers map[string][]string) *Plan {
	t.Helper()
	p, list := m.Bind(headers)
	if p == nil {
		t.Fatalf("no plan:\n%s", render(list))
	}
	return p
}

const dealsMapping = `version: 1
sources:
  deals:
    file: deals.csv
    fillDown: [Region]
    columns:
      closes: {from: [Closes, Close Date], type: date}
      amount: {from: Amount, type: decimal, optional: true}
      mail: {from: "Email#2"}
      seventh: {at: G}
      label: {value: 'Name + " (" + Region + ")"'}
  stages: {rows: [{id: a, label: A, unread: x}, {id: b, extra: y}]}
lookups:
  stage: {from: stages, key: label}
entities:
  DEAL:
    from: deals
    fields:
      objectId: Id
      modifiedDate: now()
      name: label
      amount: amount
      closeDate: closes
      stage: stage(Stage).id
      ownerId: row["Owner Id"]
    custom:
      mail: {label: Mail, type: STRING, value: mail + seventh}
      place: {label: Place, type: NUMBER, value: source.row}
`

var dealsHeader = []string{"Id", "name", "Region", "Close Date", "Email", "Email", "", "Stage", "Owner  ID"}

func TestBindFindsColumns(t *testing.T) {
	p := bindPlan(t, load(t, dealsMapping, LoadOptions{}), map[string][]string{"deals": dealsHeader})
	s := boundSource(p, "deals")
	got := map[string]int{}
	for _, c := range s.Layout {
		got[c.Name] = c.Index
	}
	want := map[string]int{"Id": 0, "Name": 1, "Region": 2, "closes": 3, "mail": 5, "seventh": 6, "Stage": 7, "Owner Id": 8, "amount": -1, "label": -1}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("positions (-want +got):\n%s", d)
	}
	if d := cmp.Diff([]int{2}, s.FillDown); d != "" {
		t.Errorf("fillDown: %s", d)
	}
	if !s.Numbered {
		t.Error("source.row is read, and the source is not numbered")
	}
	differs := []HeaderDiffers{{"deals", "Name", "name"}, {"deals", "Owner Id", "Owner  ID"}}
	if d := cmp.Diff(differs, p.HeaderDiffers); d != "" {
		t.Errorf("headers that differ (-want +got):\n%s", d)
	}
}

func boundSource(p *Plan, name string) *BoundSource {
	for _, s := range p.Sources {
		if s.Name == name {
			return s
		}
	}
	return nil
}

func TestBindWithoutHeaderTakesAnyColumn(t *testing.T) {
	p := bindPlan(t, load(t, dealsMapping, LoadOptions{}), nil)
	s := boundSource(p, "deals")
	want := []string{"Region", "Id", "Name", "Amount", "Closes", "Stage", "Owner Id", "Email#2", "seventh"}
	if d := cmp.Diff(want, s.Header); d != "" {
		t.Errorf("header (-want +got):\n%s", d)
	}
	for _, c := range s.Layout {
		if c.Value == nil && s.Header[c.Index] != c.Header {
			t.Errorf("column %s is at %d, which is %s", c.Name, c.Index, s.Header[c.Index])
		}
	}
}

func TestBindSomeLeavesColumnsEmpty(t *testing.T) {
	m := load(t, dealsMapping, LoadOptions{})
	p, list := m.BindSome(map[string][]string{"deals": {"Id", "seventh"}})
	if p == nil {
		t.Fatal(render(list))
	}
	for _, c := range boundSource(p, "deals").Layout {
		want := -1
		switch c.Name {
		case "Id":
			want = 0
		case "seventh":
			want = 1
		}
		if c.Index != want {
			t.Errorf("column %s is at %d, want %d", c.Name, c.Index, want)
		}
	}
}

func TestBoundProgramsRun(t *testing.T) {
	p := bindPlan(t, load(t, dealsMapping, LoadOptions{}), map[string][]string{"deals": dealsHeader})
	e := p.Entities[0]
	f := expression.Frame{Layout: e.From.Layout, Tables: make([]expression.Table, p.Tables), Zone: p.Zone}
	f.Cells = make([]value.Cell, len(dealsHeader))
	for i, s := range []string{"1", "Big", "EMEA", "2024-03-15", "a@x.com", "b@x.com", "!", "A", "007"} {
		f.Cells[i].Text = s
	}
	f.Next()
	want := map[string]string{"objectId": "1", "name": "Big (EMEA)", "closeDate": "2024-03-15", "ownerId": "007", "mail": "b@x.com!", "amount": ""}
	for _, field := range e.Fields {
		w, ok := want[field.Name]
		if !ok {
			continue
		}
		v, fail := field.Program.Eval(&f)
		if fail != nil {
			t.Errorf("%s: %s", field.Name, fail.Message)
		} else if got := string(v.Append(nil)); got != w {
			t.Errorf("%s is %q, want %q", field.Name, got, w)
		}
		if got := e.GongFields[field.Index].Name; got != field.Name {
			t.Errorf("field %s is at the place of %s", field.Name, got)
		}
	}
}

func TestWholeRowOfALookup(t *testing.T) {
	p := bindPlan(t, load(t, dealsMapping, LoadOptions{}), map[string][]string{"deals": dealsHeader})
	l := p.Lookups[0]
	if len(l.Row) != 1 || l.From.Layout[l.Row[0]].Name != "id" {
		t.Errorf("the row has the slots %v, want the one of id", l.Row)
	}
	if d := cmp.Diff([]string{"id", "label", "unread", "extra"}, l.result.Record.Names); d != "" {
		t.Errorf("fields (-want +got):\n%s", d)
	}
}

func TestCustomFieldsOfAllMappingsOfAType(t *testing.T) {
	m := load(t, `version: 1
sources: {a: {file: a.csv}, b: {file: b.csv}}
entities:
  LEAD: {from: b, fields: {objectId: Id, modifiedDate: M}}
  ACCOUNT:
    - {from: a, fields: {objectId: Id, modifiedDate: M}, custom: {x: {label: X, type: NUMBER, value: X}}}
    - {from: b, fields: {objectId: Id, modifiedDate: M}, custom: {y: {label: Y, type: PICKLIST, values: [p, q], value: Y}, x: {label: X, type: NUMBER, value: X}}}
`, LoadOptions{})
	p := bindPlan(t, m, nil)
	var types []string
	for _, e := range p.Entities {
		types = append(types, e.Type.String()+" "+e.From.Name)
	}
	if d := cmp.Diff([]string{"ACCOUNT a", "ACCOUNT b", "LEAD b"}, types); d != "" {
		t.Errorf("order (-want +got):\n%s", d)
	}
	n := len(gong.Account.Fields())
	for _, e := range p.Entities[:2] {
		if &e.GongFields[0] != &p.Entities[0].GongFields[0] {
			t.Error("the mappings of a type do not share their fields")
		}
		if e.GongFields[n].Name != "x" || e.GongFields[n+1].Name != "y" {
			t.Errorf("custom fields are %s, %s", e.GongFields[n].Name, e.GongFields[n+1].Name)
		}
	}
	y := p.Entities[0].GongFields[n+1]
	if y.Kind != gong.Picklist || !y.Custom || y.Label != "Y" || y.Type != "PICKLIST" || len(y.Values) != 2 {
		t.Errorf("y is %+v", y)
	}
	if f := p.Entities[1].Fields[2]; f.Name != "y" || f.Index != n+1 {
		t.Errorf("field %s has the index %d", f.Name, f.Index)
	}
}

func TestTablesOfAPlan(t *testing.T) {
	m := load(t, `version: 1
sources:
  a: {file: a.csv}
  r: {file: r.csv, columns: {Date: date}}
enums: {e1: {values: {x: "1"}}, e2: {values: {x: "1"}}}
lookups: {l1: {from: a, key: Id, value: e1(K)}, l2: {from: a, key: Id, value: l1(K)}}
currency: {base: JPY, rates: {from: r, wide: true, date: Date}}
entities:
  DEAL:
    from: a
    fields: {objectId: Id, modifiedDate: M, name: l2(e2(N)), amount: 'convert(1, "EUR", today())'}
`, LoadOptions{})
	p := bindPlan(t, m, map[string][]string{"r": {"Date", "EUR", "usd", "Note", ""}})
	if p.Tables != 6 || p.Enums[1].Index != 1 || p.Lookups[0].Index != 2 || p.Lookups[1].Index != 3 || p.Money.ConvertAt != 4 || p.Money.RateAt != 5 {
		t.Errorf("tables %d, enum %d, lookups %d %d, convert %d, rate %d", p.Tables, p.Enums[1].Index, p.Lookups[0].Index, p.Lookups[1].Index, p.Money.ConvertAt, p.Money.RateAt)
	}
	var codes []string
	for _, w := range p.Money.Wide {
		codes = append(codes, w.Currency)
	}
	if d := cmp.Diff([]string{"EUR", "USD"}, codes); d != "" {
		t.Errorf("currencies (-want +got):\n%s", d)
	}
	if p.Money.Currency.Round != 0 || p.Money.RateBase != "JPY" {
		t.Errorf("yen have %d places, the table is in %s", p.Money.Currency.Round, p.Money.RateBase)
	}
	if d := cmp.Diff([]string{"a", "r"}, m.NeededSources()); d != "" {
		t.Errorf("sources (-want +got):\n%s", d)
	}
}

func TestBindTwiceGivesTheSame(t *testing.T) {
	m := load(t, dealsMapping, LoadOptions{})
	headers := map[string][]string{"deals": {"Id"}}
	first, second := render(m.Check(headers)), render(m.Check(headers))
	if first != second || !strings.Contains(first, "has no column") {
		t.Errorf("first\n%s\nsecond\n%s", first, second)
	}
}
