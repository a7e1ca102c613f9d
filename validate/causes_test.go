package validate

import (
	"strings"
	"testing"
)

// The short way of looseID gives what the long one gives.
func TestLooseID(t *testing.T) {
	for _, s := range []string{
		"", " ", "a", "0065g0AAAAAFLKXA45", " 006\t5G\v\f\r\n", "Größe", "a\u00a0b", "\ufeffa", "a\x00B\x1fC", strings.Repeat("Ab ", 31), strings.Repeat("Ab ", 48),
		strings.Repeat("x", 95), strings.Repeat("x", 96), strings.Repeat("x", 97), strings.Repeat("X", 200), strings.Repeat("a", 96) + "é",
	} {
		if looseID(s) != looseText(s) {
			t.Errorf("%q has two hashes", s)
		}
	}
	if looseID(" AB c") != looseID("ab\tC") || looseID("ab") == looseID("ac") {
		t.Error("case and blanks count, or other letters do not")
	}
}
