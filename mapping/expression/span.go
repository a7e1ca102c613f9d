package expression

import "github.com/expr-lang/expr/ast"

// span gives the places that a node covers: expr gives it only the place of one
// of its tokens.
func (s *source) span(n ast.Node) (from, to int) {
	if x, ok := s.spans[n]; ok {
		return x[0], x[1]
	}
	return s.measure(n)
}

// measureAll notes the spans of a node and all below it.
func (s *source) measureAll(n ast.Node) {
	for _, k := range operands(n) {
		s.measureAll(k)
	}
	if _, ok := s.spans[n]; !ok {
		from, to := s.measure(n)
		s.spans[n] = [2]int{from, to}
	}
}

func (s *source) measure(n ast.Node) (from, to int) {
	loc := n.Location()
	from, to = loc.From, loc.To
	switch n := n.(type) {
	case *ast.UnaryNode:
		if b, ok := n.Node.(*ast.BinaryNode); ok && from > b.Location().From-1 && n.Operator == "not" {
			return s.span(b) // x not in y
		}
		_, to = s.wrapped(n.Node)
	case *ast.BinaryNode:
		from, _ = s.wrapped(n.Left)
		_, to = s.wrapped(n.Right)
	case *ast.ChainNode:
		return s.span(n.Node)
	case *ast.MemberNode:
		from, _ = s.wrapped(n.Node)
		to = s.closed(loc.From, to)
	case *ast.SliceNode:
		from, _ = s.wrapped(n.Node)
		to = s.closed(loc.From, to)
	case *ast.CallNode:
		return s.call(n.Callee, n.Arguments, from, to)
	case *ast.BuiltinNode:
		return s.call(nil, n.Arguments, from, to)
	case *ast.ConditionalNode:
		return s.conditional(n)
	case *ast.VariableDeclaratorNode:
		if i := s.before(from); s.is(i, "let") {
			from = s.tokens[i].From
		}
		_, to = s.wrapped(n.Expr)
	case *ast.SequenceNode:
		from, _ = s.wrapped(n.Nodes[0])
		_, to = s.wrapped(n.Nodes[len(n.Nodes)-1])
	case *ast.ArrayNode, *ast.MapNode:
		to = s.closed(from, to)
	case *ast.PredicateNode:
		return s.wrapped(n.Node)
	case *ast.PointerNode:
		if n.Name != "" {
			to += len([]rune(n.Name))
		}
	}
	return from, max(to, from)
}

// wrapped is the span of an operand with the parentheses right around it.
func (s *source) wrapped(n ast.Node) (from, to int) {
	from, to = s.span(n)
	for {
		i, j := s.before(from), s.after(to)
		if !s.is(i, "(") || s.pair[i] != j {
			return from, to
		}
		if i > 0 && s.tokens[i-1].To == s.tokens[i].From && s.tokens[i-1].Kind == "Identifier" {
			return from, to // the parentheses of a call
		}
		from, to = s.tokens[i].From, s.tokens[j].To
	}
}

// closed gives the end of the bracket that opens at a place, else to.
func (s *source) closed(from, to int) int {
	if i, ok := s.at[from]; ok && s.pair != nil && s.pair[i] > i {
		return s.tokens[s.pair[i]].To
	}
	return to
}

// call covers name(…), and the operand before | where there is one.
func (s *source) call(callee ast.Node, args []ast.Node, from, to int) (int, int) {
	if i, ok := s.at[from]; ok && s.is(i+1, "(") && s.pair[i+1] > i {
		to = s.tokens[s.pair[i+1]].To
	}
	if m, ok := callee.(*ast.MemberNode); ok {
		from, _ = s.wrapped(m.Node)
	} else if len(args) > 0 {
		if start, _ := s.wrapped(args[0]); start < from {
			from = start
		}
	}
	return from, to
}

func (s *source) conditional(n *ast.ConditionalNode) (from, to int) {
	from, _ = s.wrapped(n.Cond)
	_, to = s.wrapped(n.Exp2)
	if n.Ternary {
		return from, to
	}
	if i := s.before(from); s.is(i, "if") {
		from = s.tokens[i].From
	}
	if i := s.after(to); s.is(i, "}") {
		to = s.tokens[i].To
	}
	return from, to
}
