package transform

import (
	"strings"

	"crm2gong/mapping"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/value"
	"crm2gong/transform/lookup"
	"crm2gong/transform/source"
)

// filler is what the stages that fill a table have in common: rows under a
// frame, and the rows that the table could not take.
type filler struct {
	run   *run
	name  string
	frame expression.Frame
	rows  *rows
	log   finding.Log

	refused int // the last row that was noted, by rows.index
}

func (f *filler) begin(r *run, src *mapping.BoundSource, name string) {
	f.run, f.name = r, name
	f.frame = r.frame(src, r.tables.views())
	f.rows = newRows(r.ctx, src, r.inputs.Files(src.Name), &f.frame)
	f.log.All = r.opt.All
}

// place is where the current row stands; right under one worker alone, as
// where it is watched.
func (f *filler) place() lookup.Place {
	return lookup.Place{File: int32(f.rows.file), Row: int32(f.frame.Row)}
}

// watched tells the run's watch of a row that the table takes.
func (f *filler) watched(at lookup.Place) {
	if w := f.run.opt.Watch; w != nil {
		w.TableRow(f.name, f.rows.src, at, &f.frame)
	}
}

// refuse notes a row that the table could not take, or not wholly: once, with
// its first fault.
func (f *filler) refuse(fail *expression.Failure) {
	if f.refused == f.rows.index {
		return
	}
	f.refused = f.rows.index
	g := f.log.Add(invalidRow(f.name))
	if f.log.Wants(g) {
		e := exampleOf(fail.Value, fail.Message)
		e.Origin = f.rows.origin
		if fail.Slot >= 0 {
			c := &f.rows.src.Layout[fail.Slot]
			e.AtColumn(c.Header, c.Index)
		}
		g.Examples = append(g.Examples, cloned(e))
	}
}

func (f *filler) end(b *source.Block) error {
	rows, lines, err := f.rows.end()
	if err != nil {
		return err
	}
	at := f.run.progress(b, rows, lines)
	f.run.log.Merge(&f.log, at.rows, at.lines)
	f.log.Reset()
	f.run.droppedBy(f.rows)
	f.run.hear(f.rows.src, len(b.Data), rows)
	return nil
}

func invalidRow(name string) finding.Key {
	return finding.Key{Code: "lookup-row-invalid", Detail: name}
}

// lookupStage fills a lookup.
type lookupStage struct {
	filler
	lookup *mapping.BoundLookup
	table  *lookup.Table
	found  []found
	keys   []byte
	parts  []value.Value
}

type found struct {
	at   lookup.Place
	key  string
	v    value.Value
	fail *expression.Failure
}

func newLookupStage(r *run, l *mapping.BoundLookup, t *lookup.Table) *lookupStage {
	s := &lookupStage{lookup: l, table: t, parts: make([]value.Value, len(l.Keys))}
	s.begin(r, l.From, l.Name)
	return s
}

func (s *lookupStage) Block(b *source.Block) error {
	s.found = s.found[:0]
	for s.rows.start(s.run.table, b); s.rows.next(); {
		s.row()
	}
	return nil
}

func (s *lookupStage) row() {
	if s.rows.fault != nil {
		s.refuse(s.rows.fault)
		return
	}
	if w := s.lookup.Where; w != nil {
		v, fail := w.Eval(&s.frame)
		if fail = condition(v, fail); fail != nil {
			s.refuse(fail)
			return
		}
		if !v.Bool() {
			return
		}
	}
	for i, k := range s.lookup.Keys {
		v, fail := k.Eval(&s.frame)
		if fail != nil {
			s.refuse(fail)
			return
		}
		s.parts[i] = v
	}
	key, ok := lookup.AppendKey(s.keys[:0], s.parts)
	s.keys = key
	if !ok {
		return
	}
	f := found{at: s.place(), key: string(key)}
	if s.lookup.Value != nil {
		v, fail := s.lookup.Value.Eval(&s.frame)
		if fail != nil {
			kept := *fail
			kept.Value, kept.Slot = strings.Clone(kept.Value), -1 // its slot is of this source
			f.fail = &kept
		}
		f.v = v.Clone()
	} else {
		f.v = s.wholeRow()
	}
	s.found = append(s.found, f)
	s.watched(f.at)
}

// wholeRow keeps the columns that expressions read of the row. A cell that
// does not fit its column's type is nil in it.
func (s *lookupStage) wholeRow() value.Value {
	r := make(record, len(s.lookup.Row))
	for i, slot := range s.lookup.Row {
		if v, fail := s.frame.Column(slot); fail == nil {
			r[i] = v.Clone()
		} else {
			s.refuse(fail)
		}
	}
	return value.OfRecord(r)
}

func (s *lookupStage) InOrder(b *source.Block) error {
	for i := range s.found {
		s.table.Put(s.found[i].key, s.found[i].v, s.found[i].fail)
		s.table.At(s.found[i].key, s.found[i].at)
	}
	return s.end(b)
}

// ratesStage fills the table of exchange rates.
type ratesStage struct {
	filler
	money *mapping.BoundCurrency
	rates *lookup.Rates
	found []foundRate
}

type foundRate struct {
	at         lookup.Place
	currency   string
	date, rate value.Value
}

func newRatesStage(r *run, m *mapping.BoundCurrency, rates *lookup.Rates) *ratesStage {
	s := &ratesStage{money: m, rates: rates}
	s.begin(r, m.From, "currency")
	return s
}

func (s *ratesStage) Block(b *source.Block) error {
	s.found = s.found[:0]
	for s.rows.start(s.run.table, b); s.rows.next(); {
		s.row()
	}
	return nil
}

func (s *ratesStage) row() {
	if s.rows.fault != nil {
		s.refuse(s.rows.fault)
		return
	}
	var date value.Value
	if p := s.money.Date; p != nil {
		v, fail := p.Eval(&s.frame)
		if fail != nil {
			s.refuse(fail)
			return
		}
		if date = v; date.Kind() == value.DateTime {
			date = value.LocalDate(date, s.frame.Zone)
		}
		if date.Kind() != value.Date {
			s.refuse(&expression.Failure{Slot: -1, Message: "the row has no date"})
			return
		}
	}
	for _, w := range s.money.Wide {
		s.take(w.Currency, date, w.Rate)
	}
	if s.money.Wide == nil {
		v, fail := s.money.Code.Eval(&s.frame)
		switch {
		case fail != nil:
			s.refuse(fail)
		case v.IsNil():
			s.refuse(&expression.Failure{Slot: -1, Message: "the row has no currency"})
		default:
			s.take(string(v.Append(nil)), date, s.money.Rate)
		}
	}
}

func (s *ratesStage) take(currency string, date value.Value, rate *expression.Program) {
	v, fail := rate.Eval(&s.frame)
	switch {
	case fail != nil:
		s.refuse(fail)
	case v.IsNil() && s.money.Wide != nil: // no rate of that currency on that day
	default:
		if v.Kind() == value.Text {
			if n, ok := value.ParseNumber(v.Text()); ok {
				v = n
			}
		}
		if reason := lookup.CheckRate(v); reason != "" {
			s.refuse(&expression.Failure{Slot: -1, Value: string(v.Append(nil)), Message: reason})
			return
		}
		s.watched(s.place())
		s.found = append(s.found, foundRate{s.place(), currency, date, v.Clone()})
	}
}

func (s *ratesStage) InOrder(b *source.Block) error {
	for _, f := range s.found {
		s.rates.Put(f.currency, f.date, f.rate, f.at)
	}
	return s.end(b)
}
