package mappingtest

import (
	"fmt"
	"sort"
	"sync"

	"crm2gong/mapping"
	"crm2gong/mapping/diag"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/syntax"
)

// Coverage gathers what the tests of one mapping reach. Past versions
// (history) are not counted, nor what they alone use, since tests make none.
type Coverage struct {
	mapping *mapping.Mapping
	points  []Point
	seen    map[key]bool // points that are listed

	mu      sync.Mutex
	reached map[key]bool
}

// Kind says what a point is.
type Kind string

// The kinds of points.
const (
	ExpressionPoint Kind = "expression" // it is evaluated
	BranchPoint     Kind = "branch"     // of ?:, if, ??, coalesce, and, or
	ConditionPoint  Kind = "condition"  // a condition as a whole is true, or false
	EntryPoint      Kind = "entry"      // of an enum
	DefaultPoint    Kind = "default"    // of an enum
	LookupPoint     Kind = "lookup"     // it finds a row, or none
	OnErrorPoint    Kind = "onError"    // what stands for a value that cannot be made
)

// Point is one thing that a test may reach.
type Point struct {
	Kind    Kind
	Of      string // whose it is, such as "DEAL.status" or "enum status"
	What    string // the part, in words or as the mapping has it
	Span    diag.Span
	Reached bool

	key key
}

// key names a point: a way of an expression, or a thing of the mapping by name.
type key struct {
	way  expression.Way
	name string
}

// NewCoverage lists what there is to reach. headers are those of the sources
// that are at hand, by name. The error is a mapping that does not bind.
func NewCoverage(m *mapping.Mapping, headers map[string][]string) (*Coverage, error) {
	plan, faults := m.BindSome(headers)
	if plan == nil {
		return nil, fmt.Errorf("the mapping does not bind: %s", faults[0].Message)
	}
	c := &Coverage{mapping: m, seen: map[key]bool{}, reached: map[key]bool{}}
	c.tables(plan)
	for _, e := range plan.Entities {
		c.entity(e)
	}
	for _, k := range plan.Checks {
		for _, e := range plan.Entities {
			if p := k.Programs[e]; p != nil {
				c.condition("check "+k.Name, k.Expect, p)
			}
		}
	}
	sort.SliceStable(c.points, func(i, j int) bool { return before(&c.points[i], &c.points[j]) })
	return c, nil
}

func before(a, b *Point) bool {
	if x, y := a.Span.File, b.Span.File; x != y && x != nil && y != nil && x.Name != y.Name {
		return x.Name < y.Name
	}
	lineA, columnA, _, _ := a.Span.Position()
	lineB, columnB, _, _ := b.Span.Position()
	if lineA != lineB {
		return lineA < lineB
	}
	return columnA < columnB
}

// Points gives all points in the order of the file, and which were reached.
func (c *Coverage) Points() []Point {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := append([]Point(nil), c.points...)
	for i := range all {
		all[i].Reached = c.reached[all[i].key]
	}
	return all
}

func (c *Coverage) add(p Point) {
	if c.seen[p.key] {
		return
	}
	c.seen[p.key] = true
	c.points = append(c.points, p)
}

func (c *Coverage) named(kind Kind, of, what string, at *syntax.Node, name string) {
	c.add(Point{Kind: kind, Of: of, What: what, Span: at.Span, key: key{name: name}})
}

// tables lists the points of sources, enums, lookups, rates and functions, but
// of those that past versions alone use.
func (c *Coverage) tables(plan *mapping.Plan) {
	present, past := usesOf(plan, plan.Entities), usesOf(plan, plan.History)
	beyond := func(name string) bool { return past.callees[name] && !present.callees[name] }
	for _, s := range plan.Sources {
		if s.Where != nil && (present.sources[s] || !past.sources[s]) {
			c.condition("where of source "+s.Name, s.Source.Where, s.Where)
		}
		for _, column := range s.Columns {
			for i := range s.Layout {
				at := computed{s, i}
				if past.columns[at] && !present.columns[at] {
					continue
				}
				if l := &s.Layout[i]; column.Value != nil && l.Name == column.Name && l.Value != nil {
					c.expression(ExpressionPoint, "column "+s.Name+"."+column.Name, column.Value, l.Value)
				}
			}
		}
	}
	for _, e := range plan.Enums {
		if beyond(e.Name) {
			continue
		}
		for i, k := range e.Keys {
			c.named(EntryPoint, "enum "+e.Name, diag.Quote(k), e.At(i), entryName(e.Name, k))
		}
		if n := e.DefaultNode(); n != nil {
			c.named(DefaultPoint, "enum "+e.Name, "default "+diag.Quote(*e.Default), n, "default "+e.Name)
		}
	}
	for _, l := range plan.Lookups {
		if beyond(l.Name) {
			continue
		}
		of := "lookup " + l.Name
		for i, k := range l.Keys {
			c.expression(ExpressionPoint, of+": key", l.Lookup.Keys[i], k)
		}
		if l.Value != nil {
			c.expression(ExpressionPoint, of+": value", l.Lookup.Value, l.Value)
		}
		if l.Where != nil {
			c.condition(of+": where", l.Lookup.Where, l.Where)
		}
		c.named(LookupPoint, of, "finds a row", l.Node, "hit "+l.Name)
		c.named(LookupPoint, of, "finds no row", l.Node, "miss "+l.Name)
	}
	if m := plan.Money; m != nil && (present.money() || !past.money()) {
		c.expression(ExpressionPoint, "currency: currency", m.Currency.Currency, m.Code)
		c.expression(ExpressionPoint, "currency: date", m.Currency.Date, m.Date)
		c.expression(ExpressionPoint, "currency: rate", m.Currency.Rate, m.Rate)
	}
	for _, f := range plan.Functions {
		if f.Body != nil && !beyond(f.Name) {
			c.add(Point{Kind: ExpressionPoint, Of: "function " + f.Name, What: f.Body.Tree.Source(), Span: f.Body.Node.Span, key: key{way: f.Body.Tree.Whole()}})
		}
	}
}

func (c *Coverage) entity(e *mapping.BoundEntity) {
	t := e.Type.String()
	for i, w := range e.Where {
		of := t + ": where"
		if w.Name != "where" {
			of += ": " + w.Name
		}
		c.condition(of, e.Entity.Where[i].Expr, w.Program)
	}
	c.expression(ExpressionPoint, t+": forEach", e.Entity.ForEach, e.ForEach)
	if e.Deleted != nil {
		c.condition(t+": deleted", e.Entity.Deleted, e.Deleted)
	}
	if e.Converted != nil {
		c.condition(t+": converted", e.Entity.Converted, e.Converted)
	}
	for i := range e.Fields {
		f := &e.Fields[i]
		of := t + "." + f.Name
		c.expression(ExpressionPoint, of, f.Expr, f.Program)
		switch f.OnError {
		case "expression":
			c.expression(OnErrorPoint, of, f.Field.Instead, f.Instead)
		case "omit":
			c.named(OnErrorPoint, of, "omit", f.Node, omitted(e.Type, f.Name))
		}
	}
}

func omitted(t gong.ObjectType, field string) string { return "omit " + t.String() + "." + field }

// condition lists the points of an expression that is true or false.
func (c *Coverage) condition(of string, x *mapping.Expr, p *expression.Program) {
	for _, result := range []bool{true, false} {
		c.add(Point{Kind: ConditionPoint, Of: of, What: fmt.Sprintf("%t: %s", result, x.Tree.Source()), Span: x.Node.Span, key: key{way: x.Tree.Gives(result)}})
	}
	c.branches(of, x, p)
}

// expression lists the points of an expression; none where it is not given.
func (c *Coverage) expression(kind Kind, of string, x *mapping.Expr, p *expression.Program) {
	if x == nil || p == nil {
		return
	}
	c.add(Point{Kind: kind, Of: of, What: x.Tree.Source(), Span: x.Node.Span, key: key{way: x.Tree.Whole()}})
	c.branches(of, x, p)
}

// branches lists the branches of a program. Those of a named function stand
// once, where the function is written.
func (c *Coverage) branches(of string, x *mapping.Expr, p *expression.Program) {
	for _, b := range p.Branches() {
		at, whose := x, of
		if !x.Tree.Owns(b.Way) {
			if at, whose = c.function(b.Way); at == nil {
				continue
			}
		}
		c.add(Point{Kind: BranchPoint, Of: whose, What: b.Text + " (" + b.When + ")", Span: at.Node.Range(b.From, b.To), key: key{way: b.Way}})
	}
}

// function gives the body of the function that has the way; nil if none has.
func (c *Coverage) function(w expression.Way) (body *mapping.Expr, name string) {
	for _, f := range c.mapping.Functions {
		if f.Body != nil && f.Body.Tree.Owns(w) {
			return f.Body, "function " + f.Name
		}
	}
	return nil, ""
}
