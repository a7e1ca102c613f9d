package transform

import (
	"crm2gong/mapping"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
	"crm2gong/transform/lookup"
)

// Watch sees how a run makes entities, record by record: it serves to explain
// them. What is watched is read by one worker, in the order of the rows, and all
// methods are called by one goroutine at a time. The findings of watched records
// are told to the watch and not gathered in the summary.
type Watch interface {
	// Watches tells whether the records that e makes are watched.
	Watches(e *mapping.BoundEntity) bool
	// Tables is given what the expressions of a frame call, and gives what they
	// shall call instead. Entries may be nil.
	Tables(list []expression.Table) []expression.Table
	// Begin is called before a block is converted and End once its records are
	// settled. A block that is begun again is told anew.
	Begin()
	End()
	// Record is told what became of a record, or of a row that gave none.
	Record(r *Record)
	// TableRow is told of a row that a lookup (its name) or the exchange rates
	// ("currency") take; f shows it.
	TableRow(name string, src *mapping.BoundSource, at lookup.Place, f *expression.Frame)
}

// Outcome is what became of a record.
type Outcome string

// The outcomes. A Dropped row is no data, as its source's where says.
const (
	Written  Outcome = "written"
	Filtered Outcome = "filtered"
	Rejected Outcome = "rejected"
	Merged   Outcome = "merged"
	Dropped  Outcome = "dropped"
)

// Record is a record as a watch sees it. All but the texts that are cloned
// lives until the method that is told of it returns.
type Record struct {
	Bound    *mapping.BoundEntity
	Frame    *expression.Frame // at the record's row
	Entity   *gong.Entity      // its values as far as they were made
	ObjectID string            // as far as it can be told; "" if not
	Origin   gong.Origin
	File     int // place of the file among the source's
	Item     int // under forEach the place of the item from 0; else -1
	Outcome  Outcome
	Detail   string // the filter's name, the code of the rejection
	Field    string // rejected: Gong field, or where, deleted, forEach, converted
	Reason   string
	Hint     string
	Findings []*finding.Group

	rows *rows
}

// CellRow is the row in which the text of a column's cell stands: that of the
// record, or one above where the source fills the column down.
func (r *Record) CellRow(column int) int {
	for i, c := range r.rows.src.FillDown {
		if c == column && r.Outcome != Dropped && r.rows.from[i] > 0 {
			return r.rows.from[i]
		}
	}
	return r.Origin.Row
}

// Condition judges what the program of a condition gave: a reason why it is
// neither true nor false, or nil.
func Condition(v value.Value, fail *expression.Failure) *expression.Failure {
	return condition(v, fail)
}

// watched tells the watch what became of the current record.
func (s *entityStage) watched(o Outcome, detail, field, reason, hint string) {
	if s.watch == nil {
		return
	}
	x := s.rows
	r := Record{
		Bound: s.bound, Frame: &s.frame, Entity: &s.entity, ObjectID: s.objectID(), Origin: x.origin, File: x.file, Item: s.nth,
		Outcome: o, Detail: detail, Field: field, Reason: reason, Hint: hint, Findings: s.made.log.Groups(), rows: x,
	}
	r.Origin.Sheet, r.Origin.Row, r.Origin.Line = x.raw.Sheet, s.frame.Row, x.raw.Line
	if run := s.pass.run; r.Origin.Line > 0 && run.atFile == x.file {
		r.Origin.Line += run.at.lines
	}
	s.watch.Record(&r)
	s.made.log.Reset()
}

// watchPass lets the run's watch see a pass.
func (p *pass) watchPass(list []*mapping.BoundEntity) {
	if w := p.run.opt.Watch; w != nil {
		for _, e := range list {
			if w.Watches(e) {
				p.watch = w
			}
		}
	}
}
