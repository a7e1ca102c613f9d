package value

import (
	"strings"
	"testing"
)

func text(s string) *string { return &s }

func TestRead(t *testing.T) {
	number := ColumnType{Kind: Number}
	integer := ColumnType{Kind: Number, Integer: true}
	german := ColumnType{Kind: Number, Decimal: ',', Group: '.'}
	english := ColumnType{Kind: Number, Group: ','}
	french := ColumnType{Kind: Number, Decimal: ',', Group: ' '}
	swiss := ColumnType{Kind: Number, Group: '\''}
	money := ColumnType{Kind: Number, Group: ',', Strip: true, Suffix: []Suffix{{"K", OfInt(1000)}, {"M", OfInt(1000000)}, {"MM", OfInt(7)}}}
	euro := ColumnType{Kind: Number, Decimal: ',', Group: '.', Strip: true}
	boolean := ColumnType{Kind: Bool}
	words := ColumnType{Kind: Bool, Truthy: []string{"Ja", "n"}, Falsy: []string{"Nein"}}
	date := ColumnType{Kind: Date}
	dmy := ColumnType{Kind: Date, Formats: []string{"%d/%m/%Y"}}
	both := ColumnType{Kind: Date, Formats: []string{"%d/%m/%Y", "%m/%d/%Y"}}
	withTime := ColumnType{Kind: Date, Formats: []string{"%Y-%m-%d %H:%M"}}
	dateTime := ColumnType{Kind: DateTime}
	mixed := ColumnType{Kind: DateTime, Formats: []string{"%d.%m.%Y %H:%M", "iso", "%d.%m.%Y"}}
	list := ColumnType{Kind: List}
	for _, test := range []struct {
		name string
		t    ColumnType
		c    Cell
		want string // what the value is as text, or what the problem says
		bad  bool
	}{
		{"text", ColumnType{Kind: Text}, Cell{Text: " 0061 "}, "0061", false},
		{"text with other blanks", ColumnType{Kind: Text}, Cell{Text: "\ufeff\u00a0a b\u2003\t"}, "a b", false},
		{"text untrimmed", ColumnType{Kind: Text, NoTrim: true}, Cell{Text: " a "}, " a ", false},
		{"number cell as text", ColumnType{Kind: Text}, Cell{"1.5", NumberCell}, "1.5", false},
		{"date cell as text", ColumnType{Kind: Text}, Cell{"2024-03-15", DateCell}, "2024-03-15", false},
		{"duration as text", ColumnType{Kind: Text}, Cell{"26:30:00", DurationCell}, "26:30:00", false},
		{"error cell as text", ColumnType{Kind: Text}, Cell{"#N/A", ErrorCell}, `error "#N/A"`, true},
		{"damaged id", ColumnType{Kind: Text}, Cell{"5805028000043900000", DamagedCell}, "2^53", true},
		{"damaged number", number, Cell{"5805028000043900000", DamagedCell}, "2^53", true},

		{"decimal", number, Cell{Text: "-1234.50"}, "-1234.5", false},
		{"decimal without whole part", number, Cell{Text: ".5"}, "0.5", false},
		{"decimal in parentheses", number, Cell{Text: "(12.5)"}, "-12.5", false},
		{"true minus sign", number, Cell{Text: "−3"}, "-3", false},
		{"twenty digits", number, Cell{Text: "12345678901234567890.5"}, "12345678901234567890.5", false},
		{"number cell", number, Cell{"1.5", NumberCell}, "1.5", false},
		{"number cell beats the signs", german, Cell{"1234.5", NumberCell}, "1234.5", false},
		{"groups unasked", number, Cell{Text: "1,234.50"}, "no groups", true},
		{"exponent", number, Cell{Text: "1.23457E+17"}, "scientific notation", true},
		{"currency unasked", number, Cell{Text: "$5"}, "currency sign", true},
		{"currency code unasked", english, Cell{Text: "1,200.00 EUR"}, "currency sign", true},
		{"negative currency unasked", english, Cell{Text: "-€5"}, "currency sign", true},
		{"percent", number, Cell{Text: "5%"}, "percentage", true},
		{"word", number, Cell{Text: "n/a"}, "no decimal number", true},
		{"date cell as number", number, Cell{"2024-03-15", DateCell}, "a date, no number", true},
		{"duration as number", number, Cell{"1:30:00", DurationCell}, "a duration", true},
		{"true as number", number, Cell{"true", BoolCell}, "true/false cell", true},
		{"double sign", number, Cell{Text: "--5"}, "no decimal number", true},
		{"sign in parentheses", number, Cell{Text: "(-5)"}, "no decimal number", true},
		{"too many digits", number, Cell{Text: strings.Repeat("9", 1001)}, "more than 1,000 digits", true},
		{"a point alone", number, Cell{Text: "."}, "no decimal number", true},
		{"a sign alone", number, Cell{Text: "-"}, "no decimal number", true},
		{"empty parentheses", number, Cell{Text: "()"}, "no decimal number", true},
		{"integer", integer, Cell{Text: "42"}, "42", false},
		{"integer from a float", integer, Cell{"42.0", NumberCell}, "42", false},
		{"fraction in an integer", integer, Cell{Text: "42.5"}, "no whole number", true},

		{"continental", german, Cell{Text: "1.234,5"}, "1234.5", false},
		{"continental million", german, Cell{Text: "1.234.567,89"}, "1234567.89", false},
		{"continental without groups", german, Cell{Text: "11398,00"}, "11398", false},
		{"continental whole", german, Cell{Text: "1.234"}, "1234", false},
		{"continental long", german, Cell{Text: "12.345.678.901.234.567.890,25"}, "12345678901234567890.25", false},
		{"bad groups", german, Cell{Text: "12.34.5"}, "groups of three", true},
		{"point for a comma", german, Cell{Text: "1234.5"}, "groups of three", true},
		{"short last group", german, Cell{Text: "1.23"}, "groups of three", true},
		{"four before a group", german, Cell{Text: "1234.567"}, "groups of three", true},
		{"group after the comma", german, Cell{Text: "1,234.567"}, "groups of three", true},
		{"group first", german, Cell{Text: ".234"}, "groups of three", true},
		{"group last", german, Cell{Text: "1."}, "groups of three", true},
		{"two commas", german, Cell{Text: "1,2,3"}, "groups of three", true},
		{"english", english, Cell{Text: "(1,234.50)"}, "-1234.5", false},
		{"french", french, Cell{Text: "1\u202f234\u00a0567,5"}, "1234567.5", false},
		{"swiss", swiss, Cell{Text: "1’234'567.50"}, "1234567.5", false},

		{"dollars", money, Cell{Text: "$22,700.00"}, "22700", false},
		{"thousands", money, Cell{Text: "$342.09K"}, "342090", false},
		{"grouped thousands", money, Cell{Text: "$1,117.10K"}, "1117100", false},
		{"millions with a code", money, Cell{Text: "-1.2 M USD"}, "-1200000", false},
		{"sign after the currency", money, Cell{Text: "$-5"}, "-5", false},
		{"parentheses around the currency", money, Cell{Text: "($5)"}, "-5", false},
		{"currency before parentheses", money, Cell{Text: "US$ (5)"}, "-5", false},
		{"suffix before a dollar sign", money, Cell{Text: "5K$"}, "5000", false},
		{"longest suffix", money, Cell{Text: "2MM"}, "14", false},
		{"suffix in the other case", money, Cell{Text: "2k"}, "no decimal number", true},
		{"three letters that are no currency", money, Cell{Text: "ABC 5"}, "no decimal number", true},
		{"currency alone", money, Cell{Text: "$"}, "no decimal number", true},
		{"euro", euro, Cell{Text: "€ 2.900,00"}, "2900", false},
		{"euro behind", euro, Cell{Text: "2.900,00\u00a0€"}, "2900", false},
		{"crowns", euro, Cell{Text: "199,50 Kč"}, "199.5", false},
		{"francs", euro, Cell{Text: "CHF 1.000"}, "1000", false},

		{"yes", boolean, Cell{Text: "YES"}, "true", false}, {"n", boolean, Cell{Text: "n"}, "false", false}, {"1", boolean, Cell{"1", NumberCell}, "true", false}, {"0", boolean, Cell{Text: "0"}, "false", false},
		{"True", boolean, Cell{Text: "True"}, "true", false}, {"false cell", boolean, Cell{"false", BoolCell}, "false", false}, {"T", boolean, Cell{Text: "T"}, "true", false},
		{"other word", boolean, Cell{Text: "maybe"}, `"maybe" is not one of true, yes, 1, y, t`, true},
		{"number as boolean", boolean, Cell{"2", NumberCell}, "not one of", true},
		{"date as boolean", boolean, Cell{"2024-03-15", DateCell}, "not one of", true},
		{"own word", words, Cell{Text: "JA"}, "true", false}, {"own word of the other side", words, Cell{Text: "n"}, "true", false}, {"own falsy", words, Cell{Text: "nein"}, "false", false},
		{"replaced word", words, Cell{Text: "true"}, "not one of Ja, n for true, Nein for false", true}, {"boolean cell beats words", words, Cell{"true", BoolCell}, "true", false},

		{"date", date, Cell{Text: "2024-03-15"}, "2024-03-15", false}, {"date with midnight", date, Cell{Text: "2018-12-19 00:00:00"}, "2018-12-19", false},
		{"date with a time", date, Cell{Text: "2024-03-15T10:00:00"}, "not midnight", true}, {"date with an offset", date, Cell{Text: "2024-03-15T00:00:00Z"}, "offset", true},
		{"date by format", dmy, Cell{Text: "3/5/2024"}, "2024-05-03", false}, {"only the format", dmy, Cell{Text: "2024-05-03"}, "does not have the format %d/%m/%Y", true},
		{"no such day", dmy, Cell{Text: "31/02/2024"}, "no day of the calendar", true},
		{"two formats agree", both, Cell{Text: "05/05/2024"}, "2024-05-05", false}, {"one of two formats", both, Cell{Text: "15/03/2024"}, "2024-03-15", false},
		{"ambiguous", both, Cell{Text: "03/05/2024"}, "ambiguous: %d/%m/%Y reads 2024-05-03, %m/%d/%Y reads 2024-03-05", true},
		{"neither format", both, Cell{Text: "today"}, `"today" does not have the format %d/%m/%Y or %m/%d/%Y`, true},
		{"date cell", dmy, Cell{"2024-03-15", DateCell}, "2024-03-15", false}, {"date cell with a time", date, Cell{"2024-03-15T10:00:00", DateCell}, "not midnight", true},
		{"date cell, time to drop", withTime, Cell{"2024-03-15T10:00:00", DateCell}, "2024-03-15", false},
		{"number as date", date, Cell{"45366", NumberCell}, "without a date style", true}, {"true as date", date, Cell{"true", BoolCell}, "no date", true}, {"duration as date", date, Cell{"1:00:00", DurationCell}, "a duration, no date", true},
		{"wrong weekday", ColumnType{Kind: Date, Formats: []string{"%a %d %b %Y"}}, Cell{Text: "Mon 15 Mar 2024"}, "2024-03-15 is a Friday", true},

		{"date-time", dateTime, Cell{Text: "2024-03-15 10:00:00"}, "2024-03-15T10:00:00-04:00", false}, {"date alone", dateTime, Cell{Text: "2024-03-15"}, "without a time", true},
		{"date cell as date-time", dateTime, Cell{"2024-03-15", DateCell}, "2024-03-15T00:00:00-04:00", false}, {"date-time cell", mixed, Cell{"2024-03-15T10:00:00", DateCell}, "2024-03-15T10:00:00-04:00", false},
		{"iso in a list", mixed, Cell{Text: "2024-03-15T10:00:00Z"}, "2024-03-15T10:00:00Z", false}, {"format in a list", mixed, Cell{Text: "14.06.2026 09:20"}, "2026-06-14T09:20:00-04:00", false},
		{"format without a time", mixed, Cell{Text: "14.06.2026"}, "2026-06-14T00:00:00-04:00", false}, {"none of a list", mixed, Cell{Text: "14/06/2026"}, "%d.%m.%Y %H:%M or iso or %d.%m.%Y", true},

		{"list", list, Cell{Text: "a; b ;;c"}, "a; b; c", false}, {"list of nothing", list, Cell{Text: " ; "}, "", false}, {"list by another separator", ColumnType{Kind: List, Separator: ", "}, Cell{Text: "a, b,c"}, "a; b,c", false},
		{"list of one number cell", list, Cell{"76340251", NumberCell}, "76340251", false}, {"JSON list", list, Cell{Text: `["a;b", 1.50, null, "", true]`}, "a;b; 1.50; true", false}, {"brackets that are no JSON", list, Cell{Text: "[a; b]"}, "[a; b]", false},

		{"error kept empty", ColumnType{Kind: Number, Empty: []string{"#N/A"}}, Cell{"#N/A", ErrorCell}, "", false},
		{"default", ColumnType{Kind: Bool, Default: text("false")}, Cell{Text: " "}, "false", false},
		{"default of an empty word", ColumnType{Kind: Number, Empty: []string{"None"}, Default: text("7")}, Cell{Text: "None"}, "7", false},
		{"empty", number, Cell{}, "", false},
	} {
		r, err := test.t.Compile(location(t, "America/New_York"))
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		v, p := r.Read(test.c)
		switch {
		case test.bad && p == nil:
			t.Errorf("%s: %q is %s, want a problem with %q", test.name, test.c.Text, v, test.want)
		case test.bad && !strings.Contains(p.Message, test.want):
			t.Errorf("%s: %q is refused with %q, want %q", test.name, test.c.Text, p.Message, test.want)
		case !test.bad && p != nil:
			t.Errorf("%s: %q is refused: %s", test.name, test.c.Text, p.Message)
		case !test.bad && (v.String() != test.want || v.Kind() != test.t.Kind && v.Kind() != Nil):
			t.Errorf("%s: %q is %s (%s), want %s", test.name, test.c.Text, v, v.Kind(), test.want)
		}
	}
}

func TestEmptyCells(t *testing.T) {
	for _, kind := range []Kind{Text, Number, Bool, Date, DateTime, List} {
		r, err := (&ColumnType{Kind: kind, Empty: []string{"000000000000000AAA"}}).Compile(nil)
		if err != nil {
			t.Fatal(err)
		}
		for _, in := range []string{"", "  ", "000000000000000AAA", " 000000000000000AAA\u00a0"} {
			if v, p := r.Read(Cell{Text: in}); p != nil || !v.IsNil() || r.Text(Cell{Text: in}) != "" {
				t.Errorf("%s: %q is %s, %v", kind, in, v, p)
			}
		}
		if got := r.Type(); got.Kind != kind || !got.Nullable {
			t.Errorf("type of %s is %v", kind, got)
		}
	}
	r, _ := (&ColumnType{Kind: Date, Default: text("2024-01-01")}).Compile(nil)
	if r.Type().Nullable {
		t.Error("a column with a default may be nil")
	}
	if got := r.Text(Cell{Text: " x "}); got != "x" {
		t.Errorf("Text gives %q", got)
	}
}

func TestCompileErrors(t *testing.T) {
	for _, test := range []struct {
		name, want string
		t          ColumnType
	}{
		{"no type", "no column", ColumnType{}},
		{"one sign for two", "same sign", ColumnType{Kind: Number, Decimal: ',', Group: ','}},
		{"group is the usual decimal", `set decimal: ","`, ColumnType{Kind: Number, Group: '.'}},
		{"digit", "can't be a digit", ColumnType{Kind: Number, Group: '0'}},
		{"minus", "can't be a digit", ColumnType{Kind: Number, Decimal: '-'}},
		{"empty suffix", "suffix", ColumnType{Kind: Number, Suffix: []Suffix{{"", OfInt(1)}}}},
		{"zero suffix", "above zero", ColumnType{Kind: Number, Suffix: []Suffix{{"K", OfInt(0)}}}},
		{"word twice", "both in truthy", ColumnType{Kind: Bool, Truthy: []string{"X"}, Falsy: []string{"x"}}},
		{"bad directive", "%Q", ColumnType{Kind: Date, Formats: []string{"%Q"}}},
		{"time alone", "no year and month", ColumnType{Kind: Date, Formats: []string{"%H:%M"}}},
		{"bad default", "default", ColumnType{Kind: Number, Default: text("x")}},
	} {
		if _, err := test.t.Compile(nil); err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want an error with %q", test.name, err, test.want)
		}
	}
}

func TestQuote(t *testing.T) {
	for in, want := range map[string]string{
		"a":                              `"a"`,
		`a"b\`:                           `"a\"b\\"`,
		"a\nb\x00":                       `"a\nb\x00"`,
		"\u202eabc\u200b":                `"\u202eabc\u200b"`,
		"é 日\u00a0":                      `"é 日\u00a0"`,
		"\xff":                           `"\xff"`,
		strings.Repeat("ä", 60):          `"` + strings.Repeat("ä", 60) + `"`,
		strings.Repeat("ä", 61):          `"` + strings.Repeat("ä", 60) + `…"`,
		strings.Repeat("a", 60) + "\x01": `"` + strings.Repeat("a", 60) + `…"`,
	} {
		if got := Quote(in); got != want {
			t.Errorf("Quote(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestEqualAndClone(t *testing.T) {
	a, _ := ParseISODateTime("2024-03-15T10:00:00Z", nil)
	b, _ := ParseISODateTime("2024-03-15T11:00:00+01:00", nil)
	if !Equal(a, b) {
		t.Error("one instant in two offsets is not equal")
	}
	if c, ok := Compare(a, b); c != 0 || !ok {
		t.Error("one instant in two offsets is ordered")
	}
	list := OfList([]Value{OfText("a"), OfInt(1), {}})
	if !Equal(list, list.Clone()) || Equal(list, OfList([]Value{OfText("a"), OfInt(1)})) || Equal(list, OfList([]Value{OfText("a"), OfInt(1), OfBool(false)})) {
		t.Error("lists are not compared item by item")
	}
	if Equal(OfText("1"), OfInt(1)) || Equal(Value{}, OfText("")) || !Equal(Value{}, Value{}) || Equal(Error, Error) {
		t.Error("kinds are mixed up")
	}
	if _, ok := Compare(OfText("1"), OfInt(1)); ok {
		t.Error("a text is ordered against a number")
	}
	if c, ok := Compare(OfText("é"), OfText("z")); c != 1 || !ok {
		t.Error("texts are not ordered by code point")
	}
}

// Read never panics, and its values are read again from their own text.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"1.234,5", "(12)", "$-5K", "€ 2.900,00", "03/05/2024", "yes", "a;b", "[1,2]", "2024-03-15 10:00", "−1’000"} {
		f.Add(s, uint8(0))
	}
	types := []ColumnType{{Kind: Text}, {Kind: Number}, {Kind: Number, Decimal: ',', Group: '.', Strip: true, Suffix: []Suffix{{"K", OfInt(1000)}}}, {Kind: Bool}, {Kind: Date}, {Kind: DateTime},
		{Kind: Date, Formats: []string{"%d/%m/%Y", "%m/%d/%Y"}}, {Kind: List}}
	var readers []*Reader
	for _, t := range types {
		r, err := t.Compile(nil)
		if err != nil {
			f.Fatal(err)
		}
		readers = append(readers, r)
	}
	f.Fuzz(func(t *testing.T, s string, kind uint8) {
		for i, r := range readers {
			v, p := r.Read(Cell{s, CellKind(kind % 7)})
			if p != nil || v.IsNil() {
				continue
			}
			if v.Kind() != types[i].Kind {
				t.Fatalf("%q is %s in a column of %s", s, v.Kind(), types[i].Kind)
			}
			if types[i].Kind == List || types[i].Kind == Number && types[i].Decimal == ',' || types[i].Formats != nil {
				continue
			}
			again, p := r.Read(Cell{Text: v.String()})
			if sec, _ := v.Unix(); p != nil || !Equal(v, again) && !(v.Kind() == DateTime && again.num == sec) {
				t.Fatalf("%q is %s, which is read as %s", s, v, again)
			}
		}
	})
}

// A date that the column's format could have read, were there such a day, is
// perhaps written in another one.
func TestHintsForDatesThatAreNone(t *testing.T) {
	r, err := (&ColumnType{Kind: Date, Formats: []string{"%d/%m/%Y"}}).Compile(nil)
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]string{
		"05/31/2024": `give the column its format, such as format: "%m/%d/%Y"`,
		"31/11/2024": "correct the date in the CRM",
	} {
		if _, p := r.Read(Cell{Text: text}); p == nil || p.Hint != want {
			t.Errorf("%s: %+v, want the hint %q", text, p, want)
		}
	}
}
