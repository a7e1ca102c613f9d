package expression

import (
	"crm2gong/mapping/funcs"
	"crm2gong/mapping/value"
)

// Lead is the simple form that most expressions have: a column, texts joined
// with +, a table or a function called with columns; alone, or before ?? as
// what counts unless it is nil. Whoever knows it can make the value without evaluating.
type Lead struct {
	Do       Doing
	Table    int // Asks: what is called, by its place in Frame.Tables
	Call     funcs.Implementation
	NilOfNil bool // Calls: nil as the first operand gives nil
	Operands []Operand
	Whole    bool // nothing follows: where it is nil, so is the program's value
}

// Doing is what a Lead does with its operands.
type Doing uint8

// What leads do.
const (
	Reads Doing = iota // gives its one operand
	Joins              // joins its operands, all texts; an empty column is an error
	Asks               // calls a table with its operands
	Calls              // calls a function with its operands
)

// Operand is a column or a constant.
type Operand struct {
	Slot  int // of the column; -1: a constant
	Value value.Value
}

// leadOf finds the lead of an expression, nil where it has none.
func leadOf(root *node) *Lead {
	n := root
	if n.op == opFirst {
		n = n.kids[0]
	}
	l := Lead{Whole: n == root}
	switch n.op {
	case opColumn:
		l.Operands = []Operand{{Slot: n.index}}
		return &l
	case opConcat:
		l.Do = Joins
	case opTable:
		l.Do, l.Table = Asks, n.callee.Table
	case opCall:
		l.Do, l.Call, l.NilOfNil = Calls, n.impl, n.fn.NilOfNil
	default:
		return nil
	}
	for _, k := range n.kids {
		switch {
		case k.op == opColumn:
			l.Operands = append(l.Operands, Operand{Slot: k.index})
		case k.isConst():
			l.Operands = append(l.Operands, Operand{Slot: -1, Value: k.value})
		default:
			return nil
		}
	}
	return &l
}
