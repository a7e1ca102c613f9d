// Package ids keeps which objectIds a run has seen, as hashes of 125 bits in
// flat tables: 10 million ids take under 200 MiB and no garbage collector's
// time. Two different ids of one run share a hash with a probability below
// 10^-23.
//
// A Set knows the state of each id, a Map two numbers besides. Those of a Store
// keep under its limit of memory together: above it the largest goes to disk,
// as a sorted run of its ids. A look-up then asks the table in memory and the
// runs, from the newest to the oldest; filters in memory spare most reads of
// runs that do not have the id, and few runs remain since those of like size
// are merged. Answers are the same, wherever an id is.
package ids

import "github.com/zeebo/xxh3"

// ID is the hash of an objectId. Its three lowest bits are 0: a table keeps the
// id's state there.
type ID struct{ Hi, Lo uint64 }

// Of hashes an objectId.
func Of(s string) ID {
	h := xxh3.HashString128(s)
	return ID{h.Hi, h.Lo &^ stateMask}
}

// OfBytes hashes an objectId like Of.
func OfBytes(b []byte) ID {
	h := xxh3.Hash128(b)
	return ID{h.Hi, h.Lo &^ stateMask}
}

// less orders ids as runs on disk are sorted. It disregards no bit, so states
// must be taken off before.
func (id ID) less(o ID) bool { return id.Hi < o.Hi || id.Hi == o.Hi && id.Lo < o.Lo }

// State is what is known of an id; 0 means the id is not there.
type State uint8

// States of an id.
const (
	None State = iota
	Written
	Deleted // written as a deletion
	Sent    // not in this run, but known from earlier uploads
)

const stateMask = 7

// Set maps ids to states. The zero value is empty and ready, and stays in
// memory; Store.Set makes those that may go to disk. Reading is safe for
// several goroutines while nobody adds to this set.
type Set struct{ table }

// Get returns the state of id, None if it is not there.
func (s *Set) Get(id ID) State {
	st, _ := s.get(id)
	return st
}

// Add gives id a state if it is not there yet, and returns the one that it had:
// None if it was added.
func (s *Set) Add(id ID, st State) State {
	g, i := s.place(id)
	was := state(g.slots[i])
	if was == None {
		if was, _ = s.stored(id); was == None {
			s.fill(g, i, id, st)
			s.n++
		}
	}
	return was
}

// Put gives id a state and returns the one it had before.
func (s *Set) Put(id ID, st State) State {
	g, i := s.place(id)
	was := state(g.slots[i])
	if was != None {
		g.slots[i] = ID{id.Hi, id.Lo | uint64(st)}
		return was
	}
	if was, _ = s.stored(id); was == None {
		s.n++
	}
	if was != st {
		s.fill(g, i, id, st)
	}
	return was
}

// Each calls f with every id of the set, in no particular order.
func (s *Set) Each(f func(ID, State)) {
	s.each(func(id ID, st State, _ Value) { f(id, st) })
}

// Value is what a Map keeps with an id.
type Value [2]uint64

// Map maps ids to values. The zero value is empty and ready, and stays in
// memory; Store.Map makes those that may go to disk. Reading is safe for
// several goroutines while nobody adds to this map.
type Map struct{ table }

// Get returns the value of id; ok tells whether there is one.
func (m *Map) Get(id ID) (v Value, ok bool) {
	st, v := m.get(id)
	return v, st != None
}

// Add gives id a value if it has none yet, and returns the one that it had.
func (m *Map) Add(id ID, v Value) (was Value, ok bool) {
	m.wide = true
	g, i := m.place(id)
	if state(g.slots[i]) != None {
		return g.values[i], true
	}
	if st, was := m.stored(id); st != None {
		return was, true
	}
	m.n++
	m.fill(g, i, id, Written)
	g.values[i] = v
	return Value{}, false
}

// Put gives id a value, in place of the one that it may have.
func (m *Map) Put(id ID, v Value) {
	m.wide = true
	g, i := m.place(id)
	if state(g.slots[i]) == None {
		if st, _ := m.stored(id); st == None {
			m.n++
		}
		m.fill(g, i, id, Written)
	}
	g.values[i] = v
}
