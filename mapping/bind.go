package mapping

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/syntax"
	"crm2gong/mapping/value"
)

// Bind joins the mapping with the headers of its sources, by name, and
// compiles every expression. A source that headers lack, or whose header is
// nil, may have any column: all are text unless declared, and its header in the
// plan is what the expressions use, in order of first use. Inline tables bring
// their own headers.
//
// The list has what Load did not see: columns, types, functions, and what is
// never used. With errors there is no plan.
func (m *Mapping) Bind(headers map[string][]string) (*Plan, diag.List) {
	return m.bind(headers, false)
}

// BindSome is Bind for headers that hold some of the columns alone: a column
// that a header lacks is empty. Tests of mappings give the cells that matter
// and no others.
func (m *Mapping) BindSome(headers map[string][]string) (*Plan, diag.List) {
	return m.bind(headers, true)
}

// Check is Bind without a plan. It also takes a mapping for which Load found
// errors, so that all that is wrong can be told at once.
func (m *Mapping) Check(headers map[string][]string) diag.List {
	_, list := m.bind(headers, false)
	return list
}

// binder is the state of one Bind.
type binder struct {
	m       *Mapping
	plan    *Plan
	headers map[string][]string
	some    bool // a column that a header lacks is empty
	diags   diag.List

	sources map[*Source]*bound
	lookups map[string]*BoundLookup // those that are compiled already
	broken  map[string]bool         // names that must not be compiled into others
	money   bool                    // convert and rate can be called
	misread bool                    // an expression does not compile
	used    map[string]bool         // enums, lookups and functions that expressions call
	fields  []string                // what expressions read of looked-up rows
	names   []string                // of all that can be called
}

func (m *Mapping) bind(headers map[string][]string, some bool) (*Plan, diag.List) {
	b := newBinder(m, headers, some)
	b.compileAll()
	if !some {
		b.unread()
	}
	b.unused(m.broken || b.diags.HasErrors())
	if m.broken || b.diags.HasErrors() {
		return nil, b.diags.Sorted()
	}
	if !some {
		b.testColumns(m.Tests)
	}
	if b.diags.HasErrors() {
		return nil, b.diags.Sorted()
	}
	return b.plan, b.diags.Sorted()
}

func newBinder(m *Mapping, headers map[string][]string, some bool) *binder {
	return &binder{
		m: m, plan: &Plan{Mapping: m}, headers: headers, some: some,
		sources: map[*Source]*bound{}, lookups: map[string]*BoundLookup{}, broken: map[string]bool{}, used: map[string]bool{},
	}
}

func (b *binder) compileAll() {
	b.survey()
	b.bindTables()
	b.bindEntities()
	b.finish()
}

// survey notes what expressions name before any is compiled.
func (b *binder) survey() {
	for _, x := range b.m.Enums {
		b.names = append(b.names, x.Name)
	}
	for _, k := range b.m.Lookups {
		b.names = append(b.names, k.Name)
	}
	for _, f := range b.m.Functions {
		b.names = append(b.names, f.Name)
	}
	b.m.eachExpr(func(x *Expr) {
		for _, f := range x.Tree.Names().Fields {
			if !contains(b.fields, f) {
				b.fields = append(b.fields, f)
			}
		}
	})
}

// bindTables compiles what expressions call, in an order in which each needs
// earlier ones alone.
func (b *binder) bindTables() {
	b.plan.Enums = b.m.Enums
	b.plan.Tables = len(b.m.Enums) + len(b.m.Lookups)
	later := map[string]bool{}
	for _, f := range b.m.Functions {
		later[f.Name] = true
	}
	for _, f := range b.m.Functions {
		if f.Body == nil {
			b.broken[f.Name] = true
		} else {
			for _, name := range f.Body.Tree.Names().Calls {
				b.broken[f.Name] = b.broken[f.Name] || later[name] || b.broken[name]
			}
		}
		delete(later, f.Name)
	}
	for _, k := range b.m.Lookups {
		bl := b.lookup(k)
		b.lookups[k.Name] = bl
		b.plan.Lookups = append(b.plan.Lookups, bl)
	}
	if b.m.Currency != nil {
		b.currency(b.m.Currency)
	}
	b.functions()
}

// functions checks the bodies of functions with arguments of any type; what
// calls them compiles them for the types at hand.
func (b *binder) functions() {
	later := map[string]bool{}
	for _, f := range b.m.Functions {
		later[f.Name] = true
	}
	for _, f := range b.m.Functions {
		if f.Body != nil {
			args := make([]expression.Arg, len(f.Of))
			for i, name := range f.Of {
				args[i] = expression.Arg{Name: name, Type: value.Type{Kind: value.Any, Nullable: true}}
			}
			s := b.scope(nil)
			s.Args = args
			s.Callee = func(name string) *expression.Callee {
				if later[name] {
					return nil
				}
				return b.callee(name)
			}
			b.compile(f.Body, nil, s)
		}
		delete(later, f.Name)
	}
}

// scope is what expressions on the rows of s can reach; nil: there are no rows.
func (b *binder) scope(s *bound) *expression.Scope {
	scope := &expression.Scope{Params: b.m.Params, Callee: b.callee, Callees: b.names}
	if s != nil {
		scope.Column = func(name string) (int, expression.Column, *expression.Fault) { return b.column(s, name) }
		scope.HasColumn = s.has
		scope.Place = true
	}
	return scope
}

// compile compiles an expression on the rows of s and reports its faults; nil
// if it has errors.
func (b *binder) compile(x *Expr, s *bound, scope *expression.Scope) *expression.Program {
	if x == nil || x.Tree == nil {
		return nil
	}
	p, faults := x.Tree.Compile(scope)
	for i := range faults {
		f := &faults[i]
		if f.Code == "unknown-function" {
			b.explain(x.Node, f)
		}
		b.diags = append(b.diags, atNode(x.Node, f))
		b.misread = b.misread || !f.Warning
	}
	if p != nil && s != nil && p.ReadsPlace() {
		s.Numbered = true
	}
	return p
}

// explain says more of a name that is called and cannot be called here.
func (b *binder) explain(n *syntax.Node, f *expression.Fault) {
	points := []rune(n.Text)
	if f.From < 0 || f.To > len(points) || f.From > f.To {
		return
	}
	name := string(points[f.From:f.To])
	name, _, _ = strings.Cut(name, "(")
	switch {
	case (name == "convert" || name == "rate") && b.m.Currency == nil:
		f.Message, f.Hint = name+" needs exchange rates, and the mapping has none", "add `currency: {base: USD, rates: …}`"
	case name == "convert" || name == "rate":
		f.Message, f.Hint = name+" can not be called here: lookups are filled before the rates are", "convert where the lookup is used"
	case contains(b.names, name):
		f.Message, f.Hint = diag.Quote(name)+" is declared further down", "move it above, so that what calls it comes after it"
	}
}

// callee finds what an expression calls by name.
func (b *binder) callee(name string) *expression.Callee {
	c := b.find(name)
	if c != nil {
		b.used[name] = true
	}
	return c
}

var anyType = value.Type{Kind: value.Any, Nullable: true}

func (b *binder) find(name string) *expression.Callee {
	for _, x := range b.m.Enums {
		if x.Name == name {
			return &expression.Callee{Kind: expression.Enum, Table: x.Index, Params: []string{"value"},
				Result: value.Type{Kind: value.Text, Nullable: x.Default == nil}}
		}
	}
	if k := b.lookups[name]; k != nil {
		return &expression.Callee{Kind: expression.Lookup, Table: k.Index, Params: k.params(), Result: k.result}
	}
	for _, f := range b.m.Functions {
		switch {
		case f.Name != name:
		case b.broken[name]:
			return &expression.Callee{Kind: expression.Lookup, Params: f.Of, Result: anyType}
		default:
			return &expression.Callee{Kind: expression.Named, Params: f.Of, Body: f.Body.Tree}
		}
	}
	if contains(b.m.lost, name) {
		many := make([]string, 16)
		return &expression.Callee{Kind: expression.Lookup, Params: many, Optional: len(many), Result: anyType}
	}
	if b.money {
		return b.moneyCallee(name)
	}
	return nil
}

// finish orders the plan's sources as the file does.
func (b *binder) finish() {
	for _, s := range b.m.Sources {
		if bs := b.sources[s]; bs != nil {
			b.plan.Sources = append(b.plan.Sources, &bs.BoundSource)
		}
	}
}

// spelled counts how often a name stands in the mapping and the files that it
// reads, comments included.
func (m *Mapping) spelled(name string) int {
	n := wordsIn(string(m.Text), name)
	for _, f := range m.Read {
		n += wordsIn(string(f.Text), name)
	}
	return n
}

// wordsIn counts the places at which a word stands in a text by itself.
func wordsIn(text, word string) int {
	n := 0
	for from := 0; word != ""; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			break
		}
		i += from
		from = i + len(word)
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[from:])
		if !isWord(before) && !isWord(after) {
			n++
		}
	}
	return n
}

func isWord(r rune) bool {
	return r == '_' || r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r))
}

// eachExpr visits all expressions of the mapping.
func (m *Mapping) eachExpr(visit func(*Expr)) {
	all := func(list ...*Expr) {
		for _, x := range list {
			if x != nil && x.Tree != nil {
				visit(x)
			}
		}
	}
	for _, s := range m.Sources {
		all(s.Where)
		for _, c := range s.Columns {
			all(c.Value)
		}
	}
	for _, k := range m.Lookups {
		all(k.Keys...)
		all(k.Value, k.Where)
	}
	for _, f := range m.Functions {
		all(f.Body)
	}
	if c := m.Currency; c != nil {
		all(c.Currency, c.Date, c.Rate)
	}
	for _, x := range slices.Concat(m.Entities, m.History) {
		for _, w := range x.Where {
			all(w.Expr)
		}
		all(x.ForEach, x.Deleted, x.Converted)
		for _, f := range x.Fields {
			all(f.Expr, f.Instead)
		}
	}
	for _, c := range m.Checks {
		all(c.Expect)
	}
}

// unread reports what is wrong with the declared columns of the sources in use
// that nothing reads. They are bound aside, since a plan has no use for them.
func (b *binder) unread() {
	var aside *binder
	for _, s := range b.m.Sources {
		bs := b.sources[s]
		if bs == nil {
			continue
		}
		for _, c := range s.Columns {
			if bs.read[c] {
				continue
			}
			if aside == nil {
				aside = newBinder(b.m, b.headers, false)
				aside.compileAll()
			}
			if other := aside.source(s); !other.read[c] {
				aside.declaredColumn(other, c)
			}
		}
	}
	if aside != nil {
		b.diags = append(b.diags, aside.diags...) // what both found is told once
	}
}

// unused warns of what is declared and never used. Where expressions are at
// fault it is not known what they use, and it says nothing; where other things
// are, it warns of enums, lookups, functions and columns that the mapping names
// nowhere else.
func (b *binder) unused(faulty bool) {
	if b.misread || b.m.misread {
		return
	}
	warn := func(n *syntax.Node, what string) {
		if faulty && (what == "parameter" || what == "source" || b.m.spelled(n.Text) != 1) {
			return
		}
		b.diags.Warn(n.Span, "unused", fmt.Sprintf("%s %s is never used", what, diag.Quote(n.Text)), "remove it")
	}
	params := map[string]bool{}
	b.m.eachExpr(func(x *Expr) {
		for _, p := range x.Tree.Names().Params {
			params[p] = true
		}
	})
	for _, n := range b.m.paramNodes {
		if !params[n.Text] && !b.m.used["param"][n.Text] {
			warn(n, "parameter")
		}
	}
	for _, x := range b.m.Enums {
		if !b.used[x.Name] {
			warn(x.Node, "enum")
		}
	}
	for _, k := range b.m.Lookups {
		if !b.used[k.Name] {
			warn(k.Node, "lookup")
		}
	}
	for _, f := range b.m.Functions {
		if !b.used[f.Name] {
			warn(f.Node, "function")
		}
	}
	for _, s := range b.m.Sources {
		bs := b.sources[s]
		if bs == nil {
			warn(s.Node, "source")
			continue
		}
		for _, c := range s.Columns {
			if !bs.read[c] {
				warn(c.Node, "column")
			}
		}
	}
}
