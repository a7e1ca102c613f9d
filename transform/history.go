package transform

import (
	"cmp"
	"fmt"
	"io"
	"slices"

	"crm2gong/mapping"
	"crm2gong/mapping/ids"
	"crm2gong/transform/source"
)

// version is one past version of a record.
type version struct {
	id      ids.ID
	instant int64
	sum     ids.ID
}

// maxOpen is how many numbered files are written at once; a record with more
// versions costs one more pass over the source for each so many.
const maxOpen = 200

// history writes past versions as numbered files in which no record occurs
// twice: a record's oldest version goes to the first file, its next to the
// second, and so on (Gong wants several updates of one record in separate
// files). Versions are ordered as instants.
func (r *run) history(list []*mapping.BoundEntity) error {
	t := list[0].Type
	r.sum.History = append(r.sum.History, HistoryCounts{Type: t})
	h := &r.sum.History[len(r.sum.History)-1]
	first := r.newPass(list)
	first.encode = first.same
	first.take = first.collect
	if err := first.over(list); err != nil {
		return err
	}
	ranks, files := rank(first.seen, first.policy)
	h.Files = files
	for from := 0; from == 0 || from < files; from += maxOpen {
		p := r.newPass(list)
		p.counts = &Counts{}
		p.ranks = ranks
		p.encode = true
		p.files = &numbered{out: r.opt.Output, prefix: fmt.Sprintf("history/%s.", t), first: from}
		p.take = p.writeVersions
		if from > 0 {
			p.take = p.writeMore
		} else {
			p.counts = &h.Counts
			p.watchPass(list)
		}
		err := p.over(list)
		if e := p.files.close(); err == nil {
			err = e
		}
		if err != nil {
			return err
		}
	}
	if !h.Counts.Holds() {
		return fmt.Errorf("the counts of the history of %s do not add up", t)
	}
	return nil
}

func (p *pass) collect(s *entityStage, b *source.Block) error {
	for i := range s.made.entries {
		e := &s.made.entries[i]
		p.seen = append(p.seen, version{e.id, e.instant, e.sum})
	}
	return nil
}

// rank gives the number of each version's file from 1, 0 where it is merged
// into another of the same instant, -1 where it is refused, and the number of
// files.
func rank(versions []version, policy string) (ranks []int32, files int) {
	order := make([]int32, len(versions))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(a, b int32) int {
		x, y := &versions[a], &versions[b]
		return cmp.Or(cmp.Compare(x.id.Hi, y.id.Hi), cmp.Compare(x.id.Lo, y.id.Lo),
			cmp.Compare(x.instant, y.instant), cmp.Compare(a, b))
	})
	ranks = make([]int32, len(versions))
	n := int32(0)
	for i, at := range order {
		v := &versions[at]
		if i == 0 || versions[order[i-1]].id != v.id {
			n = 0
		}
		if i > 0 && n > 0 && versions[order[i-1]].instant == v.instant && policy != "keep" {
			before := order[i-1]
			switch {
			case policy == "first", policy == "same" && versions[before].sum == v.sum:
				ranks[at] = 0
			case policy == "last", policy == "latest":
				ranks[before], ranks[at] = 0, n
			default:
				ranks[at] = -1
			}
			continue
		}
		n++
		ranks[at] = n
		files = max(files, int(n))
	}
	return ranks, files
}

// writeVersions writes the first files, and hands the block's counts over.
func (p *pass) writeVersions(s *entityStage, b *source.Block) error {
	if err := p.versions(s, b, p.run.before(b), p.again); err != nil {
		return err
	}
	return p.handOver(s, b)
}

// writeMore writes further files; what the block counted is known by then.
func (p *pass) writeMore(s *entityStage, b *source.Block) error {
	p.run.droppedBy(s.rows)
	convert := func(s *entityStage, b *source.Block, drop map[place]*dropped) error { return s.convert(b, drop) }
	return p.versions(s, b, p.run.progress(b, s.made.rows, s.made.phys), convert)
}

// versions writes a block's versions to their files; where some of them repeat
// others, convert makes the block again without those.
func (p *pass) versions(s *entityStage, b *source.Block, at position, convert func(*entityStage, *source.Block, map[place]*dropped) error) error {
	var drop map[place]*dropped
	var kept []int32
	for i := range s.made.entries {
		e := &s.made.entries[i]
		n := p.ranks[p.next]
		p.next++
		if n > 0 {
			kept = append(kept, n)
			continue
		}
		if drop == nil {
			drop = map[place]*dropped{}
		}
		d := &dropped{merged: n == 0, objectID: string(append([]byte(nil), e.objectID...))}
		if !d.merged {
			d.fail = duplicate(d.objectID, p.policy)
			d.fail.Message += " at the same instant"
			if p.same {
				d.fail.Message += ", with other fields"
			}
		}
		drop[e.key] = d
	}
	if drop != nil {
		if err := convert(s, b, drop); err != nil {
			return err
		}
	}
	for i := range s.made.entries {
		e := &s.made.entries[i]
		if err := p.files.write(int(kept[i]), s.made.lines[e.from:e.to]); err != nil {
			return err
		}
		if n := int(kept[i]); p.run.opt.Trail != nil && p.files.has(n) {
			p.trail(p.files.name(n), s.made.origins[i:i+1], at)
		}
	}
	return nil
}

// numbered are the files of a history, from the one after first.
type numbered struct {
	out    Output
	prefix string
	first  int
	open   []io.WriteCloser
}

// has tells whether file n is among those that are written now.
func (f *numbered) has(n int) bool { return n > f.first && n <= f.first+maxOpen }

func (f *numbered) name(n int) string { return fmt.Sprintf("%s%04d.ldjson", f.prefix, n) }

func (f *numbered) write(n int, line []byte) error {
	if !f.has(n) {
		return nil
	}
	i := n - 1 - f.first
	for len(f.open) <= i {
		w, err := f.out.Create(f.name(f.first + len(f.open) + 1))
		if err != nil {
			return err
		}
		f.open = append(f.open, w)
	}
	if f.open[i] == nil {
		return nil
	}
	_, err := f.open[i].Write(line)
	return err
}

func (f *numbered) close() (err error) {
	for _, w := range f.open {
		if w == nil {
			continue
		}
		if e := w.Close(); err == nil {
			err = e
		}
	}
	return err
}
