package mapping

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"time"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/syntax"
)

func testKeys() []key[*Test] {
	return []key[*Test]{
		{"name", aText("a won deal in euro"), "What is tested.", true,
			func(e entry, t *Test) { t.Name, _ = e.filled() }},
		{"entity", aWord("DEAL", typeNames(gong.Types[:])...), "The object type whose mapping is tested.", true,
			func(e entry, t *Test) { t.Type, t.typeNode = gong.ParseType(e.word()), e.node }},
		{"row", shape{what: "a row", kinds: object, example: "{Id: 0061, Name: Big}", schema: `{"$ref": "#/$defs/row"}`}, "The row of the entity's own source, a map from column to cell; columns not given are empty.", false,
			func(e entry, t *Test) { t.Row = &Inline{}; e.addRow(t.Row, e.node) }},
		{"rows", shape{what: "a map from sources to lists of rows", kinds: object, example: "{rates: [{Currency: EUR, Rate: 1.085}]}", schema: `{"type": "object", "additionalProperties": {"$ref": "#/$defs/rows"}}`}, "The rows of other sources, for lookups and rates.", false, readTestRows},
		{"expect", shape{what: "a map from fields to values", kinds: object, example: "{status: WON, amount: 108.5}", schema: `{"type": "object"}`}, "The fields that the entity must have.", false, readExpect},
		{"exactly", aBool("true"), "Whether the entity may have no fields but those of expect.", false,
			func(e entry, t *Test) { t.Exactly = e.boolean() }},
		{"rejected", aText("value-invalid"), "The code of the rule that must reject the row.", false, readRejected},
		{"filtered", aText("not a test"), "The name of the condition that must leave the row out; where for one without a name.", false,
			func(e entry, t *Test) { t.Filtered, _ = e.filled(); t.filteredNode = e.node }},
		{"as_of", aText("2024-03-15T10:00:00Z"), "What now() is in this test.", false, readAsOf},
	}
}

func readTests(e entry, m *Mapping) { m.Tests = append(m.Tests, e.tests()...) }

func (e entry) tests() []*Test {
	var all []*Test
	for _, n := range e.node.Items {
		t := &Test{Node: firstKey(n), Rows: map[string]*Inline{}}
		if n.Broken || !decode(e.loader, t.Node, n, "a test", testKeys(), t) {
			continue
		}
		e.agreeTest(n, t)
		all = append(all, t)
	}
	return all
}

// agreeTest holds a test to one kind of outcome.
func (l *loader) agreeTest(n *syntax.Node, t *Test) {
	var given []string
	for _, name := range []string{"expect", "rejected", "filtered"} {
		if n.Get(name) != nil {
			given = append(given, name)
		}
	}
	switch {
	case len(given) == 0:
		l.errorf(t.Node, "missing-key", "add expect, rejected or filtered", "the test says not what must become of the row")
	case len(given) > 1:
		l.errorf(keyNode(n, given[1]), "conflict", "remove one of the two", "a row can not be both %s and %s", outcome(given[0]), outcome(given[1]))
	case given[0] != "expect" && n.Get("exactly") != nil:
		l.errorf(keyNode(n, "exactly"), "conflict", "remove it", "\"exactly\" goes with expect")
	}
	if n.Get("row") == nil && n.Get("rows") == nil {
		l.missing(t.Node, "the test", "row", aText("{Id: 0061, Name: Big}"))
	}
}

func outcome(key string) string {
	if key == "expect" {
		return "expected"
	}
	return key
}

func readTestRows(e entry, t *Test) {
	for _, p := range pairs(e.node) {
		if p.Value.Kind != syntax.List {
			e.errorf(p.Value, "wrong-kind", e.such(), "the rows of a source are a list, not %s", describe(p.Value))
			continue
		}
		rows := e
		rows.node = p.Value
		t.Rows[p.Key.Text] = rows.inline()
		t.rowNodes = append(t.rowNodes, p.Key)
	}
}

func readExpect(e entry, t *Test) {
	for _, p := range pairs(e.node) {
		if p.Value.Kind == syntax.Map {
			e.errorf(p.Value, "wrong-kind", "such as {status: WON, amount: 108.5}", "a field's value is a text, a number, true, false or a list, not a map")
			continue
		}
		t.Expect = append(t.Expect, Expected{Field: p.Key.Text, Node: p.Value, Key: p.Key})
	}
}

func readRejected(e entry, t *Test) {
	s, ok := e.filled()
	if !ok {
		return
	}
	var known []string
	for _, r := range finding.Rules() {
		if r.Rejects {
			known = append(known, r.Code)
		}
	}
	if finding.FindRule(s) == nil {
		e.errorf(e.node, "unknown-rule", diag.Suggest(s, known), "there is no rule %s", diag.Quote(s))
		return
	}
	t.Rejected = s
}

func readAsOf(e entry, t *Test) {
	s, ok := e.filled()
	if !ok {
		return
	}
	if _, err := time.Parse(time.RFC3339, s); err != nil {
		if _, err := time.Parse(time.DateOnly, s); err != nil {
			e.errorf(e.node, "wrong-value", e.such(), "as_of takes a date or a date-time with Z or an offset, not %s", diag.Quote(s))
			return
		}
	}
	t.AsOf = s
}

// settleTests holds the tests to the entities of the mapping.
func (l *loader) settleTests() {
	for _, t := range l.m.Tests {
		l.settleTest(t)
	}
}

// CheckTests holds tests to the mapping: their entities, sources, columns,
// fields and conditions. headers are those of the sources that are at hand, by
// name: a test may give columns that the mapping does not read where the file
// has them. What is wrong with the mapping itself, whatever the headers, is in
// the list too.
func (m *Mapping) CheckTests(tests []*Test, headers map[string][]string) diag.List {
	l := &loader{m: m}
	for _, t := range tests {
		l.settleTest(t)
	}
	b := newBinder(m, headers, true)
	if b.compileAll(); !m.broken && !b.diags.HasErrors() {
		b.diags = nil
		b.testColumns(tests)
	}
	l.diags = append(l.diags, b.diags...)
	return l.diags.Sorted()
}

// RowSource gives the source that the key row of a test is a row of: that of
// the first mapping of the type that has all columns of the row, else that of
// the first mapping. headers are as for CheckTests.
func (m *Mapping) RowSource(t *Test, headers map[string][]string) *Source {
	all := m.rowSources(t)
	if len(all) < 2 {
		return first(all)
	}
	b := newBinder(m, headers, true)
	b.compileAll()
	return b.rowSource(t)
}

// rowSources gives the sources of a type's mappings, each once.
func (m *Mapping) rowSources(t *Test) (all []*Source) {
	for _, x := range m.Entities {
		if x.Type == t.Type && x.From != nil && !slices.Contains(all, x.From) {
			all = append(all, x.From)
		}
	}
	return all
}

func first(all []*Source) *Source {
	if len(all) == 0 {
		return nil
	}
	return all[0]
}

func (b *binder) rowSource(t *Test) *Source {
	all := b.m.rowSources(t)
	for _, s := range all {
		if unknown, _ := b.unknownColumns(t.Row, b.sources[s]); len(unknown) == 0 {
			return s
		}
	}
	return first(all)
}

// testColumns refuses columns in the rows of tests that neither the mapping
// reads nor the file has, since they are misspelt.
func (b *binder) testColumns(tests []*Test) {
	for _, t := range tests {
		if t.Row != nil {
			if s := b.rowSource(t); s != nil {
				b.refuseUnknown(t.Row, b.sources[s])
			}
		}
		for name, rows := range t.Rows {
			if s := b.m.Source(name); s != nil {
				b.refuseUnknown(rows, b.sources[s])
			}
		}
	}
}

func (b *binder) refuseUnknown(rows *Inline, s *bound) {
	unknown, known := b.unknownColumns(rows, s)
	for _, i := range unknown {
		h := rows.Header[i]
		b.diags.Error(rows.nodes[i].Span, "unknown-column", fmt.Sprintf("the mapping reads no column %s of source %s", diag.Quote(h), diag.Quote(s.Name)), diag.Suggest(h, known))
	}
}

// unknownColumns gives the places in a table's header of the columns that
// source s is not known to have, and the names of those that it has.
func (b *binder) unknownColumns(rows *Inline, s *bound) (unknown []int, known []string) {
	if s == nil || rows == nil || s.wide {
		return nil, nil
	}
	for _, c := range s.Columns {
		switch {
		case c.At > 0:
			known = append(known, c.Name)
		case c.Value == nil:
			known = append(known, c.From...)
		}
	}
	for _, c := range s.Layout {
		if c.Value == nil && s.declared(c.Name) == nil {
			known = append(known, c.Name)
		}
	}
	if s.known {
		for _, h := range s.headers() {
			if !contains(known, h) {
				known = append(known, h)
			}
		}
	}
	for i, h := range rows.Header {
		if !holds(known, h) {
			unknown = append(unknown, i)
		}
	}
	return unknown, known
}

// holds tells whether a header is among others, case and blanks aside.
func holds(list []string, header string) bool {
	for _, h := range list {
		if looseHeader(h) == looseHeader(header) {
			return true
		}
	}
	return false
}

func (l *loader) settleTest(t *Test) {
	if t.Type == gong.NoType {
		return
	}
	if !l.m.hasType(t.Type) {
		l.errorf(t.typeNode, "unknown-type", "it maps "+orList(l.m.types()), "the mapping makes no %s", t.Type)
		return
	}
	var sources, fields, filters []string
	for _, s := range l.m.Sources {
		sources = append(sources, s.Name)
	}
	for _, f := range t.Type.Fields() {
		fields = append(fields, f.Name)
	}
	for _, x := range l.m.Entities {
		if x.Type != t.Type || x.From == nil {
			continue
		}
		for _, f := range x.Fields {
			if f.Custom != nil {
				fields = append(fields, f.Name)
			}
		}
		for _, w := range x.Where {
			filters = append(filters, w.Name)
		}
		if x.ForEach != nil {
			filters = append(filters, "forEach")
		}
	}
	for _, n := range t.rowNodes {
		if l.m.Source(n.Text) == nil {
			l.errorf(n, "unknown-source", diag.Suggest(n.Text, sources), "there is no source %s", diag.Quote(n.Text))
		}
	}
	for _, x := range t.Expect {
		if !contains(fields, x.Field) {
			l.errorf(x.Key, "unknown-field", diag.Suggest(x.Field, fields), "%s has no field %s", t.Type, diag.Quote(x.Field))
		}
	}
	if t.Filtered != "" && !contains(filters, t.Filtered) {
		hint := diag.Suggest(t.Filtered, filters)
		if len(filters) == 0 {
			hint = "the mapping has no conditions"
		}
		l.errorf(t.filteredNode, "unknown-filter", hint, "%s has no condition %s", t.Type, diag.Quote(t.Filtered))
	}
}

// TestFile is a file of tests beside the mapping that it tests.
type TestFile struct {
	Path    string // as given
	Mapping string // path of the mapping, joined with the folder of the file
	Tests   []*Test
}

func testFileKeys() []key[*TestFile] {
	return []key[*TestFile]{
		{"version", shape{what: "1", kinds: scalar, example: "1", schema: `{"const": 1}`}, "The version of the mapping language: 1.", false,
			func(e entry, _ *TestFile) { readVersion(e, nil) }},
		{"mapping", aText("salesforce.yaml"), "The mapping that is tested, by path relative to this file.", true,
			func(e entry, f *TestFile) {
				if s, ok := e.filled(); ok {
					f.Mapping = s
				}
			}},
		{"tests", shape{what: "a list of tests", kinds: list, example: "[{name: a deal, entity: DEAL, row: {Id: 0061}, expect: {objectId: 0061}}]", schema: `{"type": "array", "items": {"$ref": "#/$defs/test"}}`},
			"Rows, and what must become of them.", true,
			func(e entry, f *TestFile) { f.Tests = e.tests() }},
	}
}

// LoadTests reads a file of tests, such as salesforce.test.yaml. The tests are
// held to their mapping by Mapping.CheckTests. The error says that the file
// cannot be read.
func LoadTests(name string, opt LoadOptions) (*TestFile, diag.List, error) {
	if opt.ReadFile == nil {
		opt.ReadFile = readLimited
	}
	text, err := opt.ReadFile(name)
	if err != nil {
		return nil, nil, fmt.Errorf("read tests: %w", err)
	}
	l := newLoader(name, text, opt)
	f := &TestFile{Path: name}
	if root := l.parse(l.m.File); root != nil {
		decode(l, firstKey(root), root, "a file of tests", testFileKeys(), f)
	}
	if f.Mapping != "" && !filepath.IsAbs(f.Mapping) {
		f.Mapping = path.Join(path.Dir(filepath.ToSlash(name)), filepath.ToSlash(f.Mapping))
	}
	return f, l.diags.Sorted(), nil
}
