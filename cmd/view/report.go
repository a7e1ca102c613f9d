package view

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"sort"
	"strings"
	"text/tabwriter"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/gong"
	"crm2gong/validate"
)

// Options say how much of a report is shown.
type Options struct {
	All     bool           // every example
	Output  string         // the folder that was written, "" for a dry run
	Rejects map[string]int // source → rows in its rejects file
	// RejectsFormat is the extension of those files; "": .csv.
	RejectsFormat string
}

// Report writes a report for people: the verdict, what became of the rows, how
// far the references lead, and what was found, the gravest first.
func Report(w io.Writer, r *validate.Report, o Options) {
	w = Terminal(w)
	fmt.Fprintf(w, "%s: %s\n", r.Mapping, verdict(r))
	countsTable(w, r)
	coverageTable(w, r)
	Hidden(w, r)
	moneyTable(w, r)
	dealsTable(w, r)
	notes(w, r)
	findings(w, r)
	unmapped(w, r)
	if o.Output != "" {
		fmt.Fprintf(w, "\nwritten to %s\n", o.Output)
		var names []string
		for name := range o.Rejects {
			names = append(names, name)
		}
		sort.Strings(names)
		ext := o.RejectsFormat
		if ext == "" {
			ext = ".csv"
		}
		for _, name := range names {
			fmt.Fprintf(w, "  %s refused in %s/rejects/%s%s: mend them and read them with --source %s=%s/rejects/%s%s\n",
				Count(o.Rejects[name], "row", "rows"), o.Output, name, ext, name, o.Output, name, ext)
		}
	}
}

func verdict(r *validate.Report) string {
	t := r.Totals
	switch r.Status {
	case "errors":
		s := Count(t.Errors, "error", "errors")
		if t.Rejected > 0 {
			s += fmt.Sprintf(" (%d rejected)", t.Rejected)
		}
		if t.Warnings > 0 {
			s += ", " + Count(t.Warnings, "warning", "warnings")
		}
		return s
	case "warnings":
		return Count(t.Warnings, "warning", "warnings") + ", no errors"
	}
	return "all is well"
}

// Count gives a number with its noun.
func Count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func table(w io.Writer) *tabwriter.Writer {
	return tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
}

// countsTable shows the counting equation of every type.
func countsTable(w io.Writer, r *validate.Report) {
	if len(r.Entities)+len(r.History) == 0 {
		return
	}
	fmt.Fprintln(w)
	tw := table(w)
	fmt.Fprintln(tw, "\tread\t+ extra\t= written\t+ filtered\t+ rejected\t+ merged\t")
	for _, t := range gong.Types {
		if c, ok := r.Entities[t.String()]; ok {
			countsRow(tw, t.String(), c)
		}
	}
	for _, t := range gong.Types {
		if c, ok := r.History[t.String()]; ok {
			countsRow(tw, t.String()+" history", c)
		}
	}
	tw.Flush()
	for _, t := range gong.Types {
		leftOut(w, t.String(), r.Entities[t.String()])
	}
	for _, t := range gong.Types {
		leftOut(w, t.String()+" history", r.History[t.String()])
	}
	for _, name := range sortedKeys(r.Sources) {
		if n := r.Sources[name].Dropped; n > 0 {
			fmt.Fprintf(w, "  source %s: %s are no data by its where\n", name, Count(n, "row", "rows"))
		}
	}
}

// leftOut tells how many rows each filter left out.
func leftOut(w io.Writer, of string, c validate.Counts) {
	for _, name := range sortedKeys(c.Filters) {
		if n := c.Filters[name]; n > 0 {
			fmt.Fprintf(w, "  %s: %s left out by %q\n", of, Count(n, "row", "rows"), name)
		}
	}
}

// notes tells what a reader should know of the sources.
func notes(w io.Writer, r *validate.Report) {
	if len(r.Notes) > 0 {
		fmt.Fprintln(w)
	}
	for _, name := range sortedKeys(r.Notes) {
		for _, n := range r.Notes[name] {
			fmt.Fprintf(w, "note: source %s: %s\n", name, n)
		}
	}
}

func countsRow(w io.Writer, name string, c validate.Counts) {
	fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t\n", name, c.Read, c.Extra, c.Written, c.Filtered, c.Rejected, c.Merged)
}

// Counts writes the counts of rejects and findings by code, one line each, for
// runs whose standard output holds entities.
func Counts(w io.Writer, r *validate.Report) {
	w = Terminal(w)
	for _, t := range gong.Types {
		if c, ok := r.Entities[t.String()]; ok {
			fmt.Fprintf(w, "%s: %d read + %d extra = %d written + %d filtered + %d rejected + %d merged\n",
				t, c.Read, c.Extra, c.Written, c.Filtered, c.Rejected, c.Merged)
		}
	}
	for i := range r.Findings {
		f := &r.Findings[i]
		fmt.Fprintf(w, "%s: %s %s\n", f.Severity, f.Code, countOf(f))
	}
}

func countOf(f *validate.Finding) string {
	s := fmt.Sprint(f.Count)
	if f.Entity != "" {
		s += " " + f.Entity
		if f.Field != "" {
			s += "." + printable(f.Field)
		}
	}
	if f.Cause != "" {
		s += " (" + f.Cause
		if f.Detail != "" {
			s += ": " + f.Detail
		}
		s += ")"
	}
	return s
}

func coverageTable(w io.Writer, r *validate.Report) {
	if len(r.References) == 0 {
		return
	}
	fmt.Fprintln(w)
	tw := table(w)
	fmt.Fprintf(tw, "reference\ttotal\tlinked\tempty\tunknown\tinvalid\tunjudged\t%s\t\n", inCurrency("open amount", r.Currency.Base))
	for _, name := range sortedKeys(r.References) {
		c := r.References[name]
		fmt.Fprintf(tw, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t\n",
			name, c.Total, c.Linked, c.Empty, c.Unknown, c.Invalid, c.Unjudged, c.OpenAmount)
	}
	tw.Flush()
}

func findings(w io.Writer, r *validate.Report) {
	for i := range r.Findings {
		f := &r.Findings[i]
		fmt.Fprintf(w, "\n%s: %s: %s\n", f.Severity, f.Code, f.Summary)
		for k := range f.Examples {
			fmt.Fprintf(w, "    %s\n", example(&f.Examples[k]))
		}
		if more := f.Count - len(f.Examples); more > 0 && len(f.Examples) > 0 {
			fmt.Fprintf(w, "    … and %d more\n", more)
		}
		if f.Hint != "" {
			fmt.Fprintf(w, "  hint: %s\n", f.Hint)
		}
	}
}

// example is one line: where, what, why.
func example(e *validate.Example) string {
	var parts []string
	if place := Place(e); place != "" {
		parts = append(parts, place)
	}
	if e.ObjectID != "" {
		parts = append(parts, "id "+printable(e.ObjectID))
	}
	s := strings.Join(parts, ", ")
	if e.Column != "" && e.Value != "" {
		s += fmt.Sprintf(": %s = %s", printable(e.Column), diag.Quote(e.Value))
	} else if e.Value != "" && e.Value != e.ObjectID {
		s += ": " + diag.Quote(e.Value)
	}
	if e.Text != "" && e.Text != e.Value {
		s += " (cell: " + diag.Quote(e.Text) + ")"
	}
	if e.Reason != "" {
		s += ": " + e.Reason
	}
	return strings.TrimPrefix(s, ": ")
}

// Place is where an example was read: the file, its sheet and cell for a
// workbook, the row and, where it differs, the physical line of a text file.
func Place(e *validate.Example) string {
	if e.Row == 0 {
		return e.Source
	}
	if e.Sheet != "" {
		cell := e.Cell
		if cell == "" {
			cell = fmt.Sprint(e.Row)
		}
		return fmt.Sprintf("%s ▸ %s!%s", e.Source, e.Sheet, cell)
	}
	s := fmt.Sprintf("%s row %d", e.Source, e.Row)
	if e.Line > 0 && e.Line != e.Row {
		s += fmt.Sprintf(" (line %d)", e.Line)
	}
	return s
}

// unmapped lists the values that enums had no entry for, and the keys that
// lookups did not find.
func unmapped(w io.Writer, r *validate.Report) {
	for _, name := range sortedKeys(r.Enums) {
		valueCounts(w, "enum "+name+" has no entry for", r.Enums[name].Unmapped)
		valueCounts(w, "enum "+name+" took its default for", r.Enums[name].Defaulted)
	}
	for _, name := range sortedKeys(r.Lookups) {
		valueCounts(w, "lookup "+name+" found no row for", r.Lookups[name].Missing)
	}
}

// shownValues is how many values of a list are shown.
const shownValues = 10

func valueCounts(w io.Writer, what string, counts map[string]int) {
	if len(counts) == 0 {
		return
	}
	names := sortedKeys(counts)
	sort.SliceStable(names, func(i, k int) bool { return counts[names[i]] > counts[names[k]] })
	var list []string
	for i, name := range names {
		if i == shownValues {
			list = append(list, fmt.Sprintf("… and %d more", len(names)-i))
			break
		}
		list = append(list, fmt.Sprintf("%s (%d)", diag.Quote(name), counts[name]))
	}
	fmt.Fprintf(w, "\n%s %s\n", what, strings.Join(list, ", "))
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
