package html

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"crm2gong/mapping/value"
)

// What the page shows at most. Beyond it stands how much more there is.
const (
	maxFindings = 200  // groups
	maxExamples = 20   // of one finding
	minExamples = 3    // of one finding, where there are too many in all
	maxRows     = 1000 // examples on the page, but for the fewest of each finding
	maxTable    = 100  // rows of any other table
	maxName     = 72   // characters of a name, a place or an id
	maxValue    = 120  // characters of a value
	maxSentence = 400  // characters of a summary or hint
	maxNumber   = 60   // characters of a number
)

// plain makes a text fit for the page: what cannot be seen, or would turn the
// text around, is written as an escape, and at most so many characters are
// shown. It does not escape for HTML, which the template does.
func plain(s string, most int) string {
	var b strings.Builder
	n := 0
	for i, r := range s {
		if n == most-1 && utf8.RuneCountInString(s[i:min(len(s), i+8)]) > 1 {
			b.WriteRune('…')
			break
		}
		n++
		switch {
		case r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD"):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case strconv.IsPrint(r):
			b.WriteRune(r)
		default:
			q := strconv.QuoteRune(r)
			b.WriteString(q[1 : len(q)-1])
		}
	}
	return b.String()
}

func name(s string) string { return plain(s, maxName) }

// thousands writes a number with commas between thousands.
func thousands(n int) string { return grouped(strconv.Itoa(n)) }

// grouped puts commas between the thousands of a plain decimal.
func grouped(s string) string {
	s = value.Thousands(plain(s, maxNumber))
	if rest, ok := strings.CutPrefix(s, "-"); ok {
		return "−" + rest
	}
	return s
}

// of gives a number with its noun.
func of(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
}

// share is a part of a whole in percent, never rounded to all or nothing.
func share(part, whole int) string {
	if whole == 0 {
		return ""
	}
	p := 100 * float64(part) / float64(whole)
	switch {
	case part == whole:
		return "100%"
	case part > 0 && p < 0.1:
		return "<0.1%"
	case part < whole && p > 99.9:
		return ">99.9%"
	}
	return strconv.FormatFloat(p, 'f', 1, 64) + "%"
}

// number is a number in a table: as shown, and as sorted.
type number struct{ Shown, Raw string }

func count(n int) number { return number{thousands(n), strconv.Itoa(n)} }

func decimal(s string) number { return number{grouped(s), plain(s, maxNumber)} }

// more says how many are not shown, "" for none.
func more(n int, one, many string) string {
	if n <= 0 {
		return ""
	}
	return "and " + of(n, "more "+one, "more "+many)
}

// title is a list's heading for people, such as "Deals", of a type's name.
func title(t string) string {
	switch t {
	case "BUSINESS_USER":
		return "Users"
	case "STAGE":
		return "Stages"
	case "ACCOUNT":
		return "Accounts"
	case "CONTACT":
		return "Contacts"
	case "DEAL":
		return "Deals"
	case "LEAD":
		return "Leads"
	}
	return name(t)
}
