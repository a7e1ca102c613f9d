package validate

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"crm2gong/mapping"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"

	"github.com/google/go-cmp/cmp"
)

// plainSum is what the sums are compared with.
type plainSum struct {
	count  int
	amount *big.Rat
}

func (p *plainSum) add(amount string) {
	p.count++
	if p.amount == nil {
		p.amount = new(big.Rat)
	}
	if amount != "" {
		n, _ := new(big.Rat).SetString(amount)
		p.amount.Add(p.amount, n)
	}
}

func sameSum(t *testing.T, what string, got DealSum, want *plainSum) {
	t.Helper()
	n, ok := new(big.Rat).SetString(string(got.Amount))
	if !ok || got.Count != want.count || n.Cmp(want.amount) != 0 {
		t.Errorf("%s: %d deals, %s; want %d, %s", what, got.Count, got.Amount, want.count, want.amount.FloatString(4))
	}
}

func TestDealSums(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var deals strings.Builder
	status, stages, both := map[string]*plainSum{}, map[string]*plainSum{}, map[string]*plainSum{}
	sum := func(m map[string]*plainSum, key, amount string) {
		if m[key] == nil {
			m[key] = &plainSum{}
		}
		m[key].add(amount)
	}
	for i := range 20_000 { // several blocks
		st := []string{"OPEN", "WON", "LOST", ""}[rnd.IntN(4)]
		stage := ""
		if n := rnd.IntN(200); n > 0 {
			stage = fmt.Sprintf("s%d", n)
		}
		amount := []string{"", "0.1", "-12.34", "99999999999999999999.99", fmt.Sprint(rnd.IntN(1_000_000))}[rnd.IntN(5)]
		fmt.Fprintf(&deals, `{"objectId":"d%d","modifiedDate":"2024-01-01T00:00:00Z","name":"a deal"`, i)
		for k, v := range map[string]string{"status": st, "stage": stage} {
			if v != "" {
				fmt.Fprintf(&deals, `,%q:%q`, k, v)
			}
		}
		if amount != "" {
			fmt.Fprintf(&deals, `,"amount":%s`, amount)
		}
		deals.WriteString("}\n")
		sum(status, st, amount)
		sum(stages, stage, amount)
		sum(both, stage+"|"+st, amount)
	}
	// None of these is summed: a deletion, a repeated id, a rejected line.
	deals.WriteString(`{"objectId":"gone","modifiedDate":"2024-01-01T00:00:00Z","isDeleted":true}` + "\n" +
		`{"objectId":"d1","modifiedDate":"2024-01-01T00:00:00Z","amount":5,"status":"WON"}` + "\n" +
		`{"objectId":"late","amount":5,"status":"WON"}` + "\n")
	in := &Input{}
	in.Files[gong.Deal] = []File{text("DEAL.ldjson", deals.String())}
	in.Files[gong.Stage] = []File{text("STAGE.ldjson", but(stage, `"s1"`, `"s7"`))}
	var want []byte
	for _, workers := range []int{1, 3} {
		p, err := New(Options{}).Files(context.Background(), in, FilesOptions{Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		if len(p.Deals.ByStatus) != 4 || len(p.Deals.ByStage) != 200 || !cmp.Equal(p.Deals.OtherStages, DealSum{Amount: "0"}) {
			t.Fatalf("%d statuses, %d stages, others %+v", len(p.Deals.ByStatus), len(p.Deals.ByStage), p.Deals.OtherStages)
		}
		for k, w := range status {
			sameSum(t, "status "+k, p.Deals.ByStatus[k], w)
		}
		for k, w := range stages {
			s := p.Deals.ByStage[k]
			sameSum(t, "stage "+k, s.DealSum, w)
			for st, sum := range s.ByStatus {
				sameSum(t, "stage "+k+" "+st, sum, both[k+"|"+st])
			}
		}
		if got := p.Deals.ByStage["s7"]; got.Name == "" || p.Deals.ByStage["s8"].Name != "" {
			t.Errorf("stage s7 is called %q, s8 %q", got.Name, p.Deals.ByStage["s8"].Name)
		}
		got, err := p.JSON()
		if err != nil {
			t.Fatal(err)
		}
		if want == nil {
			want = got
		} else if !bytes.Equal(got, want) {
			t.Errorf("the report depends on the number of workers")
		}
	}
}

// TestDealSumsAreBounded has more stages than are summed one by one, and two
// long ones that look alike when cut.
func TestDealSumsAreBounded(t *testing.T) {
	var deals strings.Builder
	for i := range 3 * maxStages {
		fmt.Fprintf(&deals, `{"objectId":"d%d","modifiedDate":"2024-01-01T00:00:00Z","stage":"s%d","amount":0.5,"status":"OPEN"}`+"\n", i, i%(maxStages+500))
	}
	in := &Input{}
	in.Files[gong.Deal] = []File{text("DEAL.ldjson", deals.String())}
	p, err := New(Options{}).Files(context.Background(), in, FilesOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if n := len(p.Deals.ByStage); n != maxStages {
		t.Errorf("%d stages", n)
	}
	for id, s := range p.Deals.ByStage {
		if !cmp.Equal(s.DealSum, DealSum{Count: 2, Amount: "1"}) {
			t.Fatalf("stage %s: %+v", id, s)
		}
	}
	if got, want := p.Deals.OtherStages, (DealSum{Count: 1000, Amount: "500"}); !cmp.Equal(got, want) {
		t.Errorf("other stages %+v, want %+v", got, want)
	}
	if got, want := p.Deals.ByStatus["OPEN"], (DealSum{Count: 3000, Amount: "1500"}); !cmp.Equal(got, want) {
		t.Errorf("open deals %+v, want %+v", got, want)
	}
	long := strings.Repeat("x", 2*finding.MaxShown)
	in.Files[gong.Deal] = []File{text("DEAL.ldjson", fmt.Sprintf(
		`{"objectId":"d1","modifiedDate":"2024-01-01T00:00:00Z","stage":"%s1"}`+"\n"+
			`{"objectId":"d2","modifiedDate":"2024-01-01T00:00:00Z","stage":"%s2"}`+"\n", long, long))}
	if p, err = New(Options{}).Files(context.Background(), in, FilesOptions{}); err != nil {
		t.Fatal(err)
	}
	if len(p.Deals.ByStage) != 1 || p.Deals.OtherStages.Count != 1 {
		t.Errorf("%d stages, %+v", len(p.Deals.ByStage), p.Deals.OtherStages)
	}
}

// A stage that is left out since it is unknown is not the deal's stage.
func TestDealSumsAreOfWhatIsWritten(t *testing.T) {
	r := New(Options{Mapped: mapped(gong.Stage, gong.Deal), References: map[mapping.Ref]mapping.Dangling{
		{Type: gong.Deal, Field: "stage"}: mapping.Omit,
	}})
	d := NewDecoder(gong.Deal, nil, false)
	e := d.NewEntity()
	d.Decode([]byte(`{"objectId":"d1","modifiedDate":"2024-01-01T00:00:00Z","stage":"nowhere","amount":3,"status":"WON"}`), e)
	w := r.Worker(gong.Deal, false, d.Fields())
	var log finding.Log
	if w.Entity(e, &log) != nil {
		t.Fatal("rejected")
	}
	r.Note(w.Take(), 0, 0)
	got := r.Report(&log).Deals
	if s, ok := got.ByStage[""]; !ok || len(got.ByStage) != 1 || !cmp.Equal(s.DealSum, DealSum{Count: 1, Amount: "3"}) {
		t.Errorf("%+v", got)
	}
}

func TestFilesTellProgress(t *testing.T) {
	in := many(12_000).input()
	bytes, rows := map[string]int{}, map[string]int{}
	p, err := New(Options{}).Files(context.Background(), in, FilesOptions{Workers: 3, Progress: func(file string, b, l int) {
		bytes[file] += b
		rows[file] += l
	}})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := rows["DEAL.ldjson"], p.Entities["DEAL"].Read; got != want || bytes["DEAL.ldjson"] < want*50 {
		t.Errorf("progress told %d rows, %d bytes; read %d", got, bytes["DEAL.ldjson"], want)
	}
}

// lineage is that of deals whose amounts were converted.
type lineage []price

func (l lineage) Cell(int) (string, int, string, bool) { return "", 0, "", false }

func (l lineage) Column(int) (string, int, bool) { return "", 0, false }

func (l lineage) Prices(take func(string, value.Value)) {
	for _, p := range l {
		take(p.currency, p.amount.Value())
	}
}

// What amounts were before their conversion is summed by currency, with the
// deals of the same stage and status, and sums over stages are those over
// statuses.
// Deals whose amount onError: omit left out are told, others without one are not.
func TestDealsWhoseAmountWasLeftOut(t *testing.T) {
	r := New(Options{Mapped: mapped(gong.Deal)})
	deals := newMaker(r, gong.Deal, false)
	invalid := gong.Value{Kind: gong.Invalid, Text: "much"}
	for range 2 {
		deals.judge(fields{"status": "OPEN", "stage": "s1", "amount": invalid})
		r.Note(deals.worker.Take(), 0, 0)
	}
	deals.judge(fields{"status": "OPEN", "amount": 3})
	deals.judge(fields{"status": "WON"})
	r.Note(deals.worker.Take(), 0, 0)
	got := r.Report(&deals.log).Deals
	want := map[string]DealSum{"OPEN": {Count: 3, Amount: "3", LeftOut: 2}, "WON": {Count: 1, Amount: "0"}}
	if x := cmp.Diff(want, got.ByStatus); x != "" {
		t.Errorf("(-want +got):\n%s", x)
	}
	if s := got.ByStage["s1"]; s.LeftOut != 2 || s.ByStatus["OPEN"].LeftOut != 2 {
		t.Errorf("by stage %+v", s)
	}
}

func TestDealsBeforeConversion(t *testing.T) {
	r := New(Options{Mapped: mapped(gong.Deal)})
	d := NewDecoder(gong.Deal, nil, false)
	e := d.NewEntity()
	var log finding.Log
	w := r.Worker(gong.Deal, false, d.Fields())
	n := 0
	judge := func(stage, status, amount string, from ...string) {
		n++
		d.Decode([]byte(fmt.Sprintf(`{"objectId":"d%d","modifiedDate":"2024-01-01T00:00:00Z","stage":"%s","status":"%s","amount":%s}`, n, stage, status, amount)), e)
		var l lineage
		for i := 0; i < len(from); i += 2 {
			v, _ := value.ParseNumber(from[i+1])
			l = append(l, price{currency: from[i]})
			l[len(l)-1].amount.Add(v)
		}
		e.Lineage = l
		w.Entity(e, &log)
		if n%2 == 0 { // in several blocks
			r.Note(w.Take(), 0, 0)
		}
	}
	judge("s1", "OPEN", "11", "EUR", "10")
	judge("s1", "OPEN", "1.3", "EUR", "0.1", "USD", "1.2")
	judge("s1", "WON", "2.2", "EUR", "2")
	judge("s2", "OPEN", "7", "GBP", "5")
	judge("s2", "OPEN", "0.2", "EUR", "0.2")
	judge("", "LOST", "3")                  // not converted
	judge("s2", "LOST", "null", "EUR", "9") // no amount was written
	r.Note(w.Take(), 0, 0)
	money := func(pairs ...string) map[string]json.Number {
		m := map[string]json.Number{}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = json.Number(pairs[i+1])
		}
		return m
	}
	for range 2 { // a second report is the same
		got := r.Report(&log).Deals
		want := map[string]DealSum{
			"OPEN": {Count: 4, Amount: "19.5", Before: money("EUR", "10.3", "USD", "1.2", "GBP", "5")},
			"WON":  {Count: 1, Amount: "2.2", Before: money("EUR", "2")},
			"LOST": {Count: 2, Amount: "3"},
		}
		if x := cmp.Diff(want, got.ByStatus); x != "" {
			t.Errorf("by status (-want +got):\n%s", x)
		}
		stages := map[string]DealSum{}
		for id, s := range got.ByStage {
			stages[id] = s.DealSum
		}
		want = map[string]DealSum{
			"s1": {Count: 3, Amount: "14.5", Before: money("EUR", "12.1", "USD", "1.2")},
			"s2": {Count: 3, Amount: "7.2", Before: money("GBP", "5", "EUR", "0.2")},
			"":   {Count: 1, Amount: "3"},
		}
		if x := cmp.Diff(want, stages); x != "" {
			t.Errorf("by stage (-want +got):\n%s", x)
		}
	}
}

func TestPricedDealsAllocateNothing(t *testing.T) {
	r := New(Options{Mapped: mapped(gong.Deal)})
	d := NewDecoder(gong.Deal, nil, false)
	e := d.NewEntity()
	d.Decode([]byte(deal), e)
	l := lineage{{currency: "EUR"}, {currency: "USD"}}
	l[0].amount.Add(value.OfInt(7))
	l[1].amount.Add(value.OfInt(1))
	e.Lineage = l
	w := r.Worker(gong.Deal, false, d.Fields())
	w.sumDeal(e)
	if n := testing.AllocsPerRun(1000, func() { w.sumDeal(e) }); n != 0 {
		t.Errorf("%v allocations a deal", n)
	}
}

// TestPricesOfBlocks adds amounts of few and of many currencies in blocks, and
// the blocks in a sum, against plain addition.
func TestPricesOfBlocks(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 5, numPlaces, numPlaces + 1, 60} {
		var names []string
		for i := range n {
			names = append(names, string([]byte{'A' + byte(i%3), 'A' + byte(i/3%5), 'A' + byte(i/15)})[:3-i%2*(i/30)])
		}
		var c currencies
		var all dealSum
		want := map[string]int64{}
		for range 20 {
			var block dealSum
			for range r.IntN(2 * n) {
				name, amount := names[r.IntN(n)], r.Int64N(1000)-300
				block.before.at(c.number(name), name).AddDecimal(amount, 2)
				want[name] += amount
			}
			all.add(&block)
		}
		got := all.shown().Before
		if len(got) != len(want) {
			t.Errorf("%d currencies: %d sums, want %d", n, len(got), len(want))
		}
		for name, amount := range want {
			if w := value.JSON(value.OfDecimal(amount, 2)); got[name] != w {
				t.Errorf("%d currencies: %s has %s, want %s", n, name, got[name], w)
			}
		}
	}
}

func TestStatusOf(t *testing.T) {
	for _, s := range append([]string{"", "open", "OPEN ", "WO", "LOSE", "WONN"}, statusNames[:]...) {
		want := statusNone
		if i := slices.Index(statusNames[:], s); i >= 0 {
			want = i
		}
		if got := statusOf(&gong.Value{Kind: gong.StringVal, Text: s}); got != want {
			t.Errorf("%q has status %d, want %d", s, got, want)
		}
		if got := statusOf(&gong.Value{Kind: gong.Unknown, Text: s}); got != statusNone {
			t.Errorf("%q of a lookup that missed has status %d", s, got)
		}
	}
}
