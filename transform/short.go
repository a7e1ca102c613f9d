package transform

import (
	"crm2gong/mapping"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/fit"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
	"crm2gong/transform/lookup"
)

// step makes one field of an entity.
type step struct {
	short  shortWay // nil: there is none
	counts counter  // the short way, where it counts what it used; else nil
	done   uint64   // the rows of the batch, by bit, whose field the short way has set
	field  *mapping.BoundField
	shape  *gong.Field
	place  int // of the field in the entity
}

// shortWay makes a field's value from texts of cells. It gives what evaluating
// the expression and fitting its value give, or leaves the field to them.
type shortWay interface {
	// set sets dst, which is absent, for a row of the batch that its operands
	// stand in. It is false and dst is absent where there is more to it: an empty
	// cell, a text that does not fit or needs the column's reading, whatever is
	// an error. It counts nothing, since the row's record may never be made.
	set(row int, dst *gong.Value, shape *gong.Field, x *fit.Fitter) bool
}

// counter is a short way that uses what is counted for the report.
type counter interface {
	shortWay
	// count counts what set used for the row.
	count(row int)
}

// shorten finds the short way of a step; tables are those that its program
// calls.
func (t *step) shorten(b *batch, layout []expression.Column, tables []expression.Table) {
	lead := t.field.Program.Lead()
	if lead == nil {
		return
	}
	operands := make([]operand, len(lead.Operands))
	for i, o := range lead.Operands {
		operands[i].text = o.Text
		if o.Slot < 0 {
			continue
		}
		c := &layout[o.Slot]
		if c.Index < 0 || c.Read == nil || !c.Read.IsPlain() {
			return
		}
		operands[i] = operand{column: b.column(c), kind: c.Type.Kind}
	}
	switch lead.Do {
	case expression.Reads:
		t.short = bareOf(operands[0], t.shape.Kind)
	case expression.Joins:
		t.short = joinOf(operands)
	case expression.Asks:
		t.short = askOf(tables[lead.Table], operands, t.shape.Kind)
	}
	t.counts, _ = t.short.(counter)
}

// operand is a column whose cells stand for themselves, or a constant text.
type operand struct {
	column *batchColumn // nil: a constant
	kind   value.Kind   // of the column
	text   string       // the constant, "" for nil
}

// in gives the operand's text in a row; "" where it has none, or more than a
// look at the cell is needed to tell.
func (o *operand) in(row int) string {
	if o.column == nil {
		return o.text
	}
	return o.column.texts[row%batchRows]
}

// isoLength is the length of the one form that dates have in both a column and
// a field, 2024-03-15.
const isoLength = len("2024-03-15")

// bare is the way of a bare column.
type bare struct {
	operand
	asIs bool // any text fits the field
	iso  bool
}

func bareOf(o operand, kind gong.Kind) shortWay {
	c := &bare{operand: o}
	switch o.kind {
	case value.Text:
		switch kind {
		case gong.ID, gong.Reference, gong.Text, gong.Phone:
			c.asIs = true
		}
		return c
	case value.Date:
		if c.iso = true; kind == gong.Date {
			return c
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

func (c *bare) set(row int, dst *gong.Value, shape *gong.Field, x *fit.Fitter) bool {
	text := c.in(row)
	switch {
	case text == "" || c.iso && len(text) != isoLength:
		return false
	case c.asIs:
		dst.Kind, dst.Text = gong.StringVal, text
		return true
	case x.FitText(dst, text, shape) == nil:
		return true
	}
	*dst = gong.Value{}
	return false
}

// join is the way of texts joined with +.
type join []operand

func joinOf(operands []operand) shortWay {
	for i := range operands {
		if o := &operands[i]; o.column != nil && o.kind != value.Text {
			return nil
		}
	}
	return join(operands)
}

// maxJoined bounds the texts that are joined: longer ones count as steps of an
// evaluation.
const maxJoined = 4096

func (j join) set(row int, dst *gong.Value, shape *gong.Field, x *fit.Fitter) bool {
	from := len(x.Buf)
	for i := range j {
		text := j[i].in(row)
		if text == "" || len(text) > maxJoined {
			x.Buf = x.Buf[:from]
			return false
		}
		x.Buf = append(x.Buf, text...)
	}
	if x.FitText(dst, x.From(from), shape) == nil {
		return true
	}
	*dst = gong.Value{}
	return false
}

// askOf is the way of an enum, a lookup or convert.
func askOf(t expression.Table, operands []operand, kind gong.Kind) shortWay {
	switch t := t.(type) {
	case nearby:
		if len(operands) == 1 && operands[0].kind == value.Text {
			return &ask{operand: operands[0], table: t}
		}
	case lookup.Convert:
		return convertOf(t, operands, kind)
	}
	return nil
}

// nearby is a table that finds a text fast: see lookup.Enum and lookup.View.
type nearby interface {
	Near(text string) (v value.Value, count *int)
}

// ask is the way of an enum, or a lookup by one key, called with a column.
type ask struct {
	operand
	table  nearby
	counts [batchRows]*int
}

func (a *ask) set(row int, dst *gong.Value, shape *gong.Field, x *fit.Fitter) bool {
	text := a.in(row)
	if text == "" {
		return false
	}
	v, count := a.table.Near(text)
	a.counts[row%batchRows] = count
	return count != nil && x.Fit(dst, v, shape) == nil
}

func (a *ask) count(row int) { *a.counts[row%batchRows]++ }

// conversion is the way of convert called with columns.
type conversion struct {
	amount, currency, date operand
	dated                  bool
	table                  lookup.Convert
	made                   [batchRows]lookup.Conversion
}

func convertOf(t lookup.Convert, operands []operand, kind gong.Kind) shortWay {
	if kind != gong.Currency && kind != gong.Number || len(operands) < 2 {
		return nil
	}
	c := &conversion{amount: operands[0], currency: operands[1], table: t}
	if len(operands) > 2 && operands[2].column != nil {
		c.date, c.dated = operands[2], true
		if c.date.kind != value.Date {
			return nil
		}
	}
	if c.amount.kind != value.Number || c.currency.column != nil && c.currency.kind != value.Text {
		return nil
	}
	return c
}

func (c *conversion) set(row int, dst *gong.Value, shape *gong.Field, x *fit.Fitter) bool {
	amount, ok := value.ParseNumber(c.amount.in(row))
	if !ok {
		return false
	}
	currency := c.currency.in(row)
	if currency == "" {
		return false
	}
	var date value.Value
	if c.dated {
		text := c.date.in(row)
		if len(text) != isoLength {
			return false
		}
		if date, ok = value.ParseISODate(text); !ok {
			return false
		}
	}
	made := &c.made[row%batchRows]
	return c.table.Near(made, amount, value.OfText(currency), date) && x.Fit(dst, made.Price, shape) == nil
}

func (c *conversion) count(row int) { c.table.Count(&c.made[row%batchRows]) }
