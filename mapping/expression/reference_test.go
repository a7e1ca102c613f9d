package expression

import (
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"strings"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"

	"crm2gong/mapping/funcs"
	"crm2gong/mapping/value"
)

// The reference evaluates an expression on expr's own machine, with operators
// and functions rewritten to calls of plain Go functions on boxed values: nil,
// bool, string, num, []any, record and, for dates, value.Value. The functions
// themselves see numbers as *big.Rat, which the machine would dereference.

type record map[string]any

type num struct{ r *big.Rat }

func plain(x any) any {
	if n, ok := x.(num); ok {
		return n.r
	}
	return x
}

func wrap(do func(...any) (any, error)) func(...any) (any, error) {
	return func(p ...any) (any, error) {
		q := make([]any, len(p))
		for i := range p {
			q[i] = plain(p[i])
		}
		v, err := do(q...)
		if r, ok := v.(*big.Rat); ok {
			v = num{r}
		}
		return v, err
	}
}

var errEmpty = errors.New("is empty")
var errKind = errors.New("wrong kind")

// rewriter replaces operators by calls, from the leaves up.
type rewriter struct{ src *source }

func callOf(name string, args ...ast.Node) ast.Node {
	return &ast.CallNode{Callee: &ast.IdentifierNode{Value: name}, Arguments: args}
}

func (r *rewriter) Visit(node *ast.Node) {
	switch n := (*node).(type) {
	case *ast.IntegerNode, *ast.FloatNode:
		if i, ok := r.src.at[n.Location().From]; ok && r.src.tokens[i].Kind == "Number" {
			*node = callOf("_num", &ast.StringNode{Value: r.src.tokens[i].Value})
		}
	case *ast.UnaryNode:
		*node = callOf(map[string]string{"-": "_neg", "+": "_plus", "not": "_not", "!": "_not"}[n.Operator], n.Node)
	case *ast.BinaryNode:
		switch n.Operator {
		case "and", "&&":
			*node = &ast.ConditionalNode{Cond: callOf("_bool", n.Left), Exp1: callOf("_bool", n.Right), Exp2: &ast.BoolNode{}}
		case "or", "||":
			*node = &ast.ConditionalNode{Cond: callOf("_bool", n.Left), Exp1: &ast.BoolNode{Value: true}, Exp2: callOf("_bool", n.Right)}
		case "??":
		default:
			*node = callOf("_"+map[string]string{"+": "add", "-": "sub", "*": "mul", "/": "div", "==": "eq", "!=": "ne", "<": "lt", "<=": "le", ">": "gt", ">=": "ge",
				"in": "in", "contains": "contains", "startsWith": "starts", "endsWith": "ends", "matches": "matches"}[n.Operator], n.Left, n.Right)
		}
	case *ast.ConditionalNode:
		if call, ok := n.Cond.(*ast.CallNode); !ok || call.Callee.String() != "_bool" {
			n.Cond = callOf("_bool", n.Cond)
		}
	case *ast.MemberNode:
		*node = callOf("_at", n.Node, n.Property)
	case *ast.ChainNode:
		*node = n.Node
	case *ast.SliceNode:
		from, to := n.From, n.To
		if from == nil {
			from = callOf("_num", &ast.StringNode{Value: "0"})
		}
		if to == nil {
			to = callOf("_num", &ast.StringNode{Value: "1000000"})
		}
		*node = callOf("_slice", n.Node, from, to)
	case *ast.BuiltinNode:
		r.builtin(node, n)
	case *ast.CallNode:
		if id, ok := n.Callee.(*ast.IdentifierNode); ok && id.Value == "coalesce" {
			*node = n.Arguments[0]
			for _, k := range n.Arguments[1:] {
				*node = &ast.BinaryNode{Operator: "??", Left: *node, Right: k}
			}
		} else if ok && funcs.Find(id.Value) != nil {
			id.Value = "_fn_" + id.Value
		}
	}
}

// builtin keeps the machine's own loops, and guards what goes in and out.
func (r *rewriter) builtin(node *ast.Node, n *ast.BuiltinNode) {
	if n.Map != nil || strings.HasPrefix(n.Name, "_") || len(n.Arguments) == 0 {
		return
	}
	o, ok := predicateOps[n.Name]
	if !ok || len(n.Arguments) == 1 {
		*node = callOf("_fn_"+n.Name, n.Arguments...)
		return
	}
	list, body := n.Arguments[0], n.Arguments[1].(*ast.PredicateNode)
	if call, ok := list.(*ast.CallNode); ok && call.Callee.String() == "_list" {
		return
	}
	var empty ast.Node = &ast.NilNode{}
	switch o {
	case opAny, opOne:
		empty = &ast.BoolNode{}
	case opAll, opNone:
		empty = &ast.BoolNode{Value: true}
	}
	switch o {
	case opMap:
		body.Node = callOf("_any", body.Node)
	case opSum:
		body.Node = callOf("_number", body.Node)
	default:
		body.Node = callOf("_bool", body.Node)
	}
	name := n.Name
	if o == opSum {
		name = "map"
	}
	var loop ast.Node = &ast.BuiltinNode{Name: name, Arguments: []ast.Node{callOf("_list", list), body}}
	switch o {
	case opSum:
		loop = callOf("_fn_sum", loop)
	case opCount:
		loop = callOf("_int", loop)
	}
	*node = &ast.ConditionalNode{Cond: callOf("_bool", callOf("_eq", list, &ast.NilNode{})), Exp1: empty, Exp2: loop}
}

func rat(x any) (*big.Rat, error) {
	switch x := x.(type) {
	case nil:
		return nil, errEmpty
	case *big.Rat:
		return x, nil
	}
	return nil, errKind
}

func truth(x any) (any, error) {
	switch x := x.(type) {
	case nil:
		return false, errEmpty
	case bool:
		return x, nil
	}
	return false, errKind
}

func isList(x any) bool { _, ok := x.([]any); return ok }

func arith(do func(z, a, b *big.Rat) *big.Rat) func(...any) (any, error) {
	return func(p ...any) (any, error) {
		a, err := rat(p[0])
		if err != nil {
			return nil, err
		}
		b, err := rat(p[1])
		if err != nil {
			return nil, err
		}
		return do(new(big.Rat), a, b), nil
	}
}

func same(a, b any) bool {
	a, b = plain(a), plain(b)
	x, okX := a.(*big.Rat)
	y, okY := b.(*big.Rat)
	if okX && okY {
		return x.Cmp(y) == 0
	}
	v, okV := a.(value.Value)
	w, okW := b.(value.Value)
	if okV && okW {
		return v.Kind() == w.Kind() && v.String() == w.String()
	}
	return reflect.TypeOf(a) == reflect.TypeOf(b) && a == b
}

func equal(want bool) func(...any) (any, error) {
	return func(p ...any) (any, error) {
		if isList(p[0]) && isList(p[1]) {
			return nil, errKind
		}
		if isList(p[0]) || isList(p[1]) {
			return !want, nil
		}
		return same(p[0], p[1]) == want, nil
	}
}

func ordered(ok func(c int) bool) func(...any) (any, error) {
	return func(p ...any) (any, error) {
		if p[0] == nil || p[1] == nil {
			return nil, errEmpty
		}
		switch a := p[0].(type) {
		case *big.Rat:
			if b, is := p[1].(*big.Rat); is {
				return ok(a.Cmp(b)), nil
			}
		case string:
			if b, is := p[1].(string); is {
				return ok(strings.Compare(a, b)), nil
			}
		case value.Value:
			if b, is := p[1].(value.Value); is && a.Kind() == b.Kind() {
				return ok(strings.Compare(a.String(), b.String())), nil
			}
		}
		return nil, errKind
	}
}

func texts(do func(s, sub string) bool) func(...any) (any, error) {
	return func(p ...any) (any, error) {
		if p[0] == nil {
			return false, nil
		}
		s, ok := p[0].(string)
		if !ok {
			return nil, errKind
		}
		if p[1] == nil {
			return nil, errEmpty
		}
		sub, ok := p[1].(string)
		if !ok {
			return nil, errKind
		}
		return do(s, sub), nil
	}
}

func refAt(p ...any) (any, error) {
	switch of := p[0].(type) {
	case record:
		return of[p[1].(string)], nil
	case nil, []any:
		if _, ok := p[1].(string); ok && of == nil {
			return nil, nil
		}
		i, err := rat(p[1])
		if err != nil {
			return nil, err
		}
		if of == nil {
			return nil, nil
		}
		list := of.([]any)
		if !i.IsInt() {
			return nil, errKind
		}
		at := i.Num()
		if at.Sign() < 0 {
			at = new(big.Int).Add(at, big.NewInt(int64(len(list))))
		}
		if at.Sign() < 0 || at.Cmp(big.NewInt(int64(len(list)))) >= 0 {
			return nil, nil
		}
		return list[at.Int64()], nil
	}
	if _, err := rat(p[1]); err != nil {
		return nil, err
	}
	return nil, errKind
}

func refSlice(p ...any) (any, error) {
	var bound [2]int
	for i := range bound {
		r, err := rat(p[i+1])
		if err != nil {
			return nil, err
		}
		if !r.IsInt() {
			return nil, errKind
		}
		n := r.Num()
		if n.CmpAbs(big.NewInt(1e6)) > 0 {
			n = big.NewInt(int64(n.Sign()) * 1e6)
		}
		bound[i] = int(n.Int64())
	}
	cut := func(n int) (int, int) {
		for i := range bound {
			if bound[i] < 0 {
				bound[i] = max(0, bound[i]+n)
			}
			bound[i] = min(bound[i], n)
		}
		return min(bound[0], bound[1]), bound[1]
	}
	switch x := p[0].(type) {
	case nil:
		return nil, nil
	case string:
		r := []rune(x)
		i, j := cut(len(r))
		return string(r[i:j]), nil
	case []any:
		i, j := cut(len(x))
		return x[i:j], nil
	}
	return nil, errKind
}

func refAdd(p ...any) (any, error) {
	a, isText := p[0].(string)
	b, both := p[1].(string)
	if isText && both {
		return a + b, nil
	}
	for _, x := range p {
		switch x.(type) {
		case nil:
			return nil, errEmpty
		case string, *big.Rat:
		default:
			return nil, errKind
		}
	}
	return arith((*big.Rat).Add)(p...)
}

func refDiv(p ...any) (any, error) {
	if _, err := arith((*big.Rat).Add)(p...); err != nil {
		return nil, err
	}
	q, err := value.Div(unbox(p[0]), unbox(p[1]))
	if err != nil {
		return nil, err
	}
	return box(q, nil), nil
}

func refIn(p ...any) (any, error) {
	if p[0] == nil || p[1] == nil {
		return false, nil
	}
	list, ok := p[1].([]any)
	if _, nested := p[0].([]any); nested || !ok {
		return nil, errKind
	}
	for _, x := range list {
		if same(x, p[0]) {
			return true, nil
		}
	}
	return false, nil
}

// box turns a value into the reference's form; t names a record's fields.
func box(v value.Value, t *value.RecordType) any {
	switch v.Kind() {
	case value.Nil:
		return nil
	case value.Bool:
		return v.Bool()
	case value.Text:
		return v.Text()
	case value.Number:
		r, _ := new(big.Rat).SetString(string(v.AppendNumber(nil)))
		return num{r}
	case value.List:
		out := make([]any, len(v.List()))
		for i, x := range v.List() {
			out[i] = box(x, nil)
		}
		return out
	case value.Record:
		out := record{}
		for i, n := range t.Names {
			out[n] = box(v.Record().Field(i), nil)
		}
		return out
	}
	return v
}

func unbox(x any) value.Value {
	switch x := plain(x).(type) {
	case nil:
		return value.Value{}
	case bool:
		return value.OfBool(x)
	case string:
		return value.OfText(x)
	case *big.Rat:
		s := x.FloatString(1100)
		v, _ := value.ParseNumber(strings.TrimSuffix(strings.TrimRight(s, "0"), "."))
		return v
	case []any:
		out := make([]value.Value, len(x))
		for i := range x {
			out[i] = unbox(x[i])
		}
		return value.OfList(out)
	case value.Value:
		return x
	}
	return value.OfText(fmt.Sprint(x))
}

// reference evaluates src; empty tells that the error is a missing value.
func (w *world) reference(src string, matches func(s, pattern string) bool) (v value.Value, err error) {
	s, _ := scan(src)
	masked, _, _ := s.numbers()
	env := map[string]any{}
	row := record{}
	w.frame.Next()
	for i, c := range w.layout {
		x, failure := w.frame.Column(i)
		if failure != nil {
			continue
		}
		env[c.Name] = box(x, nil)
		row[c.Name] = env[c.Name]
	}
	env["params"] = record{"region": "EMEA", "rate": "1.5"}
	env["row"] = row
	options := []expr.Option{expr.Env(env), expr.Patch(&rewriter{src: s}), expr.Optimize(false)}
	fn := func(name string, do func(...any) (any, error)) {
		options = append(options, expr.Function(name, wrap(do), new(func(...any) any)))
	}
	boolean := func(name string, do func(...any) (any, error)) {
		options = append(options, expr.Function(name, wrap(do), new(func(...any) bool)))
	}
	fn("_num", func(p ...any) (any, error) { r, _ := new(big.Rat).SetString(p[0].(string)); return r, nil })
	fn("_int", func(p ...any) (any, error) { return new(big.Rat).SetInt64(int64(p[0].(int))), nil })
	fn("_neg", func(p ...any) (any, error) {
		r, err := rat(p[0])
		if err != nil {
			return nil, err
		}
		return new(big.Rat).Neg(r), nil
	})
	fn("_plus", func(p ...any) (any, error) { return rat(p[0]) })
	fn("_number", func(p ...any) (any, error) { return rat(p[0]) })
	boolean("_not", func(p ...any) (any, error) {
		b, err := truth(p[0])
		return !b.(bool), err
	})
	boolean("_bool", func(p ...any) (any, error) { return truth(p[0]) })
	fn("_any", func(p ...any) (any, error) { return p[0], nil })
	options = append(options, expr.Function("_list", func(p ...any) (any, error) {
		if !isList(p[0]) {
			return nil, errKind
		}
		return p[0], nil
	}, new(func(any) []any)))
	fn("_add", refAdd)
	fn("_sub", arith((*big.Rat).Sub))
	fn("_mul", arith((*big.Rat).Mul))
	fn("_div", refDiv)
	fn("_eq", equal(true))
	fn("_ne", equal(false))
	fn("_lt", ordered(func(c int) bool { return c < 0 }))
	fn("_le", ordered(func(c int) bool { return c <= 0 }))
	fn("_gt", ordered(func(c int) bool { return c > 0 }))
	fn("_ge", ordered(func(c int) bool { return c >= 0 }))
	fn("_in", refIn)
	fn("_contains", texts(strings.Contains))
	fn("_starts", texts(strings.HasPrefix))
	fn("_ends", texts(strings.HasSuffix))
	fn("_matches", texts(matches))
	fn("_at", refAt)
	fn("_slice", refSlice)
	for _, f := range funcs.All() {
		if f.Form != funcs.Plain {
			continue
		}
		fn("_fn_"+f.Name, func(p ...any) (any, error) {
			args := make([]value.Value, len(p))
			for i := range p {
				args[i] = unbox(p[i])
			}
			v, err := f.Call(&funcs.Env{Now: w.frame.Now, Zone: w.frame.Zone}, args)
			if x, ok := err.(*funcs.Fault); ok && x.Nil {
				err = errEmpty
			}
			return box(v, nil), err
		})
	}
	for name, table := range map[string]int{"status": 0, "account": 1, "convert": 2} {
		fn(name, func(p ...any) (any, error) {
			args := make([]value.Value, 3)
			for i := range p {
				args[i] = unbox(p[i])
			}
			v := w.frame.Tables[table].Call(w.frame, args)
			if v.Kind() == value.Err {
				return nil, errors.New("table")
			}
			return box(v, accountType), nil
		})
	}
	fn("add", refAdd)
	fn("twice", func(p ...any) (any, error) { return refAdd(p[0], p[0]) })
	program, err := expr.Compile(masked, options...)
	if err != nil {
		return value.Value{}, fmt.Errorf("reference does not compile: %w", err)
	}
	out, err := expr.Run(program, env)
	if err != nil {
		return value.Value{}, err
	}
	return unbox(out), nil
}
