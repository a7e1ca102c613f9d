// Package expression is the language of mappings: expressions over the columns
// of a row. Parse gives a Tree, Compile checks it against what is in scope and
// gives a Program, and a Frame evaluates programs row by row.
//
// The grammar is that of github.com/expr-lang/expr, whose parser is used.
// Types, checks and evaluation are our own: numbers are exact decimals, "no
// value" has rules of its own, everything costs a bounded number of steps, and
// a program is a tree of Go functions that does not allocate on the usual
// paths.
package expression

import (
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/parser"

	"crm2gong/mapping/value"
)

// MaxSource is the longest expression in bytes.
const MaxSource = 4096

// maxNodes bounds the parts of one parsed expression.
const maxNodes = 2000

// Tree is a parsed expression. It is immutable: it can be compiled several
// times, in different scopes, by several goroutines.
type Tree struct {
	src     *source
	root    ast.Node
	numbers map[int]value.Value // literals by place
	konst   *value.Value        // Constant: no source was parsed
}

// Parse reads an expression. The fault, if any, is the first one of syntax.
func Parse(src string) (t *Tree, fault *Fault) {
	if len(src) > MaxSource {
		return nil, &Fault{To: 1, Code: codeLimit, Message: "the expression is longer than 4,096 bytes", Hint: "split it with functions:"}
	}
	if !utf8.ValidString(src) {
		return nil, &Fault{To: 1, Code: codeSyntax, Message: "the expression is not valid UTF-8"}
	}
	if strings.TrimSpace(src) == "" {
		return nil, &Fault{Code: codeSyntax, Message: "the expression is empty", Hint: "write nil for no value"}
	}
	s, fault := scan(src)
	if fault != nil {
		return nil, fault
	}
	masked, numbers, fault := s.numbers()
	if fault != nil {
		return nil, fault
	}
	defer func() {
		if recover() != nil {
			t, fault = nil, &Fault{To: len(s.runes), Code: codeSyntax, Message: "this is no expression"}
		}
	}()
	config := conf.CreateNew()
	config.MaxNodes = maxNodes
	parsed, err := parser.ParseWithConfig(masked, config)
	if err != nil {
		return nil, s.parseFault(err)
	}
	s.spans = map[ast.Node][2]int{}
	s.measureAll(parsed.Node)
	return &Tree{src: s, root: parsed.Node, numbers: numbers}, nil
}

// Constant gives the tree of a value that was not written as an expression,
// such as a number of the mapping file; src is how it is written there.
func Constant(v value.Value, src string) *Tree {
	return &Tree{src: &source{text: src, runes: []rune(src)}, konst: &v}
}

// Source returns the text that was parsed.
func (t *Tree) Source() string { return t.src.text }

// Part is a part of an expression that can be evaluated on its own, such as
// one operand.
type Part struct {
	From, To int // place in the whole expression
	Tree     *Tree
}

// Parts lists the parts of the expression that can be compiled in the same
// scope as the whole, from the outside in: all but those that need a let or
// the item of a list function, and literals. The whole is not among them.
func (t *Tree) Parts() []Part {
	if t.konst != nil {
		return nil
	}
	var parts []Part
	var walk func(n ast.Node, whole bool)
	walk = func(n ast.Node, whole bool) {
		switch n.(type) {
		case nil, *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.NilNode, *ast.PointerNode, *ast.PredicateNode:
			return
		case *ast.ChainNode:
		default:
			if !whole {
				from, to := t.src.span(n)
				parts = append(parts, Part{From: from, To: to, Tree: &Tree{src: t.src, root: n, numbers: t.numbers}})
			}
		}
		if let, ok := n.(*ast.VariableDeclaratorNode); ok {
			walk(let.Value, false)
			return
		}
		for _, k := range operands(n) {
			walk(k, false)
		}
	}
	walk(t.root, true)
	return parts
}

// operands lists the direct parts of a node that are expressions.
func operands(n ast.Node) []ast.Node {
	switch n := n.(type) {
	case *ast.UnaryNode:
		return []ast.Node{n.Node}
	case *ast.BinaryNode:
		return []ast.Node{n.Left, n.Right}
	case *ast.ChainNode:
		return operands(n.Node)
	case *ast.MemberNode:
		if named(n.Node) != "" {
			return nil
		}
		return []ast.Node{n.Node, n.Property}
	case *ast.SliceNode:
		out := []ast.Node{n.Node}
		if n.From != nil {
			out = append(out, n.From)
		}
		if n.To != nil {
			out = append(out, n.To)
		}
		return out
	case *ast.CallNode:
		return n.Arguments
	case *ast.BuiltinNode:
		return n.Arguments
	case *ast.ConditionalNode:
		return []ast.Node{n.Cond, n.Exp1, n.Exp2}
	case *ast.SequenceNode:
		return n.Nodes
	case *ast.ArrayNode:
		return n.Nodes
	case *ast.VariableDeclaratorNode:
		return []ast.Node{n.Value, n.Expr}
	case *ast.PredicateNode:
		return []ast.Node{n.Node}
	case *ast.MapNode:
		return n.Pairs
	case *ast.PairNode:
		return []ast.Node{n.Key, n.Value}
	}
	return nil
}

// named gives "row", "params" or "source" when a member of one of them is
// read, else "".
func named(n ast.Node) string {
	if id, ok := n.(*ast.IdentifierNode); ok {
		switch id.Value {
		case "row", "params", "source":
			return id.Value
		}
	}
	return ""
}
