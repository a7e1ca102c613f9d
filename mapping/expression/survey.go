package expression

import "github.com/expr-lang/expr/ast"

// Names are what an expression names, found without compiling it. Each stands
// once, in order of first use.
type Names struct {
	Params []string // params.x
	Fields []string // .x and ["x"] of a looked-up row
	Calls  []string // functions, enums and lookups
}

// Names looks through the expression.
func (t *Tree) Names() Names {
	var all Names
	if t.konst != nil {
		return all
	}
	var walk func(n ast.Node)
	walk = func(n ast.Node) {
		switch n := n.(type) {
		case *ast.MemberNode:
			key, literal := n.Property.(*ast.StringNode)
			switch of := named(n.Node); {
			case literal && of == "params":
				add(&all.Params, key.Value)
			case literal && of == "":
				add(&all.Fields, key.Value)
			}
		case *ast.CallNode:
			if id, ok := n.Callee.(*ast.IdentifierNode); ok {
				add(&all.Calls, id.Value)
			} else {
				walk(n.Callee)
			}
		case *ast.BuiltinNode:
			add(&all.Calls, n.Name)
		case *ast.ChainNode:
			walk(n.Node)
			return
		}
		for _, k := range operands(n) {
			walk(k)
		}
	}
	walk(t.root)
	return all
}

func add(list *[]string, s string) {
	for _, have := range *list {
		if have == s {
			return
		}
	}
	*list = append(*list, s)
}

// Outcome is one of the things that an expression can come to: the whole, or a
// branch of ?:, if, ?? or coalesce.
type Outcome struct {
	From, To int     // place in code points
	Text     *string // a text that is written out
	Call     string  // the name of what is called, "" if it is no call
}

// Outcomes lists what the expression can come to, from left to right.
func (t *Tree) Outcomes() []Outcome {
	if t.konst != nil {
		return nil
	}
	var all []Outcome
	var walk func(n ast.Node)
	walk = func(n ast.Node) {
		var o Outcome
		switch n := n.(type) {
		case *ast.ChainNode:
			walk(n.Node)
			return
		case *ast.ConditionalNode:
			walk(n.Exp1)
			walk(n.Exp2)
			return
		case *ast.VariableDeclaratorNode:
			walk(n.Expr)
			return
		case *ast.SequenceNode:
			walk(n.Nodes[len(n.Nodes)-1])
			return
		case *ast.BinaryNode:
			if n.Operator == "??" {
				walk(n.Left)
				walk(n.Right)
				return
			}
		case *ast.StringNode:
			o.Text = &n.Value
		case *ast.BuiltinNode:
			o.Call = n.Name
		case *ast.CallNode:
			if id, ok := n.Callee.(*ast.IdentifierNode); ok {
				if o.Call = id.Value; o.Call == "coalesce" {
					for _, k := range n.Arguments {
						walk(k)
					}
					return
				}
			}
		}
		o.From, o.To = t.src.span(n)
		all = append(all, o)
	}
	walk(t.root)
	return all
}
