package transform

import (
	"crm2gong/mapping"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/fit"
	"crm2gong/mapping/funcs"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
	"crm2gong/transform/lookup"
)

// step makes one field of an entity.
type step struct {
	short  shortWay // nil: there is none
	counts counter  // the short way, where it counts what it used; else nil
	empty  bool     // what is empty leaves the field absent
	done   uint64   // the rows of the batch, by bit, whose field the short way has made
	field  *mapping.BoundField
	shape  *gong.Field
	place  int // of the field in the entity
}

// shortWay makes a field's values from texts of cells. It gives what evaluating
// the expression and fitting its value give, or leaves the field to them.
type shortWay interface {
	// fill makes the field of t in the rows of the batch, where it is absent, and
	// tells by bit for which rows it did. It leaves those absent to which there
	// is more: a text that does not fit or needs the column's reading, whatever
	// is an error. It counts nothing, since a row's record may never be made.
	fill(b *batch, t *step, x *fit.Fitter) (done uint64)
}

// setter is a short way that goes from row to row.
type setter interface {
	// set is fill for one row. Where it is false dst is of no use.
	set(row int, dst *gong.Value, t *step, x *fit.Fitter) bool
}

// byRow fills a batch row by row.
func byRow(w setter, b *batch, t *step, x *fit.Fitter) (done uint64) {
	for row := range b.rows {
		dst := b.value(row, t.place)
		if w.set(row, dst, t, x) {
			done |= 1 << row
		} else {
			*dst = gong.Value{}
		}
	}
	return done
}

// counter is a short way that uses what is counted for the report.
type counter interface {
	shortWay
	setter
	// count counts what was used for a row.
	count(row int)
}

// shorten finds the short way of a step; tables and env are for what its
// program calls.
func (t *step) shorten(b *batch, layout []expression.Column, tables []expression.Table, env funcs.Env) {
	lead := t.field.Program.Lead()
	if lead == nil {
		return
	}
	operands := make([]operand, len(lead.Operands))
	for i, o := range lead.Operands {
		operands[i] = operand{constant: o.Value, kind: o.Value.Kind()}
		if o.Slot < 0 {
			continue
		}
		c := &layout[o.Slot]
		if c.Index < 0 || c.Read == nil || lead.Do != expression.Reads && !c.Read.IsPlain() {
			return
		}
		operands[i] = operand{column: b.column(c), kind: c.Type.Kind}
	}
	t.empty = lead.Whole && !t.field.KeepNull
	switch lead.Do {
	case expression.Reads:
		t.short = bareOf(operands[0], t.shape.Kind)
	case expression.Joins:
		t.short = joinOf(operands)
	case expression.Asks:
		t.short = askOf(tables[lead.Table], operands, t.shape.Kind)
	case expression.Calls:
		t.short = callOf(lead, operands, env)
	}
	t.counts, _ = t.short.(counter)
}

// operand is a column whose cells stand for themselves, or a constant.
type operand struct {
	column   *batchColumn // nil: a constant
	kind     value.Kind
	constant value.Value
}

// in gives the operand's text in a row; "" where it has none, or more than a
// look at the cell is needed to tell.
func (o *operand) in(row int) string {
	if o.column == nil {
		return o.constant.Text()
	}
	return o.column.texts[row%batchRows]
}

// empty tells whether the operand, whose text is "", has no value.
func (o *operand) empty() bool { return o.column == nil || o.column.kind == value.TextCell }

// bare is the way of a bare column.
type bare struct {
	operand
	asIs bool // any text fits the field
}

// day is the way of a bare column of dates.
type day struct{ operand }

// typed is the way of a bare column that reads its cells by rules of its own.
type typed struct{ operand }

func bareOf(o operand, kind gong.Kind) shortWay {
	if !o.column.plain {
		return &typed{o}
	}
	c := &bare{operand: o}
	switch o.kind {
	case value.Text:
		switch kind {
		case gong.ID, gong.Reference, gong.Text, gong.Phone:
			c.asIs = true
		}
		return c
	case value.Date:
		if kind == gong.Date {
			o.column.askDates()
			return &day{o}
		}
	case value.Bool:
		if kind == gong.Bool {
			return c
		}
	case value.Number:
		switch kind {
		case gong.Number, gong.Currency, gong.Percent, gong.Integer:
			return c
		}
	}
	return nil
}

func (c *typed) fill(b *batch, t *step, x *fit.Fitter) (done uint64) {
	for row := range b.rows {
		v, problem := c.column.read.Read(value.Cell{Text: c.column.texts[row%batchRows], Kind: c.column.kind})
		if problem != nil || v.IsNil() && !t.empty {
			continue
		}
		if dst := b.value(row, t.place); x.Fit(dst, v, t.shape) != nil {
			*dst = gong.Value{}
			continue
		}
		done |= 1 << row
	}
	return done
}

func (c *bare) fill(b *batch, t *step, x *fit.Fitter) (done uint64) {
	empty := t.empty && c.empty()
	for row := range b.rows {
		text, dst := c.column.texts[row%batchRows], b.value(row, t.place)
		switch {
		case text == "":
			if !empty {
				continue
			}
		case c.asIs:
			dst.Kind, dst.Text = gong.StringVal, text
		case x.FitText(dst, text, t.shape) != nil:
			*dst = gong.Value{}
			continue
		}
		done |= 1 << row
	}
	return done
}

func (d *day) fill(b *batch, t *step, _ *fit.Fitter) (done uint64) {
	empty, dates := t.empty && d.empty(), d.column.dates
	for row := range b.rows {
		if dates.are>>row&1 == 0 {
			if empty && d.column.texts[row%batchRows] == "" {
				done |= 1 << row
			}
			continue
		}
		dst := b.value(row, t.place)
		dst.Kind, dst.Text, dst.Num = gong.StringVal, d.column.texts[row%batchRows], dates.days[row%batchRows]
		done |= 1 << row
	}
	return done
}

// join is the way of texts joined with +.
type join []operand

func joinOf(operands []operand) shortWay {
	for i := range operands {
		if operands[i].kind != value.Text {
			return nil
		}
	}
	return join(operands)
}

// maxShort bounds the texts of short ways: longer ones count as steps of an
// evaluation.
const maxShort = 4096

func (j join) fill(b *batch, t *step, x *fit.Fitter) uint64 { return byRow(j, b, t, x) }

func (j join) set(row int, dst *gong.Value, t *step, x *fit.Fitter) bool {
	from := len(x.Buf)
	for i := range j {
		text := j[i].in(row)
		if text == "" || len(text) > maxShort {
			x.Buf = x.Buf[:from]
			return false
		}
		x.Buf = append(x.Buf, text...)
	}
	return x.FitText(dst, x.From(from), t.shape) == nil
}

// call is the way of a function called with texts.
type call struct {
	run      funcs.Implementation
	nilOfNil bool
	operands []operand
	args     []value.Value
	env      funcs.Env
}

func callOf(lead *expression.Lead, operands []operand, env funcs.Env) shortWay {
	c := &call{run: lead.Call, nilOfNil: lead.NilOfNil, operands: operands, args: make([]value.Value, len(operands)), env: env}
	if len(operands) == 0 || operands[0].column == nil {
		return nil
	}
	for i := range operands {
		if operands[i].column != nil && operands[i].kind != value.Text {
			return nil
		}
		c.args[i] = operands[i].constant
	}
	return c
}

func (c *call) fill(b *batch, t *step, x *fit.Fitter) uint64 { return byRow(c, b, t, x) }

func (c *call) set(row int, dst *gong.Value, t *step, x *fit.Fitter) bool {
	for i := range c.operands {
		o := &c.operands[i]
		if o.column == nil {
			continue
		}
		text := o.in(row)
		if text == "" || len(text) > maxShort {
			return text == "" && i == 0 && c.nilOfNil && t.empty && o.empty()
		}
		c.args[i] = value.OfText(text)
	}
	v, err := c.run(&c.env, c.args)
	if err != nil || v.IsNil() && !t.empty {
		return false
	}
	return x.Fit(dst, v, t.shape) == nil
}

// askOf is the way of an enum, a lookup or convert.
func askOf(t expression.Table, operands []operand, kind gong.Kind) shortWay {
	switch t := t.(type) {
	case nearby:
		if len(operands) == 1 && operands[0].kind == value.Text && operands[0].column != nil {
			_, isLookup := t.(*lookup.View)
			return &ask{operand: operands[0], table: t, lookup: isLookup}
		}
	case lookup.Convert:
		return convertOf(t, operands, kind)
	}
	return nil
}

// nearby is a table that finds a text fast: see lookup.Enum and lookup.View.
type nearby interface {
	Near(text string) (v value.Value, at int)
	Count(at int)
}

// ask is the way of an enum, or a lookup by one key, called with a column.
type ask struct {
	operand
	table  nearby
	lookup bool           // which gives nothing for nothing, and counts nothing
	used   [batchRows]int // what was found for a row, for the table to count; below 0: nothing
}

func (a *ask) fill(b *batch, t *step, x *fit.Fitter) uint64 { return byRow(a, b, t, x) }

func (a *ask) set(row int, dst *gong.Value, t *step, x *fit.Fitter) bool {
	text, used := a.in(row), &a.used[row%batchRows]
	if *used = -1; text == "" {
		return a.lookup && t.empty && a.empty()
	}
	var v value.Value
	v, *used = a.table.Near(text)
	return *used >= 0 && x.Fit(dst, v, t.shape) == nil
}

func (a *ask) count(row int) {
	if at := a.used[row%batchRows]; at >= 0 {
		a.table.Count(at)
	}
}

// conversion is the way of convert called with columns.
type conversion struct {
	amount, currency, date operand
	dated                  bool
	table                  lookup.Convert
	made                   [batchRows]lookup.Conversion
	used                   uint64 // the rows, by bit, in which something was converted
}

func convertOf(t lookup.Convert, operands []operand, kind gong.Kind) shortWay {
	if kind != gong.Currency && kind != gong.Number || len(operands) < 2 {
		return nil
	}
	c := &conversion{amount: operands[0], currency: operands[1], table: t}
	if len(operands) > 2 && operands[2].kind != value.Nil {
		c.date, c.dated = operands[2], true
		if c.date.kind != value.Date || c.date.column == nil {
			return nil
		}
		c.date.column.askDates()
	}
	if c.amount.kind != value.Number || c.amount.column == nil || c.currency.kind != value.Text {
		return nil
	}
	return c
}

func (c *conversion) fill(b *batch, t *step, x *fit.Fitter) uint64 { return byRow(c, b, t, x) }

func (c *conversion) set(row int, dst *gong.Value, t *step, x *fit.Fitter) bool {
	c.used &^= 1 << row
	var date value.Value
	if c.dated {
		dates := c.date.column.dates
		if dates.are>>row&1 == 0 {
			return false
		}
		date = value.OfDate(dates.days[row%batchRows])
	}
	text, currency := c.amount.in(row), c.currency.in(row)
	if text == "" {
		return t.empty && c.amount.empty()
	}
	amount, ok := value.ParseNumber(text)
	if !ok || currency == "" {
		return false
	}
	made := &c.made[row%batchRows]
	if !c.table.Near(made, amount, value.OfText(currency), date) || x.Fit(dst, made.Price, t.shape) != nil {
		return false
	}
	c.used |= 1 << row
	return true
}

func (c *conversion) count(row int) {
	if c.used>>row&1 != 0 {
		c.table.Count(&c.made[row%batchRows])
	}
}
