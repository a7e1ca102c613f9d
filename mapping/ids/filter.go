package ids

import "math/bits"

// filter tells of most ids that are not in a run, without reading it: a Bloom
// filter in which all bits of an id stand in one word.
type filter []uint64

// idsPerWord is how many ids share a word of 64 bits. One look-up in fifty of
// ids that are not there passes.
const idsPerWord = 6

func newFilter(n int) filter { return make(filter, n/idsPerWord+1) }

// filterSize is the memory of a filter for n ids, in bytes.
func filterSize(n int) int64 { return 8 * int64(n/idsPerWord+1) }

func (f filter) add(id ID) {
	i, mask := f.place(id)
	f[i] |= mask
}

// may is false where id is not in the run.
func (f filter) may(id ID) bool {
	i, mask := f.place(id)
	return f[i]&mask == mask
}

func (f filter) place(id ID) (i, mask uint64) {
	i, _ = bits.Mul64(id.Lo, uint64(len(f)))
	return i, 1<<(id.Hi&63) | 1<<(id.Hi>>6&63) | 1<<(id.Hi>>12&63) | 1<<(id.Hi>>18&63)
}
