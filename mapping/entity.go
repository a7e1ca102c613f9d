package mapping

import (
	"crm2gong/mapping/diag"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/syntax"
)

func entityKeys() []key[*Entity] {
	return []key[*Entity]{
		{"from", aText("opportunities"), "The source whose rows become entities.", true,
			func(e entry, x *Entity) { x.From = e.source() }},
		{"where", shape{what: "an expression or a map of named ones", kinds: scalar | object, example: `'Type == "Customer"'`, schema: `{"oneOf": [{"$ref": "#/$defs/expression"}, {"type": "object", "minProperties": 1, "additionalProperties": {"$ref": "#/$defs/expression"}}]}`},
			"Which rows become entities: an expression, or named ones that must all hold; rows left out are counted per name.", false, readWhere},
		{"forEach", anExpr(`'split(Emails, ";")'`), "An expression giving a list: the row makes one entity per item, read as item.", false,
			func(e entry, x *Entity) { x.ForEach = e.expr() }},
		{"fields", aNamedMap("a map from Gong's fields to expressions", "{objectId: Id, modifiedDate: LastModifiedDate}", "field"), "Gong's own fields.", true, readFields},
		{"custom", aNamedMap("a map from custom fields to their declarations", "{industry: {label: Industry, type: STRING, value: Industry}}", "custom"), "Custom fields; ACCOUNT, CONTACT, DEAL and LEAD alone have them.", false, readCustom},
		{"duplicates", aWord("latest", "error", "first", "last", "latest", "same", "keep"), "What becomes of a second entity with an objectId: error (unless set), first, last, latest by modifiedDate, same (equal ones fold into one); keep, in history alone.", false, readDuplicates},
		{"deleted", anExpr(`'IsDeleted == "true"'`), "An expression; true makes the entity a deletion, of which only objectId, modifiedDate and isDeleted are sent.", false,
			func(e entry, x *Entity) { x.Deleted, x.deletedKey = e.expr(), e.at }},
		{"converted", anExpr(`'IsConverted == "true"'`), "LEAD alone: an expression; true where the CRM calls the lead converted.", false,
			func(e entry, x *Entity) { x.Converted, x.convertedKey = e.expr(), e.at }},
	}
}

func typeNames(types []gong.ObjectType) []string {
	names := make([]string, len(types))
	for i, t := range types {
		names[i] = t.String()
	}
	return names
}

// historyTypes are the types whose past versions Gong takes.
var historyTypes = [...]gong.ObjectType{gong.Account, gong.Contact, gong.Deal, gong.Lead}

func readEntities(e entry, m *Mapping) {
	m.Entities = e.entities(gong.Types[:], false)
	if len(e.node.Entries) == 0 {
		e.errorf(e.node, "wrong-value", e.such(), "there are no entities")
	}
}

func readHistory(e entry, m *Mapping) { m.History = e.entities(historyTypes[:], true) }

// entities reads the mappings of each type: one, or a list of them.
func (e entry) entities(types []gong.ObjectType, history bool) []*Entity {
	var all []*Entity
	for _, p := range pairs(e.node) {
		t := gong.ParseType(p.Key.Text)
		if !containsType(types, t) {
			if t != gong.NoType {
				e.errorf(p.Key, "unknown-type", "history is for "+orList(typeNames(types)), "Gong keeps no past versions of %s", t)
			} else {
				e.errorf(p.Key, "unknown-type", diag.Suggest(p.Key.Text, typeNames(types)), "there is no object type %s", diag.Quote(p.Key.Text))
			}
			continue
		}
		if p.Value.Kind != syntax.List {
			all = append(all, e.entity(t, p.Key, p.Value, history))
			continue
		}
		if len(p.Value.Items) == 0 {
			e.errorf(p.Value, "wrong-value", "", "the list of mappings is empty")
		}
		for _, n := range p.Value.Items {
			if !n.Broken {
				all = append(all, e.entity(t, firstKey(n), n, history))
			}
		}
	}
	return all
}

func containsType(types []gong.ObjectType, t gong.ObjectType) bool {
	for _, v := range types {
		if v == t {
			return true
		}
	}
	return false
}

func (e entry) entity(t gong.ObjectType, at, n *syntax.Node, history bool) *Entity {
	x := &Entity{Type: t, Node: at, History: history, Duplicates: "error"}
	if !decode(e.loader, at, n, "a mapping of "+t.String(), entityKeys(), x) {
		return x
	}
	if f := n.Get("fields"); f != nil && f.Kind == syntax.Map {
		e.mandatory(x, keyNode(n, "fields"), f)
	}
	if x.deletedKey != nil {
		switch {
		case t == gong.Stage:
			e.errorf(x.deletedKey, "conflict", "set isActive to false instead: fields.isActive", "a STAGE can not be deleted")
		case x.field("isDeleted") != nil:
			e.errorf(x.deletedKey, "conflict", "remove one of the two; deleted is the usual one", "the mapping has both deleted and fields.isDeleted")
		}
	}
	if x.convertedKey != nil && t != gong.Lead {
		e.errorf(x.convertedKey, "conflict", "remove it", "\"converted\" is for LEAD, not for %s", t)
	}
	if n.Get("custom") != nil && !t.HasCustom() {
		e.errorf(keyNode(n, "custom"), "conflict", "custom fields are for "+orList(typeNames(historyTypes[:])), "Gong has no custom fields for %s", t)
	}
	return x
}

// mandatory reports fields that Gong refuses an entity without.
func (l *loader) mandatory(x *Entity, at, fields *syntax.Node) {
	for _, f := range x.Type.Fields() {
		if !f.Mandatory || fields.Get(f.Name) != nil {
			continue
		}
		hint := "add `" + f.Name + ": …`: " + f.Doc
		if x.Type == gong.Stage && f.Name == "modifiedDate" {
			hint = "add `modifiedDate: now()` if the CRM does not say when the stage changed"
		}
		l.errorf(at, "missing-field", hint, "%s lacks the mandatory field %s", x.Type, diag.Quote(f.Name))
	}
}

// field finds a field of the entity by name.
func (x *Entity) field(name string) *Field {
	for _, f := range x.Fields {
		if f.Name == name {
			return f
		}
	}
	return nil
}

func readWhere(e entry, x *Entity) {
	if e.node.Kind == syntax.Scalar {
		if w := e.expr(); w != nil {
			x.Where = []Filter{{"where", w}}
		}
		return
	}
	if len(e.node.Entries) == 0 {
		e.errorf(e.node, "wrong-value", e.such(), "there are no conditions")
	}
	for _, p := range pairs(e.node) {
		if p.Key.Text == "" {
			e.errorf(p.Key, "wrong-name", "", "a condition needs a name")
			continue
		}
		e.name, e.shape = p.Key.Text, anExpr(`Name != nil`)
		if w := e.exprOf(p.Value); w != nil {
			x.Where = append(x.Where, Filter{p.Key.Text, w})
		}
	}
}

func readDuplicates(e entry, x *Entity) {
	w := e.word()
	if w == "keep" && !x.History {
		e.errorf(e.node, "wrong-value", diag.Suggest("", e.shape.words[:5]), "\"keep\" is for history alone")
		return
	}
	x.Duplicates, x.duplicatesKey = or(w, "error"), e.node
}

// agree holds the mappings of one type to each other: their objectIds share
// one space, and their custom fields one schema.
func (l *loader) agree(list []*Entity) {
	first := map[gong.ObjectType]*Entity{}
	for _, x := range list {
		f := first[x.Type]
		if f == nil {
			first[x.Type] = x
			continue
		}
		if f.Duplicates == x.Duplicates {
			continue
		}
		at, other, word := x.duplicatesKey, f.duplicatesKey, x.Duplicates
		if at == nil {
			at, word = x.Node, "error, the default,"
		}
		if other == nil {
			other = f.Node
		}
		l.errorf(at, "conflict", "the objectIds of a type are one space: give all its mappings the same word",
			"duplicates is %s here and %s for the mapping of %s at %s", word, f.Duplicates, x.Type, placeOf(other, at))
	}
	declared := map[Ref]*Field{}
	for _, x := range list {
		for _, f := range x.Fields {
			if f.Custom == nil {
				continue
			}
			ref := Ref{x.Type, f.Name}
			if d := declared[ref]; d == nil {
				declared[ref] = f
			} else if what := d.Custom.differs(f.Custom); what != "" {
				l.errorf(f.Node, "conflict", "declare it alike in all mappings of "+x.Type.String(),
					"the %s of the custom field %s differs from that at %s", what, diag.Quote(f.Name), placeOf(d.Node, f.Node))
			}
		}
	}
}
