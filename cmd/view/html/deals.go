package html

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"crm2gong/mapping/value"
	"crm2gong/validate"
)

// dealsView shows the deals by status and by stage.
type dealsView struct {
	Currency string // of the amounts, "" where that is not known
	Count    number
	Amount   number
	LeftOut  string // how many have no amount since onError: omit left it out, "" for none
	Status   []statusRow
	CountBar []part
	Stages   []stageRow
	Other    *stageRow // all stages that are not shown
	Before   string    // the head of the amounts before conversion, "" where nothing was converted
	Sums     *beforeView
}

// statusRow sums the deals of one status.
type statusRow struct {
	Name, Class   string
	Count, Amount number
	Share         string
	Before        *beforeView
	Bar           []part
}

// stageRow sums the deals of one stage.
type stageRow struct {
	Name, ID          string
	Open, Won, Lost   number
	Other             number // without a status
	Count, Amount     number
	Before            *beforeView
	CountBar, Amounts []part
}

var statuses = []struct{ key, name, class string }{
	{"OPEN", "Open", "open"}, {"WON", "Won", "good"}, {"LOST", "Lost", "bad"}, {"", "No status", "idle"},
}

func (p *page) deals(r *validate.Report) {
	d := &r.Deals
	all := validate.DealSum{Amount: "0"}
	for _, s := range d.ByStatus {
		all = plus(all, s)
	}
	if all.Count == 0 {
		return
	}
	v := &dealsView{Currency: p.Currency, Count: count(all.Count), Amount: decimal(string(all.Amount))}
	if all.LeftOut > 0 {
		v.LeftOut = of(all.LeftOut, "deal", "deals")
	}
	if len(all.Before) > 0 {
		v.Before = "#Before conversion"
	}
	v.Sums = v.before(all)
	greatest := 0.0
	for _, s := range d.ByStatus {
		greatest = max(greatest, about(string(s.Amount)))
	}
	var slicesOf []slice
	for _, s := range statuses {
		sum, ok := d.ByStatus[s.key]
		if !ok {
			continue
		}
		slicesOf = append(slicesOf, slice{s.class, size(sum.Count)})
		v.Status = append(v.Status, statusRow{
			Name: s.name, Class: s.class, Count: count(sum.Count), Amount: decimal(string(sum.Amount)),
			Share: share(sum.Count, all.Count), Before: v.before(sum), Bar: bar(greatest, slice{s.class, about(string(sum.Amount))}),
		})
	}
	v.CountBar = full(slicesOf...)
	v.stages(d)
	p.Deals = v
}

func (v *dealsView) stages(d *validate.DealSums) {
	ids := slices.Collect(maps.Keys(d.ByStage))
	slices.SortFunc(ids, func(a, b string) int {
		x, y := d.ByStage[a], d.ByStage[b]
		return cmp.Or(
			cmp.Compare(place(a, x), place(b, y)), cmp.Compare(about(x.SortOrder), about(y.SortOrder)),
			cmp.Compare(x.Name, y.Name), cmp.Compare(a, b))
	})
	shown := ids
	if len(ids) > maxTable {
		// The greatest are shown, in the order of the pipeline.
		shown = slices.Clone(ids)
		slices.SortStableFunc(shown, func(a, b string) int { return cmp.Compare(d.ByStage[b].Count, d.ByStage[a].Count) })
		keep := map[string]bool{}
		for _, id := range shown[:maxTable] {
			keep[id] = true
		}
		shown = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !keep[id] })
	}
	counts, amounts := 0, 0.0
	for _, id := range shown {
		s := d.ByStage[id]
		counts = max(counts, s.Count)
		sum := 0.0
		for _, x := range statuses { // in one order, since this rounds
			sum += max(0, about(string(s.ByStatus[x.key].Amount)))
		}
		amounts = max(amounts, sum)
	}
	for _, id := range shown {
		row := stageOf(id, d.ByStage[id], counts, amounts)
		row.Before = v.before(d.ByStage[id].DealSum)
		v.Stages = append(v.Stages, row)
	}
	other := d.OtherStages
	hidden := 0
	for _, id := range ids {
		if !slices.Contains(shown, id) {
			other = plus(other, d.ByStage[id].DealSum)
			hidden++
		}
	}
	if other.Count > 0 {
		v.Other = &stageRow{Name: "All other stages", Count: count(other.Count), Amount: decimal(string(other.Amount)), Before: v.before(other)}
	}
}

// place puts stages with a sort order first, then those without, then deals
// without a stage.
func place(id string, s validate.StageSum) int {
	switch {
	case id == "":
		return 2
	case s.SortOrder == "":
		return 1
	}
	return 0
}

func stageOf(id string, s validate.StageSum, counts int, amounts float64) stageRow {
	row := stageRow{
		Name: name(s.Name), ID: name(id), Count: count(s.Count), Amount: decimal(string(s.Amount)),
		Open: count(s.ByStatus["OPEN"].Count), Won: count(s.ByStatus["WON"].Count),
		Lost: count(s.ByStatus["LOST"].Count), Other: count(s.ByStatus[""].Count),
	}
	switch {
	case id == "":
		row.Name = "No stage"
	case row.Name == "":
		row.Name, row.ID = row.ID, ""
	case row.Name == row.ID:
		row.ID = ""
	}
	var n, m []slice
	for _, x := range statuses {
		n = append(n, slice{x.class, size(s.ByStatus[x.key].Count)})
		m = append(m, slice{x.class, about(string(s.ByStatus[x.key].Amount))})
	}
	row.CountBar, row.Amounts = bar(size(counts), n...), bar(amounts, m...)
	return row
}

// plus adds sums exactly.
func plus(a, b validate.DealSum) validate.DealSum {
	a.Count += b.Count
	a.LeftOut += b.LeftOut
	x, okx := value.ParseNumber(string(a.Amount))
	y, oky := value.ParseNumber(string(b.Amount))
	if sum, err := value.Add(x, y); okx && oky && err == nil {
		a.Amount = value.JSON(sum)
	}
	if len(b.Before) == 0 {
		return a
	}
	before := maps.Clone(a.Before)
	if before == nil {
		before = map[string]json.Number{}
	}
	for currency, amount := range b.Before {
		before[currency] = plus(validate.DealSum{Amount: cmp.Or(before[currency], "0")}, validate.DealSum{Amount: amount}).Amount
	}
	a.Before = before
	return a
}

// beforeView is what amounts were before conversion.
type beforeView struct {
	List []inCurrency
	More string
	Sort string
}

type inCurrency struct{ Amount, Currency string }

// maxCurrencies is how many currencies a cell shows.
const maxCurrencies = 12

// before shows what amounts were before conversion; nil where nothing was
// converted at all.
func (v *dealsView) before(d validate.DealSum) *beforeView {
	if v.Before == "" {
		return nil
	}
	b := &beforeView{Sort: plain(string(d.Amount), maxNumber)}
	names := slices.Sorted(maps.Keys(d.Before))
	names, b.More = capped(names, maxCurrencies, "currency", "currencies")
	for _, n := range names {
		b.List = append(b.List, inCurrency{grouped(string(d.Before[n])), name(n)})
	}
	return b
}
