package mappingtest

import (
	"crm2gong/mapping"
	"crm2gong/mapping/expression"
)

// uses are the parts of a plan that some of its entities use, directly or
// through others.
type uses struct {
	plan    *mapping.Plan
	callees map[string]bool // enums, lookups, named functions, convert and rate
	sources map[*mapping.BoundSource]bool
	columns map[computed]bool
}

// computed is a computed column of a source, by its slot.
type computed struct {
	source *mapping.BoundSource
	slot   int
}

func usesOf(plan *mapping.Plan, entities []*mapping.BoundEntity) *uses {
	u := &uses{plan, map[string]bool{}, map[*mapping.BoundSource]bool{}, map[computed]bool{}}
	for _, e := range entities {
		u.source(e.From)
		for i := range e.Where {
			u.programs(e.From, e.Where[i].Program)
		}
		u.programs(e.From, e.ForEach, e.Deleted, e.Converted)
		for i := range e.Fields {
			u.programs(e.From, e.Fields[i].Program, e.Fields[i].Instead)
		}
		for _, k := range plan.Checks {
			u.programs(e.From, k.Programs[e])
		}
	}
	return u
}

func (u *uses) source(s *mapping.BoundSource) {
	if s != nil && !u.sources[s] {
		u.sources[s] = true
		u.programs(s, s.Where)
	}
}

// programs adds what programs that read rows of s use; nil ones use nothing.
func (u *uses) programs(s *mapping.BoundSource, list ...*expression.Program) {
	for _, p := range list {
		if p == nil {
			continue
		}
		u.slots(s, p.Slots())
		for _, name := range p.Callees() {
			u.callee(name)
		}
	}
}

func (u *uses) slots(s *mapping.BoundSource, slots []int) {
	for _, slot := range slots {
		if c := (computed{s, slot}); slot < len(s.Layout) && s.Layout[slot].Value != nil && !u.columns[c] {
			u.columns[c] = true
			u.programs(s, s.Layout[slot].Value)
		}
	}
}

func (u *uses) callee(name string) {
	if u.callees[name] {
		return
	}
	u.callees[name] = true
	for _, l := range u.plan.Lookups {
		if l.Name == name {
			u.source(l.From)
			u.programs(l.From, l.Keys...)
			u.programs(l.From, l.Value, l.Where)
			u.slots(l.From, l.Row)
		}
	}
	if m := u.plan.Money; m != nil && (name == "convert" || name == "rate") {
		u.source(m.From)
		u.programs(m.From, m.Code, m.Date, m.Rate)
		for i := range m.Wide {
			u.programs(m.From, m.Wide[i].Rate)
		}
	}
}

// money tells whether amounts are converted.
func (u *uses) money() bool { return u.callees["convert"] || u.callees["rate"] }
