package expression

import "crm2gong/mapping/value"

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

func (g *generator) equality(n *node) eval {
	l, r := n.kids[0], n.kids[1]
	want := n.op == opEqual
	if l.isConst() && !r.isConst() {
		l, r = r, l
	}
	a, b := g.node(l), g.node(r)
	nilHolds := g.lenient && !(l.isConst() && l.value.IsNil()) && !(r.isConst() && r.value.IsNil())
	if r.isConst() && !nilHolds && !g.traced {
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
	a, b, isAnd := g.kid(n, 0), g.kid(n, 1), n.op == opAnd
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
