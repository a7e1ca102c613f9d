package funcs

import "crm2gong/mapping/value"

// Constructors and refinements of parameters, to keep the tables short.

func param(name string, kinds ...value.Kind) Param { return Param{Name: name, Kinds: kinds} }

func text(name string) Param { return param(name, value.Text) }

func number(name string) Param { return param(name, value.Number) }

func list(name string) Param { return param(name, value.List) }

func scalar(name string) Param {
	return param(name, value.Text, value.Number, value.Bool, value.Date, value.DateTime)
}

func (p Param) optional() Param { p.Optional = true; return p }

func (p Param) variadic() Param { p.Variadic = true; return p }

func (p Param) constant() Param { p.Constant = true; return p }

func (p Param) nilOK() Param { p.NilOK = true; return p }

// Results.

type result = func(args []value.Type) value.Type

// gives is a result that may be nil: what most functions give for nil, and for
// a blank text.
func gives(k value.Kind) result {
	t := value.Type{Kind: k, Nullable: true}
	return func([]value.Type) value.Type { return t }
}

// always is a result that is never nil.
func always(k value.Kind) result {
	t := value.Type{Kind: k}
	return func([]value.Type) value.Type { return t }
}

// asFirst is a result that is nil only where the first argument is.
func asFirst(k value.Kind) result {
	return func(args []value.Type) value.Type {
		return value.Type{Kind: k, Nullable: args[0].Nullable || args[0].Kind == value.Any || args[0].Kind == value.Nil}
	}
}

// sameAsFirst is the first argument's own type.
func sameAsFirst(args []value.Type) value.Type { return args[0] }

// listOf is a list whose items have the kind.
func listOf(k value.Kind, nullable bool) result {
	t := value.Type{Kind: value.List, Elem: &value.Type{Kind: k}, Nullable: nullable}
	return func([]value.Type) value.Type { return t }
}

// item is the type of an item of the first argument, or nil.
func item(args []value.Type) value.Type {
	t := value.Type{Kind: value.Any}
	if args[0].Kind == value.List && args[0].Elem != nil {
		t = *args[0].Elem
	}
	t.Nullable = true
	return t
}

// common is the kind that all types share, Any if they differ. Nil types say
// nothing.
func common(types []value.Type) value.Type {
	var t value.Type
	for _, a := range types {
		switch {
		case a.Kind == value.Nil:
		case t.Kind == value.Nil:
			t = a
		case t.Kind != a.Kind:
			return value.Type{Kind: value.Any, Nullable: true}
		case t.Kind == value.List && (t.Elem == nil || a.Elem == nil || t.Elem.Kind != a.Elem.Kind):
			t.Elem = nil
		case t.Kind == value.Record && t.Record != a.Record:
			return value.Type{Kind: value.Any, Nullable: true}
		}
	}
	t.Nullable = true
	return t
}

func plain(name, signature, doc string, params []Param, nilOfNil bool, res result, call Implementation, examples ...Example) *Func {
	return &Func{Name: name, Signature: signature, Doc: doc, Params: params, NilOfNil: nilOfNil, Result: res, Call: call, Examples: examples}
}

func ex(expr, result string) Example { return Example{Expr: expr, Result: result} }

// onText makes an implementation from a function of one text.
func onText(f func(string) string) Implementation {
	return func(_ *Env, args []value.Value) (value.Value, error) {
		s := args[0].Text()
		return value.OfText(f(s)), nil
	}
}
