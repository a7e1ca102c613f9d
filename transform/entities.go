package transform

import (
	"strings"

	"crm2gong/mapping"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/fit"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
	"crm2gong/transform/source"
)

// entityStage makes the entities of one mapping from the rows of its source.
type entityStage struct {
	pass    *pass
	bound   *mapping.BoundEntity
	frame   expression.Frame
	rows    *rows
	views   *views
	fitter  fit.Fitter
	judge   Judge
	entity  gong.Entity
	fields  []int                           // place in bound.Fields by place in the entity, -1 if the mapping has none
	steps   []step                          // by place in bound.Fields
	all     []int                           // all steps
	late    []int                           // those to look at for each row even where the batch has made all fields
	batch   *batch                          // of rows under way
	many    bool                            // batches may have many rows: each row stands for one record at most
	sparse  bool                            // most rows of the block before became no record: making fields ahead does not pay
	at      struct{ modified, deleted int } // places in the entity, -1 if it has none
	priced  int                             // a deal's amount among bound.Fields, where currencies are converted; else -1
	auto    []int                           // places in the entity of picklists whose values come from the data
	seen    map[picked]struct{}
	checks  []boundCheck
	made    made
	watch   Watch      // nil: nobody watches
	nth     int        // the current item of forEach, -1 without
	settled bool       // the current record's id is settled
	omitted []omission // fields of the current record
	items   []value.Value
}

// boundCheck is one of the user's checks, compiled for this mapping.
type boundCheck struct {
	*mapping.Check
	program *expression.Program
}

func newEntityStage(p *pass, e *mapping.BoundEntity) *entityStage {
	s := &entityStage{pass: p, bound: e, nth: -1}
	s.views = p.run.tables.views()
	s.frame = expression.Frame{
		Layout: e.From.Layout, Tables: s.views.place(p.run.plan), Now: p.run.opt.Now, Zone: p.run.plan.Zone,
	}
	s.rows = newRows(p.run.ctx, e.From, p.run.inputs.Files(e.From.Name), &s.frame)
	s.fitter.Zone = p.run.plan.Zone
	s.judge = p.run.opt.Rules.Judge(e.Type, e.History, e.GongFields)
	s.batch = newBatch(len(e.GongFields))
	s.entity = gong.Entity{Type: e.Type, Fields: e.GongFields, Values: s.batch.entity(), Lineage: s}
	s.fields = make([]int, len(e.GongFields))
	for i := range s.fields {
		s.fields[i] = -1
	}
	s.at.modified, s.at.deleted = e.Type.FieldIndex("modifiedDate"), e.Type.FieldIndex("isDeleted")
	s.steps, s.priced = make([]step, len(e.Fields)), -1
	for i := range e.Fields {
		f := &e.Fields[i]
		if e.Type == gong.Deal && f.Name == "amount" && s.views.money != nil {
			s.priced = i
		}
		s.fields[f.Index] = i
		shape := &e.GongFields[f.Index]
		s.steps[i] = step{field: f, shape: shape, place: f.Index}
		s.all = append(s.all, i)
		if f.Custom != nil && f.Custom.Auto {
			s.auto = append(s.auto, f.Index)
		}
	}
	for _, c := range p.run.plan.Checks {
		if program := c.Programs[e]; program != nil {
			s.checks = append(s.checks, boundCheck{c.Check, program})
		}
	}
	s.made.log.All = p.run.opt.All
	if p.watch != nil && p.watch.Watches(e) {
		s.watch = p.watch
		s.frame.Tables = s.watch.Tables(s.frame.Tables)
		s.rows.onDrop = func() {
			s.entity.Reset()
			s.watched(Dropped, "", "", "", "")
		}
		return s
	}
	s.rows.onlyRead()
	for i := range s.steps {
		t := &s.steps[i]
		t.shorten(s.batch, e.From.Layout, s.frame.Tables, s.frame.Env())
		if t.counts != nil || i == s.priced {
			s.late = append(s.late, i)
		}
	}
	s.many = e.ForEach == nil
	return s
}

func (s *entityStage) Block(b *source.Block) error { return s.convert(b, nil) }

// convert makes the block's entities, but for those in drop.
func (s *entityStage) convert(b *source.Block, drop map[place]*dropped) error {
	m := &s.made
	if s.watch != nil {
		s.watch.Begin()
	}
	m.counts.reset()
	for _, p := range m.picked {
		delete(s.seen, p) // of an earlier conversion of the same block
	}
	m.ids = m.ids[:0]
	m.lines, m.entries, m.picked, m.told = m.lines[:0], m.entries[:0], m.picked[:0], m.told[:0]
	m.origins, m.refused = m.origins[:0], m.refused[:0]
	m.rejects.reset()
	m.log.Reset()
	s.views.reset()
	s.judge.Take()
	s.fitter.Buf = s.fitter.Buf[:0]
	s.rows.start(s.pass.run.table, b)
	s.batch.rows = 0
	for n := 0; s.next(); n++ {
		s.row(n, drop)
	}
	m.notes = s.judge.Take()
	s.sparse = (m.counts.Filtered+s.rows.dropped)*2 > m.counts.Read+s.rows.dropped
	var err error
	m.data = s.rows.index - s.rows.mark.index
	m.rows, m.phys, err = s.rows.end()
	return err
}

// next moves to the next row, and to the next batch where one is through.
func (s *entityStage) next() bool {
	b := s.batch
	if b.at+1 >= b.rows && s.many && !s.sparse && b.ahead(s.rows) {
		b.make(s.steps, &s.fitter)
	}
	seen := s.rows.seen
	if !s.rows.next() {
		return false
	}
	if b.at += s.rows.seen - seen; b.at >= b.rows {
		b.rows, b.at = 0, 0
		clear(b.entity())
	}
	s.entity.Values, s.entity.Deleted, s.entity.Converted = b.entity(), false, false
	s.settled = false
	return true
}

func (s *entityStage) row(n int, drop map[place]*dropped) {
	m := &s.made
	m.counts.Read++
	s.entity.Origin = s.rows.origin
	if extra := s.rows.raw.Ragged; extra > 0 {
		s.reject(ragged(extra, len(s.rows.src.Header)), "")
		return
	}
	if s.rows.fault != nil {
		s.reject(s.rows.fault, "where")
		return
	}
	for i := range s.bound.Where {
		w := &s.bound.Where[i]
		s.rows.raw.Fill()
		v, fail := w.Program.Eval(&s.frame)
		if fail = condition(v, fail); fail != nil {
			s.reject(fail, "where")
			return
		}
		if !v.Bool() {
			m.counts.filter(w.Name, 1)
			s.tell("filtered", w.Name)
			s.watched(Filtered, w.Name, "where", "", "")
			return
		}
	}
	if s.bound.ForEach == nil {
		s.item(place{n, 0}, drop)
		return
	}
	v, fail := s.bound.ForEach.Eval(&s.frame)
	if fail != nil {
		s.reject(fail, "forEach")
		return
	}
	items := v.List()
	if v.Kind() != value.List && !v.IsNil() {
		items = []value.Value{v}
	}
	if len(items) == 0 {
		m.counts.filter("forEach", 1)
		s.watched(Filtered, "forEach", "forEach", "", "")
		return
	}
	m.counts.Extra += len(items) - 1
	s.items = s.items[:0]
	for i := range items {
		s.items = append(s.items, items[i].Clone()) // Next takes back texts that the row made
	}
	for i := range s.items {
		s.frame.Next()
		s.frame.Item = s.items[i]
		s.entity.Reset()
		s.nth = i
		s.item(place{n, i}, drop)
	}
	s.frame.Item, s.nth = value.Value{}, -1
}

// item makes one entity of the current row.
func (s *entityStage) item(at place, drop map[place]*dropped) {
	s.omitted = s.omitted[:0]
	if d := drop[at]; d != nil {
		if s.watch != nil && s.deletion() {
			s.values()
		}
		if d.merged {
			s.made.counts.Merged++
			s.watched(Merged, s.pass.policy, "", "", "")
		} else {
			s.settled = true
			s.entity.Values[0] = gong.Value{Kind: gong.StringVal, Text: d.objectID}
			s.reject(&d.fail, "objectId")
		}
		return
	}
	if s.batch.rows == 0 || s.nth > 0 {
		s.settled = false
		s.batch.one(s.frame.Cells)
		s.batch.make(s.steps, &s.fitter)
	}
	if s.unasked() || !s.deletion() || !s.values() {
		return
	}
	e := &s.entity
	if s.bound.Converted != nil {
		s.rows.raw.Fill()
		v, fail := s.bound.Converted.Eval(&s.frame)
		if fail = condition(v, fail); fail != nil {
			s.reject(fail, "converted")
			return
		}
		e.Converted = v.Bool()
	}
	if r := s.judge.Entity(e, &s.made.log); r != nil {
		s.made.counts.Rejected++
		s.tell("rejected", r.Code)
		s.made.rejects.add(s.rows, s.faulty(-1, r.Field), r.Code, r.Field, r.Reason)
		s.refused()
		s.watched(Rejected, r.Code, r.Field, r.Reason, "")
		return
	}
	for i := range s.omitted {
		s.noteOmitted(&s.omitted[i])
	}
	for i := range s.checks {
		s.check(&s.checks[i])
	}
	s.accept(at)
	s.watched(Written, "", "", "", "")
}

// deletion settles whether the row is a deletion; false: it was rejected.
func (s *entityStage) deletion() bool {
	if s.bound.Deleted == nil {
		return true
	}
	s.rows.raw.Fill()
	v, fail := s.bound.Deleted.Eval(&s.frame)
	if fail = condition(v, fail); fail != nil {
		s.reject(fail, "deleted")
		return false
	}
	if s.entity.Deleted = v.Bool(); s.entity.Deleted {
		for i := 1; i < len(s.entity.Values); i++ {
			if i != s.at.modified {
				s.entity.Values[i] = gong.Value{} // few fields of a deletion are sent
			}
		}
		s.entity.Values[s.at.deleted] = gong.Value{Kind: gong.BoolVal, Num: 1}
	}
	return true
}

// values evaluates the fields and fits them; false: the entity was rejected.
func (s *entityStage) values() bool {
	e := &s.entity
	row, steps := s.batch.at, s.all
	if s.batch.ready>>row&1 != 0 {
		steps = s.late
	}
	for _, i := range steps {
		t := &s.steps[i]
		ok := t.done>>row&1 != 0
		if ok && t.counts == nil && i != s.priced || e.Deleted && t.place != 0 && t.place != s.at.modified {
			continue
		}
		if i == s.priced {
			s.views.money.Listen(true)
		}
		dst := &e.Values[t.place]
		if t.counts != nil {
			// Rows before this one may have made possible what was not ahead.
			if ok = ok || t.counts.set(row, dst, t, &s.fitter); ok {
				t.counts.count(row)
			} else {
				*dst = gong.Value{}
			}
		}
		if !ok {
			if ok = s.value(t.field, t.shape, dst); t.place == 0 {
				dst.Text = s.hold(dst.Text)
			}
		}
		s.settled = s.settled || t.place == 0
		if i == s.priced {
			s.views.money.Hush()
		}
		if !ok {
			return false
		}
	}
	if i := s.at.deleted; i >= 0 && e.Values[i].Kind == gong.BoolVal && e.Values[i].Num != 0 {
		e.Deleted = true
	}
	return true
}

// hold keeps a text that was made for the current row as long as the block.
func (s *entityStage) hold(text string) string {
	from := len(s.fitter.Buf)
	s.fitter.Buf = append(s.fitter.Buf, text...)
	return s.fitter.From(from)
}

// value evaluates one field; false: the entity was rejected.
func (s *entityStage) value(f *mapping.BoundField, shape *gong.Field, dst *gong.Value) bool {
	s.rows.raw.Fill()
	v, fail := f.Program.Eval(&s.frame)
	if fail == nil {
		if v.IsNil() {
			switch {
			case s.frame.Missed && shape.Kind == gong.Reference:
				*dst = gong.Value{Kind: gong.Unknown, Text: strings.Clone(s.frame.Key), List: s.headers(s.frame.KeySlots)}
			case f.KeepNull:
				dst.Kind = gong.Null
			}
			return true
		}
		problem := s.fitter.Fit(dst, v, shape)
		if problem == nil {
			return true
		}
		fail = s.misfit(f, v, problem)
	}
	switch f.OnError {
	case "omit":
		fail = kept(fail)
		s.omitted = append(s.omitted, omission{f, fail})
		*dst = gong.Value{Kind: gong.Invalid, Text: strings.Clone(fail.Value)}
		return true
	case "expression":
		if s.priced >= 0 && f == &s.bound.Fields[s.priced] {
			s.views.money.Listen(true) // what the failed expression converted does not count
		}
		instead, failed := f.Instead.Eval(&s.frame)
		if failed != nil {
			fail = failed
			break
		}
		*dst = gong.Value{}
		if instead.IsNil() {
			return true
		}
		problem := s.fitter.Fit(dst, instead, shape)
		if problem == nil {
			return true
		}
		fail = s.misfit(f, instead, problem)
	}
	*dst = gong.Value{}
	s.reject(fail, f.Name)
	return false
}

func (s *entityStage) misfit(f *mapping.BoundField, v value.Value, p *fit.Problem) *expression.Failure {
	return &expression.Failure{
		Code: "value-invalid", Message: p.Message, Hint: p.Hint, Value: string(v.Append(nil)),
		Slot: s.tellingSlot(f.Program),
	}
}

// check evaluates one of the user's checks on the entity.
func (s *entityStage) check(c *boundCheck) {
	if s.entity.Deleted {
		return
	}
	s.rows.raw.Fill()
	s.frame.Fields = entityValues(s.frame.Fields[:0], &s.entity)
	v, fail := c.program.Eval(&s.frame)
	if fail == nil && (v.IsNil() || v.Kind() == value.Bool && v.Bool()) {
		return
	}
	g := s.made.log.Add(finding.Key{Code: "check:" + c.Name, Entity: s.bound.Type})
	if fail == nil {
		fail = &expression.Failure{Slot: -1, Message: c.Message}
	}
	s.example(g, kept(fail))
}
