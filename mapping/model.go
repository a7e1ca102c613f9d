// Package mapping is the language: a YAML file that says how a CRM's exports
// become Gong entities.
//
// Load reads and checks a file and gives a *Mapping, which never changes
// afterwards. Bind joins it with the headers of the real files and gives a
// *Plan, in which every expression is compiled. A plan is data: package
// transform runs it.
package mapping

import (
	"strings"
	"time"
	"unicode/utf8"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/syntax"
	"crm2gong/mapping/value"
)

// Mapping is a checked mapping file. It is immutable and safe for use by
// several goroutines.
type Mapping struct {
	Path       string     // as given to Load
	Text       []byte     // the file's bytes, for the manifest
	File       *diag.File // for positions
	Name       string
	Zone       *time.Location    // for date-times without offset; UTC unless set
	Params     map[string]string // after --set
	Sources    []*Source         // in the file's order
	Enums      []*Enum
	Lookups    []*Lookup
	Functions  []*Function
	Currency   *Currency // nil when the mapping converts no money
	Entities   []*Entity // in Gong's dependency order, those of one type in the file's order
	History    []*Entity
	References map[Ref]Dangling
	Severities map[string]diag.Severity // rule code → severity, from rules:
	Checks     []*Check
	Tests      []*Test
	Gong       Target
	Includes   []string   // paths of included files, relative to the mapping's folder
	Read       []ReadFile // included files and files of enums, in the order in which they were read

	// Below is asked, where the header of a source lacks a column, for a row
	// further down in the file that looks like the header; row 0: there is none.
	// It is nil where nobody can tell.
	Below func(source string) (row int, header []string)

	broken         bool                       // Load found errors
	misread        bool                       // one of them in an expression
	used           map[string]map[string]bool // names used outside expressions, by space
	lost           []string                   // what can be called by its name and not be used, as was reported
	paramNodes     []*syntax.Node             // declared parameters
	ruleNodes      []*syntax.Node
	referenceNodes []referenceNode
}

// Expr is an expression where it stands in the file.
type Expr struct {
	Node *syntax.Node
	Tree *expression.Tree
}

// span is where the expression itself stands: below the | or > of a scalar
// that begins so, on its first line.
func (x *Expr) span() diag.Span {
	if x.Node.Style != syntax.Literal && x.Node.Style != syntax.Folded {
		return x.Node.Span
	}
	text := strings.TrimSpace(x.Node.Text)
	from := utf8.RuneCountInString(x.Node.Text[:strings.Index(x.Node.Text, text)])
	return x.Node.Range(from, from+utf8.RuneCountInString(text))
}

// Source is a declared table.
type Source struct {
	Name           string
	Node           *syntax.Node
	Files          []string // paths, globs, zip members; ${param} already filled in; empty for inline rows
	Rows           *Inline  // inline table
	Format         string   // csv, tsv, xlsx, ldjson; "": by extension
	Encoding       string
	Delimiter      rune // 0: found from the header
	Sheet          string
	Header         int  // row number of the header from 1; 0: none, columns are A, B, C …
	Footer         int  // rows to drop at the end
	FooterBlank    bool // stop at the first blank row
	Where          *Expr
	FillDown       []string
	NoTrim         bool
	Empty          []string
	Zone           *time.Location // nil: the mapping's
	Columns        []*Column
	KeepApostrophe bool // keep one leading apostrophe before = + - @

	fillNodes    []*syntax.Node
	text, number *value.Reader // of columns that are not declared
}

// Inline is a table written in the mapping: cells are the text as written.
type Inline struct {
	Header []string   // keys in order of first use
	Rows   [][]string // "" where a row lacks the key

	nodes []*syntax.Node // of Header
	at    map[string]int // places in Header
}

// Column declares an alias, a type or both for a column.
type Column struct {
	Name     string // the entry's key: what expressions use
	Node     *syntax.Node
	From     []string // headers tried in order; the name itself when From is not given
	At       int      // place from 1; 0: by header
	Optional bool
	Default  *string
	Empty    []string
	Value    *Expr // computed from the row's other columns instead of From
	Read     value.ColumnType

	typeWord    string
	fromNodes   []*syntax.Node
	defaultNode *syntax.Node
	broken      bool          // Read cannot be compiled, as was reported
	reader      *value.Reader // nil when Value is set
}

// Enum maps texts to texts.
type Enum struct {
	Name       string
	Node       *syntax.Node
	IgnoreCase bool
	File       string // two-column file instead of Values; "" if none
	Keys       []string
	Values     map[string]string // by key, folded with IgnoreCase
	Default    *string
	Index      int // position among the plan's tables

	targets     []*syntax.Node // what each key becomes, in the order of Keys
	defaultNode *syntax.Node
}

// Fold gives the form of a text in which the enum's keys are compared.
func (e *Enum) Fold(text string) string {
	if e.IgnoreCase {
		return strings.ToLower(text)
	}
	return text
}

// Lookup is a keyed table made from a source.
type Lookup struct {
	Name      string
	Node      *syntax.Node
	From      *Source
	Keys      []*Expr
	Value     *Expr // nil: the whole row
	Where     *Expr
	OnMissing string // nil, unknown, error
	OnMany    string // error, first, last
	Index     int

	parts int // parts of the key, those that are no expressions included
}

// Function is a named expression.
type Function struct {
	Name string
	Node *syntax.Node
	Of   []string
	Body *Expr
}

// Currency says how amounts become the base currency.
type Currency struct {
	Node         *syntax.Node
	Base         string
	Inline       map[string]value.Value // currency → rate; nil when From is set
	From         *Source
	Currency     *Expr // long table
	Date         *Expr // nil: undated
	Rate         *Expr
	Wide         bool // one column per currency; Date is given
	UnitsPerBase bool
	RateBase     string // currency in which the table is quoted; Base unless set
	Default      string // currency of an empty code
	MaxAgeDays   int    // 0: any age
	Round        int    // places
}

// Entity is one mapping for one object type.
type Entity struct {
	Type       gong.ObjectType
	Node       *syntax.Node
	History    bool
	From       *Source
	Where      []Filter
	ForEach    *Expr
	Fields     []*Field // standard fields in the mapping's order, then custom
	Duplicates string   // error, first, last, latest, same; history also keep
	Deleted    *Expr
	Converted  *Expr

	deletedKey, convertedKey, duplicatesKey *syntax.Node
}

// Filter is a named condition; an unnamed one is called "where".
type Filter struct {
	Name string
	Expr *Expr
}

// Field maps an expression to a Gong field.
type Field struct {
	Name     string
	Node     *syntax.Node
	Expr     *Expr
	OnError  string  // reject, omit, expression
	Instead  *Expr   // with OnError expression
	KeepNull bool    // null: keep
	Custom   *Custom // nil for standard fields
}

// Custom declares a custom field.
type Custom struct {
	Label       string
	Type        string // Gong's schema type
	Auto        bool   // PICKLIST values from the data
	Values      []string
	ReferenceTo string
}

// Ref names a reference field.
type Ref struct {
	Type  gong.ObjectType
	Field string
}

// Dangling says what happens to a reference whose target is not there.
type Dangling uint8

// Policies for dangling references; Send is the default.
const (
	Send Dangling = iota
	Omit
	Reject
)

// Check is a rule of the user's own.
type Check struct {
	Name     string
	Node     *syntax.Node
	Type     gong.ObjectType
	Expect   *Expr
	Severity diag.Severity
	Message  string

	typeNode *syntax.Node
}

// Target is the Gong integration that the mapping names.
type Target struct {
	BaseURL       string
	IntegrationID string
}

// Test is one test of the mapping.
type Test struct {
	Name     string
	Node     *syntax.Node
	Type     gong.ObjectType
	Row      *Inline            // one row of the entity's own source
	Rows     map[string]*Inline // other sources
	Expect   []Expected
	Exactly  bool
	Rejected string
	Filtered string
	AsOf     string

	typeNode, filteredNode *syntax.Node
	rowNodes               []*syntax.Node // keys of Rows
}

// Expected is one field of a test's expectation.
type Expected struct {
	Field string
	Node  *syntax.Node // the value: a scalar or a list of them
	Key   *syntax.Node
}
