package expression

import "crm2gong/mapping/value"

// Scope says what an expression can reach.
type Scope struct {
	// Column finds a column by the name that the expression uses, bare or in
	// row["…"]. Its fault has no place yet. Nil: there is no row here.
	Column func(name string) (slot int, col Column, fault *Fault)

	// HasColumn tells whether a column is known to exist, without using it: a
	// let must not hide one. Nil: none is known.
	HasColumn func(name string) bool

	Item   *value.Type // type of item under forEach; nil elsewhere
	Args   []Arg       // arguments of a named function
	Fields []Arg       // checks: the entity's fields by bare name, in the order of Frame.Fields

	Params map[string]string // params.x

	// Callee finds an enum, a lookup, convert, rate or a named function; nil if
	// there is none of the name. A nil func: there are none.
	Callee  func(name string) *Callee
	Callees []string // their names, for suggestions

	Place bool // source.file, source.sheet, source.row and source.index can be read
}

// Arg is a name with a type.
type Arg struct {
	Name string
	Type value.Type
}

// CalleeKind tells what a name that is called stands for.
type CalleeKind uint8

// The kinds of callees. Enum, Lookup and Money are tables of the frame, Named
// is an expression with a name.
const (
	Enum CalleeKind = iota + 1
	Lookup
	Money
	Named
)

// Callee is something of the mapping's own that an expression can call.
type Callee struct {
	Kind       CalleeKind
	Table      int          // Enum, Lookup, Money: place among Frame.Tables
	Params     []string     // names of the parameters
	Optional   int          // how many of the last may be left out; they are nil then
	ParamTypes []value.Type // types of the parameters; nil or Any where they are not known
	Result     value.Type   // Enum, Lookup, Money; a lookup without value gives a Record
	Body       *Tree        // Named
}
