package transform

import (
	"strings"

	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
)

// made is what a stage made of a block.
type made struct {
	counts  Counts
	lines   []byte
	entries []entry
	ids     []ids.ID // those of the entries
	rejects rejects
	log     finding.Log
	notes   any
	picked  []picked      // picklist values that this stage meets for the first time
	told    []outcome     // what became of records that references point to
	origins []gong.Origin // of the entries, where somebody follows the trail, or repeats are compared
	refused []string      // ids of the refused, where somebody asks for them
	rows    int           // spreadsheet rows in the block
	phys    int           // physical lines in the block
	data    int           // data rows in the block
}

// entry is one entity that would be written.
type entry struct {
	key      place // where in the block it was made
	id       ids.ID
	deleted  bool
	objectID string // lives as long as the block
	made     uint64 // hash of the cells that the id was made from, for ids made by slug
	sum      ids.ID // hash of its line, for duplicates: same
	instant  int64  // modifiedDate, seconds since 1970 UTC
	from, to int    // its line in lines
}

// place names an entity within a block: the row's place in it, and the item of
// forEach.
type place struct{ row, item int }

// outcome is what became of a record.
type outcome struct{ objectID, cause, detail string }

type picked struct {
	field int
	text  string
}

// accept encodes the entity and notes its id.
func (s *entityStage) accept(at place) {
	m, e := &s.made, &s.entity
	m.counts.Written++
	s.tell("written", "")
	n := entry{key: at, objectID: e.ObjectID(), deleted: e.Deleted, from: len(m.lines)}
	n.id = ids.Of(n.objectID)
	if s.at.modified >= 0 {
		n.instant = e.Values[s.at.modified].Num
	}
	if s.pass.encode {
		m.lines = append(e.AppendJSON(m.lines), '\n')
		n.to = len(m.lines)
		if s.pass.same {
			n.sum = ids.Of(string(m.lines[n.from:n.to]))
		}
	}
	if s.pass.slugs {
		n.made = s.madeFrom()
	}
	m.entries = append(m.entries, n)
	m.ids = append(m.ids, n.id)
	if s.pass.same || s.pass.run.opt.Trail != nil {
		m.origins = append(m.origins, s.rows.origin)
	}
	for _, i := range s.auto {
		if v := &e.Values[i]; v.Kind == gong.StringVal {
			s.pick(picked{i, v.Text})
		}
	}
}

// pick notes a value of a picklist whose values come from the data.
func (s *entityStage) pick(p picked) {
	if _, ok := s.seen[p]; ok {
		return
	}
	if s.seen == nil {
		s.seen = map[picked]struct{}{}
	}
	p.text = strings.Clone(p.text)
	s.seen[p] = struct{}{}
	s.made.picked = append(s.made.picked, p)
}
