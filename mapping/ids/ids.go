// Package ids keeps which objectIds a run has seen, as 128-bit hashes in flat
// tables: 10 million ids take under 200 MiB and no garbage collector's time.
// Two different ids of one run share a hash with a probability below 10^-24.
package ids

import (
	"math/bits"

	"github.com/zeebo/xxh3"
)

// ID is the hash of an objectId.
type ID struct{ Hi, Lo uint64 }

// Of hashes an objectId.
func Of(s string) ID {
	h := xxh3.HashString128(s)
	return ID{h.Hi, h.Lo | 1} // never zero, so that zero marks an empty slot
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

type segment struct {
	slots  []ID
	states []State
	n      int
}

// Len is the number of ids in the set.
func (s *Set) Len() int { return s.n }

// Get returns the state of id, None if it is not there.
func (s *Set) Get(id ID) State {
	g := &s.segments[id.Hi>>(64-segmentBits)]
	if g.n == 0 {
		return None
	}
	i, found := g.find(id)
	if !found {
		return None
	}
	return g.states[i]
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
	g := &s.segments[id.Hi>>(64-segmentBits)]
	if g.n*8 >= len(g.slots)*7 {
		g.grow()
	}
	i, found := g.find(id)
	if found {
		return g.states[i]
	}
	g.slots[i], g.states[i] = id, st
	g.n++
	s.n++
	return None
}

// Put gives id a state and returns the one it had before.
func (s *Set) Put(id ID, st State) State {
	g := &s.segments[id.Hi>>(64-segmentBits)]
	if g.n*8 >= len(g.slots)*7 {
		g.grow()
	}
	i, found := g.find(id)
	was := g.states[i]
	g.slots[i], g.states[i] = id, st
	if !found {
		g.n++
		s.n++
	}
	return was
}

func (g *segment) find(id ID) (int, bool) {
	n := uint64(len(g.slots))
	// The bits below those that chose the segment, as a fraction of n: no
	// division.
	for i, _ := bits.Mul64(id.Hi<<segmentBits, n); ; {
		switch g.slots[i] {
		case id:
			return int(i), true
		case ID{}:
			return int(i), false
		}
		if i++; i == n {
			i = 0
		}
	}
}

func (g *segment) grow() { g.resize(max(16, len(g.slots)+len(g.slots)/2)) }

func (g *segment) resize(n int) {
	old, states := g.slots, g.states
	g.slots, g.states = make([]ID, n), make([]State, n)
	for k, id := range old {
		if id != (ID{}) {
			i, _ := g.find(id)
			g.slots[i], g.states[i] = id, states[k]
		}
	}
}
