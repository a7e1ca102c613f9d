package expression

import (
	"strconv"
	"strings"
	"testing"

	"crm2gong/mapping/funcs"
	"crm2gong/mapping/value"
)

func TestEval(t *testing.T) {
	for _, c := range []struct{ src, want string }{
		// names
		{"Id", `"0061"`},
		{`row["Close Date"]`, `"2024-03-15"`},
		{`row["in"]`, `"inner"`},
		{"row", `"column row"`},
		{`row["row"]`, `"column row"`},
		{"id", `"column id"`},
		{"Absent", "nil"},
		{"Nick", "nil"},
		{"params.region", `"EMEA"`},
		{`number(params.rate) * 2`, "3"},
		{"source.file", `"exports/a.csv"`},
		{"source.sheet", "nil"},
		{"source.row + source.index", "33"},
		// exact numbers
		{"0.1 + 0.2", "0.3"},
		{"0.1 + 0.2 == 0.3", "true"},
		{"9223372036854775807 + 1", "9223372036854775808"},
		{"12345678901234567890123456789012345678901234567890.5 * 2", "24691357802469135780246913578024691357802469135781"},
		{"1 / 3", "0.3333333333333333333333333333333333"},
		{"-Amount", "-100.1"},
		{"+Amount - .1", "100"},
		{"Amount * 2 - 0.2", "200"},
		{"1.50 == 1.5", "true"},
		{"Count / 2", "1.5"},
		{"Amount / 0", "fail: Amount / 0: division by zero"},
		{"2 - 3 * 4", "-10"},
		{"-2 + 1", "-1"},
		// texts
		{`"https://x/" + Id`, `"https://x/0061"`},
		{`Id + "-" + Name + "-" + Stage`, `"0061-Zoë Ltd-Closed Won"`},
		{`(Nick ?? "") + Id`, `"0061"`},
		{`Name[:3]`, `"Zoë"`},
		{`Name[3:]`, `" Ltd"`},
		{`Name[-3:]`, `"Ltd"`},
		{`Name[2:100]`, `"ë Ltd"`},
		{`Name[5:2]`, `""`},
		{`Nick[:2]`, "nil"},
		{`Name startsWith "Zo"`, "true"},
		{`Name endsWith "x"`, "false"},
		{`Name contains "ë"`, "true"},
		{`Name not contains "ë"`, "false"},
		{"Name matches `^Zo.+d$`", "true"},
		{`Nick startsWith "a"`, "false"},
		{`Nick matches "."`, "false"},
		{`not (Nick contains "a")`, "true"},
		{`Name | lower() | replace("l", "L")`, `"zoë Ltd"`},
		// nil
		{`Nick ?? "x"`, `"x"`},
		{`Nick ?? Absent ?? Id`, `"0061"`},
		{`coalesce(Nick, Absent, "z")`, `"z"`},
		{`coalesce(Name, Broken + 1)`, `"Zoë Ltd"`},
		{"Nick == nil", "true"},
		{"nil == Nick", "true"},
		{"Name != nil", "true"},
		{"Empty == 0", "false"},
		{"(Empty ?? 0) + 1", "1"},
		{"Empty + 1", "fail: Empty is empty"},
		{"Amount < Empty", "fail: Empty is empty"},
		{"-Empty", "fail: Empty is empty"},
		{"not Maybe", "fail: Maybe is empty"},
		{"Maybe and Won", "fail: Maybe is empty"},
		{"Won and Maybe", "fail: Maybe is empty"},
		{"Won or Maybe", "true"},
		{"not Won and Maybe", "false"},
		{"Maybe ? 1 : 2", "fail: Maybe is empty"},
		{"Name + Nick", "fail: Nick is empty"},
		{"trim(Nick) + Name", "fail: trim(Nick) is empty"},
		{"lower(Nick)", "nil"},
		// equality of any kinds
		{`Amount == 100.1`, "true"},
		{`[Amount, Name][1] == "Zoë Ltd"`, "true"},
		{`closes == date("2024-03-20")`, "true"},
		// choice
		{`Stage == "Closed Won" ? "WON" : "OPEN"`, `"WON"`},
		{`if Amount > 1000 { "big" } else if Amount > 10 { "mid" } else { "small" }`, `"mid"`},
		{`let n = trim(Name); n == "" ? "Deal_" + Id : n`, `"Zoë Ltd"`},
		{`let a = Count; let b = a * 2; a + b`, "9"},
		{`1 < Count < 10`, "true"},
		{`Won && Count >= 3 || false`, "true"},
		{`1; 2; 3`, "3"},
		{"Won ?: false", "true"},
		// dates
		{"closes > today()", "true"},
		{"addDays(closes, 1)", "2024-03-21"},
		{"now()", "2024-03-15T12:00:00Z"},
		{"created", "2024-03-15T10:00:00Z"},
		// lists
		{"tags", `["a", "b", "c"]`},
		{"tags[0]", `"a"`},
		{"tags[-1]", `"c"`},
		{"tags[9]", "nil"},
		{"tags[99999999999999999999]", "nil"},
		{"tags[0.5]", "fail: 0.5 is no whole number (0.5)"},
		{"noTags[0]", "nil"},
		{"tags[1:]", `["b", "c"]`},
		{"tags[:-1]", `["a", "b"]`},
		{`"a" in tags`, "true"},
		{`"a" not in tags`, "false"},
		{`Name in ["a", "b"]`, "false"},
		{`Stage in ["1", "2", "3", "4", "5", "6", "7", "8", "Closed Won"]`, "true"},
		{`Nick in ["1", "2", "3", "4", "5", "6", "7", "8", ""]`, "false"},
		{`Nick in [nil]`, "false"},
		{`"a" in noTags`, "false"},
		{"map(tags, upper(#))", `["A", "B", "C"]`},
		{`filter(tags, # != "b")`, `["a", "c"]`},
		{`any(tags, # == "b")`, "true"},
		{`all(tags, # == "b")`, "false"},
		{`none(tags, # == "x")`, "true"},
		{`one(tags, # == "b")`, "true"},
		{`find(tags, # > "a")`, `"b"`},
		{`count(tags, # > "a")`, "2"},
		{`sum(map(tags, len(#)))`, "3"},
		{`sum(["1.1", "2.2"], number(#))`, "3.3"},
		{"sum([])", "0"},
		{"sum([1, nil])", "fail: an item of [1, nil] is empty"},
		{"min([5, nil])", "fail: an item of [5, nil] is empty, and min needs its value"},
		{"max(7, [len(Nick), 5])", "fail: len(Nick) is empty, and max needs its value"},
		{"max(map(tags, len(Nick)))", "fail: an item of map(tags, len(Nick)) is empty, and max needs its value"},
		{"any(noTags, true)", "false"},
		{"all(noTags, false)", "true"},
		{"map(noTags, #)", "nil"},
		{`map(filter(tags, # != "a"), any(tags, # == "c"))`, "[true, true]"},
		{`map([["a", "b"], ["c"]], map(#, # + "!"))`, `[["a!", "b!"], ["c!"]]`},
		{`let x = "y"; map(tags, # + x)`, `["ay", "by", "cy"]`},
		{`first(split("a,b", ","))`, `"a"`},
		// tables
		{"status(Stage)", `"WON"`},
		{"status(Nick)", "nil"},
		{"status(Name)", "fail: no entry"},
		{"account(Id).Name", `"Acme"`},
		{`account(Id)["Billing City"]`, `"Berlin"`},
		{"account(Name).Name", "nil"},
		{"account(Name)?.Name", "nil"},
		{"account(Id).order + 1", "3"},
		{"account(Name) == nil", "true"},
		{`convert(Amount, "EUR", closes)`, "200.2"},
		{`convert(Amount, "EUR")`, "200.2"},
		{`convert(Empty, "EUR", closes)`, "nil"},
		// named functions
		{`clean("a b")`, `"a-b"`},
		{"add(1, 2)", "3"},
		{"add(Id, add(Name, Stage))", `"0061Zoë LtdClosed Won"`},
		{"add(add(1, 2), add(3, add(4, 5)))", "15"},
		{"twice(twice(Amount))", "400.4"},
		{"add(Amount, Empty)", "fail: add(…): b is empty"},
		// cells that do not fit
		{"Won ? 1 : Broken", "1"},
	} {
		t.Run(c.src, func(t *testing.T) {
			if got := newWorld(t).run(c.src); got != c.want {
				t.Errorf("%s\n got %s\nwant %s", c.src, got, c.want)
			}
		})
	}
}

func TestFailureSaysWhatToDo(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		src, message, hint, value string
		slot                      string
	}{
		{"Empty + 1", "Empty is empty", "write (Empty ?? 0)", "", "Empty"},
		{"Nick + Name", "Nick is empty", `write (Nick ?? ""), or join([Nick, Name], "") to skip what is empty`, "", "Nick"},
		{"Name + (Won ? Nick : Id)", "Won ? Nick : Id is empty", `write ((Won ? Nick : Id) ?? ""), or join([Name, Won ? Nick : Id], "") to skip what is empty`, "", "Won"},
		{`not Maybe`, "Maybe is empty", "write (Maybe ?? false)", "", "Maybe"},
		{"noDate < closes", "noDate is empty", "write (noDate ?? …), or ask noDate != nil first", "", "noDate"},
		{`row["Empty"] * 2`, `row["Empty"] is empty`, `write (row["Empty"] ?? 0)`, "", "Empty"},
		{"number(Name)", "", "", "Zoë Ltd", "Name"},
		{"Broken * 2", "", "", "abc", "Broken"},
	} {
		t.Run(c.src, func(t *testing.T) {
			p, faults := mustParse(t, c.src).Compile(w.scope)
			if p == nil {
				t.Fatal(faults)
			}
			w.frame.Next()
			v, x := p.Eval(w.frame)
			if x == nil {
				t.Fatalf("no failure but %s", show(v))
			}
			if c.message != "" && x.Message != c.message || c.hint != "" && x.Hint != c.hint || x.Value != c.value {
				t.Errorf("got %q, hint %q, value %q", x.Message, x.Hint, x.Value)
			}
			if x.Code != "value-invalid" || x.Slot < 0 || w.layout[x.Slot].Name != c.slot {
				t.Errorf("code %q, slot %d", x.Code, x.Slot)
			}
		})
	}
}

func TestProgram(t *testing.T) {
	w := newWorld(t)
	compile := func(src string) *Program {
		p, faults := mustParse(t, src).Compile(w.scope)
		if p == nil {
			t.Fatal(faults)
		}
		return p
	}
	for src, want := range map[string]string{
		`Name`: "reads Name", `Name ?? "x"`: "reads Name", `trim(Name)`: "calls Name", `trim(Name) ?? Name`: "calls Name", `trim(Name + Id)`: "", `replace(Name, "a", "b")`: `calls Name "a" "b"`, `"x" ?? Name`: "",
		`Name + "x"`: `joins Name "x"`, `("a" + Id + Name) ?? Id`: `joins "a" Id Name`, `"a" + upper(Id)`: "", `1 + 2`: "",
		`status(Stage)`: "asks status Stage", `status(Stage) ?? "x"`: "asks status Stage", `status("x")`: `asks status "x"`, `status(trim(Stage))`: "",
	} {
		got := ""
		if l := compile(src).Lead(); l != nil {
			got = [...]string{"reads", "joins", "asks", "calls"}[l.Do]
			if l.Do == Asks {
				got += " " + map[int]string{w.scope.Callee("status").Table: "status"}[l.Table]
			}
			if whole := !strings.Contains(src, "??"); l.Whole != whole {
				t.Errorf("the lead of %s is the whole: %t", src, l.Whole)
			}
			for _, p := range l.Operands {
				if p.Slot < 0 {
					got += " " + strconv.Quote(p.Value.Text())
				} else {
					got += " " + w.layout[p.Slot].Name
				}
			}
		}
		if got != want {
			t.Errorf("the lead of %s is %q, want %q", src, got, want)
		}
	}
	if v, ok := compile(`upper("a") + "b"`).Constant(); !ok || v.Text() != "Ab" {
		t.Errorf("constant %v %v", v, ok)
	}
	if _, ok := compile("now()").Constant(); ok {
		t.Error("now() is no constant")
	}
	p := compile(`status(Stage) + Name + status(Stage) + clean(Id)`)
	var slots []string
	for _, s := range p.Slots() {
		slots = append(slots, w.layout[s].Name)
	}
	if len(slots) != 3 || slots[0] != "Stage" || slots[1] != "Name" || slots[2] != "Id" {
		t.Errorf("slots %v", slots)
	}
	if c := p.Callees(); len(c) != 2 || c[0] != "status" || c[1] != "clean" {
		t.Errorf("callees %v", c)
	}
	if c := compile("twice(1)").Callees(); len(c) != 2 || c[1] != "add" {
		t.Errorf("callees inside named functions: %v", c)
	}
	if compile("source.file").ReadsPlace() || !compile("source.row").ReadsPlace() || !compile("source.index").ReadsPlace() {
		t.Error("ReadsPlace")
	}
	if p := compile("Amount"); p.Type.Kind != value.Number || !p.Type.Nullable {
		t.Errorf("type %v", p.Type)
	}
	if p := compile("account(Id).order"); p.Type.Kind != value.Number {
		t.Errorf("type %v", p.Type)
	}
	if p := compile("Won ? 1 : \"a\""); p.Type.Kind != value.Any {
		t.Errorf("type %v", p.Type)
	}
	if p := compile("Nick ?? Id ?? \"x\""); p.Type.Kind != value.Text || p.Type.Nullable {
		t.Errorf("type %v", p.Type)
	}
	c, _ := Constant(value.OfBool(true), "true").Compile(w.scope)
	if v, ok := c.Constant(); !ok || !v.Bool() {
		t.Error("Constant")
	}
}

func TestComputedColumns(t *testing.T) {
	w := newWorld(t)
	w.compute(t, "total", "let a = Amount; let b = Count; a * b")
	w.compute(t, "miss", "account(Name).Name")
	w.compute(t, "bad", "Empty + 1")
	for _, c := range []struct{ src, want string }{
		{"let x = 1; total + x", "301.3"},
		{"let a = 5; total - total + a", "5"},
		{"bad", "fail: Empty is empty"},
		{`miss ?? "none"`, `"none"`},
	} {
		if got := w.run(c.src); got != c.want {
			t.Errorf("%s: got %s, want %s", c.src, got, c.want)
		}
	}
	p, _ := mustParse(t, "miss").Compile(w.scope)
	w.frame.Next()
	for i := range 2 { // the second time from memory
		w.frame.Missed = false
		if _, x := p.Eval(w.frame); x != nil || !w.frame.Missed || w.frame.Key != "Zoë Ltd" {
			t.Errorf("reading %d: missed %v, key %q", i, w.frame.Missed, w.frame.Key)
		}
	}
	q, _ := mustParse(t, "Name").Compile(w.scope)
	if q.Eval(w.frame); w.frame.Missed {
		t.Error("Missed is not reset")
	}
}

// A lookup that finds no row by several columns says which they are, and what
// another lookup of the expression missed or found does not stand for it.
func TestMissedKeySlots(t *testing.T) {
	w := newWorld(t)
	w.frame.Tables = append(w.frame.Tables, tableFunc(func(f *Frame, args []value.Value) value.Value {
		switch args[1].Text() {
		case "found": // in a row without a value
			return value.Value{}
		case "twice":
			return f.Fail(Failure{Code: "lookup-many", Message: "twice", Slot: -1})
		}
		f.Miss(args[0].Text() + " / " + args[1].Text())
		return value.Value{}
	}))
	pair := &Callee{Kind: Lookup, Table: len(w.frame.Tables) - 1, Params: []string{"a", "b"}, Result: nullable(typeText)}
	others := w.scope.Callee
	w.scope.Callee = func(name string) *Callee {
		if name == "pair" {
			return pair
		}
		return others(name)
	}
	w.compute(t, "computed", "pair(Name, Stage)")
	for _, c := range []struct {
		src  string
		want string // the key's columns, or those of the failure
	}{
		{"pair(Name, Stage)", "Name Stage"},
		{"pair(Stage, trim(Name))", "Stage Name"},
		{`pair(Name, "x")`, ""},
		{"pair(Name, Name)", ""},
		{"account(Name).Name", ""},
		{"computed", "Name Stage"},
		{"computed ?? account(Name).Name", ""},
		{"account(Name).Name ?? computed", "Name Stage"},
		{`account(Name).Name ?? pair(Name, "found")`, ""},
		{`pair(Name, Stage) ?? pair(Stage, "found")`, "Name Stage"},
		{`pair(Name, Id == nil ? Stage : "twice")`, "Name Id"},
	} {
		p, faults := mustParse(t, c.src).Compile(w.scope)
		if len(faults) > 0 {
			t.Errorf("%s: %v", c.src, faults)
			continue
		}
		w.frame.Next()
		_, x := p.Eval(w.frame)
		slots := w.frame.KeySlots
		if x != nil {
			slots = x.Slots
		} else if !w.frame.Missed {
			t.Errorf("%s: it does not miss", c.src)
		}
		var names []string
		for _, slot := range slots {
			names = append(names, w.layout[slot].Name)
		}
		if got := strings.Join(names, " "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.src, got, c.want)
		}
	}
}

func TestNextForgets(t *testing.T) {
	w := newWorld(t)
	p, _ := mustParse(t, "Amount + 0").Compile(w.scope)
	for _, want := range []string{"1", "2.5", "3"} {
		for i, c := range w.layout {
			if c.Name == "Amount" {
				w.frame.Cells[i].Text = want
			}
		}
		w.frame.Next()
		if v, _ := p.Eval(w.frame); show(v) != want {
			t.Errorf("got %s, want %s", show(v), want)
		}
	}
}

func TestLenientChecks(t *testing.T) {
	fields := []Arg{{"amount", nullable(typeNum)}, {"name", nullable(typeText)}, {"none", nullable(typeNum)}, {"won", nullable(typeBool)}}
	w := newWorld(t)
	w.scope.Fields = fields
	w.frame.Fields = []value.Value{value.OfInt(5), value.OfText("x"), {}, value.OfBool(true)}
	for _, c := range []struct{ src, want string }{
		{"amount >= 10", "false"},
		{"none >= 10", "nil"},
		{"none + 1 >= 10", "nil"},
		{"not (none >= 10)", "nil"},
		{"none >= 10 and amount == 5", "nil"},
		{"none >= 10 and amount == 6", "false"},
		{"none >= 10 or amount == 5", "true"},
		{"none == nil", "true"},
		{"none == 5", "nil"},
		{"none == nil or none > 3", "true"},
		{`row["Amount"] > amount`, "true"},
		{`Amount`, `fault: no field "Amount"`},
	} {
		if got := w.run(c.src); got != c.want {
			t.Errorf("%s: got %s, want %s", c.src, got, c.want)
		}
	}
}

func TestExamplesOfFunctions(t *testing.T) {
	ran := 0
	for _, f := range funcs.All() {
		for _, e := range f.Examples {
			if e.Needs != "" || f.Form == funcs.Place {
				continue
			}
			ran++
			t.Run(e.Expr, func(t *testing.T) {
				tree, fault := Parse(e.Expr)
				if fault != nil {
					t.Fatalf("%s: %s", f.Name, fault.Message)
				}
				p, faults := tree.Compile(&Scope{})
				if p == nil {
					t.Fatalf("%s: %v", f.Name, faults)
				}
				env := funcs.ExampleEnv()
				v, x := p.Eval(&Frame{Now: env.Now, Zone: env.Zone})
				if x != nil {
					t.Fatalf("%s: %s", f.Name, x.Message)
				}
				if got := show(v); got != e.Result {
					t.Errorf("%s: got %s, want %s", f.Name, got, e.Result)
				}
				if p.Type.Kind != value.Any && p.Type.Kind != v.Kind() && !v.IsNil() {
					t.Errorf("%s: static type %s, value %s", f.Name, p.Type.Kind, v.Kind())
				}
				if v.IsNil() && !p.Type.Nullable {
					t.Errorf("%s: nil, and the static type says it never is", f.Name)
				}
			})
		}
	}
	if ran < 60 {
		t.Errorf("only %d examples ran", ran)
	}
}

func TestParts(t *testing.T) {
	tree := mustParse(t, `let a = upper(Name); a + convert(Amount, "EUR", closes)`)
	var got []string
	for _, p := range tree.Parts() {
		got = append(got, tree.src.slice(p.From, p.To))
	}
	if len(got) != 2 || got[0] != "upper(Name)" || got[1] != "Name" {
		t.Errorf("parts with a let: %q", got)
	}
	tree = mustParse(t, `(Amount ?? 0) * 2 > 10 ? status(Stage) : map(tags, #)`)
	w := newWorld(t)
	want := []string{"(Amount ?? 0) * 2 > 10", "(Amount ?? 0) * 2", "Amount ?? 0", "Amount", "status(Stage)", "Stage", "map(tags, #)", "tags"}
	parts := tree.Parts()
	for i, p := range parts {
		if i >= len(want) || tree.src.slice(p.From, p.To) != want[i] {
			t.Errorf("part %d: %q", i, tree.src.slice(p.From, p.To))
		}
		if q, faults := p.Tree.Compile(w.scope); q == nil {
			t.Errorf("part %d: %v", i, faults)
		}
	}
	if len(parts) != len(want) {
		t.Errorf("%d parts", len(parts))
	}
}
