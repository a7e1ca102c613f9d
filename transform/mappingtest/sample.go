package mappingtest

import (
	"encoding/binary"
	"sort"
	"strings"
	"unicode"

	"crm2gong/mapping"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
	"crm2gong/transform"
	"crm2gong/transform/lookup"
)

// sample is a row that a test can be made of.
type sample struct {
	kind    gong.ObjectType
	source  string
	columns []int
	cells   []string
	uses    []tableRow
	points  []int
}

// tableRow is a row of a lookup (by its name) or of the rates ("currency").
type tableRow struct {
	table string
	at    lookup.Place
}

// maxSamples bounds the rows that are kept. Beyond it a row is kept only where
// it reaches something new.
const maxSamples = 20000

// sampler is the watch of a run that keeps the first row of each kind: rows are
// of one kind when they reach the same points.
type sampler struct {
	*Coverage
	tables  []string // of a frame, by place
	samples []sample
	seen    map[string]bool
	ids     map[key]int
	keys    []key
	any     map[int]bool // points that some sample reaches

	uses   []tableRow
	wanted map[tableRow]bool // rows of tables whose cells are wanted
	rows   map[tableRow]*tableSample
	grew   bool
}

// tableSample is a row of a table, with the rows of tables that it needs.
type tableSample struct {
	source  string
	columns []int
	cells   []string
	uses    []tableRow
	at      lookup.Place
}

func newSampler(c *Coverage, plan *mapping.Plan) *sampler {
	s := &sampler{Coverage: c, tables: make([]string, plan.Tables), seen: map[string]bool{}, ids: map[key]int{}, any: map[int]bool{},
		wanted: map[tableRow]bool{}, rows: map[tableRow]*tableSample{}}
	for _, e := range plan.Enums {
		s.tables[e.Index] = e.Name
	}
	for _, l := range plan.Lookups {
		s.tables[l.Index] = l.Name
	}
	return s
}

// Watches is part of transform.Watch.
func (s *sampler) Watches(*mapping.BoundEntity) bool { return true }

// Begin is part of transform.Watch.
func (s *sampler) Begin() { s.forget() }

// End is part of transform.Watch.
func (s *sampler) End() {}

func (s *sampler) forget() {
	clear(s.reached)
	s.uses = s.uses[:0]
}

// Tables is part of transform.Watch.
func (s *sampler) Tables(list []expression.Table) []expression.Table {
	out := make([]expression.Table, len(list))
	for i, t := range list {
		if t != nil {
			out[i] = tap{t, s.tables[i], s}
		}
	}
	return out
}

// tap is a table whose calls are seen.
type tap struct {
	expression.Table
	name string
	s    *sampler
}

// Call calls the table and notes what it went through.
func (t tap) Call(f *expression.Frame, args []value.Value) value.Value {
	note := func(name string) { t.s.reached[key{name: name}] = true }
	switch inner := t.Table.(type) {
	case *lookup.Enum:
		if k, ok := inner.Entry(args[0]); ok {
			note(entryName(t.name, k))
		} else if _, ok := inner.HasDefault(); ok {
			note("default " + t.name)
		}
	case *lookup.View:
		if _, at, _, ok := inner.Find(args); ok {
			note("hit " + t.name)
			t.s.uses = append(t.s.uses, tableRow{t.name, at})
		} else if !hasNil(args) {
			note("miss " + t.name)
		}
	case interface {
		Used(f *expression.Frame, code, date value.Value) (string, []lookup.UsedRate)
	}:
		// convert takes the amount first, rate does not.
		code, rest := args[0], args[1:]
		if code.Kind() != value.Text && len(rest) > 0 {
			code, rest = rest[0], rest[1:]
		}
		date := value.Value{}
		if len(rest) > 0 {
			date = rest[0]
		}
		_, rates := inner.Used(f, code, date)
		for _, r := range rates {
			t.s.uses = append(t.s.uses, tableRow{"currency", r.Place})
			note("rate " + r.Currency)
		}
	}
	return t.Table.Call(f, args)
}

func hasNil(args []value.Value) bool {
	for _, a := range args {
		if a.IsNil() {
			return true
		}
	}
	return false
}

// Record is part of transform.Watch.
func (s *sampler) Record(r *transform.Record) {
	defer s.forget()
	b := r.Bound
	if b.History || r.Outcome == transform.Dropped {
		return
	}
	t := b.Type.String()
	detail := r.Detail
	if r.Outcome == transform.Rejected {
		detail += " " + r.Field
	}
	s.reached[key{name: "outcome " + t + " " + string(r.Outcome) + " " + detail}] = true
	for _, g := range r.Findings {
		if g.Code == "value-invalid" && g.Lowered {
			s.reached[key{name: omitted(b.Type, g.Field)}] = true
		}
	}
	x := sample{kind: b.Type, source: b.From.Name}
	for i := range b.From.Layout {
		c := &b.From.Layout[i]
		if c.Index < 0 || c.Index >= len(r.Frame.Cells) || r.Frame.Cells[c.Index].Text == "" {
			continue
		}
		if k := c.Type.Kind; k == value.Date || k == value.DateTime {
			s.reached[key{name: "format " + b.From.Name + "." + c.Name + " " + shapeOf(r.Frame.Cells[c.Index].Text)}] = true
		}
	}
	for k := range s.reached {
		x.points = append(x.points, s.id(k))
	}
	sort.Ints(x.points)
	signature := []byte(t + "\x00" + x.source)
	fresh := false
	for _, p := range x.points {
		signature = binary.AppendUvarint(append(signature, 0), uint64(p))
		fresh = fresh || !s.any[p]
	}
	if s.seen[string(signature)] || len(s.samples) >= maxSamples && !fresh {
		return
	}
	s.seen[string(signature)] = true
	for _, p := range x.points {
		s.any[p] = true
	}
	x.columns, x.cells = cellsOf(b.From, r.Frame)
	x.uses = append(x.uses, s.uses...)
	s.samples = append(s.samples, x)
}

// id numbers a point.
func (s *sampler) id(k key) int {
	n, ok := s.ids[k]
	if !ok {
		n = len(s.keys)
		s.ids[k] = n
		s.keys = append(s.keys, k)
	}
	return n
}

// cellsOf gives the cells of a row that the mapping reads and that are not
// empty, by their places in the header.
func cellsOf(src *mapping.BoundSource, f *expression.Frame) (columns []int, cells []string) {
	had := map[int]bool{}
	for i := range src.Layout {
		if at := src.Layout[i].Index; at >= 0 && at < len(f.Cells) && at < len(src.Header) && f.Cells[at].Text != "" && !had[at] {
			had[at] = true
			columns = append(columns, at)
		}
	}
	sort.Ints(columns)
	for _, at := range columns {
		cells = append(cells, strings.Clone(f.Cells[at].Text))
	}
	return columns, cells
}

// TableRow is part of transform.Watch.
func (s *sampler) TableRow(name string, src *mapping.BoundSource, at lookup.Place, f *expression.Frame) {
	row := tableRow{name, at}
	if s.wanted[row] && s.rows[row] == nil {
		x := &tableSample{source: src.Name, at: at}
		x.columns, x.cells = cellsOf(src, f)
		x.uses = append(x.uses, s.uses...)
		s.rows[row] = x
		for _, u := range x.uses {
			if !s.wanted[u] {
				s.wanted[u], s.grew = true, true
			}
		}
	}
	s.forget()
}

// shapeOf writes every digit as 9 and every letter as a, runs of letters as one.
func shapeOf(s string) string {
	var b strings.Builder
	last := rune(0)
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			r = '9'
		case unicode.IsLetter(r):
			r = 'a'
		}
		if r != 'a' || last != 'a' {
			b.WriteRune(r)
		}
		last = r
	}
	return b.String()
}
