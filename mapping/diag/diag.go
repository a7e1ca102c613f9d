// Package diag holds positions in mapping files and the diagnostics that point
// there: what is wrong, where, and what would be right. It imports nothing of
// this program.
package diag

// Severity ranks diagnostics and findings. The zero value is invalid.
type Severity uint8

// Severities. Off switches a rule off; it is never a diagnostic's severity.
const (
	NoSeverity Severity = iota
	Off
	Info
	Warning
	Error
)

// String gives the word used in mappings and reports.
func (s Severity) String() string {
	return [...]string{"", "off", "info", "warning", "error"}[s]
}

// ParseSeverity reads the word off, info, warning or error; NoSeverity for any
// other text.
func ParseSeverity(s string) Severity {
	for v := Off; v <= Error; v++ {
		if v.String() == s {
			return v
		}
	}
	return NoSeverity
}

// Diagnostic is one thing wrong with a mapping.
type Diagnostic struct {
	Severity Severity
	Code     string // stable, greppable, such as "unknown-column"
	Message  string // what is wrong; names quoted, no full stop
	Hint     string // what to do; may be empty
	Span     Span   // where; zero when there is no place
}

// List collects diagnostics.
type List []Diagnostic

// Error adds an error.
func (l *List) Error(at Span, code, message, hint string) {
	*l = append(*l, Diagnostic{Error, code, message, hint, at})
}

// Warn adds a warning.
func (l *List) Warn(at Span, code, message, hint string) {
	*l = append(*l, Diagnostic{Warning, code, message, hint, at})
}

// HasErrors tells whether any diagnostic is an error.
func (l List) HasErrors() bool {
	for i := range l {
		if l[i].Severity == Error {
			return true
		}
	}
	return false
}

// Span is a half-open range of bytes in a file. The zero value is no place.
type Span struct {
	File       *File
	Start, End int
}
