package diag

import (
	"fmt"
	"strings"
)

// String renders the diagnostic as people read it: the place, what is wrong,
// the line with a caret below, and the hint. It has no line break at the end.
func (d *Diagnostic) String() string {
	var b strings.Builder
	if !d.Span.IsZero() {
		line, column, _, _ := d.Span.Position()
		fmt.Fprintf(&b, "%s:%d:%d: ", d.Span.File.Name, line, column)
	}
	fmt.Fprintf(&b, "%s: %s", d.Severity, d.Message)
	if snippet := d.Snippet(); snippet != "" {
		for _, line := range strings.Split(snippet, "\n") {
			b.WriteString("\n    " + line)
		}
	}
	if d.Hint != "" {
		b.WriteString("\n  hint: " + d.Hint)
	}
	return b.String()
}
