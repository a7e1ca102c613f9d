package cmd

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"crm2gong/cmd/view"
	"crm2gong/mapping/diag"
)

// printList lists the files of a folder.
func (p *program) printList(files []inspected, others []string) {
	out := view.Terminal(&p.out)
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "file\tformat\trows\tcolumns\t")
	for i := range files {
		f := &files[i]
		name := f.File
		if f.Sheet != "" {
			name += " ▸ " + f.Sheet
		}
		if f.Error != "" {
			fmt.Fprintf(w, "%s\t\t\t\tcan not be read: %s\n", name, strings.TrimPrefix(f.Error, f.File+": "))
			continue
		}
		var notes []string
		if f.Encoding != "" && f.Encoding != "utf-8" {
			notes = append(notes, f.Encoding)
		}
		if f.Ragged > 0 {
			notes = append(notes, fmt.Sprintf("%d rows with too many cells", f.Ragged))
		}
		if f.Short > 0 {
			notes = append(notes, fmt.Sprintf("rows with too few cells: %d", f.Short))
		}
		for _, s := range f.beside {
			if !s.Hidden {
				notes = append(notes, fmt.Sprintf("%d sheets", len(f.Sheets)))
				break
			}
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%s\n", name, f.Format, f.Rows, len(f.Columns), strings.Join(notes, ", "))
	}
	w.Flush()
	if len(others) > 0 {
		fmt.Fprintf(out, "no tables by their names: %s\n", strings.Join(others, ", "))
	}
}

// printInspected shows one file for people.
func (p *program) printInspected(f *inspected) {
	out := view.Terminal(&p.out)
	var parts []string
	for _, s := range []string{f.Format, f.Encoding} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	if f.Delimiter != "" {
		parts = append(parts, "delimiter "+diag.Quote(f.Delimiter))
	}
	if f.Sheet != "" {
		parts = append(parts, "sheet "+diag.Quote(f.Sheet))
	}
	if f.Format != "ldjson" {
		if f.Header == 0 {
			parts = append(parts, "no header")
		} else {
			parts = append(parts, fmt.Sprintf("header in row %d", f.Header))
		}
	}
	fmt.Fprintf(out, "%s: %s, %d rows, %d columns\n", f.File, strings.Join(parts, ", "), f.Rows, len(f.Columns))
	for _, s := range f.beside {
		fmt.Fprintf(out, "  another sheet: %s%s\n", diag.Quote(s.Name), map[bool]string{true: " (hidden)"}[s.Hidden])
	}
	for _, n := range f.Notes {
		fmt.Fprintf(out, "  note: %s\n", n)
	}
	if f.Ragged > 0 {
		fmt.Fprintf(out, "  warning: %d rows have more filled cells than the header\n", f.Ragged)
	}
	if f.Short > 0 {
		fmt.Fprintf(out, "  warning: rows with fewer cells than the header: %d, the first is row %d; the cells that they lack count as empty\n", f.Short, f.ShortRow)
	}
	if len(f.Footer) > 0 {
		fmt.Fprintf(out, "  warning: the last %d rows look like totals or notes, not data: %s … (footer: %[1]d drops them)\n", f.LastRows, diag.Quote(f.Footer[0]))
	}
	if len(f.Columns) == 0 {
		return
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "  \tcolumn\ttype\tempty\tdistinct\tlength\tsamples")
	for i := range f.Columns {
		c := &f.Columns[i]
		name := diag.Quote(c.Name)
		if c.Name == "" {
			name = "(no name)"
		}
		distinct := fmt.Sprint(c.Distinct)
		switch {
		case !c.Exact:
			distinct = "~" + distinct
		case c.Unique:
			distinct += " (unique)"
		}
		length := fmt.Sprint(c.Shortest)
		if c.Longest != c.Shortest {
			length += "–" + fmt.Sprint(c.Longest)
		}
		if c.Filled == 0 {
			distinct, length = "", ""
		}
		var samples []string
		for _, s := range c.Samples[:min(3, len(c.Samples))] {
			samples = append(samples, diag.Quote(s))
		}
		fmt.Fprintf(w, "  %s\t%s\t%s\t%d\t%s\t%s\t%s\n", c.Place, name, c.Type, c.Empty, distinct, length, strings.Join(samples, " "))
	}
	w.Flush()
	for i := range f.Columns {
		p.printFacts(&f.Columns[i])
	}
}

// printFacts shows what does not fit in the table.
func (p *program) printFacts(c *inspectedColumn) {
	out := view.Terminal(&p.out)
	say := func(format string, args ...any) {
		name := diag.Quote(c.Name)
		if c.Name == "" {
			name = "column"
		}
		fmt.Fprintf(out, "  %s %s: %s\n", c.Place, name, fmt.Sprintf(format, args...))
	}
	if len(c.Formats) > 0 && c.Order != "ambiguous" {
		say("format %s", strings.Join(c.Formats, " or "))
	}
	switch c.Order {
	case "day-first":
		say("the day stands first, as row %d proves", c.OrderRow)
	case "month-first":
		say("the month stands first, as row %d proves", c.OrderRow)
	case "ambiguous":
		say("no row proves whether the day or the month stands first: %s, or %s", strings.Join(c.Formats, " or "), strings.Join(c.Either, " or "))
	case "mixed":
		say("row %d can only have the day first, row %d only the month: no format fits all rows", c.OrderRow, c.OtherRow)
	}
	if c.Decimal == "," || c.Group != "" {
		say("decimal sign %s%s", diag.Quote(c.Decimal), map[bool]string{true: ", groups of three by " + diag.Quote(c.Group)}[c.Group != ""])
	}
	if c.Unclear {
		say("no row proves which sign is the decimal one and which groups digits")
	}
	if len(c.Money) > 0 {
		say("currencies beside the numbers: %s", strings.Join(c.Money, ", "))
	}
	if n := c.Nearly; n != nil {
		format := ""
		if len(n.Formats) > 0 {
			format = " " + strings.Join(n.Formats, " or ")
		}
		say("%s%s but for %d of %d cells: the first is %s in row %d", n.Type, format, n.Misses, c.Filled, diag.Quote(n.First), n.FirstRow)
	}
	var shapes []string
	for _, name := range []string{"salesforce-15", "salesforce-18", "guid", "email", "url", "host", "leading-zero", "multiline"} {
		if n := c.Shapes[name]; n > 0 {
			shapes = append(shapes, fmt.Sprintf("%s %d", name, n))
		}
	}
	if len(shapes) > 0 {
		say("shapes of %d filled cells: %s", c.Filled, strings.Join(shapes, ", "))
	}
	for _, n := range c.Nulls {
		say("%d × %s, taken for no value", n.Count, diag.Quote(n.Value))
	}
	if c.Errors > 0 {
		say("%d cells hold the spreadsheet's errors, such as #N/A", c.Errors)
	}
	if c.Damaged > 0 {
		say("%d numbers above 2^53 have lost digits: format the column as text and export again", c.Damaged)
	}
	if len(c.Values) > 1 && len(c.Values) <= 12 {
		var list []string
		for _, v := range c.Values {
			list = append(list, fmt.Sprintf("%s %d", diag.Quote(v.Value), v.Count))
		}
		say("values %s", strings.Join(list, ", "))
	}
}
