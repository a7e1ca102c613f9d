package expression

import (
	"regexp"
	"strings"

	"crm2gong/mapping/value"
)

func (g *generator) sign(n *node) eval {
	a, bad, neg := g.node(n.kids[0]), g.operand(n.kids[0], n.name, value.Number), n.op == opNeg
	return func(f *Frame) value.Value {
		v := a(f)
		if v.Kind() != value.Number {
			return bad(f, v)
		}
		if neg {
			return value.Neg(v)
		}
		return v
	}
}

func (g *generator) not(n *node) eval {
	a, bad := g.node(n.kids[0]), g.operand(n.kids[0], n.name, value.Bool)
	return func(f *Frame) value.Value {
		v := a(f)
		if v.Kind() != value.Bool {
			return bad(f, v)
		}
		return value.OfBool(!v.Bool())
	}
}

// arithmetic compiles + - * / of numbers, and + of operands whose kind is not
// known before.
func (g *generator) arithmetic(n *node) eval {
	if n.op == opAdd && n.typ.Kind != value.Number {
		return g.plus(n)
	}
	a, b := g.node(n.kids[0]), g.node(n.kids[1])
	badA, badB := g.operand(n.kids[0], n.name, value.Number), g.operand(n.kids[1], n.name, value.Number)
	do := map[op]func(a, b value.Value) (value.Value, error){opAdd: value.Add, opSub: value.Sub, opMul: value.Mul, opDiv: value.Div}[n.op]
	return func(f *Frame) value.Value {
		x := a(f)
		if x.Kind() == value.Err {
			return x
		}
		y := b(f)
		if y.Kind() == value.Err {
			return y
		}
		if x.Kind() != value.Number {
			return badA(f, x)
		}
		if y.Kind() != value.Number {
			return badB(f, y)
		}
		v, err := do(x, y)
		if err != nil {
			return f.numberFault(n, x, y, err)
		}
		return v
	}
}

func (f *Frame) numberFault(n *node, x, y value.Value, err error) value.Value {
	slot, v := n.kids[1].slot, y
	if slot < 0 {
		slot, v = n.kids[0].slot, x
	}
	return f.Fail(Failure{Code: codeInvalid, Message: n.text + ": " + err.Error(), Value: string(v.Append(nil)), Slot: slot})
}

// plus compiles + where both operands may be texts or numbers.
func (g *generator) plus(n *node) eval {
	a, b := g.node(n.kids[0]), g.node(n.kids[1])
	want := n.typ.Kind
	if want != value.Text {
		want = value.Number
	}
	badA, badB := g.operand(n.kids[0], "+", want), g.operand(n.kids[1], "+", want)
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
		case x.Kind() == value.Text && y.Kind() == value.Text:
			return f.concat(x.Text(), y.Text())
		case x.Kind() == value.Number && y.Kind() == value.Number:
			v, err := value.Add(x, y)
			if err != nil {
				return f.numberFault(n, x, y, err)
			}
			return v
		case x.Kind() != value.Text && x.Kind() != value.Number:
			return badA(f, x)
		case y.IsNil():
			return badB(f, y)
		}
		return f.wrongKind(n.kids[1], y, article(x.Kind())+" + "+article(y.Kind())+" has no meaning")
	}
}

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

func (g *generator) equality(n *node) eval {
	l, r := n.kids[0], n.kids[1]
	want := n.op == opEqual
	if l.isConst() && !r.isConst() {
		l, r = r, l
	}
	a, b := g.node(l), g.node(r)
	nilHolds := g.lenient && !(l.isConst() && l.value.IsNil()) && !(r.isConst() && r.value.IsNil())
	if r.isConst() && !nilHolds {
		if f := constEquality(a, r.value, want); f != nil {
			return f
		}
	}
	return func(f *Frame) value.Value {
		x := a(f)
		if x.Kind() == value.Err {
			return x
		}
		y := b(f)
		if y.Kind() == value.Err {
			return y
		}
		if nilHolds && (x.IsNil() || y.IsNil()) {
			return value.Value{}
		}
		if k := x.Kind(); k == y.Kind() && (k == value.List || k == value.Record) {
			return f.wrongKind(l, x, n.name+" compares single values")
		}
		return value.OfBool(value.Equal(x, y) == want)
	}
}

// constEquality compares with a constant text, nil, true or false.
func constEquality(a eval, c value.Value, want bool) eval {
	switch c.Kind() {
	case value.Text:
		s := c.Text()
		return func(f *Frame) value.Value {
			x := a(f)
			if x.Kind() == value.Text {
				return value.OfBool((x.Text() == s) == want)
			}
			if x.Kind() == value.Err {
				return x
			}
			return value.OfBool(!want)
		}
	case value.Nil:
		return func(f *Frame) value.Value {
			x := a(f)
			if x.Kind() == value.Err {
				return x
			}
			return value.OfBool(x.IsNil() == want)
		}
	}
	return nil
}

func (g *generator) order(n *node) eval {
	l, r := n.kids[0], n.kids[1]
	a, b, o := g.node(l), g.node(r), n.op
	kind := l.typ.Kind
	if !known(l.typ) {
		kind = r.typ.Kind
	}
	badA, badB := g.operand(l, n.name, kind), g.operand(r, n.name, kind)
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
			return badA(f, x)
		}
		if y.IsNil() {
			return badB(f, y)
		}
		c, ok := value.Compare(x, y)
		if !ok || x.Kind() == value.Bool {
			return f.wrongKind(r, y, article(x.Kind())+" "+n.name+" "+article(y.Kind())+" can't be compared")
		}
		switch o {
		case opLess:
			return value.OfBool(c < 0)
		case opLessEqual:
			return value.OfBool(c <= 0)
		case opGreater:
			return value.OfBool(c > 0)
		}
		return value.OfBool(c >= 0)
	}
}

func (g *generator) logic(n *node) eval {
	a, b, isAnd := g.node(n.kids[0]), g.node(n.kids[1]), n.op == opAnd
	badA, badB := g.operand(n.kids[0], n.name, value.Bool), g.operand(n.kids[1], n.name, value.Bool)
	if g.lenient {
		return threeValued(a, b, badA, badB, isAnd)
	}
	return func(f *Frame) value.Value {
		x := a(f)
		if x.Kind() != value.Bool {
			return badA(f, x)
		}
		if x.Bool() != isAnd {
			return x
		}
		y := b(f)
		if y.Kind() != value.Bool {
			return badB(f, y)
		}
		return y
	}
}

// threeValued is and and or of checks: nil is "may hold".
func threeValued(a, b eval, badA, badB func(f *Frame, v value.Value) value.Value, isAnd bool) eval {
	return func(f *Frame) value.Value {
		x := a(f)
		if x.Kind() != value.Bool && !x.IsNil() {
			return badA(f, x)
		}
		if x.Kind() == value.Bool && x.Bool() != isAnd {
			return x
		}
		y := b(f)
		if y.Kind() != value.Bool && !y.IsNil() {
			return badB(f, y)
		}
		if x.IsNil() && !(y.Kind() == value.Bool && y.Bool() != isAnd) {
			return x
		}
		return y
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
