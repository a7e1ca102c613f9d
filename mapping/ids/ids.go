// Package ids keeps which objectIds a run has seen, as hashes of 125 bits in
// flat tables: 10 million ids take under 200 MiB and no garbage collector's
// time. Two different ids of one run share a hash with a probability below
// 10^-23.
package ids

import (
	"math/bits"

	"github.com/zeebo/xxh3"
)

// ID is the hash of an objectId. Its three lowest bits are 0: a table keeps the
// id's state there.
type ID struct{ Hi, Lo uint64 }

// Of hashes an objectId.
func Of(s string) ID {
	h := xxh3.HashString128(s)
	return ID{h.Hi, h.Lo &^ stateMask}
}

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

// Set maps ids to states. The zero value is empty and ready. Reading is safe
// for several goroutines while nobody adds.
type Set struct {
	segments [segments]segment
	n        int
}

// The set is cut into segments that grow one by one, so that growing never
// holds two whole tables.
const (
	segmentBits = 6
	segments    = 1 << segmentBits
)

// segment is a table with linear probing. A slot is free when it has no state.
type segment struct {
	slots []ID
	n     int
}

// Len is the number of ids in the set.
func (s *Set) Len() int { return s.n }

// Get returns the state of id, None if it is not there.
func (s *Set) Get(id ID) State {
	g := s.segment(id)
	if g.n == 0 {
		return None
	}
	return state(g.find(id))
}

// Reserve makes room for n ids in all, so that the set need not grow on the
// way there.
func (s *Set) Reserve(n int) {
	each := n/segments + n/segments/8
	for i := range s.segments {
		if g := &s.segments[i]; len(g.slots)*7 < each*8 {
			g.resize(each*8/7 + 1)
		}
	}
}

// Add gives id a state if it is not there yet, and returns the one that it had:
// None if it was added.
func (s *Set) Add(id ID, st State) State {
	slot := s.slot(id)
	was := state(slot)
	if was == None {
		s.fill(slot, id, st)
	}
	return was
}

// Put gives id a state and returns the one it had before.
func (s *Set) Put(id ID, st State) State {
	slot := s.slot(id)
	was := state(slot)
	if was == None {
		s.fill(slot, id, st)
	} else {
		*slot = ID{id.Hi, id.Lo | uint64(st)}
	}
	return was
}

// Warm fetches the places of ids that Add or Get will look at next, many at
// once: a set that is larger than the processor's cache is then three times
// faster. The result is of no use.
//
//go:noinline
func (s *Set) Warm(list []ID) (sum uint64) {
	for _, id := range list {
		if g := s.segment(id); len(g.slots) > 0 {
			sum += g.slots[g.first(id)].Lo
		}
	}
	return sum
}

func (s *Set) segment(id ID) *segment { return &s.segments[id.Hi>>(64-segmentBits)] }

// slot gives the place of id, or the free one where it belongs.
func (s *Set) slot(id ID) *ID {
	g := s.segment(id)
	if g.n*8 >= len(g.slots)*7 {
		g.resize(max(16, len(g.slots)+len(g.slots)/2))
	}
	return g.find(id)
}

func (s *Set) fill(slot *ID, id ID, st State) {
	*slot = ID{id.Hi, id.Lo | uint64(st)}
	s.segment(id).n++
	s.n++
}

func state(slot *ID) State { return State(slot.Lo & stateMask) }

// first is where the search for id begins: the bits below those that chose the
// segment, as a fraction of the table's length; no division.
func (g *segment) first(id ID) uint64 {
	i, _ := bits.Mul64(id.Hi<<segmentBits, uint64(len(g.slots)))
	return i
}

func (g *segment) find(id ID) *ID {
	for i := g.first(id); ; {
		slot := &g.slots[i]
		if slot.Lo&stateMask == 0 || slot.Hi == id.Hi && slot.Lo&^stateMask == id.Lo {
			return slot
		}
		if i++; i == uint64(len(g.slots)) {
			i = 0
		}
	}
}

func (g *segment) resize(n int) {
	old := g.slots
	g.slots = make([]ID, n)
	for _, x := range old {
		if x.Lo&stateMask != 0 {
			*g.find(ID{x.Hi, x.Lo &^ stateMask}) = x
		}
	}
}
