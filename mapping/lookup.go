package mapping

import (
	"crm2gong/mapping/diag"
	"crm2gong/mapping/syntax"
)

func lookupKeys() []key[*Lookup] {
	return []key[*Lookup]{
		{"from", aText("stages"), "The source that is looked up.", true,
			func(e entry, k *Lookup) { k.From = e.source() }},
		{"key", shape{what: "an expression or a list of them", kinds: scalar | list, example: "label", schema: `{"oneOf": [{"$ref": "#/$defs/expression"}, {"type": "array", "minItems": 1, "items": {"$ref": "#/$defs/expression"}}]}`},
			"What a row is found by: an expression on the looked-up row, or a list for keys of several parts.", true, readLookupKey},
		{"value", anExpr("id"), "What the lookup gives: an expression on the looked-up row; the whole row unless set.", false,
			func(e entry, k *Lookup) { k.Value = e.expr() }},
		{"where", anExpr(`'Active == "true"'`), "Which rows are in the table.", false,
			func(e entry, k *Lookup) { k.Where = e.expr() }},
		{"onMissing", aWord("unknown", "nil", "unknown", "error"), "What a key without row gives: nil; unknown, by which a reference field is left out and counts as unknown; or error.", false,
			func(e entry, k *Lookup) { k.OnMissing = or(e.word(), "nil") }},
		{"onMany", aWord("first", "error", "first", "last"), "What a key with several rows gives; error unless set.", false,
			func(e entry, k *Lookup) { k.OnMany = or(e.word(), "error") }},
	}
}

func or(a, b string) string {
	if a == "" {
		return b
	}
	return a
}

func readLookups(e entry, m *Mapping) {
	m.lose(e.node)
	for _, p := range pairs(e.node) {
		k := &Lookup{Name: p.Key.Text, Node: p.Key, OnMissing: "nil", OnMany: "error"}
		ok := e.callable("a lookup", p.Key)
		decode(e.loader, p.Key, p.Value, "a lookup", lookupKeys(), k)
		switch {
		case ok && k.From != nil && k.parts > 0:
			m.Lookups = append(m.Lookups, k)
		case ok:
			m.lost = append(m.lost, k.Name)
		}
	}
}

func readLookupKey(e entry, k *Lookup) {
	if k.Keys = e.exprs(); e.node.Kind == syntax.List && len(e.node.Items) == 0 {
		e.errorf(e.node, "wrong-value", e.such(), "the key is an empty list")
	}
	k.parts = len(e.items())
}

// source finds the source that the value names.
func (e entry) source() *Source {
	name, ok := e.text()
	if !ok {
		return nil
	}
	if s := e.m.Source(name); s != nil {
		return s
	}
	var known []string
	for _, s := range e.m.Sources {
		known = append(known, s.Name)
	}
	e.errorf(e.node, "unknown-source", diag.Suggest(name, known), "there is no source %s", diag.Quote(name))
	return nil
}
