package html

import (
	"cmp"
	"maps"
	"slices"

	"crm2gong/validate"
)

// moneyView shows what was converted.
type moneyView struct {
	Base                       string
	Rows                       []moneyRow
	More                       string
	Count, Converted, Rounding number
	Age                        number // of the oldest rate, in days; Raw is "" without dated rates
}

// moneyRow is one currency.
type moneyRow struct {
	Currency                                   string
	Count, Total, Outside, Converted, Rounding number
	Rates                                      []string // the parts that may stand on lines of their own
	Age                                        number
}

func (p *page) money(r *validate.Report) {
	c := &r.Currency
	names := slices.Collect(maps.Keys(c.Rates))
	if len(names) == 0 {
		return
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(c.Rates[b].Count, c.Rates[a].Count), cmp.Compare(a, b))
	})
	v := &moneyView{Base: p.Currency, Converted: decimal(c.ConvertedTotal), Rounding: decimal(c.RoundingTotal)}
	all := 0
	for _, u := range c.Rates {
		all += u.Count
		if u.From != "" {
			v.Age = count(c.MaxAgeDays)
		}
	}
	v.Count = count(all)
	names, v.More = capped(names, maxTable, "currency", "currencies")
	for _, n := range names {
		u := c.Rates[n]
		row := moneyRow{
			Currency: name(n), Count: count(u.Count), Total: decimal(c.SourceTotal[n]), Outside: decimal(c.OutsideDeals[n]),
			Converted: decimal(c.Converted[n]), Rounding: decimal(c.Rounding[n]),
		}
		if about(row.Outside.Raw) == 0 {
			row.Outside.Raw = "0" // which is dimmed
		}
		if u.From != "" {
			row.Age = count(u.MaxAgeDays)
		}
		switch {
		case n == c.Base:
			row.Rates = []string{"none", "needed"}
		case u.From == "":
			row.Rates = []string{"without", "a date"}
		case u.From == u.To:
			row.Rates = []string{"of", name(u.From)}
		default:
			row.Rates = []string{name(u.From), "to", name(u.To)}
		}
		v.Rows = append(v.Rows, row)
	}
	p.Money = v
}

// signOffView is what finance signs: the control totals of the run.
type signOffView struct {
	Currency string
	Rows     []totalRow
}

// totalRow is one total. Count has no Raw where there is none.
type totalRow struct {
	Name          string
	Count, Amount number
}

func (p *page) signOff(r *validate.Report) {
	if p.Deals == nil && p.Money == nil {
		return
	}
	v := &signOffView{Currency: p.Currency}
	if m := p.Money; m != nil {
		v.Rows = append(v.Rows, totalRow{"Amounts converted", m.Count, m.Converted}, totalRow{Name: "of it by rounding", Amount: m.Rounding})
	}
	if d := p.Deals; d != nil {
		v.Rows = append(v.Rows, totalRow{"Deals written", d.Count, d.Amount})
		for _, s := range d.Status {
			v.Rows = append(v.Rows, totalRow{"of them: " + s.Name, s.Count, s.Amount})
		}
		v.Rows = append(v.Rows, totalRow{"Deals that Gong will not show, and their open amount", count(r.HiddenDeals.Records), decimal(string(r.HiddenDeals.OpenAmount))})
	}
	p.SignOff = v
}
