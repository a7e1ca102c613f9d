package expression

import (
	"strconv"
	"strings"

	"github.com/expr-lang/expr/ast"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/funcs"
	"crm2gong/mapping/value"
)

// call checks name(…): the mapping's own first, then the table of functions.
func (c *checker) call(a ast.Node, name string, args []ast.Node) *node {
	n := c.at(a)
	n.name = name
	if x := c.callee(name); x != nil {
		kids := c.arguments(args)
		c.called(name)
		return c.callCallee(n, x, kids)
	}
	f := callable(name)
	if f == nil {
		for _, k := range args {
			if _, ok := k.(*ast.PredicateNode); !ok {
				c.node(k)
			}
		}
		loc := a.Location()
		n.from, n.to = loc.From, loc.To
		message, hint := absent(name)
		if hint == "" {
			hint = diag.Suggest(name, append(append([]string(nil), funcs.Names()...), c.scope.Callees...))
		}
		return c.fault(n, codeFunction, message, hint)
	}
	c.unit.builtin = append(c.unit.builtin, name)
	if o, ok := predicateOps[name]; ok {
		n.op = o
		return c.predicate(n, f, args)
	}
	return c.function(n, f, c.arguments(args))
}

// arguments checks arguments; a condition where none belongs is checked in an
// item that may be anything.
func (c *checker) arguments(args []ast.Node) []*node {
	kids := make([]*node, len(args))
	for i, a := range args {
		if p, ok := a.(*ast.PredicateNode); ok {
			c.items = append(c.items, local{typ: typeAny, index: c.place(1)})
			kids[i] = c.node(p.Node)
			c.items = c.items[:len(c.items)-1]
			continue
		}
		kids[i] = c.node(a)
	}
	return kids
}

func (c *checker) called(name string) {
	for _, have := range c.unit.callees {
		if have == name {
			return
		}
	}
	c.unit.callees = append(c.unit.callees, name)
}

func (c *checker) method(a *ast.CallNode) *node {
	n := c.at(a)
	c.arguments(a.Arguments)
	hint := "write name(x, …)"
	if m, ok := a.Callee.(*ast.MemberNode); ok {
		c.node(m.Node)
		if key, ok := m.Property.(*ast.StringNode); ok {
			from, to := c.src.wrapped(m.Node)
			hint = "write " + key.Value + "(" + shorten(oneLine(c.src.slice(from, to)), 40)
			if len(a.Arguments) > 0 {
				hint += ", …"
			}
			hint += ")"
		}
	}
	return c.fault(n, codeForbidden, "functions are not called with a point", hint)
}

// count checks the number of arguments; at most is -1 when there is no limit.
func (c *checker) count(n *node, have, least, most int, signature string) bool {
	if have >= least && (most < 0 || have <= most) {
		return true
	}
	want := strconv.Itoa(least)
	switch {
	case most < 0:
		want = "at least " + want
	case most > least:
		want += " to " + strconv.Itoa(most)
	}
	noun := " arguments"
	if want == "1" || want == "at least 1" {
		noun = " argument"
	}
	c.fault(n, codeArguments, n.name+" takes "+want+noun+", not "+strconv.Itoa(have), signature)
	return false
}

// function checks a call of the table of functions.
func (c *checker) function(n *node, f *funcs.Func, kids []*node) *node {
	n.fn, n.kids = f, kids
	least, most := f.Arity()
	if !c.count(n, len(kids), least, most, f.Signature) {
		return n
	}
	types := make([]value.Type, len(kids))
	for i, k := range kids {
		if k.bad {
			return n
		}
		types[i] = k.typ
		p := f.Param(i)
		if k.typ.Kind == value.Nil && !p.NilOK && !(i == 0 && f.NilOfNil) {
			return c.fault(n, codeArguments, f.Name+": "+p.Name+" can't be nil", f.Signature)
		}
		if !p.Accepts(k.typ.Kind) {
			c.fault(k, codeArguments, f.Name+" takes "+kinds(p)+" as "+p.Name+", and "+k.text+" is "+describe(k.typ), funcs.KindHint(k.typ.Kind, p))
			continue
		}
		if levels(k.typ) > 1 && !takesNested(f.Name) {
			c.fault(k, codeArguments, f.Name+" takes no list of lists", "use flatten(list)")
		}
		if p.Constant && !k.isConst() {
			c.fault(k, codeArguments, f.Name+": "+p.Name+" must be written out, not computed from the row", "write it as a text in quotes")
		}
	}
	for _, k := range kids {
		if k.bad {
			return n
		}
	}
	if f.Name == "coalesce" {
		n.op, n.typ = opFirst, kids[0].typ
		for _, k := range kids[1:] {
			n.typ = first(n.typ, k.typ)
		}
		return n
	}
	return c.prepare(n, f, types)
}

// takesNested tells whether a function takes lists of lists. Others would have
// to walk structures that share parts and are larger than they look.
func takesNested(name string) bool {
	switch name {
	case "flatten", "concat", "first", "last", "len", "reverse":
		return true
	}
	return false
}

// prepare specialises a call on its constant arguments.
func (c *checker) prepare(n *node, f *funcs.Func, types []value.Type) *node {
	n.op, n.impl, n.index = opCall, f.Call, c.place(len(n.kids))
	n.typ = typeAny
	if f.Result != nil {
		n.typ = f.Result(types)
	}
	if f.NilOfNil && len(types) > 0 && types[0].Nullable {
		n.typ.Nullable = true
	}
	consts := make([]*value.Value, len(n.kids))
	any := false
	for i, k := range n.kids {
		if k.isConst() {
			consts[i], any = &k.value, true
		}
	}
	if !any || f.Prepare == nil {
		return n
	}
	impl, err := f.Prepare(consts)
	if err == nil {
		n.impl = impl
		return n
	}
	at, hint := n, ""
	if x, ok := err.(*funcs.Fault); ok {
		hint = x.Hint
		if x.Arg > 0 && x.Arg <= len(n.kids) {
			at = &node{from: n.kids[x.Arg-1].from, to: n.kids[x.Arg-1].to}
		}
	}
	c.fault(at, codeArguments, err.Error(), hint)
	n.bad = true
	return n
}

func kinds(p *funcs.Param) string {
	out := make([]string, len(p.Kinds))
	for i, k := range p.Kinds {
		out[i] = article(k)
	}
	return strings.Join(out, " or ")
}

// callCallee checks a call of an enum, a lookup, convert, rate or a named
// function.
func (c *checker) callCallee(n *node, x *Callee, kids []*node) *node {
	n.callee, n.kids = x, kids
	signature := n.name + "(" + strings.Join(x.Params, ", ") + ")"
	if !c.count(n, len(kids), len(x.Params)-x.Optional, len(x.Params), signature) {
		return n
	}
	bad := false
	for i, k := range kids {
		if k.bad {
			bad = true
			continue
		}
		if i < len(x.ParamTypes) && !fits(k.typ, x.ParamTypes[i]) {
			want := &node{typ: x.ParamTypes[i], op: opLocal, text: x.Params[i]}
			hint := ""
			switch {
			case x.ParamTypes[i].Kind == value.Text && (k.typ.Kind == value.Number || k.typ.Kind == value.Bool):
				hint = "write string(" + k.text + ")"
			case k.typ.Kind == value.Record:
				hint = "name the column: lookup(key).Name"
			default:
				hint = convertHint(k, want)
			}
			c.fault(k, codeArguments, n.name+" takes "+describe(x.ParamTypes[i])+" as "+x.Params[i]+", and "+k.text+" is "+describe(k.typ), hint)
			bad = true
		} else if x.Kind != Named && (k.typ.Kind == value.List || k.typ.Kind == value.Record) {
			c.fault(k, codeArguments, n.name+" takes one value as "+x.Params[i]+", and "+k.text+" is "+describe(k.typ), "")
			bad = true
		}
	}
	if bad {
		return n
	}
	for len(n.kids) < len(x.Params) {
		n.kids = append(n.kids, &node{op: opConst, typ: typeNil, from: n.to, to: n.to, slot: -1})
	}
	if x.Kind == Named {
		return c.inline(n, x)
	}
	n.op, n.typ, n.index = opTable, x.Result, c.place(len(n.kids))
	if n.typ.Kind == value.Nil {
		n.typ = typeAny
	}
	return n
}

// fits tells whether an argument may be of a parameter's type.
func fits(have, want value.Type) bool {
	switch {
	case have.Kind == want.Kind, !known(have), !known(want):
		return true
	case want.Kind == value.Date && have.Kind == value.DateTime:
		return true
	}
	return false
}

// inline compiles the body of a named function for the types of the arguments,
// once for each combination.
func (c *checker) inline(n *node, x *Callee) *node {
	for _, y := range c.unit.active {
		if y.Body == x.Body {
			return c.fault(n, codeForbidden, n.name+" calls itself", "")
		}
	}
	n.op, n.index = opNamed, c.place(len(n.kids))
	key := n.name
	args := make([]Arg, len(n.kids))
	for i, k := range n.kids {
		args[i] = Arg{Name: x.Params[i], Type: k.typ}
		key += "\x00" + signature(k.typ)
	}
	if have := c.unit.bodies[key]; have != nil {
		n.body, n.typ = have, have.node.typ
		return n
	}
	scope := &Scope{Args: args, Params: c.scope.Params, Callee: c.scope.Callee, Callees: c.scope.Callees}
	inner := &checker{tree: x.Body, src: x.Body.src, scope: scope, unit: c.unit, lenient: c.lenient}
	body := &inlined{}
	for _, a := range args {
		l := local{name: a.Name, typ: a.Type, index: c.place(1)}
		inner.locals = append(inner.locals, l)
		body.args = append(body.args, l.index)
	}
	c.unit.active = append(c.unit.active, x)
	if x.Body.konst != nil {
		body.node = &node{op: opConst, value: *x.Body.konst, typ: typeOf(*x.Body.konst), slot: -1}
	} else {
		body.node = inner.node(x.Body.root)
	}
	c.unit.active = c.unit.active[:len(c.unit.active)-1]
	for i := range inner.faults {
		if y := &inner.faults[i]; !y.Warning {
			return c.fault(n, y.Code, "in the function "+n.name+": "+y.Message, y.Hint)
		}
	}
	c.unit.bodies[key] = body
	n.body, n.typ = body, body.node.typ
	return n
}

// signature tells types apart.
func signature(t value.Type) string {
	s := string(rune('a' + t.Kind))
	if t.Nullable {
		s += "?"
	}
	if t.Kind == value.Record && t.Record != nil {
		s += strings.Join(t.Record.Names, "\x01")
	}
	if t.Elem != nil {
		s += "[" + signature(*t.Elem) + "]"
	}
	return s
}
