package lookup

import "strings"

// Uses counts evaluations by value, in order of first use. Counting is bounded:
// past MaxDistinct values, further ones are counted together under Others.
type Uses struct {
	at    map[string]int
	names []string
	count []int
	other int
}

// MaxDistinct is how many distinct values a report names; the others are
// counted together.
const MaxDistinct = 1000

// Others is the name under which values past MaxDistinct are counted.
const Others = "(others)"

// Add counts n evaluations of the value, which is copied when it is new. It
// gives the value's place in names until Reset, -1 for one without a name.
func (u *Uses) Add(value string, n int) int {
	if i, ok := u.at[value]; ok {
		u.count[i] += n
		return i
	}
	if len(u.names) >= MaxDistinct {
		u.other += n
		return -1
	}
	if u.at == nil {
		u.at = map[string]int{}
	}
	value = strings.Clone(value)
	u.at[value] = len(u.names)
	u.names = append(u.names, value)
	u.count = append(u.count, n)
	return len(u.names) - 1
}

// Merge adds what a later block counted.
func (u *Uses) Merge(o *Uses) {
	for i, name := range o.names {
		if o.count[i] > 0 {
			u.Add(name, o.count[i])
		}
	}
	u.other += o.other
}

// Reset forgets the counts and the values; false: there were none.
func (u *Uses) Reset() bool {
	if len(u.names) == 0 && u.other == 0 {
		return false
	}
	clear(u.at)
	u.names, u.count, u.other = u.names[:0], u.count[:0], 0
	return true
}

// Map gives the counts by value, never nil.
func (u *Uses) Map() map[string]int {
	m := make(map[string]int, len(u.names))
	for i, name := range u.names {
		m[name] = u.count[i]
	}
	if u.other > 0 {
		m[Others] = u.other
	}
	return m
}

// Total is the number of evaluations counted.
func (u *Uses) Total() int {
	n := u.other
	for _, c := range u.count {
		n += c
	}
	return n
}
