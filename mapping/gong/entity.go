package gong

// ValueKind tells what a field of an entity holds.
type ValueKind uint8

// What a field can hold. The zero value is "left out".
const (
	Absent    ValueKind = iota
	Unknown             // left out: a reference whose lookup missed; Text is the key that was looked up, List the headers of the columns that it was made from, where they are several
	Invalid             // left out: the value did not fit and onError says omit; Text is the value at fault
	Null                // JSON null: clears the field at Gong
	StringVal           // Text
	NumberVal           // Text holds the shortest decimal form, without exponent
	BoolVal             // Num is 0 or 1
	ListVal             // List
)

// Value is one field of an entity, fitted to its kind. Text may be a view into
// a buffer that lives only as long as the block it was read from: clone what
// is kept longer.
type Value struct {
	Kind   ValueKind
	Exact  bool
	Places uint8
	Text   string
	List   []string
	// Num orders values without parsing them again: seconds since 1970 UTC of
	// a date-time, days since 1970 of a date, 0 or 1 of a Bool. Of a number that
	// says Exact it is the digits, of which Places stand behind the point.
	Num int64
}

// IsSet tells whether the field has a value other than null.
func (v *Value) IsSet() bool { return v.Kind > Null }

// Entity is one record on its way to Gong: values by position in Fields.
// It is reused from record to record.
type Entity struct {
	Type   ObjectType
	Fields []Field // standard fields in Gong's order, then custom ones in the mapping's; shared by all entities of a type
	Values []Value // one per field
	// Deleted marks a deletion, of which only objectId, modifiedDate and isDeleted are sent.
	Deleted bool
	// Converted is what the LEAD mapping's key "converted" gave.
	Converted bool
	Origin    Origin
	// Lineage tells which cells the fields came from; nil for ready-made LDJSON.
	Lineage Lineage

	keys []key // by place in Fields
}

// Lineage tells which cell of the current record a field was made from.
type Lineage interface {
	// Cell gives the header, the place from 0 and the text of the first cell
	// that the field at index i reads; ok is false where it reads none.
	Cell(i int) (header string, column int, text string, ok bool)
	// Column is Cell without the text, for which the row need not be read where
	// the field reads a single column.
	Column(i int) (header string, column int, ok bool)
}

// Origin is where a record was read: for messages, rejects and reports.
type Origin struct {
	Source string // the source's name in the mapping
	File   string // path as the mapping names it, with slashes; "" for inline rows
	Sheet  string // workbook sheet, "" for text files
	Row    int    // spreadsheet row, the header in the first line being row 1
	Line   int    // physical line in a text file, 0 where that is not known
}

// ObjectID returns the entity's id, "" if it has none.
func (e *Entity) ObjectID() string { return e.Values[e.Type.idIndex()].Text }

func (t ObjectType) idIndex() int { return 0 }

// Get returns the value of a field by name, nil if the type has no such field.
func (e *Entity) Get(name string) *Value {
	for i := range e.Fields {
		if e.Fields[i].Name == name {
			return &e.Values[i]
		}
	}
	return nil
}

// Reset empties all values.
func (e *Entity) Reset() {
	clear(e.Values)
	e.Deleted, e.Converted = false, false
}
