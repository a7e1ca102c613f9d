package expression

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"

	"crm2gong/mapping/value"
)

// writer writes random expressions of a wanted kind.
type writer struct {
	r    *rand.Rand
	lets int
	vars []string // lets in scope with their kind: "n:v0"
	item string   // kind of # where there is one
}

func (w *writer) pick(options ...string) string { return options[w.r.IntN(len(options))] }

// write gives an expression of kind n(umber), t(ext), b(ool), d(ate), l(ist of
// texts) or a(ny).
func (w *writer) write(kind string, depth int) string {
	if w.r.IntN(40) == 0 {
		return "nil"
	}
	if w.r.IntN(60) == 0 {
		kind = w.pick("n", "t", "b", "d", "l")
	}
	for _, v := range w.vars {
		if strings.HasPrefix(v, kind+":") && w.r.IntN(4) == 0 {
			return v[2:]
		}
	}
	if w.item == kind && w.r.IntN(3) == 0 {
		return "#"
	}
	if depth <= 0 {
		return w.leaf(kind)
	}
	sub := func(k string) string { return "(" + w.write(k, depth-1) + ")" }
	bare := func(k string) string { return w.write(k, depth-1) }
	switch w.r.IntN(14) {
	case 0:
		return "(" + sub("b") + " ? " + sub(kind) + " : " + sub(kind) + ")"
	case 1:
		return "(" + sub(kind) + " ?? " + sub(kind) + ")"
	case 2:
		return w.let(kind, depth)
	case 3:
		return "if " + sub("b") + " { " + bare(kind) + " } else { " + bare(kind) + " }"
	case 4:
		return "coalesce(" + bare(kind) + ", " + bare(kind) + ")"
	case 5:
		return "first([" + bare(kind) + ", " + bare(kind) + "])"
	case 6:
		return "[" + bare(kind) + ", " + bare(kind) + "][" + bare("n") + "]"
	}
	switch kind {
	case "n":
		switch w.r.IntN(8) {
		case 0:
			return "len(" + bare(w.pick("t", "l")) + ")"
		case 1:
			return "-" + sub("n")
		case 2:
			return w.pick("round", "abs", "floor", "ceil") + "(" + bare("n") + ")"
		case 3:
			return w.loop("sum", "n", depth)
		case 4:
			return w.loop("count", "b", depth)
		case 5:
			return w.pick("add(", "twice(", "min(") + bare("n") + w.pick(", 1)", ")")
		}
		return sub("n") + w.pick(" + ", " - ", " * ", " / ") + sub("n")
	case "t":
		switch w.r.IntN(9) {
		case 0:
			return sub("t") + "[" + bare("n") + ":" + bare("n") + "]"
		case 1:
			return w.pick("lower", "upper", "trim", "string") + "(" + bare("t") + ")"
		case 2:
			return "join(" + bare("l") + `, "-")`
		case 3:
			return "account(" + bare("t") + ")" + w.pick(".Name", "?.Name", `["Billing City"]`)
		case 4:
			return "string(" + bare(w.pick("n", "d", "b")) + ")"
		case 5:
			return "status(" + bare("t") + ")"
		case 6:
			return "(" + sub("t") + " | " + w.pick("lower()", `replace("a", "b")`, "upper()") + ")"
		}
		return sub("t") + " + " + sub("t")
	case "b":
		switch w.r.IntN(9) {
		case 0:
			return w.pick("not ", "!") + sub("b")
		case 1:
			return sub("t") + w.pick(" contains ", " startsWith ", " endsWith ", " not contains ") + sub("t")
		case 2:
			return sub("t") + w.pick(" matches ", " not matches ") + w.pick("`^a`", "`[A-Z]+`", "`.`")
		case 3:
			return sub("t") + w.pick(" in ", " not in ") + sub("l")
		case 4:
			return w.loop(w.pick("any", "all", "none", "one"), "b", depth)
		case 5:
			k := w.pick("n", "t", "d", "a")
			return sub(k) + w.pick(" == ", " != ") + sub(w.pick(k, "a"))
		case 6:
			k := w.pick("n", "t", "d")
			if w.r.IntN(3) == 0 {
				x := sub(k)
				return x + w.pick(" < ", " <= ", " > ", " >= ") + x
			}
			return sub(k) + w.pick(" < ", " <= ", " > ", " >= ") + sub(k)
		}
		return sub("b") + w.pick(" and ", " or ", " && ", " || ") + sub("b")
	case "d":
		return w.pick("addDays(", "addMonths(") + bare("d") + ", " + w.pick("1", "-30", "Count") + ")"
	case "l":
		switch w.r.IntN(5) {
		case 0:
			return w.loop("filter", "b", depth)
		case 1:
			return w.loop("map", "t", depth)
		case 2:
			return sub("l") + "[" + bare("n") + ":" + bare("n") + "]"
		case 3:
			return w.pick("reverse", "uniq", "sort") + "(" + bare("l") + ")"
		}
		return "[" + bare("t") + ", " + bare("t") + "]"
	}
	return w.write(w.pick("n", "t", "b", "d"), depth-1)
}

func (w *writer) let(kind string, depth int) string {
	k := w.pick("n", "t", "b", "d", "l")
	name := fmt.Sprintf("v%d", w.lets)
	w.lets++
	s := "(let " + name + " = " + w.write(k, depth-1) + "; "
	w.vars = append(w.vars, k+":"+name)
	s += w.write(kind, depth-1) + ")"
	w.vars = w.vars[:len(w.vars)-1]
	return s
}

func (w *writer) loop(name, body string, depth int) string {
	list := w.write("l", depth-1)
	old := w.item
	w.item = "t"
	s := name + "(" + list + ", " + w.write(body, depth-1) + ")"
	w.item = old
	return s
}

func (w *writer) leaf(kind string) string {
	switch kind {
	case "n":
		return w.pick("Amount", "Count", "Empty", `row["Amount"]`, "0", "1", "2.50", "100.1", "0.001", "-2", "99999999999999999999", "number(params.rate)")
	case "t":
		return w.pick("Id", "Name", "Nick", "Stage", `row["Close Date"]`, `"a"`, `""`, `'Zoë'`, "`x`", "params.region", "Absent")
	case "b":
		return w.pick("Won", "Maybe", "true", "false")
	case "d":
		return w.pick("closes", "noDate", `date("2024-02-29")`)
	case "l":
		return w.pick("tags", "noTags", "[]", `["a", "c", "a"]`, `["1", "2", "3", "4", "a", "Closed Won", "0061", "7", ""]`, `split("b,a", ",")`)
	}
	return w.leaf(w.pick("n", "t", "b", "d"))
}

func compareWithReference(t *testing.T, seed uint64) (compared bool) {
	t.Helper()
	gen := &writer{r: rand.New(rand.NewPCG(seed, 1))}
	src := gen.write(gen.pick("n", "t", "b", "d", "l", "a"), 1+gen.r.IntN(5))
	if len(src) > MaxSource {
		return false
	}
	tree, fault := Parse(src)
	if fault != nil {
		t.Fatalf("%s: %s", src, fault.Message)
	}
	w := newWorld(t)
	p, faults := tree.Compile(w.scope)
	if p == nil {
		if len(faults) == 0 {
			t.Fatalf("%s: neither program nor fault", src)
		}
		return false
	}
	want, err := w.reference(src, func(s, pattern string) bool { return regexp.MustCompile(pattern).MatchString(s) })
	if err != nil && strings.Contains(err.Error(), "does not compile") {
		t.Fatalf("%s: %s", src, err)
	}
	w.frame.Next()
	got, x := p.Eval(w.frame)
	if x != nil && (strings.Contains(x.Message, "a list takes single values here") || strings.Contains(x.Message, "takes no list of lists")) {
		return false // a limit that the reference does not have
	}
	if (x != nil) != (err != nil) {
		t.Fatalf("%s\n got %s, failure %+v\nwant %s, error %v", src, show(got), x, show(want), err)
	}
	if x != nil {
		ordered := strings.Contains(src, "[") || strings.Contains(src, "sum(") // operands are judged in another order there
		if !ordered && strings.Contains(x.Message, "is empty") != strings.Contains(err.Error(), "is empty") {
			t.Fatalf("%s\n got failure %s\nwant %s", src, x.Message, err)
		}
		return true
	}
	if got.Kind() != want.Kind() || show(got) != show(want) {
		t.Fatalf("%s\n got %s\nwant %s", src, show(got), show(want))
	}
	if p.Type.Kind != value.Any && got.Kind() != p.Type.Kind && !(got.IsNil() && p.Type.Nullable) {
		t.Fatalf("%s: static type %v, value %s", src, p.Type, show(got))
	}
	return true
}

// FuzzDifferential holds our evaluation and expr's own machine to the same
// values and the same failures.
func FuzzDifferential(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, seed uint64) { compareWithReference(t, seed) })
}

func TestDifferential(t *testing.T) {
	compared := 0
	const n = 1500
	for seed := range uint64(n) {
		if compareWithReference(t, seed+1000) {
			compared++
		}
	}
	if compared < n/2 {
		t.Errorf("only %d of %d expressions passed the checker", compared, n)
	}
}
