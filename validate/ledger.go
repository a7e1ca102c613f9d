package validate

import (
	"cmp"
	"encoding/binary"
	"strings"

	"crm2gong/mapping"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
	"crm2gong/mapping/value"
)

// Bounds of what is kept of missing ids, so that an export whose ids are all
// wrong takes no more memory than one with a few. Beyond maxMissing the ids of
// a reference are only counted, with the causes that the id alone tells; those
// that wait for the last record wait in a log. Beyond maxDetailed an id keeps
// one example, not three.
const (
	maxMissing  = 100_000
	maxDetailed = 1_000
)

// ledger is what is known of one reference over the run.
type ledger struct {
	t       gong.ObjectType
	field   string
	target  gong.ObjectType
	rule    rule
	history bool
	policy  mapping.Dangling

	count tally
	at    map[ledgerKey]int32
	lost  []lost // missing, or perhaps missing, ids in order of first use
	over  [numOver]overflow
	later *ids.Log // ids beyond the bound that are still to be judged; nil for none
}

type ledgerKey struct {
	id     ids.ID
	lookup bool
}

// lost is an id to which no record belongs, as far as is known.
type lost struct {
	id       ids.ID
	text     string
	lookup   bool // text is a lookup's key
	deleted  bool
	deferred bool // still to be judged
	found    bool
	count    int
	open     value.Value
	spots    []lostSpot
	cause    string
	detail   string
	other    string // what was found instead: the id in another length or case
}

// lostSpot is one record that refers to a missing id.
type lostSpot struct {
	row, line int32
	origin    int32 // place in Run.origins
	column    int32 // place in Run.columns
	id, cell  string
}

// Causes of ids beyond the bound.
const (
	overAbsent = iota
	overDeleted
	overLength
	overLookup
	numOver
)

type overflow struct {
	count int
	ids   *ids.Set // nil for none
}

// ledger finds or makes the ledger of a reference.
func (r *Run) ledger(t gong.ObjectType, field string, target gong.ObjectType, code rule, history bool, policy mapping.Dangling) *ledger {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, l := range r.ledgers {
		if l.t == t && l.field == field && l.history == history {
			return l
		}
	}
	l := &ledger{t: t, field: field, target: target, rule: code, history: history, policy: policy, at: map[ledgerKey]int32{}}
	r.ledgers = append(r.ledgers, l)
	return l
}

func (l *ledger) compare(o *ledger) int {
	switch {
	case l.history != o.history:
		if l.history {
			return 1
		}
		return -1
	case l.t != o.t:
		return cmp.Compare(l.t, o.t)
	}
	return strings.Compare(l.field, o.field)
}

// noteReferences adds a block's references.
func (r *Run) noteReferences(n *notes, rows, lines int) {
	for i := range n.refs {
		l, c := n.refs[i].ledger, &n.counts[i]
		l.count.linked += c.linked
		l.count.empty += c.empty
		l.count.unknown += c.unknown
		l.count.invalid += c.invalid
		l.count.unjudged += c.unjudged
		l.count.open = value.Plus(l.count.open, c.open)
	}
	if len(n.entries) == 0 {
		return
	}
	origins := r.originsOf(n)
	for i := range n.entries {
		x := &n.entries[i]
		ref := &n.refs[x.key.ref]
		l := ref.ledger
		wait := ref.later && !x.key.lookup
		if wait && r.there(l.target, x.key.id) {
			l.count.linked += x.count
			continue
		}
		lost := l.lose(r, n, x, wait)
		if lost == nil {
			continue
		}
		lost.count += x.count
		lost.open = value.Plus(lost.open, x.open)
		for k := range x.spots[:x.n] {
			r.spot(l, lost, n, &x.spots[k], origins, rows, lines)
		}
	}
	for i, at := range n.moreOf {
		x := &n.entries[at]
		l := n.refs[x.key.ref].ledger
		if k, ok := l.at[ledgerKey{x.key.id, x.key.lookup}]; ok {
			r.spot(l, &l.lost[k], n, &n.more[i], origins, rows, lines)
		}
	}
}

// there tells whether the record of an id is there by now.
func (r *Run) there(t gong.ObjectType, id ids.ID) bool {
	s := r.state(t, id)
	return s == ids.Written || s == ids.Sent
}

// lose finds or makes the entry of a missing id; nil where it is only counted,
// which it then is.
func (l *ledger) lose(r *Run, n *notes, x *entry, wait bool) *lost {
	key := ledgerKey{x.key.id, x.key.lookup}
	if at, ok := l.at[key]; ok {
		return &l.lost[at]
	}
	text := n.get(x.text)
	switch {
	case len(l.lost) < maxMissing:
	case wait:
		if l.later == nil {
			l.later = r.opt.IDs.Log()
		}
		l.later.Add(waiting{count: x.count, open: x.open, text: text}.append(nil))
		return nil
	default:
		r.overflow(l, r.quickCause(l, text, x.key.lookup, x.deleted), x.key.id, x.count)
		return nil
	}
	l.at[key] = int32(len(l.lost))
	l.lost = append(l.lost, lost{id: x.key.id, text: text, lookup: x.key.lookup, deleted: x.deleted, deferred: wait})
	return &l.lost[len(l.lost)-1]
}

// overflow counts a missing id beyond the bound.
func (r *Run) overflow(l *ledger, cause int, id ids.ID, count int) {
	o := &l.over[cause]
	if o.ids == nil {
		o.ids = r.opt.IDs.Set()
	}
	o.count += count
	o.ids.Add(id, ids.Written)
}

// quickCause is a cause that the id alone tells.
func (r *Run) quickCause(l *ledger, text string, lookup, deleted bool) int {
	switch {
	case lookup:
		return overLookup
	case deleted:
		return overDeleted
	}
	if o := otherLength(text); o != "" && r.there(l.target, ids.Of(o)) {
		return overLength
	}
	return overAbsent
}

// waiting is an id beyond the bound that is judged when the last record is
// known.
type waiting struct {
	count int
	open  value.Value
	text  string
}

func (w waiting) append(b []byte) []byte {
	b = binary.AppendUvarint(b, uint64(w.count))
	open := ""
	if !w.open.IsNil() {
		open = string(w.open.AppendNumber(nil))
	}
	b = append(binary.AppendUvarint(b, uint64(len(open))), open...)
	return append(b, w.text...)
}

func readWaiting(b []byte) (w waiting) {
	count, n := binary.Uvarint(b)
	b = b[n:]
	size, n := binary.Uvarint(b)
	b = b[n:]
	w.count = int(count)
	if size > 0 {
		w.open, _ = value.ParseNumber(string(b[:size]))
	}
	w.text = string(b[size:])
	return w
}

// spot keeps a record that refers to a missing id.
func (r *Run) spot(l *ledger, x *lost, n *notes, s *spot, origins []int32, rows, lines int) {
	most := finding.MaxExamples
	if len(l.lost) > maxDetailed {
		most = 1
	}
	if len(x.spots) >= most && !r.opt.All {
		return
	}
	p := lostSpot{row: s.row + int32(rows), origin: origins[s.origin], column: r.column(n.columns[s.column]), id: n.get(s.id), cell: n.get(s.cell)}
	if s.line > 0 {
		p.line = s.line + int32(lines)
	}
	x.spots = append(x.spots, p)
}

// column gives the place of c among the run's columns.
func (r *Run) column(c column) int32 {
	for i := len(r.columns) - 1; i >= 0; i-- {
		if r.columns[i] == c {
			return int32(i)
		}
	}
	r.columns = append(r.columns, c)
	return int32(len(r.columns) - 1)
}

// settleDeferred judges what had to wait for the last record.
func (r *Run) settleDeferred() {
	for _, l := range r.ledgers {
		for i := range l.lost {
			x := &l.lost[i]
			if !x.deferred {
				continue
			}
			switch r.state(l.target, x.id) {
			case ids.Written, ids.Sent:
				x.found = true
				l.count.linked += x.count
				continue
			case ids.Deleted:
				x.deleted = true
			}
			l.count.unknown += x.count
			l.count.open = value.Plus(l.count.open, x.open)
		}
		if l.later != nil {
			l.later.Each(func(b []byte) { r.settle(l, readWaiting(b)) })
		}
	}
}

// settle judges an id beyond the bound that had to wait.
func (r *Run) settle(l *ledger, w waiting) {
	id := ids.Of(w.text)
	st := r.state(l.target, id)
	if st == ids.Written || st == ids.Sent {
		l.count.linked += w.count
		return
	}
	l.count.unknown += w.count
	l.count.open = value.Plus(l.count.open, w.open)
	r.overflow(l, r.quickCause(l, w.text, false, st == ids.Deleted), id, w.count)
}
