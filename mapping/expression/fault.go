package expression

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// Fault is something wrong with an expression, found before any row is read.
type Fault struct {
	From, To int    // where, in code points of the source; To is not included
	Code     string // stable, such as "unknown-column"
	Message  string // what is wrong
	Hint     string // what to write instead; may be empty
	Warning  bool   // the expression can be used all the same
}

// Error gives the message, so that a *Fault can serve as an error.
func (x *Fault) Error() string { return x.Message }

// The codes of faults.
const (
	codeSyntax    = "syntax"
	codeColumn    = "unknown-column"
	codeFunction  = "unknown-function"
	codeParam     = "unknown-param"
	codeField     = "unknown-field"
	codeArguments = "arguments"
	codeType      = "type"
	codeForbidden = "not-available"
	codeName      = "name-taken"
	codePattern   = "pattern"
	codeLimit     = "too-large"
	codeNever     = "never-true"
)

// codeInvalid is the code of a failure whose cause is a value of the row.
const codeInvalid = "value-invalid"

// hasErrors tells whether one of the faults is more than a warning.
func hasErrors(faults []Fault) bool {
	for i := range faults {
		if !faults[i].Warning {
			return true
		}
	}
	return false
}

// sorted orders faults by place and drops those said twice.
func sorted(faults []Fault) []Fault {
	sort.SliceStable(faults, func(i, j int) bool {
		if faults[i].From != faults[j].From {
			return faults[i].From < faults[j].From
		}
		return faults[i].To < faults[j].To
	})
	out := faults[:0]
	for i := range faults {
		if i == 0 || faults[i] != out[len(out)-1] {
			out = append(out, faults[i])
		}
	}
	return out
}

// shorten cuts a text of a message to n characters.
func shorten(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	count := 0
	for i := range s {
		if count == n-1 {
			return s[:i] + "…"
		}
		count++
	}
	return s
}

// oneLine joins the words of a source text that may span lines.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// quoteLiteral writes s as a text literal of the language.
func quoteLiteral(s string) string {
	if !strings.ContainsAny(s, "\"\\\n\r\t") {
		return `"` + s + `"`
	}
	if !strings.ContainsAny(s, "`\n\r\t") {
		return "`" + s + "`"
	}
	r := strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`)
	return `"` + r.Replace(s) + `"`
}
