package expression

import (
	"github.com/expr-lang/expr/ast"

	"crm2gong/mapping/funcs"
	"crm2gong/mapping/value"
)

var predicateOps = map[string]op{"map": opMap, "filter": opFilter, "any": opAny, "all": opAll, "none": opNone, "one": opOne,
	"find": opFind, "count": opCount, "sum": opSum}

// predicate checks a list function with a condition: kids are the list and the
// condition (absent for count(list) and sum(list)), index is the place of the
// item on the stack.
func (c *checker) predicate(n *node, f *funcs.Func, args []ast.Node) *node {
	o, least := n.op, 2
	if o == opCount || o == opSum {
		least = 1
	}
	if !c.count(n, len(args), least, 2, f.Signature) {
		return n
	}
	list := c.node(args[0])
	if !list.bad && list.typ.Kind != value.List && list.typ.Kind != value.Any && list.typ.Kind != value.Nil {
		hint := "[x] makes a list of one"
		if list.typ.Kind == value.Text {
			hint = "split(" + list.text + `, ";") makes a list`
		}
		c.fault(list, codeArguments, f.Name+" takes a list, and "+list.text+" is "+describe(list.typ), hint)
	}
	n.index = c.place(1)
	n.kids = []*node{list}
	result := elem(list.typ)
	if len(args) == 2 {
		c.items = append(c.items, local{typ: elem(list.typ), index: n.index})
		body := c.node(args[1])
		c.items = c.items[:len(c.items)-1]
		n.kids = append(n.kids, body)
		if o == opMap || o == opSum {
			result = body.typ
		} else {
			c.wantBool(body, f.Name)
		}
	} else if o == opCount && known(result) && result.Kind != value.Bool {
		return c.fault(n, codeArguments, "count takes a condition", "write len("+list.text+"), or count("+list.text+", # == …)")
	}
	return c.predicateType(n, list, result)
}

func (c *checker) predicateType(n, list *node, result value.Type) *node {
	switch n.op {
	case opMap:
		n.typ = value.Type{Kind: value.List, Elem: &result, Nullable: list.typ.Nullable}
	case opFilter:
		n.typ = list.typ
		if n.typ.Kind != value.List {
			n.typ = value.Type{Kind: value.List, Nullable: true}
		}
	case opFind:
		n.typ = nullable(result)
	case opCount:
		n.typ = value.Type{Kind: value.Number, Nullable: list.typ.Nullable}
	case opSum:
		if known(result) && result.Kind != value.Number {
			hint := ""
			if result.Kind == value.Text {
				hint = "write sum(" + list.text + ", number(#))"
			}
			return c.fault(n, codeType, "sum takes numbers, not "+describe(result), hint)
		}
		n.typ = value.Type{Kind: value.Number, Nullable: list.typ.Nullable}
	default:
		n.typ = typeBool
	}
	return n
}
