// Package profile gathers facts about a table: per column the type that all
// cells fit, empty cells, distinct values, lengths, samples and the shapes of
// ids. It reads every row, never a sample, and what it finds depends on the
// table alone, not on the number of workers.
package profile

// Profile holds the facts about one table.
type Profile struct {
	Rows     int       // rows that are not empty, the header's not counted
	Ragged   int       // rows with more filled cells than the header has
	Short    int       // rows with fewer cells than the header has; those that they lack count as empty
	ShortRow int       // the first of them
	Columns  []*Column // by place in the table's header
	Footer   []string  // first cells of the rows at the end that are totals or notes, at most maxTail
	// FooterRows is how many rows those are, with the empty rows between them.
	FooterRows int
}

// Kind is the type that all cells of a column fit. The zero value is a column
// without a filled cell.
type Kind uint8

// The kinds of columns.
const (
	Empty    Kind = iota // no cell is filled
	Text                 // any text
	Integer              // whole numbers
	Decimal              // numbers
	Boolean              // two words, one for true and one for false
	Date                 // calendar dates
	DateTime             // dates with a time of day
	List                 // several texts in a cell
)

var kindNames = [...]string{"empty", "text", "integer", "decimal", "boolean", "date", "datetime", "list"}

// String gives the kind as mappings write a column's type; "empty" for a column
// without a filled cell.
func (k Kind) String() string { return kindNames[k] }

// Column holds the facts about one column. Cells that hold only a word for
// "nothing" (see Nulls) count as filled, and the type is that of the others.
type Column struct {
	Name   string // the header, "" for a column without a name
	Kind   Kind
	Filled int
	Empty  int

	Formats   []string // Date, DateTime: strftime formats, "iso" among them; none: ISO alone
	Order     Order    // Date, DateTime: what is known of the order of day and month
	OrderRow  int      // the first row that proves the order; for Mixed the first that is day/month
	OtherRow  int      // Mixed: the first row that is month/day
	Either    []string // Order Ambiguous: Formats if the month stood first
	Decimals  rune     // Integer, Decimal: the decimal sign, a point or a comma
	Group     rune     // Integer, Decimal: the sign between groups of three digits; 0: none
	Strip     bool     // Integer, Decimal: currencies stand beside the numbers
	Suffix    bool     // Integer, Decimal: K, M or B stand behind numbers
	Unclear   bool     // Integer, Decimal: a sign before three digits is either the decimal or the group sign
	Money     []string // currency signs and codes beside the numbers, in order of first use
	Truthy    string   // Boolean: the word for true, "" when no cell has it
	Falsy     string   // Boolean: the word for false likewise
	Separator string   // List: what stands between the texts
	Nulls     []Count  // words that mean no value, such as NULL, an id of zeros, or the header itself

	Distinct int  // different texts of the filled cells
	Exact    bool // Distinct was counted; else it is an estimate, off by a few percent
	Unique   bool // no text occurs twice; where Distinct is an estimate, none of those looked at
	Shortest int  // characters of the shortest filled cell
	Longest  int
	Samples  []string // the first different texts
	Values   []Count  // all texts, the most frequent first; nil where there are too many
	Keys     []Key    // texts for comparing columns: all of them, or an even part
	Level    int      // Keys hold the texts whose Rank begins with this many zero bits

	// Nearly is for a Text column of whose cells at least three of four are
	// dates, or numbers: the facts about those in the fields from Kind to Money.
	Nearly  *Column
	Misses  int    // Nearly: cells that are none
	Miss    string // Nearly: the first of them
	MissRow int    // Nearly: its row; 0: not known

	Shapes    Shapes
	Errors    int // workbooks: cells with an error such as #N/A
	ErrorRow  int // the first of them
	Damaged   int // workbooks: numbers above 2^53, which have lost digits
	DamageRow int
}

// Order says what the rows prove of the order of day and month.
type Order uint8

// What is known of the order of day and month.
const (
	NoOrder    Order = iota // the format leaves no doubt
	DayFirst                // a row has a first number above twelve
	MonthFirst              // a row has a second number above twelve
	Ambiguous               // every row can be read both ways
	Mixed                   // some rows can only be day first, others only month first: no date format fits
)

// Count is a text and the number of cells that hold it.
type Count struct {
	Text  string
	Count int
}

// Key is a text of a column with the number of its cells and its rank, which
// says whether it is part of a sample: texts that differ only in case, and the
// two lengths of one Salesforce id, have one rank.
type Key struct {
	Text  string
	Count int
	Rank  uint64
}

// Shapes counts the filled cells that have a certain shape.
type Shapes struct {
	Email, URL, Host, Phone int
	Salesforce15            int // ids of 15 characters
	Salesforce18            int // ids of 18 characters whose checksum is right
	GUID                    int
	Digits                  int
	LeadingZero             int // digits that begin with a zero
	Legal                   int // texts that Gong takes as an objectId
	Code                    int // three capitals, as currency codes have
	Multiline               int
}

// limits
const (
	maxDistinct = 10_000 // texts of a column that are counted one by one
	maxTexts    = 1_000_000
	maxValues   = 1_000 // different texts up to which Column.Values is given
	maxSamples  = 5
	maxKept     = 256 // bytes of a text that are kept
)
