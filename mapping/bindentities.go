package mapping

import (
	"fmt"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/fit"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
)

// bindEntities compiles the mappings of entities, their past versions and the
// checks.
func (b *binder) bindEntities() {
	shapes := map[gong.ObjectType][]gong.Field{}
	for _, t := range gong.Types {
		shapes[t] = b.m.shape(t, b.m.Entities)
	}
	for _, x := range b.m.Entities {
		if x.From != nil {
			b.plan.Entities = append(b.plan.Entities, b.entity(x, shapes[x.Type]))
		}
	}
	past := map[gong.ObjectType][]gong.Field{}
	for _, x := range b.m.History {
		if past[x.Type] == nil {
			past[x.Type] = b.m.shape(x.Type, b.m.History)
		}
		if x.From != nil {
			b.plan.History = append(b.plan.History, b.entity(x, past[x.Type]))
		}
	}
	for _, c := range b.m.Checks {
		b.check(c)
	}
}

// shape is the type's standard fields, and then the custom fields of all
// mappings of the type in order of first use.
func (m *Mapping) shape(t gong.ObjectType, list []*Entity) []gong.Field {
	fields := append([]gong.Field(nil), t.Fields()...)
	for _, x := range list {
		for _, f := range x.Fields {
			if x.Type == t && f.Custom != nil && fieldIndex(fields, f.Name) < 0 {
				fields = append(fields, f.gongField())
			}
		}
	}
	return fields
}

func fieldIndex(fields []gong.Field, name string) int {
	for i := range fields {
		if fields[i].Name == name {
			return i
		}
	}
	return -1
}

func (b *binder) entity(x *Entity, shape []gong.Field) *BoundEntity {
	s := b.source(x.From)
	be := &BoundEntity{Entity: x, From: &s.BoundSource, GongFields: shape}
	scope := b.scope(s)
	for _, w := range x.Where {
		be.Where = append(be.Where, BoundFilter{w.Name, b.condition(w.Expr, s, scope, "where")})
	}
	if x.ForEach != nil {
		be.ForEach = b.compile(x.ForEach, s, scope)
		scope = b.scope(s)
		scope.Item = b.itemType(x.ForEach, be.ForEach)
	}
	if x.Deleted != nil {
		be.Deleted = b.condition(x.Deleted, s, scope, "deleted")
	}
	if x.Converted != nil {
		be.Converted = b.condition(x.Converted, s, scope, "converted")
	}
	for _, f := range x.Fields {
		i := fieldIndex(shape, f.Name)
		bf := BoundField{Field: f, Index: i}
		bf.Program = b.fieldExpr(f.Expr, s, scope, &shape[i])
		bf.Instead = b.fieldExpr(f.Instead, s, scope, &shape[i])
		be.Fields = append(be.Fields, bf)
	}
	return be
}

// itemType gives the type of the items of a forEach.
func (b *binder) itemType(x *Expr, p *expression.Program) *value.Type {
	item := anyType
	switch {
	case p == nil:
	case p.Type.Kind == value.List:
		if p.Type.Elem != nil {
			item = *p.Type.Elem
		}
	case p.Type.Kind != value.Any && p.Type.Kind != value.Nil:
		b.diags.Error(x.span(), "type", "\"forEach\" takes a list, and this is "+article(p.Type.Kind), `write split(x, ";"), or declare the column: `+"`type: list`")
	}
	return &item
}

// condition compiles an expression that must be true or false.
func (b *binder) condition(x *Expr, s *bound, scope *expression.Scope, key string) *expression.Program {
	p := b.compile(x, s, scope)
	if p == nil {
		return nil
	}
	switch p.Type.Kind {
	case value.Bool, value.Any:
	case value.Text:
		b.diags.Error(x.span(), "type", diag.Quote(key)+" is true or false, and this is a text", `compare it, such as X == "true", or declare the column: `+"`type: boolean`")
	default:
		b.diags.Error(x.span(), "type", fmt.Sprintf("%s is true or false, and this is %s", diag.Quote(key), article(p.Type.Kind)), "compare it, such as X == 1")
	}
	return p
}

// fieldExpr compiles an expression whose result goes into a field.
func (b *binder) fieldExpr(x *Expr, s *bound, scope *expression.Scope, f *gong.Field) *expression.Program {
	p := b.compile(x, s, scope)
	if p == nil {
		return nil
	}
	if f.Kind == gong.NoKind {
		return p // its type is no type, as Load has said
	}
	if hint, ok := fit.Check(p.Type, f); !ok {
		b.diags.Error(x.span(), "type", fmt.Sprintf("%s takes %s, and this is %s", diag.Quote(f.Name), gongArticle(f.Kind), article(p.Type.Kind)), hint)
		return p
	}
	if v, ok := p.Constant(); ok {
		b.constant(x, v, f)
		return p
	}
	b.outcomes(x, f)
	return p
}

func gongArticle(k gong.Kind) string {
	switch k {
	case gong.Bool:
		return k.String()
	case gong.ID, gong.Currency, gong.Email:
		return "an " + k.String()
	}
	return "a " + k.String()
}

// constant fits a value that is the same for every row.
func (b *binder) constant(x *Expr, v value.Value, f *gong.Field) {
	var dst gong.Value
	fitter := fit.Fitter{Zone: b.m.Zone}
	if p := fitter.Fit(&dst, v, f); p != nil {
		b.diags.Error(x.span(), "value", p.Message, p.Hint)
	}
}

// outcomes holds the texts that an expression can come to, written out or as
// entries of an enum, to the values that the field takes.
func (b *binder) outcomes(x *Expr, f *gong.Field) {
	allowed := f.Values
	if f.Kind == gong.Status {
		allowed = gong.Statuses
	}
	if allowed == nil {
		return
	}
	for _, o := range x.Tree.Outcomes() {
		if o.Text != nil && *o.Text != "" && !contains(allowed, *o.Text) {
			b.diags.Error(x.Node.Range(o.From, o.To), "value", fmt.Sprintf("%s is %s, not %s", diag.Quote(f.Name), allowedWords(allowed), diag.Quote(*o.Text)), diag.Suggest(*o.Text, allowed))
		}
		for _, e := range b.m.Enums {
			if e.Name == o.Call {
				b.targets(e, f, allowed)
			}
		}
	}
}

// allowedWords names the values that a field takes, unless they are many.
func allowedWords(allowed []string) string {
	if len(allowed) > 6 {
		return fmt.Sprintf("one of %d values", len(allowed))
	}
	return orList(allowed)
}

// targets holds the entries of an enum to the values that a field takes.
func (b *binder) targets(e *Enum, f *gong.Field, allowed []string) {
	for i, k := range e.Keys {
		to := e.Values[e.Fold(k)]
		if to != "" && !contains(allowed, to) {
			b.diags.Error(e.targets[i].Span, "value", fmt.Sprintf("enum %s makes %s of %s, and %s is %s", diag.Quote(e.Name), diag.Quote(to), diag.Quote(k), diag.Quote(f.Name), allowedWords(allowed)), diag.Suggest(to, allowed))
		}
	}
	if d := e.Default; d != nil && *d != "" && !contains(allowed, *d) {
		b.diags.Error(e.defaultNode.Span, "value", fmt.Sprintf("the default of enum %s is %s, and %s is %s", diag.Quote(e.Name), diag.Quote(*d), diag.Quote(f.Name), allowedWords(allowed)), diag.Suggest(*d, allowed))
	}
}

// check compiles a check for each mapping of its type.
func (b *binder) check(c *Check) {
	bc := &BoundCheck{Check: c, Programs: map[*BoundEntity]*expression.Program{}}
	for _, be := range b.plan.Entities {
		if be.Type != c.Type {
			continue
		}
		s := b.sources[be.Entity.From]
		scope := b.scope(s)
		scope.Fields = make([]expression.Arg, len(be.GongFields))
		for i := range be.GongFields {
			scope.Fields[i] = expression.Arg{Name: be.GongFields[i].Name, Type: fieldType(be.GongFields[i].Kind)}
		}
		bc.Programs[be] = b.condition(c.Expect, s, scope, "expect")
	}
	b.plan.Checks = append(b.plan.Checks, bc)
}

// fieldType is the type of a field in checks.
func fieldType(k gong.Kind) value.Type {
	t := value.Type{Kind: value.Text, Nullable: true}
	switch k {
	case gong.DateTime:
		t.Kind = value.DateTime
	case gong.Date:
		t.Kind = value.Date
	case gong.Bool:
		t.Kind = value.Bool
	case gong.Number, gong.Currency, gong.Percent, gong.Integer:
		t.Kind = value.Number
	case gong.TextList:
		t.Kind, t.Elem = value.List, &value.Type{Kind: value.Text}
	}
	return t
}
