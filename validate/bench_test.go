package validate

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
	"crm2gong/mapping/value"
)

var asOf = time.Date(2024, 3, 15, 12, 0, 0, 0, time.UTC)

// mixed are deals as a CRM has them: owners, stages and days of all kinds in no
// order, so that no branch can be foretold from the record before. One entity
// takes them in turn, as in a conversion.
type mixed struct {
	entity   *gong.Entity
	records  []mixedDeal
	accounts []string
	owners   []string
	stages   []string
	days     []string
	from     int64 // the first of the days
	now      *mixedDeal
}

type mixedDeal struct {
	id, amount                         string
	cents                              int64
	account, owner, stage, day, priced int32
}

var mixedCurrencies = []string{"USD", "EUR", "GBP", "JPY", "ILS"}

func newMixed(n int) *mixed {
	r := rand.New(rand.NewPCG(1, 2))
	m := &mixed{}
	for i := range 25_000 {
		m.accounts = append(m.accounts, fmt.Sprintf("0015g0AAAA%05dAA4X", i*7919%100_000))
	}
	for i := range 500 {
		m.owners = append(m.owners, fmt.Sprintf("0055g0AAAA%05dAA4X", i*7919%100_000))
	}
	for i := range 8 {
		m.stages = append(m.stages, fmt.Sprintf("01J5g0000%06dEAE", i*7919))
	}
	first := asOf.AddDate(-5, 0, 0)
	m.from = first.Unix() / secondsPerDay
	for i := range 5 * 365 {
		m.days = append(m.days, first.AddDate(0, 0, i).Format(time.DateOnly))
	}
	for i := range n {
		d := mixedDeal{
			id: fmt.Sprintf("0065g0AAAA%05dAA4X", i), cents: r.Int64N(20_000_000) + 1,
			account: int32(r.IntN(len(m.accounts))), owner: int32(r.IntN(len(m.owners))),
			stage: int32(r.IntN(10)), day: int32(r.IntN(len(m.days))), priced: int32(r.IntN(len(mixedCurrencies))),
		}
		if d.stage > 7 { // the last two are closed ones, and more common
			d.stage -= 2
		}
		if r.IntN(20) == 0 {
			d.amount = ""
		} else {
			d.amount = fmt.Sprintf("%d.%02d", d.cents/100, d.cents%100)
		}
		m.records = append(m.records, d)
	}
	fields := append(slices.Clone(gong.Deal.Fields()), gong.Field{Name: "probability", Kind: gong.Percent, Custom: true})
	m.entity = &gong.Entity{Type: gong.Deal, Fields: fields, Values: make([]gong.Value, len(fields)), Lineage: m}
	m.entity.Origin = gong.Origin{Source: "opportunities", File: "opportunities.csv"}
	copy(m.entity.Values, []gong.Value{
		{}, {Kind: gong.StringVal, Text: "2024-01-01T00:00:00Z", Num: 1704067200}, {Kind: gong.BoolVal},
		{Kind: gong.StringVal, Text: "https://crm.example.com/0065g0AAAAAFLKXA45"}, {}, {},
		{Kind: gong.StringVal, Text: "Nordlicht Textiles KK - Migration"},
		{Kind: gong.StringVal, Text: "2017-12-01T00:00:00Z", Num: 1512086400},
	})
	m.entity.Values[12] = gong.Value{Kind: gong.NumberVal, Text: "35", Num: 35, Exact: true}
	return m
}

// deal makes the entity the record at i.
func (m *mixed) deal(i int) *gong.Entity {
	d := &m.records[i%len(m.records)]
	v := m.entity.Values
	m.now = d
	v[0].Kind, v[0].Text = gong.StringVal, d.id
	v[4].Kind, v[4].Text = gong.StringVal, m.accounts[d.account]
	v[5].Kind, v[5].Text = gong.StringVal, m.owners[d.owner]
	v[8].Kind, v[8].Text, v[8].Num = gong.StringVal, m.days[d.day], m.from+int64(d.day)
	v[9].Kind, v[9].Text = gong.StringVal, gong.Statuses[max(0, d.stage-5)]
	v[10].Kind, v[10].Text = gong.StringVal, m.stages[d.stage]
	v[11] = gong.Value{}
	if d.amount != "" {
		v[11] = gong.Value{Kind: gong.NumberVal, Text: d.amount, Num: d.cents, Places: 2, Exact: true}
	}
	return m.entity
}

func (m *mixed) Cell(i int) (header string, column int, text string, ok bool) {
	return "column", i, m.entity.Values[i].Text, true
}

func (m *mixed) Column(i int) (header string, column int, ok bool) { return "column", i, true }

func (m *mixed) Prices(take func(currency string, amount value.Value)) {
	take(mixedCurrencies[m.now.priced], value.OfDecimal(m.now.cents, 2))
}

// BenchmarkEntity judges deals whose accounts are not known, as in a conversion
// of deals alone, and such whose accounts are. "fill" is what of it is the
// benchmark's own.
func BenchmarkEntity(b *testing.B) {
	for _, bb := range []struct {
		name   string
		mapped []gong.ObjectType
	}{
		{"deals", []gong.ObjectType{gong.BusinessUser, gong.Stage, gong.Deal}},
		{"company", []gong.ObjectType{gong.BusinessUser, gong.Stage, gong.Account, gong.Deal}},
		{"fill", nil},
	} {
		b.Run(bb.name, func(b *testing.B) {
			r := New(Options{AsOf: asOf, Mapped: mapped(bb.mapped...)})
			m := newMixed(16_000)
			for t, list := range map[gong.ObjectType][]string{gong.Account: m.accounts, gong.BusinessUser: m.owners, gong.Stage: m.stages} {
				for _, id := range list {
					r.Set(t).Put(ids.Of(id), ids.Written)
				}
			}
			w := r.Worker(gong.Deal, false, m.entity.Fields)
			var log finding.Log
			b.ReportAllocs()
			b.ResetTimer()
			for i := 0; b.Loop(); i++ {
				e := m.deal(i)
				if bb.mapped == nil {
					continue
				}
				if w.Entity(e, &log) != nil {
					b.Fatal("rejected")
				}
				if i%3000 == 2999 { // a block
					r.Note(w.Take(), 0, 0)
					log.Reset()
				}
			}
		})
	}
}

// dealLines is a file of n deals in the shape that transform writes.
func dealLines(n int) (string, *Input) {
	var deals, accounts strings.Builder
	for i := range n {
		fmt.Fprintf(&deals, `{"objectId":"006A0000006V%06d","modifiedDate":"2024-01-01T00:00:00Z","isDeleted":false,"url":"https://acme.my.salesforce.com/006A0000006V%06d","accountId":"001A0000006V%06d","ownerId":"005A00000000001","name":"Deal %d for the account","createdDate":"2023-12-01T00:00:00Z","closeDate":"2024-04-01","status":"OPEN","stage":"prospecting","amount":%d.5}`+"\n", i, i, i*97%n, i, i)
		fmt.Fprintf(&accounts, `{"objectId":"001A0000006V%06d","modifiedDate":"2024-01-01T00:00:00Z","name":"Acme %d"}`+"\n", i, i)
	}
	in := &Input{}
	in.Files[gong.BusinessUser] = []File{text("BUSINESS_USER.ldjson", but(user, `"u1"`, `"005A00000000001"`))}
	in.Files[gong.Stage] = []File{text("STAGE.ldjson", but(stage, `"s1"`, `"prospecting"`))}
	in.Files[gong.Account] = []File{text("ACCOUNT.ldjson", accounts.String())}
	in.Files[gong.Deal] = []File{text("DEAL.ldjson", deals.String())}
	return deals.String(), in
}

func BenchmarkDecode(b *testing.B) {
	s, _ := dealLines(1000)
	rows := bytes.Split([]byte(strings.TrimSuffix(s, "\n")), []byte("\n"))
	d := NewDecoder(gong.Deal, nil, false)
	e := d.NewEntity()
	b.SetBytes(int64(len(s) / len(rows)))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if f := d.Decode(rows[i%len(rows)], e); len(f) > 0 {
			b.Fatal(f)
		}
	}
}

func BenchmarkFiles(b *testing.B) {
	const n = 200_000
	s, in := dealLines(n)
	in.Files[gong.Account], in.Files[gong.BusinessUser], in.Files[gong.Stage] = nil, nil, nil
	b.SetBytes(int64(len(s)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(Options{AsOf: asOf}).Files(context.Background(), in, FilesOptions{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "records/s")
}
