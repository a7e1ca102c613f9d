package view

import (
	"fmt"
	"io"
	"strings"

	"crm2gong/validate"
)

// Hidden shows what Gong takes and will not show, or not where people look:
// for each reason the records, the open amount, examples and the remedy. It
// writes nothing where all will be shown.
func Hidden(w io.Writer, r *validate.Report) {
	if len(r.Hidden) == 0 {
		return
	}
	w = Terminal(w)
	fmt.Fprintln(w, "\nwhat Gong will not show, or not where people look")
	tw := table(w)
	fmt.Fprintf(tw, "records\t%s\t\n", inCurrency("open amount", r.Currency.Base))
	for i := range r.Hidden {
		h := &r.Hidden[i]
		records, open := fmt.Sprint(h.Records), string(h.OpenAmount)
		if h.Entity != "DEAL" || h.Reason == fieldUnlisted {
			open = ""
		}
		if h.Records == 0 {
			records = ""
		}
		fmt.Fprintf(tw, "%s\t%s\t  %s: %s\n", records, open, hiddenName(h), h.Effect)
		if names := hiddenExamples(h); names != "" {
			fmt.Fprintf(tw, "\t\t    such as %s\n", names)
		}
		fmt.Fprintf(tw, "\t\t    remedy: %s\n", h.Remedy)
	}
	if n := r.HiddenDeals.Records; n > 0 {
		fmt.Fprintf(tw, "%d\t%s\t  deals in all, each counted once\n", n, r.HiddenDeals.OpenAmount)
	}
	tw.Flush()
}

const fieldUnlisted = "field-not-in-schema"

// hiddenName names the reason, and the records where it is not their name that
// tells them.
func hiddenName(h *validate.Hidden) string {
	switch h.Reason {
	case fieldUnlisted:
		if h.Field == "" {
			return h.Reason + " " + h.Entity + ", other fields"
		}
		return h.Reason + " " + h.Entity + "." + printable(h.Field)
	case "missing-mandatory", "user-email-shared":
		return h.Reason + " of " + h.Entity
	}
	return h.Reason
}

// hiddenExamples names records and where they were read.
func hiddenExamples(h *validate.Hidden) string {
	var list []string
	for i := range h.Examples {
		e := &h.Examples[i]
		name, place := printable(e.ObjectID), Place(e)
		switch {
		case name == "":
			name = place
		case place != "":
			name += " (" + place + ")"
		}
		if name != "" {
			list = append(list, name)
		}
	}
	return strings.Join(list, ", ")
}

// inCurrency says of what currency a column's amounts are, where that is known.
func inCurrency(what, currency string) string {
	if currency == "" {
		return what
	}
	return what + " " + currency
}
