package expression

import (
	"strings"
	"testing"
	"time"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/value"
)

// world is a small mapping to evaluate in: columns with one row, tables,
// params, functions.
type world struct {
	frame  *Frame
	scope  *Scope
	layout []Column
}

// tableFunc is a Table made of a function.
type tableFunc func(f *Frame, args []value.Value) value.Value

func (t tableFunc) Call(f *Frame, args []value.Value) value.Value { return t(f, args) }

type rowFields []value.Value

func (r rowFields) Field(i int) value.Value { return r[i] }

var accountType = &value.RecordType{Names: []string{"Name", "Billing City", "order"},
	Types: []value.Type{{Kind: value.Text, Nullable: true}, {Kind: value.Text, Nullable: true}, {Kind: value.Number, Nullable: true}}}

func mustParse(t testing.TB, src string) *Tree {
	t.Helper()
	tree, fault := Parse(src)
	if fault != nil {
		t.Fatalf("Parse(%q): %s (%s)", src, fault.Message, fault.Hint)
	}
	return tree
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{frame: &Frame{Now: time.Date(2024, 3, 15, 12, 0, 0, 0, time.UTC), Zone: time.UTC, File: "exports/a.csv", Row: 17, Index: 16}}
	for _, c := range []struct {
		name, cell string
		typ        value.ColumnType
	}{
		{"Id", "0061", value.ColumnType{}},
		{"Name", "Zoë Ltd", value.ColumnType{}},
		{"Nick", "", value.ColumnType{}},
		{"Stage", "Closed Won", value.ColumnType{}},
		{"Close Date", "2024-03-15", value.ColumnType{}},
		{"in", "inner", value.ColumnType{}},
		{"id", "column id", value.ColumnType{}},
		{"row", "column row", value.ColumnType{}},
		{"Amount", "100.10", value.ColumnType{Kind: value.Number}},
		{"Count", "3", value.ColumnType{Kind: value.Number}},
		{"Empty", "", value.ColumnType{Kind: value.Number}},
		{"Broken", "abc", value.ColumnType{Kind: value.Number}},
		{"Won", "true", value.ColumnType{Kind: value.Bool}},
		{"Maybe", "", value.ColumnType{Kind: value.Bool}},
		{"closes", "2024-03-20", value.ColumnType{Kind: value.Date}},
		{"noDate", "", value.ColumnType{Kind: value.Date}},
		{"created", "2024-03-15T10:00:00Z", value.ColumnType{Kind: value.DateTime}},
		{"tags", "a; b;c", value.ColumnType{Kind: value.List}},
		{"noTags", "", value.ColumnType{Kind: value.List}},
	} {
		if c.typ.Kind == value.Nil {
			c.typ.Kind = value.Text
		}
		reader, err := c.typ.Compile(time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		w.layout = append(w.layout, Column{Name: c.name, Header: c.name, Index: len(w.frame.Cells), Type: reader.Type(), Read: reader})
		w.frame.Cells = append(w.frame.Cells, value.Cell{Text: c.cell})
	}
	w.layout = append(w.layout, Column{Name: "Absent", Index: -1, Type: typeText})
	w.frame.Layout = w.layout
	account := value.OfRecord(rowFields{value.OfText("Acme"), value.OfText("Berlin"), value.OfInt(2)})
	w.frame.Tables = []Table{
		tableFunc(func(f *Frame, args []value.Value) value.Value { // an enum
			switch args[0].Text() {
			case "":
				return value.Value{}
			case "Closed Won":
				return value.OfText("WON")
			}
			return f.Fail(Failure{Code: "enum-unmapped", Message: "no entry", Slot: -1, Detail: "status"})
		}),
		tableFunc(func(f *Frame, args []value.Value) value.Value { // a lookup
			if args[0].Text() == "0061" {
				return account
			}
			f.Miss(args[0].Text())
			return value.Value{}
		}),
		tableFunc(func(f *Frame, args []value.Value) value.Value { // convert
			if args[0].IsNil() {
				return args[0]
			}
			v, _ := value.Mul(args[0], value.OfInt(2))
			return v
		}),
	}
	callees := map[string]*Callee{
		"status":  {Kind: Enum, Table: 0, Params: []string{"value"}, ParamTypes: []value.Type{typeText}, Result: nullable(typeText)},
		"account": {Kind: Lookup, Table: 1, Params: []string{"key"}, Result: value.Type{Kind: value.Record, Record: accountType, Nullable: true}},
		"convert": {Kind: Money, Table: 2, Params: []string{"amount", "currency", "date"}, Optional: 1,
			ParamTypes: []value.Type{typeNum, typeText, {Kind: value.Date}}, Result: nullable(typeNum)},
		"clean": {Kind: Named, Params: []string{"text"}, Body: mustParse(t, "replacePattern(text, `[^A-Za-z0-9-]`, \"-\")")},
		"add":   {Kind: Named, Params: []string{"a", "b"}, Body: mustParse(t, "a + b")},
		"twice": {Kind: Named, Params: []string{"x"}, Body: mustParse(t, "let y = add(x, x); y")},
		"loop":  {Kind: Named, Params: []string{"x"}, Body: mustParse(t, "loop(x)")},
	}
	var names []string
	for k := range callees {
		names = append(names, k)
	}
	w.scope = &Scope{
		Column: func(name string) (int, Column, *Fault) {
			var known []string
			for i, c := range w.layout {
				if c.Name == name {
					return i, c, nil
				}
				known = append(known, c.Name)
			}
			return 0, Column{}, &Fault{Code: "unknown-column", Message: "no column " + diag.Quote(name), Hint: diag.Suggest(name, known)}
		},
		HasColumn: func(name string) bool {
			for _, c := range w.layout {
				if c.Name == name {
					return true
				}
			}
			return false
		},
		Params: map[string]string{"region": "EMEA", "rate": "1.5"},
		Callee: func(name string) *Callee { return callees[name] }, Callees: names, Place: true,
	}
	w.frame.Next()
	return w
}

// compute adds a computed column.
func (w *world) compute(t testing.TB, name, src string) {
	t.Helper()
	p, faults := mustParse(t, src).Compile(w.scope)
	if p == nil {
		t.Fatalf("%s: %v", src, faults)
	}
	w.layout = append(w.layout, Column{Name: name, Index: -1, Type: p.Type, Value: p})
	w.frame.Layout = w.layout
}

// show writes a value as the documentation does.
func show(v value.Value) string {
	switch v.Kind() {
	case value.Nil:
		return "nil"
	case value.Text:
		return quoteText(v.Text())
	case value.List:
		items := make([]string, len(v.List()))
		for i, item := range v.List() {
			items[i] = show(item)
		}
		return "[" + strings.Join(items, ", ") + "]"
	}
	return string(v.Append(nil))
}

func quoteText(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`).Replace(s) + `"`
}

// run gives the value of an expression, or "fault: …" or "fail: …".
func (w *world) run(src string) string {
	tree, fault := Parse(src)
	if fault != nil {
		return "fault: " + fault.Message
	}
	p, faults := tree.Compile(w.scope)
	if p == nil {
		return "fault: " + faults[0].Message
	}
	w.frame.Next()
	v, x := p.Eval(w.frame)
	if x != nil {
		return "fail: " + x.Message
	}
	return show(v)
}
