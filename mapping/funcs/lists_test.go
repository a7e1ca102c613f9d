package funcs

import (
	"testing"

	"crm2gong/mapping/value"
)

func TestLists(t *testing.T) {
	run(t, "coalesce", []call{
		{"first not nil", []any{nil, "a", "b"}, `"a"`, "", ""},
		{"an empty text is a value", []any{"", "b"}, `""`, "", ""},
		{"all nil", []any{nil, nil}, "nil", "", ""},
	})
	run(t, "len", []call{
		{"characters", []any{"Zoë"}, "3", "", ""}, {"items", []any{[]any{"a", nil}}, "2", "", ""}, {"nil", []any{nil}, "nil", "", ""},
		{"number", []any{5}, "", "takes a text or a list as its argument, not a number (\"5\")", "string(x)"},
	})
	run(t, "first", []call{{"one", []any{[]any{"a", "b"}}, `"a"`, "", ""}, {"none", []any{[]any{}}, "nil", "", ""}, {"text", []any{"ab"}, "", "takes a list", "[text]"}})
	run(t, "last", []call{{"one", []any{[]any{"a", "b"}}, `"b"`, "", ""}, {"none", []any{[]any{}}, "nil", "", ""}})
	mixed := []any{"a", 1, num("1.0"), "1", nil, nil, day("2024-03-15"), at("2024-03-15T10:00:00Z"), at("2024-03-15T11:00:00+01:00"), true, []any{1, "a"}, []any{num("1.00"), "a"}}
	run(t, "uniq", []call{
		{"few", []any{[]any{"b", "a", "b"}}, `["b", "a"]`, "", ""},
		{"many, by value", []any{mixed}, `["a", 1, "1", nil, 2024-03-15, 2024-03-15T10:00:00Z, true, [1, "a"]]`, "", ""},
		{"nothing again", []any{[]any{1, 2}}, `[1, 2]`, "", ""},
	})
	run(t, "sort", []call{
		{"numbers by value", []any{[]any{10, 9, num("9.5")}}, `[9, 9.5, 10]`, "", ""},
		{"texts by code", []any{[]any{"b", "A", "a"}}, `["A", "a", "b"]`, "", ""},
		{"descending", []any{[]any{1, 3, 2}, "desc"}, `[3, 2, 1]`, "", ""},
		{"dates", []any{[]any{day("2024-03-15"), day("2023-03-15")}}, `[2023-03-15, 2024-03-15]`, "", ""},
		{"two kinds", []any{[]any{1, "a"}}, "", "a number and a text", "string(#)"},
		{"nil", []any{[]any{1, nil}}, "", "is empty", "filter"},
		{"booleans", []any{[]any{true}}, "", "not true or false", ""},
		{"order", []any{[]any{1}, "down"}, "", `"asc" or "desc"`, ""},
	})
	run(t, "reverse", []call{{"three", []any{[]any{1, 2, 3}}, `[3, 2, 1]`, "", ""}})
	run(t, "concat", []call{{"three", []any{[]any{1}, nil, []any{2, 3}}, `[1, 2, 3]`, "", ""}, {"none", []any{nil}, `[]`, "", ""}})
	run(t, "flatten", []call{
		{"deep", []any{[]any{[]any{1}, []any{2, []any{3, []any{}}}, 4}}, `[1, 2, 3, 4]`, "", ""},
		{"flat", []any{[]any{1, nil}}, `[1, nil]`, "", ""},
	})
	run(t, "string", []call{
		{"number", []any{num("1.50")}, `"1.5"`, "", ""}, {"boolean", []any{true}, `"true"`, "", ""}, {"text", []any{"a"}, `"a"`, "", ""},
		{"date", []any{day("2024-03-15")}, `"2024-03-15"`, "", ""}, {"list", []any{[]any{"a", 1}}, `"a; 1"`, "", ""}, {"nil", []any{nil}, "nil", "", ""},
	})
}

// What functions give must not share a slice with what they got, or sorting one
// list would sort another.
func TestListsAreNotChanged(t *testing.T) {
	for _, f := range []string{"sort", "reverse", "uniq", "concat", "flatten"} {
		in := val([]any{3, 1, 2, 1})
		if _, err := Find(f).Call(testEnv(t), []value.Value{in}); err != nil {
			t.Fatal(err)
		}
		if got := show(in); got != "[3, 1, 2, 1]" {
			t.Errorf("%s changed its argument to %s", f, got)
		}
	}
}
