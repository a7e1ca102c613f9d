package syntax

import "testing"

func TestExpressionEnd(t *testing.T) {
	for _, c := range []struct {
		text, want string
		whole      bool
	}{
		{`Name, b: c}`, `Name`, true},
		{`join(A, " ") }`, `join(A, " ")`, true},
		{`["a", b[1]] , c`, `["a", b[1]]`, true},
		{`matches(A, "[,}]")`, `matches(A, "[,}]")`, true},
		{"A + `x, y`]", "A + `x, y`", true},
		{` ")`, ` ")`, false},          // a quote that stays open
		{`B) + C, d`, `B) + C`, false}, // a bracket that is not its own
		{`join(A, B`, `join(A, B`, false},
		{``, ``, true},
	} {
		end, whole := expressionEnd([]byte(c.text), 0)
		if got := c.text[:end]; got != c.want || whole != c.whole {
			t.Errorf("%s: %q, whole %t; want %q, %t", c.text, got, whole, c.want, c.whole)
		}
	}
}
