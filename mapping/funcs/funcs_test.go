package funcs

import (
	"errors"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"crm2gong/mapping/value"
)

// val makes a value of what a test writes: a string, an int, a bool, nil, a
// list, or a Value.
func val(x any) value.Value {
	switch x := x.(type) {
	case nil:
		return value.Value{}
	case string:
		return value.OfText(x)
	case int:
		return value.OfInt(int64(x))
	case bool:
		return value.OfBool(x)
	case value.Value:
		return x
	case []any:
		l := make([]value.Value, len(x))
		for i := range x {
			l[i] = val(x[i])
		}
		return value.OfList(l)
	}
	panic("no value for a test")
}

func vals(xs ...any) []value.Value { return val(append([]any{}, xs...)).List() }

func num(s string) value.Value {
	v, ok := value.ParseNumber(s)
	if !ok {
		panic("no number: " + s)
	}
	return v
}

func day(s string) value.Value {
	v, ok := value.ParseISODate(s)
	if !ok {
		panic("no date: " + s)
	}
	return v
}

func at(s string) value.Value {
	v, ok := value.ParseISODateTime(s, time.UTC)
	if !ok {
		panic("no date-time: " + s)
	}
	return v
}

// show writes a value as examples do, so that kinds can be told apart.
func show(v value.Value) string {
	switch v.Kind() {
	case value.Nil:
		return "nil"
	case value.Text:
		return value.Quote(v.Text())
	case value.List:
		parts := make([]string, len(v.List()))
		for i, item := range v.List() {
			parts[i] = show(item)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	}
	return v.String()
}

func newYork(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// testEnv is noon UTC of 15 March 2024, and New York for a zone.
func testEnv(t testing.TB) *Env {
	return &Env{Now: time.Date(2024, 3, 15, 12, 0, 0, 0, time.UTC), Zone: newYork(t)}
}

type call struct {
	name string
	args []any
	want string // as show writes it
	err  string // part of the fault's message
	hint string // part of its hint
}

// consts makes arguments for Prepare.
func consts(vs ...*value.Value) []*value.Value { return vs }

// run checks calls in both ways: with all arguments varying where that is
// allowed, and prepared with all of them constant.
func run(t *testing.T, f string, calls []call) {
	t.Helper()
	fn := Find(f)
	if fn == nil {
		t.Fatalf("no function %s", f)
	}
	env := testEnv(t)
	for _, c := range calls {
		t.Run(f+"/"+c.name, func(t *testing.T) {
			args := vals(c.args...)
			check := func(way string, v value.Value, err error) {
				t.Helper()
				if c.err == "" && err != nil {
					t.Fatalf("%s: %s(%v): %v", way, f, c.args, err)
				}
				if c.err == "" {
					if got := show(v); got != c.want {
						t.Errorf("%s: %s(%v) = %s, want %s", way, f, c.args, got, c.want)
					}
					return
				}
				var fault *Fault
				if !errors.As(err, &fault) {
					t.Fatalf("%s: %s(%v) = %s, %v; want a fault with %q", way, f, c.args, show(v), err, c.err)
				}
				if !strings.Contains(fault.Message, c.err) || !strings.Contains(fault.Hint, c.hint) {
					t.Errorf("%s: %s(%v): %q, hint %q; want %q, %q", way, f, c.args, fault.Message, fault.Hint, c.err, c.hint)
				}
			}
			v, err := fn.Call(env, args)
			check("Call", v, err)

			consts := make([]*value.Value, len(args))
			for i := range args {
				consts[i] = &args[i]
			}
			prepared, err := fn.Prepare(consts)
			if err == nil {
				v, err = prepared(env, args)
			}
			check("Prepare", v, err)

			for i := range consts {
				literal := f == "replacePattern" && i == 2 // $1 stands for a group in a literal only
				if !fn.Param(i).Constant && !literal {
					consts[i] = nil
				}
			}
			prepared, err = fn.Prepare(consts)
			if err == nil {
				v, err = prepared(env, args)
			}
			check("Prepare with what must be constant", v, err)
		})
	}
}

func TestTableIsComplete(t *testing.T) {
	want := strings.Fields(`
		lower upper title trim replace replacePattern split join substring extract truncate pad stripHTML normalize
		startsWith endsWith contains matches in
		number round abs floor ceil min max
		date datetime inZone addDays addMonths startOfMonth formatDate now today
		coalesce ?? ?: if let
		email emails phone domain domains isFreeMail url sfid18 id safeId slug
		len map filter any all none one find count first last sum uniq sort reverse concat flatten string
		<enum> <lookup> convert rate source.file source.sheet source.row source.index`)
	var got []string
	for _, f := range All() {
		got = append(got, f.Name)
	}
	if g, w := strings.Join(got, " "), strings.Join(want, " "); g != w {
		t.Errorf("functions:\n got %s\nwant %s", g, w)
	}
	groups := map[string]bool{"text": true, "numbers": true, "dates": true, "choice": true, "CRM": true, "lists": true, "tables": true, "where from": true}
	for _, f := range All() {
		switch {
		case Find(f.Name) != f:
			t.Errorf("%s is not found", f.Name)
		case !groups[f.Group]:
			t.Errorf("%s is in the group %q", f.Name, f.Group)
		case !strings.HasSuffix(f.Doc, "."):
			t.Errorf("%s: its description is no sentence: %q", f.Name, f.Doc)
		case len(f.Examples) == 0:
			t.Errorf("%s has no example", f.Name)
		case f.Form != Operator && !strings.HasPrefix(f.Signature, f.Name):
			t.Errorf("%s has the signature %q", f.Name, f.Signature)
		case (f.Form == Plain) != (f.Call != nil && f.Prepare != nil && f.Result != nil):
			t.Errorf("%s is callable although no function, or the reverse", f.Name)
		}
		for _, e := range f.Examples {
			name := strings.Trim(f.Name, "?:<>")
			if e.Result == "" || !strings.Contains(e.Expr, name) && f.Form != Table {
				t.Errorf("%s: the example %q, %q", f.Name, e.Expr, e.Result)
			}
			if (e.Needs != "") != (f.Form == Table || f.Form == Place) {
				t.Errorf("%s: the example %q needs %q", f.Name, e.Expr, e.Needs)
			}
		}
	}
}

// The parameters must be those that the signature shows.
func TestSignaturesShowParams(t *testing.T) {
	for _, f := range All() {
		if f.Form != Plain || f.Name == "sum" || f.Name == "sort" {
			continue
		}
		var b strings.Builder
		b.WriteString(f.Name + "(")
		brackets := ""
		for i, p := range f.Params {
			sep := ""
			if i > 0 {
				sep = ", "
			}
			if p.Optional {
				sep, brackets = "["+sep, brackets+"]"
				if i > 0 && f.Params[i-1].Optional {
					sep, brackets = ", ", brackets[:len(brackets)-1]
				}
			}
			b.WriteString(sep + p.Name)
			if p.Variadic && f.Name == "coalesce" {
				b.WriteString(", b")
			}
			if p.Variadic {
				b.WriteString(", …")
			}
		}
		if want := b.String() + brackets + ")"; f.Signature != want {
			t.Errorf("signature %q, parameters say %q", f.Signature, want)
		}
	}
}

func TestArity(t *testing.T) {
	for name, want := range map[string][2]int{
		"lower": {1, 1}, "substring": {2, 3}, "now": {0, 0}, "coalesce": {1, -1}, "date": {1, -1}, "number": {1, 3}, "domains": {1, -1},
	} {
		if least, most := Find(name).Arity(); [2]int{least, most} != want {
			t.Errorf("%s takes %d to %d arguments, want %v", name, least, most, want)
		}
	}
	if Find("lower").Param(1) != nil || Find("now").Param(0) != nil {
		t.Error("a parameter that there is not")
	}
	if p := Find("date").Param(7); p == nil || p.Name != "format" {
		t.Errorf("the eighth argument of date goes to %v", p)
	}
}

// Every function of one value gives nil for nil, and none of them fails on
// values of the wrong kind other than with a fault that names the kind.
func TestNilAndWrongKinds(t *testing.T) {
	env := testEnv(t)
	for _, f := range All() {
		if f.Form != Plain || len(f.Params) == 0 {
			continue
		}
		least, most := f.Arity()
		if least == 1 && most == 1 && !f.NilOfNil {
			t.Errorf("%s(nil) is not nil", f.Name)
		}
		good := map[value.Kind]value.Value{
			value.Text: val("1"), value.Number: val(1), value.Bool: val(true), value.Date: day("2024-03-15"),
			value.DateTime: at("2024-03-15T10:00:00Z"), value.List: val([]any{1}),
		}
		args := make([]value.Value, max(least, 1))
		for i := range args {
			k := f.Param(i).Kinds[0]
			if k == value.Any {
				k = value.Text
			}
			args[i] = good[k]
		}
		if f.NilOfNil {
			with := append([]value.Value{{}}, args[1:]...)
			if v, err := f.Call(env, with); err != nil || !v.IsNil() {
				t.Errorf("%s(nil, …) = %s, %v", f.Name, show(v), err)
			}
		}
		for i := range args {
			for k, v := range good {
				if f.Param(i).Accepts(k) {
					continue
				}
				with := append([]value.Value{}, args...)
				with[i] = v
				_, err := f.Call(env, with)
				var fault *Fault
				if !errors.As(err, &fault) || fault.Arg != i+1 || !strings.Contains(fault.Message, "not "+article(k)) {
					t.Errorf("%s with %s as argument %d: %v", f.Name, k, i+1, err)
				}
			}
			if p := f.Param(i); !p.NilOK && !(i == 0 && f.NilOfNil) {
				with := append([]value.Value{}, args...)
				with[i] = value.Value{}
				_, err := f.Call(env, with)
				var fault *Fault
				if !errors.As(err, &fault) || !fault.Nil || fault.Arg != i+1 || !strings.Contains(fault.Hint, "??") {
					t.Errorf("%s with nil as argument %d: %v", f.Name, i+1, err)
				}
			}
		}
	}
}

// No result is of another kind than its static type says.
func TestResultTypes(t *testing.T) {
	for _, f := range All() {
		if f.Form != Plain {
			continue
		}
		least, _ := f.Arity()
		types := make([]value.Type, least)
		for i := range types {
			types[i] = value.Type{Kind: f.Param(i).Kinds[0], Nullable: true}
			if types[i].Kind == value.Any {
				types[i].Kind = value.Text
			}
		}
		if got := f.Result(types); got.Kind == value.Nil || got.Kind == value.Err {
			t.Errorf("%s gives %v", f.Name, got.Kind)
		}
	}
	text, number := value.Type{Kind: value.Text}, value.Type{Kind: value.Number}
	nullable := func(t value.Type) value.Type { t.Nullable = true; return t }
	listOf := func(t value.Type) value.Type { return value.Type{Kind: value.List, Elem: &t} }
	for _, c := range []struct {
		name string
		args []value.Type
		kind value.Kind
		elem value.Kind // Nil: no item type
		null bool
	}{
		{"lower", []value.Type{text}, value.Text, 0, false},
		{"lower", []value.Type{nullable(text)}, value.Text, 0, true},
		{"coalesce", []value.Type{nullable(text), text}, value.Text, 0, false},
		{"coalesce", []value.Type{nullable(text), nullable(text)}, value.Text, 0, true},
		{"coalesce", []value.Type{text, number}, value.Any, 0, false},
		{"first", []value.Type{listOf(number)}, value.Number, 0, true},
		{"split", []value.Type{text, text}, value.List, value.Text, false},
		{"max", []value.Type{{Kind: value.Date}, {Kind: value.Date}}, value.Date, 0, false},
		{"max", []value.Type{listOf(number)}, value.Number, 0, true},
		{"concat", []value.Type{listOf(text), listOf(text)}, value.List, value.Text, false},
		{"concat", []value.Type{listOf(text), listOf(number)}, value.List, value.Any, false},
		{"flatten", []value.Type{listOf(listOf(text))}, value.List, value.Text, false},
		{"addDays", []value.Type{{Kind: value.Date}, number}, value.Date, 0, false},
	} {
		got := Find(c.name).Result(c.args)
		elem := value.Nil
		if got.Elem != nil {
			elem = got.Elem.Kind
		}
		if got.Kind != c.kind || elem != c.elem || got.Nullable != c.null {
			t.Errorf("%s: %v of %v, nullable %t; want %v of %v, %t", c.name, got.Kind, elem, got.Nullable, c.kind, c.elem, c.null)
		}
	}
}

func TestConstants(t *testing.T) {
	pattern, to := val("a"), val("b")
	for _, c := range []struct {
		name   string
		consts []*value.Value
		err    string
		arg    int
	}{
		{"replacePattern", []*value.Value{nil, nil, &to}, "must be written out", 2},
		{"replacePattern", []*value.Value{nil, &pattern, nil}, "", 0},
		{"formatDate", []*value.Value{nil, nil}, "must be written out", 2},
		{"inZone", []*value.Value{nil, nil}, "must be written out", 2},
		{"date", []*value.Value{nil, nil}, "must be written out", 2},
		{"phone", []*value.Value{nil, nil}, "", 0},
	} {
		_, err := Find(c.name).Prepare(c.consts)
		var fault *Fault
		if c.err == "" && err != nil || c.err != "" && (!errors.As(err, &fault) || !strings.Contains(fault.Message, c.err) || fault.Arg != c.arg) {
			t.Errorf("%s: %v, want %q at %d", c.name, err, c.err, c.arg)
		}
	}
}

func TestLimits(t *testing.T) {
	big := strings.Repeat("a", MaxText)
	many := make([]value.Value, MaxList)
	for i := range many {
		many[i] = val(i)
	}
	env := testEnv(t)
	list := value.OfList(many)
	for _, c := range []struct {
		f    string
		args []value.Value
		ok   bool
	}{
		{"upper", vals(big), true},
		{"upper", vals(big + "a"), false},
		{"replace", vals(big, "a", "bb"), false},
		{"replace", vals(big, "a", big), false},
		{"replace", vals(big, "a", "b"), true},
		{"replacePattern", vals(big, "a", big), false},
		{"replacePattern", vals(big, strings.Repeat("()", 100), ""), false},
		{"join", vals([]any{big, big}, ""), false},
		{"join", vals([]any{list, list}, ""), false},
		{"pad", vals("a", MaxText, "0"), true},
		{"pad", vals("a", MaxText+1, "0"), false},
		{"pad", vals("a", MaxText, "ää"), false},
		{"split", vals(strings.Repeat(";", MaxList), ";"), false},
		{"split", vals(strings.Repeat(";", MaxList-1), ";"), true},
		{"concat", vals(list, []any{1}), false},
		{"concat", vals(list), true},
		{"flatten", vals([]any{list, []any{1}}), false},
		{"string", vals([]any{big, big}), false},
		{"truncate", vals(big+big, 10), true},
		{"domains", vals(strings.Repeat("acme.com ", 1000)), true},
	} {
		v, err := Find(c.f).Call(env, c.args)
		if (err == nil) != c.ok {
			t.Errorf("%s: kind %v, %v; want ok %t", c.f, v.Kind(), err, c.ok)
		}
	}
}

func TestRegexp(t *testing.T) {
	for _, c := range []struct{ pattern, err, hint string }{
		{`^\d+$`, "", ""},
		{strings.Repeat("ä", 1000), "", ""},
		{strings.Repeat("a", 1001), "more than 1,000", ""},
		{`(a`, "missing closing )", `\(`},
		{`a)`, "unexpected )", `\)`},
		{`(?=a)`, "(?=", "look-ahead"},
		{`(a)\1`, `\1`, "back"},
		{`*a`, "repetition", `\*`},
		{`[z-a]`, "z-a", "backticks"},
		{`((a{1,100}){1,100}){1,10}`, "", "counts"},
	} {
		re, err := Regexp(c.pattern)
		var fault *Fault
		switch {
		case c.err == "" && c.hint == "" && (err != nil || re == nil):
			t.Errorf("%q: %v", c.pattern, err)
		case c.err+c.hint != "" && (!errors.As(err, &fault) || !strings.Contains(fault.Message, c.err) || !strings.Contains(fault.Hint, c.hint)):
			t.Errorf("%q: %#v, want %q and the hint %q", c.pattern, err, c.err, c.hint)
		}
	}
}

// Functions that change nothing hand on the text they got, without a copy.
func TestHotFunctionsDoNotAllocate(t *testing.T) {
	env := testEnv(t)
	for _, c := range []struct {
		f    string
		args []value.Value
	}{
		{"trim", vals("  Acme ")}, {"lower", vals("acme gmbh")}, {"upper", vals("ACME")}, {"email", vals(" ada@example.com ")},
		{"domain", vals("https://www.acme.co.uk/x")}, {"round", vals(num("2.345"), 2)}, {"coalesce", vals(nil, "a")},
		{"replace", vals("acme", "x", "y")}, {"substring", vals("0061234", 0, 3)}, {"truncate", vals("Prospecting", 4)},
		{"normalize", vals("Acme Corp")}, {"stripHTML", vals("plain text")}, {"join", vals([]any{nil, "a"}, " ")},
		{"number", vals("1234.50")}, {"date", vals("2024-03-15")}, {"addMonths", vals(day("2024-03-15"), 1)},
		{"safeId", vals("006-A1")}, {"slug", vals("closed-won")}, {"isFreeMail", vals("acme.com")}, {"url", vals("https://acme.com/x")},
	} {
		fn := Find(c.f)
		consts := make([]*value.Value, len(c.args))
		for i := 1; i < len(consts); i++ {
			consts[i] = &c.args[i]
		}
		call, err := fn.Prepare(consts)
		if err != nil {
			t.Fatal(err)
		}
		limit := 0.0
		if c.f == "url" || c.f == "domain" {
			limit = 1 // of net/url, of publicsuffix
		}
		if n := testing.AllocsPerRun(100, func() { _, _ = call(env, c.args) }); n > limit {
			t.Errorf("%s allocates %v times", c.f, n)
		}
	}
}

var legalID = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)

// FuzzTexts holds functions of a text to laws that are true of any text.
func FuzzTexts(f *testing.F) {
	for _, s := range []string{"", "Acme GmbH", "Ünïcode é", "a\u0301b", "👩‍👧 x", "<p>a & b</p>", "\uFEFF x \u200b", "ada@Example.com", "www.acme.co.uk", "\xff\xfe", "$1 ${1} $$", "+41 44 668 18 00", "1.234,50", "O'NEIL"} {
		f.Add(s, 3)
	}
	env := &Env{Now: time.Unix(0, 0), Zone: time.UTC}
	f.Fuzz(func(t *testing.T, s string, n int) {
		for _, fn := range All() {
			if fn.Form != Plain || len(fn.Params) == 0 {
				continue
			}
			args := []value.Value{value.OfText(s)}
			if least, _ := fn.Arity(); least > 1 {
				continue
			}
			if v, err := fn.Call(env, args); err == nil && fn.Params[0].Accepts(value.Text) {
				// What names promise to be stable is.
				switch fn.Name {
				case "lower", "upper", "trim", "normalize", "email", "emails", "domain", "domains", "url", "sfid18", "safeId", "slug", "string":
					again, err := fn.Call(env, []value.Value{v})
					if err != nil || !value.Equal(again, v) && utf8.ValidString(s) && fn.Name != "upper" && fn.Name != "lower" {
						t.Errorf("%s(%q) = %s, again %s, %v", fn.Name, s, show(v), show(again), err)
					}
				}
				if (fn.Name == "safeId" || fn.Name == "id") && !v.IsNil() && !legalID.MatchString(v.Text()) && !strings.Contains(v.Text(), "@") {
					t.Errorf("%s(%q) = %q", fn.Name, s, v.Text())
				}
			} else if err != nil {
				var fault *Fault
				if !errors.As(err, &fault) || fault.Message == "" {
					t.Errorf("%s(%q): %v", fn.Name, s, err)
				}
			}
		}
		if n >= 0 && utf8.ValidString(s) {
			head, tail := substring(s, 0, n), substring(s, n, 1<<30)
			if head+tail != s || utf8.RuneCountInString(head) > n {
				t.Errorf("%q cut at %d: %q, %q", s, n, head, tail)
			}
			if cut := truncate(s, n); !strings.HasPrefix(head, cut) {
				t.Errorf("truncate(%q, %d) = %q", s, n, cut)
			}
		}
		if re, err := Regexp(s); err == nil {
			if tpl, err := parseTemplate(s, re); err == nil {
				_, _ = replacePattern(s, re, tpl)
			}
		}
	})
}

func BenchmarkCalls(b *testing.B) {
	env := testEnv(b)
	for _, c := range []struct {
		name, f string
		args    []value.Value
	}{
		{"trim", "trim", vals("Acme")}, {"lower", "lower", vals("ACME gmbh")}, {"email", "email", vals("Ada.Lovelace@example.com")},
		{"domain", "domain", vals("https://www.acme.co.uk/x")}, {"domains", "domains", vals("https://www.acme.co.uk/x")},
		{"round", "round", vals(num("2.345"), 2)}, {"join", "join", vals([]any{"Ada", nil, "Lovelace"}, " ")},
		{"replace", "replace", vals("a.b.c", ".", "-")}, {"replacePattern", "replacePattern", vals("W_Account.6", "[^A-Za-z0-9-]", "-")},
		{"date", "date", vals("15/03/2024", "%d/%m/%Y")}, {"id", "id", vals("Acme", "Berlin")}, {"slug", "slug", vals("Closed Won")},
		{"phone", "phone", vals("(415) 555-2671", "US")}, {"sfid18", "sfid18", vals("001Ec00000GGw3h")}, {"url", "url", vals("www.acme.com/x")},
		{"number", "number", vals("1.234,50", ",", ".")}, {"normalize", "normalize", vals("Acme Corp")}, {"inZone", "inZone", vals(at("2024-03-15T10:00:00Z"), "Europe/Berlin")},
	} {
		consts := make([]*value.Value, len(c.args))
		for i := 1; i < len(consts); i++ {
			consts[i] = &c.args[i]
		}
		call, err := Find(c.f).Prepare(consts)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_, _ = call(env, c.args)
			}
		})
	}
}
