package diag

import (
	"cmp"
	"slices"
)

// Sorted gives the diagnostics in the order in which people read them: those
// without a place first, then by file, line, column and message. One said twice
// is kept once. The receiver is left as it is.
func (l List) Sorted() List {
	s := slices.Clone(l)
	slices.SortStableFunc(s, func(a, b Diagnostic) int {
		return cmp.Or(
			cmp.Compare(a.Span.fileName(), b.Span.fileName()),
			cmp.Compare(a.Span.Start, b.Span.Start),
			cmp.Compare(a.Span.End, b.Span.End),
			cmp.Compare(a.Message, b.Message),
			cmp.Compare(b.Severity, a.Severity),
		)
	})
	return slices.CompactFunc(s, func(a, b Diagnostic) bool {
		return a.Span.fileName() == b.Span.fileName() && a.Span.Start == b.Span.Start &&
			a.Message == b.Message && a.Severity == b.Severity
	})
}

func (s Span) fileName() string {
	if s.File == nil {
		return ""
	}
	return s.File.Name
}
