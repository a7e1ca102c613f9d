// Package starter writes a first mapping for a CRM's exports from what is known
// of their tables: which file holds which records, which column is which field
// of Gong, and how the records refer to each other. What it can't know it leaves
// out and says so in comments; it guesses nothing that would turn one value
// into another.
package starter

// Kind is the type that all cells of a column fit.
type Kind uint8

// The kinds of columns.
const (
	Empty Kind = iota
	Text
	Integer
	Decimal
	Boolean
	Date
	DateTime
	List
)

// Table is one export with the facts about its columns.
type Table struct {
	Files      []string // as the mapping names them, with slashes
	Name       string   // the file's name without folder and extension, or the sheet's
	Format     string   // to be written in the mapping; "": by extension
	Encoding   string   // likewise; "": found by itself
	Delimiter  string   // likewise
	Sheet      string   // likewise
	Header     int      // row of the header; 0 or 1: the first; -1: none
	Footer     int      // rows at the end that are no data
	FooterText string   // what the first of them begins with
	Rows       int
	Ragged     int // rows with more filled cells than the header has
	Short      int // rows with fewer cells than the header has
	ShortRow   int // the first of them
	Columns    []*Column
}

// Column holds the facts about one column, counted over all rows.
type Column struct {
	Name          string
	Kind          Kind
	Filled, Empty int

	Formats   []string // strftime; none: ISO alone
	Either    []string // when every row can be read with day or month first: Formats with the month first
	OrderRow  int      // the row that proves the order of day and month; 0: none is needed
	DayFirst  bool     // what that row proves
	MixedRow  int      // a row that contradicts OrderRow: the column has two orders
	Decimals  rune     // decimal sign
	Group     rune     // group sign; 0: none
	Strip     bool     // currencies beside the numbers
	Suffix    bool     // K, M or B behind the numbers
	Unclear   bool     // a sign is either the decimal or the group sign
	Money     []string // currency signs
	Truthy    string
	Falsy     string
	Separator string

	// Near holds, for a Text column of which most cells are dates or numbers, the
	// facts about those in the fields from Kind to Money; Misses counts the others.
	Near    *Column
	Misses  int
	Miss    string // the first cell that does not fit
	MissRow int    // its row; 0: not known

	Nulls []Count // words that mean no value; they count as filled

	Distinct int
	Exact    bool
	Unique   bool
	Shortest int
	Longest  int
	Samples  []string
	Values   []Count // nil where there are too many
	Keys     []Key
	Level    int // Keys hold the texts whose rank begins with so many zero bits

	Email, URL, Host, Phone    int // cells of that shape
	Salesforce15, Salesforce18 int
	GUID, Digits, LeadingZero  int
	Legal, Code, Multiline     int
	Errors, ErrorRow, Damaged  int

	indexes map[int]*keyIndex // of Keys, by level
}

// Count is a text with the number of its cells.
type Count struct {
	Text  string
	Count int
}

// Key is a text of a column, with a rank that says whether it is in a sample.
type Key struct {
	Text  string
	Count int
	Rank  uint64
}

// Tuple is a combination of texts of several columns with the number of rows.
type Tuple struct {
	Texts []string
	Count int
}

// Options are what a starter mapping is made with.
type Options struct {
	CRM  string // one of CRMs; "": found from the headers
	Name string // the mapping's name; "": by the CRM
	// Tuples gives the different combinations of texts of some columns of a
	// table in the order of their first rows, ok false where there are more
	// than limit.
	Tuples func(t *Table, columns []int, limit int) (list []Tuple, ok bool)
}

// crms are what CRMs lists.
var crms = [...]string{"salesforce", "hubspot", "dynamics", "pipedrive", "zoho"}

// CRMs lists the words for Options.CRM.
func CRMs() []string { return append([]string(nil), crms[:]...) }

// Result is a starter mapping with what is to be said about it.
type Result struct {
	Text     string
	CRM      string   // "": not recognised
	Evidence string   // what the CRM was recognised by
	Tables   []Use    // what became of each table, in the order given
	Placed   []Placed // fields that have an expression, in the file's order
	Open     []string // what a person has to fill in
	Sources  int
}

// Use tells what a table is used for.
type Use struct {
	Table  *Table
	Source string // its name in the mapping; "" where it is not used
	Role   string // such as "deals"; "" where it is not used
	Why    string
	Left   int // columns with values that were not placed
}

// Placed is a field of Gong that has an expression.
type Placed struct {
	Type, Field, Expression string
	History, Custom         bool
}

// Make writes a mapping. The tables are its own from then on.
func Make(tables []*Table, opt Options) *Result {
	b := &builder{opt: opt, tables: tables, byRole: map[role]*src{}, result: &Result{}, lookups: map[string]string{}, enums: map[string]bool{}}
	b.result.CRM, b.result.Evidence = opt.CRM, "--crm"
	if opt.CRM == "" {
		b.result.CRM, b.result.Evidence = recognise(tables)
	}
	b.assign()
	b.unifyIDs()
	b.users()
	b.stages()
	b.accounts()
	b.contacts()
	b.deals()
	b.leads()
	b.history()
	b.derivedUsers()
	b.custom()
	b.result.Text = b.write()
	return b.result
}
