package profile

import (
	"math/bits"
	"strings"
)

// keys holds the different texts of a column. When there are more than the
// bound it keeps those whose rank begins with a zero bit, then with two, and so
// on: an even part of the texts, whatever order they come in, from which their
// number is estimated.
type keys struct {
	bound   int
	level   uint
	places  map[uint64]int32
	list    []key
	scratch []byte
}

type key struct {
	text  string
	hash  uint64
	rank  uint64
	count int
	null  bool
}

func newKeys(bound int) keys { return keys{bound: bound, places: map[uint64]int32{}} }

// add counts n cells of a text and tells whether the text is new.
func (k *keys) add(e *entry, n int) bool {
	rank := e.rank
	if k.level > 0 {
		if rank == 0 {
			rank, k.scratch = rankOf(e.text, e.shape, k.scratch)
		}
		if bits.LeadingZeros64(rank) < int(k.level) {
			return false
		}
	}
	if at, ok := k.places[e.hash]; ok {
		k.list[at].count += n
		return false
	}
	if rank == 0 {
		rank, k.scratch = rankOf(e.text, e.shape, k.scratch)
	}
	text := e.text
	if len(text) > maxKept {
		text = text[:maxKept]
	}
	k.places[e.hash] = int32(len(k.list))
	k.list = append(k.list, key{strings.Clone(text), e.hash, rank, n, e.null})
	for len(k.list) > k.bound {
		k.halve()
	}
	return true
}

// halve drops the texts whose rank does not begin with one more zero bit.
func (k *keys) halve() {
	k.level++
	list := k.list[:0]
	for _, x := range k.list {
		if bits.LeadingZeros64(x.rank) >= int(k.level) {
			list = append(list, x)
		}
	}
	clear(k.list[len(list):])
	k.list = list
	clear(k.places)
	for i := range list {
		k.places[list[i].hash] = int32(i)
	}
}

// column gives what is known of the column's texts.
func (k *keys) column(c *Column) {
	c.Level = int(k.level)
	c.Exact = k.level == 0
	c.Distinct = len(k.list) << k.level
	c.Unique = len(k.list) > 0
	for _, x := range k.list {
		if x.count > 1 {
			c.Unique = false
		}
		if !x.null {
			c.Keys = append(c.Keys, Key{x.text, x.count, x.rank})
		}
	}
	if c.Exact && len(k.list) <= maxValues {
		for _, x := range k.list {
			c.Values = append(c.Values, Count{x.text, x.count})
		}
		byCount(c.Values)
	}
}
