package expression

import (
	"unicode/utf8"

	"crm2gong/mapping/value"
)

func (g *generator) list(n *node) eval {
	runs := g.all(n.kids)
	kids := n.kids
	return func(f *Frame) value.Value {
		items := make([]value.Value, len(runs))
		for i, run := range runs {
			v := run(f)
			switch v.Kind() {
			case value.Err:
				return v
			case value.List, value.Record:
				if !known(kids[i].typ) {
					return f.wrongKind(kids[i], v, "a list takes single values here")
				}
			}
			items[i] = v
		}
		if !f.charge(len(items)) {
			return f.exhausted()
		}
		return value.OfList(items)
	}
}

// at compiles list[number]; a place outside the list is nil, a negative one
// counts from the end.
func (g *generator) at(n *node) eval {
	of, at := g.node(n.kids[0]), g.node(n.kids[1])
	badOf, badAt := g.operand(n.kids[0], "[…]", value.List), g.operand(n.kids[1], "[…]", value.Number)
	return func(f *Frame) value.Value {
		list := of(f)
		if list.Kind() == value.Err {
			return list
		}
		place := at(f)
		if place.Kind() != value.Number {
			return badAt(f, place)
		}
		if list.Kind() != value.List {
			if list.IsNil() {
				return list
			}
			return badOf(f, list)
		}
		i, ok := place.Int()
		if !ok {
			if value.Equal(value.Floor(place), place) {
				return value.Value{} // whole, and beyond any list
			}
			return f.notWhole(n.kids[1], place)
		}
		items := list.List()
		if i < 0 {
			i += int64(len(items))
		}
		if i < 0 || i >= int64(len(items)) {
			return value.Value{}
		}
		return items[i]
	}
}

func (f *Frame) notWhole(n *node, v value.Value) value.Value {
	s := string(v.AppendNumber(nil))
	return f.Fail(Failure{Code: codeInvalid, Message: n.text + " is no whole number (" + s + ")", Value: s, Slot: n.slot})
}

// slice compiles x[from:to] of texts (by character) and lists; bounds outside
// are cut to size, negative ones count from the end.
func (g *generator) slice(n *node) eval {
	of := g.node(n.kids[0])
	badOf := g.operand(n.kids[0], "[from:to]", value.Text)
	var from, to func(f *Frame) (int, value.Value)
	if n.kids[1] != nil {
		from = g.bound(n.kids[1])
	}
	if n.kids[2] != nil {
		to = g.bound(n.kids[2])
	}
	return func(f *Frame) value.Value {
		v := of(f)
		if v.Kind() == value.Err {
			return v
		}
		i, j := 0, maxBound
		var bad value.Value
		if from != nil {
			if i, bad = from(f); bad.Kind() == value.Err {
				return bad
			}
		}
		if to != nil {
			if j, bad = to(f); bad.Kind() == value.Err {
				return bad
			}
		}
		switch v.Kind() {
		case value.Text:
			if !f.charge(len(v.Text()) >> 6) {
				return f.exhausted()
			}
			return value.OfText(characters(v.Text(), i, j))
		case value.List:
			items := v.List()
			i, j = clamp(i, len(items)), clamp(j, len(items))
			return value.OfList(items[min(i, j):j:j])
		case value.Nil:
			return v
		}
		return badOf(f, v)
	}
}

// maxBound is beyond the end of any text or list.
const maxBound = 1 << 30

func (g *generator) bound(n *node) func(f *Frame) (int, value.Value) {
	if n.isConst() {
		if i, ok := n.value.Int(); ok && n.typ.Kind == value.Number && i > -maxBound && i < maxBound {
			return func(*Frame) (int, value.Value) { return int(i), value.Value{} }
		}
	}
	run := g.node(n)
	empty := g.empty(n, value.Number)
	return func(f *Frame) (int, value.Value) {
		v := run(f)
		switch v.Kind() {
		case value.Err:
			return 0, v
		case value.Nil:
			return 0, f.fail(empty)
		case value.Number:
		default:
			return 0, f.wrongKind(n, v, "[from:to] takes a number")
		}
		i, ok := v.Int()
		if !ok {
			if !value.Equal(value.Floor(v), v) {
				return 0, f.notWhole(n, v)
			}
			i = maxBound
			if c, _ := value.Compare(v, value.OfInt(0)); c < 0 {
				i = -maxBound
			}
		}
		return int(min(max(i, -maxBound), maxBound)), value.Value{}
	}
}

// clamp turns a bound into a place from 0 to n.
func clamp(i, n int) int {
	if i < 0 {
		i += n
	}
	return min(max(i, 0), n)
}

// characters gives the characters of s from one place to another.
func characters(s string, i, j int) string {
	if i < 0 || j < 0 {
		n := utf8.RuneCountInString(s)
		i, j = clamp(i, n), clamp(j, n)
	}
	if i >= j {
		return ""
	}
	from := advance(s, 0, i)
	return s[from:advance(s, from, j-i)]
}

// advance gives the byte that is n characters after the byte at.
func advance(s string, at, n int) int {
	for ; n > 0 && at < len(s); n-- {
		if s[at] < utf8.RuneSelf {
			at++
			continue
		}
		_, size := utf8.DecodeRuneInString(s[at:])
		at += size
	}
	return at
}
