// Package lookup holds what expressions look things up in while a mapping
// runs: enums, tables made from sources, and exchange rates. Each worker has a
// view of its own, which counts for the reports; the data behind the views are
// shared and never change once the entities are read.
package lookup

import (
	"fmt"
	"strings"

	"crm2gong/mapping"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/recent"
	"crm2gong/mapping/value"
)

// Enum is one worker's view of an enum.
type Enum struct {
	enum      *mapping.Enum
	results   map[string]enumEntry
	def       value.Value
	used      []int // by entry
	defaulted Uses
	unmapped  Uses
	empty     int // evaluations of nil
	recent    recent.Texts[hit]
}

// maxSpellings bounds how many spellings of its keys an enum remembers.
const maxSpellings = 4096

type enumEntry struct {
	at     int
	text   string // as the entry is looked up
	result value.Value
}

// hit is what an enum gives for a text, and where that is counted: an entry in
// used, or a value in defaulted, until Reset.
type hit struct {
	result  value.Value
	at      int
	missing bool
}

// NewEnum makes a view of e.
func NewEnum(e *mapping.Enum) *Enum {
	v := &Enum{enum: e, results: make(map[string]enumEntry, len(e.Keys)), used: make([]int, len(e.Keys))}
	for i, k := range e.Keys {
		v.results[e.Fold(k)] = enumEntry{i, e.Fold(k), value.OfText(e.Values[e.Fold(k)])}
	}
	if e.Default != nil {
		v.def = value.OfText(*e.Default)
	}
	return v
}

// Call gives the enum's entry for the one argument, the default without an
// entry or for nil, else a failure enum-unmapped.
func (v *Enum) Call(f *expression.Frame, args []value.Value) value.Value {
	a := args[0]
	switch a.Kind() {
	case value.Nil:
		v.empty++
		return v.def
	case value.Text:
	default:
		a = value.OfText(string(a.Append(nil)))
	}
	text := a.Text()
	if x, at := v.Near(text); at >= 0 {
		v.Count(at)
		return x
	}
	e, ok := v.results[text]
	if !ok && v.enum.IgnoreCase {
		if e, ok = v.results[v.enum.Fold(text)]; ok && len(v.results) < maxSpellings {
			e.text = strings.Clone(text)
			v.results[e.text] = e
		}
	}
	if ok {
		v.used[e.at]++
		if e.text == text {
			v.recent.Put(e.text, hit{result: e.result, at: e.at})
		}
		return e.result
	}
	if v.enum.Default != nil {
		if i := v.defaulted.Add(text, 1); i >= 0 {
			v.recent.Put(v.defaulted.names[i], hit{result: v.def, at: i, missing: true})
		}
		return v.def
	}
	v.unmapped.Add(text, 1)
	return f.Fail(expression.Failure{
		Code: "enum-unmapped", Value: text, Detail: v.enum.Name, Slot: -1,
		Message: fmt.Sprintf("enum %s has no entry for %s", v.enum.Name, value.Quote(text)),
		Hint:    fmt.Sprintf("add %s to the values of enum %s, or give it a default", value.Quote(text), v.enum.Name),
	})
}

// Near gives what Call gives for a text that was met before, and the place at
// which Count counts it when it is used; below 0 where Call must be asked.
func (v *Enum) Near(text string) (result value.Value, at int) {
	switch x := v.recent.Get(text); {
	case x == nil:
		return value.Value{}, -1
	case x.missing:
		return x.result, len(v.used) + x.at
	default:
		return x.result, x.at
	}
}

// Count counts an evaluation that Near made. Reset must not come between.
func (v *Enum) Count(at int) {
	if n := len(v.used); at < n {
		v.used[at]++
	} else {
		v.defaulted.count[at-n]++
	}
}

// Merge adds what o counted in a later block and resets o.
func (v *Enum) Merge(o *Enum) {
	for i, n := range o.used {
		v.used[i] += n
	}
	v.defaulted.Merge(&o.defaulted)
	v.unmapped.Merge(&o.unmapped)
	v.empty += o.empty
	o.Reset()
}

// Reset forgets all counts.
func (v *Enum) Reset() {
	clear(v.used)
	if v.defaulted.Reset() {
		v.recent = recent.Texts[hit]{}
	}
	v.unmapped.Reset()
	v.empty = 0
}

// Empty gives the evaluations of nil, which give the default or nil.
func (v *Enum) Empty() int { return v.empty }

// Counts gives the evaluations by entry, by value that took the default, and
// by value that had no entry.
func (v *Enum) Counts() (used, defaulted, unmapped map[string]int) {
	used = map[string]int{}
	for i, n := range v.used {
		if n > 0 {
			used[v.enum.Keys[i]] = n
		}
	}
	return used, v.defaulted.Map(), v.unmapped.Map()
}

// Table is the data of a lookup, filled once.
type Table struct {
	lookup *mapping.BoundLookup
	rows   map[string]int32 // key → place in found; composite keys joined (see Key)
	found  []row
	keys   []string // of the first rows of found
	places []Place  // by place in found; nil unless asked for
}

type row struct {
	v    value.Value
	fail *expression.Failure // the value expression failed: the error of the row that asks
	many bool
}

// nearRows is up to how many rows a view remembers the keys that it met: of a
// long table the next key hardly is one of those.
const nearRows = 256

// NewTable makes an empty table for l.
func NewTable(l *mapping.BoundLookup) *Table {
	return &Table{lookup: l, rows: map[string]int32{}}
}

// Put adds a row under its key. Rows must come in the source's order; which
// of several rows with one key counts is the lookup's onMany.
func (t *Table) Put(key string, v value.Value, fail *expression.Failure) {
	i, ok := t.rows[key]
	if !ok {
		key = strings.Clone(key)
		t.rows[key] = int32(len(t.found))
		t.found = append(t.found, row{v: v.Clone(), fail: fail})
		if len(t.found) <= nearRows {
			t.keys = append(t.keys, key)
		}
		return
	}
	switch t.lookup.OnMany {
	case "last":
		t.found[i] = row{v: v.Clone(), fail: fail}
	case "first":
	default:
		t.found[i].many = true
	}
}

// AppendKey appends the text under which the key values are kept. One part is
// its own text; several are joined with their lengths, so that no two keys
// meet. ok is false when a part is nil.
func AppendKey(b []byte, parts []value.Value) (_ []byte, ok bool) {
	for _, p := range parts {
		if p.IsNil() {
			return b, false
		}
		start := len(b)
		b = p.Append(b)
		if len(parts) > 1 {
			n := len(b) - start
			b = append(b, 0, byte(n), byte(n>>8), byte(n>>16), byte(n>>24))
		}
	}
	return b, true
}

// View is one worker's view of a lookup.
type View struct {
	table   *Table
	key     []byte
	recent  recent.Texts[int32]
	hits    int
	missing Uses
}

// NewView makes a view of t.
func NewView(t *Table) *View { return &View{table: t} }

// Call gives the value of the row with the key, nil for a nil key or a miss
// (as onMissing says), a failure lookup-many where several rows have the key
// and onMany is error.
func (v *View) Call(f *expression.Frame, args []value.Value) value.Value {
	l := v.table.lookup
	var i int32
	var ok bool
	if len(args) == 1 && args[0].Kind() == value.Text {
		i, ok = v.row(args[0].Text())
	} else {
		var full bool
		v.key, full = AppendKey(v.key[:0], args)
		if !full {
			return value.Value{}
		}
		i, ok = v.table.rows[string(v.key)]
	}
	if !ok {
		return v.miss(f, args)
	}
	v.hits++
	r := &v.table.found[i]
	switch {
	case r.many:
		key := keyText(args)
		return f.Fail(expression.Failure{
			Code: "lookup-many", Value: key, Detail: l.Name, Slot: -1,
			Message: fmt.Sprintf("lookup %s has several rows for %s", l.Name, value.Quote(key)),
			Hint:    fmt.Sprintf("make the key of lookup %s unique, or set onMany: first or last", l.Name),
		})
	case r.fail != nil:
		return f.Fail(*r.fail)
	}
	return r.v
}

// Near gives what Call gives for a key of one text, and the place at which Count
// counts it when it is used; below 0 where Call must be asked.
func (v *View) Near(text string) (result value.Value, at int) {
	i, ok := v.row(text)
	if !ok {
		return value.Value{}, -1
	}
	r := &v.table.found[i]
	if r.many || r.fail != nil || r.v.IsNil() {
		return value.Value{}, -1
	}
	return r.v, int(i)
}

// Count counts an evaluation that Near made.
func (v *View) Count(int) { v.hits++ }

// row finds the row of a text.
func (v *View) row(key string) (i int32, ok bool) {
	t := v.table
	if len(t.found) > nearRows {
		i, ok = t.rows[key]
		return i, ok
	}
	if x := v.recent.Get(key); x != nil {
		return *x, true
	}
	if i, ok = t.rows[key]; ok {
		v.recent.Put(t.keys[i], i)
	}
	return i, ok
}

func (v *View) miss(f *expression.Frame, args []value.Value) value.Value {
	l := v.table.lookup
	key := keyText(args)
	v.missing.Add(key, 1)
	switch l.OnMissing {
	case "error":
		return f.Fail(expression.Failure{
			Code: "value-invalid", Value: key, Detail: l.Name, Slot: -1,
			Message: fmt.Sprintf("lookup %s has no row for %s", l.Name, value.Quote(key)),
			Hint:    fmt.Sprintf("add the row to source %s, or set onMissing: nil", l.Lookup.From.Name),
		})
	case "unknown":
		f.Miss(key)
	}
	return value.Value{}
}

func keyText(args []value.Value) string {
	var b []byte
	for i, a := range args {
		if i > 0 {
			b = append(b, " / "...)
		}
		b = a.Append(b)
	}
	return string(b)
}

// Merge adds what o counted in a later block and resets o.
func (v *View) Merge(o *View) {
	v.hits += o.hits
	v.missing.Merge(&o.missing)
	o.Reset()
}

// Reset forgets all counts.
func (v *View) Reset() {
	v.hits = 0
	v.missing.Reset()
}

// Counts gives the number of evaluations that found a row, that found none,
// and the latter by key.
func (v *View) Counts() (hits, misses int, missing map[string]int) {
	return v.hits, v.missing.Total(), v.missing.Map()
}
