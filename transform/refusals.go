package transform

import (
	"fmt"
	"strings"

	"crm2gong/mapping"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
)

// reject counts, notes and keeps the current row as one that gives no entity.
// field is the Gong field at fault, or where, deleted, forEach, converted.
func (s *entityStage) reject(f *expression.Failure, field string) {
	m := &s.made
	fail := kept(f)
	m.counts.Rejected++
	g := m.log.Add(finding.Key{Code: fail.Code, Entity: s.bound.Type, Field: field, Detail: fail.Detail, History: s.bound.History})
	s.example(g, fail)
	s.tell("rejected", fail.Code)
	m.rejects.add(s.rows, s.faulty(fail.Slot, field), fail.Code, field, fail.Message)
	s.refused()
	s.watched(Rejected, fail.Code, field, fail.Message, fail.Hint)
}

// omission is a field of the current record that onError: omit left out. It is
// noted once the record is known to be written.
type omission struct {
	field *mapping.BoundField
	fail  *expression.Failure
}

// noteOmitted notes a field that was left out. A failure that has a code of its
// own, such as a missing rate, is told as the cause.
func (s *entityStage) noteOmitted(o *omission) {
	k := finding.Key{
		Code: "value-invalid", Entity: s.bound.Type, Field: o.field.Name, History: s.bound.History, Lowered: true,
	}
	if o.fail.Code != k.Code {
		k.Cause, k.Detail = o.fail.Code, o.fail.Detail
	}
	s.example(s.made.log.Add(k), o.fail)
}

// faulty is the place of the cell at fault among the source's columns: that of
// the slot, else the first that the field reads; -1 where there is none.
func (s *entityStage) faulty(slot int, field string) int {
	if slot >= 0 && slot < len(s.frame.Layout) {
		return s.frame.Layout[slot].Index
	}
	for i := range s.entity.Fields {
		if s.entity.Fields[i].Name == field {
			if _, column, _, ok := s.Cell(i); ok {
				return column
			}
		}
	}
	return -1
}

// refused notes the id of the current record, which is refused. Cells of a
// ragged row may stand in other columns than their own, and before its item is
// known a row of forEach may stand for many records: then no id is noted.
func (s *entityStage) refused() {
	if s.pass.run.opt.Refused == nil || s.bound.History {
		return
	}
	id := ""
	if s.rows.raw.Ragged == 0 && (s.bound.ForEach == nil || s.nth >= 0) {
		id = strings.Clone(s.objectID())
	}
	s.made.refused = append(s.made.refused, id)
}

// kept copies a failure, which lives only until the next evaluation.
func kept(f *expression.Failure) *expression.Failure {
	c := *f
	return &c
}

// example notes the current row as an example of g.
func (s *entityStage) example(g *finding.Group, fail *expression.Failure) {
	if fail.Value != "" {
		g.Value(fail.Value)
	}
	g.Hint(fail.Hint)
	if !s.made.log.Wants(g) {
		return
	}
	e := exampleOf(fail.Value, fail.Message)
	e.ObjectID, e.Origin = s.objectID(), s.rows.origin
	if len(fail.Slots) > 0 {
		e.Column = strings.Join(s.headers(fail.Slots), finding.AndColumn)
	} else if fail.Slot >= 0 && fail.Slot < len(s.frame.Layout) {
		if c := &s.frame.Layout[fail.Slot]; c.Index >= 0 {
			e.AtColumn(c.Header, c.Index)
			if e.Value == "" {
				e.Value = s.cell(fail.Slot)
			}
		}
	}
	g.Examples = append(g.Examples, cloned(e))
}

// objectID is the current record's id for messages, also where the record is
// refused before or because of it. What making it uses counts each time until
// it is settled, whether or not it was made ahead.
func (s *entityStage) objectID() string {
	if v := &s.entity.Values[0]; v.Kind == gong.StringVal {
		if i := s.fields[0]; !s.settled && i >= 0 && s.steps[i].counts != nil {
			s.steps[i].counts.count(s.batch.at)
		}
		return v.Text
	}
	if s.fields[0] < 0 {
		return ""
	}
	s.rows.raw.Fill()
	v, fail := s.bound.Fields[s.fields[0]].Program.Eval(&s.frame)
	if fail != nil || v.IsNil() {
		return ""
	}
	return string(v.Append(nil))
}

// tell answers for a record that references point to, in a pass that asks
// what became of those that were not written.
func (s *entityStage) tell(cause, detail string) {
	if s.pass.wanted == nil {
		return
	}
	if id := s.objectID(); id != "" && s.pass.wanted(id) {
		s.made.told = append(s.made.told, outcome{strings.Clone(id), cause, detail})
	}
}

// unasked tells whether nobody asks what became of the current record. One
// whose id shows only with its fields may be asked for.
func (s *entityStage) unasked() bool {
	if s.pass.wanted == nil {
		return false
	}
	id := s.objectID()
	return id != "" && !s.pass.wanted(id)
}

func ragged(extra, columns int) *expression.Failure {
	return &expression.Failure{Code: "row-ragged", Slot: -1,
		Message: fmt.Sprintf("the row has %d more filled %s than the header, which has %d columns", extra, plural(extra, "cell", "cells"), columns),
		Hint:    "look for a delimiter in an unquoted cell"}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

func exampleOf(value, reason string) finding.Example {
	return finding.Example{Value: finding.Clip(value), Reason: reason}
}

// cloned gives e without views into a block.
func cloned(e finding.Example) finding.Example {
	e.ObjectID, e.Value = strings.Clone(e.ObjectID), strings.Clone(e.Value)
	e.Reason, e.Column = strings.Clone(e.Reason), strings.Clone(e.Column)
	e.Origin.Sheet = strings.Clone(e.Origin.Sheet)
	return e
}

// entityValues appends the entity's fields as values of expressions.
func entityValues(dst []value.Value, e *gong.Entity) []value.Value {
	for i := range e.Values {
		dst = append(dst, fieldValue(&e.Values[i], e.Fields[i].Kind))
	}
	return dst
}

func fieldValue(v *gong.Value, k gong.Kind) value.Value {
	switch v.Kind {
	case gong.StringVal:
		switch k {
		case gong.Date:
			return value.OfDate(v.Num)
		case gong.DateTime:
			return value.OfDateTime(v.Num, 0, 0)
		}
		return value.OfText(v.Text)
	case gong.NumberVal:
		n, _ := value.ParseNumber(v.Text)
		return n
	case gong.BoolVal:
		return value.OfBool(v.Num != 0)
	case gong.ListVal:
		list := make([]value.Value, len(v.List))
		for i, s := range v.List {
			list[i] = value.OfText(s)
		}
		return value.OfList(list)
	}
	return value.Value{}
}
