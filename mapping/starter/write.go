package starter

import (
	"fmt"
	"strings"

	"crm2gong/mapping/gong"
)

// write puts the mapping together.
func (b *builder) write() string {
	b.prune()
	b.shortRows()
	b.sayDoubts()
	var w strings.Builder
	w.WriteString("# yaml-language-server: $schema=./crm2gong.schema.json\n#\n")
	w.WriteString("# A first mapping, written by crm2gong init after reading every row of the exports.\n")
	if b.result.CRM != "" {
		w.WriteString(wrap("", fmt.Sprintf("CRM: %s, by %s.", b.result.CRM, b.result.Evidence)))
	} else {
		w.WriteString("# CRM: not recognised; columns were placed by their names and values.\n")
	}
	w.WriteString("# It checks and runs as it is. FILL IN marks what only you can know, GUESS what to look at.\n")
	for _, u := range b.uses {
		if u.Source == "" {
			w.WriteString(wrap("", fmt.Sprintf("Not used: %s: %s.", u.Table.file(), strings.TrimSuffix(u.Why, "."))))
		}
	}
	if len(b.result.Open) > 0 {
		w.WriteString("#\n# To do:\n")
		for _, o := range b.result.Open {
			w.WriteString(bullet("", o))
		}
	}
	name := b.opt.Name
	if name == "" {
		name = b.result.CRM
	}
	if name == "" {
		name = "starter"
	}
	fmt.Fprintf(&w, "version: 1\nname: %s\n", scalar(name))
	if b.result.CRM == "salesforce" && b.zoneless() && !b.localForms() {
		w.WriteString("\ntimezone: UTC   # Salesforce writes date-times in UTC\n")
	} else if b.zoneless() {
		w.WriteString("\n# FILL IN: date-times without an offset are read as UTC; set the zone of the person who exported.\ntimezone: UTC\n")
	}
	b.writeSources(&w)
	if len(b.enumBlocks) > 0 {
		w.WriteString("\nenums:\n")
		for _, e := range b.enumBlocks {
			w.WriteString(e + "\n")
		}
	}
	if len(b.lookupLines) > 0 {
		w.WriteString("\nlookups:\n")
		for _, l := range b.lookupLines {
			w.WriteString("  " + l + "\n")
		}
	}
	if len(b.functions) > 0 {
		w.WriteString("\nfunctions:\n")
		for _, f := range b.functions {
			w.WriteString("  " + f + "\n")
		}
	}
	if b.currency != "" {
		w.WriteString("\n" + b.currency)
	}
	w.WriteString("\nentities:\n")
	b.writeEntities(&w, b.entities)
	if len(b.versions) > 0 {
		w.WriteString("\nhistory:\n")
		b.writeEntities(&w, b.versions)
	}
	if len(b.checks) > 0 {
		w.WriteString("\nchecks:\n")
		for _, l := range b.checks {
			w.WriteString("  " + l + "\n")
		}
	}
	b.result.Tables = b.uses
	b.result.Sources = len(b.sources)
	return w.String()
}

func bullet(indent, text string) string {
	lines := strings.Split(strings.TrimSuffix(wrap(indent, text), "\n"), "\n")
	for i := range lines {
		lead := "#   "
		if i == 0 {
			lead = "# - "
		}
		lines[i] = indent + lead + strings.TrimPrefix(strings.TrimPrefix(lines[i], indent+"#"), " ")
	}
	return strings.Join(lines, "\n") + "\n"
}

// shortRows says which of the files that are read have rows that end early,
// since such rows are taken as they are.
func (b *builder) shortRows() {
	for _, u := range b.uses {
		if t := u.Table; t.Short > 0 && u.Source != "" {
			first := ""
			if t.Short > 1 {
				first = "the first is "
			}
			b.open("%s: %s fewer cells than the header (%srow %d), and the cells that are not there count as empty: look whether the export was cut off", t.file(), count(t.Short, "row has", "rows have"), first, t.ShortRow)
		}
	}
}

// zoneless tells whether a date-time of the sources lacks its offset.
func (b *builder) zoneless() bool {
	for _, s := range b.sources {
		for _, i := range s.order {
			c := s.t.Columns[i]
			if s.decls[i].kind != DateTime || c.Kind != DateTime {
				continue
			}
			for _, x := range c.Samples {
				if len(x) > 10 && !strings.ContainsAny(x[10:], "Z+") && strings.LastIndexByte(x, '-') < 11 {
					return true
				}
			}
		}
	}
	return false
}

// localForms tells whether date-times are written as people write them, which
// is in their own time.
func (b *builder) localForms() bool {
	for _, s := range b.sources {
		for _, i := range s.order {
			if c := s.t.Columns[i]; s.decls[i].kind == DateTime && c.Kind == DateTime && len(c.Formats) > 0 {
				return true
			}
		}
	}
	return false
}

// exprs gives all expressions on the rows of s as one text.
func (b *builder) exprs(s *src) string {
	var w strings.Builder
	for _, e := range append(append([]*entity(nil), b.entities...), b.versions...) {
		if e.s != s {
			continue
		}
		w.WriteString(e.deleted + "\n" + e.converted + "\n" + strings.Join(e.custom, "\n") + "\n")
		for _, f := range e.where {
			w.WriteString(f.expr + "\n")
		}
		for _, f := range e.fields {
			if !f.off {
				w.WriteString(f.expr + "\n")
			}
		}
	}
	for _, l := range b.lookupLines {
		if strings.Contains(l, "{from: "+s.name+",") {
			w.WriteString(strings.ReplaceAll(l, "''", "'") + "\n")
		}
	}
	return w.String()
}

// prune drops what nothing uses: it would only raise warnings.
func (b *builder) prune() {
	var all strings.Builder
	for _, s := range b.sources {
		all.WriteString(b.exprs(s))
	}
	text := all.String()
	var lookups []string
	for _, l := range b.lookupLines {
		name, _, _ := strings.Cut(l, ":")
		if strings.Contains(text, name+"(") {
			lookups = append(lookups, l)
		}
	}
	if len(lookups) < len(b.lookupLines) { // what only those used is not needed either
		b.lookupLines = lookups
		b.prune()
		return
	}
	var functions []string
	for _, f := range b.functions {
		if name, _, _ := strings.Cut(f, ":"); strings.Contains(text, name+"(") {
			functions = append(functions, f)
		}
	}
	b.functions = functions
	enums := b.enumBlocks[:0]
	for _, e := range b.enumBlocks {
		for _, line := range strings.Split(e, "\n") {
			if name, ok := strings.CutSuffix(strings.TrimSpace(line), ":"); ok && !strings.HasPrefix(line, "   ") && !strings.Contains(line, "#") {
				if strings.Contains(text, name+"(") {
					enums = append(enums, e)
				}
				break
			}
		}
	}
	b.enumBlocks = enums
	for _, s := range append([]*src(nil), b.sources...) {
		if b.rates != nil && b.rates.s == s {
			continue
		}
		own := b.exprs(s)
		if strings.TrimSpace(own) == "" {
			b.drop(s, "nothing in Gong is made of it")
			continue
		}
		var order []int
		for _, i := range s.order {
			if hasRef(own, s.ref(i, "")) {
				order = append(order, i)
			}
		}
		s.order = order
	}
}

// hasRef tells whether a column is read in a text of expressions.
func hasRef(text, ref string) bool {
	for at := 0; ; {
		k := strings.Index(text[at:], ref)
		if k < 0 {
			return false
		}
		from, to := at+k, at+k+len(ref)
		if (from == 0 || !isNameByte(text[from-1])) && (to == len(text) || !isNameByte(text[to])) {
			return true
		}
		at = from + 1
	}
}

func isNameByte(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
}

// replaceRef writes an expression of one column for another one; false where it
// reads more than that column.
func replaceRef(x, old, with string) (string, bool) {
	inner, before, after := x, "", ""
	for inner != old {
		open := strings.IndexByte(inner, '(')
		if open < 1 || !strings.HasSuffix(inner, ")") {
			return "", false
		}
		before += inner[:open+1]
		after = ")" + after
		inner = inner[open+1 : len(inner)-1]
	}
	return before + with + after, true
}

func (b *builder) writeSources(w *strings.Builder) {
	w.WriteString("\nsources:\n")
	if len(b.sources) == 0 {
		w.WriteString("  # FILL IN: none of the files could be used.\n  none: {rows: []}\n")
	}
	for n, s := range b.sources {
		if n > 0 {
			w.WriteString("\n")
		}
		fmt.Fprintf(w, "  # %s, by %s\n", count(s.t.Rows, "row", "rows"), s.why)
		fmt.Fprintf(w, "  %s:\n", s.name)
		if len(s.t.Files) == 1 {
			fmt.Fprintf(w, "    file: %s\n", scalar(s.t.Files[0]))
		} else {
			var list []string
			for _, f := range s.t.Files {
				list = append(list, scalar(f))
			}
			fmt.Fprintf(w, "    file: [%s]\n", strings.Join(list, ", "))
		}
		for _, kv := range [][2]string{{"format", s.t.Format}, {"encoding", s.t.Encoding}, {"delimiter", s.t.Delimiter}, {"sheet", s.t.Sheet}} {
			if kv[1] != "" {
				fmt.Fprintf(w, "    %s: %s\n", kv[0], scalar(kv[1]))
			}
		}
		switch {
		case s.t.Header > 1:
			fmt.Fprintf(w, "    header: %d\n", s.t.Header)
		case s.t.Header < 0:
			w.WriteString("    header: none   # the first row holds values: columns are A, B, C …\n")
		}
		if s.t.Footer > 0 {
			fmt.Fprintf(w, "    footer: %d   # the last %s no data: %s\n", s.t.Footer, map[bool]string{true: "row is", false: "rows are"}[s.t.Footer == 1], shown(s.t.FooterText))
		}
		if s.t.Encoding != "" {
			w.WriteString("    # GUESS: the text is not UTF-8; look at accents and umlauts in the output.\n")
		}
		if s.t.Ragged > 0 {
			w.WriteString(wrap("    ", fmt.Sprintf("%s more filled cells than the header; they are rejected.", count(s.t.Ragged, "row has", "rows have"))))
		}
		if len(s.repeated) > 0 {
			i := s.repeated[0]
			fmt.Fprintf(w, "    where: %s   # the header stands again among the rows\n", expr(s.ref(i, "")+" != "+literal(s.t.Columns[i].Name)))
		}
		if len(s.empty) > 0 {
			var list []string
			for _, x := range s.empty {
				list = append(list, quoted(x))
			}
			fmt.Fprintf(w, "    empty: [%s]   # ids of zeros stand for no record\n", strings.Join(list, ", "))
		}
		if len(s.order) > 0 {
			w.WriteString("    columns:\n")
			for _, i := range s.order {
				d := s.decls[i]
				keys := d.keys
				if d.at > 0 {
					keys = append([]string{"at: " + columnName(d.at-1)}, keys...)
				}
				if len(keys) == 0 {
					keys = []string{"type: text"}
				}
				fmt.Fprintf(w, "      %s: {%s}", key(d.name), strings.Join(keys, ", "))
				if d.comment != "" {
					w.WriteString("   # " + oneLine(d.comment))
				}
				w.WriteString("\n")
			}
		}
		commented := false
		for _, note := range s.notes {
			if line, ok := strings.CutPrefix(note, "\x00"); ok {
				if len(s.order) == 0 && !commented {
					w.WriteString("    # columns:\n")
					commented = true
				}
				w.WriteString("      # " + oneLine(line) + "\n")
				continue
			}
			w.WriteString(wrap("    ", note))
		}
		for _, l := range s.left {
			w.WriteString(wrap("    ", "Not placed, "+l))
		}
	}
}

// columnName names a column as spreadsheets do.
func columnName(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}

func (b *builder) writeEntities(w *strings.Builder, list []*entity) {
	for _, t := range gong.Types {
		var of []*entity
		for _, e := range list {
			if e.typ == t.String() && len(e.fields) > 0 {
				of = append(of, e)
			}
		}
		if len(of) == 0 {
			continue
		}
		alignCustom(of)
		for _, e := range of {
			for _, c := range e.comments {
				w.WriteString(wrap("  ", c))
			}
		}
		fmt.Fprintf(w, "  %s:\n", t)
		for _, e := range of {
			indent, first := "    ", "    "
			if len(of) > 1 {
				indent, first = "      ", "    - "
			}
			b.writeEntity(w, e, first, indent)
		}
	}
}

// alignCustom: the mappings of one type must agree on duplicates.
func alignCustom(of []*entity) {
	policy := ""
	for _, e := range of {
		if e.duplicates != "" {
			policy = e.duplicates
		}
	}
	for _, e := range of {
		e.duplicates = policy
	}
}

func (b *builder) writeEntity(w *strings.Builder, e *entity, first, indent string) {
	fmt.Fprintf(w, "%sfrom: %s\n", first, e.s.name)
	if len(e.where) > 0 {
		var list []string
		for _, f := range e.where {
			list = append(list, scalar(f.name)+": "+expr(f.expr))
		}
		fmt.Fprintf(w, "%swhere: {%s}\n", indent, strings.Join(list, ", "))
	}
	if e.duplicates != "" {
		fmt.Fprintf(w, "%sduplicates: %s\n", indent, e.duplicates)
	}
	if e.deleted != "" {
		fmt.Fprintf(w, "%sdeleted: %s\n", indent, expr(e.deleted))
	}
	if e.converted != "" {
		fmt.Fprintf(w, "%sconverted: %s\n", indent, expr(e.converted))
	}
	fmt.Fprintf(w, "%sfields:\n", indent)
	var std []Placed
	if e.deleted != "" {
		std = append(std, Placed{Type: e.typ, Field: "isDeleted", Expression: e.deleted, History: e.history})
	}
	for _, f := range e.fields {
		line := f.name + ": "
		if c := e.s.misfit(f.expr); c != nil && !f.off {
			end := "and left out"
			if f.name == "modifiedDate" || f.name == "objectId" {
				end = "whose rows are rejected"
			} else if f.onError == "" {
				f.omit = true
			}
			f.comment = also(f.comment, misfits(c)+", such as "+shown(c.Miss)+", "+end)
		}
		f.omit = f.omit || b.mayFail(f.expr)
		if f.onError != "" {
			line += "{value: " + expr(f.expr) + ", onError: " + expr(f.onError) + "}"
		} else if f.omit {
			line += "{value: " + expr(f.expr) + ", onError: omit}"
		} else {
			line += expr(f.expr)
		}
		if f.off {
			line = "# " + line
		} else {
			std = append(std, Placed{Type: e.typ, Field: f.name, Expression: f.expr, History: e.history})
		}
		if f.comment != "" {
			line += "   # " + oneLine(f.comment)
		}
		w.WriteString(indent + "  " + line + "\n")
	}
	b.result.Placed = append(b.result.Placed, std...)
	if len(e.custom) > 0 {
		fmt.Fprintf(w, "%scustom:\n", indent)
		for _, c := range e.custom {
			w.WriteString(indent + "  " + c + "\n")
		}
	}
}
