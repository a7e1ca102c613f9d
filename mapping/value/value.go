// Package value holds the values that expressions work on: texts, exact
// decimals, booleans, calendar dates, instants, lists and records, and the
// readers that make them from the text of a cell. It imports nothing of this
// program.
package value

import "unsafe"

// Kind tells what a Value holds.
type Kind uint8

// The kinds. Nil is "no value": an empty cell. Err says that an evaluation
// failed; what failed is kept by the evaluator, never in the value.
const (
	Nil Kind = iota
	Text
	Number
	Bool
	Date
	DateTime
	List
	Record
	Err
	Any // static types only: not known before a row is read
)

var kindNames = [...]string{"nothing", "text", "number", "true/false", "date", "date-time", "list", "record", "error", "any value"}

// String names the kind for people, such as "date-time".
func (k Kind) String() string { return kindNames[k] }

// Value is one value of an expression. It is small and passed by value. Its
// text may be a view into a block of the file being read: what outlives the
// block must be cloned (see Clone).
type Value struct {
	tag                // what is held, and what fits beside that
	num int64          // Number: coefficient; Bool: 0 or 1; Date: days since 1970-01-01; DateTime: seconds since 1970 UTC; Text: length in bytes
	ptr unsafe.Pointer // Text: the bytes; List, Record, and numbers that do not fit in num and scale: a *more
}

// tag is a part of its own because the compiler keeps values in registers only
// up to four fields and four words.
type tag struct {
	kind  Kind
	scale int16  // Number: digits after the point; DateTime: offset from UTC in minutes
	nano  uint32 // DateTime: nanoseconds
}

type more struct {
	list   []Value
	record Fields
	big    *bigNumber
}

// more returns the part that stands elsewhere, nil if there is none.
func (v Value) more() *more {
	if v.kind == Text {
		return nil
	}
	return (*more)(v.ptr)
}

func ofMore(k Kind, m *more) Value { return Value{tag: tag{kind: k}, ptr: unsafe.Pointer(m)} }

// Fields is a record, such as the row that a lookup found.
type Fields interface {
	// Field gives a field by its position in the record's static type.
	Field(i int) Value
}

// Kind returns what v holds.
func (v Value) Kind() Kind { return v.kind }

// IsNil tells whether v is "no value".
func (v Value) IsNil() bool { return v.kind == Nil }

// Error is the value of a failed evaluation.
var Error = Value{tag: tag{kind: Err}}

// OfText makes a text. An empty one stays a text; that "" is no value in a
// field is the fitting's rule.
func OfText(s string) Value {
	return Value{tag: tag{kind: Text}, num: int64(len(s)), ptr: unsafe.Pointer(unsafe.StringData(s))}
}

// OfBool makes a boolean.
func OfBool(b bool) Value {
	if b {
		return Value{tag: tag{kind: Bool}, num: 1}
	}
	return Value{tag: tag{kind: Bool}}
}

// OfDate makes a calendar date from days since 1970-01-01.
func OfDate(days int64) Value { return Value{tag: tag{kind: Date}, num: days} }

// OfDateTime makes an instant from seconds since 1970 UTC, nanoseconds within
// the second, and the offset from UTC in minutes in which it is written.
func OfDateTime(sec int64, nano uint32, offset int) Value {
	return Value{tag: tag{kind: DateTime, nano: nano, scale: int16(offset)}, num: sec}
}

// OfList makes a list; it takes the slice over.
func OfList(l []Value) Value { return ofMore(List, &more{list: l}) }

// OfRecord makes a record.
func OfRecord(f Fields) Value { return ofMore(Record, &more{record: f}) }

// Text returns the text of a Text, else "".
func (v Value) Text() string {
	if v.kind != Text {
		return ""
	}
	return unsafe.String((*byte)(v.ptr), int(v.num))
}

// Bool returns the truth of a Bool.
func (v Value) Bool() bool { return v.num != 0 }

// Days returns the days since 1970-01-01 of a Date.
func (v Value) Days() int64 { return v.num }

// Unix returns seconds since 1970 UTC and nanoseconds of a DateTime.
func (v Value) Unix() (sec int64, nano uint32) { return v.num, v.nano }

// Offset returns the offset from UTC in minutes of a DateTime.
func (v Value) Offset() int { return int(v.scale) }

// List returns the items of a List. The slice must not be changed.
func (v Value) List() []Value {
	if v.kind != List {
		return nil
	}
	return (*more)(v.ptr).list
}

// Record returns the fields of a Record.
func (v Value) Record() Fields {
	if v.kind != Record {
		return nil
	}
	return (*more)(v.ptr).record
}

// CellKind tells how a source wrote a cell. A text file has only TextCell.
type CellKind uint8

// How a cell was written.
const (
	TextCell     CellKind = iota
	NumberCell            // workbook: Text is the shortest decimal form of the number
	DateCell              // workbook, date style: Text is ISO (2024-03-15 or 2024-03-15T10:00:00)
	BoolCell              // workbook: Text is "true" or "false"
	ErrorCell             // workbook: Text is the error's name, such as "#N/A"
	DamagedCell           // workbook: an integer above 2^53, whose last digits a float has lost
	DurationCell          // workbook, duration style such as [h]:mm: Text is h:mm:ss
)

// Cell is one cell as read: its text without the file's quoting, not yet
// trimmed.
type Cell struct {
	Text string
	Kind CellKind
}

// Type is the static type of an expression.
type Type struct {
	Kind     Kind
	Elem     *Type       // List: its items; nil when not known
	Record   *RecordType // Record
	Nullable bool        // may be nil
}

// RecordType names the fields of a record by position.
type RecordType struct {
	Names []string
	Types []Type
}

// Index finds a field by name, -1 if there is none.
func (r *RecordType) Index(name string) int {
	for i, n := range r.Names {
		if n == name {
			return i
		}
	}
	return -1
}
