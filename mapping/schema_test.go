package mapping

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v5"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/syntax"
)

// ordered is a JSON object whose keys keep their order.
type ordered []member

type member struct {
	key   string
	value any
}

func (o ordered) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, m := range o {
		if i > 0 {
			b.WriteByte(',')
		}
		v, err := encode(m.value)
		if err != nil {
			return nil, err
		}
		k, err := encode(m.key)
		if err != nil {
			return nil, err
		}
		b.Write(k)
		b.WriteByte(':')
		b.Write(v)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSpace(b.Bytes()), err
}

// plain turns a tree into the values that a YAML library would give.
func plain(n *syntax.Node) any {
	switch n.Kind {
	case syntax.Map:
		m := map[string]any{}
		for _, e := range n.Entries {
			m[e.Key.Text] = plain(e.Value)
		}
		return m
	case syntax.List:
		l := []any{}
		for _, item := range n.Items {
			l = append(l, plain(item))
		}
		return l
	}
	if n.Style == syntax.Plain {
		switch {
		case n.Text == "true" || n.Text == "false":
			return n.Text == "true"
		case n.Tag == "!!null":
			return nil
		case plainNumber().MatchString(n.Text):
			return json.Number(n.Text)
		}
	}
	return n.Text
}

// parseValue reads a value as it stands in a mapping.
func parseValue(t *testing.T, text string) any {
	t.Helper()
	root, list := syntax.Parse(diag.NewFile("example", []byte("x: "+text+"\n")))
	if list.HasErrors() {
		t.Fatalf("example %s: %s", text, render(list))
	}
	return plain(root.Get("x"))
}

// objectOf is the schema of a map with the keys of a table.
func objectOf[T any](t *testing.T, keys []key[T]) ordered {
	t.Helper()
	var properties ordered
	required := []string{}
	for _, k := range keys {
		p := ordered{{"description", k.doc}}
		if k.shape.example == "" || k.doc == "" {
			t.Errorf("key %s has no example or no description", k.name)
		}
		p = append(p, member{"examples", []any{parseValue(t, k.shape.example)}})
		if k.shape.words != nil {
			p = append(p, member{"enum", k.shape.words})
		} else {
			p = append(p, members(t, k.shape.schema)...)
		}
		properties = append(properties, member{k.name, p})
		if k.required {
			required = append(required, k.name)
		}
	}
	o := ordered{{"type", "object"}, {"additionalProperties", false}, {"properties", properties}}
	if len(required) > 0 {
		o = append(o, member{"required", required})
	}
	return o
}

func members(t *testing.T, text string) ordered {
	t.Helper()
	var m map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	var o ordered
	for _, k := range []string{"$ref", "const", "oneOf", "type", "pattern", "items", "minimum", "maximum", "minItems", "minProperties", "propertyNames", "additionalProperties", "enum"} {
		if v, ok := m[k]; ok {
			o = append(o, member{k, v})
			delete(m, k)
		}
	}
	if len(m) > 0 {
		t.Fatalf("%s: the order of its keys is not known", text)
	}
	return o
}

func raw(s string) json.RawMessage { return json.RawMessage(s) }

// buildSchema makes the schema of mapping files from the tables of keys.
func buildSchema(t *testing.T) []byte {
	t.Helper()
	expression := ordered{{"description", "An expression, such as Name, or row[\"Close Date\"], or dealStatus(StageName). A plain number, true and false are themselves."}, {"type", raw(`["string", "number", "boolean"]`)}}
	defs := ordered{
		{"expression", expression},
		{"texts", raw(`{"oneOf": [` + scalarSchema + `, {"type": "array", "items": ` + scalarSchema + `}]}`)},
		{"row", raw(`{"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "null"]}}`)},
		{"rows", raw(`{"type": "array", "items": {"$ref": "#/$defs/row"}}`)},
		{"gong", objectOf(t, targetKeys())},
		{"source", objectOf(t, sourceKeys())},
		{"column", ordered{{"oneOf", []any{ordered{{"enum", columnTypes}}, objectOf(t, columnKeys())}}}},
		{"enum", objectOf(t, enumKeys())},
		{"function", objectOf(t, functionKeys())},
		{"lookup", objectOf(t, lookupKeys())},
		{"currency", objectOf(t, currencyKeys())},
		{"rates", objectOf(t, rateKeys())},
		{"field", ordered{{"oneOf", []any{ordered{{"$ref", "#/$defs/expression"}}, objectOf(t, fieldKeys())}}}},
		{"custom", objectOf(t, customKeys())},
		{"check", objectOf(t, checkKeys())},
		{"test", objectOf(t, testKeys())},
	}
	of := func(types []gong.ObjectType) ordered {
		var properties ordered
		for _, typ := range types {
			one := ordered{{"$ref", "#/$defs/" + typ.String()}}
			properties = append(properties, member{typ.String(), ordered{{"oneOf", []any{one, ordered{{"type", "array"}, {"minItems", 1}, {"items", one}}}}}})
		}
		return ordered{{"type", "object"}, {"additionalProperties", false}, {"minProperties", 1}, {"properties", properties}}
	}
	defs = append(defs, member{"entities", of(gong.Types[:])}, member{"histories", of(historyTypes[:])})
	for _, typ := range gong.Types {
		defs = append(defs, member{typ.String(), entityOf(t, typ)})
	}
	root := ordered{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", "A mapping of crm2gong"},
		{"description", "How a CRM's exports become Gong entities."}}
	root = append(append(root, objectOf(t, mappingKeys())...), member{"$defs", defs})
	text, err := encode(root)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := json.Indent(&b, text, "", "  "); err != nil {
		t.Fatal(err)
	}
	return append(b.Bytes(), '\n')
}

// entityOf is the schema of the mapping of a type, with Gong's fields by name.
func entityOf(t *testing.T, typ gong.ObjectType) ordered {
	o := objectOf(t, entityKeys())
	var fields ordered
	required := []string{}
	for _, f := range typ.Fields() {
		fields = append(fields, member{f.Name, ordered{{"description", f.Doc + " (" + f.Kind.String() + ")"}, {"$ref", "#/$defs/field"}}})
		if f.Mandatory {
			required = append(required, f.Name)
		}
	}
	for i := range o {
		if o[i].key != "properties" {
			continue
		}
		var kept ordered
		for _, p := range o[i].value.(ordered) {
			switch {
			case p.key == "fields":
				p.value = ordered{{"description", "Gong's own fields."}, {"type", "object"}, {"additionalProperties", false}, {"properties", fields}, {"required", required}}
			case p.key == "custom" && !typ.HasCustom(), p.key == "converted" && typ != gong.Lead, p.key == "deleted" && typ == gong.Stage:
				continue
			}
			kept = append(kept, p)
		}
		o[i].value = kept
	}
	return o
}

func TestSchemaIsMadeFromTheKeys(t *testing.T) {
	want := buildSchema(t)
	if *update {
		if err := os.WriteFile("schema.json", want, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := cmp.Diff(string(want), string(Schema())); d != "" {
		t.Errorf("schema.json is not what the tables of keys say; run go test -update (-want +got):\n%s", d)
	}
}

func compiledSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	c := jsonschema.NewCompiler()
	c.Draft = jsonschema.Draft2020
	if err := c.AddResource("mapping.json", bytes.NewReader(Schema())); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("mapping.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func tree(t *testing.T, path string) *syntax.Node {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	root, list := syntax.Parse(diag.NewFile(path, text))
	if list.HasErrors() {
		t.Fatal(render(list))
	}
	return root
}

func TestSchemaTakesGoodMappings(t *testing.T) {
	s := compiledSchema(t)
	for _, path := range glob(t, "testdata/ok/*.yaml") {
		if err := s.Validate(plain(tree(t, path))); err != nil {
			t.Errorf("%s: %#v", path, err)
		}
	}
}

func TestSchemaRefuses(t *testing.T) {
	s := compiledSchema(t)
	good := "version: 1\nsources: {a: {file: a.csv}}\nentities: {ACCOUNT: {from: a, fields: {objectId: Id, modifiedDate: M}}}\n"
	for name, replace := range map[string][2]string{
		"another version":     {"version: 1", "version: 2"},
		"an unknown key":      {"version: 1", "version: 1\nfilter: x"},
		"an unknown field":    {"modifiedDate: M", "modifiedDate: M, colour: C"},
		"a missing field":     {"modifiedDate: M", "name: M"},
		"an unknown type":     {"ACCOUNT", "ACOUNT"},
		"a wrong format":      {"file: a.csv", "file: a.csv, format: xls"},
		"a wrong column type": {"file: a.csv", "file: a.csv, columns: {A: number}"},
		"a list":              {"objectId: Id", "objectId: [Id]"},
		"converted":           {"from: a", "from: a, converted: 'true'"},
	} {
		t.Run(name, func(t *testing.T) {
			text := strings.Replace(good, replace[0], replace[1], 1)
			root, list := syntax.Parse(diag.NewFile("x", []byte(text)))
			if text == good || list.HasErrors() {
				t.Fatal("the test is broken")
			}
			if s.Validate(plain(root)) == nil {
				t.Errorf("taken:\n%s", text)
			}
		})
	}
	root, _ := syntax.Parse(diag.NewFile("x", []byte(good)))
	if err := s.Validate(plain(root)); err != nil {
		t.Errorf("the mapping without faults is refused: %v", err)
	}
}

// noteKeys gathers the keys of a table that maps in a tree have.
func noteKeys[T any](seen map[string]bool, what string, keys []key[T], n *syntax.Node) {
	for _, k := range keys {
		if n.Get(k.name) != nil {
			seen[what+"."+k.name] = true
		}
	}
}

func TestOneMappingHasEveryKey(t *testing.T) {
	root := tree(t, "testdata/ok/everything.yaml")
	seen := map[string]bool{}
	noteKeys(seen, "mapping", mappingKeys(), root)
	noteKeys(seen, "gong", targetKeys(), root.Get("gong"))
	for _, s := range root.Get("sources").Entries {
		noteKeys(seen, "source", sourceKeys(), s.Value)
		for _, c := range entries(s.Value.Get("columns")) {
			noteKeys(seen, "column", columnKeys(), c.Value)
		}
	}
	for _, e := range root.Get("enums").Entries {
		noteKeys(seen, "enum", enumKeys(), e.Value)
	}
	for _, e := range root.Get("functions").Entries {
		noteKeys(seen, "function", functionKeys(), e.Value)
	}
	for _, e := range root.Get("lookups").Entries {
		noteKeys(seen, "lookup", lookupKeys(), e.Value)
	}
	noteKeys(seen, "currency", currencyKeys(), root.Get("currency"))
	noteKeys(seen, "rates", rateKeys(), root.Get("currency").Get("rates"))
	for _, e := range root.Get("entities").Entries {
		for _, x := range append([]*syntax.Node{e.Value}, e.Value.Items...) {
			noteKeys(seen, "entity", entityKeys(), x)
			for _, f := range entries(x.Get("fields")) {
				noteKeys(seen, "field", fieldKeys(), f.Value)
			}
			for _, f := range entries(x.Get("custom")) {
				noteKeys(seen, "custom", customKeys(), f.Value)
			}
		}
	}
	for _, c := range root.Get("checks").Items {
		noteKeys(seen, "check", checkKeys(), c)
	}
	for _, c := range root.Get("tests").Items {
		noteKeys(seen, "test", testKeys(), c)
	}
	want := map[string]bool{"rates.currency": true, "rates.rate": true} // of long tables, which salesforce.yaml has
	note := func(what string, names []string) {
		for _, n := range names {
			want[what+"."+n] = true
		}
	}
	note("mapping", keyNames(mappingKeys()))
	note("gong", keyNames(targetKeys()))
	note("source", keyNames(sourceKeys()))
	note("column", keyNames(columnKeys()))
	note("enum", keyNames(enumKeys()))
	note("function", keyNames(functionKeys()))
	note("lookup", keyNames(lookupKeys()))
	note("currency", keyNames(currencyKeys()))
	note("rates", keyNames(rateKeys()))
	note("entity", keyNames(entityKeys()))
	note("field", keyNames(fieldKeys()))
	note("custom", keyNames(customKeys()))
	note("check", keyNames(checkKeys()))
	note("test", keyNames(testKeys()))
	noteKeys(seen, "rates", rateKeys(), tree(t, "testdata/ok/salesforce.yaml").Get("currency").Get("rates"))
	noteKeys(seen, "source", sourceKeys(), root.Get("sources").Get("stages"))
	for k := range want {
		if !seen[k] {
			t.Errorf("no mapping of testdata/ok has the key %s", k)
		}
	}
}

func entries(n *syntax.Node) []syntax.Entry {
	if n == nil {
		return nil
	}
	return n.Entries
}
