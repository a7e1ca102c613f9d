package trace

import (
	"bytes"
	"strings"

	"crm2gong/mapping"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/fit"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
	"crm2gong/transform"
)

// trace evaluates the expressions of a record once more, step by step.
func (w *tracer) trace(r *transform.Record) *Record {
	b := r.Bound
	x := &Record{
		Type: b.Type, History: b.History, ObjectID: strings.Clone(r.ObjectID), Item: r.Item + 1,
		Place:   Place{Source: b.From.Name, File: r.Origin.File, Sheet: strings.Clone(r.Origin.Sheet), Row: r.Origin.Row, Line: r.Origin.Line},
		Outcome: r.Outcome, Detail: strings.Clone(r.Detail), Field: r.Field, Reason: strings.Clone(r.Reason), Hint: strings.Clone(r.Hint),
	}
	if v := r.Entity.Get("modifiedDate"); v != nil {
		x.modified = strings.Clone(v.Text)
	}
	if r.Outcome != transform.Rejected {
		for _, g := range r.Findings {
			f := Finding{Code: g.Code, Field: g.Field}
			if len(g.Examples) > 0 {
				f.Reason = strings.Clone(g.Examples[0].Reason)
			}
			x.Findings = append(x.Findings, f)
		}
	}
	t := &tracing{w: w, r: r, x: x, f: w.frame(b.From, r.Frame)}
	t.fitter.Zone = r.Frame.Zone
	if r.Detail != "row-ragged" && t.conditions() {
		t.fields()
	}
	return x
}

// tracing is one record being traced.
type tracing struct {
	w *tracer
	r *transform.Record
	x *Record
	f *expression.Frame

	fitter fit.Fitter
}

// conditions traces what comes before the fields; false: it went no further.
func (t *tracing) conditions() bool {
	b := t.r.Bound
	if b.From.Where != nil && !t.condition("where of source "+b.From.Name, b.From.Source.Where, b.From.Where) || t.r.Outcome == transform.Dropped {
		return false
	}
	for i := range b.Where {
		name := "where"
		if b.Where[i].Name != "where" {
			name += ": " + b.Where[i].Name
		}
		if !t.condition(name, b.Entity.Where[i].Expr, b.Where[i].Program) {
			return false
		}
	}
	if b.ForEach != nil {
		item := t.f.Item
		t.f.Item = value.Value{}
		c, _ := t.eval("forEach", b.Entity.ForEach, b.ForEach)
		t.f.Item = item
		t.x.Conditions = append(t.x.Conditions, c)
		if t.r.Field == "forEach" {
			c.Error = t.x.Reason
			return false
		}
	}
	if b.Deleted != nil {
		t.condition("deleted", b.Entity.Deleted, b.Deleted)
		if t.r.Field == "deleted" {
			return false
		}
	}
	if b.Converted != nil && !t.r.Entity.Deleted {
		t.condition("converted", b.Entity.Converted, b.Converted)
	}
	return true
}

func (t *tracing) condition(name string, e *mapping.Expr, p *expression.Program) bool {
	c, _ := t.eval(name, e, p)
	t.x.Conditions = append(t.x.Conditions, c)
	if !bytes.Equal(c.Value, []byte("true")) && !bytes.Equal(c.Value, []byte("false")) && c.Error == "" {
		c.Error = t.x.Reason
	}
	return bytes.Equal(c.Value, []byte("true"))
}

// fields traces the fields, up to the one for which the record was refused.
func (t *tracing) fields() {
	b, e := t.r.Bound, t.r.Entity
	for i := range b.Fields {
		bf := &b.Fields[i]
		shape := &b.GongFields[bf.Index]
		if e.Deleted && shape.Name != "objectId" && shape.Name != "modifiedDate" {
			continue
		}
		v := &e.Values[bf.Index]
		f, raw := t.eval(bf.Name, bf.Expr, bf.Program)
		f.Value = v.AppendJSON(nil)
		t.x.Fields = append(t.x.Fields, f)
		unfit := f.Error != ""
		if !unfit && !raw.IsNil() {
			var dst gong.Value
			t.fitter.Buf = t.fitter.Buf[:0]
			if problem := t.fitter.Fit(&dst, raw, shape); problem != nil {
				unfit, f.Error, f.Hint = true, problem.Message, problem.Hint
			}
		}
		atFault := t.r.Outcome == transform.Rejected && t.r.Field == bf.Name
		switch {
		case atFault:
			f.Error, f.Hint = t.x.Reason, t.x.Hint
		case unfit && bf.OnError == "expression":
			instead, _ := t.eval(bf.Name, bf.Field.Instead, bf.Instead)
			f.Note = "by onError: " + instead.Expression
			f.Steps = append(f.Steps, instead.Steps...)
		case unfit:
			f.Note = "left out by onError: omit"
		case v.Kind == gong.Unknown:
			f.Note = "left out: the lookup has no row for " + value.Quote(v.Text)
		case v.Kind == gong.Null:
			f.Note = "no value; null: keep sends null, which clears the field"
		case v.Kind == gong.Absent && raw.IsNil():
			f.Note = "no value"
		case v.Kind == gong.Absent && shape.Kind == gong.Reference && !empty(raw):
			f.Note = "left out: there is no such " + shape.Target.String() + ", and references: says omit"
		case v.Kind == gong.Absent:
			f.Note = "an empty text or list is no value"
		}
		if shape.Kind == gong.Reference && v.Kind == gong.StringVal {
			f.Reference = &Reference{Target: shape.Target.String()}
		}
		if atFault && unfit {
			return
		}
	}
}

func empty(v value.Value) bool {
	return v.Kind() == value.Text && v.Text() == "" || v.Kind() == value.List && len(v.List()) == 0
}

// eval traces one expression on the record's row.
func (t *tracing) eval(name string, e *mapping.Expr, p *expression.Program) (*Field, value.Value) {
	f := &Field{Name: name, Expression: e.Tree.Source(), Value: []byte("null")}
	if !e.Node.Span.IsZero() {
		f.File = e.Node.Span.File.Name
		f.Line, f.Column, _, _ = e.Node.Span.Position()
	}
	b := t.r.Bound
	v, fail, steps, more, reaches := t.w.eval(t.f, p, func(slot int) *Cell {
		c := &b.From.Layout[slot]
		if c.Index < 0 || c.Index >= len(t.f.Cells) {
			return nil
		}
		place := t.x.Place
		place.Row = t.r.CellRow(c.Index)
		cell := t.w.cell(b.From, t.r.File, place, c.Index, t.f.Cells[c.Index])
		return &cell
	})
	f.Steps, f.MoreSteps = steps, more
	f.reaches = reaches || t.w.readsTarget(b.From, t.r)
	switch {
	case fail != nil:
		f.Error, f.Hint = fail.Message, fail.Hint
	case v.Kind() == value.Bool:
		f.Value = v.Append(nil)
	case !v.IsNil():
		f.Value = gong.AppendString(nil, show(v))
	}
	return f, v
}
