package expression

import (
	"strings"
	"testing"

	"crm2gong/mapping/value"
)

// place is what the fault points at, message and hint are parts of what it
// says.
type faultCase struct{ src, place, message, hint string }

var syntaxFaults = []faultCase{
	{"", "", "is empty", "nil"},
	{`Name = "x"`, "=", "= does not compare", "write =="},
	{`Name === "x"`, "=", "=== does not exist", "write =="},
	{`Name <> "x"`, ">", "<> does not compare", "write !="},
	{"in == 1", "in", "in is a word of the language", `row["in"]`},
	{`not in ["a"]`, "in", "in is a word", `row["in"]`},
	{"Nick ?? 0 + 1", "+", "?? needs parentheses", "write (Nick ?? 0) + 1"},
	{"f(Empty ?? 0 + 1, 2)", "+", "?? needs parentheses", "write (Empty ?? 0) + 1"},
	{"1 + a.b ?? f(c, d) == 2 ? 1 : 2", "", "", ""},
	{`extract(Name, "\d+")`, `\d`, `\d means nothing`, `backticks, or \\d`},
	{`"a\qb"`, `\q`, `\q means nothing`, `\\q`},
	{"Name AND Won", "AND", "unexpected AND", "write and"},
	{"Close Date", "Date", "two names", `row["Close Date"]`},
	{`Name "x"`, `"x"`, "an operator is missing", "+"},
	{"(Name", "(", "never closed", "add )"},
	{"Name)", ")", "closes nothing", "remove"},
	{"(1]", "]", "should close", ""},
	{`"abc`, `"`, "never closed", "quote"},
	{`“abc”`, "“", "no meaning", `straight quotes: "`},
	{"Name & Id", "&", "& does not exist", "+"},
	{"Won ? 1", "1", "ends too early", "condition ? a : b"},
	{"if Won { 1 }", "}", "ends too early", "both cases"},
	{"let x = 1", "1", "ends too early", "after the let"},
	{"let", "let", "ends too early", `row["let"]`},
	{"let == Name", "let", "let is a word of the language", `row["let"]`},
	{`if ?? "x"`, "if", "if is a word of the language", `row["if"]`},
	{`not == "x"`, "not", "not is a word of the language", `row["not"]`},
	{"lower(let)", "let", "let is a word of the language", `row["let"]`},
	{"[not]", "not", "not is a word of the language", `row["not"]`},
	{"1 +", "+", "missing after +", ""},
	{"#", "#", "inside a list function", "filter"},
	{"1_000", "1_000", "no plain number", "write 1000"},
	{"0x10", "0x10", "no plain decimal", "digits"},
	{"007", "007", "begins with a zero", `"007"`},
	{"1e6", "1e6", "no plain decimal", "digits"},
	{"12abc", "12abc", "neither a number nor a name", `row["12abc"]`},
	{"1.2.3", ".3", "an operator is missing", ""},
	{"https://acme.com", ":", "unexpected :", "quotes"},
	{"groupBy(tags)", "groupBy", "not available", ""},
	{"Name | upper", "upper", "ends too early", "upper()"},
	{"(((a", "(", "never closed", ""},
	{"é + ü = 1", "=", "= does not compare", "=="},
	{"\"\xff\"", "\"", "UTF-8", ""},
}

var checkFaults = []faultCase{
	{"Amonut", "Amonut", `no column "Amonut"`, `did you mean "Amount"? the text itself is '"Amonut"'`},
	{"OPEN", "OPEN", `no column "OPEN"`, `'"OPEN"'`},
	{"Won ? XX : Name", "XX", `no column "XX"`, `; the text itself is "XX"`},
	{`row["Amonut"]`, `"Amonut"`, "no column", "Amount"},
	{"row[Name]", "row[Name]", "not a computed one", `row["Close Date"]`},
	{"lowr(Name)", "lowr", "no function lowr", "lower"},
	{"statu(Name)", "statu", "no function statu", "status"},
	{"lower()", "lower()", "takes 1 argument, not 0", "lower(text)"},
	{"lower(Amount)", "Amount", "takes a text as text, and Amount is a number", "string(x)"},
	{"status(1)", "1", "takes a text as value", "string(1)"},
	{"convert(Amount)", "convert(Amount)", "takes 2 to 3 arguments, not 1", "convert(amount, currency, date)"},
	{"convert(Name, \"EUR\", closes)", "Name", "takes a number as amount", "number(Name)"},
	{"Amount % 2", "Amount % 2", "% is not available", "floor"},
	{"2 ** 3", "2 ** 3", "** is not available", "x * x"},
	{"2 ^ 3", "2 ^ 3", "^ is not available", "x * x"},
	{"1..3", "1..3", ".. is not available", "[1, 2, 3]"},
	{"Name matches Nick", "Nick", "written out", "contains"},
	{`Name matches "("`, `"("`, "missing closing )", ""},
	{`replacePattern(Name, Nick, "")`, "Nick", "written out", ""},
	{`formatDate(closes, "%Q")`, `"%Q"`, "%Q", ""},
	{"let Name = 1; 2", "Name", "already a column", "another name"},
	{"let lower = 1; 2", "lower", "can be called", "another name"},
	{"let status = 1; 2", "status", "can be called", "another name"},
	{"let x = 1; let x = 2; x", "x", "already a name", "another name"},
	{"let row = 1; 2", "row", "meaning of its own", "another name"},
	{"Name < 1", "Name < 1", "a text < a number", "number(Name)"},
	{`closes > "2024-01-01"`, `closes > "2024-01-01"`, "a date > a text", `date("2024-01-01")`},
	{"closes > created", "closes > created", "a date > a date-time", "date(created)"},
	{"Name + 1", "Name + 1", "a text + a number", "string(1)"},
	{`"a" + Amount`, `"a" + Amount`, "a text + a number", "string(Amount)"},
	{"Name * 2", "Name * 2", "Name is a text", "number(Name)"},
	{"closes + 1", "closes + 1", "a date + a number", "addDays(closes, 1)"},
	{"closes - 1", "closes - 1", "closes is a date", "addDays(closes, -1)"},
	{"not Name", "Name", "Name is a text", `Name == "true"`},
	{"Name and Won", "Name", "Name is a text", `type: boolean`},
	{"Name ? 1 : 2", "Name", "a condition takes true or false", `Name == "true"`},
	{"params.regin", "regin", `no param "regin"`, "region"},
	{"source.foo", "source.foo", "no source.foo", "source.row"},
	{"account(Id).Nam", "Nam", "has no column", "Name"},
	{"Name.x", "Name.x", "without .x", `row["Name.x"]`},
	{"Name?.x", "Name?.x", "without .x", `row["Name.x"]`},
	{"Name.lower()", "Name.lower()", "point", "lower(Name)"},
	{"tags == tags", "tags == tags", "not compared", "in list"},
	{"tags + tags", "tags + tags", "not added", "concat(tags, tags)"},
	{`tags contains "a"`, `tags contains "a"`, "is a list", `"a" in tags`},
	{`"a" in Name`, `"a" in Name`, "is a text", `Name contains "a"`},
	{"{a: 1}", "{a: 1}", "maps", "enum"},
	{"now", "now", "no column", "now(…)"},
	{"null", "null", "no column", "written nil"},
	{"TRUE", "TRUE", "no column", "write true"},
	{"$env", "$env", "not available", "row"},
	{"repeat(Name, 10)", "repeat", "not available", "pad"},
	{"toJSON(tags)", "toJSON", "not available", "string"},
	{"reduce(tags, #acc + #)", "reduce", "not available", "join"},
	{"map(tags, #index)", "#index", "not available", ""},
	{"map(Name, #)", "Name", "takes a list", "split(Name"},
	{"filter(tags, #)", "#", "# is a text", ""},
	{"sum(tags)", "sum(tags)", "takes numbers", "number(#)"},
	{"IF(Won, 1, 2)", "IF", "no function IF", "? a : b"},
	{"loop(1)", "loop(1)", "calls itself", ""},
	{"add(Name, 1)", "add(Name, 1)", "in the function add: a text + a number", ""},
	{"Name[0]", "Name[0]", "is a text", "substring"},
	{`tags["x"]`, `tags["x"]`, "indexed by a number", "tags[0]"},
	{"[[[[1]]]]", "[[[[1]]]]", "three levels", "flatten"},
	{"uniq([[1],[2]])", "[[1],[2]]", "list of lists", "flatten"},
}

func TestSyntaxFaults(t *testing.T) {
	for _, c := range syntaxFaults {
		t.Run(c.src, func(t *testing.T) {
			_, x := Parse(c.src)
			if c.message == "" {
				if x != nil {
					t.Fatal(x.Message)
				}
				return
			}
			if x == nil {
				t.Fatal("no fault")
			}
			checkFault(t, c, x, []rune(c.src))
		})
	}
}

func checkFault(t *testing.T, c faultCase, x *Fault, src []rune) {
	t.Helper()
	place := ""
	if x.To <= len(src) {
		place = string(src[x.From:x.To])
	}
	if c.src != "" && place != c.place && !strings.Contains(c.src, "\xff") {
		t.Errorf("points at %q, want %q", place, c.place)
	}
	if !strings.Contains(x.Message, c.message) {
		t.Errorf("message %q, want %q", x.Message, c.message)
	}
	if !strings.Contains(x.Hint, c.hint) {
		t.Errorf("hint %q, want %q", x.Hint, c.hint)
	}
}

func TestCheckFaults(t *testing.T) {
	w := newWorld(t)
	for _, c := range checkFaults {
		t.Run(c.src, func(t *testing.T) {
			p, faults := mustParse(t, c.src).Compile(w.scope)
			if p != nil || len(faults) != 1 {
				t.Fatalf("faults %+v", faults)
			}
			checkFault(t, c, &faults[0], []rune(c.src))
		})
	}
}

func TestWarnings(t *testing.T) {
	w := newWorld(t)
	for _, c := range []faultCase{
		{`Nick == ""`, `Nick == ""`, "never true: an empty cell is nil", "Nick == nil"},
		{`Won and "" != Nick`, `"" != Nick`, "always true", "Nick != nil"},
		{`Won == "true"`, `Won == "true"`, "never true", "Won alone"},
		{`Stage == true`, `Stage == true`, "never true", `Stage == "true"`},
		{`Name != 1`, `Name != 1`, "always true", "number(Name)"},
		{`Amount == "100"`, `Amount == "100"`, "never true", "without quotes"},
		{`Stage in [1, 2]`, `Stage in [1, 2]`, "never true", "number(Stage)"},
		{`1 in tags`, `1 in tags`, "never true", "string(1)"},
	} {
		t.Run(c.src, func(t *testing.T) {
			p, faults := mustParse(t, c.src).Compile(w.scope)
			if p == nil || len(faults) != 1 || !faults[0].Warning {
				t.Fatalf("program %v, faults %+v", p, faults)
			}
			checkFault(t, c, &faults[0], []rune(c.src))
		})
	}
	for _, src := range []string{`trim(Nick) == ""`, `Nick == nil`, `Stage == params.region`, `tags == nil`, `account(Id) != nil`} {
		if _, faults := mustParse(t, src).Compile(w.scope); len(faults) > 0 {
			t.Errorf("%s: %s", src, faults[0].Message)
		}
	}
}

func TestAllFaultsAtOnce(t *testing.T) {
	w := newWorld(t)
	_, faults := mustParse(t, "foo + lowr(bar) * params.x > (Name < 1 ? 1 : 2) and Amount % 2 == 1").Compile(w.scope)
	var codes []string
	for i, x := range faults {
		codes = append(codes, x.Code)
		if i > 0 && x.From < faults[i-1].From {
			t.Error("not in order")
		}
	}
	if got, want := strings.Join(codes, " "), "unknown-column unknown-function unknown-column unknown-param type not-available"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestScopes shows what is out of reach where.
func TestScopes(t *testing.T) {
	item := value.Type{Kind: value.Text}
	for _, c := range []struct {
		name  string
		scope Scope
		src   string
		want  string // "" if it compiles
	}{
		{"no columns", Scope{}, "Name", "there are no columns here"},
		{"no row", Scope{}, `row["Name"]`, "there are no columns here"},
		{"no item", Scope{}, "item", "there are no columns here"},
		{"item", Scope{Item: &item}, "item + item", ""},
		{"no place", Scope{}, "source.row", "source.row is not available here"},
		{"place", Scope{Place: true}, "source.row + 1", ""},
		{"no params", Scope{}, "params.x", `no param "x"`},
		{"arguments", Scope{Args: []Arg{{"text", typeText}}}, `text + "x"`, ""},
		{"argument of another type", Scope{Args: []Arg{{"text", typeNum}}}, `text + "x"`, "a number + a text has no meaning"},
		{"no currency", Scope{}, "convert(1, \"EUR\", today())", "convert needs exchange rates"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, faults := mustParse(t, c.src).Compile(&c.scope)
			switch {
			case c.want == "" && p == nil:
				t.Error(faults)
			case c.want != "" && (p != nil || !strings.Contains(faults[0].Message, c.want)):
				t.Errorf("faults %+v", faults)
			}
		})
	}
}
