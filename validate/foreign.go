package validate

import "strings"

// maxForeign is how many keys that are no fields have findings of their own.
// Those of the others are about otherKeys: else lines with keys of their own
// would each have a finding.
const maxForeign = 1000

// otherKeys is the cause of findings about keys that are not named.
const otherKeys = "other-keys"

// foreignKeys are the first keys that are no fields, in their order.
type foreignKeys struct {
	set  map[string]struct{}
	list []string
	full bool // there was one more than maxForeign
}

func (f *foreignKeys) reset() {
	clear(f.set)
	f.list, f.full = f.list[:0], false
}

func (f *foreignKeys) has(key string) bool {
	_, ok := f.set[key]
	return ok
}

// take puts a key in, and tells whether it is in.
func (f *foreignKeys) take(key string) bool {
	if f.has(key) {
		return true
	}
	if len(f.list) == maxForeign {
		f.full = true
		return false
	}
	if f.set == nil {
		f.set = map[string]struct{}{}
	}
	key = strings.Clone(key)
	f.set[key] = struct{}{}
	f.list = append(f.list, key)
	return true
}

// settleKeys takes the keys of the block that was judged last, in order, and
// tells whether it has some that are not named: then it is to be judged again,
// since its records count once for those.
func (j *judge) settleKeys() (again bool) {
	again = j.keys.full
	for _, key := range j.keys.list {
		again = !j.pass.run.foreign.take(key) || again
	}
	return again
}

// named tells whether findings name a key that is no field.
func (j *judge) named(key string) bool {
	if j.settled {
		return j.pass.run.foreign.has(key)
	}
	return j.keys.take(key)
}
