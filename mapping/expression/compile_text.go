package expression

import (
	"regexp"
	"strings"

	"crm2gong/mapping/value"
)

// concat compiles + of texts.
func (g *generator) concat(n *node) eval {
	if len(n.kids) > 2 {
		return g.concatAll(n)
	}
	a, b := g.node(n.kids[0]), g.node(n.kids[1])
	badA, badB := g.joinHint(n, 0), g.joinHint(n, 1)
	return func(f *Frame) value.Value {
		x := a(f)
		if x.Kind() == value.Err {
			return x
		}
		y := b(f)
		if x.Kind() != value.Text {
			if y.Kind() == value.Err {
				return y
			}
			return badA(f, x)
		}
		if y.Kind() != value.Text {
			return badB(f, y)
		}
		return f.concat(x.Text(), y.Text())
	}
}

// joinHint is operand with a hint that names join.
func (g *generator) joinHint(n *node, i int) func(f *Frame, v value.Value) value.Value {
	rest := g.operand(n.kids[i], "+", value.Text)
	empty := g.empty(n.kids[i], value.Text)
	texts := make([]string, len(n.kids))
	for j, k := range n.kids {
		texts[j] = k.text
	}
	empty.Hint += ", or " + shorten("join(["+strings.Join(texts, ", ")+`], "")`, 120) + " to skip what is empty"
	return func(f *Frame, v value.Value) value.Value {
		if v.IsNil() && !g.lenient {
			return f.fail(empty)
		}
		return rest(f, v)
	}
}

func (g *generator) concatAll(n *node) eval {
	runs := g.all(n.kids)
	bad := make([]func(f *Frame, v value.Value) value.Value, len(n.kids))
	for i := range bad {
		bad[i] = g.joinHint(n, i)
	}
	return func(f *Frame) value.Value {
		// The first two operands are evaluated before either is judged, as
		// a + b does.
		x := runs[0](f)
		if x.Kind() == value.Err {
			return x
		}
		for i := 1; i < len(runs); i++ {
			y := runs[i](f)
			if y.Kind() == value.Err {
				return y
			}
			if x.Kind() != value.Text {
				return bad[0](f, x)
			}
			if y.Kind() != value.Text {
				return bad[i](f, y)
			}
			if x = f.extend(x.Text(), y.Text()); x.Kind() == value.Err {
				return x
			}
		}
		return x
	}
}

// textOp compiles contains, startsWith and endsWith: false for nil.
func (g *generator) textOp(n *node) eval {
	a, b := g.node(n.kids[0]), g.node(n.kids[1])
	badA, badB := g.operand(n.kids[0], n.name, value.Text), g.operand(n.kids[1], n.name, value.Text)
	do := map[op]func(s, sub string) bool{opContains: strings.Contains, opStartsWith: strings.HasPrefix, opEndsWith: strings.HasSuffix}[n.op]
	lenient := g.lenient
	return func(f *Frame) value.Value {
		x := a(f)
		if x.Kind() == value.Err {
			return x
		}
		y := b(f)
		if y.Kind() == value.Err {
			return y
		}
		if x.IsNil() {
			if lenient {
				return x
			}
			return value.OfBool(false)
		}
		if x.Kind() != value.Text {
			return badA(f, x)
		}
		if y.Kind() != value.Text {
			return badB(f, y)
		}
		if !f.charge(len(x.Text()) >> 6) {
			return f.exhausted()
		}
		return value.OfBool(do(x.Text(), y.Text()))
	}
}

func (g *generator) matches(n *node) eval {
	a, bad, lenient := g.node(n.kids[0]), g.operand(n.kids[0], n.name, value.Text), g.lenient
	re, err := regexp.Compile(n.kids[1].value.Text())
	if err != nil { // the checker has compiled it before
		return func(f *Frame) value.Value { return f.Fail(Failure{Code: codeInvalid, Message: err.Error(), Slot: -1}) }
	}
	return func(f *Frame) value.Value {
		x := a(f)
		if x.Kind() != value.Text {
			if x.IsNil() && !lenient {
				return value.OfBool(false)
			}
			return bad(f, x)
		}
		if !f.charge(len(x.Text()) >> 2) {
			return f.exhausted()
		}
		return value.OfBool(re.MatchString(x.Text()))
	}
}

func (g *generator) in(n *node) eval {
	a, lenient := g.node(n.kids[0]), g.lenient
	if r := n.kids[1]; r.isConst() && r.value.Kind() == value.List {
		if set := textSet(r.value.List()); set != nil {
			return func(f *Frame) value.Value {
				x := a(f)
				if x.Kind() == value.Err || lenient && x.IsNil() {
					return x
				}
				_, ok := set[x.Text()]
				return value.OfBool(ok && x.Kind() == value.Text)
			}
		}
	}
	b, badB := g.node(n.kids[1]), g.operand(n.kids[1], n.name, value.List)
	return func(f *Frame) value.Value {
		x := a(f)
		if x.Kind() == value.Err {
			return x
		}
		y := b(f)
		if y.Kind() == value.Err {
			return y
		}
		switch {
		case x.IsNil() && lenient:
			return x
		case x.IsNil() || y.IsNil():
			return value.OfBool(false)
		case x.Kind() == value.List || x.Kind() == value.Record:
			return f.wrongKind(n.kids[0], x, "in takes a single value")
		case y.Kind() != value.List:
			return badB(f, y)
		case !f.charge(len(y.List())):
			return f.exhausted()
		}
		for _, item := range y.List() {
			if value.Equal(x, item) {
				return value.OfBool(true)
			}
		}
		return value.OfBool(false)
	}
}

// textSet gives the set of a list of more than a few texts, else nil.
func textSet(list []value.Value) map[string]struct{} {
	if len(list) < 8 {
		return nil
	}
	set := make(map[string]struct{}, len(list))
	for _, v := range list {
		if v.Kind() != value.Text {
			return nil
		}
		set[v.Text()] = struct{}{}
	}
	return set
}
