package expression

import (
	"sort"
	"strings"

	"github.com/expr-lang/expr/ast"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/funcs"
	"crm2gong/mapping/value"
)

// name checks a bare name: a let, an argument, the item, a field of a check, a
// column.
func (c *checker) name(a *ast.IdentifierNode) *node {
	n := c.at(a)
	for i := len(c.locals) - 1; i >= 0; i-- {
		if l := &c.locals[i]; l.name == a.Value {
			if l.konst != nil {
				n.op, n.value, n.typ = opConst, l.konst.value, l.konst.typ
				return n
			}
			n.op, n.index, n.typ = opLocal, l.index, l.typ
			return n
		}
	}
	if a.Value == "item" && c.scope.Item != nil {
		n.op, n.typ = opItem, *c.scope.Item
		return n
	}
	if a.Value == "$env" {
		return c.fault(n, codeForbidden, "$env is not available", `write a column's name, or row["…"]`)
	}
	if c.scope.Fields != nil {
		for i, f := range c.scope.Fields {
			if f.Name == a.Value {
				n.op, n.index, n.typ = opField, i, f.Type
				return n
			}
		}
		return c.unknownName(n, a.Value, "no field "+diag.Quote(a.Value), diag.Suggest(a.Value, names(c.scope.Fields)))
	}
	if c.scope.Column == nil {
		var seen []string
		for _, l := range c.locals {
			seen = append(seen, l.name)
		}
		return c.unknownName(n, a.Value, diag.Quote(a.Value)+" is unknown: there are no columns here", diag.Suggest(a.Value, seen))
	}
	slot, col, fault := c.scope.Column(a.Value)
	if fault != nil {
		if !fault.Warning && fault.Code != "" && fault.Code != codeColumn {
			c.placed(n, fault)
			n.bad, n.typ = true, typeAny
			return n
		}
		if !fault.Warning {
			n = c.unknownName(n, a.Value, fault.Message, fault.Hint)
			last := &c.faults[len(c.faults)-1]
			if fault.Code != "" {
				last.Code = fault.Code
			}
			return n
		}
		c.placed(n, fault)
	}
	return c.column(n, slot, col)
}

// placed notes a fault of the scope at a node.
func (c *checker) placed(n *node, x *Fault) {
	y := *x
	y.From, y.To = n.from, n.to
	if y.Code == "" {
		y.Code = codeColumn
	}
	c.faults = append(c.faults, y)
}

func (c *checker) column(n *node, slot int, col Column) *node {
	n.op, n.index, n.slot, n.typ = opColumn, slot, slot, nullable(col.Type)
	if col.Type.Kind == value.Nil {
		n.typ = nullable(typeText)
	}
	for _, s := range c.unit.slots {
		if s == slot {
			return n
		}
	}
	c.unit.slots = append(c.unit.slots, slot)
	return n
}

// unknownName is the fault of a bare name that stands for nothing. It may be
// a text that lacks its quotes, or a function that lacks its parentheses.
func (c *checker) unknownName(n *node, name, message, hint string) *node {
	quoted := quoteLiteral(name)
	if n.from == 0 && n.to == len(c.src.runes) {
		quoted = `'` + quoted + `'` // the whole YAML scalar
	}
	switch {
	case strings.EqualFold(name, "null") || strings.EqualFold(name, "none") || strings.EqualFold(name, "undefined"):
		hint = "no value is written nil"
	case strings.EqualFold(name, "true") || strings.EqualFold(name, "false") || strings.EqualFold(name, "nil"):
		hint = "write " + strings.ToLower(name)
	case c.callee(name) != nil || callable(name) != nil:
		hint = "the function is called as " + name + "(…)"
	case hint != "":
		if !strings.HasSuffix(hint, "?") {
			hint += ";"
		}
		hint += " the text itself is " + quoted
	default:
		hint = "the text itself is " + quoted
	}
	return c.fault(n, codeColumn, message, hint)
}

func names(args []Arg) []string {
	out := make([]string, len(args))
	for i, a := range args {
		out[i] = a.Name
	}
	return out
}

func (c *checker) callee(name string) *Callee {
	if c.scope.Callee == nil {
		return nil
	}
	return c.scope.Callee(name)
}

// callable finds a function that can be called by its name.
func callable(name string) *funcs.Func {
	f := funcs.Find(name)
	if f == nil || f.Form != funcs.Plain && f.Form != funcs.Predicate {
		return nil
	}
	return f
}

// taken tells what a name stands for that a let must not hide; "" if nothing.
func (c *checker) taken(name string) string {
	for _, l := range c.locals {
		if l.name == name {
			return "a name of this expression"
		}
	}
	switch {
	case name == "row" || name == "params" || name == "source" || name == "item":
		return "a word with a meaning of its own"
	case c.callee(name) != nil || callable(name) != nil || name == "convert" || name == "rate":
		return "something that can be called"
	case c.scope.HasColumn != nil && c.scope.HasColumn(name):
		return "a column"
	}
	for _, f := range c.scope.Fields {
		if f.Name == name {
			return "a field"
		}
	}
	return ""
}

// item checks #, the item that a list function looks at.
func (c *checker) item(a *ast.PointerNode) *node {
	n := c.at(a)
	if a.Name != "" {
		return c.fault(n, codeForbidden, "#"+a.Name+" is not available", "# is the item")
	}
	if len(c.items) == 0 {
		return c.fault(n, codeSyntax, "# means an item of a list, inside a list function alone", "")
	}
	l := c.items[len(c.items)-1]
	n.op, n.index, n.typ = opLocal, l.index, l.typ
	return n
}

// member checks row["X"], params.x, source.x, record.Field, list[0].
func (c *checker) member(a *ast.MemberNode) *node {
	n := c.at(a)
	key, literal := a.Property.(*ast.StringNode)
	switch named(a.Node) {
	case "row":
		return c.rowMember(n, a, key)
	case "params":
		if !literal {
			return c.fault(n, codeForbidden, "params[…] takes a name, not a computed one", "write params.name")
		}
		return c.param(n, a.Property, key.Value)
	case "source":
		if !literal {
			return c.fault(n, codeForbidden, "source[…] takes a name, not a computed one", "write source.file, source.sheet, source.row or source.index")
		}
		return c.sourceMember(n, key.Value)
	}
	of := c.node(a.Node)
	if of.bad {
		if !literal {
			c.node(a.Property)
		}
		n.bad, n.typ = true, typeAny
		return n
	}
	if literal {
		return c.field(n, of, a.Property, key.Value)
	}
	at := c.node(a.Property)
	if at.isConst() && at.typ.Kind == value.Text {
		return c.field(n, of, a.Property, at.value.Text())
	}
	n.kids = []*node{of, at}
	switch of.typ.Kind {
	case value.List, value.Any, value.Nil:
		if known(at.typ) && at.typ.Kind != value.Number {
			return c.fault(n, codeType, "a list is indexed by a number, not by "+describe(at.typ), "such as [0] for the first item")
		}
	case value.Record:
		return c.fault(n, codeForbidden, "a column of a looked-up row must be named, not computed", `write .Name or ["Name"]`)
	case value.Text:
		return c.fault(n, codeType, of.text+" is a text, which has no […]", "write substring("+of.text+", from, to)")
	default:
		return c.fault(n, codeType, of.text+" is "+describe(of.typ)+", not a list", "")
	}
	n.op, n.typ = opAt, nullable(elem(of.typ))
	return n
}

func (c *checker) rowMember(n *node, a *ast.MemberNode, key *ast.StringNode) *node {
	if key == nil {
		return c.fault(n, codeForbidden, "row[…] takes a column's name in quotes, not a computed one", `such as row["Close Date"]`)
	}
	loc := a.Property.Location()
	at := &node{from: loc.From, to: loc.To}
	if c.scope.Column == nil {
		return c.fault(n, codeColumn, "there are no columns here", "")
	}
	slot, col, fault := c.scope.Column(key.Value)
	if fault != nil {
		c.placed(at, fault)
		if !fault.Warning {
			n.bad, n.typ = true, typeAny
			return n
		}
	}
	return c.column(n, slot, col)
}

func (c *checker) param(n *node, at ast.Node, name string) *node {
	v, ok := c.scope.Params[name]
	if !ok {
		n.from, n.to = at.Location().From, at.Location().To
		var all []string
		for k := range c.scope.Params {
			all = append(all, k)
		}
		sort.Strings(all)
		return c.fault(n, codeParam, "no param "+diag.Quote(name), diag.Suggest(name, all))
	}
	n.op, n.value, n.typ = opConst, value.OfText(v), typeText
	return n
}

func (c *checker) sourceMember(n *node, name string) *node {
	if !c.scope.Place {
		return c.fault(n, codeForbidden, "source."+name+" is not available here", "")
	}
	switch name {
	case "file":
		n.op, n.typ = opFile, typeText
	case "sheet":
		n.op, n.typ = opSheet, nullable(typeText)
	case "row":
		n.op, n.typ, c.unit.place = opRow, typeNum, true
	case "index":
		n.op, n.typ, c.unit.place = opIndex, typeNum, true
	default:
		return c.fault(n, codeField, "no source."+name, "known: source.file, source.index, source.row, source.sheet")
	}
	return n
}

// field checks record.Name.
func (c *checker) field(n, of *node, at ast.Node, name string) *node {
	switch {
	case of.typ.Kind == value.Nil:
		n.op, n.typ = opConst, typeNil
		return n
	case of.typ.Kind != value.Record || of.typ.Record == nil:
		hint := "only a looked-up row has columns, such as lookup(key).Name"
		if of.typ.Kind == value.List {
			return c.fault(n, codeType, of.text+" is a list, which is indexed by a number", of.text+"[0] is its first item")
		}
		if of.op == opColumn {
			hint = "a column whose name has a point is row[" + quoteLiteral(strings.ReplaceAll(c.src.slice(n.from, n.to), "?.", ".")) + "]"
		}
		what := describe(of.typ)
		if of.typ.Kind == value.Any {
			what = "no looked-up row for certain"
		}
		return c.fault(n, codeType, of.text+" is "+what+", without ."+name, hint)
	}
	i := of.typ.Record.Index(name)
	if i < 0 {
		n.from, n.to = at.Location().From, at.Location().To
		return c.fault(n, codeField, of.text+" has no column "+diag.Quote(name), diag.Suggest(name, of.typ.Record.Names))
	}
	n.op, n.index, n.kids = opMember, i, []*node{of}
	n.typ = nullable(of.typ.Record.Types[i])
	return n
}

func (c *checker) slice(a *ast.SliceNode) *node {
	n := c.at(a)
	of := c.node(a.Node)
	n.op, n.typ, n.kids = opSlice, of.typ, []*node{of, nil, nil}
	for i, bound := range []ast.Node{a.From, a.To} {
		if bound == nil {
			continue
		}
		k := c.node(bound)
		n.kids[i+1] = k
		if known(k.typ) && k.typ.Kind != value.Number {
			c.fault(k, codeType, "[from:to] takes numbers, not "+describe(k.typ), "")
		}
	}
	switch of.typ.Kind {
	case value.Text, value.List, value.Any, value.Nil:
		return n
	}
	return c.fault(n, codeType, of.text+" is "+describe(of.typ)+", of which no part can be taken", "string(x) gives a text")
}
