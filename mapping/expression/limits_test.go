package expression

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"crm2gong/mapping/value"
)

// bounded runs an expression on a row with long cells and fails the test when
// it takes long or much memory.
func bounded(t *testing.T, src string) string {
	t.Helper()
	w := newWorld(t)
	for i, c := range w.layout {
		switch c.Name {
		case "Name":
			w.frame.Cells[i].Text = strings.Repeat("aé", 300_000)
		case "tags":
			w.frame.Cells[i].Text = strings.Repeat("a;b;", 30_000)
		}
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	start := time.Now()
	got := w.run(src)
	took := time.Since(start)
	runtime.ReadMemStats(&after)
	if took > catastrophe {
		t.Errorf("took %s", took)
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 512<<20 {
		t.Errorf("allocated %d MiB", grown>>20)
	}
	return got
}

// catastrophe is far above what any expression takes on a busy machine, and far
// below the hours of one without bounds. It is no measure of speed.
const catastrophe = 2 * time.Minute

func nestedLets(n int, last string) string {
	var b strings.Builder
	b.WriteString(`let v0 = ["a", "a"]; `)
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, "let v%d = [v%d, v%d]; ", i, i-1, i-1)
	}
	return b.String() + fmt.Sprintf(last, n)
}

// TestNoExpressionEatsTimeOrMemory has what brings expr's own machine down.
func TestNoExpressionEatsTimeOrMemory(t *testing.T) {
	long := func(item string, n int) string { return strings.Repeat(item, n) }
	for _, c := range []struct{ name, src, want string }{
		{"range", "len(1..1000000000)", "fault"},
		{"repeat", `repeat(repeat("a",999999),999999)`, "fault"},
		{"replace grows", `replace(pad("", 900000, "a"), "a", pad("", 90000, "b"))`, "fail"},
		{"reduce", `reduce(1..28,#acc+#acc,"aaaa")`, "fault"},
		{"toJSON", `toJSON(Name)`, "fault"},
		{"28 nested lets compared", nestedLets(28, "v%[1]d == v%[1]d"), "fault"},
		{"nested lets joined", nestedLets(28, "string(v%d)"), "fault"},
		{"wide lists flattened", "let a = [" + long("1,", 600) + "1]; let b = [" + long("a,", 600) + "a]; let c = [" + long("b,", 300) + "b]; flatten(c)", "fail"},
		{"wide lists in a list", "let a = [" + long("1,", 600) + "1]; let b = [" + long("a,", 600) + "a]; let c = [" + long("b,", 300) + "b]; uniq(c)", "fault"},
		{"wide lists and any", "let a = [" + long("1,", 600) + "1]; let b = [" + long("a,", 600) + "a]; string(Won ? b : 1)", "fail"},
		{"regex on a long text", "Name matches `(a|aa|aaa)*b`", "false"},
		{"regex that explodes", "Name matches `((a{1,100}){1,100}){1,10}`", "fault"},
		{"regex of many states", "Name matches `(x+x+)+y|(.*a){30}(.*b){30}`", ""},
		{"regex per item", "count(tags, Name matches `(.*a){30}b`)", "fail"},
		{"long pattern", "Name matches `" + long("a", 1001) + "`", "fault"},
		{"brackets", long("(", 1900) + "1" + long(")", 1900), "fault"},
		{"many brackets unclosed", long("(", 4000), "fault"},
		{"million brackets", long("(", 1000000), "fault"},
		{"nots", long("!", 3000) + "Won", ""},
		{"minuses", long("-", 3000) + "Amount", ""},
		{"lists", long("[", 1300) + long("]", 1300), "fault"},
		{"100 MB literal", `"` + long("a", 100<<20) + `"`, "fault"},
		{"overflow", "9223372036854775807 * 9223372036854775807", "85070591730234615847396907784232501249"},
		{"power", "2 ** 100000", "fault"},
		{"long number", long("9", 1200), "fault"},
		{"env", "$env", "fault"},
		{"growing text", "let a = Name + Name; let b = a + a; b", "fail"},
		{"text per item", "map(tags, Name + #)", "fail"},
		{"pad per item", `map(tags, pad(#, 1000000, "x"))`, "fail"},
		{"split per item", `map(tags, split(Name, "a"))`, "fail"},
		{"loops in loops", "count(tags, count(tags, count(tags, # == \"a\") > 0) > 0)", "fail"},
		{"search per item", `count(tags, Name contains "x")`, "fail"},
		{"in per item", `count(tags, # in map(tags, lower(#)))`, "fail"},
		{"slices per item", "map(tags, Name[:-1])", "fail"},
		{"join per item", `map(tags, join(tags, "-"))`, "fail"},
		{"sort per item", `map(tags, sort(tags))`, "fail"},
		{"conditional chain", long("Won ? Won : ", 300) + "Won", "true"},
		{"coalesce chain", long("Nick ?? ", 450) + "Id", `"0061"`},
		{"and chain", long("Won and ", 450) + "Won", "true"},
		{"plus chain", long("Id + ", 650) + "Id", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if testing.Short() && strings.HasPrefix(c.name, "regex") {
				t.Skip("regular expressions are slow under the race detector, for which -short is; run without it")
			}
			if got := bounded(t, c.src); !strings.HasPrefix(got, c.want) {
				t.Errorf("got %s, want %s", shorten(got, 200), c.want)
			}
		})
	}
}

// TestNamedFunctionsDoNotExplode calls functions that call each other twice.
func TestNamedFunctionsDoNotExplode(t *testing.T) {
	callees := map[string]*Callee{"f0": {Kind: Named, Params: []string{"x"}, Body: mustParse(t, "x + 1")}}
	for i := 1; i <= 40; i++ {
		body := fmt.Sprintf("f%d(x) + f%d(x)", i-1, i-1)
		callees[fmt.Sprintf("f%d", i)] = &Callee{Kind: Named, Params: []string{"x"}, Body: mustParse(t, body)}
	}
	s := &Scope{Callee: func(name string) *Callee { return callees[name] }}
	start := time.Now()
	p, faults := mustParse(t, "f40(1)").Compile(s)
	if p == nil {
		t.Fatal(faults)
	}
	if _, x := p.Eval(&Frame{}); x == nil || !strings.Contains(x.Message, "too many steps") || len(x.Message) > 1000 {
		t.Errorf("failure %+v", x)
	}
	if took := time.Since(start); took > catastrophe {
		t.Errorf("took %s", took)
	}
}

// TestNamedFunctionsOfManyTypes compiles one body for many types of arguments.
func TestNamedFunctionsOfManyTypes(t *testing.T) {
	callees := map[string]*Callee{}
	body := "[a,b,c,d]"
	params := []string{"a", "b", "c", "d"}
	callees["f0"] = &Callee{Kind: Named, Params: params, Body: mustParse(t, "len("+body+")")}
	for i := 1; i <= 8; i++ {
		g := fmt.Sprintf("f%d", i-1)
		src := "1"
		for _, args := range []string{"a,a,a,a", "b,a,c,d", "d,c,b,a", "c,d,\"x\",b", "1,a,b,c", "true,b,c,d"} {
			src += " + " + g + "(" + args + ")"
		}
		callees[fmt.Sprintf("f%d", i)] = &Callee{Kind: Named, Params: params, Body: mustParse(t, src)}
	}
	s := &Scope{Callee: func(name string) *Callee { return callees[name] }}
	start := time.Now()
	mustParse(t, `f8("a", 1, true, nil)`).Compile(s)
	if took := time.Since(start); took > catastrophe {
		t.Errorf("took %s", took)
	}
}

// TestStepsArePerEval shows that the budget is not used up by earlier rows.
func TestStepsArePerEval(t *testing.T) {
	w := newWorld(t)
	p, _ := mustParse(t, `count(split(pad("", 400000, ","), ","), # == "a") > 0`).Compile(w.scope)
	q, _ := mustParse(t, `len(tags)`).Compile(w.scope)
	for range 50 {
		p.Eval(w.frame)
		if v, x := q.Eval(w.frame); x != nil || !value.Equal(v, value.OfInt(3)) {
			t.Fatal(x)
		}
	}
}
