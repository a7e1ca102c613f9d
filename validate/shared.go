package validate

import (
	"strconv"
	"strings"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
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
	hash      ids.ID // of the value, without regard to case
	row, line int32
	record    int32 // place among the block's records
	origin    int32 // place among the notes' origins
	column    int32 // place among the notes' columns
	id, value span
}

// sharing knows the values seen so far and where they were seen first.
type sharing struct {
	seen    *ids.Map
	counted bitset // accounts counted already, by their number
}

// sighting is the record that had a value first.
type sighting struct {
	record uint64 // number among the type's records
	row    int32
	origin int32 // place in Run.origins
	again  bool  // a second record has the value
}

func (s sighting) pack() ids.Value {
	v := ids.Value{s.record << 1, uint64(uint32(s.row))<<32 | uint64(uint32(s.origin))}
	if s.again {
		v[0]++
	}
	return v
}

func unpack(v ids.Value) sighting {
	return sighting{record: v[0] >> 1, row: int32(v[1] >> 32), origin: int32(uint32(v[1])), again: v[0]&1 != 0}
}

// bitset is a set of numbers from 0, close to each other.
type bitset []uint64

// add tells whether n is new in the set, and puts it there.
func (s *bitset) add(n uint64) bool {
	for uint64(len(*s)) <= n/64 {
		*s = append(*s, 0)
	}
	word, bit := &(*s)[n/64], uint64(1)<<(n%64)
	was := *word
	*word |= bit
	return was&bit == 0
}

// share notes a value, or each of a list of values, of the field at i.
func (w *Worker) share(kind int, r rule, e *gong.Entity, i int) {
	v := &e.Values[i]
	if !isSet(v) || w.run.severity[r] == diag.Off {
		return
	}
	n := w.notes
	origin, column := n.origin(e), n.column(columnOf(e, i))
	if v.Kind == gong.StringVal {
		n.share(w, v.Text, e, origin, column)
		return
	}
	for _, d := range v.List {
		if d != "" {
			n.share(w, d, e, origin, column)
		}
	}
}

func (n *notes) share(w *Worker, s string, e *gong.Entity, origin, column int32) {
	n.shared = append(n.shared, sharedNote{
		hash: w.foldedHash(s), row: int32(e.Origin.Row), line: int32(e.Origin.Line),
		record: int32(n.entities), origin: origin, column: column, id: n.keep(e.Values[0].Text), value: n.keep(s),
	})
}

// foldedHash hashes a text without regard to case.
func (w *Worker) foldedHash(s string) ids.ID {
	if len(s) > len(w.buf) || !isASCII(s) {
		return ids.Of(strings.ToLower(s))
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		w.buf[i] = c
	}
	return ids.OfBytes(w.buf[:len(s)])
}

// noteShared finds the values of a block that earlier records have too.
func (r *Run) noteShared(n *notes, rows, lines int) {
	if len(n.shared) == 0 {
		return
	}
	kind := sharedKind(n.t)
	s := &r.shared[kind]
	origins := r.originsOf(n)
	key := finding.Key{Code: codes[sharedRules[kind]], Entity: n.t, Field: sharedFields[kind]}
	before := r.written[n.t] - n.entities
	r.warm = r.warm[:0]
	for i := range n.shared {
		r.warm = append(r.warm, n.shared[i].hash)
	}
	s.seen.Warm(r.warm)
	exampled := -1 // the record of the last example
	for i := range n.shared {
		x := &n.shared[i]
		record := before + int(x.record)
		was, ok := s.seen.Add(x.hash, sighting{record: uint64(record), row: x.row + int32(rows), origin: origins[x.origin]}.pack())
		if !ok {
			continue
		}
		first := unpack(was)
		if first.record == uint64(record) {
			continue // one record has the value twice
		}
		if kind == userEmails {
			r.seconds.Put(ids.Of(n.get(x.id)), ids.Written)
		}
		g := r.log.Peek(key)
		if !first.again {
			first.again = true
			s.seen.Put(x.hash, first.pack())
			s.count(g, first.record, kind)
		}
		s.count(g, uint64(record), kind)
		g.Value(string(n.text[x.value.from:x.value.to]))
		if record != exampled && r.log.Wants(g) {
			exampled = record
			g.Examples = append(g.Examples, n.example(x, &r.origins[first.origin], int(first.row), rows, lines))
		}
	}
}

// count counts a record, once. Only accounts can share several values.
func (s *sharing) count(g *finding.Group, record uint64, kind int) {
	if kind != accountDomains || s.counted.add(record) {
		g.Count++
	}
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
	e := finding.Example{ObjectID: n.get(x.id), Value: finding.Clip(n.get(x.value)), Origin: n.origins[x.origin]}
	e.Reason = "first seen in row " + strconv.Itoa(row)
	if first.File != e.Origin.File || first.Source != e.Origin.Source {
		e.Reason += " of " + placeName(first)
	}
	e.Origin.Row = int(x.row) + rows
	if x.line > 0 {
		e.Origin.Line = int(x.line) + lines
	}
	n.columns[x.column].show(&e)
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

// originsOf gives the places of the notes' origins among the run's. They hold
// until the next call.
func (r *Run) originsOf(n *notes) []int32 {
	r.places = r.places[:0]
	for i := range n.origins {
		r.places = append(r.places, r.origin(n.origins[i]))
	}
	return r.places
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
