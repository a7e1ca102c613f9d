// Package trace tells how a record came to be: which cells its fields were made
// from, what each part of an expression gave, which rows of lookups, entries of
// enums and exchange rates were used, and what became of the record. It also
// goes the other way, from a cell to the fields that it reaches.
//
// Nothing is evaluated in a way of its own: a watch (see transform.Watch) rides
// on an ordinary run, and at the wanted records the same programs, compiled so
// that they tell their steps, run on the row that the run has in hand.
package trace

import (
	"context"
	"time"

	"crm2gong/mapping"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
	"crm2gong/transform"
)

// Options say what a trace needs beside the plan.
type Options struct {
	Now time.Time
	// Rules makes the rules that judge the entities of one run. A trace may need
	// several runs.
	Rules func() transform.Rules
	// Limit is how many records are told in full; 0: all. The others are counted.
	Limit int
}

// Explanation is how the records of one id came to be.
type Explanation struct {
	Type     gong.ObjectType
	History  bool
	ObjectID string
	Records  []*Record         // all rows with the id, in the order in which they are read
	More     int               // records beyond Options.Limit
	Nearest  []string          // without records: ids of the type that are like it
	Others   []gong.ObjectType // without records: types that have a record of the id
}

// Outcome is what became of the id as a whole: that of the record that was
// written, else of the first; "" where there is none.
func (x *Explanation) Outcome() transform.Outcome {
	if r := x.Chief(); r != nil {
		return r.Outcome
	}
	return ""
}

// Chief is the record that was written, else the first; nil without records.
func (x *Explanation) Chief() *Record {
	for _, r := range x.Records {
		if r.Outcome == transform.Written {
			return r
		}
	}
	if len(x.Records) > 0 {
		return x.Records[0]
	}
	return nil
}

// Place is where a row stands.
type Place struct {
	Source string // the source's name in the mapping
	File   string // as the mapping names it; "" for a table in the mapping
	Sheet  string
	Row    int // as a spreadsheet shows it, from 1
	Line   int // physical line, 0 where not known
}

// String names the row: file, sheet and row.
func (p Place) String() string { return p.name() + " row " + itoa(p.Row) }

func (p Place) name() string {
	s := p.File
	if s == "" {
		s = p.Source
	}
	if p.Sheet != "" {
		s += " ▸ " + p.Sheet
	}
	return s
}

// Cell is a cell that an expression read.
type Cell struct {
	Place
	Column string // its header
	Ref    string // spreadsheet reference such as "F17", "" where there is none
	Text   string // as it stands there
	Style  string // how a workbook writes it: number, date …; "" for text
	Via    string // the lookup, or "currency", through which it was reached; "" for the record's own row
}

// String names the cell: file, sheet and reference, such as deals.csv!F17.
func (c Cell) String() string {
	if c.Ref != "" {
		return c.name() + "!" + c.Ref
	}
	return c.Place.String() + " " + c.Column
}

// Record is one record, or a row that gave none.
type Record struct {
	Type       gong.ObjectType
	History    bool
	ObjectID   string
	Place      Place
	Item       int // under forEach the item's number from 1, else 0
	Outcome    transform.Outcome
	Detail     string // the filter's name, the code of the rejection, the policy for repeated ids
	Field      string // what was at fault: a Gong field, or where, deleted, forEach, converted
	Reason     string
	Hint       string
	Stays      *Place // merged, or rejected as a repeated id: the row that stays
	Conditions []*Field
	Fields     []*Field
	Findings   []Finding

	modified string
}

// Finding is what the rules found in the record without refusing it.
type Finding struct {
	Code   string
	Field  string
	Reason string
}

// Field is one expression of a record, evaluated.
type Field struct {
	Name       string // Gong field; for conditions such as "where: not a test"
	Expression string
	File       string // where the expression stands
	Line       int
	Column     int
	Value      []byte // JSON of the fitted value; of a condition, true or false; null: none
	Note       string // why there is no value, or which other one
	Error      string
	Hint       string
	Cells      []Cell
	Steps      []*Step
	MoreSteps  int // steps beyond those kept
	Reference  *Reference

	reaches bool // the cell asked for
}

// Reference is where a field leads that names another record.
type Reference struct {
	Target string
	Linked bool // the record was written
	Judged bool // the run makes records of the type
}

// Step is one part of an expression.
type Step struct {
	Expression string
	Depth      int // 0: the whole expression
	Value      string
	Failed     bool
	Cell       *Cell // the part is a column
	Enum       *EnumUse
	Lookup     *LookupUse
	Rates      []*RateUse
}

// EnumUse is which entry of an enum was taken.
type EnumUse struct {
	Name    string
	Entry   string
	Found   bool
	Default bool // the default stands for what has no entry
}

// LookupUse is which row of a lookup was found.
type LookupUse struct {
	Name  string
	Key   string
	Found bool
	Many  bool // several rows have the key
	Place Place
	Cells []Cell
	Steps []*Step // how the row's value was made

	wanted tableRow
	fields []string // whole rows: the columns that are read of it
}

// RateUse is an exchange rate that a conversion went through.
type RateUse struct {
	Currency string
	Rate     string
	Date     string // "" for a rate without date
	Place    Place  // zero for rates written in the mapping
	Cells    []Cell

	wanted tableRow
}

// Explain tells how the records with an id came to be.
func Explain(ctx context.Context, p *mapping.Plan, in *transform.Inputs, t gong.ObjectType, id string, history bool, opt Options) (*Explanation, error) {
	own := *p
	own.Entities, own.History = nil, nil
	for _, e := range p.Entities {
		if e.Type <= t || referencesForward(p, t, e.Type) {
			own.Entities = append(own.Entities, e)
		}
	}
	if history {
		for _, e := range p.History {
			if e.Type == t {
				own.History = append(own.History, e)
			}
		}
	}
	w := newTracer(&own, in)
	w.whole = true
	x := &Explanation{Type: t, History: history, ObjectID: id}
	var near nearest
	near.to = id
	w.watches = func(e *mapping.BoundEntity) bool { return e.Type == t && e.History == history }
	w.record = func(r *transform.Record) {
		if r.ObjectID != id {
			near.see(r.ObjectID)
			return
		}
		if opt.Limit > 0 && len(x.Records)+len(w.current) >= opt.Limit {
			w.more++
			return
		}
		w.current = append(w.current, w.trace(r))
	}
	w.end = func() {
		x.Records = append(x.Records, w.current...)
		x.More += w.more
	}
	rules := opt.Rules()
	if err := w.run(ctx, opt, rules); err != nil {
		return nil, err
	}
	x.settle()
	if err := w.resolve(ctx, opt); err != nil {
		return nil, err
	}
	hash := ids.Of(id)
	if len(x.Records) == 0 {
		x.Nearest = near.found()
		for _, e := range own.Entities {
			if e.Type != t && !containsType(x.Others, e.Type) && rules.Set(e.Type).Get(hash) != ids.None {
				x.Others = append(x.Others, e.Type)
			}
		}
	}
	for _, r := range x.Records {
		for _, f := range append(r.Fields[:len(r.Fields):len(r.Fields)], r.Conditions...) {
			f.Cells = gather(f.Steps)
		}
		w.references(r, rules)
	}
	return x, nil
}

// referencesForward tells whether records of type t refer to the later type.
func referencesForward(p *mapping.Plan, t, later gong.ObjectType) bool {
	for _, e := range p.Entities {
		for i := range e.Fields {
			if g := &e.GongFields[e.Fields[i].Index]; e.Type == t && g.Kind == gong.Reference && g.Target == later {
				return true
			}
		}
	}
	return false
}

func containsType(list []gong.ObjectType, t gong.ObjectType) bool {
	for _, x := range list {
		if x == t {
			return true
		}
	}
	return false
}

// settle says which row stays where ids are repeated.
func (x *Explanation) settle() {
	for _, r := range x.Records {
		if r.Outcome != transform.Merged && r.Detail != "object-id-duplicate" {
			continue
		}
		for _, o := range x.Records {
			if o.Outcome == transform.Written && (!x.History || o.modified == r.modified) {
				p := o.Place
				r.Stays = &p
				break
			}
		}
	}
}

// references says of each field that names a record whether it is there.
func (w *tracer) references(r *Record, rules transform.Rules) {
	for _, f := range r.Fields {
		if f.Reference == nil {
			continue
		}
		target := gong.ParseType(f.Reference.Target)
		for _, e := range w.plan.Entities {
			f.Reference.Judged = f.Reference.Judged || e.Type == target
		}
		f.Reference.Linked = rules.Set(target).Get(ids.Of(unquote(f.Value))) != ids.None
	}
}
