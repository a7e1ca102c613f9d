package trace

import (
	"context"
	"errors"
	"slices"
	"strings"

	"crm2gong/mapping"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/value"
)

// eval runs a program step by step on f. cellAt describes the cell of a column
// by its slot. reaches tells whether a row was used that the cell asked for
// reaches.
func (w *tracer) eval(f *expression.Frame, p *expression.Program, cellAt func(slot int) *Cell) (v value.Value, fail *expression.Failure, steps []*Step, more int, reaches bool) {
	w.steps.Reset()
	w.uses = w.uses[:0]
	f.Next()
	w.tracing = true
	v, fail = w.traced(p).Eval(f)
	w.tracing = false
	if fail != nil {
		kept := *fail
		fail = &kept
	}
	raw := w.steps.Steps
	for i := range raw {
		s := &Step{Expression: strings.Join(strings.Fields(raw[i].Text), " "), Depth: raw[i].Depth, Value: show(raw[i].Value)}
		s.Failed = raw[i].Value.Kind() == value.Err
		if raw[i].Kind == expression.StepColumn {
			s.Cell = cellAt(raw[i].Slot)
		}
		steps = append(steps, s)
	}
	for i := range w.uses {
		u := &w.uses[i]
		if u.step >= len(steps) {
			continue
		}
		s := steps[u.step]
		s.Enum, s.Lookup, s.Rates = u.enum, u.lookup, u.rates
		if u.lookup != nil {
			u.lookup.fields = members(steps, u.step)
		}
		reaches = reaches || w.reached(u)
		w.want(u)
	}
	return v, fail, steps, w.steps.More, reaches
}

// members gives the columns that are read of the row that step i found: the
// steps around it say so. None: it is not known.
func members(steps []*Step, i int) []string {
	for k := i - 1; k >= 0; k-- {
		if steps[k].Depth >= steps[i].Depth {
			continue
		}
		rest, ok := strings.CutPrefix(steps[k].Expression, steps[i].Expression)
		if !ok {
			return nil
		}
		rest = strings.TrimLeft(rest, " ?.")
		if name, ok := strings.CutPrefix(rest, "["); ok {
			rest = strings.Trim(name, " ]\"'`")
		}
		if rest == "" {
			return nil
		}
		return []string{rest}
	}
	return nil
}

// show writes a value as the language would, shortened.
func show(v value.Value) string {
	switch v.Kind() {
	case value.Nil:
		return "nil"
	case value.Err:
		return "failed"
	case value.Text:
		return value.Quote(v.Text())
	case value.Record:
		return "the row"
	case value.List:
		var b strings.Builder
		b.WriteByte('[')
		for i, item := range v.List() {
			if i > 0 {
				b.WriteString(", ")
			}
			if i == maxItems {
				b.WriteString("… " + itoa(len(v.List())) + " items")
				break
			}
			b.WriteString(show(item))
		}
		b.WriteByte(']')
		return b.String()
	}
	return string(v.Append(nil))
}

// maxItems is how many items of a list are shown.
const maxItems = 10

// want asks for the rows of tables that a use found.
func (w *tracer) want(u *use) {
	if !w.whole {
		return
	}
	if l := u.lookup; l != nil && l.Found && !l.Many {
		w.pending[l.wanted] = append(w.pending[l.wanted], func(f *expression.Frame, src *mapping.BoundSource) { w.fillLookup(l, f, src) })
	}
	for _, r := range u.rates {
		if r.wanted.table != "" {
			w.pending[r.wanted] = append(w.pending[r.wanted], func(f *expression.Frame, src *mapping.BoundSource) { w.fillRate(r, f, src) })
		}
	}
}

// resolve reads the sources of tables once more for the cells of the rows that
// were used. A lookup that calls another needs one more round for that.
func (w *tracer) resolve(ctx context.Context, opt Options) error {
	tables := *w.plan
	tables.Entities, tables.History = nil, nil
	all := w.plan
	w.plan, w.watches, w.end = &tables, nil, nil
	defer func() { w.plan = all }()
	for len(w.pending) > 0 {
		w.filled = false
		if err := w.run(ctx, opt, opt.Rules()); err != nil {
			return err
		}
		if !w.filled {
			return errors.New("a source changed while it was read twice")
		}
	}
	return nil
}

func (w *tracer) fillLookup(x *LookupUse, f *expression.Frame, src *mapping.BoundSource) {
	l := w.lookup(x.Name)
	own := w.frame(src, f)
	at := x.wanted.place
	cellAt := func(index int) Cell {
		c := w.cell(src, int(at.File), x.Place, index, own.Cells[index])
		c.Via = x.Name
		return c
	}
	var slots []int
	for _, k := range l.Keys {
		slots = append(slots, k.Slots()...)
	}
	if l.Value == nil {
		slots = append(slots, l.slotsOf(x.fields)...)
	}
	for _, i := range indexes(src, slots) {
		x.Cells = append(x.Cells, cellAt(i))
	}
	if l.Value == nil {
		return
	}
	_, _, x.Steps, _, _ = w.eval(own, l.Value, func(slot int) *Cell {
		if i := src.Layout[slot].Index; i >= 0 {
			c := cellAt(i)
			return &c
		}
		return nil
	})
}

func (w *tracer) fillRate(x *RateUse, f *expression.Frame, src *mapping.BoundSource) {
	for _, i := range indexes(src, rateSlots(w.plan.Money, x.Currency)) {
		c := w.cell(src, int(x.wanted.place.File), x.Place, i, f.Cells[i])
		c.Via = ratesName
		x.Cells = append(x.Cells, c)
	}
}

// rateSlots gives the slots that a currency's rate is made from.
func rateSlots(m *mapping.BoundCurrency, currency string) (slots []int) {
	for _, p := range []*expression.Program{m.Date, m.Code, m.Rate} {
		if p != nil {
			slots = append(slots, p.Slots()...)
		}
	}
	for _, c := range m.Wide {
		if c.Currency == currency {
			slots = append(slots, c.Rate.Slots()...)
		}
	}
	return slots
}

// bound is a lookup with more questions answered.
type bound struct{ *mapping.BoundLookup }

func (w *tracer) lookup(name string) bound {
	for _, l := range w.plan.Lookups {
		if l.Name == name {
			return bound{l}
		}
	}
	return bound{}
}

// slotsOf gives the slots of those columns of a whole row that are named; all
// when none is.
func (l bound) slotsOf(names []string) (slots []int) {
	for _, slot := range l.Row {
		for _, n := range names {
			if l.From.Layout[slot].Name == n {
				slots = append(slots, slot)
			}
		}
	}
	if slots == nil {
		return l.Row
	}
	return slots
}

// indexes gives the places in the header of what slots read, computed columns
// followed, each once, from the left.
func indexes(src *mapping.BoundSource, slots []int) (all []int) {
	seen := map[int]bool{}
	had := map[int]bool{}
	var walk func(slots []int)
	walk = func(slots []int) {
		for _, s := range slots {
			if had[s] {
				continue
			}
			had[s] = true
			c := &src.Layout[s]
			if c.Value != nil {
				walk(c.Value.Slots())
			}
			if c.Index >= 0 && !seen[c.Index] {
				seen[c.Index] = true
				all = append(all, c.Index)
			}
		}
	}
	walk(slots)
	slices.Sort(all)
	return all
}

// gather lists the cells that the steps read, each once, in the order of first
// reading.
func gather(steps []*Step) (cells []Cell) {
	seen := map[Cell]bool{}
	add := func(list ...Cell) {
		for _, c := range list {
			if !seen[c] {
				seen[c] = true
				cells = append(cells, c)
			}
		}
	}
	var walk func(steps []*Step)
	walk = func(steps []*Step) {
		for _, s := range steps {
			if s.Cell != nil {
				add(*s.Cell)
			}
			if s.Lookup != nil {
				add(s.Lookup.Cells...)
				walk(s.Lookup.Steps)
			}
			for _, r := range s.Rates {
				add(r.Cells...)
			}
		}
	}
	walk(steps)
	return cells
}
