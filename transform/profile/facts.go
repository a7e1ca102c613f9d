package profile

import (
	"slices"
	"sort"
	"strings"

	"crm2gong/mapping/value"
)

// facts gathers one column over all blocks.
type facts struct {
	filled   int
	keys     keys
	shapes   Shapes
	listed   int // cells with a semicolon within
	long     int
	nulls    []Count
	shortest int
	longest  int
	samples  []string
	numbers  numbers
	dates    dates
	errors   int
	errorRow int
	damaged  int
	damage   int
	boolCell int
}

func newFacts(bound int) *facts {
	return &facts{keys: newKeys(bound), numbers: newNumbers()}
}

// add joins a block; before is the number of rows before it in its file.
func (f *facts) add(l *local, before int) {
	if l.errors > 0 {
		if f.errors == 0 {
			f.errorRow = before + l.errorAt
		}
		f.errors += l.errors
	}
	if l.filled == 0 {
		return
	}
	f.filled += l.filled
	for i := range l.entries {
		e := &l.entries[i]
		n := int(e.count)
		if e.null {
			f.null(e.text, n)
		}
		if r := int(e.runes); f.shortest == 0 || r < f.shortest {
			f.shortest = r
		}
		f.longest = max(f.longest, int(e.runes))
		f.shapes.add(e.shape, n)
		if e.ways != 0 {
			f.numbers.count(e.ways, n)
		}
		if e.undue {
			f.dates.missed += n
		}
		if e.shape&isListed != 0 {
			f.listed += n
		}
		if e.shape&isLong != 0 {
			f.long += n
		}
		if e.kinds&(1<<value.BoolCell) != 0 {
			f.boolCell += n
		}
		if f.keys.add(e, n) && len(f.samples) < maxSamples {
			f.samples = append(f.samples, shortened(e.text))
		}
	}
	f.numbers.add(&l.numbers, before)
	f.dates.add(&l.dates, before)
	if l.damaged > 0 {
		if f.damaged == 0 {
			f.damage = before + l.damage
		}
		f.damaged += l.damaged
	}
}

func (f *facts) null(word string, n int) {
	for i := range f.nulls {
		if f.nulls[i].Text == word {
			f.nulls[i].Count += n
			return
		}
	}
	f.nulls = append(f.nulls, Count{strings.Clone(word), n})
}

func shortened(s string) string {
	if len(s) <= maxKept {
		return strings.Clone(s)
	}
	return strings.ToValidUTF8(s[:maxKept], "") + "…"
}

// column sums up.
func (f *facts) column(name string, rows int) *Column {
	c := &Column{
		Name: name, Filled: f.filled, Empty: rows - f.filled - f.errors,
		Shortest: f.shortest, Longest: f.longest, Samples: f.samples, Shapes: f.shapes,
		Errors: f.errors, ErrorRow: f.errorRow, Damaged: f.damaged, DamageRow: f.damage,
	}
	filled := f.filled
	for _, w := range f.nulls {
		c.Nulls = append(c.Nulls, w)
		filled -= w.Count
	}
	f.keys.column(c)
	switch {
	case f.filled == 0:
		return c
	case filled == 0:
		c.Kind = Text
	case f.boolean(c):
		c.Kind = Boolean
	case f.typed(c, filled):
	case f.listed >= 2 && 20*f.listed >= filled && f.long == 0 && f.shapes.Multiline == 0:
		c.Kind, c.Separator = List, ";"
	default:
		c.Kind = Text
	}
	return c
}

// typed gives the column the type of dates or numbers; where only nearly all
// cells have one, Nearly tells it.
func (f *facts) typed(c *Column, filled int) bool {
	for _, settle := range [...]func(*Column, int) bool{f.dates.settle, f.numbers.settle} {
		t := &Column{}
		ok := settle(t, filled)
		switch {
		case ok && t.Misses == 0:
			c.Kind, c.Formats, c.Order, c.OrderRow, c.OtherRow, c.Either = t.Kind, t.Formats, t.Order, t.OrderRow, t.OtherRow, t.Either
			c.Decimals, c.Group, c.Strip, c.Suffix, c.Unclear, c.Money = t.Decimals, t.Group, t.Strip, t.Suffix, t.Unclear, t.Money
			c.Nearly = nil
			return true
		case ok && c.Nearly == nil:
			c.Nearly = t
		case t.Order == Mixed:
			c.Order, c.OrderRow, c.OtherRow = t.Order, t.OrderRow, t.OtherRow
		}
	}
	return false
}

// truths are the words for true and false.
var truths = [...][2]string{{"true", "false"}, {"yes", "no"}, {"1", "0"}, {"y", "n"}, {"t", "f"}, {"ja", "nein"}, {"wahr", "falsch"},
	{"oui", "non"}, {"vrai", "faux"}, {"sí", "no"}, {"si", "no"}, {"verdadero", "falso"}, {"sim", "não"}, {"on", "off"}}

// boolean tells whether the column has two words for true and false, or one
// that stands for nothing else.
func (f *facts) boolean(c *Column) bool {
	if !c.Exact || c.Distinct > 8 {
		return false
	}
	words := map[string]string{}
	for _, v := range c.Values {
		if !slices.ContainsFunc(f.nulls, func(n Count) bool { return n.Text == v.Text }) {
			words[strings.ToLower(v.Text)] = v.Text
		}
	}
	if len(words) == 0 {
		return false
	}
	if len(words) > 2 {
		return mixedBoolean(c, words)
	}
	for _, t := range truths {
		yes, no := words[t[0]], words[t[1]]
		found := 0
		if yes != "" {
			found++
		}
		if no != "" {
			found++
		}
		if found != len(words) {
			continue
		}
		if found == 1 && t != truths[0] && t != truths[1] {
			continue // a lone 1, y or non may be anything
		}
		c.Truthy, c.Falsy = yes, no
		return true
	}
	return false
}

// mixedBoolean tells whether a column mixes vocabularies that the type boolean
// reads without being told, such as true, false, 1 and 0.
func mixedBoolean(c *Column, words map[string]string) bool {
	yes, no := "", ""
	for _, v := range c.Values { // the most frequent first
		low := strings.ToLower(v.Text)
		if words[low] == "" {
			continue
		}
		at := slices.IndexFunc(truths[:5], func(t [2]string) bool { return t[0] == low || t[1] == low })
		switch {
		case at < 0:
			return false
		case truths[at][0] == low && yes == "":
			yes = v.Text
		case truths[at][1] == low && no == "":
			no = v.Text
		}
	}
	if yes == "" || no == "" {
		return false
	}
	c.Truthy, c.Falsy = yes, no
	return true
}

// byCount sorts values, the most frequent first, equal ones as they came.
func byCount(list []Count) {
	sort.SliceStable(list, func(i, k int) bool { return list[i].Count > list[k].Count })
}
