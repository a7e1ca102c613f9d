package view

import (
	"fmt"
	"io"
	"strings"

	"crm2gong/validate"
)

// hiddenTable shows what Gong takes and will not show, why, and what helps.
func hiddenTable(w io.Writer, r *validate.Report) {
	if len(r.Hidden) == 0 {
		return
	}
	fmt.Fprintln(w, "\nwhat Gong will not show, or not where people look")
	tw := table(w)
	fmt.Fprintln(tw, "reason\trecords\topen amount\t")
	for i := range r.Hidden {
		h := &r.Hidden[i]
		records, open := fmt.Sprint(h.Records), string(h.OpenAmount)
		if h.Entity != "DEAL" || h.Reason == "field-not-in-schema" {
			open = "-"
		}
		if h.Records == 0 {
			records = "-"
		}
		fmt.Fprintf(tw, "%s\t%s\t%s\t\n", hiddenName(h), records, open)
	}
	if n := r.HiddenDeals.Records; n > 0 {
		fmt.Fprintf(tw, "deals in all, each once\t%d\t%s\t\n", n, r.HiddenDeals.OpenAmount)
	}
	tw.Flush()
	for i := range r.Hidden {
		h := &r.Hidden[i]
		fmt.Fprintf(w, "  %s: %s", hiddenName(h), h.Effect)
		if ids := exampleIDs(h.Examples); ids != "" {
			fmt.Fprintf(w, " (%s)", ids)
		}
		fmt.Fprintf(w, "; %s\n", h.Remedy)
	}
}

func hiddenName(h *validate.Hidden) string {
	switch h.Reason {
	case "field-not-in-schema":
		return h.Entity + "." + h.Field + " not in the schema"
	case "missing-mandatory":
		return "user without an e-mail address"
	}
	return h.Reason
}

// exampleIDs lists the ids of examples.
func exampleIDs(list []validate.Example) string {
	var ids []string
	for i := range list {
		if list[i].ObjectID != "" {
			ids = append(ids, "id "+list[i].ObjectID)
		}
	}
	return strings.Join(ids, ", ")
}
