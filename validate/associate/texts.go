package associate

import (
	"slices"

	"github.com/zeebo/xxh3"
)

// texts numbers different texts from 0 in the order in which they come. All
// stand in one buffer, so that millions of them cost the garbage collector
// nothing.
type texts struct {
	slots []slot
	ends  []uint64 // where each text ends in data
	data  []byte
}

// slot is a place in the table: the upper half of the text's hash, and its
// number plus 1; 0 is empty.
type slot uint64

const noText = int32(-1)

func (t *texts) len() int { return len(t.ends) }

// at gives the text of a number, a view.
func (t *texts) at(n int32) []byte {
	from := uint64(0)
	if n > 0 {
		from = t.ends[n-1]
	}
	return t.data[from:t.ends[n]]
}

func (t *texts) text(n int32) string { return string(t.at(n)) }

// find gives a text's number, noText if it is not there.
func (t *texts) find(s string) int32 {
	if len(t.slots) == 0 {
		return noText
	}
	_, n := t.look(s, xxh3.HashString(s))
	return n
}

// put gives a text's number; fresh tells that it is new.
func (t *texts) put(s string) (n int32, fresh bool) {
	if 4*len(t.ends) >= 3*len(t.slots) {
		t.grow()
	}
	h := xxh3.HashString(s)
	i, n := t.look(s, h)
	if n >= 0 {
		return n, false
	}
	n = int32(len(t.ends))
	if cap(t.data)-len(t.data) < len(s) {
		t.data = slices.Grow(t.data, max(len(t.data), len(s)))
	}
	t.data = append(t.data, s...)
	t.ends = push(t.ends, uint64(len(t.data)))
	t.slots[i] = makeSlot(h, n)
	return n, true
}

// push appends, and doubles the room where there is none: append itself grows
// long lists by a quarter, which copies them many times over.
func push[T any](list []T, x T) []T {
	if len(list) == cap(list) {
		list = slices.Grow(list, max(64, len(list)))
	}
	return append(list, x)
}

func makeSlot(h uint64, n int32) slot { return slot(h&^(1<<32-1) | uint64(n+1)) }

// look finds the slot of a text and its number, or the empty slot where it
// belongs.
func (t *texts) look(s string, h uint64) (place int, n int32) {
	mask := len(t.slots) - 1
	for i := int(h) & mask; ; i = (i + 1) & mask {
		x := t.slots[i]
		if x == 0 {
			return i, noText
		}
		if n := int32(uint32(x)) - 1; uint32(x>>32) == uint32(h>>32) && string(t.at(n)) == s {
			return i, n
		}
	}
}

func (t *texts) grow() {
	t.slots = make([]slot, max(64, 2*len(t.slots)))
	mask := len(t.slots) - 1
	for n := range t.ends {
		h := xxh3.Hash(t.at(int32(n)))
		i := int(h) & mask
		for t.slots[i] != 0 {
			i = (i + 1) & mask
		}
		t.slots[i] = makeSlot(h, int32(n))
	}
}
