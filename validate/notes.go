package validate

import (
	"strings"

	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
	"crm2gong/mapping/value"
)

// notes are what a worker noted of one block, other than findings. Texts are
// kept in one buffer, so that noting a record allocates nothing.
type notes struct {
	t        gong.ObjectType
	history  bool
	entities int // accepted, without deletions
	text     []byte
	origins  []gong.Origin // of the block's records, but for row and line: several where rejects of several files are read again
	refs     []reference   // the worker's, for ledgers and policies
	counts   []tally       // per reference
	columns  []column      // from which missing ids and shared values come
	at       map[entryKey]int32
	entries  []entry
	more     []spot // with Options.All: places beyond an entry's first three
	moreOf   []int32
	shared   []sharedNote
	stages   []stageNote
	deals    *blockDeals // nil where the block has none
	hidden   hiddenSums
}

// tally counts the verdicts on one reference.
type tally struct {
	linked, empty, unknown, invalid, unjudged int
	open                                      value.Value // amounts of open deals behind the unknown
}

// span is a text in the notes' buffer.
type span struct{ from, to uint32 }

// column is the place of a field's cell in its row.
type column struct {
	header string
	index  int
	ok     bool // false: no cell is known
}

type entryKey struct {
	id     ids.ID
	ref    uint16
	lookup bool // the text is the key of a lookup that missed, no id
}

// entry is one id that is, or may be, missing.
type entry struct {
	key     entryKey
	deleted bool
	text    span
	count   int
	open    value.Value
	spots   [3]spot
	n       int
}

// spot is one record that refers to a missing id.
type spot struct {
	row, line int32
	origin    int32 // place among the notes' origins
	column    int32 // place among the notes' columns
	id, cell  span  // the record's id; the cell's text where it is not the missing id itself
}

func (r *Run) newNotes(w *Worker) *notes {
	r.mu.Lock()
	var n *notes
	if k := len(r.spare); k > 0 {
		n, r.spare = r.spare[k-1], r.spare[:k-1]
	}
	r.mu.Unlock()
	if n == nil {
		n = &notes{at: map[entryKey]int32{}}
	}
	n.t, n.history, n.refs = w.t, w.history, w.refs
	n.counts = append(n.counts, make([]tally, len(w.refs))...)
	return n
}

// free keeps the notes' memory for another block.
func (r *Run) free(n *notes) {
	clear(n.at)
	n.deals.reset()
	*n = notes{
		text: n.text[:0], origins: n.origins[:0], counts: n.counts[:0], columns: n.columns[:0], at: n.at, entries: n.entries[:0],
		more: n.more[:0], moreOf: n.moreOf[:0], shared: n.shared[:0], stages: n.stages[:0],
		deals: n.deals,
	}
	r.mu.Lock()
	r.spare = append(r.spare, n)
	r.mu.Unlock()
}

func (n *notes) keep(s string) span {
	from := len(n.text)
	n.text = append(n.text, s...)
	return span{uint32(from), uint32(len(n.text))}
}

// get copies a text out of the buffer.
func (n *notes) get(s span) string { return string(n.text[s.from:s.to]) }

// origin gives the place among the notes' origins of where e is from.
func (n *notes) origin(e *gong.Entity) int32 {
	o := &e.Origin
	for k := len(n.origins) - 1; k >= 0; k-- {
		if x := &n.origins[k]; x.File == o.File && x.Sheet == o.Sheet && x.Source == o.Source {
			return int32(k)
		}
	}
	c := cloneOrigin(*o)
	c.Row, c.Line = 0, 0
	n.origins = append(n.origins, c)
	return int32(len(n.origins) - 1)
}

// column gives the place of c among the notes' columns.
func (n *notes) column(c column) int32 {
	for k := len(n.columns) - 1; k >= 0; k-- {
		if n.columns[k] == c {
			return int32(k)
		}
	}
	c.header = strings.Clone(c.header)
	n.columns = append(n.columns, c)
	return int32(len(n.columns) - 1)
}

// columnOf is the column that the field at i of e comes from. A field that reads
// several columns comes from the first that is filled, another in each row; a
// key that a lookup missed comes from all its columns, without a cell. In
// ready-made LDJSON it is the key, without a cell.
func columnOf(e *gong.Entity, i int) (c column) {
	if e.Lineage == nil {
		return column{header: e.Fields[i].Name, index: -1, ok: true}
	}
	if v := &e.Values[i]; v.Kind == gong.Unknown && len(v.List) > 1 {
		return column{header: strings.Join(v.List, finding.AndColumn), index: -1, ok: true}
	}
	c.header, c.index, c.ok = e.Lineage.Column(i)
	return c
}

// note notes that the reference at i of e is missing, or may be.
func (w *Worker) note(e *gong.Entity, i int) *entry {
	n, ref := w.notes, &w.refs[i]
	v := &e.Values[ref.index]
	key := entryKey{ref.id, uint16(i), v.Kind == gong.Unknown}
	at, ok := n.at[key]
	if !ok {
		at = int32(len(n.entries))
		n.entries = append(n.entries, entry{key: key, deleted: ref.deleted, text: n.keep(v.Text)})
		n.at[key] = at
	}
	x := &n.entries[at]
	x.count++
	if x.n == len(x.spots) && !w.run.opt.All {
		return x
	}
	s := spot{row: int32(e.Origin.Row), line: int32(e.Origin.Line), origin: n.origin(e), id: n.keep(e.Values[0].Text)}
	s.column = n.column(columnOf(e, ref.index))
	if e.Lineage != nil && len(v.List) < 2 {
		if _, _, cell, _ := e.Lineage.Cell(ref.index); cell != v.Text && cell != "" {
			s.cell = n.keep(cell)
		}
	}
	if x.n < len(x.spots) {
		x.spots[x.n] = s
		x.n++
	} else {
		n.more, n.moreOf = append(n.more, s), append(n.moreOf, at)
	}
	return x
}

// amount adds the entity's open amount to the entry.
func (x *entry) amount(w *Worker, e *gong.Entity) {
	if w.at.amount >= 0 {
		x.open = value.Plus(x.open, w.openAmount(e))
	}
}
