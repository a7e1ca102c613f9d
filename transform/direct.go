package transform

import (
	"crm2gong/mapping"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/fit"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
)

// step makes one field of an entity.
type step struct {
	direct
	field *mapping.BoundField
	shape *gong.Field
	place int // of the field in the entity
}

// direct is the short way of a field whose value mostly is the text of a cell:
// a bare column, or one with something for where it is empty. It gives what
// evaluating and fitting give, or leaves the field to them.
type direct struct {
	read *value.Reader // of the column; nil: there is no short way
	cell int           // its place in the row
	asIs bool          // any text fits the field
	iso  bool          // a date, whose one form in both column and field is 2024-03-15
}

// directOf finds the short way of a program for a field.
func directOf(p *expression.Program, layout []expression.Column, kind gong.Kind) direct {
	slot, ok := p.Lead()
	if !ok {
		return direct{}
	}
	c := &layout[slot]
	if c.Index < 0 || c.Read == nil || !c.Read.IsPlain() {
		return direct{}
	}
	d := direct{read: c.Read, cell: c.Index}
	switch c.Type.Kind {
	case value.Text:
		switch kind {
		case gong.ID, gong.Reference, gong.Text, gong.Phone:
			d.asIs = true
		}
		return d
	case value.Date:
		if d.iso = true; kind == gong.Date {
			return d
		}
	case value.Bool:
		if kind == gong.Bool {
			return d
		}
	case value.Number:
		switch kind {
		case gong.Number, gong.Currency, gong.Percent, gong.Integer:
			return d
		}
	}
	return direct{}
}

// take sets dst from the cell. It is false, and dst absent, where there is more
// to it: an empty cell, a text that does not fit or needs the column's reading.
func (d *direct) take(c *value.Cell, dst *gong.Value, shape *gong.Field, x *fit.Fitter) bool {
	text := d.read.Plain(c)
	switch {
	case text == "" || d.iso && len(text) != len("2024-03-15"):
		return false
	case d.asIs:
		dst.Kind, dst.Text = gong.StringVal, text
		return true
	case x.FitText(dst, text, shape) == nil:
		return true
	}
	*dst = gong.Value{}
	return false
}
