package ids

import (
	"encoding/binary"
	"math/bits"
	"unsafe"
)

// Memo remembers the ids and states of texts, for references that lead to few
// records again and again: the owners and stages of deals. It finds a text
// faster than hashing it takes. A text of many others is not remembered, and
// neither is one longer than 24 bytes. The zero value is empty and ready. It
// must be thrown away when a state changes, and is not safe for concurrent use.
type Memo struct {
	slots []memo // a power of two of them
	n     int
	off   bool // more texts came than are worth it
}

// memo is one text: its length, plus one, and its first, last and middle eight
// bytes, which are all of it.
type memo struct {
	key   memoKey
	id    ID
	state State
}

type memoKey struct{ first, last, middle, n uint64 }

const (
	memoText  = 24   // bytes of the longest text
	mostMemos = 1024 // texts, beyond which there is no end to be expected
)

// keyOf gives a text of at most memoText bytes as its words.
func keyOf(s string) memoKey {
	n := len(s)
	if n < 8 {
		w := uint64(0)
		for i := range n {
			w = w<<8 | uint64(s[i])
		}
		return memoKey{w, w, w, uint64(n) + 1}
	}
	b := unsafe.Slice(unsafe.StringData(s), n) // only read
	return memoKey{
		binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[n-8:]),
		binary.LittleEndian.Uint64(b[(n-8)/2:]), uint64(n) + 1,
	}
}

// first is where the search for a key begins.
func (m *Memo) first(k *memoKey) uint64 {
	h := (k.first ^ k.last ^ bits.RotateLeft64(k.middle, 32)) * 0x9E3779B97F4A7C15
	return h >> 32 & uint64(len(m.slots)-1)
}

// Get gives what was put for a text; ok is false where that is not known.
func (m *Memo) Get(s string) (id ID, st State, ok bool) {
	if len(m.slots) == 0 || len(s) > memoText {
		return ID{}, None, false
	}
	k := keyOf(s)
	for i := m.first(&k); ; i = (i + 1) & uint64(len(m.slots)-1) {
		switch x := &m.slots[i]; {
		case x.key == k:
			return x.id, x.state, true
		case x.id == ID{}:
			return ID{}, None, false
		}
	}
}

// Put remembers what is known of a text, which Get must have been asked for.
func (m *Memo) Put(s string, id ID, st State) {
	switch {
	case m.off || len(s) > memoText || id == ID{}:
		return
	case m.n == mostMemos:
		*m = Memo{off: true}
		return
	}
	if 2*m.n >= len(m.slots) {
		m.grow()
	}
	m.n++
	m.fill(memo{keyOf(s), id, st})
}

func (m *Memo) fill(x memo) {
	i := m.first(&x.key)
	for m.slots[i].id != (ID{}) {
		i = (i + 1) & uint64(len(m.slots)-1)
	}
	m.slots[i] = x
}

func (m *Memo) grow() {
	old := m.slots
	m.slots = make([]memo, max(32, 2*len(old)))
	for i := range old {
		if old[i].id != (ID{}) {
			m.fill(old[i])
		}
	}
}
