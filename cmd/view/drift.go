package view

import (
	"fmt"
	"io"

	"crm2gong/validate"
)

// maxDrifts is how many lines tell of one kind of change in one source, enum or
// lookup: a lookup that every record misses has one for each.
const maxDrifts = 10

// Drift writes for people how the data are not like those of an earlier run, up
// to ten changes of one kind and subject; the report in JSON has them all.
func Drift(w io.Writer, against string, list []validate.Drift) {
	w = Terminal(w)
	if len(list) == 0 {
		fmt.Fprintf(w, "\nlike %s: the same columns and values, counts within bounds\n", against)
		return
	}
	fmt.Fprintf(w, "\nnot like %s\n", against)
	for i := 0; i < len(list); {
		end := i + 1
		for end < len(list) && list[end].Kind == list[i].Kind && list[end].Subject == list[i].Subject {
			end++
		}
		shown := min(end, i+maxDrifts)
		if end == shown+1 {
			shown = end // one line more instead of a line that says so
		}
		for _, d := range list[i:shown] {
			fmt.Fprintf(w, "  %s\n", d.Message)
		}
		if end > shown {
			fmt.Fprintf(w, "  … and %d more of %s\n", end-shown, driftOf(&list[i]))
		}
		i = end
	}
}

// driftOf names what several drifts of one kind and subject are about.
func driftOf(d *validate.Drift) string {
	switch d.Kind {
	case "column-new":
		return "the new columns of source " + d.Subject
	case "column-gone":
		return "the columns that source " + d.Subject + " lacks"
	case "enum-value-new":
		return "the values that enum " + d.Subject + " meets for the first time"
	case "lookup-miss-new":
		return "the values for which lookup " + d.Subject + " has no row"
	}
	return d.Subject
}
