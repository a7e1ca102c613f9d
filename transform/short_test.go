package transform

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"crm2gong/mapping"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
	"crm2gong/transform/source"
)

// curious is a judge that asks everything that a judge may ask: the cells that
// fields come from, and what was converted.
type curious struct {
	t    testing.TB
	told []string
}

func (j *curious) Entity(e *gong.Entity, _ *finding.Log) *finding.Rejection {
	line := fmt.Sprintf("%d %v %v", e.Origin.Row, e.Deleted, e.Converted)
	for i := range e.Fields {
		header, column, text, ok := e.Lineage.Cell(i)
		line += fmt.Sprintf("; %s %q %d %q %v", e.Fields[i].Name, header, column, text, ok)
		if h, c, k := e.Lineage.Column(i); h != header || c != column || k != ok {
			j.t.Errorf("%s is of the cell %q %d %v and of the column %q %d %v", e.Fields[i].Name, header, column, ok, h, c, k)
		}
	}
	e.Lineage.(interface {
		Prices(func(string, value.Value))
	}).Prices(func(currency string, amount value.Value) { line += " " + currency + " " + amount.String() })
	j.told = append(j.told, line)
	if e.Get("name").Text == "refuse me" {
		return &finding.Rejection{Code: "refused", Field: "name", Reason: "it asks for it"}
	}
	return nil
}

func (j *curious) Take() any {
	told := j.told
	j.told = nil
	return told
}

type curiousRules struct {
	blind
	t testing.TB
}

func (r *curiousRules) Judge(gong.ObjectType, bool, []gong.Field) Judge { return &curious{t: r.t} }

const shortHead = `version: 1
sources:
  rates:
    rows:
      - {C: EUR, D: "2020-01-01", R: 1.1}
      - {C: EUR, D: "2024-01-01", R: 1.0825}
      - {C: GBP, D: "2022-01-01", R: 1.25}
      - {C: JPY, D: "2023-01-01", R: 0.0067}
    columns:
      D: {type: date}
      R: {type: decimal}
  stages:
    rows:
      - {StageName: Prospecting, Id: "01J01"}
      - {StageName: Closed Won, Id: "01J02"}
      - {StageName: twice, Id: "01J03"}
      - {StageName: twice, Id: "01J04"}
      - {StageName: nothing, Id: ""}
  opportunities:
    file: opportunities.csv
    columns:
      Amount: {type: decimal}
      Whole: {type: decimal, decimal: ","}
      Close: {type: date}
      Closed: {type: date, format: "%d.%m.%Y"}
      Share: {type: decimal}
      Flag: {type: boolean}
      Word: {default: none}
      Raw: {empty: [none]}
      Then: {type: datetime, format: "%d/%m/%Y %H:%M"}
      Yes: {type: boolean, truthy: [oui], falsy: [non], default: non}
enums:
  status:
    values: {Closed Won: WON, Prospecting: OPEN}
    default: LOST
  strict:
    values: {Closed Won: WON, Prospecting: OPEN, twice: LOST}
    ignoreCase: true
lookups:
  stageId: {from: stages, key: StageName, value: Id}
  sure: {from: stages, key: StageName, value: Id, onMissing: error}
  maybe: {from: stages, key: StageName, value: Id, onMissing: unknown}
currency:
  base: USD
`

// shortRates are exchange rates, undated and dated.
var shortRates = [2]string{
	"  rates: {EUR: 1.1, GBP: \"1.25\", JPY: 0.0067}\n",
	"  rates: {from: rates, currency: C, date: D, rate: R}\n",
}

// shortFields are ways to make the fields of a deal.
var shortFields = []string{
	"isDeleted: Flag", "isDeleted: Word", "accountId: Account", `accountId: Account ?? "none"`, "accountId: Raw", "accountId: maybe(Stage)",
	"name: Name", `name: Name ?? ("Deal_" + Id)`, `name: Name + " " + Id`, "name: Word", "name: Share", "createdDate: Then", "closeDate: Then", `createdDate: Then ?? datetime("2020-01-01T00:00:00Z")`, "isDeleted: Yes", "amount: {value: Whole, null: keep}", "name: upper(Name)", "name: truncate(Name, 4)", `name: replace(Name, "o", Raw)`, "accountId: safeId(Account)", "url: url(Name)", `url: "url(Name) ?? \"https://a.example\""`,
	"closeDate: date(Created)", `closeDate: {value: 'date(Created, "%Y-%m-%dT%H:%M:%SZ")', onError: omit}`, "createdDate: datetime(Created)", "amount: number(Raw)", "amount: number(Name)", "name: {value: Name, null: keep}",
	`url: '"https://crm.example.com/" + Id'`, "url: Name", "createdDate: Created", "createdDate: {value: Created, onError: omit}",
	"closeDate: Close", "closeDate: Closed", `closeDate: {value: Created, onError: Close}`, "status: status(Stage)", "status: strict(Stage)", "status: {value: strict(Name), onError: omit}",
	"stage: stageId(Stage)", "stage: sure(Stage)", `stage: stageId(Stage) ?? "x"`, "stage: stageId(Name)", "closeDate: stageId(Stage)", "closeDate: {value: stageId(Stage), onError: Close}",
	"amount: Amount", "amount: Whole", "amount: convert(Amount, Currency)", `amount: convert(Amount, "EUR")`, `amount: convert(Amount, Currency) ?? Share`,
	"amount: {value: 'convert(Whole, Currency)', onError: Amount}", "amount: {value: 'Amount ?? convert(Share, Currency)', onError: omit}",
}

// What short ways make of a block, what is counted and what judges can learn is
// what evaluating and fitting row by row make of it, whatever stands in the
// cells.
func TestShortWaysAgree(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	made := 0
	for n := range 240 {
		dir := t.TempDir()
		fields := map[string]string{}
		text := ""
		for range 7 {
			f := shortFields[random.IntN(len(shortFields))]
			fields[f[:strings.IndexByte(f, ':')]] = f
		}
		for _, name := range []string{"isDeleted", "url", "accountId", "name", "createdDate", "closeDate", "status", "stage", "amount"} {
			if f := fields[name]; f != "" && (n%5 != 2 || name != "isDeleted") { // which the key deleted is for
				text += "      " + f + "\n"
			}
		}
		head := "entities:\n  DEAL:\n    from: opportunities\n"
		switch n % 5 {
		case 1:
			head += "    where: {named: Name != \"leave me\"}\n"
		case 2:
			head += "    deleted: Stage == \"twice\"\n"
		case 3:
			head += "    forEach: 'split(Name ?? \"a\", \" \")'\n"
		}
		id := "Id"
		if n%4 == 1 {
			id = []string{"stageId(Stage)", "status(Stage)", `"k-" + (Account ?? Id)`, `"k-" + Id`}[n/4%4]
			if n%5 == 4 {
				head += "    where: {odd: Flag}\n"
			}
		}
		idLine := "      objectId: '" + id + "'\n"
		head += "    fields:\n"
		if n%3 == 0 {
			head, text = head+"      modifiedDate: Modified\n", text+idLine
		} else {
			head += idLine + "      modifiedDate: Modified\n"
		}
		custom := "    custom:\n      share: {label: Share, type: PERCENT, value: Share}\n      item: {label: Raw, type: STRING, value: Raw}\n"
		if n%2 == 1 {
			text = strings.NewReplacer("Currency)", "Currency, Close)", `"EUR")`, `"EUR", Close)`).Replace(text)
		}
		mapped := shortHead + shortRates[n%2] + head + text + custom
		if n%7 == 3 {
			mapped = strings.Replace(mapped, "file: opportunities.csv\n", "file: opportunities.csv\n    where: Account != \"001A\"\n", 1)
		}
		write(t, dir, "mapping.yaml", mapped)
		write(t, dir, "opportunities.csv", oddRows(random, 300))
		made += agree(t, dir, mapped)
	}
	if made < 5000 {
		t.Errorf("only %d fields were made by short ways", made)
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// oddRows writes rows most of whose cells are as they should be.
func oddRows(r *rand.Rand, n int) string {
	columns := []struct {
		name        string
		usual, rare []string
	}{
		{"Id", nil, []string{"", " 12 ", `a"b`}},
		{"Modified", []string{"2024-03-15T10:00:00.000+0000", "2023-12-31T23:59:59Z"}, []string{"", "2024-03-15", "2024-02-30T10:00:00Z"}},
		{"Flag", []string{"true", "false", ""}, []string{"yes", "maybe", " TRUE "}},
		{"Account", []string{"001A", "001B", ""}, []string{" 001C", "'=1", "x\ny"}},
		{"Raw", []string{"a", "b ", ""}, []string{" ", "\t"}},
		{"Stage", []string{"Prospecting", "Closed Won", "twice"}, []string{"", "nothing", "elsewhere", "closed won", " Closed Won"}},
		{"Name", []string{"Müller renewal", "Acme", "two words", "leave me"}, []string{"", "refuse me", "Closed Won", `said ""so""`, "  ", "https://a.example/b c"}},
		{"Created", []string{"2024-03-15T10:00:00.000+0000", "2022-01-01T00:00:00Z"}, []string{"", "2024-03-15 9:05", "15/03/2024", "2024-03-15"}},
		{"Close", []string{"2024-03-15", "2021-12-31", ""}, []string{"2024-03-15 00:00:00", "2024-03-15T23:00:00-05:00", "2024-02-30", "1899-12-31", "0000-01-01"}},
		{"Closed", []string{"15.03.2024", ""}, []string{"2024-03-15"}},
		{"Amount", []string{"12345.67", "0", "-7.5", ""}, []string{"1,000", "1e3", "007", "12345678901234567890.25", "+4"}},
		{"Whole", []string{"12,5", ""}, []string{"12.5"}},
		{"Share", []string{"0", "50", "99.5", ""}, []string{"101", "-1", "half"}},
		{"Currency", []string{"USD", "EUR", "GBP", "JPY"}, []string{"", "ZZZ", " EUR "}},
		{"Word", []string{"word", ""}, []string{"none"}},
		{"Then", []string{"15/03/2024 10:00", "01/01/2020 00:00", ""}, []string{"2024-03-15", " 15/03/2024 10:00 "}},
		{"Yes", []string{"oui", "non", ""}, []string{"yes", "OUI"}},
		{"Unread", []string{"u", ""}, []string{"v"}},
	}
	var b strings.Builder
	for i, c := range columns {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(c.name)
	}
	b.WriteByte('\n')
	oddities := r.IntN(40) + 2
	for i := range n {
		switch r.IntN(60) {
		case 0:
			b.WriteString("\n")
		case 1:
			b.WriteString(strings.Repeat(",", len(columns)-1) + "\n")
		case 2:
			b.WriteString("short,row\n")
		case 3:
			b.WriteString(strings.Repeat("x,", len(columns)) + "long\n")
		}
		for k, c := range columns {
			if k > 0 {
				b.WriteByte(',')
			}
			cell := fmt.Sprint("006", i)
			if c.usual != nil {
				cell = c.usual[r.IntN(len(c.usual))]
			}
			if r.IntN(oddities*4) == 0 {
				cell = c.rare[r.IntN(len(c.rare))]
			}
			if strings.ContainsAny(cell, "\"\n,") || r.IntN(3) == 0 {
				cell = `"` + cell + `"`
			}
			b.WriteString(cell)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// agree converts the blocks of a mapping's deals both ways and gives how many
// fields short ways made.
func agree(t *testing.T, dir, text string) (made int) {
	t.Helper()
	m, diags, err := mapping.Load(filepath.Join(dir, "mapping.yaml"), mapping.LoadOptions{})
	if err != nil || diags.HasErrors() {
		t.Fatal(err, diags, text)
	}
	in, err := OpenInputs(m, m.NeededSources(), InputOptions{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	plan, diags := m.Bind(in.Headers())
	if diags.HasErrors() {
		t.Fatal(diags, text)
	}
	refused := [2][]string{}
	stages := [2]*entityStage{}
	for i := range stages {
		r := newRun(context.Background(), plan, in, Options{Rules: &curiousRules{t: t}, Now: time.Unix(1.7e9, 0).UTC(), Workers: 1,
			Refused: func(_ gong.ObjectType, id string) { refused[i] = append(refused[i], id) }})
		if err := r.fillTables(); err != nil {
			t.Fatal(err)
		}
		r.views = r.tables.views()
		p := r.newPass(plan.Entities)
		p.encode = true
		stages[i] = newEntityStage(p, plan.Entities[0])
	}
	short, long := stages[0], stages[1]
	long.many = false
	for i := range long.steps {
		long.steps[i].short, long.steps[i].counts = nil, nil
	}
	table, err := in.table("opportunities")
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	var b source.Block
	for {
		ok, err := table.Next(&b)
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return made
		}
		for _, s := range stages {
			s.pass.run.table = table
			if err := s.convert(&b, nil); err != nil {
				t.Fatal(err)
			}
		}
		for i := range short.steps {
			if short.steps[i].short != nil {
				made += short.made.counts.Read
			}
		}
		for what, of := range map[string]func(s *entityStage) any{
			"lines":   func(s *entityStage) any { return string(s.made.lines) },
			"counts":  func(s *entityStage) any { return s.made.counts },
			"entries": func(s *entityStage) any { return fmt.Sprint(s.made.entries) },
			"refused": func(s *entityStage) any { return fmt.Sprint(s.made.refused) },
			"notes":   func(s *entityStage) any { return s.made.notes },
			"rejects": func(s *entityStage) any { return fmt.Sprintf("%q %v", s.made.rejects.text, s.made.rejects.list) },
			"log": func(s *entityStage) any {
				all := ""
				for _, g := range s.made.log.Groups() {
					all += fmt.Sprintf("%v %d %d %+v\n", g.Key, g.Count, g.Distinct(), g.Examples)
				}
				return all
			},
			"enums": func(s *entityStage) any {
				all := ""
				for _, e := range s.views.enums {
					used, defaulted, unmapped := e.Counts()
					all += fmt.Sprintln(used, defaulted, unmapped, e.Empty())
				}
				return all
			},
			"lookups": func(s *entityStage) any {
				all := ""
				for _, l := range s.views.lookups {
					all += fmt.Sprintln(l.Counts())
				}
				return all
			},
			"money": func(s *entityStage) any {
				by, total := s.views.money.Use()
				all := total.String()
				for _, c := range []string{"USD", "EUR", "GBP", "JPY"} {
					all += fmt.Sprintf("; %s %+v", c, by[c])
				}
				return all
			},
		} {
			if got, want := of(short), of(long); !reflect.DeepEqual(got, want) {
				a, b := strings.Split(fmt.Sprint(got), "\n"), strings.Split(fmt.Sprint(want), "\n")
				for len(a) > 1 && len(b) > 1 && a[0] == b[0] {
					a, b = a[1:], b[1:]
				}
				t.Fatalf("%s by short ways\n%s\n, want\n%s\nof %s", what, a[0], b[0], text)
			}
		}
	}
}
