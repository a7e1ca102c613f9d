package expression

import (
	"github.com/expr-lang/expr/ast"

	"crm2gong/mapping/value"
)

// maxInlined bounds the parts of a program with the named functions it calls.
const maxInlined = 20_000

// unit is what is shared by an expression and the bodies of the named
// functions that it calls.
type unit struct {
	slots   []int
	callees []string
	builtin []string // names of functions of the table that are called
	place   bool
	stack   int // places used on the frame's stack
	nodes   int
	active  []*Callee
	bodies  map[string]*inlined
	tooBig  bool
}

// inlined is the body of a named function for certain types of arguments.
type inlined struct {
	node *node
	args []int // places on the stack
}

// local is a let, an argument or the item of a list function.
type local struct {
	name  string
	typ   value.Type
	index int
	konst *node
}

// checker gives the nodes of one tree their types.
type checker struct {
	tree    *Tree
	src     *source
	scope   *Scope
	unit    *unit
	locals  []local
	items   []local // of list functions, innermost last
	faults  []Fault
	lenient bool // checks: what is nil holds
}

// Compile checks the expression against a scope and compiles it. Without a
// program, at least one of the faults is more than a warning.
func (t *Tree) Compile(s *Scope) (*Program, []Fault) {
	c := &checker{tree: t, src: t.src, scope: s, unit: &unit{bodies: map[string]*inlined{}}, lenient: s.Fields != nil}
	var root *node
	if t.konst != nil {
		root = &node{op: opConst, to: len(t.src.runes), typ: typeOf(*t.konst), value: *t.konst, slot: -1, src: t.src}
	} else {
		for _, a := range s.Args {
			c.locals = append(c.locals, local{name: a.Name, typ: a.Type, index: c.place(1)})
		}
		root = c.node(t.root)
	}
	faults := sorted(c.faults)
	if hasErrors(faults) {
		return nil, faults
	}
	g := &generator{lenient: c.lenient}
	p := &Program{Type: root.typ, run: g.node(root), stack: c.unit.stack, slots: c.unit.slots,
		callees: c.unit.callees, builtin: c.unit.builtin, lead: leadOf(root), place: c.unit.place, root: root, lenient: c.lenient}
	if root.op == opConst {
		p.constant = &root.value
	}
	return p, faults
}

// place reserves n places on the frame's stack and gives the first.
func (c *checker) place(n int) int {
	at := c.unit.stack
	c.unit.stack += n
	return at
}

// fault notes what is wrong with a node and gives the node to go on with.
func (c *checker) fault(n *node, code, message, hint string) *node {
	c.faults = append(c.faults, Fault{From: n.from, To: n.to, Code: code, Message: message, Hint: hint})
	n.bad, n.op, n.kids, n.typ, n.value = true, opConst, nil, typeAny, value.Value{}
	return n
}

func (c *checker) warn(n *node, code, message, hint string) {
	c.faults = append(c.faults, Fault{From: n.from, To: n.to, Code: code, Message: message, Hint: hint, Warning: true})
}

// at makes a node for a syntax node, without its meaning.
func (c *checker) at(a ast.Node) *node {
	n := &node{slot: -1, src: c.src}
	n.from, n.to = c.src.span(a)
	n.text = shorten(oneLine(c.src.slice(n.from, min(n.to, n.from+200))), 60)
	return n
}

// node checks one syntax node and all below it.
func (c *checker) node(a ast.Node) *node {
	if c.unit.nodes++; c.unit.nodes > maxInlined {
		n := c.at(a)
		if c.unit.tooBig {
			n.bad, n.typ = true, typeAny
			return n
		}
		c.unit.tooBig = true
		return c.fault(n, codeLimit, "the expression and the functions it calls have too many parts", "")
	}
	n := c.dispatch(a)
	if n.bad {
		n.typ = typeAny
		return n
	}
	for _, k := range n.kids {
		if k == nil {
			continue
		}
		if k.bad {
			n.bad = true
		}
		if n.slot < 0 {
			n.slot = k.slot
		}
	}
	if n.bad {
		n.op, n.kids, n.typ = opConst, nil, typeAny
		return n
	}
	if levels(n.typ) > 3 {
		return c.fault(n, codeType, "lists nest deeper than three levels", "use flatten(list)")
	}
	return c.fold(n)
}

func (c *checker) dispatch(a ast.Node) *node {
	switch a := a.(type) {
	case *ast.NilNode:
		return c.constant(a, value.Value{})
	case *ast.BoolNode:
		return c.constant(a, value.OfBool(a.Value))
	case *ast.StringNode:
		return c.constant(a, value.OfText(a.Value))
	case *ast.IntegerNode, *ast.FloatNode:
		return c.constant(a, c.tree.numbers[a.Location().From])
	case *ast.IdentifierNode:
		return c.name(a)
	case *ast.PointerNode:
		return c.item(a)
	case *ast.UnaryNode:
		return c.unary(a)
	case *ast.BinaryNode:
		return c.binary(a)
	case *ast.ChainNode:
		return c.dispatch(a.Node)
	case *ast.MemberNode:
		return c.member(a)
	case *ast.SliceNode:
		return c.slice(a)
	case *ast.CallNode:
		if id, ok := a.Callee.(*ast.IdentifierNode); ok {
			return c.call(a, id.Value, a.Arguments)
		}
		return c.method(a)
	case *ast.BuiltinNode:
		return c.call(a, a.Name, a.Arguments)
	case *ast.ConditionalNode:
		return c.conditional(a)
	case *ast.VariableDeclaratorNode:
		return c.let(a)
	case *ast.SequenceNode:
		return c.sequence(a)
	case *ast.ArrayNode:
		return c.list(a)
	case *ast.PredicateNode:
		return c.node(a.Node)
	case *ast.MapNode:
		return c.fault(c.at(a), codeForbidden, "maps {…} are not available", "use an enum or a lookup")
	case *ast.BytesNode:
		return c.fault(c.at(a), codeForbidden, "b\"…\" is not available", "leave the b out")
	}
	return c.fault(c.at(a), codeForbidden, "this is not available", "")
}

func (c *checker) constant(a ast.Node, v value.Value) *node {
	n := c.at(a)
	n.op, n.value, n.typ = opConst, v, typeOf(v)
	return n
}

func (c *checker) sequence(a *ast.SequenceNode) *node {
	n := c.at(a)
	n.op = opSequence
	for _, k := range a.Nodes {
		n.kids = append(n.kids, c.node(k))
	}
	n.typ = n.kids[len(n.kids)-1].typ
	return n
}

func (c *checker) list(a *ast.ArrayNode) *node {
	n := c.at(a)
	n.op, n.typ = opList, value.Type{Kind: value.List}
	for i, k := range a.Nodes {
		kid := c.node(k)
		n.kids = append(n.kids, kid)
		e := kid.typ
		if i > 0 {
			e = join(*n.typ.Elem, e)
		}
		n.typ.Elem = &e
	}
	return n
}

func (c *checker) conditional(a *ast.ConditionalNode) *node {
	n := c.at(a)
	n.op = opCond
	cond, yes, no := c.node(a.Cond), c.node(a.Exp1), c.node(a.Exp2)
	c.wantBool(cond, "a condition")
	n.kids = []*node{cond, yes, no}
	n.typ = join(yes.typ, no.typ)
	return n
}

func (c *checker) let(a *ast.VariableDeclaratorNode) *node {
	n := c.at(a)
	n.op = opLet
	if what := c.taken(a.Name); what != "" {
		at := &node{from: a.Location().From, to: a.Location().To}
		c.fault(at, codeName, a.Name+" is already "+what, "give the let another name")
	}
	v := c.node(a.Value)
	l := local{name: a.Name, typ: v.typ, index: c.place(1)}
	if v.isConst() {
		l.konst = v
	}
	c.locals = append(c.locals, l)
	body := c.node(a.Expr)
	c.locals = c.locals[:len(c.locals)-1]
	n.kids, n.index, n.typ = []*node{v, body}, l.index, body.typ
	return n
}

// fold replaces an operation on constants by its value. One that fails stays:
// it may stand where it is never reached.
func (c *checker) fold(n *node) *node {
	if !foldable(n) {
		return n
	}
	size := 0
	for _, k := range n.kids {
		if k == nil {
			continue
		}
		if size += sizeOf(k.value, maxFolded-size); !k.isConst() || size > maxFolded {
			return n
		}
	}
	g := &generator{lenient: c.lenient}
	run := g.node(n)
	f := &Frame{stack: make([]value.Value, c.unit.stack)}
	v := run(f)
	if v.Kind() == value.Err || f.steps > maxSteps/1000 || sizeOf(v, maxFolded) > maxFolded {
		return n
	}
	v = v.Clone()
	return &node{op: opConst, from: n.from, to: n.to, value: v, typ: typeOf(v), text: n.text, slot: -1, src: n.src}
}

// maxFolded is the largest list, with the lists in it, that is computed before
// any row is read.
const maxFolded = 1000

// sizeOf counts the items of a list and of the lists in it; it stops soon after
// the limit, for lists that share parts are larger than they look.
func sizeOf(v value.Value, limit int) int {
	if v.Kind() != value.List {
		return 0
	}
	n := len(v.List())
	for _, item := range v.List() {
		if n > limit {
			break
		}
		n += sizeOf(item, limit-n)
	}
	return n
}

func foldable(n *node) bool {
	switch n.op {
	case opConst, opColumn, opLocal, opItem, opField, opFile, opSheet, opRow, opIndex, opTable, opNamed, opMember, opLet, opSequence,
		opMap, opFilter, opAny, opAll, opNone, opOne, opFind, opCount, opSum:
		return false
	case opCall:
		return n.fn.Group != "dates" // the others see nothing but their arguments
	case opCond:
		return n.kids[0].isConst() && n.kids[1].isConst() && n.kids[2].isConst()
	}
	return true
}
