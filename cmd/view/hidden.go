package view

import (
	"fmt"
	"io"

	"crm2gong/validate"
)

// hiddenTable shows what Gong takes and will not show, and why. The findings
// tell the records and what helps.
func hiddenTable(w io.Writer, r *validate.Report) {
	if len(r.Hidden) == 0 {
		return
	}
	fmt.Fprintln(w, "\nwhat Gong will not show, or not where people look")
	tw := table(w)
	fmt.Fprintln(tw, "records\topen amount\t")
	for i := range r.Hidden {
		h := &r.Hidden[i]
		records, open := fmt.Sprint(h.Records), string(h.OpenAmount)
		if h.Entity != "DEAL" || h.Reason == "field-not-in-schema" {
			open = ""
		}
		if h.Records == 0 {
			records = ""
		}
		fmt.Fprintf(tw, "%s\t%s\t  %s: %s\n", records, open, hiddenName(h), h.Effect)
	}
	if n := r.HiddenDeals.Records; n > 0 {
		fmt.Fprintf(tw, "%d\t%s\t  deals in all, each counted once\n", n, r.HiddenDeals.OpenAmount)
	}
	tw.Flush()
}

func hiddenName(h *validate.Hidden) string {
	if h.Reason == "field-not-in-schema" {
		return h.Reason + " " + h.Entity + "." + h.Field
	}
	return h.Reason
}
