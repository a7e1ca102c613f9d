package mapping

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/syntax"
	"crm2gong/mapping/value"
)

// bound is a source on its way into a plan.
type bound struct {
	BoundSource
	wide  bool             // a wide table of rates: all columns are read
	known bool             // the header is the file's, not made from what is asked for
	exact map[string][]int // header positions by header
	loose map[string][]int // by header without case, runs of blanks being one
	slots map[string]int   // by the name that expressions use
	fault map[string]*expression.Fault
	read  map[*Column]bool
	busy  map[*Column]bool // computed columns that are being compiled
	below *below           // nil: nobody has looked
}

// below is a row further down in a source's file that looks like its header.
type below struct {
	row    int // 0: there is none
	header []string
}

// hintBelow says in which row the header of a source stands where that is
// further down in its file: for columns that its header lacks and has no name
// near to, or that the row below has. Else it is "".
func (b *binder) hintBelow(s *bound, wanted ...string) string {
	if s.below == nil {
		s.below = &below{}
		if b.m.Below != nil && s.Rows == nil {
			s.below.row, s.below.header = b.m.Below(s.Name)
		}
	}
	if s.below.row == 0 {
		return ""
	}
	hint := fmt.Sprintf("row %d looks like the header: say `header: %[1]d` in the source", s.below.row)
	near := false
	for _, want := range wanted {
		if slices.ContainsFunc(s.below.header, func(h string) bool { return looseHeader(h) == looseHeader(want) }) {
			return hint
		}
		_, ok := diag.Nearest(want, s.columnNames())
		near = near || ok
	}
	if near {
		return ""
	}
	return joinHints(hint, diag.Suggest(wanted[0], named(s.below.header)))
}

// source binds a source at its first use.
func (b *binder) source(s *Source) *bound {
	if bs := b.sources[s]; bs != nil {
		return bs
	}
	header := b.headers[s.Name]
	if header == nil && s.Rows != nil {
		header = s.Rows.Header
		if header == nil {
			header = []string{}
		}
	}
	bs := &bound{
		BoundSource: BoundSource{Source: s, Header: header}, known: header != nil,
		exact: map[string][]int{}, loose: map[string][]int{}, slots: map[string]int{}, fault: map[string]*expression.Fault{},
		read: map[*Column]bool{}, busy: map[*Column]bool{},
	}
	for i, h := range header {
		if h != "" {
			bs.exact[h] = append(bs.exact[h], i)
			bs.loose[looseHeader(h)] = append(bs.loose[looseHeader(h)], i)
		}
	}
	b.sources[s] = bs
	if s.Where != nil {
		bs.Where = b.condition(s.Where, bs, b.scope(bs), "where")
	}
	for i, name := range s.FillDown {
		if i < len(s.fillNodes) {
			b.fillDown(bs, name, s.fillNodes[i])
		}
	}
	return bs
}

// looseHeader is a header without case, each run of blanks being one.
func looseHeader(h string) string {
	return strings.ToLower(strings.Join(strings.FieldsFunc(h, func(r rune) bool { return unicode.IsSpace(r) || r == '\ufeff' }), " "))
}

// has tells whether a name is known to be a column.
func (s *bound) has(name string) bool {
	if s.declared(name) != nil {
		return true
	}
	return s.known && len(s.exact[name]) > 0
}

func (s *bound) declared(name string) *Column {
	for _, c := range s.Columns {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// column finds the column that an expression names, by its alias or header.
func (b *binder) column(s *bound, name string) (int, expression.Column, *expression.Fault) {
	if slot, ok := s.slots[name]; ok {
		return slot, s.Layout[slot], nil
	}
	if f := s.fault[name]; f != nil {
		again := *f
		return 0, expression.Column{}, &again
	}
	if c := s.declared(name); c != nil {
		return b.declaredColumn(s, c)
	}
	i, differs, fault := b.position(s, name)
	if fault != nil {
		s.fault[name] = fault
		again := *fault
		return 0, expression.Column{}, &again
	}
	col := expression.Column{Name: name, Header: name, Index: i, Read: s.text, Type: value.Type{Kind: value.Text, Nullable: true}}
	if i >= 0 {
		col.Header = s.Header[i]
	}
	slot := s.add(name, col)
	if differs {
		b.plan.HeaderDiffers = append(b.plan.HeaderDiffers, HeaderDiffers{s.Name, name, col.Header})
		return slot, col, differsFault(name, col.Header)
	}
	return slot, col, nil
}

func differsFault(want, have string) *expression.Fault {
	return &expression.Fault{Code: "header-differs", Warning: true, Hint: "write it as the file does",
		Message: fmt.Sprintf("the header is %s, which differs from %s in case or blanks", diag.Quote(have), diag.Quote(want))}
}

func (s *bound) add(name string, c expression.Column) int {
	slot := len(s.Layout)
	s.Layout = append(s.Layout, c)
	s.slots[name] = slot
	return slot
}

// declaredColumn finds a column of the source's columns. What is wrong with
// one is reported at its declaration, once, and expressions go on with it.
func (b *binder) declaredColumn(s *bound, c *Column) (int, expression.Column, *expression.Fault) {
	s.read[c] = true
	col := expression.Column{Name: c.Name, Header: c.Name, Index: -1, Read: c.reader, Type: value.Type{Kind: value.Any, Nullable: true}}
	if c.reader != nil {
		col.Type = c.reader.Type()
		col.Type.Nullable = true
	}
	switch {
	case c.Value != nil:
		if s.busy[c] {
			b.diags.Error(c.Node.Span, "column-loop", "column "+diag.Quote(c.Name)+" is made from itself", "name other columns in its value")
			return s.add(c.Name, col), col, nil
		}
		s.busy[c] = true
		col.Value = b.compile(c.Value, s, b.scope(s))
		s.busy[c] = false
		if col.Value != nil {
			col.Type = col.Value.Type
		}
	case c.reader == nil: // reported by Load
	case c.At > 0:
		col.Index, col.Header = b.place(s, c)
	default:
		if col.Index = b.firstOf(s, c); col.Index >= 0 {
			col.Header = s.Header[col.Index]
		}
	}
	return s.add(c.Name, col), col, nil
}

// place finds a column by its place.
func (b *binder) place(s *bound, c *Column) (int, string) {
	switch {
	case !s.known:
		s.Header = append(s.Header, c.Name)
		return len(s.Header) - 1, c.Name
	case b.some:
		if at := s.exact[c.Name]; len(at) > 0 {
			return at[0], c.Name
		}
		return -1, c.Name
	case c.At <= len(s.Header):
		return c.At - 1, s.Header[c.At-1]
	case !c.Optional && !b.some:
		b.diags.Error(c.Node.Span, "unknown-column",
			fmt.Sprintf("column %s is at %s, and source %s ends at %s", diag.Quote(c.Name), letters(c.At), diag.Quote(s.Name), letters(len(s.Header))),
			"correct the place, or add `optional: true`")
	}
	return -1, c.Name
}

// firstOf finds the first of a column's headers that the file has, -1 if it
// has none.
func (b *binder) firstOf(s *bound, c *Column) int {
	for _, want := range c.From {
		if i, differs, fault := b.position(s, want); fault == nil && i >= 0 && !differs {
			return i // the very header, before any that differs in case or blanks
		}
	}
	var first *expression.Fault
	at := c.Node
	for k, want := range c.From {
		n := c.Node
		if k < len(c.fromNodes) {
			n = c.fromNodes[k]
		}
		i, differs, fault := b.position(s, want)
		if fault != nil {
			if first == nil || fault.Code != "unknown-column" {
				first, at = fault, n
			}
			if fault.Code != "unknown-column" {
				break
			}
			continue
		}
		if i < 0 {
			continue
		}
		if differs {
			b.plan.HeaderDiffers = append(b.plan.HeaderDiffers, HeaderDiffers{s.Name, want, s.Header[i]})
			f := differsFault(want, s.Header[i])
			b.diags.Warn(n.Span, f.Code, f.Message, f.Hint)
		}
		return i
	}
	if first != nil && (!c.Optional || first.Code != "unknown-column") {
		if first.Code == "unknown-column" {
			if hint := b.hintBelow(s, c.From...); hint != "" {
				first.Hint = hint
			} else {
				if len(s.loose[looseHeader(c.From[0])]) == 0 {
					first.Hint = diag.Suggest(c.From[0], s.headers())
				}
				first.Hint = joinHints(first.Hint, "if the file may lack it, add `optional: true`")
			}
			if len(c.From) > 1 {
				first.Message = fmt.Sprintf("source %s has none of the columns %s", diag.Quote(s.Name), orList(quoteAll(c.From)))
			}
		}
		b.diags.Error(at.Span, first.Code, first.Message, first.Hint)
	}
	return -1
}

func quoteAll(list []string) []string {
	all := make([]string, len(list))
	for i, s := range list {
		all[i] = diag.Quote(s)
	}
	return all
}

func joinHints(a, b string) string {
	if a == "" {
		return b
	}
	return a + "; " + b
}

// position finds a header. differs tells that it differs in case or blanks;
// -1 without a fault that the header has only some of the columns.
func (b *binder) position(s *bound, want string) (i int, differs bool, fault *expression.Fault) {
	if !s.known {
		if s.Source.Header == 0 && s.Rows == nil && !isLetters(want) {
			return 0, false, &expression.Fault{Code: "unknown-column", Hint: "known: A, B, C …",
				Message: fmt.Sprintf("source %s has no header, and so no column %s", diag.Quote(s.Name), diag.Quote(want))}
		}
		if at := s.exact[want]; len(at) > 0 {
			return at[0], false, nil
		}
		s.exact[want] = []int{len(s.Header)}
		s.Header = append(s.Header, want)
		return len(s.Header) - 1, false, nil
	}
	switch at := s.exact[want]; {
	case len(at) == 1:
		return at[0], false, nil
	case len(at) > 1:
		return 0, false, &expression.Fault{Code: "duplicate-header", Message: fmt.Sprintf("source %s has %d columns %s, at %s", diag.Quote(s.Name), len(at), diag.Quote(want), places(at)),
			Hint: fmt.Sprintf("write row[%s] for the second, or give it a name of its own: `from: %s`", diag.Quote(want+"#2"), diag.Quote(want+"#2"))}
	}
	if name, n := numbered(want); n > 0 {
		if at := s.exact[name]; n <= len(at) {
			return at[n-1], false, nil
		}
	}
	at := s.loose[looseHeader(want)]
	if len(at) == 1 {
		return at[0], true, nil
	}
	if b.some {
		return -1, false, nil
	}
	fault = &expression.Fault{Code: "unknown-column", Message: fmt.Sprintf("source %s has no column %s", diag.Quote(s.Name), diag.Quote(want))}
	if len(at) > 1 {
		var names []string
		for _, i := range at {
			names = append(names, s.Header[i])
		}
		fault.Hint = "write which of " + orList(quoteAll(names)) + " is meant"
	} else if fault.Hint = b.hintBelow(s, want); fault.Hint == "" {
		fault.Hint = diag.Suggest(want, s.columnNames())
	}
	return 0, false, fault
}

// columnNames are the names that expressions can use.
func (s *bound) columnNames() []string {
	names := s.headers()
	for _, c := range s.Columns {
		if len(s.exact[c.Name]) == 0 {
			names = append(names, c.Name)
		}
	}
	return names
}

func (s *bound) headers() []string { return named(s.Header) }

// named gives the columns that have a name.
func named(header []string) []string {
	var names []string
	for _, h := range header {
		if h != "" {
			names = append(names, h)
		}
	}
	return names
}

func isLetters(s string) bool {
	return s != "" && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == "" && len(s) <= 3
}

// numbered splits "Email#2"; n is 0 when there is no number.
func numbered(s string) (name string, n int) {
	i := strings.LastIndexByte(s, '#')
	if i < 1 {
		return s, 0
	}
	n, err := strconv.Atoi(s[i+1:])
	if err != nil || n < 1 {
		return s, 0
	}
	return s[:i], n
}

func places(at []int) string {
	names := make([]string, len(at))
	for i, v := range at {
		names[i] = letters(v + 1)
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

func (b *binder) fillDown(s *bound, name string, n *syntax.Node) {
	_, col, fault := b.column(s, name)
	switch {
	case fault != nil && !fault.Warning:
		b.diags.Error(n.Span, fault.Code, fault.Message, fault.Hint)
	case col.Value != nil:
		b.diags.Error(n.Span, "conflict", "column "+diag.Quote(name)+" is computed, and has no cells to fill", "name the columns that it is made from")
	case col.Index >= 0:
		s.FillDown = append(s.FillDown, col.Index)
	}
	if fault != nil && fault.Warning {
		b.diags.Warn(n.Span, fault.Code, fault.Message, fault.Hint)
	}
}
