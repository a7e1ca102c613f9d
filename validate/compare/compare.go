// Package compare tells how two sets of LDJSON differ: records added, gone and
// changed, which fields, the references won and lost, and the sums of amounts.
//
// Of the old set it keeps one hash of 128 bits for each record and a short one
// for each field that the record has; of the new set the hashes of records that
// were added. The values of the few examples are read once more. So memory grows
// with the number of values, not with their texts.
package compare

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
	"crm2gong/validate"
)

// Options say how much is kept and what is too large.
type Options struct {
	Examples int // a field, and of records added and gone; 0: 3
	MaxLine  int // bytes of a line; 0: 16 MiB
}

// Difference is how two sets differ.
type Difference struct {
	Types   map[gong.ObjectType]*TypeDifference
	History map[gong.ObjectType]*TypeDifference // past versions, told apart by objectId and modifiedDate
	Amounts Amounts                             // of deals
}

// TypeDifference is how the records of one type differ.
type TypeDifference struct {
	Old, New             int // records
	Added, Gone, Changed int
	Unreadable           int // lines of either set that are no JSON object with an objectId
	Repeated             int // further lines of one set with an id that was there before; not compared
	Fields               map[string]*FieldDifference
	References           map[string]*ReferenceDifference
	AddedIDs, GoneIDs    []string // examples
}

// Moved is the number of records that are not as before.
func (t *TypeDifference) Moved() int { return t.Added + t.Gone + t.Changed }

// FieldDifference is in how many records of both sets a field differs.
type FieldDifference struct {
	Count    int
	Examples []Example
}

// ReferenceDifference counts records of both sets whose reference led to a
// record in one alone.
type ReferenceDifference struct {
	Target    string
	Won, Lost int
	WonIDs    []string // examples
	LostIDs   []string
}

// Example is one record whose field differs: the values in JSON, "" for none.
type Example struct {
	ObjectID string
	Old, New string

	key ids.ID
}

// comparer is one comparison.
type comparer struct {
	opt   Options
	known [2][gong.NumTypes]*ids.Set // ids by side and type; nil: the side has no file of the type
	out   *Difference
}

// Sides of a comparison.
const (
	before = iota
	after
)

// Compare reads both sets. The error is one of reading.
func Compare(ctx context.Context, old, new *validate.Input, opt Options) (*Difference, error) {
	if opt.Examples <= 0 {
		opt.Examples = 3
	}
	if opt.MaxLine <= 0 {
		opt.MaxLine = 16 << 20
	}
	c := &comparer{opt: opt, out: &Difference{
		Types: map[gong.ObjectType]*TypeDifference{}, History: map[gong.ObjectType]*TypeDifference{},
	}}
	for _, t := range gong.Types {
		if len(old.Files[t])+len(new.Files[t]) == 0 {
			continue
		}
		d, err := c.compare(ctx, t, false, old.Files[t], new.Files[t], references(t, old.Schemas[t], new.Schemas[t]))
		if err != nil {
			return nil, err
		}
		c.out.Types[t] = d
	}
	for _, t := range gong.Types {
		if len(old.History[t])+len(new.History[t]) == 0 {
			continue
		}
		d, err := c.compare(ctx, t, true, old.History[t], new.History[t], nil)
		if err != nil {
			return nil, err
		}
		c.out.History[t] = d
	}
	return c.out, nil
}

// reference is a field that names a record of an earlier type.
type reference struct {
	name   string
	target gong.ObjectType
}

// references lists a type's references to earlier types, whose ids are known
// when the type is read.
func references(t gong.ObjectType, schemas ...*validate.CustomSchema) (list []reference) {
	add := func(fields []gong.Field) {
		for i := range fields {
			f := &fields[i]
			have := slices.ContainsFunc(list, func(r reference) bool { return r.name == f.Name })
			if f.Kind == gong.Reference && f.Target < t && !have && len(list) < 32 {
				list = append(list, reference{f.Name, f.Target})
			}
		}
	}
	add(t.Fields())
	for _, s := range schemas {
		if s != nil {
			add(s.Fields)
		}
	}
	return list
}

// typePass compares one type.
type typePass struct {
	*comparer
	t       gong.ObjectType
	history bool
	refs    []reference
	d       *TypeDifference
	names   map[string]uint32 // fields by name
	fields  []string
	at      map[ids.ID]int32 // record of the old set → its place
	starts  []uint32         // by place: where its hashes begin
	hashes  []hashed         // of each record the fields that it has, by number
	linked  []uint32         // by place: references that lead to a record, as bits
	seen    []bool           // by place: the new set has it too
	row     []cell           // fields of the line under way, by number
	parser  lineParser
}

// hashed is a field of a record, by its number, and the hash of its value.
type hashed struct{ field, hash uint32 }

// cell is a field of the line under way, and the place of its member.
type cell struct {
	hashed
	member int
}

func (c *comparer) compare(ctx context.Context, t gong.ObjectType, history bool, old, new []validate.File, refs []reference) (*TypeDifference, error) {
	p := &typePass{
		comparer: c, t: t, history: history, refs: refs, names: map[string]uint32{}, at: map[ids.ID]int32{},
		d: &TypeDifference{Fields: map[string]*FieldDifference{}, References: map[string]*ReferenceDifference{}},
	}
	for _, r := range refs {
		p.d.References[r.name] = &ReferenceDifference{Target: r.target.String()}
	}
	if !history {
		for side, files := range [2][]validate.File{old, new} {
			if len(files) > 0 {
				c.known[side][t] = &ids.Set{}
			}
		}
	}
	if err := p.lines(ctx, old, p.keep); err != nil {
		return nil, err
	}
	p.seen = make([]bool, len(p.starts))
	added := map[ids.ID]struct{}{}
	err := p.lines(ctx, new, func(key ids.ID, l *line) { p.hold(key, l, added) })
	if err != nil {
		return nil, err
	}
	p.d.Gone = p.d.Old - (p.d.New - p.d.Added)
	return p.d, p.examples(ctx, old)
}

// lines reads the lines of files in order.
func (p *typePass) lines(ctx context.Context, files []validate.File, take func(key ids.ID, l *line)) error {
	for _, f := range files {
		if err := p.file(ctx, f, take); err != nil {
			return err
		}
	}
	return nil
}

func (p *typePass) file(ctx context.Context, f validate.File, take func(key ids.ID, l *line)) error {
	lines := &lineReaderPass{ctx: ctx, max: p.opt.MaxLine}
	return lines.each(f, func(text []byte) {
		l, ok := p.parser.parse(text)
		if !ok || l.id == "" {
			take(ids.ID{}, nil)
			return
		}
		key := ids.Of(l.id)
		if p.history {
			key = ids.Of(l.id + "\x00" + l.text("modifiedDate"))
		}
		take(key, l)
	})
}

// keep remembers a record of the old set.
func (p *typePass) keep(key ids.ID, l *line) {
	if l == nil {
		p.d.Unreadable++
		return
	}
	if _, ok := p.at[key]; ok {
		p.d.Repeated++
		return
	}
	p.d.Old++
	p.note(before, key, l)
	p.at[key] = int32(len(p.starts))
	p.starts = append(p.starts, uint32(len(p.hashes)))
	for _, c := range p.cells(l) {
		p.hashes = append(p.hashes, c.hashed)
	}
	p.linked = append(p.linked, p.links(before, l))
}

// hold holds a record of the new set against the old one.
func (p *typePass) hold(key ids.ID, l *line, added map[ids.ID]struct{}) {
	if l == nil {
		p.d.Unreadable++
		return
	}
	i, there := p.at[key]
	_, again := added[key]
	if again || there && p.seen[i] {
		p.d.Repeated++
		return
	}
	p.d.New++
	p.note(after, key, l)
	if !there {
		added[key] = struct{}{}
		p.d.Added++
		if len(p.d.AddedIDs) < p.opt.Examples {
			p.d.AddedIDs = append(p.d.AddedIDs, strings.Clone(l.id))
		}
		return
	}
	p.seen[i] = true
	p.won(l, p.linked[i]^p.links(after, l), p.linked[i])
	end := uint32(len(p.hashes))
	if int(i)+1 < len(p.starts) {
		end = p.starts[i+1]
	}
	was, is := p.hashes[p.starts[i]:end], p.cells(l)
	changed := false
	for len(was)+len(is) > 0 {
		switch {
		case len(was) == 0 || len(is) > 0 && is[0].field < was[0].field:
			p.changed(key, l, is[0].field, is[0].member)
			is, changed = is[1:], true
		case len(is) == 0 || was[0].field < is[0].field:
			p.changed(key, l, was[0].field, -1)
			was, changed = was[1:], true
		default:
			if was[0].hash != is[0].hash {
				p.changed(key, l, is[0].field, is[0].member)
				changed = true
			}
			was, is = was[1:], is[1:]
		}
	}
	if changed {
		p.d.Changed++
	}
}

// changed counts a field that differs. member is its place in the new line, -1
// where that lacks it.
func (p *typePass) changed(key ids.ID, l *line, field uint32, member int) {
	name := p.fields[field]
	f := p.d.Fields[name]
	if f == nil {
		f = &FieldDifference{}
		p.d.Fields[name] = f
	}
	f.Count++
	if len(f.Examples) < p.opt.Examples {
		e := Example{ObjectID: strings.Clone(l.id), key: key}
		if member >= 0 {
			e.New = string(l.value(&l.members[member]))
		}
		f.Examples = append(f.Examples, e)
	}
}

// cells gives the fields of a line by number, of one that stands twice the last.
func (p *typePass) cells(l *line) []cell {
	p.row = p.row[:0]
	sorted := true
	for i := range l.members {
		m := &l.members[i]
		at, ok := p.names[string(m.key)]
		if !ok {
			name := string(m.key)
			at = uint32(len(p.fields))
			p.names[name] = at
			p.fields = append(p.fields, name)
		}
		sorted = sorted && (len(p.row) == 0 || p.row[len(p.row)-1].field < at)
		p.row = append(p.row, cell{hashed{at, uint32(xxh3.Hash(l.value(m)))}, i})
	}
	if !sorted {
		slices.SortFunc(p.row, func(a, b cell) int { return cmp.Or(cmp.Compare(a.field, b.field), b.member-a.member) })
		p.row = slices.CompactFunc(p.row, func(a, b cell) bool { return a.field == b.field })
	}
	return p.row
}

// links tells which references lead to a record of the side, as bits.
func (p *typePass) links(side int, l *line) (bits uint32) {
	for i, r := range p.refs {
		set := p.known[side][r.target]
		if set == nil {
			continue
		}
		if id := l.text(r.name); id != "" && set.Get(ids.Of(id)) == ids.Written {
			bits |= 1 << i
		}
	}
	return bits
}

// won counts the references that lead to a record on one side alone.
func (p *typePass) won(l *line, differ, was uint32) {
	for i := range p.refs {
		if differ&(1<<i) == 0 {
			continue
		}
		r := p.d.References[p.refs[i].name]
		count, list := &r.Won, &r.WonIDs
		if was&(1<<i) != 0 {
			count, list = &r.Lost, &r.LostIDs
		}
		*count++
		if len(*list) < p.opt.Examples {
			*list = append(*list, strings.Clone(l.id))
		}
	}
}

// note adds a record to the ids and sums of its side.
func (p *typePass) note(side int, key ids.ID, l *line) {
	if p.history {
		return
	}
	state := ids.Written
	if string(l.canonical("isDeleted")) == "true" {
		state = ids.Deleted
	}
	p.known[side][p.t].Put(key, state)
	if p.t == gong.Deal && state == ids.Written {
		p.out.Amounts.add(side, l)
	}
}

// examples reads the old set once more for the values and ids that are shown.
func (p *typePass) examples(ctx context.Context, old []validate.File) error {
	wanted := map[ids.ID]map[string]*Example{} // by record and field
	for name, f := range p.d.Fields {
		for i := range f.Examples {
			e := &f.Examples[i]
			if wanted[e.key] == nil {
				wanted[e.key] = map[string]*Example{}
			}
			wanted[e.key][name] = e
		}
	}
	if len(wanted) == 0 && p.d.Gone == 0 {
		return nil
	}
	return p.lines(ctx, old, func(key ids.ID, l *line) {
		if l == nil {
			return
		}
		if of := wanted[key]; of != nil {
			for i := range l.members {
				if e := of[string(l.members[i].key)]; e != nil {
					e.Old = string(l.value(&l.members[i]))
				}
			}
		}
		delete(wanted, key) // the first of repeated lines was compared
		if i, ok := p.at[key]; ok && !p.seen[i] && len(p.d.GoneIDs) < p.opt.Examples {
			p.seen[i] = true
			p.d.GoneIDs = append(p.d.GoneIDs, strings.Clone(l.id))
		}
	})
}
