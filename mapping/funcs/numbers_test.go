package funcs

import "testing"

func TestNumbers(t *testing.T) {
	run(t, "number", []call{
		{"plain", []any{" -1234.50 "}, "-1234.5", "", ""},
		{"already one", []any{5}, "5", "", ""},
		{"exact", []any{"0.1000000000000000000000000001"}, "0.1000000000000000000000000001", "", ""},
		{"blank", []any{"  "}, "nil", "", ""},
		{"continental", []any{"1.234.567,50", ",", "."}, "1234567.5", "", ""},
		{"decimal comma only", []any{"1234,5", ","}, "1234.5", "", ""},
		{"comma for thousands", []any{"1,234", ".", ","}, "1234", "", ""},
		{"Indian groups", []any{"12,34,567.5", ".", ","}, "1234567.5", "", ""},
		{"no-break blanks as groups", []any{"1\u202f234\u00a0567,5", ",", " "}, "1234567.5", "", ""},
		{"Swiss apostrophe", []any{"1’234.5", ".", "'"}, "1234.5", "", ""},
		{"no groups although allowed", []any{"1234", ".", ","}, "1234", "", ""},
		{"sign taken for another", []any{"1.5", ",", "."}, "", `"1.5" is no number`, ""},
		{"short last group", []any{"1,23", ".", ","}, "", `"1,23" is no number`, ""},
		{"group behind the point", []any{"1.234,567", ".", ","}, "", "is no number", ""},
		{"long first group", []any{"1234,567", ".", ","}, "", "is no number", ""},
		{"group first", []any{",567", ".", ","}, "", "is no number", ""},
		{"currency sign", []any{"$5"}, "", `"$5" is no number`, `replace(text`},
		{"comma without saying so", []any{"1,234.5"}, "", "is no number", `number(text, ".", ",")`},
		{"continental without saying so", []any{"1.234,5"}, "", "is no number", `number(text, ",", ".")`},
		{"exponent", []any{"1e5"}, "", "is no number", ""},
		{"other digits", []any{"１２"}, "", "is no number", ""},
		{"minus at the end", []any{"5-", ",", "."}, "", "is no number", ""},
		{"minus alone", []any{"-", ",", "."}, "", "is no number", ""},
		{"bad decimal sign", []any{"5", "x"}, "", "decimal sign", ""},
		{"same signs", []any{"5", ",", ","}, "", "grouping sign", ""},
		{"a date", []any{day("2024-03-15")}, "", "takes a text or a number", ""},
	})
	run(t, "round", []call{
		{"half away from zero", []any{num("2.5")}, "3", "", ""},
		{"negative half", []any{num("-2.5")}, "-3", "", ""},
		{"exact where floats are not", []any{num("1.005"), 2}, "1.01", "", ""},
		{"tens", []any{1250, -2}, "1300", "", ""},
		{"fraction of a place", []any{1, num("0.5")}, "", "whole number", ""},
		{"too many places", []any{1, 1001}, "", "from -1000 to 1000", ""},
		{"nil places", []any{1, nil}, "", "second argument, places, is empty", "?? 0"},
	})
	run(t, "abs", []call{{"negative", []any{num("-1.5")}, "1.5", "", ""}})
	run(t, "floor", []call{{"negative", []any{num("-1.5")}, "-2", "", ""}})
	run(t, "ceil", []call{{"negative", []any{num("-1.5")}, "-1", "", ""}})
	run(t, "min", []call{
		{"numbers", []any{3, num("1.5"), 2}, "1.5", "", ""},
		{"list", []any{[]any{3, 1, 2}}, "1", "", ""},
		{"dates", []any{day("2024-03-15"), day("2024-01-31")}, "2024-01-31", "", ""},
		{"instants", []any{at("2024-03-15T10:00:00+02:00"), at("2024-03-15T09:00:00Z")}, "2024-03-15T10:00:00+02:00", "", ""},
		{"empty list", []any{[]any{}}, "nil", "", ""},
		{"nil", []any{1, nil}, "", "second argument, x, is empty", "?? 0"},
		{"nil in a list", []any{[]any{1, nil}}, "", "has an empty item", "filter"},
		{"two kinds", []any{1, day("2024-03-15")}, "", "can't compare", ""},
		{"text in a list", []any{[]any{"1"}}, "", "not a text", "number(text)"},
	})
	run(t, "max", []call{{"numbers", []any{3, num("1.5"), 4}, "4", "", ""}, {"equal ones: the first", []any{at("2024-03-15T10:00:00+02:00"), at("2024-03-15T08:00:00Z")}, "2024-03-15T10:00:00+02:00", "", ""}})
	run(t, "sum", []call{
		{"exact", []any{[]any{num("0.1"), num("0.2")}}, "0.3", "", ""},
		{"empty", []any{[]any{}}, "0", "", ""},
		{"nil", []any{[]any{1, nil}}, "", "item 2 of the list is empty", "?? 0"},
		{"text", []any{[]any{"1"}}, "", "is a text, not a number", "number"},
	})
}

func FuzzNumber(f *testing.F) {
	for _, s := range []string{"1.234,50", "-1,234.5", "1'234", ".5", "5.", "+1", "--1", "1,,2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		// Whatever grouping and decimal signs: the digits read are the digits written.
		for _, format := range []numberFormat{{'.', 0}, {'.', ','}, {',', '.'}, {',', ' '}} {
			v, err := format.read(val(s))
			if err != nil || v.IsNil() {
				continue
			}
			if got, want := digitsOf(string(v.AppendNumber(nil))), digitsOf(s); got != want {
				t.Errorf("%q read as %s", s, v.AppendNumber(nil))
			}
		}
	})
}

// digitsOf drops all but digits, and zeros at both ends.
func digitsOf(s string) string {
	var b []byte
	for _, c := range []byte(s) {
		if isDigit(c) && (c != '0' || len(b) > 0) {
			b = append(b, c)
		}
	}
	for len(b) > 0 && b[len(b)-1] == '0' {
		b = b[:len(b)-1]
	}
	return string(b)
}
