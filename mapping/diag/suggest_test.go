package diag

import (
	"fmt"
	"strings"
	"testing"
)

func TestNearest(t *testing.T) {
	columns := []string{"Id", "Name", "Amount", "Close Date", "StageName", "OwnerId", "AccountId", "Region__c", "IsDeleted"}
	tests := []struct {
		name  string
		known []string
		want  string // "" for none
	}{
		{"amount", columns, "Amount"},
		{"AMOUNT", columns, "Amount"},
		{"Amuont", columns, "Amount"},  // neighbours swapped
		{"Amout", columns, "Amount"},   // one missing
		{"Amountt", columns, "Amount"}, // one too many
		{"Amaunt", columns, "Amount"},  // another letter
		{"CloseDate", columns, "Close Date"},
		{"close_date", columns, "Close Date"},
		{"Stage_Name", columns, "StageName"},
		{"Region", columns, "Region__c"},
		{"Amount (converted)", columns, "Amount"},
		{"id", columns, "Id"},
		{"ix", columns, ""}, // two letters are too few for an error
		{"Currency", columns, ""},
		{"Nmae", columns, "Name"},
		{"Nxxe", columns, ""},
		{"", columns, ""},
		{"Amount", nil, ""},
		{strings.Repeat("Amount", 100), columns, ""},
		{"name", []string{"NAME", "Nam", "Name"}, "NAME"},     // case alone, the first of equals
		{"naem", []string{"nam", "name"}, "nam"},              // both one error, the first of equals
		{"ownerid", []string{"owneri", "OwnerId"}, "OwnerId"}, // case before an error
		{"bame", []string{"name", "bane"}, "bane"},            // an error later in the word
		{"größe", []string{"GRÖßE"}, "GRÖßE"},
		{"金額", []string{"金额"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, ok := Nearest(tt.name, tt.known)
			if got != tt.want || ok != (tt.want != "") {
				t.Errorf("%q %v, want %q", got, ok, tt.want)
			}
		})
	}
}

func TestSuggest(t *testing.T) {
	var many []string
	for i := 20; i > 0; i-- {
		many = append(many, fmt.Sprintf("c%02d", i))
	}
	tests := []struct {
		name  string
		known []string
		want  string
	}{
		{"Amonut", []string{"Amount", "Name"}, `did you mean "Amount"?`},
		{"Zip", []string{"Name", "Amount", "Name"}, "known: Amount, Name"},
		{"Zip", []string{"a, b", "c d", " e", "f\u202e", `g"`}, `known: " e", "a, b", c d, "f\u202e", "g\""`},
		{"Zip", many, "known: c01, c02, c03, c04, c05, c06, c07, c08, c09, c10, c11, c12 and 8 more"},
		{"Zip", nil, ""},
	}
	for _, tt := range tests {
		if got := Suggest(tt.name, tt.known); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
	if many[0] != "c20" {
		t.Error("the known names were sorted in place")
	}
}

func TestDistance(t *testing.T) {
	tests := []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"abc", "ab", 1}, {"ab", "abc", 1}, {"abc", "axc", 1},
		{"abcd", "badc", 2}, {"kitten", "sitting", 3}, {"a", "abcdefgh", 6},
	}
	for _, tt := range tests {
		if got := distance([]rune(tt.a), []rune(tt.b), 5); got != tt.want {
			t.Errorf("%s, %s: %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}

func TestQuote(t *testing.T) {
	tests := []struct{ value, want string }{
		{"abc", `"abc"`},
		{"", `""`},
		{`a "b" \d`, `"a \"b\" \\d"`},
		{"a\nb\x1b[31m", `"a\nb\x1b[31m"`},
		{"\u202eabc", `"\u202eabc"`},
		{"a\u00a0b", `"a\u00a0b"`},
		{"金額 é😀", `"金額 é😀"`},
		{"\xff", `"\xff"`},
		{strings.Repeat("x", 60), `"` + strings.Repeat("x", 60) + `"`},
		{strings.Repeat("x", 61), `"` + strings.Repeat("x", 59) + `…"`},
		{strings.Repeat("金", 61), `"` + strings.Repeat("金", 59) + `…"`},
	}
	for _, tt := range tests {
		if got := Quote(tt.value); got != tt.want {
			t.Errorf("%q: %s, want %s", tt.value, got, tt.want)
		}
	}
}

func TestSeverity(t *testing.T) {
	for _, s := range []Severity{Off, Info, Warning, Error} {
		if ParseSeverity(s.String()) != s {
			t.Errorf("%v does not read back", s)
		}
	}
	if ParseSeverity("fatal") != NoSeverity || ParseSeverity("") != NoSeverity {
		t.Error("other words are no severity")
	}
	var l List
	l.Warn(Span{}, "c", "m", "h")
	if l.HasErrors() || l[0] != (Diagnostic{Warning, "c", "m", "h", Span{}}) {
		t.Error("a warning is no error")
	}
	l.Error(Span{}, "c", "m", "h")
	if !l.HasErrors() {
		t.Error("an error is one")
	}
}
