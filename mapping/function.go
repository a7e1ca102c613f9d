package mapping

import (
	"crm2gong/mapping/diag"
	"crm2gong/mapping/syntax"
)

func functionKeys() []key[*Function] {
	return []key[*Function]{
		{"of", aTextOrList("[text]"), "The names of the arguments.", true, readArguments},
		{"value", anExpr("'lower(trim(text))'"), "The expression, which reads the arguments and no columns.", true,
			func(e entry, f *Function) { f.Body = e.expr() }},
	}
}

func readFunctions(e entry, m *Mapping) {
	m.lose(e.node)
	for _, p := range pairs(e.node) {
		f := &Function{Name: p.Key.Text, Node: p.Key}
		ok := e.callable("a function", p.Key)
		switch {
		case !decode(e.loader, p.Key, p.Value, "a function", functionKeys(), f):
			m.lost = append(m.lost, f.Name)
		case ok:
			m.Functions = append(m.Functions, f)
		}
	}
}

// lose notes the names whose values cannot be read, so that calling them is no
// second fault.
func (m *Mapping) lose(n *syntax.Node) {
	for _, e := range n.Entries {
		if e.Value.Broken {
			m.lost = append(m.lost, e.Key.Text)
		}
	}
}

func readArguments(e entry, f *Function) {
	f.Of = []string{}
	for _, n := range e.items() {
		if n.Kind != syntax.Scalar || isNull(n) {
			e.wrongNode(n)
			continue
		}
		if !e.identifier("an argument", n) {
			continue
		}
		switch {
		case contains(ownWords[:4], n.Text):
			e.errorf(n, "wrong-name", "take another name", "an argument can not be called %s, which has a meaning in expressions", diag.Quote(n.Text))
		case contains(f.Of, n.Text):
			e.errorf(n, "duplicate-name", "give it another name", "the argument %s is named twice", diag.Quote(n.Text))
		default:
			f.Of = append(f.Of, n.Text)
		}
	}
}
