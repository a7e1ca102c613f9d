package mapping

import (
	"sort"
	"strings"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/syntax"
)

func fieldKeys() []key[*Field] {
	return append([]key[*Field]{
		{"value", anExpr("Amount"), "The expression.", true,
			func(e entry, f *Field) { f.Expr = e.expr() }},
	}, fateKeys()...)
}

// fateKeys say what becomes of a field without a good value.
func fateKeys() []key[*Field] {
	return []key[*Field]{
		{"onError", shape{what: "reject, omit or an expression", kinds: scalar, example: "omit", schema: `{"$ref": "#/$defs/expression"}`}, "What an expression that fails does: reject the row (unless set), omit the field with a warning, or an expression that is used instead.", false, readOnError},
		{"null", aWord("keep", "omit", "keep"), "What no value does: omit leaves the field out (unless set), keep sends null, which clears it at Gong.", false,
			func(e entry, f *Field) { f.KeepNull = e.word() == "keep" }},
	}
}

func customKeys() []key[*Field] {
	types := make([]string, 0, len(gong.SchemaTypes))
	for t := range gong.SchemaTypes {
		types = append(types, t)
	}
	sort.Strings(types)
	targets := []string{"ACCOUNT", "CONTACT", "DEAL", "LEAD", "USER"}
	return append([]key[*Field]{
		{"label", aText("Industry"), "The name shown in Gong.", true,
			func(e entry, f *Field) { f.Custom.Label, _ = e.filled() }},
		{"type", aWord("STRING", types...), "Gong's type of the field.", true, readCustomType},
		{"value", anExpr("Industry"), "The expression.", true,
			func(e entry, f *Field) { f.Expr = e.expr() }},
		{"values", shape{what: "auto or a list of texts", kinds: scalar | list, example: "auto", schema: `{"oneOf": [{"const": "auto"}, {"type": "array", "minItems": 1, "items": ` + scalarSchema + `}]}`}, "PICKLIST: the allowed values in order, or auto for those of the data in order of first use.", false, readCustomValues},
		{"referenceTo", aWord("ACCOUNT", targets...), "REFERENCE: the type that is referred to.", false, readReferenceTo},
	}, fateKeys()...)
}

func readOnError(e entry, f *Field) {
	switch e.node.Text {
	case "reject", "omit":
		f.OnError = e.node.Text
	default:
		f.OnError, f.Instead = "expression", e.expr()
	}
}

func readFields(e entry, x *Entity) {
	for _, p := range pairs(e.node) {
		f := &Field{Name: p.Key.Text, Node: p.Key, OnError: "reject"}
		if x.Type.FieldIndex(f.Name) < 0 {
			e.unknownField(x.Type, p.Key)
		}
		e.longForm(p.Value, f)
		if x.Type.FieldIndex(f.Name) >= 0 {
			x.Fields = append(x.Fields, f)
		}
	}
}

// longForm reads a field's expression, alone or in a map.
func (e entry) longForm(n *syntax.Node, f *Field) {
	if n.Kind == syntax.Map {
		decode(e.loader, f.Node, n, "a field", fieldKeys(), f)
		return
	}
	e.name, e.shape = f.Name, anExpr("Name")
	f.Expr = e.exprOf(n)
}

func (l *loader) unknownField(t gong.ObjectType, at *syntax.Node) {
	names := make([]string, 0, 16)
	for _, f := range t.Fields() {
		names = append(names, f.Name)
	}
	hint := diag.Suggest(at.Text, names)
	if near, ok := diag.Nearest(at.Text, names); !ok {
		switch {
		case t == gong.Stage && (at.Text == "isDeleted" || at.Text == "url"):
			hint = "a stage is retired with isActive: false"
		case t.HasCustom():
			hint += "; a field of your own goes under custom"
		}
	} else if t == gong.Stage && at.Text == "isDeleted" && near != "isActive" {
		hint = "a stage is retired with isActive: false"
	}
	l.errorf(at, "unknown-field", hint, "%s has no field %s", t, diag.Quote(at.Text))
}

func readCustom(e entry, x *Entity) {
	for _, p := range pairs(e.node) {
		f := &Field{Name: p.Key.Text, Node: p.Key, OnError: "reject", Custom: &Custom{}}
		if !decode(e.loader, p.Key, p.Value, "a custom field", customKeys(), f) {
			continue
		}
		if !e.customName(x.Type, p.Key) {
			continue
		}
		e.agreeCustom(p.Value, f)
		x.Fields = append(x.Fields, f)
	}
}

func (l *loader) customName(t gong.ObjectType, n *syntax.Node) bool {
	switch {
	case strings.TrimSpace(n.Text) == "":
		l.errorf(n, "wrong-name", "", "a custom field needs a name")
	case t.FieldIndex(n.Text) >= 0:
		l.errorf(n, "reserved-field", "move it under fields, or take another name", "%s is a field of %s itself", diag.Quote(n.Text), t)
	case contains(t.ReservedNames(), n.Text):
		l.errorf(n, "reserved-field", "take another name, such as crm"+strings.ToUpper(n.Text[:1])+n.Text[1:], "%s is a name that Gong keeps for itself in %s", diag.Quote(n.Text), t)
	default:
		return true
	}
	return false
}

func readCustomType(e entry, f *Field) {
	if e.node.Text == "STRINGARRAY" {
		e.errorf(e.node, "wrong-value", `use STRING with join(list, "; ")`, "STRINGARRAY is for Gong's own fields")
		return
	}
	f.Custom.Type = e.word()
}

func readCustomValues(e entry, f *Field) {
	if e.node.Kind == syntax.Scalar {
		if f.Custom.Auto = e.node.Text == "auto"; !f.Custom.Auto {
			e.wrong()
		}
		return
	}
	seen := map[string]bool{}
	for _, n := range e.node.Items {
		s, ok := e.textOf(n)
		if !ok {
			continue
		}
		if seen[s] {
			e.errorf(n, "duplicate-entry", "remove one of the two", "the value %s is listed twice", diag.Quote(s))
			continue
		}
		if s == "" {
			e.errorf(n, "wrong-value", "an empty text is no value", "a value of the list is empty")
			continue
		}
		seen[s] = true
		f.Custom.Values = append(f.Custom.Values, s)
	}
}

func readReferenceTo(e entry, f *Field) {
	if e.node.Text == "BUSINESS_USER" {
		e.errorf(e.node, "wrong-value", "write USER", "Gong's name for business users is USER here")
		return
	}
	f.Custom.ReferenceTo = e.word()
}

// agreeCustom holds a custom field's keys to its type.
func (l *loader) agreeCustom(n *syntax.Node, f *Field) {
	for _, c := range []struct{ typ, key, example string }{
		{"PICKLIST", "values", "auto"}, {"REFERENCE", "referenceTo", "ACCOUNT"},
	} {
		v := n.Get(c.key)
		switch {
		case f.Custom.Type == c.typ && v == nil:
			l.errorf(f.Node, "missing-key", "add it, such as `"+c.key+": "+c.example+"`", "a %s lacks the key %s", c.typ, diag.Quote(c.key))
		case f.Custom.Type != "" && f.Custom.Type != c.typ && v != nil:
			l.errorf(keyNode(n, c.key), "conflict", "remove it, or set type: "+c.typ, "%s is for %s, and this field is a %s", diag.Quote(c.key), c.typ, f.Custom.Type)
		}
	}
}

// differs names the first thing in which two declarations of a field differ.
func (c *Custom) differs(o *Custom) string {
	switch {
	case c.Type != o.Type:
		return "type"
	case c.Label != o.Label:
		return "label"
	case c.ReferenceTo != o.ReferenceTo:
		return "referenceTo"
	case c.Auto != o.Auto || strings.Join(c.Values, "\x00") != strings.Join(o.Values, "\x00"):
		return "list of values"
	}
	return ""
}

// gongField is the shape of a custom field.
func (f *Field) gongField() gong.Field {
	c := f.Custom
	return gong.Field{Name: f.Name, Kind: gong.SchemaTypes[c.Type], Target: gong.ReferenceTargets[c.ReferenceTo], Custom: true,
		Label: c.Label, Values: c.Values, Type: c.Type}
}
