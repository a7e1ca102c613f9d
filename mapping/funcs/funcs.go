// Package funcs is the table of the functions that expressions may call: each
// with its name, signature, description, examples, parameters, result and
// implementation. The same table checks calls, runs them and prints the list
// that `crm2gong functions` shows.
package funcs

import (
	"sync"
	"time"

	"crm2gong/mapping/value"
)

// The largest results a function may give. What would be larger is a Fault, so
// that no expression can use unbounded memory.
const (
	MaxText    = 1 << 20 // bytes of a text
	MaxList    = 100_000 // items of a list
	MaxPattern = 1_000   // characters of a regular expression
)

// Env is all that a function sees besides its arguments.
type Env struct {
	Now  time.Time      // the run's one instant, what now() gives
	Zone *time.Location // the zone of dates and of date-times without an offset
}

// Form tells what an entry of the table is.
type Form uint8

// The forms. Only a Plain entry has an implementation here.
const (
	Plain     Form = iota // a function of values; Call is set
	Predicate             // a list function with a predicate, evaluated by the expression package: map(list, …)
	Table                 // reads a table of the mapping: an enum, a lookup, convert, rate
	Operator              // an operator or a form of the syntax, such as startsWith
	Place                 // where the row comes from: source.file …
)

// Param is one parameter of a function.
type Param struct {
	Name     string
	Kinds    []value.Kind // accepted kinds, never Nil; value.Any alone accepts all
	Optional bool         // may be left out, and so may all that follow
	Variadic bool         // the last one: may be repeated, and be left out if Optional
	Constant bool         // must be known before any row is read: a literal or a parameter of the mapping
	NilOK    bool         // nil is a fine argument; else it is a Fault (but see Func.NilOfNil)
}

// Accepts tells whether an argument of the kind fits the parameter. Kinds that
// are only known at run time (value.Any) and nil always may.
func (p *Param) Accepts(k value.Kind) bool {
	if k == value.Any || k == value.Nil {
		return true
	}
	for _, want := range p.Kinds {
		if want == value.Any || want == k {
			return true
		}
	}
	return false
}

// Example is an expression and what it gives. Texts stand in double quotes,
// numbers plain, dates as 2024-03-15, date-times as 2024-03-15T10:00:00Z, lists
// as ["a", "b"], no value as nil. It is evaluated in ExampleEnv.
type Example struct {
	Expr, Result string
	Needs        string // what the mapping must define for it; empty when the example runs on its own
}

// Implementation computes a function. It must neither keep nor change args,
// whose length fits the parameters. The error is always a *Fault.
type Implementation func(env *Env, args []value.Value) (value.Value, error)

// Func is one entry of the table. It must not be changed.
type Func struct {
	Name      string
	Group     string // heading in the documentation: text, numbers, dates, choice, CRM, lists, tables, where from
	Form      Form
	Signature string // as documented, such as "replace(text, from, to)"
	Doc       string // what it does, in a few sentences
	Examples  []Example
	Params    []Param
	NilOfNil  bool // nil as the first argument gives nil

	// Result gives the static type of the result for the arguments' types,
	// whose number fits the parameters.
	Result func(args []value.Type) value.Type

	// Call runs the function. It checks the kinds of its arguments, applies the
	// nil rules and the limits; nil unless Form is Plain.
	Call Implementation

	// Prepare specialises the function on arguments that are known before any
	// row is read; consts has one entry per argument, nil where the argument
	// varies. What it returns is called instead of Call, with all arguments,
	// and checks as Call does. The error is a *Fault to report before any row
	// is read. It is never nil when Form is Plain.
	Prepare func(consts []*value.Value) (Implementation, error)

	prepare func(consts []*value.Value) (Implementation, error)
}

// Arity gives the least and the greatest number of arguments; max is -1 when
// there is no greatest.
func (f *Func) Arity() (min, max int) {
	for _, p := range f.Params {
		if !p.Optional {
			min++
		}
		if p.Variadic {
			max = -1
		} else if max >= 0 {
			max++
		}
	}
	return min, max
}

// Param gives the parameter that takes the argument i, counted from 0; nil when
// the function takes fewer.
func (f *Func) Param(i int) *Param {
	n := len(f.Params)
	if i < n {
		return &f.Params[i]
	}
	if n > 0 && f.Params[n-1].Variadic {
		return &f.Params[n-1]
	}
	return nil
}

// Fault says why a call gave no value, or why it can't be compiled.
type Fault struct {
	Message string // what is wrong, values quoted and shortened, no full stop
	Hint    string // what to write instead; may be empty
	Value   string // the value at fault, whole; may be empty
	Arg     int    // the argument at fault, counted from 1; 0 when it is none of them
	Nil     bool   // the fault is that this argument is nil
}

// Error gives the message.
func (f *Fault) Error() string { return f.Message }

// ExampleEnv is what the examples are evaluated in: noon of 15 March 2024, UTC.
func ExampleEnv() *Env {
	return &Env{Now: time.Date(2024, 3, 15, 12, 0, 0, 0, time.UTC), Zone: time.UTC}
}

type table struct {
	all    []*Func
	byName map[string]*Func
	names  []string
}

var theTable = sync.OnceValue(func() *table {
	t := &table{byName: map[string]*Func{}}
	for _, group := range []struct {
		name  string
		funcs []*Func
	}{
		{"text", textFuncs()}, {"numbers", numberFuncs()}, {"dates", dateFuncs()}, {"choice", choiceFuncs()},
		{"CRM", crmFuncs()}, {"lists", listFuncs()}, {"tables", tableFuncs()}, {"where from", placeFuncs()},
	} {
		for _, f := range group.funcs {
			f.Group = group.name
			f.guard()
			t.all = append(t.all, f)
			t.byName[f.Name] = f
			if f.Form == Plain || f.Form == Predicate {
				t.names = append(t.names, f.Name)
			}
		}
	}
	return t
})

// All returns the whole table in the documented order. It must not be changed.
func All() []*Func { return theTable().all }

// Find returns the entry with the name, nil if there is none. It also finds
// entries that are no functions; see Form.
func Find(name string) *Func { return theTable().byName[name] }

// Names returns the names that can be called: of Plain and Predicate entries,
// in the documented order. It must not be changed.
func Names() []string { return theTable().names }
