package mapping

import (
	"strings"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/syntax"
	"crm2gong/mapping/value"
)

// columnTypes are the words for what a column holds.
var columnTypes = [...]string{"text", "integer", "decimal", "boolean", "date", "datetime", "list"}

// columnType gives the type that a word of columnTypes stands for.
func columnType(word string) (kind value.Kind, integer bool) {
	switch word {
	case "integer":
		return value.Number, true
	case "decimal":
		return value.Number, false
	case "boolean":
		return value.Bool, false
	case "date":
		return value.Date, false
	case "datetime":
		return value.DateTime, false
	case "list":
		return value.List, false
	}
	return value.Text, false
}

func columnKeys() []key[*Column] {
	return []key[*Column]{
		{"from", aTextOrList("Close Date"), "The column's header, or headers tried in order; the entry's own key is then another name for it. \"Email#2\" names the second of two headers Email.", false,
			func(e entry, c *Column) { c.From, c.fromNodes = e.someTexts(), e.items() }},
		{"at", shape{what: "the letters of a column", kinds: scalar, example: "G", schema: `{"oneOf": [{"type": "string", "pattern": "^([A-Za-z]{1,3}|[0-9]+)$"}, {"type": "integer", "minimum": 1}]}`}, "The column's place, as letters or a number from 1: for a header that is empty.", false, readAt},
		{"type", aWord("decimal", columnTypes[:]...), "What the cells hold; text unless set.", false,
			func(e entry, c *Column) { c.typeWord = e.word(); c.Read.Kind, c.Read.Integer = columnType(c.typeWord) }},
		{"format", aTextOrList(`"%d/%m/%Y"`), "Dates: how they are written, in the directives of strftime, or a list of forms; iso in a list stands for the forms read without one.", false, readFormat},
		{"optional", aBool("true"), "Whether the file may lack the column, which is empty then.", false,
			func(e entry, c *Column) { c.Optional = e.boolean() }},
		{"empty", aTextOrList(`"000000000000000AAA"`), "Texts that mean an empty cell, besides those of the source.", false,
			func(e entry, c *Column) { c.Empty = e.texts() }},
		{"default", aText(`"0"`), "The text that an empty cell stands for.", false,
			func(e entry, c *Column) {
				if s, ok := e.text(); ok {
					c.Default, c.defaultNode = &s, e.node
				}
			}},
		{"decimal", aText(`","`), "Numbers: the decimal sign; a point unless set.", false,
			func(e entry, c *Column) { c.Read.Decimal = e.char() }},
		{"group", aText(`"."`), "Numbers: the sign between groups of three digits; none unless set.", false,
			func(e entry, c *Column) { c.Read.Group = e.char() }},
		{"strip", aBool("true"), "Numbers: whether a currency sign or code around the number is dropped; it is refused unless set.", false,
			func(e entry, c *Column) { c.Read.Strip = e.boolean() }},
		{"suffix", shape{what: "a map from endings to factors", kinds: object, example: "{K: 1000, M: 1000000}", schema: `{"type": "object", "additionalProperties": {"type": ["number", "string"]}}`}, "Numbers: endings that multiply.", false, readSuffix},
		{"truthy", aTextOrList(`["Ja", "X"]`), "true/false: the words for true, in any case, instead of true, yes, 1, y, t.", false,
			func(e entry, c *Column) { c.Read.Truthy = e.someTexts() }},
		{"falsy", aTextOrList(`["Nein"]`), "true/false: the words for false, in any case, instead of false, no, 0, n, f.", false,
			func(e entry, c *Column) { c.Read.Falsy = e.someTexts() }},
		{"separator", aText(`","`), "Lists: what stands between the items; a semicolon unless set.", false,
			func(e entry, c *Column) { c.Read.Separator, _ = e.filled() }},
		{"value", anExpr(`'FirstName + " " + LastName'`), "An expression on the row's other columns, instead of a column of the file.", false,
			func(e entry, c *Column) { c.Value = e.expr() }},
	}
}

func readColumns(e entry, s *Source) {
	for _, p := range pairs(e.node) {
		c := &Column{Name: p.Key.Text, Node: p.Key, Read: value.ColumnType{Kind: value.Text}}
		if c.Name == "" {
			e.errorf(p.Key, "wrong-name", "", "a column needs a name")
			continue
		}
		s.Columns = append(s.Columns, c)
		if p.Value.Kind == syntax.Scalar {
			typ := e
			typ.name, typ.node, typ.at = p.Key.Text, p.Value, p.Key
			typ.shape = aWord("decimal", columnTypes[:]...)
			typ.shape.what += ", or a map"
			c.typeWord = typ.word()
			c.Read.Kind, c.Read.Integer = columnType(c.typeWord)
		} else if decode(e.loader, p.Key, p.Value, "a column", columnKeys(), c) {
			e.agreeColumn(p.Value, c)
		}
		if c.From == nil && c.At == 0 && c.Value == nil {
			c.From = []string{c.Name}
			c.broken = c.broken || p.Value.Get("value") != nil // whose fault was reported
		}
	}
}

// agreeColumn refuses keys of a column that do not go together.
func (l *loader) agreeColumn(n *syntax.Node, c *Column) {
	has := func(name string) bool { return n.Get(name) != nil }
	if has("value") {
		for _, e := range pairs(n) {
			if e.Key.Text != "value" && contains(keyNames(columnKeys()), e.Key.Text) {
				l.errorf(e.Key, "conflict", "remove one of the two", "a column with a value is computed, and takes no %s", diag.Quote(e.Key.Text))
			}
		}
		return
	}
	if has("from") && has("at") {
		l.errorf(keyNode(n, "at"), "conflict", "remove one of the two", "a column has from or at, not both")
	}
	for _, g := range []struct{ keys, types, usual string }{
		{"format", "date datetime", "date"}, {"decimal group strip suffix", "integer decimal", "decimal"},
		{"truthy falsy", "boolean", "boolean"}, {"separator", "list", "list"},
	} {
		for _, name := range strings.Fields(g.keys) {
			types := strings.Fields(g.types)
			typ := c.typeWord
			if !has("type") {
				typ = "text"
			}
			if has(name) && typ != "" && !contains(types, typ) {
				l.errorf(keyNode(n, name), "conflict", "write `type: "+g.usual+"`, or remove it", "%s is for columns of type %s, and this one is %s", diag.Quote(name), orList(types), typ)
			}
		}
	}
}

func readAt(e entry, c *Column) {
	if c.At = columnLetters(e.node.Text); c.At == 0 {
		e.wrong()
	}
}

func readFormat(e entry, c *Column) {
	c.Read.Formats = e.someTexts()
	for _, n := range e.items() {
		if n.Kind != syntax.Scalar || n.Text == "iso" && e.node.Kind == syntax.List {
			continue
		}
		l, err := value.CompileLayout(n.Text)
		switch {
		case err != nil:
			e.errorf(n, "wrong-format", "such as %d/%m/%Y", "%s", err)
			c.broken = true
		case !l.HasDate():
			e.errorf(n, "wrong-format", value.FormatHint(n.Text), "the format %s names no date", diag.Quote(n.Text))
			c.broken = true
		}
	}
}

func readSuffix(e entry, c *Column) {
	for _, p := range pairs(e.node) {
		v, ok := value.ParseNumber(p.Value.Text)
		if !ok || p.Value.Kind != syntax.Scalar {
			e.errorf(p.Value, "wrong-value", e.such(), "a suffix multiplies by a plain number, not %s", describe(p.Value))
			c.broken = true
			continue
		}
		c.Read.Suffix = append(c.Read.Suffix, value.Suffix{Text: p.Key.Text, Factor: v})
	}
}

// compileColumns makes the readers of a source's cells.
func (l *loader) compileColumns(s *Source) {
	zone := s.Zone
	if zone == nil {
		zone = l.m.Zone
	}
	text := value.ColumnType{Kind: value.Text, Empty: s.Empty, NoTrim: s.NoTrim}
	s.text, _ = text.Compile(zone)
	number := text
	number.Kind = value.Number
	s.number, _ = number.Compile(zone)
	for _, c := range s.Columns {
		c.Read.Empty = append(append([]string(nil), s.Empty...), c.Empty...)
		c.Read.Default, c.Read.NoTrim = c.Default, s.NoTrim
		if c.broken || c.Value != nil {
			continue
		}
		r, err := c.Read.Compile(zone)
		if err != nil {
			at := c.Node
			if rest := c.Read; c.Default != nil {
				rest.Default = nil
				if _, other := rest.Compile(zone); other == nil {
					at = c.defaultNode
				}
			}
			l.errorf(at, "wrong-type", "", "column %s: %s", diag.Quote(c.Name), err)
			continue
		}
		c.reader = r
	}
}
