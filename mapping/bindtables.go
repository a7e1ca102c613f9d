package mapping

import (
	"fmt"
	"strings"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/value"
)

// lookup compiles a lookup.
func (b *binder) lookup(k *Lookup) *BoundLookup {
	s := b.source(k.From)
	bl := &BoundLookup{Lookup: k, From: &s.BoundSource, result: anyType}
	scope := b.scope(s)
	if k.Where != nil {
		bl.Where = b.condition(k.Where, s, scope, "where")
	}
	for _, x := range k.Keys {
		p := b.compile(x, s, scope)
		if p != nil {
			switch p.Type.Kind {
			case value.List, value.Record:
				hint := "join the items, or name a field"
				if text := strings.TrimSpace(x.Node.Text); strings.HasPrefix(text, "[") && len(k.Keys) == 1 {
					hint = "for a key of several columns write the list without quotes: key: " + text
				}
				b.diags.Error(x.span(), "type", fmt.Sprintf("a key is one value, and this is a %s", p.Type.Kind), hint)
			}
		}
		bl.Keys = append(bl.Keys, p)
	}
	if k.Value != nil {
		if bl.Value = b.compile(k.Value, s, scope); bl.Value != nil {
			bl.result = bl.Value.Type
			bl.result.Nullable = true
		}
		return bl
	}
	bl.Row, bl.result = b.wholeRow(k, s)
	return bl
}

// wholeRow gives the slots and the type of a row that a lookup gives as a
// whole. The fields that expressions read come first and have slots; the
// others are in the type for suggestions alone.
func (b *binder) wholeRow(k *Lookup, s *bound) ([]int, value.Type) {
	record := &value.RecordType{}
	var slots []int
	names := s.columnNames()
	for _, name := range b.fields {
		if s.known && !contains(names, name) && !b.reachable(s, name) {
			continue
		}
		slot, col, fault := b.column(s, name)
		if fault != nil && !fault.Warning {
			continue
		}
		if fault != nil {
			b.diags.Warn(k.Node.Span, fault.Code, fault.Message, fault.Hint)
		}
		slots = append(slots, slot)
		record.Names, record.Types = append(record.Names, name), append(record.Types, col.Type)
	}
	for _, name := range names {
		if record.Index(name) < 0 {
			record.Names, record.Types = append(record.Names, name), append(record.Types, anyType)
		}
	}
	return slots, value.Type{Kind: value.Record, Record: record, Nullable: true}
}

// reachable tells whether a name that is no header stands for a column.
func (b *binder) reachable(s *bound, name string) bool {
	_, _, fault := b.position(s, name)
	return fault == nil
}

// params are the names of a lookup's parameters, for messages.
func (k *BoundLookup) params() []string {
	names := make([]string, k.parts)
	for i := range names {
		names[i] = fmt.Sprintf("key%d", i+1)
		if k.parts == 1 {
			names[i] = "key"
		}
		if i < len(k.Lookup.Keys) && isIdentifier(k.Lookup.Keys[i].Tree.Source()) {
			names[i] = k.Lookup.Keys[i].Tree.Source()
		}
	}
	return names
}

// currency compiles the table of rates.
func (b *binder) currency(c *Currency) {
	m := &BoundCurrency{Currency: c, ConvertAt: b.plan.Tables, RateAt: b.plan.Tables + 1}
	b.plan.Tables += 2
	b.plan.Money = m
	b.names = append(b.names, "convert", "rate")
	defer func() { b.money = true }()
	if c.From == nil {
		return
	}
	s := b.source(c.From)
	m.From = &s.BoundSource
	scope := b.scope(s)
	m.Date = b.compile(c.Date, s, scope)
	if m.Date != nil {
		b.wantKind(c.Date, m.Date, "the date of a rate is a date", "declare the column: `type: date`, or write date(…)", value.Date, value.DateTime)
	}
	if c.Wide {
		b.wide(m, s)
		return
	}
	m.Code, m.Rate = b.compile(c.Currency, s, scope), b.compile(c.Rate, s, scope)
	if m.Code != nil {
		b.wantKind(c.Currency, m.Code, "a currency is a text", "", value.Text)
	}
	if m.Rate != nil {
		b.wantKind(c.Rate, m.Rate, "a rate is a number", "declare the column: `type: decimal`, or write number(…)", value.Number, value.Text)
	}
}

// wantKind reports an expression that is of none of the kinds.
func (b *binder) wantKind(x *Expr, p *expression.Program, want, hint string, kinds ...value.Kind) {
	if p.Type.Kind == value.Any {
		return
	}
	for _, k := range kinds {
		if p.Type.Kind == k {
			return
		}
	}
	b.diags.Error(x.span(), "type", fmt.Sprintf("%s, and this is %s", want, article(p.Type.Kind)), hint)
}

// article names a kind with its article.
func article(k value.Kind) string {
	switch k {
	case value.Nil, value.Any, value.Bool:
		return k.String()
	}
	return "a " + k.String()
}

// wide finds the columns of a wide table of rates: all whose header is a
// currency code, but the date's.
func (b *binder) wide(m *BoundCurrency, s *bound) {
	m.Wide, s.wide = []WideColumn{}, true
	if !s.known {
		return
	}
	date := -1
	if m.Date != nil {
		for _, slot := range m.Date.Slots() {
			date = s.Layout[slot].Index
		}
	}
	for i, h := range s.Header {
		code := strings.ToUpper(strings.TrimSpace(h))
		if i == date || !currencyCode().MatchString(code) {
			continue
		}
		rate := s.column(b, h, i)
		tree, fault := expression.Parse("row[" + fmt.Sprintf("%q", h) + "]")
		if fault != nil {
			continue
		}
		scope := &expression.Scope{Column: func(string) (int, expression.Column, *expression.Fault) { return rate, s.Layout[rate], nil }}
		if p, _ := tree.Compile(scope); p != nil {
			m.Wide = append(m.Wide, WideColumn{Currency: code, Rate: p})
		}
	}
	if len(m.Wide) == 0 && !b.some {
		b.diags.Error(m.Node.Span, "unknown-column", fmt.Sprintf("source %s has no column headed by a currency code", diag.Quote(s.Name)),
			"a wide table has columns such as EUR and GBP; leave `wide` out for one row per currency")
	}
}

// column gives the slot of a rate's column: as declared, else as a number.
func (s *bound) column(b *binder, header string, index int) int {
	if c := s.declared(header); c != nil {
		slot, _, _ := b.column(s, header)
		return slot
	}
	return s.add("\x00rate "+header, expression.Column{Name: header, Header: header, Index: index, Read: s.number,
		Type: value.Type{Kind: value.Number, Nullable: true}})
}

// moneyCallee gives convert and rate.
func (b *binder) moneyCallee(name string) *expression.Callee {
	number := value.Type{Kind: value.Number, Nullable: true}
	text, date := value.Type{Kind: value.Text, Nullable: true}, value.Type{Kind: value.Date, Nullable: true}
	c := &expression.Callee{Kind: expression.Money, Result: number}
	if b.m.Currency.Date == nil {
		c.Optional = 1
	}
	switch name {
	case "convert":
		c.Table, c.Params, c.ParamTypes = b.plan.Money.ConvertAt, []string{"amount", "currency", "date"}, []value.Type{number, text, date}
	case "rate":
		c.Table, c.Params, c.ParamTypes = b.plan.Money.RateAt, []string{"currency", "date"}, []value.Type{text, date}
	default:
		return nil
	}
	return c
}
