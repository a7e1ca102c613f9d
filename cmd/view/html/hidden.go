package html

import (
	"crm2gong/validate"
)

// hiddenView shows what Gong takes and does not show.
type hiddenView struct {
	Currency string
	Rows     []hiddenRow
	More     string
	Deals    *totalRow // each deal counted once; nil without one
}

// hiddenRow is one reason.
type hiddenRow struct {
	Reason, Of     string // the rule, and the type or field concerned
	Records, Open  number // Raw is "" where there is none
	Effect, Remedy string
	Examples       []hiddenExample
}

type hiddenExample struct{ Record, Place string }

func (p *page) hidden(r *validate.Report) {
	if len(r.Hidden) == 0 {
		return
	}
	v := &hiddenView{Currency: p.Currency}
	list, more := capped(r.Hidden, maxTable, "reason", "reasons")
	v.More = more
	for i := range list {
		h := &list[i]
		row := hiddenRow{
			Reason: name(h.Reason), Of: title(h.Entity), Effect: plain(h.Effect, maxSentence), Remedy: plain(h.Remedy, maxSentence),
		}
		if h.Reason == "field-not-in-schema" {
			row.Of = name(h.Entity)
			if h.Field != "" {
				row.Of += "." + name(h.Field)
			}
		} else if h.Entity == "DEAL" {
			row.Open = decimal(string(h.OpenAmount))
		}
		if h.Records > 0 {
			row.Records = count(h.Records)
		}
		for k := range h.Examples[:min(len(h.Examples), minExamples)] {
			x := exampleOf(&h.Examples[k])
			if x.Row != "" {
				x.Place += " row " + x.Row
			}
			row.Examples = append(row.Examples, hiddenExample{x.Record, x.Place})
		}
		v.Rows = append(v.Rows, row)
	}
	if h := &r.HiddenDeals; h.Records > 0 {
		v.Deals = &totalRow{Count: count(h.Records), Amount: decimal(string(h.OpenAmount))}
	}
	p.Hidden = v
}
