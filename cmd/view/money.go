package view

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strconv"

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
	fmt.Fprintln(tw, "currency\tamounts\ttotal\tconverted\trounding\trates from\tto\toldest, days\t")
	all := 0
	for _, name := range sortedKeys(c.Rates) {
		u := c.Rates[name]
		all += u.Count
		age := ""
		if u.From != "" {
			age = strconv.Itoa(u.MaxAgeDays)
		}
		fmt.Fprintf(tw, "%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\t\n",
			name, u.Count, c.SourceTotal[name], c.Converted[name], c.Rounding[name], u.From, u.To, age)
	}
	fmt.Fprintf(tw, "in %s\t%d\t\t%s\t\t\t\t\t\n", c.Base, all, c.ConvertedTotal)
	tw.Flush()
}

// maxStageRows is how many stages the table of deals shows.
const maxStageRows = 20

// dealsTable shows the deals written, by status and by stage.
func dealsTable(w io.Writer, r *validate.Report) {
	d := &r.Deals
	if len(d.ByStatus) == 0 {
		return
	}
	fmt.Fprintln(w)
	tw := table(w)
	fmt.Fprintln(tw, "deals written\tnumber\tamount\t")
	row := func(name string, s validate.DealSum) {
		fmt.Fprintf(tw, "%s\t%d\t%s\t\n", name, s.Count, s.Amount)
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
			fmt.Fprintf(tw, "… and %s in report.json\t\t\t\n", Count(len(ids)-i, "stage", "stages"))
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
}
