package expression

import (
	"crm2gong/mapping/diag"
	"crm2gong/mapping/value"
)

// generator turns checked nodes into functions.
type generator struct {
	lenient bool        // operators on nil give nil, as in checks
	traced  bool        // every part tells the frame's Trace what it gave
	reach   func(w Way) // is told the ways that are taken; nil: nobody asks
	bodies  map[*inlined]eval
}

func (g *generator) node(n *node) eval {
	if g.traced {
		return traced(n, g.code(n))
	}
	return g.code(n)
}

func (g *generator) code(n *node) eval {
	switch n.op {
	case opConst:
		v := n.value
		return func(*Frame) value.Value { return v }
	case opColumn, opLocal, opItem, opField, opFile, opSheet, opRow, opIndex:
		return g.leaf(n)
	case opPlus, opNeg:
		return g.sign(n)
	case opNot:
		return g.not(n)
	case opAdd, opSub, opMul, opDiv:
		return g.arithmetic(n)
	case opConcat:
		return g.concat(n)
	case opEqual, opUnequal:
		return g.equality(n)
	case opLess, opLessEqual, opGreater, opGreaterEqual:
		return g.order(n)
	case opIn:
		return g.in(n)
	case opMatches:
		return g.matches(n)
	case opContains, opStartsWith, opEndsWith:
		return g.textOp(n)
	case opAnd, opOr:
		return g.logic(n)
	case opFirst:
		return g.first(n)
	case opCond:
		return g.cond(n)
	case opLet:
		return g.let(n)
	case opSequence:
		return g.sequence(n)
	case opList:
		return g.list(n)
	case opAt:
		return g.at(n)
	case opSlice:
		return g.slice(n)
	case opMember:
		return g.member(n)
	case opCall:
		return g.call(n)
	case opTable:
		return g.table(n)
	case opNamed:
		return g.named(n)
	}
	return g.predicate(n)
}

func (g *generator) leaf(n *node) eval {
	i := n.index
	switch n.op {
	case opColumn:
		if n.typ.Kind == value.Text {
			return func(f *Frame) value.Value {
				c := &f.Layout[i]
				if c.Value == nil {
					return f.read(i, c)
				}
				return f.memoised(i, c)
			}
		}
		return func(f *Frame) value.Value {
			if i < len(f.memo) {
				if m := &f.memo[i]; m.turn == f.turn && m.fail == nil && !m.missed && !m.busy {
					return m.value
				}
			}
			return f.column(i)
		}
	case opLocal:
		return func(f *Frame) value.Value { return f.stack[i] }
	case opItem:
		return func(f *Frame) value.Value { return f.Item }
	case opField:
		return func(f *Frame) value.Value { return f.Fields[i] }
	case opFile:
		return func(f *Frame) value.Value { return value.OfText(f.File) }
	case opSheet:
		return func(f *Frame) value.Value {
			if f.Sheet == "" {
				return value.Value{}
			}
			return value.OfText(f.Sheet)
		}
	case opRow:
		return func(f *Frame) value.Value { return value.OfInt(int64(f.Row)) }
	}
	return func(f *Frame) value.Value { return value.OfInt(int64(f.Index)) }
}

func (g *generator) cond(n *node) eval {
	cond, yes, no := g.node(n.kids[0]), g.kid(n, 1), g.kid(n, 2)
	bad := g.operand(n.kids[0], "a condition", value.Bool)
	if c := n.kids[0]; c.isConst() && c.value.Kind() == value.Bool {
		if c.value.Bool() {
			return yes
		}
		return no
	}
	return func(f *Frame) value.Value {
		c := cond(f)
		if c.Kind() != value.Bool {
			return bad(f, c)
		}
		if c.Bool() {
			return yes(f)
		}
		return no(f)
	}
}

func (g *generator) first(n *node) eval {
	if len(n.kids) == 2 {
		a, b := g.kid(n, 0), g.kid(n, 1)
		return func(f *Frame) value.Value {
			if v := a(f); v.Kind() != value.Nil {
				return v
			}
			return b(f)
		}
	}
	runs := make([]eval, len(n.kids))
	for i := range runs {
		runs[i] = g.kid(n, i)
	}
	return func(f *Frame) value.Value {
		for _, run := range runs {
			if v := run(f); v.Kind() != value.Nil {
				return v
			}
		}
		return value.Value{}
	}
}

func (g *generator) all(kids []*node) []eval {
	runs := make([]eval, len(kids))
	for i, k := range kids {
		runs[i] = g.node(k)
	}
	return runs
}

func (g *generator) let(n *node) eval {
	v, body, i := g.node(n.kids[0]), g.node(n.kids[1]), n.index
	return func(f *Frame) value.Value {
		x := v(f)
		if x.Kind() == value.Err {
			return x
		}
		f.stack[i] = x
		return body(f)
	}
}

func (g *generator) sequence(n *node) eval {
	runs := g.all(n.kids)
	return func(f *Frame) value.Value {
		var v value.Value
		for _, run := range runs {
			if v = run(f); v.Kind() == value.Err {
				return v
			}
		}
		return v
	}
}

func (g *generator) member(n *node) eval {
	of, i := g.node(n.kids[0]), n.index
	return func(f *Frame) value.Value {
		v := of(f)
		if r := v.Record(); r != nil {
			return r.Field(i)
		}
		if v.Kind() == value.Err {
			return v
		}
		return value.Value{}
	}
}

// operand gives what to do with an operand that is not of the kind that an
// operator needs: a failure passes on, nil and other kinds are failures that
// name the operand.
func (g *generator) operand(n *node, operator string, want value.Kind) func(f *Frame, v value.Value) value.Value {
	empty := g.empty(n, want)
	lenient := g.lenient
	return func(f *Frame, v value.Value) value.Value {
		switch v.Kind() {
		case value.Err:
			return v
		case value.Nil:
			if lenient {
				return v
			}
			return f.fail(empty)
		}
		return f.wrongKind(n, v, operator+" takes "+article(want))
	}
}

// empty is the failure of an operand that is nil.
func (g *generator) empty(n *node, want value.Kind) *Failure {
	text := n.text
	switch n.op {
	case opConst, opColumn, opLocal, opItem, opField, opMember, opAt, opSlice, opCall, opTable, opNamed, opSheet:
	default:
		text = "(" + text + ")"
	}
	x := &Failure{Code: codeInvalid, Message: n.text + " is empty", Slot: n.slot}
	switch want {
	case value.Number:
		x.Hint = "write (" + text + " ?? 0)"
	case value.Bool:
		x.Hint = "write (" + text + " ?? false)"
	case value.Text:
		x.Hint = "write (" + text + ` ?? "")`
	default:
		x.Hint = "write (" + text + " ?? …), or ask " + text + " != nil first"
	}
	return x
}

func (f *Frame) wrongKind(n *node, v value.Value, takes string) value.Value {
	x := Failure{Code: codeInvalid, Slot: n.slot}
	shown := article(v.Kind())
	if v.Kind() != value.Record && v.Kind() != value.List {
		x.Value = string(v.Append(nil))
		shown += " (" + diag.Quote(x.Value) + ")"
	}
	x.Message = takes + ", and " + n.text + " is " + shown
	return f.Fail(x)
}
