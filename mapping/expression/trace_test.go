package expression

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"crm2gong/mapping/value"
)

// traceOf runs an expression step by step: one line a step, indented by depth.
func (w *world) traceOf(t *testing.T, src string) []string {
	t.Helper()
	p, faults := mustParse(t, src).Compile(w.scope)
	if p == nil {
		t.Fatalf("%s: %v", src, faults)
	}
	w.frame.Trace = &Trace{}
	w.frame.Next()
	p.Traced().Eval(w.frame)
	lines := []string{}
	for _, s := range w.frame.Trace.Steps {
		v := "failed"
		if s.Value.Kind() == value.Record {
			v = "row"
		} else if s.Value.Kind() != value.Err {
			v = show(s.Value)
		}
		line := fmt.Sprintf("%s%s = %s", strings.Repeat(" ", s.Depth), s.Text, v)
		switch s.Kind {
		case StepColumn:
			line += " column " + w.layout[s.Slot].Name
		case StepTable:
			line += " table " + s.Name
		case StepNamed:
			line += " named " + s.Name
		}
		lines = append(lines, line)
	}
	return lines
}

func TestTrace(t *testing.T) {
	for _, c := range []struct {
		name, src string
		want      []string
	}{
		{"a column", "Id", []string{`Id = "0061" column Id`}},
		{"a column by its header", `row["Close Date"]`, []string{`row["Close Date"] = "2024-03-15" column Close Date`}},
		{"literals have no step", `1 + 2`, []string{}},
		{"a parameter has one", `params.region`, []string{`params.region = "EMEA"`}},
		{"a parameter beside a column", `Id == params.region`, []string{`Id == params.region = false`, ` Id = "0061" column Id`, ` params.region = "EMEA"`}},
		{"from the outside in", `upper(Id) == "X"`, []string{`upper(Id) == "X" = false`, ` upper(Id) = "0061"`, `  Id = "0061" column Id`}},
		{"a literal first", `"X" == Id`, []string{`"X" == Id = false`, ` Id = "0061" column Id`}},
		{"the branch taken alone", `Won ? Id : Broken`, []string{`Won ? Id : Broken = "0061"`, ` Won = true column Won`, ` Id = "0061" column Id`}},
		{"what ?? did not need", `Nick ?? Id ?? Name`, []string{`Nick ?? Id ?? Name = "0061"`, ` Nick ?? Id = "0061"`, `  Nick = nil column Nick`, `  Id = "0061" column Id`}},
		{"and stops at false", `Id == "1" and Broken > 1`, []string{`Id == "1" and Broken > 1 = false`, ` Id == "1" = false`, `  Id = "0061" column Id`}},
		{"where it failed", `Broken + Amount`, []string{`Broken + Amount = failed`, ` Broken = failed column Broken`}},
		{"an enum", `status(Stage)`, []string{`status(Stage) = "WON" table status`, ` Stage = "Closed Won" column Stage`}},
		{"a field of a lookup's row", `account(Id)?.Name`, []string{`account(Id)?.Name = "Acme"`, ` account(Id) = row table account`, `  Id = "0061" column Id`}},
		{"a named function, its body by its own source", `add(Amount, 1)`, []string{`add(Amount, 1) = 101.1 named add`, ` Amount = 100.1 column Amount`,
			` a + b = 101.1`, `  a = 100.1`, `  b = 1`}},
		{"a let", `let x = Amount; x * 2`, []string{`let x = Amount; x * 2 = 200.2`, ` Amount = 100.1 column Amount`, ` x * 2 = 200.2`, `  x = 100.1`}},
		{"the items of a list", `filter(tags, # != "b")`, []string{`filter(tags, # != "b") = ["a", "c"]`, ` tags = ["a", "b", "c"] column tags`,
			` # != "b" = true`, `  # = "a"`, ` # != "b" = false`, `  # = "b"`, ` # != "b" = true`, `  # = "c"`}},
		{"parentheses", `(Amount + 1) * Count`, []string{`(Amount + 1) * Count = 303.3`, ` Amount + 1 = 101.1`, `  Amount = 100.1 column Amount`, ` Count = 3 column Count`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, newWorld(t).traceOf(t, c.src)); d != "" {
				t.Errorf("%s (-want +got)\n%s", c.src, d)
			}
		})
	}
}

func TestTraceOfComputedColumn(t *testing.T) {
	w := newWorld(t)
	w.compute(t, "double", "Amount * 2")
	w.layout[len(w.layout)-1].Value = w.layout[len(w.layout)-1].Value.Traced()
	want := []string{`double + 1 = 201.2`, ` double = 200.2 column double`, `  Amount * 2 = 200.2`, `   Amount = 100.1 column Amount`}
	if d := cmp.Diff(want, w.traceOf(t, "double + 1")); d != "" {
		t.Errorf("(-want +got)\n%s", d)
	}
}

func TestTraceIsBounded(t *testing.T) {
	w := newWorld(t)
	p, _ := mustParse(t, `map(split(pad("", 2000, "a,"), ","), upper(#))`).Compile(w.scope)
	w.frame.Trace = &Trace{}
	w.frame.Next()
	if _, fail := p.Traced().Eval(w.frame); fail != nil {
		t.Fatal(fail.Message)
	}
	if n, more := len(w.frame.Trace.Steps), w.frame.Trace.More; n != MaxSteps || more == 0 {
		t.Errorf("%d steps and %d more, want %d and more", n, more, MaxSteps)
	}
}

// A traced program gives what the program gives.
func FuzzTraced(f *testing.F) {
	for _, src := range []string{"Nick ?? Id", "Broken + 1", "Won ? status(Stage) : account(Id).Name", "twice(Amount)", "map(tags, add(#, #))",
		"sum([1, Count])", "Stage in [\"a\", Stage]", "tags[1:]", "noTags[0]", "Name matches `^Z`", "-Amount < Count", "if Won {Id} else {Nick}",
		"any(tags, # == \"b\") and not Maybe", "coalesce(Nick, Empty)", "clean(Name) + Id + Stage"} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		tree, fault := Parse(src)
		if fault != nil {
			return
		}
		a, b := newWorld(t), newWorld(t)
		p, _ := tree.Compile(a.scope)
		if p == nil {
			return
		}
		b.frame.Trace = &Trace{}
		v, x := p.Eval(a.frame)
		w, y := p.Traced().Eval(b.frame)
		if (x == nil) != (y == nil) || !reflect.DeepEqual(x, y) || x == nil && v.Kind() != value.Record && show(v) != show(w) {
			t.Errorf("%s gives %v (%v), traced %v (%v)", src, v, x, w, y)
		}
		for _, s := range b.frame.Trace.Steps {
			if s.From < 0 || s.To < s.From || s.Text == "" {
				t.Errorf("%s: step %+v", src, s)
			}
		}
	})
}
