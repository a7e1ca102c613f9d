package compare

import (
	"crm2gong/mapping/value"
)

// Amounts are the sums of the amounts of deals, without deletions, on both
// sides.
type Amounts struct {
	Total  Amount
	Status map[string]*Amount // "" for deals without one
	Stage  map[string]*Amount // at most MaxStages; the rest under Others
}

// MaxStages bounds the stages that are summed up one by one.
const MaxStages = 1000

// Others is the stage under which the deals of further stages are summed up.
const Others = "(others)"

// Amount is how many deals there are and the sum of their amounts, before and
// after.
type Amount struct {
	Old, New Sum
}

// Sum is the deals of one side.
type Sum struct {
	Deals int
	sum   value.Value
}

// Amount is the exact sum as a decimal.
func (s *Sum) Amount() string {
	if s.sum.IsNil() {
		return "0"
	}
	return string(s.sum.AppendNumber(nil))
}

// Same tells whether nothing differs.
func (a *Amount) Same() bool { return a.Old.Deals == a.New.Deals && a.Old.Amount() == a.New.Amount() }

func (a *Amounts) add(side int, l *line) {
	if a.Status == nil {
		a.Status, a.Stage = map[string]*Amount{}, map[string]*Amount{}
	}
	n, isNumber := value.ParseNumber(string(l.canonical("amount")))
	stage := l.text("stage")
	if a.Stage[stage] == nil && len(a.Stage) >= MaxStages {
		stage = Others
	}
	for _, x := range []*Amount{&a.Total, of(a.Status, l.text("status")), of(a.Stage, stage)} {
		s := &x.Old
		if side == after {
			s = &x.New
		}
		s.Deals++
		if !isNumber {
			continue
		}
		if s.sum.IsNil() {
			s.sum = value.OfInt(0)
		}
		if v, err := value.Add(s.sum, n); err == nil {
			s.sum = v
		}
	}
}

func of(m map[string]*Amount, name string) *Amount {
	x := m[name]
	if x == nil {
		x = &Amount{}
		m[name] = x
	}
	return x
}
