package ids

import (
	"math/bits"
	"sync/atomic"
	"unsafe"
)

// table is what sets and maps have in common: a part in memory, which takes
// what is added, and runs on disk. Both are replaced as wholes, so that readers
// need no lock: a table that nobody adds to may go to disk meanwhile.
type table struct {
	store *Store // nil: all stays in memory
	mem   atomic.Pointer[memory]
	disk  atomic.Pointer[layers]
	n     int
	wide  bool // with values
}

// memory is the part of a table in memory. It is cut into segments that grow
// one by one, so that growing never holds two whole tables.
type memory struct {
	segments [segments]segment
	n        int
	bytes    int64
}

const (
	segmentBits = 6
	segments    = 1 << segmentBits
	large       = 1 << 14  // slots of a segment above which it grows by less at once
	spacious    = 32 << 20 // bytes of ids up to which a table is given more room than it needs, for shorter searches
	least       = 16       // slots of a segment; with less than 8 none would stay free
)

// segment is a table with linear probing. A slot is free when it has no state.
type segment struct {
	slots  []ID
	values []Value // of a map: beside the slots
	n      int
}

// Sizes in memory and in files, in bytes.
const (
	pageSlots = 4096 / int(unsafe.Sizeof(ID{}))
	idSize    = int64(unsafe.Sizeof(ID{}))
	valueSize = int64(unsafe.Sizeof(Value{}))
)

// size is what one id takes.
func (t *table) size() int64 {
	if t.wide {
		return idSize + valueSize
	}
	return idSize
}

// Len is the number of ids.
func (t *table) Len() int { return t.n }

// Reserve makes room for n ids in all, so that the table need not grow on the
// way there. It makes no more than the limit of memory has room for.
func (t *table) Reserve(n int) {
	if t.store != nil {
		n = min(n, int(t.store.free()/t.size())*7/8)
	}
	m := t.memory()
	each := n/segments + n/segments/32 + 8 // segments differ a little
	room := each*8/7 + 1
	if int64(n)*t.size() <= spacious && t.store == nil {
		room = each * 4 / 3
	}
	for i := range m.segments {
		if g := &m.segments[i]; len(g.slots)*7 < each*8 {
			t.resize(m, g, max(least, room))
		}
	}
}

// Warm fetches the places of ids that will be looked for next, many at once: a
// table that is larger than the processor's cache is then three times faster.
// The result is of no use.
//
//go:noinline
func (t *table) Warm(list []ID) (sum uint64) {
	m := t.mem.Load()
	if m == nil {
		return 0
	}
	for _, id := range list {
		if g := m.segment(id); len(g.slots) > 0 {
			sum += g.slots[g.first(id)].Lo
		}
	}
	return sum
}

// get looks for id in memory and on disk.
func (t *table) get(id ID) (st State, v Value) {
	if m := t.mem.Load(); m != nil {
		if g := m.segment(id); g.n > 0 {
			i := g.find(id)
			if st := state(g.slots[i]); st != None {
				if g.values != nil {
					v = g.values[i]
				}
				return st, v
			}
		}
	}
	return t.stored(id)
}

// stored looks for id on disk alone.
func (t *table) stored(id ID) (State, Value) {
	if l := t.disk.Load(); l != nil {
		return l.get(t.store, id)
	}
	return None, Value{}
}

func (t *table) memory() *memory {
	m := t.mem.Load()
	if m == nil {
		m = &memory{}
		t.mem.Store(m)
	}
	return m
}

// place gives the place of id in memory, or the free one where it belongs.
func (t *table) place(id ID) (*segment, uint64) {
	m := t.memory()
	g := m.segment(id)
	if g.full() {
		g = t.grow(id)
	}
	return g, g.find(id)
}

// full tells whether a segment must grow before it takes more: one slot in
// eight stays free.
func (g *segment) full() bool { return g.n*8 >= len(g.slots)*7 }

// grow makes room in the segment of id, by more memory or by moving a table of
// the store to disk, maybe this one.
func (t *table) grow(id ID) *segment {
	more := func(g *segment) int {
		if len(g.slots) > large {
			return len(g.slots) / 4 // the growth by which a table may be too large
		}
		return max(least, len(g.slots)/2)
	}
	if t.store != nil {
		t.store.makeRoom(t, int64(more(t.memory().segment(id)))*t.size())
	}
	m := t.memory()
	g := m.segment(id)
	if g.full() {
		t.resize(m, g, len(g.slots)+more(g))
	}
	return g
}

// fill puts id into a free place.
func (t *table) fill(g *segment, i uint64, id ID, st State) {
	g.slots[i] = ID{id.Hi, id.Lo | uint64(st)}
	g.n++
	t.mem.Load().n++
}

func (t *table) resize(m *memory, g *segment, n int) {
	old, values := g.slots, g.values
	g.slots = make([]ID, n)
	// A page that is read before it is written to costs a second fault, and one
	// that all processors notice: write to each at once.
	for i := 0; i < n; i += pageSlots {
		g.slots[i] = ID{}
	}
	if t.wide {
		g.values = make([]Value, n)
	}
	for k, x := range old {
		if state(x) == None {
			continue
		}
		i := g.find(ID{x.Hi, x.Lo &^ stateMask})
		g.slots[i] = x
		if values != nil {
			g.values[i] = values[k]
		}
	}
	more := int64(n-len(old)) * t.size()
	m.bytes += more
	if t.store != nil {
		t.store.took(more)
	}
}

// each calls f with every id and what is kept of it.
func (t *table) each(f func(ID, State, Value)) {
	m := t.mem.Load()
	if m != nil {
		for i := range m.segments {
			g := &m.segments[i]
			for k, x := range g.slots {
				if state(x) == None {
					continue
				}
				v := Value{}
				if g.values != nil {
					v = g.values[k]
				}
				f(ID{x.Hi, x.Lo &^ stateMask}, state(x), v)
			}
		}
	}
	if l := t.disk.Load(); l != nil {
		t.store.note(merged(l.runs, func(x *item) error {
			if m != nil && m.has(x.id) {
				return nil // a later state
			}
			f(x.id, x.state, x.value)
			return nil
		}))
	}
}

func (m *memory) segment(id ID) *segment { return &m.segments[id.Hi>>(64-segmentBits)] }

func (m *memory) has(id ID) bool {
	g := m.segment(id)
	return g.n > 0 && state(g.slots[g.find(id)]) != None
}

func state(slot ID) State { return State(slot.Lo & stateMask) }

// first is where the search for id begins: the bits below those that chose the
// segment, as a fraction of the table's length; no division.
func (g *segment) first(id ID) uint64 {
	i, _ := bits.Mul64(id.Hi<<segmentBits, uint64(len(g.slots)))
	return i
}

// find gives the place of id, or the free one where it belongs.
func (g *segment) find(id ID) uint64 {
	slots := g.slots
	for i := g.first(id); ; {
		if x := slots[i]; x.Lo&stateMask == 0 || x.Hi == id.Hi && x.Lo&^stateMask == id.Lo {
			return i
		}
		if i++; i == uint64(len(slots)) {
			i = 0
		}
	}
}
