package expression

import (
	"time"
	"unsafe"

	"crm2gong/mapping/funcs"
	"crm2gong/mapping/value"
)

// Column is a column of a source as expressions read it.
type Column struct {
	Name   string // as expressions name it
	Header string // the header it was found under
	Index  int    // place of the cell in the row from 0; -1: the file lacks it (optional)
	Type   value.Type
	Read   *value.Reader // turns the cell into a value
	Value  *Program      // computed column: Read is nil
}

// Table is what an enum, a lookup, convert or rate is at run time. Calls from
// different frames may be concurrent.
type Table interface {
	// Call gives the value for the arguments, which it must not keep. To fail
	// it returns f.Fail(…).
	Call(f *Frame, args []value.Value) value.Value
}

// Frame is what one worker evaluates expressions in. It is not safe for
// concurrent use. The exported fields but Cells, Item, Fields and the place
// are set once per worker and source.
type Frame struct {
	Cells  []value.Cell // the current row, padded to the header's length
	Layout []Column     // the source's columns by slot
	Tables []Table      // enums, lookups, convert and rate by their place in the plan
	Now    time.Time    // the run's one instant
	Zone   *time.Location
	Item   value.Value   // the current item under forEach
	Fields []value.Value // checks: the entity's fields

	File  string // source.file
	Sheet string // source.sheet
	Row   int    // source.row
	Index int    // source.index

	// Missed is set by a lookup with onMissing: unknown that found no row; Key
	// is what was looked up, and KeySlots are the columns that it was made from,
	// where they are several. Eval resets it.
	Missed   bool
	Key      string
	KeySlots []int

	Trace *Trace // where traced programs tell their steps

	failure Failure
	memo    []memo        // columns read in this row, by slot
	turn    uint32        // counts rows: which memos are of this row
	stack   []value.Value // locals and arguments of the running program
	outer   [][]value.Value
	depth   int // of computed columns being evaluated
	steps   int
	arena   []byte // texts made in this row
	env     funcs.Env
}

// memo is a column of the current row that was read before.
type memo struct {
	turn   uint32 // the row it is of; 0: none
	busy   bool   // being computed
	missed bool
	value  value.Value
	key    string
	slots  []int    // of the key
	fail   *Failure // why it has no value
}

// Failure says why an evaluation gave no value.
type Failure struct {
	Code    string // value-invalid, enum-unmapped, rate-missing, lookup-many
	Message string // what is wrong, with the value quoted and shortened
	Hint    string // what to do
	Value   string // the value at fault
	Slot    int    // the column at fault by slot, -1 if none
	Slots   []int  // where several columns together are at fault, such as a lookup's key: these
	Arg     int    // failures of a Table: the argument that holds Value, from 1; 0: the call as a whole
	Detail  string // the enum's or lookup's name
}

// Limits of one evaluation. A step is one item seen by a list function, one
// call of a named function, or the handling of 64 bytes of text or of one list
// item.
const (
	maxSteps = 1_000_000
	maxText  = 1 << 20 // bytes of a text made with +
)

// Env is what functions see besides their arguments.
func (f *Frame) Env() funcs.Env {
	env := funcs.Env{Now: f.Now, Zone: f.Zone}
	if env.Zone == nil {
		env.Zone = time.UTC
	}
	return env
}

// Next starts a new row: call it after setting Cells. It forgets the columns
// read and the texts made; values of earlier evaluations must not be used any
// more unless they were cloned.
func (f *Frame) Next() {
	f.turn++
	if f.turn == 0 {
		clear(f.memo)
		f.turn = 1
	}
	f.arena = f.arena[:0]
	f.steps = 0
	f.Missed = false
}

// Column gives a column of the current row by slot.
func (f *Frame) Column(slot int) (value.Value, *Failure) {
	v := f.column(slot)
	if v.Kind() == value.Err {
		return v, &f.failure
	}
	return v, nil
}

// Miss notes that a lookup with onMissing: unknown found no row for key.
func (f *Frame) Miss(key string) { f.Missed, f.Key, f.KeySlots = true, key, nil }

// Fail makes x the reason why the evaluation fails.
func (f *Frame) Fail(x Failure) value.Value {
	f.failure = x
	return value.Error
}

func (f *Frame) fail(x *Failure) value.Value {
	f.failure = *x
	return value.Error
}

func (f *Frame) column(slot int) value.Value {
	c := &f.Layout[slot]
	if c.Type.Kind == value.Text && c.Value == nil {
		return f.read(slot, c)
	}
	return f.memoised(slot, c)
}

// read reads a cell.
func (f *Frame) read(slot int, c *Column) value.Value {
	if c.Index < 0 {
		return value.Value{}
	}
	if c.Read == nil {
		s := f.Cells[c.Index].Text
		if s == "" {
			return value.Value{}
		}
		return value.OfText(s)
	}
	v, problem := c.Read.Read(f.Cells[c.Index])
	if problem != nil {
		return f.misfit(slot, c, problem)
	}
	return v
}

// misfit is the failure of a cell that does not fit its column's type.
func (f *Frame) misfit(slot int, c *Column, p *value.Problem) value.Value {
	text := f.Cells[c.Index].Text
	return f.Fail(Failure{Code: codeInvalid, Message: c.Name + ": " + p.Message, Hint: p.Hint, Value: text, Slot: slot})
}

func (f *Frame) memoised(slot int, c *Column) value.Value {
	if len(f.memo) <= slot {
		f.memo = append(f.memo, make([]memo, max(len(f.Layout), slot+1)-len(f.memo))...)
	}
	if f.turn == 0 {
		f.turn = 1
	}
	m := &f.memo[slot]
	if m.turn == f.turn {
		if m.missed {
			f.Missed, f.Key, f.KeySlots = true, m.key, m.slots
		}
		if m.fail != nil {
			return f.fail(m.fail)
		}
		if m.busy {
			return f.Fail(Failure{Code: codeInvalid, Message: c.Name + " is computed from itself", Slot: slot})
		}
		return m.value
	}
	m.turn, m.fail, m.missed = f.turn, nil, false
	if c.Value == nil {
		m.value = f.read(slot, c)
	} else {
		m.busy = true
		m.value = f.computed(c, m)
		m.busy = false
	}
	if m.value.Kind() == value.Err {
		x := f.failure
		m.fail = &x
	}
	return m.value
}

// computed evaluates a computed column with locals of its own.
func (f *Frame) computed(c *Column, m *memo) value.Value {
	missed, key, slots, stack := f.Missed, f.Key, f.KeySlots, f.stack
	if f.depth == len(f.outer) {
		f.outer = append(f.outer, nil)
	}
	f.stack = f.outer[f.depth]
	f.depth++
	f.Missed = false
	v := c.Value.eval(f)
	m.missed, m.key, m.slots = f.Missed, f.Key, f.KeySlots
	f.depth--
	f.outer[f.depth], f.stack = f.stack, stack
	if !m.missed {
		f.Missed, f.Key, f.KeySlots = missed, key, slots
	}
	return v
}

// charge counts n steps; it fails when the evaluation has used up its share.
func (f *Frame) charge(n int) bool {
	f.steps += n
	return f.steps <= maxSteps
}

func (f *Frame) exhausted() value.Value {
	return f.Fail(Failure{Code: codeInvalid, Message: "the expression takes too many steps on this row",
		Hint: "its lists or texts are too long", Slot: -1})
}

// concat joins two texts. The result lives until Next.
func (f *Frame) concat(a, b string) value.Value {
	n := len(a) + len(b)
	if n > maxText || !f.charge(n>>6) {
		return f.tooLong()
	}
	b0 := f.room(n)
	at := len(b0)
	b0 = append(append(b0, a...), b...)
	f.arena = b0
	return value.OfText(view(b0[at:]))
}

// room gives the arena with at least n bytes free. Texts made before stay
// where they are.
func (f *Frame) room(n int) []byte {
	if cap(f.arena)-len(f.arena) < n {
		f.arena = make([]byte, 0, max(4096, 2*n))
	}
	return f.arena
}

func (f *Frame) tooLong() value.Value {
	return f.Fail(Failure{Code: codeInvalid, Message: "the text is longer than 1 MiB", Hint: "shorten its parts with truncate(text, n)", Slot: -1})
}

// view shows bytes that will not change as a string.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// extend joins two texts. Where the first was made last, it is continued in
// its place, so that a chain of + copies nothing twice.
func (f *Frame) extend(a, b string) value.Value {
	at := len(f.arena) - len(a)
	if len(a) == 0 || len(b) > cap(f.arena)-len(f.arena) || at < 0 || unsafe.StringData(a) != unsafe.SliceData(f.arena[at:]) {
		return f.concat(a, b)
	}
	if len(a)+len(b) > maxText || !f.charge(len(b)>>6) {
		return f.tooLong()
	}
	f.arena = append(f.arena, b...)
	return value.OfText(view(f.arena[at:]))
}
