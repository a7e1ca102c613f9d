package view

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/gong"
	"crm2gong/transform"
	"crm2gong/transform/trace"
)

// Explain writes for people how the records of an id came to be. mapping is the
// file's name, for hints.
func Explain(w io.Writer, x *trace.Explanation, mapping string) {
	w = Terminal(w)
	kind := kindOf(x.Type, x.History)
	if len(x.Records) == 0 {
		fmt.Fprintf(w, "%s %s: no row makes this id\n", kind, printable(x.ObjectID))
		if len(x.Nearest) > 0 {
			fmt.Fprintf(w, "  like it: %s\n", printableList(x.Nearest))
		}
		for _, t := range x.Others {
			fmt.Fprintf(w, "  it is the id of a record of type %s: crm2gong explain %s --entity %s --id %s\n", t, mapping, t, x.ObjectID)
		}
		return
	}
	if n := len(x.Records) + x.More; n > 1 {
		fmt.Fprintf(w, "%s %s: %d rows have this id\n\n", kind, printable(x.ObjectID), n)
	}
	for i, r := range x.Records {
		if i > 0 {
			fmt.Fprintln(w)
		}
		record(w, r, mapping)
	}
	if x.More > 0 {
		fmt.Fprintf(w, "\n%d more; --all shows them\n", x.More)
	}
}

// kindOf names the records of a type, or their past versions.
func kindOf(t gong.ObjectType, history bool) string {
	if history {
		return t.String() + " history"
	}
	return t.String()
}

// record writes one record.
func record(w io.Writer, r *trace.Record, mapping string) {
	kind := kindOf(r.Type, r.History)
	if r.ObjectID != "" {
		kind += " " + printable(r.ObjectID)
	}
	fmt.Fprintf(w, "%s: %s\n", kind, outcome(r))
	from := r.Place.String()
	if r.Place.Line > 0 && r.Place.Line != r.Place.Row {
		from += fmt.Sprintf(" (line %d)", r.Place.Line)
	}
	if r.Item > 0 {
		from += fmt.Sprintf(", item %d", r.Item)
	}
	fmt.Fprintf(w, "  from %s\n", from)
	if r.Hint != "" {
		fmt.Fprintf(w, "  hint: %s\n", r.Hint)
	}
	if r.Stays != nil {
		fmt.Fprintf(w, "  the record of %s stays\n", r.Stays)
	}
	for _, f := range r.Conditions {
		field(w, f, "")
	}
	for _, f := range r.Fields {
		field(w, f, mapping)
	}
	for _, f := range r.Findings {
		fmt.Fprintf(w, "  finding %s", f.Code)
		if f.Field != "" {
			fmt.Fprintf(w, " (%s)", f.Field)
		}
		if f.Reason != "" {
			fmt.Fprintf(w, ": %s", f.Reason)
		}
		fmt.Fprintln(w)
	}
}

// outcome says what became of a record.
func outcome(r *trace.Record) string {
	switch r.Outcome {
	case transform.Filtered:
		if r.Detail == "forEach" {
			return "filtered: forEach gives no items"
		}
		return "filtered by " + diag.Quote(r.Detail)
	case transform.Rejected:
		s := "rejected: " + r.Detail
		if r.Field != "" {
			s += " (" + r.Field + ")"
		}
		if r.Reason != "" {
			s += ": " + r.Reason
		}
		return s
	case transform.Merged:
		return "merged into another record of the id (duplicates: " + r.Detail + ")"
	case transform.Dropped:
		return "no data, as the where of source " + r.Place.Source + " says"
	}
	return string(r.Outcome)
}

// field writes one expression with its steps.
func field(w io.Writer, f *trace.Field, mapping string) {
	fmt.Fprintf(w, "  %s = %s", f.Name, f.Value)
	if f.Note != "" {
		fmt.Fprintf(w, "  (%s)", f.Note)
	}
	if r := f.Reference; r != nil {
		switch {
		case r.Linked:
			fmt.Fprintf(w, "  (the %s is written)", r.Target)
		case !r.Judged:
			fmt.Fprintf(w, "  (the mapping makes no %s to hold it against)", r.Target)
		default:
			fmt.Fprintf(w, "  (no such %s is written: crm2gong explain %s --entity %s --id %s)", r.Target, mapping, r.Target, strings.Trim(string(f.Value), `"`))
		}
	}
	if len(f.Steps) == 1 && f.Steps[0].Cell != nil && f.Error == "" {
		fmt.Fprintf(w, "  ← %s [%s]\n", f.Steps[0].Expression, cellText(f.Steps[0].Cell, f.Steps[0].Value))
		return
	}
	fmt.Fprintln(w)
	if f.Error != "" {
		fmt.Fprintf(w, "      error: %s\n", f.Error)
	}
	steps(w, f.Steps, "      ")
	if len(f.Steps) == 0 {
		fmt.Fprintf(w, "      %s\n", strings.Join(strings.Fields(f.Expression), " "))
	}
	if f.MoreSteps > 0 {
		fmt.Fprintf(w, "      … %d more steps\n", f.MoreSteps)
	}
}

func steps(w io.Writer, list []*trace.Step, indent string) {
	for _, s := range list {
		in := indent + strings.Repeat("  ", s.Depth)
		fmt.Fprintf(w, "%s%s → %s", in, s.Expression, s.Value)
		if s.Cell != nil {
			fmt.Fprintf(w, "  [%s]", cellText(s.Cell, s.Value))
		}
		if e := s.Enum; e != nil {
			switch {
			case e.Found:
				fmt.Fprintf(w, "  enum %s, entry %s", e.Name, diag.Quote(e.Entry))
			case e.Default:
				fmt.Fprintf(w, "  enum %s, its default", e.Name)
			default:
				fmt.Fprintf(w, "  enum %s has no entry", e.Name)
			}
		}
		fmt.Fprintln(w)
		if l := s.Lookup; l != nil {
			lookup(w, l, in+"  ")
		}
		for _, r := range s.Rates {
			fmt.Fprintf(w, "%s  rate of %s: %s", in, r.Currency, r.Rate)
			if r.Date != "" {
				fmt.Fprintf(w, " since %s", r.Date)
			}
			tableRow(w, r.Place, r.Cells)
		}
	}
}

func lookup(w io.Writer, l *trace.LookupUse, in string) {
	switch {
	case l.Many:
		fmt.Fprintf(w, "%slookup %s has several rows for %s\n", in, l.Name, diag.Quote(l.Key))
	case l.Found:
		fmt.Fprintf(w, "%slookup %s, key %s", in, l.Name, diag.Quote(l.Key))
		tableRow(w, l.Place, l.Cells)
		steps(w, l.Steps, in+"  ")
	case l.Key == "":
		fmt.Fprintf(w, "%slookup %s is not asked without a key\n", in, l.Name)
	default:
		fmt.Fprintf(w, "%slookup %s has no row for %s\n", in, l.Name, diag.Quote(l.Key))
	}
}

func tableRow(w io.Writer, p trace.Place, cells []trace.Cell) {
	if p.Row > 0 {
		fmt.Fprintf(w, ", %s", p)
	}
	for i := range cells {
		c := &cells[i]
		sep := ";"
		if i == 0 {
			sep = ":"
		}
		name := c.Column
		if c.Ref != "" {
			name = c.Ref + " " + c.Column
		}
		fmt.Fprintf(w, "%s %s %s", sep, name, diag.Quote(c.Text))
	}
	fmt.Fprintln(w)
}

// cellText names a cell, with its text where that is not the value.
func cellText(c *trace.Cell, value string) string {
	s := c.String()
	if q := diag.Quote(c.Text); q != value && c.Text != value && c.Text != "" {
		s += " " + q
	}
	if c.Style != "" {
		s += ", " + c.Style
	}
	return s
}

// Reached writes for people what a cell reaches.
func Reached(w io.Writer, x *trace.Reached, mapping string) {
	w = Terminal(w)
	for i := range x.Cells {
		c := &x.Cells[i]
		fmt.Fprintf(w, "%s (%s", c, diag.Quote(c.Column))
		if x.Found {
			fmt.Fprintf(w, ": %s", diag.Quote(c.Text))
		}
		fmt.Fprintf(w, "), source %s\n", c.Source)
	}
	switch {
	case !x.Found:
		fmt.Fprintln(w, "there is no such row of data")
		return
	case len(x.Counts) == 0 && len(x.Lost) > 0:
		fmt.Fprintln(w, "it reaches nothing: its row comes to an end before an expression reads it")
		lost(w, x, mapping)
		return
	case len(x.Counts) == 0:
		fmt.Fprintln(w, "it reaches nothing: no expression that makes a record reads it")
		return
	}
	fmt.Fprintln(w, "it reaches")
	for _, name := range sortedKeys(x.Counts) {
		fmt.Fprintf(w, "  %s of %s\n", name, Count(x.Counts[name], "record", "records"))
	}
	for _, r := range x.Records {
		fmt.Fprintln(w)
		record(w, r, mapping)
	}
	if x.More > 0 {
		fmt.Fprintf(w, "\n%d more records; --all shows them\n", x.More)
	}
	lost(w, x, mapping)
}

// lost writes what became of the row where it gave no record.
func lost(w io.Writer, x *trace.Reached, mapping string) {
	for _, r := range x.Lost {
		fmt.Fprintln(w)
		record(w, r, mapping)
	}
}

// The document of explain --json.
type (
	explainJSON struct {
		FormatVersion int          `json:"format_version"`
		Entity        string       `json:"entity"`
		History       bool         `json:"history"`
		ObjectID      string       `json:"objectId"`
		Outcome       string       `json:"outcome"` // written, filtered, rejected, merged, dropped; none: no row makes the id
		Fields        []fieldJSON  `json:"fields"`
		Records       []recordJSON `json:"records"`
		More          int          `json:"more"`
		Nearest       []string     `json:"nearest"`
		OtherTypes    []string     `json:"other_types"`
	}
	recordJSON struct {
		Entity     string        `json:"entity"`
		History    bool          `json:"history"`
		ObjectID   string        `json:"objectId"`
		Outcome    string        `json:"outcome"`
		Detail     string        `json:"detail"`
		Field      string        `json:"field"`
		Reason     string        `json:"reason"`
		Hint       string        `json:"hint"`
		Place      placeJSON     `json:"place"`
		Item       int           `json:"item"`
		Stays      *placeJSON    `json:"stays,omitempty"`
		Conditions []fieldJSON   `json:"conditions"`
		Fields     []fieldJSON   `json:"fields"`
		Findings   []findingJSON `json:"findings"`
	}
	placeJSON struct {
		Source string `json:"source"`
		File   string `json:"file"`
		Sheet  string `json:"sheet"`
		Row    int    `json:"row"`
		Line   int    `json:"line"`
	}
	cellJSON struct {
		Source string `json:"source"`
		File   string `json:"file"`
		Sheet  string `json:"sheet"`
		Row    int    `json:"row"`
		Column string `json:"column"`
		Cell   string `json:"cell"`
		Text   string `json:"text"`
		Style  string `json:"style"`
		Via    string `json:"via"`
	}
	fieldJSON struct {
		Name       string          `json:"name"`
		Expression string          `json:"expression"`
		File       string          `json:"file"`
		Line       int             `json:"line"`
		Column     int             `json:"column"`
		Value      json.RawMessage `json:"value"`
		Note       string          `json:"note"`
		Error      string          `json:"error"`
		Hint       string          `json:"hint"`
		Reference  *referenceJSON  `json:"reference,omitempty"`
		Cells      []cellJSON      `json:"cells"`
		Steps      []stepJSON      `json:"steps"`
		MoreSteps  int             `json:"more_steps"`
	}
	referenceJSON struct {
		Target string `json:"target"`
		Linked bool   `json:"linked"`
		Judged bool   `json:"judged"`
	}
	stepJSON struct {
		Expression string      `json:"expression"`
		Depth      int         `json:"depth"`
		Value      string      `json:"value"`
		Failed     bool        `json:"failed"`
		Cell       *cellJSON   `json:"cell,omitempty"`
		Enum       *enumJSON   `json:"enum,omitempty"`
		Lookup     *lookupJSON `json:"lookup,omitempty"`
		Rates      []rateJSON  `json:"rates"`
	}
	enumJSON struct {
		Name    string `json:"name"`
		Entry   string `json:"entry"`
		Found   bool   `json:"found"`
		Default bool   `json:"default"`
	}
	lookupJSON struct {
		Name  string     `json:"name"`
		Key   string     `json:"key"`
		Found bool       `json:"found"`
		Many  bool       `json:"many"`
		Place placeJSON  `json:"place"`
		Cells []cellJSON `json:"cells"`
		Steps []stepJSON `json:"steps"`
	}
	rateJSON struct {
		Currency string     `json:"currency"`
		Rate     string     `json:"rate"`
		Date     string     `json:"date"`
		Place    placeJSON  `json:"place"`
		Cells    []cellJSON `json:"cells"`
	}
	findingJSON struct {
		Code   string `json:"code"`
		Field  string `json:"field"`
		Reason string `json:"reason"`
	}
	reachedJSON struct {
		FormatVersion int            `json:"format_version"`
		Cells         []cellJSON     `json:"cells"`
		Found         bool           `json:"found"`
		Counts        map[string]int `json:"counts"`
		Records       []recordJSON   `json:"records"`
		More          int            `json:"more"`
		Lost          []recordJSON   `json:"lost"` // records of the cell's row that came to an end before it was read
	}
)

// ExplainJSON is Explain as a document.
func ExplainJSON(w io.Writer, x *trace.Explanation) error {
	doc := explainJSON{
		FormatVersion: 1, Entity: x.Type.String(), History: x.History, ObjectID: x.ObjectID, Outcome: "none", Fields: []fieldJSON{},
		Records: records(x.Records), More: x.More, Nearest: append([]string{}, x.Nearest...), OtherTypes: []string{},
	}
	if r := x.Chief(); r != nil {
		doc.Outcome, doc.Fields = string(r.Outcome), fieldsJSON(r.Fields)
	}
	for _, t := range x.Others {
		doc.OtherTypes = append(doc.OtherTypes, t.String())
	}
	return writeJSON(w, doc)
}

// ReachedJSON is Reached as a document.
func ReachedJSON(w io.Writer, x *trace.Reached) error {
	return writeJSON(w, reachedJSON{
		FormatVersion: 1, Cells: cellsJSON(x.Cells), Found: x.Found, Counts: x.Counts, Records: records(x.Records), More: x.More, Lost: records(x.Lost),
	})
}

func records(list []*trace.Record) []recordJSON {
	out := []recordJSON{}
	for _, r := range list {
		x := recordJSON{
			Entity: r.Type.String(), History: r.History, ObjectID: r.ObjectID, Outcome: string(r.Outcome), Detail: r.Detail, Field: r.Field,
			Reason: r.Reason, Hint: r.Hint, Place: placeOf(r.Place), Item: r.Item,
			Conditions: fieldsJSON(r.Conditions), Fields: fieldsJSON(r.Fields), Findings: []findingJSON{},
		}
		if r.Stays != nil {
			p := placeOf(*r.Stays)
			x.Stays = &p
		}
		for _, f := range r.Findings {
			x.Findings = append(x.Findings, findingJSON(f))
		}
		out = append(out, x)
	}
	return out
}

func placeOf(p trace.Place) placeJSON { return placeJSON(p) }

func cellOf(c *trace.Cell) cellJSON {
	return cellJSON{Source: c.Source, File: c.File, Sheet: c.Sheet, Row: c.Row, Column: c.Column, Cell: c.Ref, Text: c.Text, Style: c.Style, Via: c.Via}
}

func cellsJSON(list []trace.Cell) []cellJSON {
	out := []cellJSON{}
	for i := range list {
		out = append(out, cellOf(&list[i]))
	}
	return out
}

func fieldsJSON(list []*trace.Field) []fieldJSON {
	out := []fieldJSON{}
	for _, f := range list {
		x := fieldJSON{
			Name: f.Name, Expression: f.Expression, File: f.File, Line: f.Line, Column: f.Column, Value: slices.Clone(f.Value),
			Note: f.Note, Error: f.Error, Hint: f.Hint, Cells: cellsJSON(f.Cells), Steps: stepsJSON(f.Steps), MoreSteps: f.MoreSteps,
		}
		if f.Reference != nil {
			r := referenceJSON(*f.Reference)
			x.Reference = &r
		}
		out = append(out, x)
	}
	return out
}

func stepsJSON(list []*trace.Step) []stepJSON {
	out := []stepJSON{}
	for _, s := range list {
		x := stepJSON{Expression: s.Expression, Depth: s.Depth, Value: s.Value, Failed: s.Failed, Rates: []rateJSON{}}
		if s.Cell != nil {
			c := cellOf(s.Cell)
			x.Cell = &c
		}
		if s.Enum != nil {
			e := enumJSON(*s.Enum)
			x.Enum = &e
		}
		if l := s.Lookup; l != nil {
			x.Lookup = &lookupJSON{l.Name, l.Key, l.Found, l.Many, placeOf(l.Place), cellsJSON(l.Cells), stepsJSON(l.Steps)}
		}
		for _, r := range s.Rates {
			x.Rates = append(x.Rates, rateJSON{r.Currency, r.Rate, r.Date, placeOf(r.Place), cellsJSON(r.Cells)})
		}
		out = append(out, x)
	}
	return out
}
