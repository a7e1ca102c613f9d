package expression

import (
	"unicode"
	"unicode/utf8"

	"crm2gong/mapping/value"
)

// Step is one part of an expression as it was evaluated.
type Step struct {
	From, To int    // place in code points of its source: the expression, or the body of a named function
	Text     string // its source
	Depth    int    // 0: the whole expression
	Kind     StepKind
	Name     string      // StepTable, StepNamed: what is called
	Slot     int         // StepColumn: the column
	Value    value.Value // what it gave; valid as long as what Eval gives
}

// StepKind tells what a part of an expression does.
type StepKind uint8

// The kinds of parts that are told apart.
const (
	StepOther  StepKind = iota
	StepColumn          // a column
	StepTable           // a call of an enum, a lookup, convert or rate
	StepNamed           // a call of a named function
)

// Trace gathers the steps of traced programs: a part before the parts inside
// it, from left to right. Parts that were not needed, such as a branch that was
// not taken, have no step, and neither have literals. The zero value is ready.
type Trace struct {
	Steps []Step
	More  int // steps beyond MaxSteps, which are not kept

	depth int
	open  int
}

// MaxSteps bounds the steps that a Trace keeps.
const MaxSteps = 400

// Reset forgets the steps.
func (t *Trace) Reset() { *t = Trace{Steps: t.Steps[:0]} }

// Open gives the place among Steps of the innermost part that is under way, for
// a Table that is called.
func (t *Trace) Open() int { return t.open }

// Traced gives a program that does the same and tells its steps to the frame's
// Trace, which must not be nil. Columns that are computed tell theirs where the
// frame's layout has traced programs too. It may be called by several
// goroutines.
func (p *Program) Traced() *Program {
	t := *p
	g := &generator{lenient: p.lenient, traced: true}
	t.run = g.node(p.root)
	return &t
}

// traced wraps what was generated for a node.
func traced(n *node, run eval) eval {
	if n.op == opConst && !isNamed(n) {
		return run
	}
	s := Step{From: n.from, To: n.to, Text: n.text, Slot: -1}
	if n.src != nil && n.to <= len(n.src.runes) {
		s.Text = n.src.slice(n.from, n.to)
	}
	switch n.op {
	case opColumn:
		s.Kind, s.Slot = StepColumn, n.index
	case opTable:
		s.Kind, s.Name = StepTable, n.name
	case opNamed:
		s.Kind, s.Name = StepNamed, n.name
	}
	return func(f *Frame) value.Value {
		t := f.Trace
		at := len(t.Steps)
		if at >= MaxSteps {
			t.More++
			return run(f)
		}
		s := s
		s.Depth = t.depth
		t.Steps = append(t.Steps, s)
		outer := t.open
		t.open = at
		t.depth++
		v := run(f)
		t.depth--
		t.open = outer
		t.Steps[at].Value = v
		return v
	}
}

// isNamed tells whether a constant stands as a name, such as params.x, and not
// as a literal.
func isNamed(n *node) bool {
	if n.text == "true" || n.text == "false" || n.text == "nil" {
		return false
	}
	r, _ := utf8.DecodeRuneInString(n.text)
	return unicode.IsLetter(r)
}
