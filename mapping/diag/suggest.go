package diag

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	suggestNames = 12  // names listed where none is near
	suggestRunes = 100 // a longer name is like no other
)

// Suggest gives the hint for a name that is not known: the nearest known name as
// a question, else the known names in order, at most twelve of them. It is ""
// when nothing is known.
func Suggest(name string, known []string) string {
	if len(known) == 0 {
		return ""
	}
	if near, ok := Nearest(name, known); ok {
		return "did you mean " + Quote(near) + "?"
	}
	names := slices.Clone(known)
	slices.Sort(names)
	names = slices.Compact(names)
	more := ""
	if len(names) > suggestNames {
		more = fmt.Sprintf(" and %d more", len(names)-suggestNames)
		names = names[:suggestNames]
	}
	for i := range names {
		names[i] = bare(names[i])
	}
	return "known: " + strings.Join(names, ", ") + more
}

// Nearest finds the known name that someone who wrote name most likely meant:
// one that differs in case, blanks, underscores or hyphens alone, else one within
// a few typing errors (insertions, deletions, substitutions, swapped
// neighbours), else one that goes on where the other ends, as Region__c does
// after Region. The first of equals wins.
func Nearest(name string, known []string) (string, bool) {
	if name == "" || utf8.RuneCountInString(name) > suggestRunes {
		return "", false
	}
	folded := fold(name)
	best, bestCost := -1, 0
	for i, k := range known {
		cost, ok := cost(name, folded, k)
		if ok && (best < 0 || cost < bestCost) {
			best, bestCost = i, cost
		}
	}
	if best < 0 {
		return "", false
	}
	return known[best], true
}

// cost ranks a candidate; smaller is nearer. Case counts least, then typing
// errors by their number, then what is only a beginning.
func cost(name string, folded []rune, candidate string) (int, bool) {
	other := fold(candidate)
	if len(other) == 0 || len(other) > suggestRunes {
		return 0, false
	}
	if slices.Equal(folded, other) {
		return 0, true
	}
	if compact(folded) == compact(other) && compact(folded) != "" {
		return 1, true
	}
	limit := errorsAllowed(max(len(folded), len(other)))
	if d := distance(folded, other, limit); d <= limit {
		penalty := 0
		if !sameStart(name, candidate) {
			penalty = 1
		}
		return 10*d + penalty, true
	}
	if goesOn(folded, other) || goesOn(other, folded) {
		return 100 + max(len(folded), len(other)), true
	}
	return 0, false
}

// errorsAllowed is how many typing errors a name of some length may have.
func errorsAllowed(length int) int {
	switch {
	case length <= 2:
		return 0
	case length <= 5:
		return 1
	case length <= 9:
		return 2
	}
	return 3
}

// goesOn tells whether long is short followed by something that is no letter or
// digit.
func goesOn(short, long []rune) bool {
	if len(short) < 3 || len(long) <= len(short) || !slices.Equal(short, long[:len(short)]) {
		return false
	}
	r := long[len(short)]
	return !unicode.IsLetter(r) && !unicode.IsDigit(r)
}

func fold(s string) []rune {
	return []rune(strings.ToLower(s))
}

// compact drops what people vary freely between the words of a name.
func compact(s []rune) string {
	var b strings.Builder
	for _, r := range s {
		if r != '_' && r != '-' && !unicode.IsSpace(r) {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func sameStart(a, b string) bool {
	x, _ := utf8.DecodeRuneInString(a)
	y, _ := utf8.DecodeRuneInString(b)
	return unicode.ToLower(x) == unicode.ToLower(y)
}

// distance counts the typing errors between two names, a swap of neighbours as
// one; above limit it is any number above limit.
func distance(a, b []rune, limit int) int {
	if d := len(a) - len(b); d > limit || -d > limit {
		return limit + 1
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			differs := 1
			if a[i-1] == b[j-1] {
				differs = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+differs)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
