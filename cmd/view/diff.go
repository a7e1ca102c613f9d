package view

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/gong"
	"crm2gong/validate"
	"crm2gong/validate/compare"
)

// Difference is what diff shows.
type Difference struct {
	*compare.Difference
	Old, New             string          // as given
	Only                 gong.ObjectType // NoType: all
	OldReport, NewReport *validate.Report
	MaxChange            string   // "" if not given
	Above                []string // types above it
}

func (x *Difference) shows(t gong.ObjectType) bool { return x.Only == gong.NoType || x.Only == t }

// findings are those of the types that are shown.
func (x *Difference) findings() (list []compare.FindingDifference) {
	for _, f := range compare.Findings(x.OldReport, x.NewReport) {
		if x.Only == gong.NoType || f.Entity == x.Only.String() {
			list = append(list, f)
		}
	}
	return list
}

// Diff writes a difference for people.
func Diff(w io.Writer, x *Difference) {
	w = Terminal(w)
	fmt.Fprintf(w, "%s → %s\n", x.Old, x.New)
	for _, history := range []bool{false, true} {
		types := x.Types
		if history {
			types = x.History
		}
		for _, t := range gong.Types {
			if d := types[t]; d != nil && x.shows(t) {
				typeDifference(w, kindOf(t, history), d)
			}
		}
	}
	if x.shows(gong.Deal) {
		amounts(w, &x.Amounts)
		currencies(w, x)
	}
	if list := x.findings(); len(list) > 0 {
		fmt.Fprintln(w, "\nfindings")
		for i := range list {
			f := &list[i]
			fmt.Fprintf(w, "  %s: %s %s%s: %d → %d\n", f.Change(), f.Severity, f.Code, where(f), f.Old, f.New)
		}
	}
	if len(x.Above) > 0 {
		fmt.Fprintf(w, "\nabove --max-change %s: %s\n", x.MaxChange, strings.Join(x.Above, ", "))
	}
}

func where(f *compare.FindingDifference) string {
	s := ""
	if f.Entity != "" {
		s = " " + f.Entity
		if f.Field != "" {
			s += "." + printable(f.Field)
		}
	}
	if f.History {
		s += " history"
	}
	if words := strings.Trim(f.Cause+": "+f.Detail, ": "); words != "" {
		s += " (" + words + ")"
	}
	return s
}

func typeDifference(w io.Writer, name string, d *compare.TypeDifference) {
	if d.Moved() == 0 {
		fmt.Fprintf(w, "\n%s: %s, all the same\n", name, Count(d.Old, "record", "records"))
	} else {
		fmt.Fprintf(w, "\n%s: %d → %d records: %d added, %d gone, %d changed", name, d.Old, d.New, d.Added, d.Gone, d.Changed)
		if d.Old > 0 {
			fmt.Fprintf(w, " (%.1f%%)", float64(d.Moved())*100/float64(d.Old))
		}
		fmt.Fprintln(w)
	}
	idList(w, "added", d.AddedIDs, d.Added)
	idList(w, "gone", d.GoneIDs, d.Gone)
	for _, field := range sortedKeys(d.Fields) {
		f := d.Fields[field]
		fmt.Fprintf(w, "  %s: %d changed\n", printable(field), f.Count)
		for _, e := range f.Examples {
			fmt.Fprintf(w, "    %s: %s → %s\n", printable(e.ObjectID), shortJSON(e.Old), shortJSON(e.New))
		}
	}
	for _, name := range sortedKeys(d.References) {
		r := d.References[name]
		if r.Won+r.Lost > 0 {
			fmt.Fprintf(w, "  %s: %s to %s won, %d lost\n", printable(name), Count(r.Won, "reference", "references"), r.Target, r.Lost)
			idList(w, "  won", r.WonIDs, r.Won)
			idList(w, "  lost", r.LostIDs, r.Lost)
		}
	}
	if d.Repeated > 0 {
		fmt.Fprintf(w, "  %s with an id that was there before: not compared\n", Count(d.Repeated, "line", "lines"))
	}
	if d.Unreadable > 0 {
		fmt.Fprintf(w, "  %s without an objectId or no JSON: not compared\n", Count(d.Unreadable, "line", "lines"))
	}
}

func idList(w io.Writer, what string, ids []string, n int) {
	if len(ids) == 0 {
		return
	}
	more := ""
	if n > len(ids) {
		more = " …"
	}
	fmt.Fprintf(w, "  %s: %s%s\n", what, printableList(ids), more)
}

// shortJSON shortens a value in JSON.
func shortJSON(j string) string {
	if j == "" {
		return "(none)"
	}
	var s string
	if json.Unmarshal([]byte(j), &s) == nil {
		return diag.Quote(s)
	}
	if r := []rune(j); len(r) > 80 {
		return string(r[:79]) + "…"
	}
	return j
}

func amounts(w io.Writer, a *compare.Amounts) {
	if a.Total.Old.Deals+a.Total.New.Deals == 0 {
		return
	}
	fmt.Fprintln(w)
	tw := table(w)
	fmt.Fprintln(tw, "amounts\tdeals before\tafter\tsum before\tafter\t")
	row := func(name string, x *compare.Amount) {
		mark := ""
		if !x.Same() {
			mark = "*"
		}
		fmt.Fprintf(tw, "%s%s\t%d\t%d\t%s\t%s\t\n", name, mark, x.Old.Deals, x.New.Deals, x.Old.Amount(), x.New.Amount())
	}
	row("all", &a.Total)
	for _, name := range sortedKeys(a.Status) {
		row("status "+orNone(name), a.Status[name])
	}
	for _, name := range sortedKeys(a.Stage) {
		row("stage "+orNone(name), a.Stage[name])
	}
	tw.Flush()
}

func orNone(name string) string {
	if name == "" {
		return "(none)"
	}
	return printable(name)
}

// currencies shows what was converted, for sides that are runs of mappings.
func currencies(w io.Writer, x *Difference) {
	old, new := x.OldReport.Currency, x.NewReport.Currency
	names := map[string]bool{}
	for name := range old.SourceTotal {
		names[name] = true
	}
	for name := range new.SourceTotal {
		names[name] = true
	}
	if len(names) == 0 {
		return
	}
	fmt.Fprintln(w)
	tw := table(w)
	fmt.Fprintln(tw, "converted\tamounts before\tafter\tsum before\tafter\t")
	for _, name := range sortedKeys(names) {
		fmt.Fprintf(tw, "%s\t%d\t%d\t%s\t%s\t\n", name, old.Rates[name].Count, new.Rates[name].Count,
			orZero(old.SourceTotal[name]), orZero(new.SourceTotal[name]))
	}
	fmt.Fprintf(tw, "result\t\t\t%s\t%s\t\n", orZero(old.ConvertedTotal), orZero(new.ConvertedTotal))
	tw.Flush()
}

func orZero(s string) string {
	if s == "" {
		return "0"
	}
	return s
}

// The document of diff --json.
type (
	diffJSON struct {
		FormatVersion int                     `json:"format_version"`
		Old           string                  `json:"old"`
		New           string                  `json:"new"`
		MaxChange     string                  `json:"max_change"`
		Above         []string                `json:"above"` // types above max_change
		Types         map[string]diffTypeJSON `json:"types"`
		History       map[string]diffTypeJSON `json:"history"`
		Amounts       amountsJSON             `json:"amounts"`
		Currency      map[string]currencyJSON `json:"currency"`
		References    map[string]coverageJSON `json:"references"`
		Findings      []findingDiffJSON       `json:"findings"`
	}
	diffTypeJSON struct {
		Old        int                          `json:"old"`
		New        int                          `json:"new"`
		Added      int                          `json:"added"`
		Gone       int                          `json:"gone"`
		Changed    int                          `json:"changed"`
		Repeated   int                          `json:"repeated"`
		Unreadable int                          `json:"unreadable"`
		AddedIDs   []string                     `json:"added_ids"`
		GoneIDs    []string                     `json:"gone_ids"`
		Fields     map[string]diffFieldJSON     `json:"fields"`
		References map[string]diffReferenceJSON `json:"references"`
	}
	diffFieldJSON struct {
		Count    int               `json:"count"`
		Examples []diffExampleJSON `json:"examples"`
	}
	// In an example null stands for no value and for JSON null alike; absent
	// tells which side lacks the field.
	diffExampleJSON struct {
		ObjectID string          `json:"objectId"`
		Old      json.RawMessage `json:"old"`
		New      json.RawMessage `json:"new"`
		Absent   string          `json:"absent"` // "", old, new
	}
	diffReferenceJSON struct {
		Target  string   `json:"target"`
		Won     int      `json:"won"`
		Lost    int      `json:"lost"`
		WonIDs  []string `json:"won_ids"`
		LostIDs []string `json:"lost_ids"`
	}
	amountsJSON struct {
		Total  amountJSON            `json:"total"`
		Status map[string]amountJSON `json:"status"`
		Stage  map[string]amountJSON `json:"stage"`
	}
	amountJSON struct {
		Old sumJSON `json:"old"`
		New sumJSON `json:"new"`
	}
	sumJSON struct {
		Deals  int         `json:"deals"`
		Amount json.Number `json:"amount"`
	}
	currencyJSON struct {
		Old currencySumJSON `json:"old"`
		New currencySumJSON `json:"new"`
	}
	currencySumJSON struct {
		Count int    `json:"count"`
		Total string `json:"total"`
	}
	coverageJSON struct {
		Old *validate.Coverage `json:"old"`
		New *validate.Coverage `json:"new"`
	}
	findingDiffJSON struct {
		Change   string `json:"change"` // new, more, fewer, cured
		Code     string `json:"code"`
		Severity string `json:"severity"`
		Entity   string `json:"entity"`
		Field    string `json:"field"`
		Cause    string `json:"cause"`
		Detail   string `json:"detail"`
		History  bool   `json:"history"`
		Old      int    `json:"old"`
		New      int    `json:"new"`
	}
)

// DiffJSON is Diff as a document.
func DiffJSON(w io.Writer, x *Difference) error {
	doc := diffJSON{
		FormatVersion: 1, Old: x.Old, New: x.New, MaxChange: x.MaxChange, Above: list(x.Above),
		Types: map[string]diffTypeJSON{}, History: map[string]diffTypeJSON{},
		Amounts:  amountsJSON{amountOf(&x.Amounts.Total), amountMap(x.Amounts.Status), amountMap(x.Amounts.Stage)},
		Currency: map[string]currencyJSON{}, References: map[string]coverageJSON{}, Findings: []findingDiffJSON{},
	}
	for _, t := range gong.Types {
		if d := x.Types[t]; d != nil && x.shows(t) {
			doc.Types[t.String()] = typeJSON(d)
		}
		if d := x.History[t]; d != nil && x.shows(t) {
			doc.History[t.String()] = typeJSON(d)
		}
	}
	for side, r := range []*validate.Report{x.OldReport, x.NewReport} {
		for name, total := range r.Currency.SourceTotal {
			c := doc.Currency[name]
			s := currencySumJSON{r.Currency.Rates[name].Count, total}
			if side == 0 {
				c.Old = s
			} else {
				c.New = s
			}
			doc.Currency[name] = c
		}
		for name, cover := range r.References {
			c := doc.References[name]
			if side == 0 {
				c.Old = &cover
			} else {
				c.New = &cover
			}
			doc.References[name] = c
		}
	}
	for _, f := range x.findings() {
		doc.Findings = append(doc.Findings, findingDiffJSON{f.Change(), f.Code, f.Severity, f.Entity, f.Field, f.Cause, f.Detail, f.History, f.Old, f.New})
	}
	return writeJSON(w, doc)
}

func typeJSON(d *compare.TypeDifference) diffTypeJSON {
	x := diffTypeJSON{
		Old: d.Old, New: d.New, Added: d.Added, Gone: d.Gone, Changed: d.Changed, Repeated: d.Repeated, Unreadable: d.Unreadable,
		AddedIDs: list(d.AddedIDs), GoneIDs: list(d.GoneIDs), Fields: map[string]diffFieldJSON{}, References: map[string]diffReferenceJSON{},
	}
	for name, f := range d.Fields {
		y := diffFieldJSON{f.Count, []diffExampleJSON{}}
		for _, e := range f.Examples {
			z := diffExampleJSON{ObjectID: e.ObjectID, Old: json.RawMessage(e.Old), New: json.RawMessage(e.New)}
			if e.Old == "" {
				z.Old, z.Absent = json.RawMessage("null"), "old"
			}
			if e.New == "" {
				z.New, z.Absent = json.RawMessage("null"), "new"
			}
			y.Examples = append(y.Examples, z)
		}
		x.Fields[name] = y
	}
	for name, r := range d.References {
		x.References[name] = diffReferenceJSON{r.Target, r.Won, r.Lost, list(r.WonIDs), list(r.LostIDs)}
	}
	return x
}

func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func amountOf(a *compare.Amount) amountJSON {
	return amountJSON{sumJSON{a.Old.Deals, json.Number(a.Old.Amount())}, sumJSON{a.New.Deals, json.Number(a.New.Amount())}}
}

func amountMap(m map[string]*compare.Amount) map[string]amountJSON {
	out := map[string]amountJSON{}
	for name, a := range m {
		out[name] = amountOf(a)
	}
	return out
}
