package view

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"crm2gong/mapping/diag"
	"crm2gong/validate"
)

// moneyTable shows what was converted: the amounts before and after, the rates
// and their greatest age, and what rounding did.
func moneyTable(w io.Writer, r *validate.Report) {
	c := &r.Currency
	if len(c.Rates) == 0 {
		return
	}
	fmt.Fprintln(w)
	tw := table(w)
	fmt.Fprintf(tw, "currency\tamounts\ttotal\tnot in deals\t%s\trounding\trates from\tto\toldest, days\t\n", inCurrency("converted to", c.Base))
	all := 0
	for _, name := range sortedKeys(c.Rates) {
		u := c.Rates[name]
		all += u.Count
		age := ""
		if u.From != "" {
			age = strconv.Itoa(u.MaxAgeDays)
		}
		fmt.Fprintf(tw, "%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t\n",
			name, u.Count, c.SourceTotal[name], c.OutsideDeals[name], c.Converted[name], c.Rounding[name], u.From, u.To, age)
	}
	fmt.Fprintf(tw, "in all\t%d\t\t\t%s\t%s\t\t\t\t\n", all, c.ConvertedTotal, c.RoundingTotal)
	tw.Flush()
}

// maxCurrencies is how many currencies the table of deals shows.
const maxCurrencies = 6

// maxStageRows is how many stages the table of deals shows.
const maxStageRows = 20

// dealsTable shows the deals written, by status and by stage: the amounts as
// written, and before their conversion in each currency.
func dealsTable(w io.Writer, r *validate.Report) {
	d := &r.Deals
	if len(d.ByStatus) == 0 {
		return
	}
	fmt.Fprintln(w)
	tw := table(w)
	before := sortedKeys(r.Currency.Rates)
	more := max(0, len(before)-maxCurrencies)
	before = before[:len(before)-more]
	fmt.Fprintf(tw, "deals written\tnumber\t%s\t", inCurrency("amount", r.Currency.Base))
	for i, name := range before {
		if i == 0 {
			fmt.Fprint(tw, "before: ")
		}
		fmt.Fprintf(tw, "%s\t", name)
	}
	fmt.Fprintln(tw)
	row := func(name string, s validate.DealSum) {
		fmt.Fprintf(tw, "%s\t%d\t%s\t", name, s.Count, s.Amount)
		for _, currency := range before {
			fmt.Fprintf(tw, "%s\t", s.Before[currency])
		}
		fmt.Fprintln(tw)
	}
	for _, status := range []string{"OPEN", "WON", "LOST", ""} {
		if s, ok := d.ByStatus[status]; ok {
			row(cmp.Or(status, "no status"), s)
		}
	}
	ids := sortedKeys(d.ByStage)
	slices.SortStableFunc(ids, func(a, b string) int {
		x, _ := strconv.Atoi(d.ByStage[a].SortOrder)
		y, _ := strconv.Atoi(d.ByStage[b].SortOrder)
		return cmp.Compare(x, y)
	})
	for i, id := range ids {
		if i == maxStageRows {
			fmt.Fprintf(tw, "… and %s in report.json\t\t\t%s\n", Count(len(ids)-i, "stage", "stages"), strings.Repeat("\t", len(before)))
			break
		}
		s := d.ByStage[id]
		name := "no stage"
		if id != "" {
			name = "stage " + diag.Quote(cmp.Or(s.Name, id))
		}
		row(name, s.DealSum)
	}
	if d.OtherStages.Count > 0 {
		row("other stages", d.OtherStages)
	}
	tw.Flush()
	left := 0
	for _, s := range d.ByStatus {
		left += s.LeftOut
	}
	if left > 0 {
		fmt.Fprintf(w, "  the amount of %s was left out by onError: omit and is in no sum\n", Count(left, "deal", "deals"))
	}
	if more > 0 {
		fmt.Fprintf(w, "  amounts before conversion of %s in report.json\n", Count(more, "more currency", "more currencies"))
	}
}
