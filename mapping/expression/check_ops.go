package expression

import (
	"regexp"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/value"
)

// maxPattern is the longest regular expression in characters.
const maxPattern = 1000

func (c *checker) unary(a *ast.UnaryNode) *node {
	n := c.at(a)
	k := c.node(a.Node)
	n.name, n.kids = a.Operator, []*node{k}
	switch a.Operator {
	case "-", "+":
		n.op, n.typ = opNeg, typeNum
		if a.Operator == "+" {
			n.op = opPlus
		}
		if k.typ.Kind != value.Number && k.typ.Kind != value.Any {
			return c.fault(n, codeType, a.Operator+" takes a number, and "+k.text+" is "+describe(k.typ), toNumber(k))
		}
	case "not", "!":
		n.op, n.typ = opNot, typeBool
		c.wantBool(k, a.Operator)
	default:
		return c.fault(n, codeForbidden, a.Operator+" is not available", "")
	}
	return n
}

var binaryOps = map[string]op{"+": opAdd, "-": opSub, "*": opMul, "/": opDiv, "==": opEqual, "!=": opUnequal, "<": opLess,
	"<=": opLessEqual, ">": opGreater, ">=": opGreaterEqual, "in": opIn, "matches": opMatches, "contains": opContains,
	"startsWith": opStartsWith, "endsWith": opEndsWith, "and": opAnd, "&&": opAnd, "or": opOr, "||": opOr, "??": opFirst}

func (c *checker) binary(a *ast.BinaryNode) *node {
	n := c.at(a)
	l, r := c.node(a.Left), c.node(a.Right)
	o, ok := binaryOps[a.Operator]
	if !ok {
		return c.fault(n, codeForbidden, a.Operator+" is not available", map[string]string{
			"%": "for whole numbers: x - floor(x / 2) * 2", "**": "write x * x", "^": "write x * x",
			"..": "write the list out, such as [1, 2, 3], or compare: x >= 1 and x <= 9"}[a.Operator])
	}
	n.op, n.name, n.kids = o, a.Operator, []*node{l, r}
	if l.bad || r.bad {
		return n
	}
	switch o {
	case opAdd:
		return c.add(n, l, r)
	case opSub, opMul, opDiv:
		return c.arithmetic(n, l, r)
	case opEqual, opUnequal:
		return c.equality(n, l, r)
	case opLess, opLessEqual, opGreater, opGreaterEqual:
		return c.order(n, l, r)
	case opIn:
		return c.in(n, l, r)
	case opMatches, opContains, opStartsWith, opEndsWith:
		return c.textOp(n, l, r)
	case opAnd, opOr:
		n.typ = typeBool
		c.wantBool(l, a.Operator)
		c.wantBool(r, a.Operator)
	case opFirst:
		n.typ = first(l.typ, r.typ)
	}
	return n
}

// first is the type of a ?? b.
func first(a, b value.Type) value.Type {
	if a.Kind == value.Nil {
		return b
	}
	null := a.Nullable && b.Nullable
	t := join(a, b)
	t.Nullable = null
	return t
}

// wantBool faults an operand that is never true or false.
func (c *checker) wantBool(k *node, what string) {
	if k.bad {
		return
	}
	switch k.typ.Kind {
	case value.Bool, value.Any:
		return
	case value.Nil:
		c.fault(k, codeType, what+" takes true or false, and this is nil", "")
		return
	}
	hint := "compare it: " + k.text + " != nil"
	if k.typ.Kind == value.Text {
		hint = "compare it: " + k.text + ` == "true"`
		if k.op == opColumn {
			hint += ", or declare the column's type: boolean"
		}
	}
	c.fault(k, codeType, what+" takes true or false, and "+k.text+" is "+describe(k.typ), hint)
}

// toNumber says how to make a number of an operand.
func toNumber(k *node) string {
	if k.typ.Kind != value.Text {
		return ""
	}
	if k.op == opColumn {
		return "write number(" + k.text + "), or declare the column's type: decimal"
	}
	return "write number(" + k.text + ")"
}

func (c *checker) add(n, l, r *node) *node {
	a, b := l.typ.Kind, r.typ.Kind
	switch {
	case a == value.Nil || b == value.Nil:
		return c.fault(n, codeType, "nil can't be added", "")
	case a == value.Date || b == value.Date || a == value.DateTime || b == value.DateTime:
		return c.fault(n, codeType, describe(l.typ)+" + "+describe(r.typ)+" has no meaning", dateHint(l, r, ""))
	case a == value.List && b == value.List:
		return c.fault(n, codeType, "lists are not added", "write concat("+l.text+", "+r.text+")")
	case a == value.List || b == value.List:
		list := l
		if b == value.List {
			list = r
		}
		return c.fault(n, codeType, list.text+" is a list", "write join("+list.text+`, "; ") for a text`)
	case a == value.Record || b == value.Record:
		return c.fault(n, codeType, "a looked-up row can't be added", "name its column: lookup(key).Name")
	case a == value.Text && b == value.Text:
		n.op, n.typ = opConcat, typeText
		if l.op == opConcat {
			n.kids = append(append([]*node(nil), l.kids...), r)
		}
		return n
	case a == value.Any || b == value.Any:
		// The other must be of the same kind.
		switch {
		case a == value.Text || b == value.Text:
			n.typ = typeText
		case a == value.Number || b == value.Number:
			n.typ = typeNum
		default:
			n.typ = value.Type{Kind: value.Any}
		}
		return n
	case a == value.Number && b == value.Number:
		n.typ = typeNum
		return n
	case a == value.Bool || b == value.Bool:
		return c.fault(n, codeType, "true/false can't be added", "string(x) gives a text")
	}
	number, text := l, r
	if a == value.Text {
		number, text = r, l
	}
	hint := "write string(" + number.text + ") to join texts"
	if text.op != opConst {
		hint += ", or number(" + text.text + ") to add numbers"
	}
	return c.fault(n, codeType, describe(l.typ)+" + "+describe(r.typ)+" has no meaning", hint)
}

// dateHint says how to move a date.
func dateHint(l, r *node, sign string) string {
	a, b := l.typ.Kind, r.typ.Kind
	isDate := func(k value.Kind) bool { return k == value.Date || k == value.DateTime }
	switch {
	case isDate(a) && b == value.Number:
		return "write addDays(" + l.text + ", " + sign + r.text + ")"
	case isDate(b) && a == value.Number && sign == "":
		return "write addDays(" + r.text + ", " + l.text + ")"
	case isDate(a) && isDate(b):
		return "compare them with < and >, or with addDays(x, n)"
	case isDate(a) && b == value.Text:
		return "write formatDate(" + l.text + `, "%Y-%m-%d") for a text`
	case isDate(b) && a == value.Text:
		return "write formatDate(" + r.text + `, "%Y-%m-%d") for a text`
	}
	return "dates are moved with addDays(x, n)"
}

func (c *checker) arithmetic(n, l, r *node) *node {
	n.typ = typeNum
	for _, k := range n.kids {
		switch k.typ.Kind {
		case value.Number, value.Any:
			continue
		case value.Date, value.DateTime:
			sign := ""
			if n.op == opSub {
				sign = "-"
			}
			return c.fault(n, codeType, n.name+" takes numbers, and "+k.text+" is "+describe(k.typ), dateHint(l, r, sign))
		case value.Nil:
			return c.fault(n, codeType, n.name+" takes numbers, and this is nil", "")
		}
		return c.fault(n, codeType, n.name+" takes numbers, and "+k.text+" is "+describe(k.typ), toNumber(k))
	}
	return n
}

func (c *checker) equality(n, l, r *node) *node {
	n.typ = typeBool
	a, b := l.typ.Kind, r.typ.Kind
	if a == value.Nil || b == value.Nil {
		return n
	}
	for _, k := range n.kids {
		switch k.typ.Kind {
		case value.List:
			return c.fault(n, codeForbidden, "lists are not compared", "write x in list, len(list), or join(list, \";\") for a text")
		case value.Record:
			return c.fault(n, codeType, "a looked-up row is compared by a column", "write lookup(key).Name, or != nil for whether there is one")
		}
	}
	word := "never"
	if n.op == opUnequal {
		word = "always"
	}
	for i, k := range n.kids {
		if other := n.kids[1-i]; k.isConst() && k.typ.Kind == value.Text && k.value.Text() == "" && other.op == opColumn {
			c.warn(n, codeNever, n.text+" is "+word+" true: an empty cell is nil", "write "+other.text+" "+n.name+" nil")
			return n
		}
	}
	if known(l.typ) && known(r.typ) && a != b {
		c.warn(n, codeNever, n.text+" is "+word+" true: "+l.text+" is "+describe(l.typ)+", "+r.text+" "+describe(r.typ), convertHint(l, r))
	}
	return n
}

// convertHint says how to bring two operands of different kinds together.
func convertHint(l, r *node) string {
	for i, k := range [...]*node{l, r} {
		other := r
		if i == 1 {
			other = l
		}
		if k.typ.Kind != value.Text {
			continue
		}
		switch other.typ.Kind {
		case value.Number:
			if k.op == opConst {
				if _, ok := value.ParseNumber(k.value.Text()); ok {
					return "write the number without quotes"
				}
			}
			return toNumber(k)
		case value.Bool:
			if k.op != opConst && other.op == opConst {
				return "write " + k.text + " == " + quoteLiteral(other.text) + ", or declare the column's type: boolean"
			}
			if k.op == opConst && other.op != opConst {
				return "write " + other.text + " alone, or not " + other.text
			}
			return "declare the column's type: boolean"
		case value.Date:
			return "write date(" + k.text + ")"
		case value.DateTime:
			return "write datetime(" + k.text + ")"
		}
	}
	a, b := l, r
	if a.typ.Kind != value.Date {
		a, b = b, a
	}
	if a.typ.Kind == value.Date && b.typ.Kind == value.DateTime {
		return "write date(" + b.text + ") or datetime(" + a.text + ")"
	}
	return ""
}

func (c *checker) order(n, l, r *node) *node {
	n.typ = typeBool
	a, b := l.typ.Kind, r.typ.Kind
	for _, k := range n.kids {
		switch k.typ.Kind {
		case value.Nil:
			return c.fault(n, codeType, "nil has no order", "write == nil or != nil")
		case value.List, value.Record, value.Bool:
			return c.fault(n, codeType, k.text+" is "+describe(k.typ)+", which has no order", "")
		}
	}
	if known(l.typ) && known(r.typ) && a != b {
		return c.fault(n, codeType, describe(l.typ)+" "+n.name+" "+describe(r.typ)+" can't be compared", convertHint(l, r))
	}
	return n
}

func (c *checker) in(n, l, r *node) *node {
	n.typ = typeBool
	switch r.typ.Kind {
	case value.List, value.Any, value.Nil:
	case value.Text:
		return c.fault(n, codeType, r.text+" is a text, and in takes a list", "write "+r.text+" contains "+l.text)
	default:
		return c.fault(n, codeType, r.text+" is "+describe(r.typ)+", and in takes a list", `such as x in ["a", "b"]`)
	}
	switch l.typ.Kind {
	case value.List, value.Record:
		return c.fault(n, codeForbidden, describe(l.typ)+" can't be looked for in a list", "")
	}
	e := elem(r.typ)
	if e.Kind == value.List || e.Kind == value.Record {
		return c.fault(n, codeForbidden, "nothing can be looked for in a list of lists", "use flatten(list)")
	}
	if known(e) && known(l.typ) && e.Kind != l.typ.Kind {
		hint := ""
		switch {
		case l.typ.Kind == value.Text && e.Kind == value.Number:
			hint = toNumber(l)
		case e.Kind == value.Text:
			hint = "write string(" + l.text + ")"
		}
		c.warn(n, codeNever, n.text+" is never true: "+l.text+" is "+describe(l.typ)+", each item "+describe(e), hint)
	}
	return n
}

// textOp checks contains, startsWith, endsWith and matches.
func (c *checker) textOp(n, l, r *node) *node {
	n.typ = typeBool
	if l.typ.Kind == value.List {
		return c.fault(n, codeType, l.text+" is a list, and "+n.name+" takes a text", "write "+r.text+" in "+l.text+", or any("+l.text+", # "+n.name+" "+r.text+")")
	}
	for _, k := range n.kids {
		switch k.typ.Kind {
		case value.Text, value.Any:
		case value.Nil:
			if k == r {
				return c.fault(n, codeType, n.name+" takes a text, and this is nil", "write == nil")
			}
		default:
			return c.fault(n, codeType, n.name+" takes texts, and "+k.text+" is "+describe(k.typ), "string(x) gives a text")
		}
	}
	if n.op == opMatches {
		return c.pattern(n, r)
	}
	return n
}

// pattern checks the regular expression of matches.
func (c *checker) pattern(n, r *node) *node {
	at := &node{from: r.from, to: r.to}
	fail := func(message, hint string) *node {
		c.fault(at, codePattern, message, hint)
		n.bad = true
		return n
	}
	switch {
	case !r.isConst():
		return fail("matches takes a regular expression that is written out, not computed from the row", "use contains, startsWith or in")
	case utf8.RuneCountInString(r.value.Text()) > maxPattern:
		return fail("the regular expression is longer than 1,000 characters", "")
	}
	if _, err := regexp.Compile(r.value.Text()); err != nil {
		return fail(regexFault(err, r.value.Text()), "")
	}
	return n
}

func regexFault(err error, pattern string) string {
	return "the regular expression " + diag.Quote(pattern) + " is wrong: " + shorten(trimRegexError(err.Error()), 120)
}
