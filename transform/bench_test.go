package transform

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"crm2gong/mapping"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
	"crm2gong/transform/source"
)

// blind are rules that judge nothing.
type blind struct{ sets [gong.NumTypes]ids.Set }

func (*blind) Judge(gong.ObjectType, bool, []gong.Field) Judge { return blindJudge{} }
func (*blind) Note(any, int, int)                              {}
func (b *blind) Set(t gong.ObjectType) *ids.Set                { return &b.sets[t] }
func (*blind) Close()                                          {}
func (*blind) Wanted(gong.ObjectType) func(string) bool        { return nil }
func (*blind) Outcome(gong.ObjectType, string, string, string) {}

type blindJudge struct{}

func (blindJudge) Entity(*gong.Entity, *finding.Log) *finding.Rejection { return nil }
func (blindJudge) Take() any                                            { return nil }

const benchHead = `version: 1
sources:
  stages:
    rows:
      - {StageName: Prospecting, Id: "01J01"}
      - {StageName: Qualification, Id: "01J02"}
      - {StageName: Negotiation/Review, Id: "01J03"}
      - {StageName: Proposal/Price Quote, Id: "01J04"}
      - {StageName: Closed Won, Id: "01J05"}
      - {StageName: Closed Lost, Id: "01J06"}
  rates:
    file: rates.csv
    columns:
      Month: {type: date, format: "%Y-%m"}
      RateToUSD: {type: decimal}
  opportunities:
    file: opportunities.csv
    columns:
      Amount: {type: decimal}
      CloseDate: {type: date}
      Probability: {type: decimal}
      IsDeleted: {type: boolean}
enums:
  dealStatus:
    values: {Closed Won: WON, Closed Lost: LOST}
    default: OPEN
lookups:
  stageId: {from: stages, key: StageName, value: Id}
currency:
  base: USD
  rates: {from: rates, currency: CurrencyIsoCode, date: Month, rate: RateToUSD}
entities:
  DEAL:
    from: opportunities
    fields:
      objectId: Id
      modifiedDate: LastModifiedDate
`

// benchFields are the fields of the benchmark's deals, by what they exercise.
var benchFields = []struct{ name, field string }{
	{"reference", "ownerId: OwnerId"},
	{"boolean", "isDeleted: IsDeleted"},
	{"concatenation", `url: '"https://crm.example.com/" + Id'`},
	{"default", `name: Name ?? ("Deal_" + Id)`},
	{"datetime", "createdDate: CreatedDate"},
	{"date", "closeDate: CloseDate"},
	{"enum", "status: dealStatus(StageName)"},
	{"lookup", "stage: stageId(StageName)"},
	{"money", "amount: convert(Amount, CurrencyIsoCode, CloseDate)"},
	{"number", "number"},
}

const benchNumber = "    custom:\n      probability: {label: Probability, type: PERCENT, value: Probability}\n"

func BenchmarkConvert(b *testing.B) {
	dir := b.TempDir()
	writeBenchData(b, dir)
	b.Run("none", func(b *testing.B) { benchConvert(b, dir, benchHead) })
	all := ""
	for _, f := range benchFields {
		text := benchHead + benchNumber
		if f.name != "number" {
			all += "      " + f.field + "\n"
			text = benchHead + "      " + f.field + "\n"
		}
		b.Run(f.name, func(b *testing.B) { benchConvert(b, dir, text) })
	}
	b.Run("all", func(b *testing.B) { benchConvert(b, dir, benchHead+all+benchNumber) })
}

// benchConvert converts the same block again and again.
func benchConvert(b *testing.B, dir, text string) {
	path := filepath.Join(dir, "mapping.yaml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	m, diags, err := mapping.Load(path, mapping.LoadOptions{})
	if err != nil || diags.HasErrors() {
		b.Fatal(err, diags)
	}
	in, err := OpenInputs(m, m.NeededSources(), InputOptions{Dir: dir})
	if err != nil {
		b.Fatal(err)
	}
	defer in.Close()
	plan, diags := m.Bind(in.Headers())
	if diags.HasErrors() {
		b.Fatal(diags)
	}
	r := newRun(context.Background(), plan, in, Options{Rules: &blind{}, Now: time.Unix(1.7e9, 0).UTC(), Workers: 1})
	if err := r.fillTables(); err != nil {
		b.Fatal(err)
	}
	r.views = r.tables.views()
	list := plan.Entities
	p := r.newPass(list)
	p.encode = true
	t, err := in.table("opportunities")
	if err != nil {
		b.Fatal(err)
	}
	defer t.Close()
	r.table = t
	var block source.Block
	if ok, err := t.Next(&block); err != nil || !ok {
		b.Fatal(ok, err)
	}
	s := newEntityStage(p, list[0])
	b.ReportAllocs()
	records := 0
	for b.Loop() {
		if err := s.convert(&block, nil); err != nil {
			b.Fatal(err)
		}
		records += s.made.counts.Written
	}
	if s.made.counts.Written == 0 || s.made.counts.Written < s.made.counts.Read {
		b.Fatalf("%d records written of %d", s.made.counts.Written, s.made.counts.Read)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(records), "ns/record")
}

// writeBenchData writes an export like Salesforce's, the same every time.
func writeBenchData(b *testing.B, dir string) {
	r := rand.New(rand.NewPCG(1, 2))
	stages := []string{"Prospecting", "Qualification", "Negotiation/Review", "Proposal/Price Quote", "Closed Won", "Closed Lost"}
	words := []string{"Müller", "Acme", "renewal", "Söhne", "of", "New", "Industries", "2024", "licences", "東京", "Expansion", "and", "Pilot"}
	currencies := []string{"USD", "EUR", "GBP", "JPY", "CHF"}
	var rates strings.Builder
	rates.WriteString("CurrencyIsoCode,Month,RateToUSD\n")
	for i, c := range currencies[1:] {
		for month := range 60 {
			fmt.Fprintf(&rates, "%s,%d-%02d,%d.%04d\n", c, 2020+month/12, 1+month%12, i, 1+r.IntN(9999))
		}
	}
	day := func() string { return fmt.Sprintf("%d-%02d-%02d", 2020+r.IntN(5), 1+r.IntN(12), 1+r.IntN(28)) }
	instant := func() string {
		return fmt.Sprintf("%sT%02d:%02d:%02d.000+0000", day(), r.IntN(24), r.IntN(60), r.IntN(60))
	}
	var rows strings.Builder
	rows.WriteString(`"Id","IsDeleted","AccountId","OwnerId","Name","Description","StageName","Amount","CurrencyIsoCode","Probability","CloseDate","CreatedDate","LastModifiedDate","Type","LeadSource","NextStep","ForecastCategory","IsClosed","IsWon","FiscalYear"` + "\n")
	for i := range 2500 {
		name := ""
		for range 2 + r.IntN(4) {
			name += " " + words[r.IntN(len(words))]
		}
		amount := fmt.Sprintf("%d.%02d", r.IntN(500000), r.IntN(100))
		if r.IntN(20) == 0 {
			amount = ""
		}
		stage := stages[r.IntN(len(stages))]
		fmt.Fprintf(&rows, `"006%012dAAV","%t","001%012dAAV","005%012dAAV","%s","%s","%s","%s","%s","%d","%s","%s","%s","New Business","Web","call again","Pipeline","false","false","%d"`+"\n",
			i, r.IntN(50) == 0, r.IntN(1e6), r.IntN(500), name[1:], strings.Repeat(`said ""so"" `, r.IntN(2))+strings.Repeat(name, 2), stage, amount,
			currencies[r.IntN(len(currencies))], r.IntN(101), day(), instant(), instant(), 2020+r.IntN(5))
	}
	for name, text := range map[string]string{"rates.csv": rates.String(), "opportunities.csv": rows.String()} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			b.Fatal(err)
		}
	}
}
