package view

import (
	"fmt"
	"strings"
	"testing"

	"crm2gong/validate"
)

// TestDriftIsBounded: a lookup that every record misses does not fill the
// screen, and does not hide what comes after it.
func TestDriftIsBounded(t *testing.T) {
	misses := func(n int) []validate.Drift {
		var list []validate.Drift
		for i := range n {
			list = append(list, validate.Drift{Kind: "lookup-miss-new", Subject: "stage", Message: fmt.Sprintf("miss %d", i)})
		}
		return append(list, validate.Drift{Kind: "fill", Subject: "DEAL.amount", Message: "amounts are gone"})
	}
	for _, c := range []struct {
		n, lines int
		more     string
	}{{1, 1, ""}, {10, 10, ""}, {11, 11, ""}, {12, 10, "  … and 2 more of the values for which lookup stage has no row\n"}, {5000, 10, "  … and 4990 more of the values for which lookup stage has no row\n"}} {
		var b strings.Builder
		Drift(&b, "out", misses(c.n))
		got := b.String()
		if n := strings.Count(got, "  miss "); n != c.lines {
			t.Errorf("%d misses: %d lines, want %d", c.n, n, c.lines)
		}
		if strings.Contains(got, "more of") != (c.more != "") || !strings.Contains(got, c.more+"  amounts are gone\n") {
			t.Errorf("%d misses: %s", c.n, got)
		}
	}
}
