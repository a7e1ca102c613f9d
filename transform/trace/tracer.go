package trace

import (
	"context"
	"strings"

	"crm2gong/mapping"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/value"
	"crm2gong/transform"
	"crm2gong/transform/lookup"
)

// tracer is the watch of a run. It is used by one goroutine at a time.
type tracer struct {
	plan    *mapping.Plan
	in      *transform.Inputs
	watches func(e *mapping.BoundEntity) bool
	record  func(r *transform.Record)
	end     func()
	row     func(name string, src *mapping.BoundSource, at lookup.Place, f *expression.Frame)

	current []*Record // of the block under way
	more    int

	tables   []tableOf // what the tables of a frame are, by place
	programs map[*expression.Program]*expression.Program
	layouts  map[*mapping.BoundSource][]expression.Column

	tracing bool // expressions are being traced: tables note how they are used
	steps   expression.Trace
	uses    []use
	whole   bool // the rows of tables are told in full
	filled  bool // a pending row was found
	pending map[tableRow][]func(f *expression.Frame, src *mapping.BoundSource)

	begin   func()
	goals   []at              // the cell asked for, as the sources have it
	taint   map[tableRow]bool // rows of tables that the cell asked for reaches
	wide    string            // the currency whose column of a wide table it is
	touched bool              // a call found one of them
}

// tableOf is one table of a frame.
type tableOf struct {
	enum   *mapping.Enum
	lookup *mapping.BoundLookup
	money  *mapping.BoundCurrency
	rate   bool // rate, not convert
}

// tableRow is a row of a lookup (by its name) or of the rates ("currency").
type tableRow struct {
	table string
	place lookup.Place
}

// ratesName is what the table of exchange rates is called.
const ratesName = "currency"

// use is how a step used a table.
type use struct {
	step   int
	enum   *EnumUse
	lookup *LookupUse
	rates  []*RateUse
}

func newTracer(p *mapping.Plan, in *transform.Inputs) *tracer {
	w := &tracer{
		plan: p, in: in, tables: make([]tableOf, p.Tables),
		programs: map[*expression.Program]*expression.Program{}, layouts: map[*mapping.BoundSource][]expression.Column{},
		pending: map[tableRow][]func(*expression.Frame, *mapping.BoundSource){}, taint: map[tableRow]bool{},
	}
	for _, e := range p.Enums {
		w.tables[e.Index].enum = e
	}
	for _, l := range p.Lookups {
		w.tables[l.Index].lookup = l
	}
	if m := p.Money; m != nil {
		w.tables[m.ConvertAt].money, w.tables[m.RateAt] = m, tableOf{money: m, rate: true}
	}
	return w
}

// run is one run under this watch.
func (w *tracer) run(ctx context.Context, opt Options, rules transform.Rules) error {
	_, err := transform.Run(ctx, w.plan, w.in, transform.Options{Rules: rules, Now: opt.Now, Watch: w})
	return err
}

// Watches is part of transform.Watch.
func (w *tracer) Watches(e *mapping.BoundEntity) bool { return w.watches != nil && w.watches(e) }

// Begin is part of transform.Watch.
func (w *tracer) Begin() {
	w.current, w.more = nil, 0
	if w.begin != nil {
		w.begin()
	}
}

// End is part of transform.Watch.
func (w *tracer) End() {
	if w.end != nil {
		w.end()
	}
	w.Begin()
}

// Record is part of transform.Watch.
func (w *tracer) Record(r *transform.Record) {
	w.record(r)
	w.touched = false
}

// TableRow is part of transform.Watch.
func (w *tracer) TableRow(name string, src *mapping.BoundSource, at lookup.Place, f *expression.Frame) {
	row := tableRow{name, at}
	if w.touched {
		w.touched = false
		if w.rowReached(name, src, f) {
			w.taint[row] = true
		}
	}
	if w.row != nil {
		w.row(name, src, at, f)
	}
	wanted := w.pending[row]
	delete(w.pending, row)
	for _, fill := range wanted {
		w.filled = true
		fill(f, src)
	}
}

// Tables is part of transform.Watch.
func (w *tracer) Tables(list []expression.Table) []expression.Table {
	out := make([]expression.Table, len(list))
	for i, t := range list {
		if t != nil {
			out[i] = tap{t, &w.tables[i], w}
		}
	}
	return out
}

// tap is a table whose calls are seen.
type tap struct {
	expression.Table
	of *tableOf
	w  *tracer
}

// Call calls the table and notes what it went through.
func (t tap) Call(f *expression.Frame, args []value.Value) value.Value {
	v := t.Table.Call(f, args)
	switch {
	case t.w.tracing:
		u := t.use(f, args)
		u.step = f.Trace.Open()
		t.w.uses = append(t.w.uses, u)
	case len(t.w.taint) > 0 && !t.w.touched:
		u := t.use(f, args)
		t.w.touched = t.w.reached(&u)
	}
	return v
}

func (t tap) use(f *expression.Frame, args []value.Value) (u use) {
	switch inner := t.Table.(type) {
	case *lookup.Enum:
		x := &EnumUse{Name: t.of.enum.Name}
		if x.Entry, x.Found = inner.Entry(args[0]); !x.Found {
			_, x.Default = inner.HasDefault()
		}
		u.enum = x
	case *lookup.View:
		l := t.of.lookup
		x := &LookupUse{Name: l.Name}
		var at lookup.Place
		x.Key, at, x.Many, x.Found = inner.Find(args)
		if x.Found {
			x.wanted = tableRow{l.Name, at}
			x.Place = t.w.place(l.From, at)
		}
		u.lookup = x
	case interface {
		Used(f *expression.Frame, code, date value.Value) (string, []lookup.UsedRate)
	}:
		code, date := args[0], last(args, 1)
		if !t.of.rate {
			if args[0].IsNil() {
				return u
			}
			code, date = args[1], last(args, 2)
		}
		_, rates := inner.Used(f, code, date)
		for i := range rates {
			u.rates = append(u.rates, t.w.rateUse(t.of.money, &rates[i]))
		}
	}
	return u
}

func (w *tracer) rateUse(m *mapping.BoundCurrency, r *lookup.UsedRate) *RateUse {
	x := &RateUse{Currency: r.Currency, Rate: string(r.Rate.AppendNumber(nil))}
	if r.Dated {
		x.Date = string(value.OfDate(r.Day).Append(nil))
	}
	if m.From != nil {
		x.wanted = tableRow{ratesName, r.Place}
		x.Place = w.place(m.From, r.Place)
	}
	return x
}

func last(args []value.Value, i int) value.Value {
	if i < len(args) {
		return args[i]
	}
	return value.Value{}
}

// place turns the place of a table's row into words.
func (w *tracer) place(src *mapping.BoundSource, at lookup.Place) Place {
	p := Place{Source: src.Name, Row: int(at.Row)}
	if files := w.in.Files(src.Name); int(at.File) < len(files) && at.File >= 0 {
		p.File, p.Sheet = files[at.File].Path, files[at.File].Sheet
	}
	return p
}

// cell describes the cell of a column, by its place in the source's header.
func (w *tracer) cell(src *mapping.BoundSource, file int, p Place, column int, c value.Cell) Cell {
	x := Cell{Place: p, Text: strings.Clone(c.Text), Style: styles[c.Kind]}
	x.Line = 0
	if column < len(src.Header) {
		x.Column = src.Header[column]
	}
	files := w.in.Files(src.Name)
	if file < 0 || file >= len(files) || files[file].Format == "ldjson" {
		return x
	}
	if at := inFile(files[file].Header, src.Header, column); at >= 0 {
		x.Ref = finding.CellName(at, p.Row)
	}
	return x
}

var styles = [...]string{value.TextCell: "", value.NumberCell: "number", value.DateCell: "date", value.BoolCell: "boolean",
	value.ErrorCell: "error", value.DamagedCell: "number beyond 2^53", value.DurationCell: "duration"}

// inFile finds the place in a file's own header of a column of the source's
// header, which joins those of all files. Several columns of one name count
// from the left.
func inFile(own, joined []string, column int) int {
	if column >= len(joined) {
		return column
	}
	name, nth := joined[column], 0
	for _, h := range joined[:column] {
		if h == name {
			nth++
		}
	}
	for i, h := range own {
		if h == name {
			if nth == 0 {
				return i
			}
			nth--
		}
	}
	return -1
}

// traced gives the program that tells its steps.
func (w *tracer) traced(p *expression.Program) *expression.Program {
	t := w.programs[p]
	if t == nil {
		t = p.Traced()
		w.programs[p] = t
	}
	return t
}

// frame gives a frame that shows what f shows and traces.
func (w *tracer) frame(src *mapping.BoundSource, f *expression.Frame) *expression.Frame {
	layout := w.layouts[src]
	if layout == nil {
		layout = append(layout, src.Layout...)
		for i := range layout {
			if v := layout[i].Value; v != nil {
				layout[i].Value = w.traced(v)
			}
		}
		w.layouts[src] = layout
	}
	return &expression.Frame{
		Cells: f.Cells, Layout: layout, Tables: f.Tables, Now: f.Now, Zone: f.Zone, Item: f.Item,
		File: f.File, Sheet: f.Sheet, Row: f.Row, Index: f.Index, Trace: &w.steps,
	}
}
