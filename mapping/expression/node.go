package expression

import (
	"crm2gong/mapping/funcs"
	"crm2gong/mapping/value"
)

// op is what a checked node does.
type op uint8

const (
	opConst  op = iota
	opColumn    // index is the slot
	opLocal     // index is the place on the stack
	opItem
	opField // index is the place in Frame.Fields
	opFile
	opSheet
	opRow
	opIndex
	opPlus
	opNeg
	opNot
	opAdd
	opSub
	opMul
	opDiv
	opConcat // texts, any number of kids
	opEqual
	opUnequal
	opLess
	opLessEqual
	opGreater
	opGreaterEqual
	opIn
	opMatches
	opContains
	opStartsWith
	opEndsWith
	opAnd
	opOr
	opFirst // ??, coalesce: the first kid that is not nil
	opCond
	opLet // kids: value, body; index is the place on the stack
	opSequence
	opList
	opAt     // list[number]
	opSlice  // kids: list or text, from, to; nil kids where absent
	opMember // index is the field of the record
	opCall   // fn; index is the first place of its arguments on the stack
	opTable  // callee; index likewise
	opNamed  // inlined; index likewise
	opMap
	opFilter
	opAny
	opAll
	opNone
	opOne
	opFind
	opCount
	opSum
)

// node is a checked part of an expression.
type node struct {
	op       op
	from, to int
	typ      value.Type
	kids     []*node
	index    int
	name     string // in messages: the function, the operator
	value    value.Value
	fn       *funcs.Func
	impl     funcs.Implementation
	callee   *Callee
	body     *inlined
	bad      bool    // a fault was found in it: say no more
	text     string  // the source, shortened, for messages
	slot     int     // the first column it reads, -1 if none
	src      *source // that text is of; nil where the node was made up
}

// Types without more to say.
var (
	typeAny  = value.Type{Kind: value.Any, Nullable: true}
	typeNil  = value.Type{Kind: value.Nil, Nullable: true}
	typeText = value.Type{Kind: value.Text}
	typeBool = value.Type{Kind: value.Bool}
	typeNum  = value.Type{Kind: value.Number}
)

func (n *node) isConst() bool { return n.op == opConst && !n.bad }

func nullable(t value.Type) value.Type {
	t.Nullable = true
	return t
}

// typeOf gives the static type of a constant.
func typeOf(v value.Value) value.Type {
	t := value.Type{Kind: v.Kind(), Nullable: v.IsNil()}
	if v.Kind() == value.List {
		var elem *value.Type
		for _, item := range v.List() {
			e := typeOf(item)
			if elem != nil {
				e = join(*elem, e)
			}
			elem = &e
		}
		t.Elem = elem
	}
	return t
}

// join is the type of a value that is of one type or the other.
func join(a, b value.Type) value.Type {
	null := a.Nullable || b.Nullable
	switch {
	case a.Kind == value.Nil:
		b.Nullable = true
		return b
	case b.Kind == value.Nil:
		a.Nullable = true
		return a
	case a.Kind != b.Kind, a.Kind == value.Record && a.Record != b.Record:
		return value.Type{Kind: value.Any, Nullable: null}
	}
	if a.Kind == value.List {
		switch {
		case a.Elem == nil:
			a.Elem = b.Elem
		case b.Elem != nil:
			e := join(*a.Elem, *b.Elem)
			a.Elem = &e
		}
	}
	a.Nullable = null
	return a
}

// elem gives the type of a list's items.
func elem(t value.Type) value.Type {
	if t.Kind == value.List && t.Elem != nil {
		return *t.Elem
	}
	return typeAny
}

// levels counts how deep lists nest.
func levels(t value.Type) int {
	n := 0
	for t.Kind == value.List {
		n++
		if t.Elem == nil {
			break
		}
		t = *t.Elem
	}
	return n
}

// known tells whether the kind is known before a row is read.
func known(t value.Type) bool { return t.Kind != value.Any && t.Kind != value.Nil }

// describe names a type for people, such as "a text".
func describe(t value.Type) string { return article(t.Kind) }

func article(k value.Kind) string {
	switch k {
	case value.Nil:
		return "nil"
	case value.Any:
		return "any value"
	case value.Bool:
		return "true/false"
	}
	return "a " + k.String()
}
