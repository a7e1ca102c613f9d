package cmd

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"

	"golang.org/x/text/currency"

	"crm2gong/mapping"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
	"crm2gong/transform"
	"crm2gong/transform/lookup"
	"crm2gong/validate"
)

// makeReport joins what the rules found with what the run counted.
func (j *job) makeReport() *validate.Report {
	logHeaders(j.sum.Log, j.plan)
	r := j.rules.Report(j.sum.Log)
	r.Mapping, r.State = filepath.Base(j.path), j.state
	r.Entities, r.History = map[string]validate.Counts{}, map[string]validate.Counts{}
	for _, t := range j.sum.Types {
		r.Entities[t.String()] = counts(&j.sum.Counts[t])
	}
	for i := range j.sum.History {
		r.History[j.sum.History[i].Type.String()] = counts(&j.sum.History[i].Counts)
	}
	r.Enums, r.Lookups, r.Sources = map[string]validate.EnumUse{}, map[string]validate.LookupUse{}, map[string]validate.SourceUse{}
	for _, u := range j.sum.Enums {
		r.Enums[u.Name] = validate.EnumUse{Used: u.Used, Defaulted: u.Defaulted, Unmapped: u.Unmapped}
	}
	for _, u := range j.sum.Lookups {
		r.Lookups[u.Name] = validate.LookupUse{Hits: u.Hits, Misses: u.Misses, Missing: u.Missing}
	}
	for name, n := range j.sum.Dropped {
		r.Sources[name] = validate.SourceUse{Dropped: n}
	}
	r.Notes = j.sum.Notes
	if j.sum.Money != nil {
		r.Currency = money(j.sum.Money, j.mapping.Currency.Base, r.Deals.ByStatus)
	}
	r.Finish()
	return r
}

// logHeaders notes the columns whose header differs in case or blanks.
func logHeaders(log *finding.Log, p *mapping.Plan) {
	for _, h := range p.HeaderDiffers {
		g := log.Add(finding.Key{Code: "header-differs", Detail: h.Source})
		g.Value(h.Have)
		if log.Wants(g) {
			g.Examples = append(g.Examples, finding.Example{
				Value: h.Have, Reason: "the mapping says " + value.Quote(h.Want),
				Origin: gong.Origin{Source: h.Source}, Column: h.Have,
			})
		}
	}
}

func counts(c *transform.Counts) validate.Counts {
	v := validate.Counts{
		Read: c.Read, Filtered: c.Filtered, Rejected: c.Rejected, Merged: c.Merged, Extra: c.Extra, Written: c.Written,
		Filters: map[string]int{},
	}
	for _, f := range c.Filters {
		v.Filters[f.Name] = f.Rows
	}
	return v
}

// money tells what was converted; deals are those written, by status.
func money(m *lookup.Money, base string, deals map[string]validate.DealSum) validate.CurrencyUse {
	by, total := m.Use()
	u := validate.CurrencyUse{
		Rates: map[string]validate.RateUse{}, SourceTotal: map[string]string{}, ConvertedTotal: amount(total, base),
		Converted: map[string]string{}, Rounding: map[string]string{}, OutsideDeals: map[string]string{}, Base: base,
	}
	rounding := value.OfInt(0)
	for cur, x := range by {
		if x.Count == 0 {
			continue
		}
		if sum, err := value.Add(rounding, x.Rounding); err == nil {
			rounding = sum
		}
		r := validate.RateUse{Count: x.Count, MaxAgeDays: int(x.MaxAge)}
		u.MaxAgeDays = max(u.MaxAgeDays, r.MaxAgeDays)
		if x.Dated {
			r.From, r.To = string(value.OfDate(x.From).Append(nil)), string(value.OfDate(x.To).Append(nil))
		}
		u.Rates[cur] = r
		u.SourceTotal[cur], u.Converted[cur] = amount(x.Source, cur), amount(x.Converted, base)
		u.Rounding[cur] = string(x.Rounding.AppendNumber(nil))
		u.OutsideDeals[cur] = amount(outside(x.Source, cur, deals), cur)
	}
	u.RoundingTotal = string(rounding.AppendNumber(nil))
	return u
}

// outside is what of a currency's total is in no deal's amount.
func outside(total value.Value, cur string, deals map[string]validate.DealSum) value.Value {
	for _, d := range deals {
		if n, ok := value.ParseNumber(string(d.Before[cur])); ok {
			if rest, err := value.Sub(total, n); err == nil {
				total = rest
			}
		}
	}
	return total
}

// amount writes a sum of money with at least the digits of its currency's
// minor unit (ISO 4217).
func amount(v value.Value, cur string) string {
	digits := 2
	if unit, err := currency.ParseISO(cur); err == nil {
		digits, _ = currency.Standard.Rounding(unit)
	}
	s := string(v.AppendNumber(nil))
	whole, fraction, _ := strings.Cut(s, ".")
	for len(fraction) < digits {
		fraction += "0"
	}
	if fraction == "" {
		return whole
	}
	return whole + "." + fraction
}

// printReport prints report.json.
func (p *program) printReport(r *validate.Report) error {
	text, err := r.JSON()
	if err != nil {
		return err
	}
	_, err = p.out.Write(text)
	return err
}

// printJSON prints one indented document.
func (p *program) printJSON(v any) error {
	text, err := indented(v)
	if err != nil {
		return err
	}
	_, err = p.out.Write(text)
	return err
}

// indented gives a document in JSON, two blanks deep, without escaping for
// HTML.
func indented(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	err := e.Encode(v)
	return b.Bytes(), err
}
