package upload

import (
	"strconv"
	"time"
)

// group writes a number with commas: 10,000.
func group(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// plural writes a number with its noun: 1 call, 2 calls.
func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return group(n) + " " + noun + "s"
}

// timestamp writes an instant as Gong takes it: UTC, no fraction.
func timestamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05Z") }
