package expression

import "crm2gong/mapping/value"

// Way is a way that an expression can go. Ways of programs that were compiled
// from one tree are equal, whatever the headers they were compiled for.
type Way struct {
	src      *source
	from, to int
	nth      int
}

// The ways that are no branch.
const (
	wayWhole = -1 - iota
	wayTrue
	wayFalse
)

// Branch is one of the ways on which the parts of an expression lead.
type Branch struct {
	Way
	From, To int    // the part that the way leads to, in code points of the whole source
	Text     string // that part's source, shortened
	When     string // what takes the way, such as "condition true"
}

// Whole is the way on which the expression is evaluated at all.
func (t *Tree) Whole() Way { return Way{src: t.src, nth: wayWhole} }

// Gives is the way on which the whole of a condition is true, or false.
func (t *Tree) Gives(result bool) Way {
	if result {
		return Way{src: t.src, nth: wayTrue}
	}
	return Way{src: t.src, nth: wayFalse}
}

// Owns tells whether the way is one of this expression, and not of the body of
// a function that it calls.
func (t *Tree) Owns(w Way) bool { return t.src == w.src }

// Branches lists the branches of ?:, if, ??, coalesce, and, or of the program
// and of the named functions that it calls, from left to right. What is decided
// before any row is read has none.
func (p *Program) Branches() []Branch {
	var all []Branch
	seen := map[*inlined]bool{}
	var walk func(n *node)
	walk = func(n *node) {
		if n == nil {
			return
		}
		if n.op == opCond && n.kids[0].isConst() {
			if n.kids[0].value.Bool() {
				walk(n.kids[1])
			} else {
				walk(n.kids[2])
			}
			return
		}
		if branches(n) {
			for i, k := range n.kids {
				if when := n.when(i); when != "" {
					all = append(all, Branch{Way: n.way(i), From: k.from, To: k.to, Text: k.text, When: when})
				}
			}
		}
		for _, k := range n.kids {
			walk(k)
		}
		if n.op == opNamed && !seen[n.body] {
			seen[n.body] = true
			walk(n.body.node)
		}
	}
	walk(p.root)
	return all
}

// branches tells whether rows decide which operands of a node are evaluated.
func branches(n *node) bool {
	switch n.op {
	case opCond, opFirst, opAnd, opOr:
		return n.src != nil && !n.kids[0].isConst()
	}
	return false
}

func (n *node) way(i int) Way { return Way{src: n.src, from: n.from, to: n.to, nth: i} }

// when says what takes the way to operand i; "" where that is no branch.
func (n *node) when(i int) string {
	switch {
	case n.op == opCond && i == 1:
		return "condition true"
	case n.op == opCond && i == 2:
		return "condition false"
	case n.op == opCond:
		return ""
	case n.op == opFirst && i == 0:
		return "not nil"
	case n.op == opFirst && i == len(n.kids)-1:
		return "nil before it"
	case n.op == opFirst:
		return "nil before it, not nil itself"
	case i > 0:
		return "right of " + n.name + ", needed"
	case n.op == opAnd:
		return "left of " + n.name + ", false"
	}
	return "left of " + n.name + ", true"
}

// takes tells whether the value of operand i is such that the way to it is
// taken.
func (n *node) takes(i int, v value.Value) bool {
	switch {
	case n.op == opFirst && i < len(n.kids)-1:
		return !v.IsNil() && v.Kind() != value.Err
	case (n.op == opAnd || n.op == opOr) && i == 0:
		return v.Kind() == value.Bool && v.Bool() == (n.op == opOr)
	}
	return true
}

// Covered gives a program that does the same and tells reach each way that it
// goes, as often as it goes it. It has no lead. reach is
// called by the goroutine that evaluates.
func (p *Program) Covered(reach func(w Way)) *Program {
	t := *p
	t.lead = nil
	g := &generator{lenient: p.lenient, reach: reach}
	run := g.whole(p.root)
	t.run = func(f *Frame) value.Value {
		v := run(f)
		if src := p.root.src; src != nil && v.Kind() == value.Bool {
			nth := wayFalse
			if v.Bool() {
				nth = wayTrue
			}
			reach(Way{src: src, nth: nth})
		}
		return v
	}
	return &t
}

// whole generates an expression, or the body of a function.
func (g *generator) whole(n *node) eval {
	run, reach := g.node(n), g.reach
	if reach == nil || n.src == nil {
		return run
	}
	w := Way{src: n.src, nth: wayWhole}
	return func(f *Frame) value.Value {
		reach(w)
		return run(f)
	}
}

// kid generates operand i of a node that evaluates only some of them.
func (g *generator) kid(n *node, i int) eval {
	run, reach := g.node(n.kids[i]), g.reach
	if reach == nil || !branches(n) || n.when(i) == "" {
		return run
	}
	w := n.way(i)
	return func(f *Frame) value.Value {
		v := run(f)
		if n.takes(i, v) {
			reach(w)
		}
		return v
	}
}
