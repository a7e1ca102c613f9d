package mappingtest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"crm2gong/mapping"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
	"crm2gong/transform"
	"crm2gong/transform/mappingtest"
)

// strict are rules that refuse a record without objectId and nothing else.
type strict struct {
	sets [gong.NumTypes]ids.Set
	asOf time.Time
}

func (s *strict) Judge(gong.ObjectType, bool, []gong.Field) transform.Judge { return s }
func (s *strict) Note(any, int, int)                                        {}
func (s *strict) Set(t gong.ObjectType) *ids.Set                            { return &s.sets[t] }
func (s *strict) Close()                                                    {}
func (s *strict) Wanted(gong.ObjectType) func(string) bool                  { return nil }
func (s *strict) Outcome(gong.ObjectType, string, string, string)           {}
func (s *strict) Take() any                                                 { return nil }
func (s *strict) Entity(e *gong.Entity, _ *finding.Log) *finding.Rejection {
	if e.ObjectID() == "" {
		return &finding.Rejection{Code: "missing-mandatory", Field: "objectId", Reason: "no id"}
	}
	return nil
}

// head is a mapping that has a table of its own, a lookup, rates, two ways to
// make contacts and all kinds of fields.
const head = `version: 1
timezone: America/New_York
sources:
  deals:
    file: /nowhere/deals.csv
    where: Kind != "total"
    columns: {Amount: decimal, Hot: boolean, Tags: list, third: {at: C}}
  people: {file: /nowhere/people.csv}
  guests: {file: /nowhere/guests.csv}
  sites: {file: /nowhere/sites.csv}
  stages:
    rows: [{id: won, label: Closed Won}]
  rates: {file: /nowhere/rates.csv, columns: {Rate: decimal}}
lookups: {stageId: {from: stages, key: label, value: id}}
currency: {base: USD, rates: {from: rates, currency: Currency, rate: Rate}}
entities:
  ACCOUNT:
    from: sites
    fields: {objectId: Id, modifiedDate: now(), domains: domains(Website)}
  CONTACT:
    - {from: people, where: Kind == "a", fields: {objectId: Id, modifiedDate: now(), firstName: First}}
    - {from: guests, fields: {objectId: Number, modifiedDate: now(), firstName: Given}}
  DEAL:
    from: deals
    where: {not a test: not (Name startsWith "TEST"), mine: Region == "EMEA" or Region == nil}
    fields:
      objectId: Id
      modifiedDate: datetime(Modified) ?? now()
      name: {value: Name, null: keep}
      amount: convert(Amount, Currency)
      stage: stageId(Stage)
      accountId: third
    custom:
      hot: {label: Hot, type: BOOLEAN, value: Hot}
      tags: {label: Tags, type: STRING, value: 'join(Tags, "+")'}
  LEAD:
    from: people
    forEach: split(Kind, ";")
    fields: {objectId: 'join([Id, item], "-")', modifiedDate: now(), firstName: item}
tests:
`

func TestRun(t *testing.T) {
	for _, test := range []struct {
		name, test string
		want       []string // FIELD WANT GOT
	}{
		{"numbers by value", `{entity: DEAL, row: {Id: 1, Amount: "100", Currency: EUR}, rows: {rates: [{Currency: EUR, Rate: 1.085}]}, expect: {amount: "108.50"}}`, nil},
		{"another number", `{entity: DEAL, row: {Id: 1, Amount: 1, Currency: USD}, expect: {amount: 1.01}}`, []string{`amount 1.01 1`}},
		{"a text where a number is due", `{entity: DEAL, row: {Id: 1, Amount: 1, Currency: USD}, expect: {amount: one}}`, []string{`amount "one" 1`}},
		{"ids are texts", `{entity: DEAL, row: {Id: 0061}, expect: {objectId: 0061}}`, nil},
		{"ids are not numbers", `{entity: DEAL, row: {Id: 0061}, expect: {objectId: 61}}`, []string{`objectId "61" "0061"`}},
		{"true and false", `{entity: DEAL, row: {Id: 1, Hot: yes}, expect: {hot: true}}`, nil},
		{"false for true", `{entity: DEAL, row: {Id: 1, Hot: no}, expect: {hot: true}}`, []string{`hot true false`}},
		{"date-times as instants", `{entity: DEAL, row: {Id: 1, Modified: 2024-03-15T10:00:00Z}, expect: {modifiedDate: "2024-03-15T12:00:00.000+02:00"}}`, nil},
		{"date-times without offset are the mapping's", `{entity: DEAL, row: {Id: 1, Modified: 2024-03-15 10:00}, expect: {modifiedDate: 2024-03-15T14:00:00Z}}`, nil},
		{"another instant", `{entity: DEAL, row: {Id: 1, Modified: 2024-03-15T10:00:00Z}, expect: {modifiedDate: "2024-03-15T10:00:01Z"}}`, []string{`modifiedDate "2024-03-15T10:00:01Z" "2024-03-15T10:00:00Z"`}},
		{"lists", `{entity: ACCOUNT, row: {Id: 1, Website: "acme.com, beta.org"}, expect: {domains: [acme.com, beta.org]}}`, nil},
		{"a list of one", `{entity: ACCOUNT, row: {Id: 1, Website: acme.com}, expect: {domains: acme.com}}`, nil},
		{"lists in another order", `{entity: ACCOUNT, row: {Id: 1, Website: "acme.com, beta.org"}, expect: {domains: [beta.org, acme.com]}}`, []string{`domains ["beta.org","acme.com"] ["acme.com","beta.org"]`}},
		{"no value", `{entity: DEAL, row: {Id: 1, Region: EMEA}, expect: {name: null, stage: ~, accountId: "", tags: []}}`, nil},
		{"a value where none is due", `{entity: DEAL, row: {Id: 1, Name: x}, expect: {name: null}}`, []string{`name null "x"`}},
		{"none where a value is due", `{entity: DEAL, row: {Id: 1, Region: EMEA}, expect: {name: x}}`, []string{`name "x" null`}},
		{"exactly", `{entity: DEAL, as_of: 2024-01-01, row: {Id: 1, Name: x}, expect: {objectId: 1, name: x, modifiedDate: 2024-01-01T00:00:00Z}, exactly: true}`, nil},
		{"more than exactly", `{entity: DEAL, row: {Id: 1, Name: x, Hot: yes}, expect: {objectId: 1, modifiedDate: 2024-06-30T00:00:00Z}, exactly: true}`, []string{`name null "x"`, `hot null true`}},
		{"the mapping's own table", `{entity: DEAL, row: {Id: 1, Stage: Closed Won}, expect: {stage: won}}`, nil},
		{"the test's table instead", `{entity: DEAL, row: {Id: 1, Stage: Closed Won}, rows: {stages: [{label: Open, id: open}]}, expect: {stage: null}}`, nil},
		{"a column by its place", `{entity: DEAL, row: {Id: 1, third: a1}, expect: {accountId: a1}}`, nil},
		{"rejected", `{entity: DEAL, row: {Id: 1, Amount: ten, Currency: USD}, rejected: value-invalid}`, nil},
		{"rejected by the rules", `{entity: DEAL, row: {Name: x}, rejected: missing-mandatory}`, nil},
		{"rejected for another reason", `{entity: DEAL, row: {Id: 1, Amount: 1, Currency: GBP}, rejected: value-invalid}`,
			[]string{`outcome "rejected: value-invalid" "rejected: rate-missing (amount): there is no rate for currency \"GBP\""`}},
		{"rejected and not written", `{entity: DEAL, row: {Name: x}, expect: {name: x}}`, []string{`outcome "written" "rejected: missing-mandatory (objectId): no id"`}},
		{"written and not rejected", `{entity: DEAL, row: {Id: 1}, rejected: value-invalid}`, []string{`outcome "rejected: value-invalid" "written"`}},
		{"a repeated id", `{entity: DEAL, rows: {deals: [{Id: 1}, {Id: 1}]}, rejected: object-id-duplicate}`, nil},
		{"filtered", `{entity: DEAL, row: {Id: 1, Region: APAC}, filtered: mine}`, nil},
		{"filtered by the first condition", `{entity: DEAL, row: {Id: 1, Name: TEST, Region: APAC}, filtered: mine}`, []string{`outcome "filtered: mine" "filtered: not a test"`}},
		{"an empty list of forEach", `{entity: LEAD, row: {Id: 1}, filtered: forEach}`, nil},
		{"one of several items", `{entity: LEAD, row: {Id: 1, Kind: a;b;c}, expect: {objectId: 1-b, firstName: b}}`, nil},
		{"the nearest of several items", `{entity: LEAD, row: {Id: 1, Kind: a;b}, expect: {objectId: 1-b, firstName: x}}`, []string{`firstName "x" "b"`}},
		{"the source that has the columns", `{entity: CONTACT, row: {Number: 7, Given: Ann}, expect: {objectId: 7, firstName: Ann}}`, nil},
		{"the first source otherwise", `{entity: CONTACT, row: {Id: 7, First: Ann, Kind: a}, expect: {objectId: 7, firstName: Ann}}`, nil},
		{"no data", `{entity: DEAL, row: {Id: 1, Kind: total}, expect: {objectId: 1}}`, []string{`outcome "written" "no data, by the where of source deals"`}},
		{"no row", `{entity: DEAL, row: {Id: ""}, expect: {objectId: 1}}`, []string{`outcome "written" "no row: rows whose cells are all empty are not read"`}},
	} {
		t.Run(test.name, func(t *testing.T) {
			text := head + "  - " + strings.Replace(test.test, "{", "{name: it, ", 1) + "\n"
			r, asOf := run(t, text)
			var got []string
			for _, d := range r.Differences {
				got = append(got, fmt.Sprintf("%s %s %s", d.Field, d.Want, d.Got))
			}
			if d := cmp.Diff(test.want, got); d != "" {
				t.Errorf("differences (-want +got):\n%s", d)
			}
			if r.OK() != (len(test.want) == 0) {
				t.Errorf("OK is %t", r.OK())
			}
			if want := strings.Contains(text, "as_of"); want == asOf.Equal(now) {
				t.Errorf("the rules judge as of %s", asOf)
			}
		})
	}
}

var now = time.Date(2024, 6, 30, 0, 0, 0, 0, time.UTC)

// run runs the only test of a mapping and tells as of when the rules judged.
func run(t *testing.T, text string) (*mappingtest.Result, time.Time) {
	t.Helper()
	m, list, err := mapping.Load("m.yaml", mapping.LoadOptions{ReadFile: func(string) ([]byte, error) { return []byte(text), nil }})
	if err != nil {
		t.Fatal(err)
	}
	if list = append(list, m.CheckTests(m.Tests, nil)...); list.HasErrors() {
		t.Fatalf("the mapping does not check: %v", list)
	}
	var rules strict
	r, err := mappingtest.Run(context.Background(), m, m.Tests[0], mappingtest.Options{
		Now: now,
		Rules: func(_ gong.ObjectType, asOf time.Time) transform.Rules {
			rules.asOf = asOf
			return &rules
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r, rules.asOf
}
