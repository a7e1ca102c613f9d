package transform

import (
	"io"
	"strings"

	"crm2gong/mapping"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
	"crm2gong/mapping/value"
	"crm2gong/transform/source"
)

// pass is one walk over the sources of one object type. What a pass does with
// the blocks in their order is its take.
type pass struct {
	run    *run
	typ    gong.ObjectType
	policy string // duplicates
	encode bool   // the lines are needed
	same   bool   // policy same
	slugs  bool   // an objectId is made by slug
	take   func(s *entityStage, b *source.Block) error
	wanted func(objectID string) bool
	watch  Watch // nil: nobody watches this pass

	out    io.Writer // nil: nobody wants the lines
	counts *Counts
	set    *ids.Set
	next   int64     // entities so far, in order
	win    *ids.Map  // policies last and latest: id → winner
	firsts firsts    // policy same
	made   *ids.Map  // slugs: id → what it was made from
	ranks  []int32   // history: file number by entity in order; 0 merged, -1 refused
	files  *numbered // history
	seen   []version // history, first pass
}

// winner is the entity that stays of those with one id.
type winner struct {
	at      int64 // which in order
	instant int64
}

func (w winner) pack() ids.Value { return ids.Value{uint64(w.at), uint64(w.instant)} }

func (p *pass) winner(id ids.ID) (w winner, ok bool) {
	v, ok := p.win.Get(id)
	return winner{int64(v[0]), int64(v[1])}, ok
}

// dropped says what becomes of an entity whose id was there before.
type dropped struct {
	merged   bool
	objectID string
	fail     expression.Failure
}

func (s *entityStage) InOrder(b *source.Block) error {
	err := s.pass.take(s, b)
	s.pass.run.hear(s.bound.From, len(b.Data), s.made.rows)
	return err
}

// write settles repeated ids and hands the block's outcome over. A block that
// holds a repeated id is converted once more without its repeats.
func (p *pass) write(s *entityStage, b *source.Block) error {
	if p.next == 0 && b.Seq == 0 && len(b.Data) > 0 {
		p.set.Reserve(len(s.made.entries) * int(min(p.run.inputs.size(s.bound.From.Name)/int64(len(b.Data)), maxReserve)))
	}
	p.set.Warm(s.made.ids)
	if drop := p.repeats(&s.made, p.run.before(b)); drop != nil {
		if err := p.again(s, b, drop); err != nil {
			return err
		}
	}
	if p.out != nil && len(s.made.lines) > 0 {
		if _, err := p.out.Write(s.made.lines); err != nil {
			return err
		}
	}
	return p.handOver(s, b)
}

// again converts a block once more without its repeats. What was evaluated
// counts once, that of the repeats too.
func (p *pass) again(s *entityStage, b *source.Block, drop map[place]*dropped) error {
	p.run.views.mergeAsked(s.views)
	err := s.convert(b, drop)
	s.views.resetAsked()
	return err
}

// maxReserve bounds, in blocks of the first one's size, how many ids room is
// made for ahead.
const maxReserve = 50_000

// handOver adds a block's counts, findings and rejects to the run's.
func (p *pass) handOver(s *entityStage, b *source.Block) error {
	m, r := &s.made, p.run
	if s.watch != nil {
		s.watch.End()
	}
	at := r.progress(b, m.rows, m.phys)
	r.at.data += m.data
	if p.out != nil {
		p.trail(p.typ.String()+".ldjson", m.origins, at)
	}
	for _, id := range m.refused {
		r.opt.Refused(p.typ, id)
	}
	p.counts.add(&m.counts)
	r.log.Merge(&m.log, at.rows, at.lines)
	r.opt.Rules.Note(m.notes, at.rows, at.lines)
	r.views.merge(s.views)
	r.droppedBy(s.rows)
	for _, x := range m.picked {
		r.pick(p.typ, x)
	}
	m.picked = m.picked[:0]
	return r.rejectFile(s.bound.From).write(r.opt.Output, &m.rejects, at, r.walk, kindOf(s.bound))
}

// trail tells where the lines of a file came from; at is where the block begins.
func (p *pass) trail(file string, lines []gong.Origin, at position) {
	if p.run.opt.Trail == nil || len(lines) == 0 {
		return
	}
	for i := range lines {
		lines[i].Row += at.rows
		if lines[i].Line > 0 {
			lines[i].Line += at.lines
		}
	}
	p.run.opt.Trail(file, lines)
}

// choose notes which entity of each id stays, for policies last and latest.
func (p *pass) choose(s *entityStage, b *source.Block) error {
	for i := range s.made.entries {
		e := &s.made.entries[i]
		if p.slugs {
			if was, ok := p.made.Add(e.id, ids.Value{e.made}); ok && was[0] != e.made {
				p.next++
				continue // it is refused: the text that came first keeps the id
			}
		}
		w, ok := p.winner(e.id)
		if !ok || p.policy == "last" || e.instant >= w.instant {
			p.win.Put(e.id, winner{p.next, e.instant}.pack())
		}
		p.next++
	}
	return nil
}

// repeats gives the entities of a block that must not be written, nil for
// none, and puts the ids of the others in the set. at is where the block begins.
func (p *pass) repeats(m *made, at position) (drop map[place]*dropped) {
	for i := range m.entries {
		e := &m.entries[i]
		d := p.repeat(m, i, at)
		p.next++
		if d == nil {
			continue
		}
		if drop == nil {
			drop = map[place]*dropped{}
		}
		d.objectID = strings.Clone(e.objectID)
		drop[e.key] = d
	}
	return drop
}

// repeat judges the entity at i: nil if it stays, and its id is in the set then.
func (p *pass) repeat(m *made, i int, at position) *dropped {
	e := &m.entries[i]
	if p.slugs {
		if was, ok := p.made.Add(e.id, ids.Value{e.made}); ok && was[0] != e.made {
			return &dropped{fail: slugsMeet(e.objectID)}
		}
	}
	if p.win != nil {
		if w, _ := p.winner(e.id); w.at != p.next {
			return &dropped{merged: true}
		}
	}
	st := ids.Written
	if e.deleted {
		st = ids.Deleted
	}
	before := p.set.Add(e.id, st) != ids.None
	switch {
	case !before:
		if p.same {
			o := &m.origins[i]
			p.firsts.put(e.id, e.sum, m.lines[e.from:e.to], o, at.rows+o.Row)
		}
		return nil
	case p.policy == "first", p.same && p.firsts.same(e.id, e.sum):
		return &dropped{merged: true}
	}
	d := &dropped{fail: duplicate(e.objectID, p.policy)}
	if p.same {
		d.fail.Message += ", " + p.firsts.difference(e.id, m.lines[e.from:e.to], &m.origins[i])
	}
	return d
}

func slugsMeet(id string) expression.Failure {
	id = strings.Clone(id) // of the block that will be converted again
	return expression.Failure{Code: "value-invalid", Value: id, Slot: -1,
		Message: "another text made the same id " + value.Quote(id) + " by slug",
		Hint:    "use safeId or id, which keep different texts apart"}
}

func duplicate(id, policy string) expression.Failure {
	id = strings.Clone(id) // of the block that will be converted again
	f := expression.Failure{Code: "object-id-duplicate", Value: id, Slot: -1,
		Message: "objectId " + value.Quote(id) + " was there before",
		Hint:    "say which one counts with duplicates: first, last, latest or same; or make the id of more columns with id(a, b)"}
	if policy == "same" {
		f.Hint = "make the fields of one id alike in all its rows, or say which row counts with duplicates: first, last or latest"
	}
	return f
}

// scan tells what became of records that references point to.
func (p *pass) scan(s *entityStage, b *source.Block) error {
	p.run.droppedBy(s.rows)
	for _, o := range s.made.told {
		p.run.opt.Rules.Outcome(p.typ, o.objectID, o.cause, o.detail)
	}
	return nil
}

// newPass makes a pass over the mappings of one type.
func (r *run) newPass(list []*mapping.BoundEntity) *pass {
	e := list[0]
	p := &pass{run: r, typ: e.Type, policy: e.Duplicates, set: r.opt.Rules.Set(e.Type)}
	p.same = p.policy == "same"
	for _, e := range list {
		p.slugs = p.slugs || e.SlugIDs()
	}
	if p.slugs {
		p.made = r.opt.IDs.Map()
	}
	if p.same {
		p.firsts.known = r.opt.IDs.Map()
	}
	return p
}

// over walks the pass over the sources of its type's mappings.
func (p *pass) over(list []*mapping.BoundEntity) error {
	p.run.alone = p.watch != nil
	defer func() { p.run.alone = false }()
	for _, e := range list {
		if err := p.run.each(e.From, func() source.Stage { return newEntityStage(p, e) }); err != nil {
			return err
		}
	}
	return nil
}
