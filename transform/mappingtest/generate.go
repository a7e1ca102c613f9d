package mappingtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"crm2gong/mapping"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
	"crm2gong/transform"
)

// Generated are tests that were made of rows.
type Generated struct {
	Text  []byte // a file of tests
	Tests int
	Left  int // rows that no test can say anything of, such as those of a check alone
}

// Generate makes tests of the fewest rows, or nearly so, that reach what the
// rows of the inputs reach: branches, entries of enums, lookups, conditions,
// forms of dates, and what becomes of rows. The rows are disguised: see
// disguise. mappingPath is how the file of tests names the mapping. The plan
// must be used for nothing else afterwards. rules makes the rules of a run over
// all types.
func Generate(ctx context.Context, plan *mapping.Plan, in *transform.Inputs, mappingPath string, opt Options, rules func() transform.Rules) (*Generated, error) {
	coverage, err := NewCoverage(plan.Mapping, in.Headers())
	if err != nil {
		return nil, err
	}
	plan.History = nil
	coverage.watch(plan)
	s := newSampler(coverage, plan)
	run := func(p *mapping.Plan) error {
		_, err := transform.Run(ctx, p, in, transform.Options{Rules: rules(), Now: opt.Now, Watch: s})
		return err
	}
	if err := run(plan); err != nil {
		return nil, err
	}
	sets := make([][]int, len(s.samples))
	for i := range sets {
		sets[i] = s.samples[i].points
	}
	picked, brings := setCover(sets)
	for _, i := range picked {
		for _, u := range s.samples[i].uses {
			s.wanted[u] = true
		}
	}
	tables := *plan
	tables.Entities = nil
	for s.grew = len(s.wanted) > 0; s.grew; {
		s.grew = false
		if err := run(&tables); err != nil {
			return nil, err
		}
	}
	w := &writer{plan: plan, sampler: s, hide: newDisguise(words(plan.Mapping)...), opt: opt, now: usesNow(plan)}
	w.opt.Headers = in.Headers()
	w.phones()
	order := make([]int, len(picked))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return s.samples[picked[order[a]]].kind < s.samples[picked[order[b]]].kind })
	fmt.Fprintf(&w.text, "version: 1\nmapping: %s\ntests:\n", gong.AppendString(nil, mappingPath))
	g := &Generated{}
	for _, i := range order {
		done, err := w.test(ctx, &s.samples[picked[i]], brings[i])
		if err != nil {
			return nil, err
		}
		if done {
			g.Tests++
		} else {
			g.Left++
		}
	}
	if g.Tests == 0 {
		return nil, errors.New("the sources have no rows that a test can be made of")
	}
	g.Text = []byte(w.text.String())
	return g, nil
}

// words gives the texts whose words decide what becomes of rows.
func words(m *mapping.Mapping) []string {
	all := []string{string(m.Text)}
	for _, f := range m.Read {
		all = append(all, string(f.Text))
	}
	for _, v := range m.Params {
		all = append(all, v)
	}
	return all
}

// usesNow tells whether what a record becomes depends on the instant.
func usesNow(plan *mapping.Plan) bool {
	for _, e := range plan.Entities {
		for i := range e.Fields {
			if p := e.Fields[i].Program; p.Calls("now") || p.Calls("today") {
				return true
			}
			if p := e.Fields[i].Instead; p != nil && (p.Calls("now") || p.Calls("today")) {
				return true
			}
		}
		for i := range e.Where {
			if p := e.Where[i].Program; p.Calls("now") || p.Calls("today") {
				return true
			}
		}
	}
	return false
}

// writer writes tests.
type writer struct {
	plan    *mapping.Plan
	sampler *sampler
	hide    *disguise
	opt     Options
	now     bool
	phone   map[string]bool // source, column
	count   int
	text    strings.Builder
}

// phones notes the columns that become phone numbers.
func (w *writer) phones() {
	w.phone = map[string]bool{}
	for _, e := range w.plan.Entities {
		for i := range e.Fields {
			if f := &e.Fields[i]; e.GongFields[f.Index].Kind == gong.Phone {
				for _, slot := range f.Program.Slots() {
					w.phone[e.From.Name+"\x00"+e.From.Layout[slot].Header] = true
				}
			}
		}
	}
}

// row disguises a row.
func (w *writer) row(source string, columns []int, cells []string) *mapping.Inline {
	src := w.source(source)
	x := &mapping.Inline{Rows: [][]string{nil}}
	for i, at := range columns {
		text := cells[i]
		if !typed(src, at) {
			text = w.hide.text(text, w.phone[source+"\x00"+src.Header[at]])
		}
		x.Header = append(x.Header, src.Header[at])
		x.Rows[0] = append(x.Rows[0], text)
	}
	return x
}

func (w *writer) source(name string) *mapping.BoundSource {
	for _, s := range w.plan.Sources {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// typed tells whether a column is of dates, numbers, or true and false, which
// are kept.
func typed(src *mapping.BoundSource, at int) bool {
	for i := range src.Layout {
		switch c := &src.Layout[i]; c.Type.Kind {
		case value.Date, value.DateTime, value.Number, value.Bool:
			if c.Index == at {
				return true
			}
		}
	}
	return false
}

// test writes the test of one sample; false: none can be made.
func (w *writer) test(ctx context.Context, x *sample, brings []int) (bool, error) {
	t := &mapping.Test{Type: x.kind, Rows: map[string]*mapping.Inline{}}
	t.Rows[x.source] = w.row(x.source, x.columns, x.cells)
	w.tables(t, x)
	if w.now {
		t.AsOf = w.opt.Now.UTC().Truncate(time.Second).Format(time.RFC3339)
	}
	w.count++
	t.Name = fmt.Sprintf("%s %d: %s", t.Type, w.count, w.told(brings))
	r, err := Run(ctx, w.plan.Mapping, t, w.opt)
	if err != nil {
		return false, err
	}
	var outcome strings.Builder
	o := &r.Outcome
	switch {
	case len(o.Written) > 0:
		outcome.WriteString("    expect:\n")
		for _, f := range w.fields(x.kind) {
			if j := orNull(o.Written[0][f]); !isNull(j) {
				fmt.Fprintf(&outcome, "      %s: %s\n", gong.AppendString(nil, f), j)
			}
		}
		outcome.WriteString("    exactly: true\n")
	case len(o.Rejected) > 0 && finding.FindRule(o.Rejected[0].Code) != nil:
		fmt.Fprintf(&outcome, "    rejected: %s\n", o.Rejected[0].Code)
	case len(o.Filtered) > 0 && len(o.Rejected) == 0:
		fmt.Fprintf(&outcome, "    filtered: %s\n", gong.AppendString(nil, o.Filtered[0]))
	default:
		w.count--
		return false, nil
	}
	fmt.Fprintf(&w.text, "  - name: %s\n    entity: %s\n", gong.AppendString(nil, t.Name), t.Type)
	if t.AsOf != "" {
		fmt.Fprintf(&w.text, "    as_of: %s\n", t.AsOf)
	}
	w.text.WriteString("    rows:\n")
	for _, s := range w.plan.Sources {
		if rows := t.Rows[s.Name]; rows != nil {
			fmt.Fprintf(&w.text, "      %s:\n", gong.AppendString(nil, s.Name))
			for _, row := range rows.Rows {
				w.text.WriteString("        - {")
				first := true
				for i, cell := range row {
					if cell == "" {
						continue
					}
					if !first {
						w.text.WriteString(", ")
					}
					first = false
					fmt.Fprintf(&w.text, "%s: %s", gong.AppendString(nil, rows.Header[i]), gong.AppendString(nil, cell))
				}
				w.text.WriteString("}\n")
			}
		}
	}
	w.text.WriteString(outcome.String())
	return true, nil
}

// tables adds the rows of lookups and rates that a sample needs.
func (w *writer) tables(t *mapping.Test, x *sample) {
	had := map[tableRow]bool{}
	list := slices.Clone(x.uses)
	var rows []*tableSample
	for len(list) > 0 {
		u := list[0]
		list = list[1:]
		r := w.sampler.rows[u]
		if had[u] || r == nil {
			continue
		}
		had[u] = true
		list = append(list, r.uses...)
		if src := w.source(r.source); src == nil || src.Rows != nil {
			continue // a table of the mapping stays in reach
		}
		if !slices.ContainsFunc(rows, func(o *tableSample) bool { return o.source == r.source && o.at == r.at }) {
			rows = append(rows, r)
		}
	}
	sort.SliceStable(rows, func(i, j int) bool {
		a, b := rows[i].at, rows[j].at
		return a.File < b.File || a.File == b.File && a.Row < b.Row
	})
	for _, r := range rows {
		join(t.Rows, r.source, w.row(r.source, r.columns, r.cells))
	}
}

// join adds a table of one row to those of a source.
func join(all map[string]*mapping.Inline, source string, one *mapping.Inline) {
	x := all[source]
	if x == nil {
		all[source] = one
		return
	}
	row := make([]string, len(x.Header))
	for i, h := range one.Header {
		at := slices.Index(x.Header, h)
		if at < 0 {
			at = len(x.Header)
			x.Header, row = append(x.Header, h), append(row, "")
			for k := range x.Rows {
				x.Rows[k] = append(x.Rows[k], "")
			}
		}
		row[at] = one.Rows[0][i]
	}
	if !slices.ContainsFunc(x.Rows, func(o []string) bool { return slices.Equal(o, row) }) {
		x.Rows = append(x.Rows, row)
	}
}

// fields gives the fields of a type in Gong's order, custom ones last.
func (w *writer) fields(t gong.ObjectType) (names []string) {
	for _, e := range w.plan.Entities {
		if e.Type == t {
			for i := range e.GongFields {
				names = append(names, e.GongFields[i].Name)
			}
			return names
		}
	}
	return nil
}

// told says what a test reaches that those before it do not, by the words of
// the mapping.
func (w *writer) told(brings []int) string {
	var list []string
	for _, i := range brings {
		k := w.sampler.keys[i]
		for p := range w.sampler.points {
			if x := &w.sampler.points[p]; x.key == k && x.Kind != ExpressionPoint {
				list = append(list, x.Of+" "+strings.Join(strings.Fields(x.What), " "))
			}
		}
	}
	sort.Strings(list)
	if len(list) == 0 {
		return "a row of its own kind"
	}
	more := ""
	if len(list) > 2 {
		more = fmt.Sprintf(" and %d more", len(list)-2)
		list = list[:2]
	}
	return strings.Join(list, ", ") + more
}
