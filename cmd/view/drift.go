package view

import (
	"fmt"
	"io"

	"crm2gong/validate"
)

// Drift writes for people how the data are not like those of an earlier run.
func Drift(w io.Writer, against string, list []validate.Drift) {
	if len(list) == 0 {
		fmt.Fprintf(w, "\nlike %s: the same columns and values, counts within bounds\n", against)
		return
	}
	fmt.Fprintf(w, "\nnot like %s\n", against)
	for i := range list {
		fmt.Fprintf(w, "  %s\n", list[i].Message)
	}
}
