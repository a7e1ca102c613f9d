package html

import (
	"cmp"
	"html/template"
	"maps"
	"slices"

	"crm2gong/mapping/gong"
	"crm2gong/validate"
)

// page is what the template shows. All texts in it are bounded and plain.
type page struct {
	Policy  string
	Style   template.CSS
	Script  template.JS
	Mapping string
	AsOf    string
	Status  string // ok, warnings, errors
	Verdict string
	Said    string // the verdict in a sentence
	Figures []figure
	// Currency is that of the amounts as written, "" where it is not known.
	Currency string

	Records    []recordRow
	Filters    []leftOut
	MoreLeft   string
	Mend       []mendRow
	References []referenceRow
	MoreRefs   string

	Hidden *hiddenView

	Drift        []driftRow
	MoreDrift    string
	Findings     []findingView
	MoreFindings string
	Severities   []severity

	Deals   *dealsView
	Money   *moneyView
	SignOff *signOffView
	Enums   *valuesView
	Looks   *valuesView
}

// figure is one of the numbers at the top.
type figure struct{ Label, Value, Note, Class string }

// severity is a severity with the number of its findings.
type severity struct {
	Name   string
	Groups int
}

func newPage(r *validate.Report, o Options) *page {
	p := &page{
		Policy: policy(), Style: template.CSS(style), Script: template.JS(script),
		Mapping: name(r.Mapping), AsOf: name(o.AsOf), Status: "errors", Currency: name(r.Currency.Base),
	}
	if p.Mapping == "" {
		p.Mapping = "LDJSON"
	}
	p.verdict(r)
	p.figures(r)
	p.records(r, o)
	p.references(r)
	p.hidden(r)
	p.drift(r)
	p.findings(r)
	p.deals(r)
	p.money(r)
	p.signOff(r)
	p.values(r)
	return p
}

// total sums the counts of all types.
func total(types map[string]validate.Counts) (all validate.Counts) {
	for _, c := range types {
		all.Read += c.Read
		all.Written += c.Written
		all.Filtered += c.Filtered
		all.Rejected += c.Rejected
		all.Merged += c.Merged
	}
	return all
}

func (p *page) verdict(r *validate.Report) {
	t := r.Totals
	switch r.Status {
	case "ok":
		p.Status, p.Verdict = "ok", "Ready: nothing is wrong"
	case "warnings":
		p.Status, p.Verdict = "warnings", "Ready, with "+of(t.Warnings, "warning", "warnings")
	default:
		switch {
		case t.Errors == 0:
			p.Verdict = of(t.Rejected, "record was rejected", "records were rejected")
		default:
			p.Verdict = of(t.Errors, "error", "errors") + " found"
		}
	}
	all, past := total(r.Entities), total(r.History)
	p.Said = of(all.Read+past.Read, "row", "rows") + " gave " + of(all.Written, "record", "records")
	if len(r.History) > 0 {
		p.Said += " and " + of(past.Written, "past version", "past versions")
	}
	p.Said += " fit for Gong"
	if t.Rejected > 0 {
		p.Said += "; " + of(t.Rejected, "was refused", "were refused")
	}
	if n := all.Merged + past.Merged; n > 0 {
		p.Said += "; " + of(n, "was merged into another", "were merged into others")
	}
	if n := all.Filtered + past.Filtered; n > 0 {
		p.Said += "; " + of(n, "row was filtered", "rows were filtered")
	}
	p.Said += "."
	if h := &r.HiddenDeals; h.Records > 0 {
		p.Said += " Gong will not show " + of(h.Records, "deal", "deals") + " with " + grouped(string(h.OpenAmount))
		if p.Currency != "" {
			p.Said += " " + p.Currency
		}
		p.Said += " of open amount, or not where people look."
	}
}

func (p *page) figures(r *validate.Report) {
	t, all, past := r.Totals, total(r.Entities), total(r.History)
	class := func(n int, c string) string {
		if n == 0 {
			return "zero"
		}
		return c
	}
	p.Figures = []figure{
		{"Records written", thousands(all.Written), share(all.Written, all.Written+all.Rejected) + " of those made", class(all.Written, "ok")},
		{"Rejected", thousands(t.Rejected), "Gong would refuse them", class(t.Rejected, "error")},
		{"Errors", thousands(t.Errors), "records concerned", class(t.Errors, "error")},
		{"Warnings", thousands(t.Warnings), "records concerned", class(t.Warnings, "warning")},
		{"Notes", thousands(t.Infos), "records concerned", class(t.Infos, "info")},
	}
	switch {
	case len(r.History) > 0:
		p.Figures[0].Note = "and " + of(past.Written, "past version", "past versions")
	case all.Written+all.Rejected == 0:
		p.Figures[0].Note = "no records were made"
	}
}

// recordRow is the counting equation of one type.
type recordRow struct {
	Type, Name                                       string
	History                                          bool
	Read, Extra, Written, Filtered, Rejected, Merged number
	Bar                                              []part
}

// leftOut is rows that a filter of a type, or a source's where, leaves out.
type leftOut struct {
	From, Filter string
	History      bool
	Rows         number
}

// mendRow is a file of rejected rows.
type mendRow struct {
	Source string
	Ext    string // of the file, with its dot
	Rows   number
}

func (p *page) records(r *validate.Report, o Options) {
	for _, history := range []bool{false, true} {
		counts := r.Entities
		if history {
			counts = r.History
		}
		for _, t := range gong.Types {
			c, ok := counts[t.String()]
			if !ok {
				continue
			}
			row := recordRow{
				Type: t.String(), Name: title(t.String()), History: history,
				Read: count(c.Read), Extra: count(c.Extra), Written: count(c.Written),
				Filtered: count(c.Filtered), Rejected: count(c.Rejected), Merged: count(c.Merged),
				Bar: full(slice{"good", size(c.Written)}, slice{"idle", size(c.Filtered)}, slice{"bad", size(c.Rejected)}, slice{"other", size(c.Merged)}),
			}
			p.Records = append(p.Records, row)
			for _, f := range slices.Sorted(maps.Keys(c.Filters)) {
				if n := c.Filters[f]; n > 0 {
					p.Filters = append(p.Filters, leftOut{From: title(t.String()), Filter: name(f), History: history, Rows: count(n)})
				}
			}
		}
	}
	for _, s := range slices.Sorted(maps.Keys(r.Sources)) {
		if n := r.Sources[s].Dropped; n > 0 {
			p.Filters = append(p.Filters, leftOut{From: "Source " + name(s), Filter: "where: no data rows", Rows: count(n)})
		}
	}
	p.Filters, p.MoreLeft = capped(p.Filters, maxTable, "filter", "filters")
	ext := o.RejectsFormat
	if ext == "" {
		ext = ".csv"
	}
	for _, s := range slices.Sorted(maps.Keys(o.Rejects)) {
		if n := o.Rejects[s]; n > 0 {
			p.Mend = append(p.Mend, mendRow{name(s), ext, count(n)})
		}
	}
	p.Mend, _ = capped(p.Mend, maxTable, "file", "files")
}

// capped cuts a list and says how many more there are.
func capped[T any](list []T, most int, one, many string) ([]T, string) {
	if len(list) <= most {
		return list, ""
	}
	return list[:most], more(len(list)-most, one, many)
}

// referenceRow is how far one reference leads.
type referenceRow struct {
	Name, Target                                     string
	Total, Linked, Empty, Unknown, Invalid, Unjudged number
	Share                                            string
	Open                                             number
	Bar                                              []part
}

func (p *page) references(r *validate.Report) {
	names := slices.Sorted(maps.Keys(r.References))
	slices.SortStableFunc(names, func(a, b string) int { // in Gong's order of types
		return cmp.Compare(typeOrder(a), typeOrder(b))
	})
	names, p.MoreRefs = capped(names, maxTable, "reference", "references")
	for _, n := range names {
		c := r.References[n]
		p.References = append(p.References, referenceRow{
			Name: name(n), Target: title(c.Target), Total: count(c.Total), Linked: count(c.Linked), Empty: count(c.Empty),
			Unknown: count(c.Unknown), Invalid: count(c.Invalid), Unjudged: count(c.Unjudged), Share: share(c.Linked, c.Total),
			Open: decimal(string(c.OpenAmount)),
			Bar: full(slice{"good", size(c.Linked)}, slice{"idle", size(c.Empty)}, slice{"bad", size(c.Unknown)},
				slice{"warn", size(c.Invalid)}, slice{"other", size(c.Unjudged)}),
		})
	}
}

// driftRow is something that is not as in an earlier run.
type driftRow struct{ Subject, Value, Old, New, Message string }

func (p *page) drift(r *validate.Report) {
	for i := range r.Drift[:min(len(r.Drift), maxTable)] {
		d := &r.Drift[i]
		p.Drift = append(p.Drift, driftRow{
			name(d.Subject), plain(d.Value, maxValue), name(d.Old), name(d.New), plain(d.Message, maxSentence),
		})
	}
	p.MoreDrift = more(len(r.Drift)-len(p.Drift), "change", "changes")
}

func typeOrder(reference string) int {
	for i, t := range gong.Types {
		if s := t.String(); len(reference) > len(s) && reference[:len(s)+1] == s+"." {
			return i
		}
	}
	return len(gong.Types)
}
