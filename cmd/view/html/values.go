package html

import (
	"cmp"
	"maps"
	"slices"

	"crm2gong/validate"
)

// valuesView shows the values that tables have no entry for.
type valuesView struct {
	ID, Title    string // of the section
	Use, Missing string // captions of its tables
	Kind         string
	Defaults     bool // a value without an entry can take a default
	Tables       []tableRow
	More         string // tables
	Rows         []valueRow
	Others       string // values
}

// tableRow is how one enum or lookup was used.
type tableRow struct {
	Name            string
	Hit, Else, Miss number // Else: the enum's default
	Share           string
	Bar             []part
}

// valueRow is one value without an entry.
type valueRow struct {
	Table, Value, Outcome, Class string
	Count                        number
	Bar                          []part
}

// missed is a value and how often it was met.
type missed struct {
	table, value, outcome, class string
	n                            int
}

func (p *page) values(r *validate.Report) {
	enums := valuesView{ID: "values", Title: "Values of enums", Use: "Use of enums", Missing: "Values without an entry", Kind: "Enum", Defaults: true}
	looks := valuesView{ID: "lookups", Title: "Keys of lookups", Use: "Use of lookups", Missing: "Keys without a row", Kind: "Lookup"}
	var values, keys []missed
	for _, n := range slices.Sorted(maps.Keys(r.Enums)) {
		u := r.Enums[n]
		used, defaulted, unmapped := sum(u.Used), sum(u.Defaulted), sum(u.Unmapped)
		enums.add(n, used, defaulted, unmapped)
		values = append(values, list(n, "no entry", "bad", u.Unmapped)...)
		values = append(values, list(n, "took the default", "warn", u.Defaulted)...)
	}
	for _, n := range slices.Sorted(maps.Keys(r.Lookups)) {
		u := r.Lookups[n]
		looks.add(n, u.Hits, 0, u.Misses)
		keys = append(keys, list(n, "no row", "bad", u.Missing)...)
	}
	if enums.fill(values, "value", "enum", "enums") {
		p.Enums = &enums
	}
	if looks.fill(keys, "key", "lookup", "lookups") {
		p.Looks = &looks
	}
}

func (v *valuesView) add(n string, hit, other, miss int) {
	v.Tables = append(v.Tables, tableRow{
		Name: name(n), Hit: count(hit), Else: count(other), Miss: count(miss), Share: share(hit, hit+other+miss),
		Bar: full(slice{"good", size(hit)}, slice{"warn", size(other)}, slice{"bad", size(miss)}),
	})
}

// fill shows the values, the most frequent first.
func (v *valuesView) fill(values []missed, noun, one, many string) bool {
	if len(v.Tables) == 0 {
		return false
	}
	v.Tables, v.More = capped(v.Tables, maxTable, one, many)
	slices.SortStableFunc(values, func(a, b missed) int {
		return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.table, b.table), cmp.Compare(a.value, b.value))
	})
	values, v.Others = capped(values, maxTable, noun, noun+"s")
	for _, x := range values {
		v.Rows = append(v.Rows, valueRow{
			Table: name(x.table), Value: plain(x.value, maxValue), Outcome: x.outcome, Class: x.class, Count: count(x.n),
			Bar: bar(size(values[0].n), slice{x.class, size(x.n)}),
		})
	}
	return true
}

func list(table, outcome, class string, counts map[string]int) (values []missed) {
	for v, n := range counts {
		values = append(values, missed{table, v, outcome, class, n})
	}
	return values
}

func sum(counts map[string]int) (n int) {
	for _, k := range counts {
		n += k
	}
	return n
}
