package trace

import (
	"context"
	"fmt"
	"path"
	"path/filepath"
	"strconv"
	"strings"

	"crm2gong/mapping"
	"crm2gong/mapping/diag"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
	"crm2gong/transform"
	"crm2gong/transform/lookup"
)

// Target names a cell of a source. The source's name may stand for its file.
type Target struct {
	File   string
	Sheet  string // "" for the sheet that is read
	Row    int
	Column string // letters with Letters, else a header, or a number from 1
	// Letters says that Column is a spreadsheet's letters, such as F.
	Letters bool
}

// ParseTarget reads FILE!F17, FILE!SHEET!F17 or FILE:ROW:COLUMN, where COLUMN
// is a header, letters or a number from 1.
func ParseTarget(s string) (t Target, err error) {
	bad := fmt.Errorf("%s names no cell", diag.Quote(s))
	if i := strings.LastIndexByte(s, '!'); i > 0 {
		ref := strings.ReplaceAll(s[i+1:], "$", "")
		t.File, t.Letters = strings.TrimSpace(s[:i]), true
		n := strings.IndexAny(ref, "0123456789")
		if n <= 0 {
			return t, bad
		}
		t.Column = strings.ToUpper(ref[:n])
		if _, ok := columnOf(t.Column); !ok {
			return t, bad
		}
		if t.Row, err = strconv.Atoi(ref[n:]); err != nil || t.Row < 1 {
			return t, bad
		}
		for _, sep := range []string{" ▸ ", "▸", "!"} {
			if k := strings.LastIndex(t.File, sep); k > 0 {
				t.File, t.Sheet = t.File[:k], strings.Trim(t.File[k+len(sep):], "'")
				break
			}
		}
		return t, nil
	}
	parts := strings.Split(s, ":")
	for i := 1; i+1 < len(parts); i++ {
		if row, err := strconv.Atoi(parts[i]); err == nil && row > 0 {
			t.File, t.Row, t.Column = strings.Join(parts[:i], ":"), row, strings.Join(parts[i+1:], ":")
			if t.File != "" && t.Column != "" {
				return t, nil
			}
		}
	}
	return t, bad
}

// columnOf gives the place from 0 of a column by its letters.
func columnOf(letters string) (int, bool) {
	n := 0
	for _, c := range letters {
		if c < 'A' || c > 'Z' || n > 1<<20 {
			return 0, false
		}
		n = n*26 + int(c-'A') + 1
	}
	return n - 1, n > 0
}

// UnknownCell is the error for a target that no source has.
type UnknownCell struct{ Message, Hint string }

// Error says what is not there.
func (e *UnknownCell) Error() string { return e.Message }

// Reached is what a cell reaches.
type Reached struct {
	Cells   []Cell         // the cell, as each source that reads the file has it
	Found   bool           // the row is there
	Records []*Record      // with the conditions and fields alone that it reaches
	More    int            // records beyond Options.Limit
	Counts  map[string]int // records by type and field, such as DEAL.amount
	// Lost are the records that were never made of the cell's own row, so that the
	// expressions that read the cell were not reached: without conditions and
	// fields.
	Lost []*Record
}

// at is a cell of one source.
type at struct {
	src          *mapping.BoundSource
	file, column int
	row          int
	sheet        string
}

// Reach tells which records and fields a cell reaches: by itself, through
// lookups, or as an exchange rate. The error for a cell that no source has is
// an *UnknownCell.
func Reach(ctx context.Context, p *mapping.Plan, in *transform.Inputs, t Target, opt Options) (*Reached, error) {
	w := newTracer(p, in)
	targets, err := w.targets(t)
	if err != nil {
		return nil, err
	}
	x := &Reached{Counts: map[string]int{}}
	for _, a := range targets {
		w.goals = append(w.goals, a)
		w.taintRow(a)
		pl := w.place(a.src, lookup.Place{File: int32(a.file), Row: int32(a.row)})
		x.Cells = append(x.Cells, w.cell(a.src, a.file, pl, a.column, value.Cell{}))
	}
	see := func(src *mapping.BoundSource, file, row int, cells []value.Cell) {
		for i, a := range targets {
			if a.src == src && a.file == file && a.row == row && a.column < len(cells) {
				x.Found = true
				x.Cells[i].Text = strings.Clone(cells[a.column].Text)
				x.Cells[i].Style = styles[cells[a.column].Kind]
			}
		}
	}
	w.row = func(_ string, src *mapping.BoundSource, at lookup.Place, f *expression.Frame) {
		see(src, int(at.File), int(at.Row), f.Cells)
	}
	w.watches = func(*mapping.BoundEntity) bool { return true }
	counts := map[string]int{}
	var lost []*Record
	w.record = func(r *transform.Record) {
		own := w.isGoal(r)
		see(r.Bound.From, r.File, r.Origin.Row, r.Frame.Cells)
		if !own && !w.touched {
			return
		}
		rec := w.trace(r)
		if !rec.prune() {
			if own && r.Outcome != transform.Written && w.wouldRead(r.Bound) && (opt.Limit == 0 || len(x.Lost)+len(lost) < opt.Limit) {
				lost = append(lost, rec)
			}
			return
		}
		for _, f := range rec.Fields {
			counts[rec.Type.String()+"."+f.Name]++
		}
		for _, f := range rec.Conditions {
			counts[rec.Type.String()+" "+f.Name]++
		}
		if opt.Limit > 0 && len(x.Records)+len(w.current) >= opt.Limit {
			w.more++
			return
		}
		w.current = append(w.current, rec)
	}
	w.end = func() {
		x.Records = append(x.Records, w.current...)
		x.More += w.more
		x.Lost = append(x.Lost, lost...)
		for k, n := range counts {
			x.Counts[k] += n
		}
		clear(counts)
	}
	w.begin = func() {
		clear(counts)
		lost = nil
	}
	rules := opt.Rules()
	if err := w.run(ctx, opt, rules); err != nil {
		return nil, err
	}
	for _, r := range x.Records {
		w.references(r, rules)
	}
	return x, nil
}

// wouldRead tells whether expressions of b read the cell asked for, where they
// are reached.
func (w *tracer) wouldRead(b *mapping.BoundEntity) bool {
	all := []*expression.Program{b.From.Where, b.ForEach, b.Deleted, b.Converted}
	for i := range b.Where {
		all = append(all, b.Where[i].Program)
	}
	for i := range b.Fields {
		all = append(all, b.Fields[i].Program, b.Fields[i].Instead)
	}
	var slots []int
	for _, p := range all {
		if p != nil {
			slots = append(slots, p.Slots()...)
		}
	}
	read := indexes(b.From, slots)
	for _, a := range w.goals {
		if a.src == b.From && contains(read, a.column) {
			return true
		}
	}
	return false
}

// prune keeps what the cell reaches; false: nothing.
func (r *Record) prune() bool {
	keep := func(list []*Field) (kept []*Field) {
		for _, f := range list {
			if f.reaches {
				kept = append(kept, f)
			}
		}
		return kept
	}
	r.Conditions, r.Fields, r.Findings = keep(r.Conditions), keep(r.Fields), nil
	for _, f := range append(r.Fields, r.Conditions...) {
		f.Cells = gather(f.Steps)
	}
	return len(r.Conditions)+len(r.Fields) > 0
}

// targets finds the cell in the sources that read its file.
func (w *tracer) targets(t Target) (all []at, err error) {
	var known []string
	named := false
	for _, src := range w.plan.Sources {
		files := w.in.Files(src.Name)
		if len(files) == 0 {
			known = append(known, src.Name)
			if src.Name == t.File {
				named = true
				if c, ok := column(t, src.Header); ok {
					all = append(all, at{src, 0, c, t.Row, ""})
				}
			}
			continue
		}
		for i, f := range files {
			known = append(known, f.Path)
			if !sameFile(t.File, f.Path, f.Real) && src.Name != t.File || t.Sheet != "" && !strings.EqualFold(t.Sheet, f.Sheet) {
				continue
			}
			named = true
			if c, ok := column(t, f.Header); ok {
				if joined := inFile(src.Header, f.Header, c); joined >= 0 {
					all = append(all, at{src, i, joined, t.Row, f.Sheet})
				}
			}
		}
	}
	switch {
	case !named && t.Sheet != "":
		return nil, &UnknownCell{fmt.Sprintf("no source reads sheet %s of %s", diag.Quote(t.Sheet), t.File), diag.Suggest(t.File, known)}
	case !named:
		return nil, &UnknownCell{fmt.Sprintf("no source reads the file %s", diag.Quote(t.File)), diag.Suggest(t.File, known)}
	case len(all) == 0:
		return nil, &UnknownCell{fmt.Sprintf("%s has no column %s", t.File, diag.Quote(t.Column)), ""}
	}
	return all, nil
}

func sameFile(name, mapped, real string) bool {
	name = filepath.ToSlash(filepath.Clean(name))
	return name == path.Clean(mapped) || name == path.Base(mapped) || real != "" && name == filepath.ToSlash(filepath.Clean(real))
}

// column finds the column in a file's header.
func column(t Target, header []string) (int, bool) {
	if !t.Letters {
		for i, h := range header {
			if h == t.Column {
				return i, true
			}
		}
	}
	if c, ok := columnOf(strings.ToUpper(t.Column)); ok {
		return c, c < len(header)
	}
	if n, err := strconv.Atoi(t.Column); err == nil && !t.Letters {
		return n - 1, n >= 1 && n <= len(header)
	}
	return 0, false
}

// taintRow marks the rows of tables that the cell stands in.
func (w *tracer) taintRow(a at) {
	place := lookup.Place{File: int32(a.file), Row: int32(a.row)}
	for _, l := range w.plan.Lookups {
		if l.From == a.src && contains(indexes(a.src, lookupSlots(l)), a.column) {
			w.taint[tableRow{l.Name, place}] = true
		}
	}
	m := w.plan.Money
	if m == nil || m.From != a.src {
		return
	}
	if contains(indexes(a.src, rateSlots(m, "")), a.column) {
		w.taint[tableRow{ratesName, place}] = true
	}
	for _, c := range m.Wide {
		if contains(indexes(a.src, c.Rate.Slots()), a.column) {
			w.taint[tableRow{ratesName, place}], w.wide = true, c.Currency
		}
	}
}

func lookupSlots(l *mapping.BoundLookup) (slots []int) {
	for _, p := range append([]*expression.Program{l.Value, l.Where}, l.Keys...) {
		if p != nil {
			slots = append(slots, p.Slots()...)
		}
	}
	return append(slots, l.Row...)
}

func contains(list []int, n int) bool {
	for _, x := range list {
		if x == n {
			return true
		}
	}
	return false
}

// reached tells whether a use found a row that the cell asked for reaches.
func (w *tracer) reached(u *use) bool {
	if l := u.lookup; l != nil && l.Found && w.taint[l.wanted] {
		if b := w.lookup(l.Name); b.Value == nil && len(l.fields) > 0 {
			var slots []int
			for _, k := range b.Keys {
				slots = append(slots, k.Slots()...)
			}
			slots = append(slots, b.slotsOf(l.fields)...)
			for _, a := range w.goals {
				if a.src == b.From && lookup.Place(l.wanted.place) == (lookup.Place{File: int32(a.file), Row: int32(a.row)}) && !contains(indexes(a.src, slots), a.column) {
					return false
				}
			}
		}
		return true
	}
	for _, r := range u.rates {
		if r.wanted.table != "" && w.taint[r.wanted] && (w.wide == "" || w.wide == r.Currency) {
			return true
		}
	}
	return false
}

// rowReached tells whether the row of a table that f shows was made from one
// that the cell asked for reaches.
func (w *tracer) rowReached(name string, src *mapping.BoundSource, f *expression.Frame) bool {
	var programs []*expression.Program
	if l := w.lookup(name); l.BoundLookup != nil {
		programs = append(append(programs, l.Value, l.Where), l.Keys...)
	} else if m := w.plan.Money; m != nil {
		programs = append(programs, m.Code, m.Date, m.Rate)
	}
	own := w.frame(src, f)
	for _, p := range programs {
		if p == nil {
			continue
		}
		if _, _, _, _, reaches := w.eval(own, p, func(int) *Cell { return nil }); reaches {
			return true
		}
	}
	return false
}

// isGoal tells whether the record's row holds the cell asked for, or takes it
// over from above.
func (w *tracer) isGoal(r *transform.Record) bool {
	for _, a := range w.goals {
		if a.src == r.Bound.From && a.file == max(r.File, 0) && a.row == r.CellRow(a.column) {
			return true
		}
	}
	return false
}

// readsTarget tells whether a step of the last evaluation read the cell asked
// for.
func (w *tracer) readsTarget(src *mapping.BoundSource, r *transform.Record) bool {
	for _, a := range w.goals {
		if a.src != src || a.file != max(r.File, 0) || a.row != r.CellRow(a.column) {
			continue
		}
		for i := range w.steps.Steps {
			if s := &w.steps.Steps[i]; s.Kind == expression.StepColumn && src.Layout[s.Slot].Index == a.column {
				return true
			}
		}
	}
	return false
}

// Types lists the object types in Counts' keys in Gong's order.
func (x *Reached) Types() (types []gong.ObjectType) {
	for _, t := range gong.Types {
		for k := range x.Counts {
			if strings.HasPrefix(k, t.String()+".") || strings.HasPrefix(k, t.String()+" ") {
				types = append(types, t)
				break
			}
		}
	}
	return types
}
