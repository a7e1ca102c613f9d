package transform

import (
	"context"
	"fmt"
	"time"

	"crm2gong/mapping"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
	"crm2gong/transform/lookup"
	"crm2gong/transform/source"
)

// Options say how a run goes.
type Options struct {
	Rules    Rules     // judges the entities
	Output   Output    // where files go; nil for a dry run
	Now      time.Time // the run's one instant, for now() and today()
	Workers  int       // 0: as many as keep all processors busy
	All      bool      // keep every example of a finding
	Progress Progress  // may be nil
	Watch    Watch     // sees the records as they are made; may be nil
	Rejects  RejectsFormat
	TempDir  string     // where rejected rows wait; "": the system's folder
	IDs      *ids.Store // keeps the tables of ids; nil: in memory, without a bound
	// Trail tells where the lines last written to a file came from, in their
	// order. The texts are views that hold until it returns. nil for nobody.
	Trail func(file string, lines []gong.Origin)
	// Refused tells of every present record that was refused, with its objectId
	// as far as it can be relied on, "" if not. nil for nobody.
	Refused func(t gong.ObjectType, objectID string)
}

// Progress hears how far a run is: the bytes of decoded text (none for
// workbooks) and the rows of a source since the last call. No bytes and no rows
// say that a source begins, maybe once more: some sources are read several
// times. It is called from several goroutines, but never at once.
type Progress func(source string, bytes, rows int)

// Summary is what a run counted.
type Summary struct {
	Types   []gong.ObjectType // the types of the mapping, in Gong's order
	Counts  [gong.NumTypes]Counts
	History []HistoryCounts
	Dropped map[string]int // source → rows that its where said are no data
	Log     *finding.Log
	Enums   []EnumUse
	Lookups []LookupUse
	Money   *lookup.Money                      // nil without currency
	Picked  [gong.NumTypes]map[string][]string // picklist values found, by type and field
	Rejects map[string]int                     // source → rows in its rejects file
	Notes   map[string][]string                // source → what a reader should know of it; sources without notes are not in it
}

// HistoryCounts is what became of the past versions of one type.
type HistoryCounts struct {
	Type   gong.ObjectType
	Counts Counts
	Files  int // numbered files
}

// EnumUse is how often an enum's entries were used.
type EnumUse struct {
	Name                      string
	Used, Defaulted, Unmapped map[string]int
	Empty                     int // evaluations of no value, which give the default or no value
}

// LookupUse is how often a lookup found a row.
type LookupUse struct {
	Name         string
	Hits, Misses int
	Missing      map[string]int
}

// run is the state of one run.
type run struct {
	ctx     context.Context
	plan    *mapping.Plan
	inputs  *Inputs
	opt     Options
	tables  tables
	views   *views // the merged counts
	log     finding.Log
	table   *source.Table // the source that is being read
	at      position
	atFile  int
	dropped map[string]int
	drop    int
	rejects map[string]*rejectFile
	picked  [gong.NumTypes]map[string][]string
	alone   bool // what is read is watched: one worker
	walk    int  // the number of the walk over a source that is under way
	isKnown map[pickedValue]struct{}
	sum     Summary
}

// position is where a block begins: the rows and physical lines before it in its
// file, and the data rows before it in its source.
type position struct{ rows, lines, data int }

type pickedValue struct {
	t    gong.ObjectType
	pick picked
}

// Run converts everything. Bad data never is an error: it is in the summary
// and in the rejects. An error is a source that cannot be read (of type
// *source.Error), an output that cannot be written, or the context's end.
func Run(ctx context.Context, p *mapping.Plan, in *Inputs, opt Options) (*Summary, error) {
	r := newRun(ctx, p, in, opt)
	defer r.dropRejects()
	if err := r.fillTables(); err != nil {
		return nil, err
	}
	r.views = r.tables.views()
	for _, list := range grouped(p.Entities) {
		if err := r.convert(list); err != nil {
			return nil, err
		}
	}
	for _, list := range grouped(p.History) {
		if err := r.history(list); err != nil {
			return nil, err
		}
	}
	r.opt.Rules.Close()
	if err := r.askOutcomes(); err != nil {
		return nil, err
	}
	return r.summary()
}

func newRun(ctx context.Context, p *mapping.Plan, in *Inputs, opt Options) *run {
	if opt.Output == nil {
		opt.Output = nowhere{}
	}
	r := &run{
		ctx: ctx, plan: p, inputs: in, opt: opt, dropped: map[string]int{}, rejects: map[string]*rejectFile{},
		isKnown: map[pickedValue]struct{}{},
	}
	r.log.All = opt.All
	r.tables = tables{plan: p, lookups: make([]*lookup.Table, len(p.Lookups))}
	return r
}

// grouped gives the mappings of each type together.
func grouped(all []*mapping.BoundEntity) (groups [][]*mapping.BoundEntity) {
	for _, e := range all {
		if n := len(groups); n > 0 && groups[n-1][0].Type == e.Type {
			groups[n-1] = append(groups[n-1], e)
			continue
		}
		groups = append(groups, []*mapping.BoundEntity{e})
	}
	return groups
}

// convert makes the entities of one type.
func (r *run) convert(list []*mapping.BoundEntity) (err error) {
	t := list[0].Type
	r.sum.Types = append(r.sum.Types, t)
	p := r.newPass(list)
	p.counts = &r.sum.Counts[t]
	for _, e := range list {
		for _, w := range e.Where {
			p.counts.name(w.Name, 0)
		}
	}
	if p.policy == "last" || p.policy == "latest" {
		first := r.newPass(list)
		first.win = r.opt.IDs.Map()
		first.take = first.choose
		if err := first.over(list); err != nil {
			return err
		}
		p.win = first.win
	}
	w, err := r.opt.Output.Create(t.String() + ".ldjson")
	if err != nil {
		return err
	}
	if w != nil {
		defer func() {
			if e := w.Close(); err == nil {
				err = e
			}
		}()
		p.out = w
	}
	p.encode = p.out != nil || p.same
	p.take = p.write
	p.watchPass(list)
	return p.over(list)
}

// each walks the blocks of a source through stages.
func (r *run) each(src *mapping.BoundSource, make func() source.Stage) error {
	t, err := r.inputs.table(src.Name)
	if err != nil {
		return err
	}
	defer t.Close()
	r.table, r.at, r.atFile, r.drop = t, position{}, 0, 0
	r.walk++
	r.hear(src, 0, 0)
	workers := r.opt.Workers
	if solo(src) || r.alone {
		workers = 1
	}
	if err := source.Each(r.ctx, t, workers, make); err != nil {
		return err
	}
	if src.Where != nil {
		r.dropped[src.Name] = r.drop
	}
	if notes := t.Notes(); len(notes) > 0 {
		if r.sum.Notes == nil {
			r.sum.Notes = map[string][]string{}
		}
		r.sum.Notes[src.Name] = notes
	}
	return nil
}

// progress moves past a block and gives the position before it in its file.
func (r *run) progress(b *source.Block, rows, lines int) position {
	at := r.before(b)
	r.at, r.atFile = at, b.File
	r.at.rows += rows
	r.at.lines += lines
	return at
}

// before gives the position before a block, the next in order.
func (r *run) before(b *source.Block) position {
	if b.File != r.atFile {
		return position{data: r.at.data}
	}
	return r.at
}

// hear tells the progress of a source.
func (r *run) hear(src *mapping.BoundSource, bytes, rows int) {
	if r.opt.Progress != nil {
		r.opt.Progress(src.Name, bytes, rows)
	}
}

func (r *run) droppedBy(x *rows) { r.drop += x.dropped }

// rejectFile gives the rejects of a source.
func (r *run) rejectFile(src *mapping.BoundSource) *rejectFile {
	if f, ok := r.rejects[src.Name]; ok {
		return f
	}
	f := &rejectFile{source: src.Name, header: src.Header, signs: map[int]rune{}, format: r.opt.Rejects, temp: r.opt.TempDir}
	for i := range src.Layout {
		c := &src.Layout[i]
		if c.Index < 0 || c.Read == nil {
			continue
		}
		if sign := c.Read.Decimal(); sign != 0 && sign != '.' {
			f.signs[c.Index] = sign
		}
	}
	kind := ""
	for _, e := range append(append([]*mapping.BoundEntity(nil), r.plan.Entities...), r.plan.History...) {
		if e.From != src {
			continue
		}
		k := kindOf(e)
		f.several, f.kinds = kind != "", f.kinds || kind != "" && k != kind
		kind = k
	}
	r.rejects[src.Name] = f
	return f
}

// kindOf names the records that a mapping makes, for reasons of refused rows.
func kindOf(e *mapping.BoundEntity) string {
	if e.History {
		return "past version of " + e.Type.String()
	}
	return e.Type.String()
}

// dropRejects lets go of the files of rejects that a failed run leaves open.
func (r *run) dropRejects() {
	for _, f := range r.rejects {
		f.drop()
	}
}

// pick notes a picklist value of a written record.
func (r *run) pick(t gong.ObjectType, x picked) {
	k := pickedValue{t, x}
	if _, ok := r.isKnown[k]; ok {
		return
	}
	r.isKnown[k] = struct{}{}
	if r.picked[t] == nil {
		r.picked[t] = map[string][]string{}
	}
	name := r.fieldName(t, x.field)
	r.picked[t][name] = append(r.picked[t][name], x.text)
}

func (r *run) fieldName(t gong.ObjectType, field int) string {
	for _, e := range r.plan.Entities {
		if e.Type == t {
			return e.GongFields[field].Name
		}
	}
	return ""
}

// askOutcomes walks once more over the types to which dangling references
// point, to learn what became of the records.
func (r *run) askOutcomes() error {
	for _, list := range grouped(r.plan.Entities) {
		wanted := r.opt.Rules.Wanted(list[0].Type)
		if wanted == nil {
			continue
		}
		p := r.newPass(list)
		p.wanted = wanted
		p.take = p.scan
		if err := p.over(list); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) summary() (*Summary, error) {
	s := &r.sum
	s.Dropped, s.Log, s.Picked = r.dropped, &r.log, r.picked
	for i, e := range r.views.enums {
		u := EnumUse{Name: r.plan.Enums[i].Name}
		u.Used, u.Defaulted, u.Unmapped = e.Counts()
		u.Empty = e.Empty()
		s.Enums = append(s.Enums, u)
	}
	for i, l := range r.views.lookups {
		u := LookupUse{Name: r.plan.Lookups[i].Name}
		u.Hits, u.Misses, u.Missing = l.Counts()
		s.Lookups = append(s.Lookups, u)
	}
	s.Money = r.views.money
	s.Rejects = map[string]int{}
	for name, f := range r.rejects {
		if err := f.end(); err != nil {
			return nil, err
		}
		if f.rows > 0 {
			s.Rejects[name] = f.rows
		}
	}
	for _, t := range s.Types {
		if c := &s.Counts[t]; !c.Holds() {
			return nil, fmt.Errorf("the counts of %s do not add up: %d read + %d extra is not %d written + %d filtered + %d rejected + %d merged",
				t, c.Read, c.Extra, c.Written, c.Filtered, c.Rejected, c.Merged)
		}
	}
	return s, nil
}
