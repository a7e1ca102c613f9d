package expression

import "crm2gong/mapping/value"

// eval is a compiled expression. A failed one gives value.Error and leaves the
// reason in the frame.
type eval func(f *Frame) value.Value

// Program is a compiled expression. It never changes and is safe for use by
// several goroutines, each with a frame of its own.
type Program struct {
	Type value.Type // of the result

	run      eval
	stack    int // values that it needs on the frame's stack
	slots    []int
	callees  []string
	builtin  []string
	lead     *Lead // nil: none
	constant *value.Value
	place    bool
	root     *node // what run was generated from
	lenient  bool
}

// Eval evaluates the program for the frame's current row. The value may be a
// view into the row or into the frame: it is valid until Frame.Next, and must
// be cloned when it is kept. The failure is valid until the next Eval on f.
func (p *Program) Eval(f *Frame) (value.Value, *Failure) {
	f.Missed = false
	f.steps = 0
	v := p.eval(f)
	if v.Kind() == value.Err {
		return v, &f.failure
	}
	return v, nil
}

func (p *Program) eval(f *Frame) value.Value {
	if len(f.stack) < p.stack {
		f.stack = make([]value.Value, p.stack+8)
	}
	return p.run(f)
}

// Slots gives the columns that the program reads by slot, in order of first
// reading.
func (p *Program) Slots() []int { return p.slots }

// Callees gives the names of the enums, lookups, convert, rate and named
// functions that the program calls, in order of first use, those called inside
// named functions included.
func (p *Program) Callees() []string { return p.callees }

// Calls tells whether the program, or a named function that it calls, calls the
// function of the table with this name.
func (p *Program) Calls(function string) bool {
	for _, name := range p.builtin {
		if name == function {
			return true
		}
	}
	return false
}

// Lead gives what makes the program's value wherever it gives one, nil where
// that is more than a Lead can say.
func (p *Program) Lead() *Lead { return p.lead }

// Constant gives the value when it is the same for every row.
func (p *Program) Constant() (value.Value, bool) {
	if p.constant == nil {
		return value.Value{}, false
	}
	return *p.constant, true
}

// ReadsPlace tells whether the program reads source.row or source.index, for
// which rows must be counted.
func (p *Program) ReadsPlace() bool { return p.place }
