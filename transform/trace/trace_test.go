package trace_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"crm2gong/mapping"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
	"crm2gong/transform"
	"crm2gong/transform/trace"
)

// lenient are rules that find nothing wrong.
type lenient struct{ sets [gong.NumTypes]ids.Set }

func (l *lenient) Judge(gong.ObjectType, bool, []gong.Field) transform.Judge { return noJudge{} }
func (l *lenient) Note(any, int, int)                                        {}
func (l *lenient) Set(t gong.ObjectType) *ids.Set                            { return &l.sets[t] }
func (l *lenient) Close()                                                    {}
func (l *lenient) Wanted(gong.ObjectType) func(string) bool                  { return nil }
func (l *lenient) Outcome(gong.ObjectType, string, string, string)           {}

type noJudge struct{}

func (noJudge) Entity(*gong.Entity, *finding.Log) *finding.Rejection { return nil }
func (noJudge) Take() any                                            { return nil }

// bind loads a mapping over files.
func bind(t *testing.T, text string, files map[string]string) (*mapping.Plan, *transform.Inputs) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(dir, "mapping.yaml")
	if err := os.WriteFile(path, []byte("version: 1\n"+text), 0o600); err != nil {
		t.Fatal(err)
	}
	m, diags, err := mapping.Load(path, mapping.LoadOptions{})
	if err != nil || diags.HasErrors() {
		t.Fatalf("the mapping does not load: %v %v", err, diags)
	}
	in, err := transform.OpenInputs(m, m.NeededSources(), transform.InputOptions{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(in.Close)
	plan, diags := m.Bind(in.Headers())
	if plan == nil {
		t.Fatalf("the mapping does not bind: %v", diags)
	}
	return plan, in
}

func options() trace.Options {
	return trace.Options{Now: time.Date(2024, 3, 15, 12, 0, 0, 0, time.UTC), Rules: func() transform.Rules { return &lenient{} }}
}

// dump writes records in short: a line for the outcome, one a condition and
// field, and one a step.
func dump(list []*trace.Record) (lines []string) {
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	for _, r := range list {
		head := fmt.Sprintf("%s %s %s", r.Type, r.ObjectID, r.Outcome)
		if r.Item > 0 {
			head += fmt.Sprintf(" item %d", r.Item)
		}
		if r.Detail != "" {
			head += fmt.Sprintf(" (%s %s)", r.Detail, r.Field)
		}
		head += " from " + r.Place.String()
		if r.Stays != nil {
			head += ", stays " + r.Stays.String()
		}
		add("%s", head)
		for _, f := range append(r.Conditions[:len(r.Conditions):len(r.Conditions)], r.Fields...) {
			line := fmt.Sprintf(" %s %s", f.Name, f.Value)
			if f.Note != "" {
				line += " note: " + f.Note
			}
			if f.Error != "" {
				line += " error: " + f.Error
			}
			if f.Reference != nil {
				line += fmt.Sprintf(" linked: %v", f.Reference.Linked)
			}
			add("%s", line)
			steps(f.Steps, "  ", add)
		}
	}
	return lines
}

func steps(list []*trace.Step, in string, add func(string, ...any)) {
	for _, s := range list {
		line := in + strings.Repeat(" ", s.Depth) + s.Expression + " = " + s.Value
		if s.Cell != nil {
			line += " @" + s.Cell.String() + " " + s.Cell.Text
		}
		if e := s.Enum; e != nil {
			line += fmt.Sprintf(" enum %s %q %v %v", e.Name, e.Entry, e.Found, e.Default)
		}
		if l := s.Lookup; l != nil {
			line += fmt.Sprintf(" lookup %s %q %v", l.Name, l.Key, l.Found)
			if l.Found {
				line += " row " + l.Place.String()
			}
			for _, c := range l.Cells {
				line += fmt.Sprintf(" %s=%s", c.String(), c.Text)
			}
		}
		for _, r := range s.Rates {
			line += fmt.Sprintf(" rate %s %s %s row %s", r.Currency, r.Rate, r.Date, r.Place)
			for _, c := range r.Cells {
				line += fmt.Sprintf(" %s=%s", c.Ref, c.Text)
			}
		}
		add("%s", line)
		if s.Lookup != nil {
			steps(s.Lookup.Steps, in+strings.Repeat(" ", s.Depth)+"  > ", add)
		}
	}
}

const deals = `
sources:
  deals: {file: deals.csv, columns: {Amount: {type: decimal}, closes: {from: Close Date, type: date, format: "%d/%m/%Y"}}}
entities:
  DEAL:
    from: deals
    where: {real: 'Name != "TEST"'}
    fields:
      objectId: Id
      modifiedDate: '"2024-01-01T00:00:00Z"'
`

func TestExplain(t *testing.T) {
	for _, c := range []struct {
		name, mapping string
		files         map[string]string
		id            string
		want          []string
	}{
		{"a record that is written", deals + "      closeDate: closes\n      amount: Amount ?? 0\n",
			map[string]string{"deals.csv": "Close Date,Id,Name,Amount\n15/03/2024,D1,One,\n"}, "D1", []string{
				`DEAL D1 written from deals.csv row 2`,
				` where: real true`, `  Name != "TEST" = true`, `   Name = "One" @deals.csv!C2 One`,
				` objectId "D1"`, `  Id = "D1" @deals.csv!B2 D1`,
				` modifiedDate "2024-01-01T00:00:00Z"`,
				` closeDate "2024-03-15"`, `  closes = 2024-03-15 @deals.csv!A2 15/03/2024`,
				` amount 0`, `  Amount ?? 0 = 0`, `   Amount = nil @deals.csv!D2 `,
			}},
		{"one that is filtered", deals, map[string]string{"deals.csv": "Id,Name,Amount,Close Date\nD1,One,1,\nD2,TEST,1,\n"}, "D2", []string{
			`DEAL D2 filtered (real where) from deals.csv row 3`,
			` where: real false`, `  Name != "TEST" = false`, `   Name = "TEST" @deals.csv!B3 TEST`,
		}},
		{"one that is rejected, up to the field at fault", deals + "      amount: Amount\n      name: Name\n",
			map[string]string{"deals.csv": "Id,Name,Amount,Close Date\nD1,One,abc,\n"}, "D1", []string{
				`DEAL D1 rejected (value-invalid amount) from deals.csv row 2`,
				` where: real true`, `  Name != "TEST" = true`, `   Name = "One" @deals.csv!B2 One`,
				` objectId "D1"`, `  Id = "D1" @deals.csv!A2 D1`,
				` modifiedDate "2024-01-01T00:00:00Z"`,
				` amount null error: Amount: "abc" is no decimal number`, `  Amount = failed @deals.csv!C2 abc`,
			}},
		{"onError omits, or takes another expression", deals + "      amount: {value: Amount, onError: omit}\n      name: {value: Name + string(Amount), onError: Name}\n",
			map[string]string{"deals.csv": "Id,Name,Amount,Close Date\nD1,One,abc,\n"}, "D1", []string{
				`DEAL D1 written from deals.csv row 2`,
				` where: real true`, `  Name != "TEST" = true`, `   Name = "One" @deals.csv!B2 One`,
				` objectId "D1"`, `  Id = "D1" @deals.csv!A2 D1`, ` modifiedDate "2024-01-01T00:00:00Z"`,
				` amount null note: left out by onError: omit error: Amount: "abc" is no decimal number`, `  Amount = failed @deals.csv!C2 abc`,
				` name "One" note: by onError: Name error: Amount: "abc" is no decimal number`,
				`  Name + string(Amount) = failed`, `   Name = "One" @deals.csv!B2 One`, `   string(Amount) = failed`, `    Amount = failed @deals.csv!C2 abc`,
				`  Name = "One" @deals.csv!B2 One`,
			}},
		{"a repeated id", deals, map[string]string{"deals.csv": "Id,Name,Amount,Close Date\nD1,One,,\nD2,Two,,\nD1,Three,,\n"}, "D1", []string{
			`DEAL D1 written from deals.csv row 2`,
			` where: real true`, `  Name != "TEST" = true`, `   Name = "One" @deals.csv!B2 One`,
			` objectId "D1"`, `  Id = "D1" @deals.csv!A2 D1`, ` modifiedDate "2024-01-01T00:00:00Z"`,
			`DEAL D1 rejected (object-id-duplicate objectId) from deals.csv row 4, stays deals.csv row 2`,
			` where: real true`, `  Name != "TEST" = true`, `   Name = "Three" @deals.csv!B4 Three`,
			` objectId "D1" error: objectId "D1" was there before`, `  Id = "D1" @deals.csv!A4 D1`, ` modifiedDate "2024-01-01T00:00:00Z"`,
		}},
		{"duplicates: last merges the earlier row",
			strings.Replace(deals, "    from: deals\n", "    from: deals\n    duplicates: last\n", 1),
			map[string]string{"deals.csv": "Id,Name,Amount,Close Date\nD1,One,,\nD1,Two,,\n"}, "D1", []string{
				`DEAL D1 merged (last ) from deals.csv row 2, stays deals.csv row 3`,
				` where: real true`, `  Name != "TEST" = true`, `   Name = "One" @deals.csv!B2 One`,
				` objectId "D1"`, `  Id = "D1" @deals.csv!A2 D1`, ` modifiedDate "2024-01-01T00:00:00Z"`,
				`DEAL D1 written from deals.csv row 3`,
				` where: real true`, `  Name != "TEST" = true`, `   Name = "Two" @deals.csv!B3 Two`,
				` objectId "D1"`, `  Id = "D1" @deals.csv!A3 D1`, ` modifiedDate "2024-01-01T00:00:00Z"`,
			}},
		{"no data, as the source's where says, and filled down cells", `
sources: {deals: {file: deals.csv, where: Id != "Sum", fillDown: [Team]}}
entities: {DEAL: {from: deals, fields: {objectId: Id, modifiedDate: '"2024-01-01T00:00:00Z"', name: Team}}}
`, map[string]string{"deals.csv": "Id,Team\nD1,North\nD2,\nSum,\n"}, "D2", []string{
			`DEAL D2 written from deals.csv row 3`,
			` where of source deals true`, `  Id != "Sum" = true`, `   Id = "D2" @deals.csv!A3 D2`,
			` objectId "D2"`, `  Id = "D2" @deals.csv!A3 D2`, ` modifiedDate "2024-01-01T00:00:00Z"`,
			` name "North"`, `  Team = "North" @deals.csv!B2 North`,
		}},
		{"dropped", `
sources: {deals: {file: deals.csv, where: Id != "Sum"}}
entities: {DEAL: {from: deals, fields: {objectId: Id, modifiedDate: '"2024-01-01T00:00:00Z"'}}}
`, map[string]string{"deals.csv": "Id,Team\nD1,North\nSum,\n"}, "Sum", []string{
			`DEAL Sum dropped from deals.csv row 3`,
			` where of source deals false`, `  Id != "Sum" = false`, `   Id = "Sum" @deals.csv!A3 Sum`,
		}},
		{"items of forEach", `
sources: {deals: {file: deals.csv, columns: {Ids: {type: list}}}}
entities: {DEAL: {from: deals, forEach: Ids, fields: {objectId: item, modifiedDate: '"2024-01-01T00:00:00Z"'}}}
`, map[string]string{"deals.csv": "Ids\nD1;D2\n"}, "D2", []string{
			`DEAL D2 written item 2 from deals.csv row 2`,
			` forEach "[\"D1\", \"D2\"]"`, `  Ids = ["D1", "D2"] @deals.csv!A2 D1;D2`,
			` objectId "D2"`, `  item = "D2"`, ` modifiedDate "2024-01-01T00:00:00Z"`,
		}},
		{"enum, lookups one through the other, and a rate", `
sources:
  deals: {file: deals.csv, columns: {Amount: {type: decimal}, Day: {type: date}}}
  stages: {rows: [{label: Won, id: s2, kind: k1}]}
  kinds: {file: kinds.csv}
  rates: {file: rates.csv, columns: {Rate: {type: decimal}, Day: {type: date}}}
enums: {status: {ignoreCase: true, values: {Won: WON}, default: OPEN}}
lookups:
  kind: {from: kinds, key: Id}
  stageId: {from: stages, key: label, value: 'kind(kind).Name + id'}
currency: {base: USD, rates: {from: rates, currency: Code, date: Day, rate: Rate}}
entities:
  DEAL:
    from: deals
    fields: {objectId: Id, modifiedDate: '"2024-01-01T00:00:00Z"', status: status(Stage), stage: 'stageId(upper(substring(Stage, 0, 1)) + substring(Stage, 1))', amount: 'convert(Amount, "EUR", Day)'}
`, map[string]string{
			"deals.csv": "Id,Stage,Amount,Day\nD1,won,100,2024-03-15\n",
			"kinds.csv": "Id,Other,Name\nk1,o,big-\n",
			"rates.csv": "Day,Code,Rate\n2024-01-01,EUR,1.05\n2024-03-01,EUR,1.085\n2024-04-01,EUR,2\n",
		}, "D1", []string{
			`DEAL D1 written from deals.csv row 2`,
			` objectId "D1"`, `  Id = "D1" @deals.csv!A2 D1`, ` modifiedDate "2024-01-01T00:00:00Z"`,
			` status "WON"`, `  status(Stage) = "WON" enum status "Won" true false`, `   Stage = "won" @deals.csv!B2 won`,
			` stage "big-s2" linked: false`,
			`  stageId(upper(substring(Stage, 0, 1)) + substring(Stage, 1)) = "big-s2" lookup stageId "Won" true row stages row 1 stages row 1 label=Won`,
			`    > kind(kind).Name + id = "big-s2"`,
			`    >  kind(kind).Name = "big-"`,
			`    >   kind(kind) = the row lookup kind "k1" true row kinds.csv row 2 kinds.csv!A2=k1 kinds.csv!C2=big-`,
			`    >    kind = "k1" @stages row 1 kind k1`,
			`    >  id = "s2" @stages row 1 id s2`,
			`   upper(substring(Stage, 0, 1)) + substring(Stage, 1) = "Won"`,
			`    upper(substring(Stage, 0, 1)) = "W"`, `     substring(Stage, 0, 1) = "w"`, `      Stage = "won" @deals.csv!B2 won`,
			`    substring(Stage, 1) = "on"`, `     Stage = "won" @deals.csv!B2 won`,
			` amount 108.5`,
			`  convert(Amount, "EUR", Day) = 108.5 rate EUR 1.085 2024-03-01 row rates.csv row 3 A3=2024-03-01 B3=EUR C3=1.085`,
			`   Amount = 100 @deals.csv!C2 100`, `   Day = 2024-03-15 @deals.csv!D2 2024-03-15`,
		}},
		{"a column's letter is that of its own file", `
sources: {deals: {file: "deals*.csv"}}
entities: {DEAL: {from: deals, fields: {objectId: Id, modifiedDate: '"2024-01-01T00:00:00Z"', name: Name}}}
`, map[string]string{"deals1.csv": "Id,Name\nD1,One\n", "deals2.csv": "Name,x,Id\nTwo,,D2\n"}, "D2", []string{
			`DEAL D2 written from deals2.csv row 2`,
			` objectId "D2"`, `  Id = "D2" @deals2.csv!C2 D2`, ` modifiedDate "2024-01-01T00:00:00Z"`,
			` name "Two"`, `  Name = "Two" @deals2.csv!A2 Two`,
		}},
		{"lines of LDJSON have no letters", `
sources: {deals: {file: deals.ldjson}}
entities: {DEAL: {from: deals, fields: {objectId: Id, modifiedDate: '"2024-01-01T00:00:00Z"'}}}
`, map[string]string{"deals.ldjson": "{\"Id\":\"D1\"}\n{\"Id\":\"D2\"}\n"}, "D2", []string{
			`DEAL D2 written from deals.ldjson row 2`,
			` objectId "D2"`, `  Id = "D2" @deals.ldjson row 2 Id D2`, ` modifiedDate "2024-01-01T00:00:00Z"`,
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			plan, in := bind(t, c.mapping, c.files)
			x, err := trace.Explain(context.Background(), plan, in, gong.Deal, c.id, false, options())
			if err != nil {
				t.Fatal(err)
			}
			got := dump(x.Records)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
		})
	}
}

func TestCellsOfAFieldReachThroughTables(t *testing.T) {
	plan, in := bind(t, `
sources:
  deals: {file: deals.csv}
  names: {file: names.csv}
lookups: {name: {from: names, key: Id, value: Name}}
entities: {DEAL: {from: deals, fields: {objectId: Id, modifiedDate: '"2024-01-01T00:00:00Z"', name: name(Id)}}}
`, map[string]string{"deals.csv": "Id\nD1\n", "names.csv": "Name,Id\nOne,D1\n"})
	x, err := trace.Explain(context.Background(), plan, in, gong.Deal, "D1", false, options())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, c := range x.Records[0].Fields[2].Cells {
		got = append(got, c.String()+" "+c.Text+" "+c.Via)
	}
	if d := cmp.Diff([]string{"names.csv!B2 D1 name", "names.csv!A2 One name", "deals.csv!A2 D1 "}, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if f := x.Records[0].Fields[2]; filepath.Base(f.File) != "mapping.yaml" || f.Line != 7 {
		t.Errorf("the expression stands at %s:%d", f.File, f.Line)
	}
}

func TestWorkbook(t *testing.T) {
	x := excelize.NewFile()
	defer x.Close()
	for cell, v := range map[string]any{"A3": "Id", "B3": "Amount", "A4": "D1", "B4": 100.5, "A6": "D2", "B6": 7} {
		if err := x.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	b, err := x.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	plan, in := bind(t, `
sources: {deals: {file: deals.xlsx, header: 3, columns: {Amount: {type: decimal}}}}
entities: {DEAL: {from: deals, fields: {objectId: Id, modifiedDate: '"2024-01-01T00:00:00Z"', amount: Amount}}}
`, map[string]string{"deals.xlsx": b.String()})
	e, err := trace.Explain(context.Background(), plan, in, gong.Deal, "D2", false, options())
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`DEAL D2 written from deals.xlsx ▸ Sheet1 row 6`,
		` objectId "D2"`, `  Id = "D2" @deals.xlsx ▸ Sheet1!A6 D2`, ` modifiedDate "2024-01-01T00:00:00Z"`,
		` amount 7`, `  Amount = 7 @deals.xlsx ▸ Sheet1!B6 7`,
	}
	if d := cmp.Diff(want, dump(e.Records)); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
	if style := e.Records[0].Fields[2].Cells[0].Style; style != "number" {
		t.Errorf("style %q, want number", style)
	}
	r, err := trace.Reach(context.Background(), plan, in, trace.Target{File: "deals.xlsx", Sheet: "sheet1", Row: 4, Column: "B", Letters: true}, options())
	if err != nil || len(r.Records) != 1 || r.Records[0].ObjectID != "D1" || r.Cells[0].Text != "100.5" {
		t.Errorf("reached %+v, %v", r, err)
	}
}

// A field that a cell reaches and that names another record says whether that
// record is there.
func TestReachReferences(t *testing.T) {
	plan, in := bind(t, `
sources: {accounts: {file: accounts.csv}, deals: {file: deals.csv}}
entities:
  ACCOUNT: {from: accounts, fields: {objectId: Id, modifiedDate: '"2024-01-01T00:00:00Z"'}}
  DEAL: {from: deals, fields: {objectId: Id, modifiedDate: '"2024-01-01T00:00:00Z"', accountId: Account, ownerId: Owner}}
`, map[string]string{"deals.csv": "Id,Account,Owner\nD1,A1,U1\nD2,A9,U1\n", "accounts.csv": "Id\nA1\n"})
	for _, c := range []struct {
		cell string
		want trace.Reference
	}{
		{"deals.csv!B2", trace.Reference{Target: "ACCOUNT", Judged: true, Linked: true}},
		{"deals.csv!B3", trace.Reference{Target: "ACCOUNT", Judged: true}},
		{"deals.csv!C2", trace.Reference{Target: "BUSINESS_USER"}},
	} {
		target, err := trace.ParseTarget(c.cell)
		if err != nil {
			t.Fatal(err)
		}
		x, err := trace.Reach(context.Background(), plan, in, target, options())
		if err != nil || len(x.Records) != 1 || len(x.Records[0].Fields) != 1 {
			t.Fatalf("%s: reached %+v, %v", c.cell, x, err)
		}
		if r := x.Records[0].Fields[0].Reference; r == nil || *r != c.want {
			t.Errorf("%s: %+v, want %+v", c.cell, r, c.want)
		}
	}
}

func TestNoSuchID(t *testing.T) {
	plan, in := bind(t, `
sources: {accounts: {file: accounts.csv}, deals: {file: deals.csv}}
entities:
  ACCOUNT: {from: accounts, fields: {objectId: Id, modifiedDate: '"2024-01-01T00:00:00Z"'}}
  DEAL: {from: deals, fields: {objectId: Id, modifiedDate: '"2024-01-01T00:00:00Z"'}}
`, map[string]string{"deals.csv": "Id\n0061\n0062\n99999\n", "accounts.csv": "Id\n0063\n"})
	x, err := trace.Explain(context.Background(), plan, in, gong.Deal, "0063", false, options())
	if err != nil {
		t.Fatal(err)
	}
	if len(x.Records) != 0 || x.Outcome() != "" {
		t.Errorf("%d records, outcome %q", len(x.Records), x.Outcome())
	}
	if d := cmp.Diff([]string{"0061", "0062"}, x.Nearest); d != "" {
		t.Errorf("nearest (-want +got)\n%s", d)
	}
	if d := cmp.Diff([]gong.ObjectType{gong.Account}, x.Others); d != "" {
		t.Errorf("others (-want +got)\n%s", d)
	}
}

func TestHistory(t *testing.T) {
	plan, in := bind(t, `
sources: {past: {file: past.csv}, deals: {file: deals.csv}}
entities: {DEAL: {from: deals, fields: {objectId: Id, modifiedDate: At}}}
history: {DEAL: {from: past, fields: {objectId: Id, modifiedDate: At}}}
`, map[string]string{
		"deals.csv": "Id,At\nD1,2024-03-01T00:00:00Z\n",
		"past.csv":  "Id,At\nD1,2024-02-01T00:00:00Z\nD2,2024-02-01T00:00:00Z\nD1,2024-01-01T00:00:00Z\nD1,2024-02-01T00:00:00Z\n",
	})
	x, err := trace.Explain(context.Background(), plan, in, gong.Deal, "D1", true, options())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, line := range dump(x.Records) {
		if strings.HasPrefix(line, "DEAL") {
			got = append(got, line)
		}
	}
	want := []string{"DEAL D1 written from past.csv row 2", "DEAL D1 written from past.csv row 4",
		"DEAL D1 rejected (object-id-duplicate objectId) from past.csv row 5, stays past.csv row 2"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

const reaching = `
sources:
  deals: {file: deals.csv, fillDown: [Team], columns: {Amount: {type: decimal}, Day: {type: date}}}
  stages: {file: stages.csv}
  kinds: {file: kinds.csv}
  rates: {file: rates.csv, columns: {Day: {type: date}}}
lookups:
  kind: {from: kinds, key: Id}
  stageId: {from: stages, key: label, value: 'kind(kind).Name + id'}
currency: {base: USD, rates: {from: rates, wide: true, date: Day}}
entities:
  DEAL:
    from: deals
    where: {ours: Team != "South"}
    fields:
      objectId: Id
      modifiedDate: '"2024-01-01T00:00:00Z"'
      name: 'Id == "D1" ? Team : kind("k2").Other'
      stage: stageId(Stage)
      amount: 'convert(Amount, Cur, Day)'
`

func TestReach(t *testing.T) {
	files := map[string]string{
		"deals.csv":  "Id,Team,Stage,Amount,Cur,Day\nD1,North,Won,100,EUR,2024-03-15\nD2,,Lost,100,GBP,2024-03-15\nD3,South,Won,100,EUR,2024-03-15\nD4,East,Won,100,EUR,2024-01-15\n",
		"stages.csv": "label,id,kind\nWon,w,k1\nLost,l,k2\n",
		"kinds.csv":  "Id,Name,Other,Unread\nk1,big-,o1,u\nk2,small-,o2,u\n",
		"rates.csv":  "Day,EUR,GBP\n2024-01-01,1.1,1.2\n2024-03-01,1.3,1.4\n",
	}
	for _, c := range []struct {
		cell string
		want []string
	}{
		{"deals.csv!A2", []string{"D1 objectId name"}},
		{"deals.csv!B2", []string{"D1 where: ours name", "D2 where: ours"}}, // filled down; D2 takes the other branch
		{"deals.csv!B4", []string{"D3 where: ours"}},
		{"deals.csv:3:Stage", []string{"D2 stage"}},
		{"deals.csv:3:3", []string{"D2 stage"}},
		{"stages.csv!B2", []string{"D1 stage", "D4 stage"}},
		{"kinds.csv!B2", []string{"D1 stage", "D4 stage"}}, // through two lookups
		{"kinds.csv!C3", []string{"D2 name", "D4 name"}},   // a column of a whole row
		{"kinds.csv!C2", nil},                              // read of no row
		{"kinds.csv!D2", nil},                              // read by nothing
		{"rates.csv!B3", []string{"D1 amount"}},            // the rate in force
		{"rates.csv!A2", []string{"D4 amount"}},            // its day
		{"rates.csv!C3", []string{"D2 amount"}},            // another currency
		{"rates.csv!C2", nil},                              // a rate that nothing uses
	} {
		t.Run(c.cell, func(t *testing.T) {
			plan, in := bind(t, reaching, files)
			target, err := trace.ParseTarget(c.cell)
			if err != nil {
				t.Fatal(err)
			}
			x, err := trace.Reach(context.Background(), plan, in, target, options())
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range x.Records {
				line := r.ObjectID
				for _, f := range append(r.Conditions, r.Fields...) {
					line += " " + f.Name
				}
				got = append(got, line)
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got)\n%s", d)
			}
			if !x.Found {
				t.Error("the row was not found")
			}
		})
	}
}

func TestReachRefuses(t *testing.T) {
	plan, in := bind(t, deals, map[string]string{"deals.csv": "Id,Name,Amount,Close Date\nD1,One,,\n"})
	for _, c := range []struct{ cell, want string }{
		{"deals.csv!Z9", `deals.csv has no column "Z"`},
		{"deal.csv!A1", `no source reads the file "deal.csv"`},
		{"deals.csv!Sheet2!A1", `no source reads sheet "Sheet2" of deals.csv`},
	} {
		target, err := trace.ParseTarget(c.cell)
		if err != nil {
			t.Fatal(err)
		}
		_, err = trace.Reach(context.Background(), plan, in, target, options())
		var unknown *trace.UnknownCell
		if !errors.As(err, &unknown) || err.Error() != c.want {
			t.Errorf("%s: %v, want %s", c.cell, err, c.want)
		}
	}
	x, err := trace.Reach(context.Background(), plan, in, trace.Target{File: "deals.csv", Row: 9, Column: "A", Letters: true}, options())
	if err != nil || x.Found {
		t.Errorf("a row beyond the end: found %v, %v", x.Found, err)
	}
}

func TestParseTarget(t *testing.T) {
	for _, c := range []struct {
		in   string
		want trace.Target
	}{
		{"a b.csv!f17", trace.Target{File: "a b.csv", Row: 17, Column: "F", Letters: true}},
		{"a.xlsx!Sheet 1!$AB$2", trace.Target{File: "a.xlsx", Sheet: "Sheet 1", Row: 2, Column: "AB", Letters: true}},
		{"a.xlsx ▸ Sheet1!F17", trace.Target{File: "a.xlsx", Sheet: "Sheet1", Row: 17, Column: "F", Letters: true}},
		{"exports/a.csv:17:Close Date", trace.Target{File: "exports/a.csv", Row: 17, Column: "Close Date"}},
		{"a.csv:17:x:2:y", trace.Target{File: "a.csv", Row: 17, Column: "x:2:y"}},
		{`C:\data\a.csv:3:4`, trace.Target{File: `C:\data\a.csv`, Row: 3, Column: "4"}},
	} {
		got, err := trace.ParseTarget(c.in)
		if err != nil || got != c.want {
			t.Errorf("%s: %+v, %v", c.in, got, err)
		}
	}
	for _, s := range []string{"", "a.csv", "a.csv!", "a.csv!17", "a.csv!F", "a.csv!F0", "a.csv:x:y", "a.csv:0:y", "!F17", "a.csv:17:"} {
		if got, err := trace.ParseTarget(s); err == nil {
			t.Errorf("%q was read as %+v", s, got)
		}
	}
}

func TestLimit(t *testing.T) {
	plan, in := bind(t, deals, map[string]string{"deals.csv": "Id,Name,Amount,Close Date\nD1,One,,\nD1,Two,,\nD1,Three,,\n"})
	o := options()
	o.Limit = 2
	x, err := trace.Explain(context.Background(), plan, in, gong.Deal, "D1", false, o)
	if err != nil || len(x.Records) != 2 || x.More != 1 {
		t.Errorf("%d records and %d more, %v", len(x.Records), x.More, err)
	}
}
