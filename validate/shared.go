package validate

import (
	"strconv"
	"strings"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"

	"github.com/zeebo/xxh3"
)

// Values that no two records of a type should share.
const (
	userEmails = iota
	contactEmails
	accountDomains
	numShared
)

var sharedRules = [numShared]rule{userEmailShared, emailShared, accountDomainShared}
var sharedFields = [numShared]string{"emailAddress", "emailAddress", "domains"}

// sharedNote is one value of one record. Its texts stand in the notes' buffer.
type sharedNote struct {
	hash      uint64
	row, line int32
	record    int32 // place among the block's records
	id, value span
}

// sharing knows the values seen so far, by their hash and where they were seen
// first. Hashes have 64 bits: two different values among 10 million meet with a
// probability of 3 in a million.
type sharing struct {
	slots   []sharedSlot
	n       int
	counted map[int]struct{} // accounts counted already, by their number
}

// sharedSlot is a value and the record that had it first.
type sharedSlot struct {
	hash   uint64 // 0: empty
	record int    // number among the type's records
	row    int32
	origin int32 // place in Run.origins; ^origin once a second record had the value
}

// share notes a value, or each of a list of values, of the field at i.
func (w *Worker) share(kind int, r rule, e *gong.Entity, i int) {
	v := &e.Values[i]
	if !isSet(v) || w.run.severity[r] == diag.Off {
		return
	}
	n := w.notes
	n.keepOrigin(e)
	if !n.sharedAt.known {
		n.sharedAt.keepColumn(e, i)
	}
	if v.Kind == gong.StringVal {
		n.share(w, v.Text, e)
		return
	}
	for k, d := range v.List {
		if d != "" && !holds(v.List[:k], d) {
			n.share(w, d, e)
		}
	}
}

func holds(list []string, s string) bool {
	for _, x := range list {
		if strings.EqualFold(x, s) {
			return true
		}
	}
	return false
}

func (n *notes) share(w *Worker, s string, e *gong.Entity) {
	n.shared = append(n.shared, sharedNote{
		hash: w.foldedHash(s), row: int32(e.Origin.Row), line: int32(e.Origin.Line),
		record: int32(n.entities), id: n.keep(e.Values[0].Text), value: n.keep(s),
	})
}

// foldedHash hashes a text without regard to case; it is never 0.
func (w *Worker) foldedHash(s string) uint64 {
	if len(s) > len(w.buf) || !isASCII(s) {
		return xxh3.HashString(strings.ToLower(s)) | 1
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		w.buf[i] = c
	}
	return xxh3.Hash(w.buf[:len(s)]) | 1
}

// noteShared finds the values of a block that earlier records have too.
func (r *Run) noteShared(n *notes, rows, lines int) {
	if len(n.shared) == 0 {
		return
	}
	kind := sharedKind(n.t)
	s := &r.shared[kind]
	origin := r.origin(n.origin)
	key := finding.Key{Code: codes[sharedRules[kind]], Entity: n.t, Field: sharedFields[kind]}
	before := r.written[n.t] - n.entities
	exampled := -1 // the record of the last example
	for i := range n.shared {
		x := &n.shared[i]
		record := before + int(x.record)
		slot := s.find(x.hash)
		if slot.hash == 0 {
			*slot = sharedSlot{x.hash, record, x.row + int32(rows), origin}
			s.n++
			continue
		}
		g := r.log.Peek(key)
		first := slot.origin
		if first < 0 {
			first = ^first
		} else {
			slot.origin = ^first
			s.count(g, slot.record, kind)
		}
		s.count(g, record, kind)
		g.Value(string(n.text[x.value.from:x.value.to]))
		if record != exampled && r.log.Wants(g) {
			exampled = record
			g.Examples = append(g.Examples, n.example(x, &r.origins[first], int(slot.row), rows, lines))
		}
	}
}

// count counts a record, once. Only accounts can share several values.
func (s *sharing) count(g *finding.Group, record, kind int) {
	if kind == accountDomains {
		if _, ok := s.counted[record]; ok {
			return
		}
		if s.counted == nil {
			s.counted = map[int]struct{}{}
		}
		s.counted[record] = struct{}{}
	}
	g.Count++
}

func sharedKind(t gong.ObjectType) int {
	switch t {
	case gong.BusinessUser:
		return userEmails
	case gong.Contact:
		return contactEmails
	}
	return accountDomains
}

// example shows the record x, and where its value was seen first.
func (n *notes) example(x *sharedNote, first *gong.Origin, row, rows, lines int) finding.Example {
	e := finding.Example{ObjectID: n.get(x.id), Value: clip(n.get(x.value)), Origin: n.origin}
	e.Reason = "first seen in row " + strconv.Itoa(row)
	if first.File != n.origin.File || first.Source != n.origin.Source {
		e.Reason += " of " + placeName(first)
	}
	e.Origin.Row = int(x.row) + rows
	if x.line > 0 {
		e.Origin.Line = int(x.line) + lines
	}
	n.sharedAt.show(&e)
	return e
}

// show sets the example's column and cell; its row must be known.
func (c *column) show(e *finding.Example) {
	if c.ok {
		e.AtColumn(c.header, c.index)
		e.Settle()
	}
}

// placeName is a source as messages name it: the path, else the name.
func placeName(o *gong.Origin) string {
	if o.File != "" {
		return o.File
	}
	return o.Source
}

// origin gives the place of o among the run's origins.
func (r *Run) origin(o gong.Origin) int32 {
	for i := len(r.origins) - 1; i >= 0; i-- {
		if r.origins[i] == o {
			return int32(i)
		}
	}
	r.origins = append(r.origins, o)
	return int32(len(r.origins) - 1)
}

// find gives the slot of a hash, an empty one if it is new; the caller fills
// it and counts it in n.
func (s *sharing) find(hash uint64) *sharedSlot {
	if s.n*8 >= len(s.slots)*7 {
		s.grow()
	}
	return s.slot(hash)
}

func (s *sharing) slot(hash uint64) *sharedSlot {
	n := uint64(len(s.slots))
	for i := (hash >> 1) % n; ; {
		if x := &s.slots[i]; x.hash == hash || x.hash == 0 {
			return x
		}
		if i++; i == n {
			i = 0
		}
	}
}

func (s *sharing) grow() {
	old := s.slots
	s.slots = make([]sharedSlot, max(64, len(old)+len(old)/2))
	for i := range old {
		if old[i].hash != 0 {
			*s.slot(old[i].hash) = old[i]
		}
	}
}
