package view

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"crm2gong/mapping/gong"
	"crm2gong/upload"
)

// maxFailedLines is how many refused lines are shown of one upload, unless it
// is the only one asked for.
const maxFailedLines = 20

func leftTable(w io.Writer) *tabwriter.Writer { return tabwriter.NewWriter(w, 0, 0, 2, ' ', 0) }

// Printable keeps a text of others from moving the cursor about.
func Printable(s string) string { return printable(s) }

// Receipt writes what became of an upload.
func Receipt(w io.Writer, r *upload.Receipt) { receipt(w, r, maxFailedLines) }

func receipt(w io.Writer, r *upload.Receipt, most int) {
	w = Terminal(w)
	switch {
	case r.Upload == "" && r.Outcome == upload.Nothing:
		fmt.Fprintln(w, "nothing to send")
	case r.Upload == "" && r.Outcome == upload.Done:
		fmt.Fprintln(w, "the custom fields were sent; there are no records to send")
	case r.Upload == "":
		fmt.Fprintf(w, "%s\n", r.Outcome)
	default:
		fmt.Fprintf(w, "upload %s to integration %s: %s\n", r.Upload, r.Integration, r.Outcome)
	}
	if !r.Started.IsZero() {
		fmt.Fprintf(w, "  began %s", r.Started.UTC().Format(time.RFC3339))
		if !r.Ended.IsZero() {
			fmt.Fprintf(w, ", ended %s", r.Ended.UTC().Format(time.RFC3339))
		}
		fmt.Fprintln(w)
	}
	if len(r.Parts) > 0 {
		t := table(w)
		fmt.Fprintln(t, "type\tlines\tbytes\ttaken\trefused\tstate\t")
		for _, p := range r.Parts {
			fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%s\t\n", p.Type, p.Lines, p.Bytes, p.Taken, p.Failed, p.State)
		}
		t.Flush()
	}
	if n := len(r.FailedLines); n > 0 {
		fmt.Fprintf(w, "\n%s refused by Gong:\n", Count(n, "line", "lines"))
		for i := range r.FailedLines {
			if i == most {
				fmt.Fprintf(w, "  and %d more: crm2gong status %s\n", n-most, r.Upload)
				break
			}
			f := &r.FailedLines[i]
			fmt.Fprintf(w, "  %s %s (%s): %s\n", f.Type, printable(f.ObjectID), failedPlace(f), printable(f.Description))
		}
	}
	if r.FailedUnnamed > 0 {
		fmt.Fprintf(w, "%s refused that Gong did not name\n", Count(r.FailedUnnamed, "line", "lines"))
	}
	for _, path := range r.Rejects {
		fmt.Fprintf(w, "their rows: %s\n", path)
	}
	warnings(w, r.Warnings)
}

func failedPlace(f *upload.FailedLine) string {
	place := f.File
	if place == "" {
		place = f.Source
	}
	switch {
	case place == "":
		return fmt.Sprintf("line %d", f.Line)
	case f.Row == 0:
		return place
	case f.Sheet != "":
		return fmt.Sprintf("%s ▸ %s row %d", place, f.Sheet, f.Row)
	}
	return fmt.Sprintf("%s row %d", place, f.Row)
}

func warnings(w io.Writer, list []string) {
	for _, text := range list {
		fmt.Fprintf(w, "warning: %s\n", printable(text))
	}
}

// History writes past uploads, one with all of its refused lines.
func History(w io.Writer, h *upload.History, one bool) {
	w = Terminal(w)
	most := maxFailedLines
	if one {
		most = 1 << 62
	}
	for i, r := range h.Uploads {
		if i > 0 {
			fmt.Fprintln(w)
		}
		receipt(w, r, most)
		if r.Message != "" {
			fmt.Fprintf(w, "%s\n", printable(r.Message))
		}
	}
}

// Plan writes what an upload would do.
func Plan(w io.Writer, p *upload.Plan) {
	w = Terminal(w)
	fmt.Fprintf(w, "integration %s\n", p.Integration)
	if len(p.Entities) > 0 {
		t := table(w)
		fmt.Fprintln(t, "type\tnew\tchanged\tunchanged\tdeleted\tfiles\tbytes\t")
		for _, typ := range gong.Types {
			if e := p.Entities[typ.String()]; e != nil {
				fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t\n", typ, e.New, e.Changed, e.Unchanged, e.Deleted, e.Parts, e.Bytes)
			}
		}
		t.Flush()
	}
	for _, typ := range gong.Types {
		if h := p.History[typ.String()]; h != nil {
			fmt.Fprintf(w, "history of %s: %d new, %d sent before, %s, %d bytes\n", typ, h.New, h.Unchanged, Count(h.Parts, "file", "files"), h.Bytes)
		}
	}
	if len(p.Schema) > 0 {
		fmt.Fprintf(w, "custom fields to compare: %s\n", strings.Join(p.Schema, ", "))
	}
	if p.Calls.Needed == 0 {
		fmt.Fprintln(w, "nothing to send")
	} else {
		fmt.Fprintf(w, "calls: at least %d; %d of the day's %d are used\n", p.Calls.Needed, p.Calls.UsedToday, p.Calls.PerDay)
	}
	warnings(w, p.Warnings)
}

// Verification writes how the records at Gong compare with those sent.
func Verification(w io.Writer, v *upload.Verification) {
	w = Terminal(w)
	fmt.Fprintf(w, "integration %s\n", v.Integration)
	t := table(w)
	fmt.Fprintln(t, "type\tasked\tsame\tdifferent\tmissing\t")
	for _, typ := range gong.Types {
		if n := v.Types[typ.String()]; n != nil {
			fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t\n", typ, n.Asked, n.Same, n.Different, n.Missing)
		}
	}
	t.Flush()
	for i, d := range v.Differences {
		if i == maxFailedLines {
			fmt.Fprintf(w, "  and %d more; --json has all\n", len(v.Differences)-i)
			break
		}
		if d.Field == "" {
			fmt.Fprintf(w, "  %s %s: Gong does not have it\n", d.Type, printable(d.ObjectID))
			continue
		}
		fmt.Fprintf(w, "  %s %s: %s is %s, sent was %s\n", d.Type, printable(d.ObjectID), printable(d.Field), printable(string(d.Gong)), printable(string(d.Sent)))
	}
	if v.Recent {
		fmt.Fprintln(w, "the last upload is less than 30 minutes old: Gong may not show it yet")
	}
}

// Schema writes how custom fields compare with Gong's.
func Schema(w io.Writer, r *upload.SchemaReport, pushed bool) {
	w = Terminal(w)
	fmt.Fprintf(w, "integration %s\n", r.Integration)
	for _, typ := range gong.Types {
		c := r.Types[typ.String()]
		if c == nil {
			continue
		}
		t := leftTable(w)
		fmt.Fprintf(t, "%s\n", typ)
		for _, x := range []struct {
			what  string
			names []string
		}{{"add", c.Add}, {"change", c.Change}, {"same", c.Same}, {"keep", c.Keep}} {
			if len(x.names) > 0 {
				fmt.Fprintf(t, "  %s\t%s\n", x.what, printable(strings.Join(x.names, ", ")))
			}
		}
		for _, d := range c.Destroy {
			fmt.Fprintf(t, "  data lost\t%s: %s\n", printable(d.Field), printable(d.Reason))
		}
		t.Flush()
	}
	switch {
	case r.Sent:
		fmt.Fprintln(w, "sent")
	case pushed:
		fmt.Fprintln(w, "nothing to send")
	}
}

// Integrations writes what is registered.
func Integrations(w io.Writer, l *upload.IntegrationList) {
	w = Terminal(w)
	if len(l.Integrations) == 0 {
		fmt.Fprintln(w, "no integration")
	}
	for _, i := range l.Integrations {
		fmt.Fprintf(w, "%d  %s  %s\n", i.ID, printable(i.Name), printable(i.OwnerEmail))
	}
	if l.Note != "" {
		fmt.Fprintf(w, "note: %s\n", printable(l.Note))
	}
}
