package validate

import (
	"encoding/json"
	"slices"
	"strings"

	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
	"crm2gong/mapping/recent"
	"crm2gong/mapping/value"
)

// DealSums are the deals written, without deletions and past versions, by
// their status and by their stage. The sums of both are the same: those by
// stage are complete with OtherStages.
type DealSums struct {
	ByStatus map[string]DealSum  `json:"by_status"` // OPEN, WON, LOST; "" for deals without a status
	ByStage  map[string]StageSum `json:"by_stage"`  // by the stage's id; "" for deals without a stage
	// OtherStages sums the deals of stages beyond the first thousand.
	OtherStages DealSum `json:"other_stages"`
}

// DealSum is a number of deals and the exact sum of their amounts, as written.
// A deal without an amount counts as zero.
type DealSum struct {
	Count  int         `json:"count"`
	Amount json.Number `json:"amount"`
	// LeftOut is how many of them have no amount because onError: omit left
	// theirs out.
	LeftOut int `json:"left_out,omitempty"`
	// Before is what the amounts were before their conversion, exactly, by
	// currency. Amounts that were not converted are not in it.
	Before map[string]json.Number `json:"before,omitempty"`
}

// Priced is a gong.Lineage that also tells from what the amount of a deal was
// converted.
type Priced interface {
	// Prices hands over each amount that was converted, in its own currency,
	// whose name is kept.
	Prices(take func(currency string, amount value.Value))
}

// StageSum sums the deals of one stage.
type StageSum struct {
	DealSum
	Name      string             `json:"name"`       // "" where the run has no such stage among its first thousand
	SortOrder string             `json:"sort_order"` // of the stage, "" where it has none
	ByStatus  map[string]DealSum `json:"by_status"`
}

// maxStages is how many stages are kept, and how many are summed one by one.
// Real ones are dozens.
const maxStages = 1000

// The statuses of deals, by which sums are kept apart.
const (
	statusOpen = iota
	statusWon
	statusLost
	statusNone
	numStatuses
)

var statusNames = [numStatuses]string{"OPEN", "WON", "LOST", ""}

func statusOf(v *gong.Value) int {
	if v.Kind == gong.StringVal {
		switch v.Text {
		case "OPEN":
			return statusOpen
		case "WON":
			return statusWon
		case "LOST":
			return statusLost
		}
	}
	return statusNone
}

// dealSum is a sum under way.
type dealSum struct {
	count   int
	leftOut int // deals whose amount onError: omit left out
	amount  value.Sum
	before  prices
}

func (s *dealSum) add(o *dealSum) {
	s.count += o.count
	s.leftOut += o.leftOut
	s.amount.AddSum(&o.amount)
	for i := range o.before {
		if p := &o.before[i]; !p.amount.IsEmpty() {
			s.before.of(p.currency).AddSum(&p.amount)
		}
	}
}

func (s *dealSum) shown() DealSum {
	d := DealSum{Count: s.count, Amount: value.JSON(s.amount.Value()), LeftOut: s.leftOut}
	for i := range s.before {
		if d.Before == nil {
			d.Before = map[string]json.Number{}
		}
		d.Before[s.before[i].currency] = value.JSON(s.before[i].amount.Value())
	}
	return d
}

// prices are sums by currency. There are few, so they stand in a list. In that
// of a block each of the worker's first currencies has its place, and places
// may be empty.
type prices []price

type price struct {
	currency string
	amount   value.Sum
}

// of gives the sum of a currency.
func (l *prices) of(currency string) *value.Sum { return l.after(0, currency) }

// after gives the sum of a currency that stands at from or behind.
func (l *prices) after(from int, currency string) *value.Sum {
	for i := from; i < len(*l); i++ {
		if p := &(*l)[i]; p.currency == currency {
			return &p.amount
		}
	}
	*l = append(*l, price{currency: currency})
	return &(*l)[len(*l)-1].amount
}

// at gives the sum of a currency, the worker's currency of number i, in the
// list of a block.
func (l *prices) at(i int, currency string) *value.Sum {
	for len(*l) < min(i+1, numPlaces) {
		*l = append(*l, price{})
	}
	if i >= numPlaces {
		return l.after(numPlaces, currency)
	}
	p := &(*l)[i]
	p.currency = currency
	return &p.amount
}

// numPlaces is how many of a worker's currencies have places.
const numPlaces = 12

// currencies numbers the currencies that a worker meets.
type currencies struct {
	names  []string
	recent recent.Texts[int]
}

func (c *currencies) number(name string) int {
	if i := c.recent.Get(name); i != nil {
		return *i
	}
	i := c.find(name)
	if i < numPlaces {
		c.recent.Put(c.names[i], i)
	}
	return i
}

// find numbers a currency, or gives the number it has. Those without a place
// all have the first number beyond the places.
func (c *currencies) find(name string) int {
	i := slices.Index(c.names, name)
	switch {
	case i >= 0:
		return i
	case len(c.names) == numPlaces:
		return numPlaces
	}
	c.names = append(c.names, strings.Clone(name))
	return len(c.names) - 1
}

type statusSums [numStatuses]dealSum

// shown gives the sums by status, without the empty ones, and their sum.
func (s *statusSums) shown() (by map[string]DealSum, all dealSum) {
	by = map[string]DealSum{}
	for i := range s {
		if s[i].count > 0 {
			by[statusNames[i]] = s[i].shown()
			all.add(&s[i])
		}
	}
	return by, all
}

// stageDeals are the deals of one stage in a block.
type stageDeals struct {
	id   ids.ID
	text span
	by   statusSums
}

// blockDeals are the deals of a block by stage. The usual dozens of stages are
// found in recent, by the last bits of their ids; the map is for the others.
type blockDeals struct {
	stages []stageDeals
	recent [256]uint16 // place in stages, plus one
	at     map[ids.ID]int32
}

// sumDeal adds a deal to the sums of its block.
func (w *Worker) sumDeal(e *gong.Entity) {
	d := w.notes.deals
	if d == nil {
		d = &blockDeals{at: map[ids.ID]int32{}}
		w.notes.deals = d
	}
	id, text := w.stageOf(e)
	near := &d.recent[id.Hi%uint64(len(d.recent))]
	i := int(*near) - 1
	if i < 0 || d.stages[i].id != id {
		i = w.notes.stageAt(id, text)
		if i < 1<<16-1 {
			*near = uint16(i + 1)
		}
	}
	s := &d.stages[i].by[statusOf(&e.Values[w.at.status])]
	s.count++
	switch v := &e.Values[w.at.amount]; v.Kind {
	case gong.Invalid:
		s.leftOut++
	case gong.NumberVal:
		if v.Exact {
			s.amount.AddDecimal(v.Num, int(v.Places))
		} else {
			s.amount.Add(number(v))
		}
		if p, ok := e.Lineage.(Priced); ok {
			w.priced = &s.before
			p.Prices(w.price)
		}
	}
}

// stageOf gives the stage of a deal, "" for none, and its hash.
func (w *Worker) stageOf(e *gong.Entity) (id ids.ID, text string) {
	v := &e.Values[w.at.stage]
	if v.Kind != gong.StringVal || v.Text == "" {
		return ids.Of(""), ""
	}
	if w.stage >= 0 && w.refs[w.stage].judged {
		return w.refs[w.stage].id, v.Text // the verdict on the reference has hashed it
	}
	return ids.Of(v.Text), v.Text
}

// number is the value of a field that holds a number.
func number(v *gong.Value) value.Value {
	if v.Exact {
		return value.OfDecimal(v.Num, int(v.Places))
	}
	n, _ := value.ParseNumber(v.Text)
	return n
}

func (n *notes) stageAt(id ids.ID, text string) int {
	d := n.deals
	if at, ok := d.at[id]; ok {
		return int(at)
	}
	at := len(d.stages)
	d.at[id] = int32(at)
	if at == cap(d.stages) {
		d.stages = append(d.stages, stageDeals{})
	}
	d.stages = d.stages[:at+1]
	s := &d.stages[at]
	s.id, s.text = id, n.keep(text)
	for k := range s.by { // those of an earlier block lend their memory
		s.by[k] = dealSum{before: s.by[k].before[:0]}
	}
	return at
}

// reset forgets the deals and keeps the memory.
func (d *blockDeals) reset() {
	if d == nil {
		return
	}
	clear(d.at)
	d.stages, d.recent = d.stages[:0], [256]uint16{}
}

// runStage is a stage with the deals of the run.
type runStage struct {
	id, name, order string
	by              statusSums
}

// runDeals are the deals of the run by stage, in the order of first use.
type runDeals struct {
	stages []runStage
	at     map[ids.ID]int32
	other  statusSums // of the stages beyond maxStages
	hidden hiddenSums
}

// noteDeals adds a block's deals to the run's.
func (r *Run) noteDeals(n *notes) {
	if n.deals == nil {
		return
	}
	d := &r.deals
	d.hidden.add(&n.hidden)
	for i := range n.deals.stages {
		s := &n.deals.stages[i]
		sums := &d.other
		if at, ok := d.at[s.id]; ok {
			sums = &d.stages[at].by
		} else if len(d.stages) < maxStages {
			if d.at == nil {
				d.at = map[ids.ID]int32{}
			}
			d.at[s.id] = int32(len(d.stages))
			d.stages = append(d.stages, runStage{id: finding.Clip(n.get(s.text))})
			sums = &d.stages[len(d.stages)-1].by
		}
		for k := range s.by {
			sums[k].add(&s.by[k])
		}
	}
}

// nameStages gives the stages of the deals their names.
func (r *Run) nameStages() {
	for i := range r.stages {
		s := &r.stages[i]
		if at, ok := r.deals.at[ids.Of(s.id)]; ok {
			d := &r.deals.stages[at]
			d.name, d.order = s.name, s.order
		}
	}
}

// dealSums gives the sums for the report.
func (r *Run) dealSums() DealSums {
	sums := DealSums{ByStage: map[string]StageSum{}}
	var all statusSums
	var other dealSum
	for k := range r.deals.other {
		all[k].add(&r.deals.other[k])
		other.add(&r.deals.other[k])
	}
	for i := range r.deals.stages {
		s := &r.deals.stages[i]
		by, total := s.by.shown()
		for k := range s.by {
			all[k].add(&s.by[k])
		}
		if _, ok := sums.ByStage[s.id]; ok { // two long ids, cut to the same
			other.add(&total)
			continue
		}
		sums.ByStage[s.id] = StageSum{DealSum: total.shown(), Name: s.name, SortOrder: s.order, ByStatus: by}
	}
	sums.ByStatus, _ = all.shown()
	sums.OtherStages = other.shown()
	return sums
}
