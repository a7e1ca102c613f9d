package expression

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"crm2gong/mapping/value"
)

// unreached runs an expression and gives the branches that it did not take.
func (w *world) unreached(t *testing.T, src string) []string {
	t.Helper()
	tree := mustParse(t, src)
	p, faults := tree.Compile(w.scope)
	if p == nil {
		t.Fatalf("%s: %v", src, faults)
	}
	reached := map[Way]bool{}
	w.frame.Next()
	want, _ := p.Eval(w.frame)
	want = want.Clone()
	w.frame.Next()
	got, _ := p.Covered(func(way Way) { reached[way] = true }).Eval(w.frame)
	if want.Kind() != got.Kind() || want.Kind() != value.Err && !value.Equal(want, got) {
		t.Errorf("%s: covered it gives %s, not %s", src, show(got), show(want))
	}
	if !reached[tree.Whole()] {
		t.Errorf("%s: the whole was not reached", src)
	}
	if want.Kind() == value.Bool && (!reached[tree.Gives(want.Bool())] || reached[tree.Gives(!want.Bool())]) {
		t.Errorf("%s: what the whole gives was not noted", src)
	}
	list := []string{}
	for _, b := range p.Branches() {
		if !reached[b.Way] {
			list = append(list, b.Text+" ("+b.When+")")
		}
	}
	return list
}

func TestCovered(t *testing.T) {
	for _, c := range []struct {
		name, src string
		want      []string
	}{
		{"no branches", `upper(Id)`, []string{}},
		{"the condition is true", `Won ? Id : Name`, []string{`Name (condition false)`}},
		{"the condition is false", `if Id == "1" { Id } else { "none" }`, []string{`Id (condition true)`}},
		{"one inside the other", `Won ? (Id == "1" ? "a" : "b") : "c"`, []string{`"c" (condition false)`, `"a" (condition true)`}},
		{"nil before ??", `Nick ?? "none"`, []string{`Nick (not nil)`}},
		{"not nil before ??", `Id ?? "none"`, []string{`"none" (nil before it)`}},
		{"coalesce stops", `coalesce(Nick, Id, "none")`, []string{`Nick (not nil)`, `"none" (nil before it)`}},
		{"a failure is no value", `Broken ?? 1`, []string{`Broken (not nil)`, `1 (nil before it)`}},
		{"and stops", `Id == "1" and Won`, []string{`Won (right of and, needed)`}},
		{"and goes on", `Won && Id == "1"`, []string{`Won (left of &&, false)`}},
		{"or stops", `Won or Id == "1"`, []string{`Id == "1" (right of or, needed)`}},
		{"decided before any row", `true ? Id : Name`, []string{}},
		{"items of a list go both ways", `map(tags, # == "b" ? "x" : "y")`, []string{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, newWorld(t).unreached(t, c.src)); d != "" {
				t.Errorf("%s (-want +got)\n%s", c.src, d)
			}
		})
	}
}
