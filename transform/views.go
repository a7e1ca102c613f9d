package transform

import (
	"crm2gong/mapping"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/value"
	"crm2gong/transform/lookup"
	"crm2gong/transform/source"
)

// tables are the data that expressions look things up in, shared by all
// workers.
type tables struct {
	plan    *mapping.Plan
	lookups []*lookup.Table
	rates   *lookup.Rates
}

// views are one worker's views of the tables: they count. Lookups that are not
// filled yet have no view, and no expression that is run by then asks them.
type views struct {
	enums   []*lookup.Enum
	lookups []*lookup.View
	money   *lookup.Money
}

func (t *tables) views() *views {
	v := &views{lookups: make([]*lookup.View, len(t.plan.Lookups))}
	for _, e := range t.plan.Enums {
		v.enums = append(v.enums, lookup.NewEnum(e))
	}
	for i, l := range t.lookups {
		if l != nil {
			v.lookups[i] = lookup.NewView(l)
		}
	}
	if t.rates != nil {
		v.money = lookup.NewMoney(t.rates)
	}
	return v
}

// place puts the views where compiled expressions expect them.
func (v *views) place(p *mapping.Plan) []expression.Table {
	list := make([]expression.Table, p.Tables)
	for i, e := range v.enums {
		list[p.Enums[i].Index] = e
	}
	for i, l := range v.lookups {
		if l != nil {
			list[p.Lookups[i].Index] = l
		}
	}
	if v.money != nil {
		list[p.Money.ConvertAt], list[p.Money.RateAt] = v.money.Convert(), v.money.Rate()
	}
	return list
}

// merge adds what o counted in a later block.
func (v *views) merge(o *views) {
	v.mergeAsked(o)
	if v.money != nil {
		v.money.Merge(o.money)
	}
}

// mergeAsked adds what was asked of enums and lookups, and resets it in o.
func (v *views) mergeAsked(o *views) {
	for i, e := range v.enums {
		e.Merge(o.enums[i])
	}
	for i, l := range v.lookups {
		if l != nil {
			l.Merge(o.lookups[i])
		}
	}
}

func (v *views) resetAsked() {
	for _, e := range v.enums {
		e.Reset()
	}
	for _, l := range v.lookups {
		if l != nil {
			l.Reset()
		}
	}
}

func (v *views) reset() {
	v.resetAsked()
	if v.money != nil {
		v.money.Reset()
	}
}

// frame makes a frame for the rows of src.
func (r *run) frame(src *mapping.BoundSource, v *views) expression.Frame {
	tables := v.place(r.plan)
	if r.opt.Watch != nil {
		tables = r.opt.Watch.Tables(tables)
	}
	return expression.Frame{
		Layout: src.Layout, Tables: tables, Now: r.opt.Now, Zone: r.plan.Zone,
	}
}

// fillTables reads the sources of lookups and rates.
func (r *run) fillTables() error {
	r.alone = r.opt.Watch != nil
	defer func() { r.alone = false }()
	for i, l := range r.plan.Lookups {
		t := lookup.NewTable(l)
		if r.opt.Watch != nil {
			t.KeepPlaces()
		}
		err := r.each(l.From, func() source.Stage { return newLookupStage(r, l, t) })
		if err != nil {
			return err
		}
		r.tables.lookups[i] = t
	}
	m := r.plan.Money
	if m == nil {
		return nil
	}
	rates := lookup.NewRates(m.Currency)
	if m.From != nil {
		if err := r.each(m.From, func() source.Stage { return newRatesStage(r, m, rates) }); err != nil {
			return err
		}
	}
	for _, name := range rates.Sort() {
		g := r.log.Add(invalidRow("currency"))
		g.Value(name)
		if r.log.Wants(g) {
			g.Examples = append(g.Examples, exampleOf(name, "there are two rates for "+name+"; the later row counts"))
		}
	}
	r.tables.rates = rates
	return nil
}

// record is the row that a lookup without value gives.
type record []value.Value

// Field gives the field at position i of the lookup's record type.
func (r record) Field(i int) value.Value { return r[i] }
