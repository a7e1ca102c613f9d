package expression

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// FuzzParse parses and compiles any text: nothing panics or takes long, and
// every fault lies within the text and says something.
func FuzzParse(f *testing.F) {
	for _, src := range []string{"", "Name", "Nick ?? 0 + 1", `"\d+"`, `row["x"]`, "1.2.3", "let x = 1; x", "if a {b} else {c}", "x |", "((((", "a[1:",
		"map(tags, # + 1)", "a?.b.c", "not in", "\xff", "“", "b'x'", "# + #", "1_0 + 0x1", "a ? b : c ?: d", "/* a", "// b", "::f()", "{a: 1}", "é + ü",
		`f(a, b,)`, "reduce(1..2, # + #acc)", "-!-!x", "a.b.c()", "1..2", ".5.", "a not matches `(`", "\u00a0a", "filter(tags, {let x = #; x == \"a\"})", "a;b;", "?:"} {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		start := time.Now()
		n := utf8.RuneCountInString(src)
		within := func(x *Fault) {
			if x.From < 0 || x.To < x.From || x.To > max(n, 1) || x.Message == "" || x.Code == "" {
				t.Errorf("fault %+v of a text of %d characters", x, n)
			}
		}
		tree, fault := Parse(src)
		if fault != nil {
			within(fault)
			return
		}
		for _, p := range tree.Parts() {
			if p.From < 0 || p.To > n || p.From >= p.To {
				t.Errorf("part %d to %d of %d", p.From, p.To, n)
			}
		}
		w := newWorld(t)
		p, faults := tree.Compile(w.scope)
		for i := range faults {
			within(&faults[i])
		}
		if (p == nil) != hasErrors(faults) {
			t.Errorf("program %v, faults %v", p, faults)
		}
		if p != nil {
			v, x := p.Eval(w.frame)
			if x != nil && x.Message == "" {
				t.Error("a failure without a message")
			}
			if x == nil && p.Type.Kind != 9 && v.Kind() != p.Type.Kind && !(v.IsNil() && p.Type.Nullable) {
				t.Errorf("%q: static type %+v, value %s", src, p.Type, show(v))
			}
		}
		if took := time.Since(start); took > 3*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

// TestSpans holds spans to the operands that people see.
func TestSpans(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		{"(a + b) * c", "(a + b) * c"},
		{"x | lower()", "x | lower()"},
		{"  if a { b } else { c }  ", "if a { b } else { c }"},
		{"a ? b : (c)", "a ? b : (c)"},
		{"let x = 1; x", "let x = 1; x"},
		{"f(a, (b))", "f(a, (b))"},
		{"-(a)", "-(a)"},
		{"not (a)", "not (a)"},
		{"a not in [b]", "a not in [b]"},
		{"not (a in b)", "not (a in b)"},
		{"é(ü)[1:2]", "é(ü)[1:2]"},
		{"a?.b.c", "a?.b.c"},
		{`row["x"]`, `row["x"]`},
		{"map(a, # + 1)", "map(a, # + 1)"},
		{"a; (b)", "a; (b)"},
		{"[1, 2]", "[1, 2]"},
	} {
		tree := mustParse(t, c.src)
		from, to := tree.src.span(tree.root)
		if got := tree.src.slice(from, to); got != c.want {
			t.Errorf("%s: got %q", strings.TrimSpace(c.src), got)
		}
	}
}
