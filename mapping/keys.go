package mapping

import (
	"fmt"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/syntax"
)

// key is one key that a map of a mapping file may have. The tables of keys are
// the one place that knows which keys there are, what their values look like,
// how they are read, and what they mean; the JSON Schema is made from them.
type key[T any] struct {
	name     string
	shape    shape
	doc      string
	required bool
	read     func(e entry, into T)
}

// shape is what values of a key look like.
type shape struct {
	what    string   // in words: "a text"
	kinds   kinds    // the kinds of node it may be
	example string   // a value as it stands in a file
	schema  string   // JSON Schema of the values
	words   []string // the texts that are allowed, nil for any
}

type kinds uint8

const (
	scalar kinds = 1 << iota
	list
	object
)

func kindOf(n *syntax.Node) kinds {
	switch n.Kind {
	case syntax.Map:
		return object
	case syntax.List:
		return list
	}
	return scalar
}

const scalarSchema = `{"type": ["string", "number", "boolean"]}`

func aText(example string) shape {
	return shape{what: "a text", kinds: scalar, example: example, schema: scalarSchema}
}

func aTextOrList(example string) shape {
	return shape{what: "a text or a list of texts", kinds: scalar | list, example: example, schema: `{"$ref": "#/$defs/texts"}`}
}

func aTextList(example string) shape {
	return shape{what: "a list of texts", kinds: list, example: example, schema: `{"type": "array", "items": ` + scalarSchema + `}`}
}

func aBool(example string) shape {
	return shape{what: "true or false", kinds: scalar, example: example, schema: `{"type": "boolean"}`}
}

func aWord(example string, words ...string) shape {
	return shape{what: "one of " + orList(words), kinds: scalar, example: example, words: words}
}

func anExpr(example string) shape {
	return shape{what: "an expression", kinds: scalar, example: example, schema: `{"$ref": "#/$defs/expression"}`}
}

func aMap(what, example, ref string) shape {
	return shape{what: what, kinds: object, example: example, schema: `{"$ref": "#/$defs/` + ref + `"}`}
}

// aNamedMap is a map from names to things that are all alike.
func aNamedMap(what, example, ref string) shape {
	return shape{what: what, kinds: object, example: example,
		schema: `{"type": "object", "additionalProperties": {"$ref": "#/$defs/` + ref + `"}}`}
}

// entry is a key with its value, as the function that reads it sees them.
type entry struct {
	*loader
	name  string       // the key
	at    *syntax.Node // the key's node, for what is wrong with the whole
	node  *syntax.Node // the value
	shape shape
}

// decode reads the keys of map n, which at introduces and what names in
// messages ("a source"). It reads in the order of the table, whatever the
// file's, and reports unknown and missing keys.
func decode[T any](l *loader, at, n *syntax.Node, what string, keys []key[T], into T) bool {
	if n.Kind != syntax.Map {
		l.errorf(n, "wrong-kind", "keys: "+orList(keyNames(keys)), "%s is a map of keys, not %s", what, describe(n))
		return false
	}
	unknownKeys(l, n, what, keys)
	for i := range keys {
		v := n.Get(keys[i].name)
		if v != nil {
			readKey(l, n, &keys[i], v, into)
		} else if keys[i].required {
			l.missing(at, what, keys[i].name, keys[i].shape)
		}
	}
	return true
}

// decodeParts reads the keys of all files of a mapping: each key in all files
// before the next one, so that an included file may use what the mapping
// declares and the other way round.
func decodeParts(l *loader, keys []key[*Mapping], into *Mapping) {
	for _, p := range l.roots {
		if p.included {
			unknownKeys(l, p.node, "an included file", includable(keys))
		} else {
			unknownKeys(l, p.node, "a mapping", keys)
		}
	}
	for i := range keys {
		for _, p := range l.roots {
			if p.included && !mayInclude(keys[i].name) {
				continue
			}
			v := p.node.Get(keys[i].name)
			if v != nil {
				readKey(l, p.node, &keys[i], v, into)
			} else if keys[i].required && !p.included {
				l.missing(firstKey(p.node), "the mapping", keys[i].name, keys[i].shape)
			}
		}
	}
}

func unknownKeys[T any](l *loader, n *syntax.Node, what string, keys []key[T]) {
	known := keyNames(keys)
	for _, e := range n.Entries {
		if !contains(known, e.Key.Text) && !e.Key.Broken {
			l.errorf(e.Key, "unknown-key", diag.Suggest(e.Key.Text, known), "%s has no key %s", what, diag.Quote(e.Key.Text))
		}
	}
}

func readKey[T any](l *loader, in *syntax.Node, k *key[T], v *syntax.Node, into T) {
	if v.Broken {
		return
	}
	e := entry{loader: l, name: k.name, at: keyNode(in, k.name), node: v, shape: k.shape}
	if kindOf(v)&k.shape.kinds == 0 || v.Kind == syntax.Scalar && isNull(v) && k.shape.what != "an expression" {
		e.wrong()
		return
	}
	k.read(e, into)
}

func (l *loader) missing(at *syntax.Node, what, name string, s shape) {
	l.errorf(at, "missing-key", "add it, such as `"+name+": "+s.example+"`", "%s lacks the key %s", what, diag.Quote(name))
}

// wrong reports that the value is not what the key takes.
func (e entry) wrong() { e.wrongNode(e.node) }

func (e entry) wrongNode(n *syntax.Node) {
	e.errorf(n, "wrong-kind", e.such(), "%s takes %s, not %s", diag.Quote(e.name), e.shape.what, describe(n))
}

func (e entry) such() string {
	if e.shape.example == "" {
		return ""
	}
	return "such as `" + e.name + ": " + e.shape.example + "`"
}

// describe says in words what a node is.
func describe(n *syntax.Node) string {
	switch n.Kind {
	case syntax.Map:
		return "a map"
	case syntax.List:
		return "a list"
	}
	if isNull(n) {
		return "nothing"
	}
	return diag.Quote(n.Text)
}

// isNull tells whether a scalar stands for nothing: an empty one, null or ~.
func isNull(n *syntax.Node) bool {
	return n.Kind == syntax.Scalar && n.Style == syntax.Plain && n.Tag == "!!null"
}

// pairs gives the keys of a map with their values, without those that are
// refused already.
func pairs(n *syntax.Node) []syntax.Entry {
	var all []syntax.Entry
	for _, e := range n.Entries {
		if !e.Key.Broken && !e.Value.Broken {
			all = append(all, e)
		}
	}
	return all
}

func keyNode(in *syntax.Node, name string) *syntax.Node {
	for _, e := range in.Entries {
		if e.Key.Text == name {
			return e.Key
		}
	}
	return in
}

// firstKey gives a small place that stands for a map.
func firstKey(n *syntax.Node) *syntax.Node {
	if n.Kind == syntax.Map && len(n.Entries) > 0 {
		return n.Entries[0].Key
	}
	return n
}

func keyNames[T any](keys []key[T]) []string {
	names := make([]string, len(keys))
	for i := range keys {
		names[i] = keys[i].name
	}
	return names
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}

// orList joins words as "a, b or c".
func orList(words []string) string {
	switch n := len(words); n {
	case 0:
		return ""
	case 1:
		return words[0]
	default:
		s := words[0]
		for _, w := range words[1 : n-1] {
			s += ", " + w
		}
		return fmt.Sprintf("%s or %s", s, words[n-1])
	}
}
