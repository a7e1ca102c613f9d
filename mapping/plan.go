package mapping

import (
	"crm2gong/mapping/expression"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
)

// Plan is a mapping bound to the headers of its sources: every name resolved,
// every expression compiled. It is immutable; what changes while rows go by
// lives in expression.Frame.
type Plan struct {
	*Mapping
	Sources  []*BoundSource // the sources that something reads, in the file's order
	Enums    []*Enum        // Index is the place among a frame's tables
	Lookups  []*BoundLookup // in an order in which each needs earlier ones alone
	Money    *BoundCurrency // nil without currency
	Tables   int            // number of tables a frame needs: enums, lookups, convert and rate
	Entities []*BoundEntity
	History  []*BoundEntity
	Checks   []*BoundCheck
	// HeaderDiffers lists headers that match what the mapping asks for in all
	// but case and blanks, in the order of their sources.
	HeaderDiffers []HeaderDiffers
}

// HeaderDiffers is a header taken for another.
type HeaderDiffers struct {
	Source string
	Want   string // what the mapping says
	Have   string // what the file says
}

// BoundSource is a source with its header.
type BoundSource struct {
	*Source
	Header   []string            // cells of the header row
	Layout   []expression.Column // the columns that expressions read, by slot
	Where    *expression.Program
	FillDown []int // header positions
	Numbered bool  // an expression reads source.row or source.index
}

// BoundLookup is a lookup ready to be filled and asked.
type BoundLookup struct {
	*Lookup
	From  *BoundSource
	Keys  []*expression.Program
	Value *expression.Program // nil: the whole row
	Row   []int               // slots of the row's fields, in the order of the lookup's record type, when Value is nil
	Where *expression.Program

	result value.Type // of a call
}

// BoundCurrency is the currency table ready to be filled.
type BoundCurrency struct {
	*Currency
	From      *BoundSource
	Code      *expression.Program // long table: the currency
	Date      *expression.Program // long table, or the wide table's date column
	Rate      *expression.Program
	Wide      []WideColumn
	ConvertAt int // place of convert among a frame's tables
	RateAt    int // place of rate
}

// WideColumn is one currency's column of a wide rates table.
type WideColumn struct {
	Currency string
	Rate     *expression.Program
}

// BoundEntity is one mapping for one object type, compiled.
type BoundEntity struct {
	*Entity
	From      *BoundSource
	Where     []BoundFilter
	ForEach   *expression.Program
	Deleted   *expression.Program
	Converted *expression.Program
	Fields    []BoundField // in the order of evaluation: the mapping's, then custom
	// GongFields is the shape of the entities: the type's standard fields and
	// then the custom fields of all mappings of the type, in order of first use.
	GongFields []gong.Field
}

// SlugIDs tells whether objectId is made with the function slug.
func (e *BoundEntity) SlugIDs() bool {
	for i := range e.Fields {
		if e.Fields[i].Name == "objectId" && e.Fields[i].Program.Calls("slug") {
			return true
		}
	}
	return false
}

// BoundFilter is a named condition, compiled.
type BoundFilter struct {
	Name    string
	Program *expression.Program
}

// BoundField is a field's expression, compiled.
type BoundField struct {
	*Field
	Index   int // place in GongFields
	Program *expression.Program
	Instead *expression.Program // onError: an expression
}

// BoundCheck is a check of the user's own. Its columns are the entity's
// fields, by their place in GongFields, and row["…"] the source row's.
type BoundCheck struct {
	*Check
	// Program is compiled per entity mapping of the check's type, since
	// row["…"] reads that mapping's source.
	Programs map[*BoundEntity]*expression.Program
}
