package validate

import (
	"bytes"
	"cmp"
	"encoding/json"
	"maps"
	"slices"

	"crm2gong/mapping"
	"crm2gong/mapping/diag"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
)

// Report is what a run found and counted: the document report.json.
type Report struct {
	FormatVersion int                  `json:"format_version"`
	Mapping       string               `json:"mapping"` // path as given; "" for ready-made LDJSON
	Status        string               `json:"status"`  // ok, warnings, errors
	Entities      map[string]Counts    `json:"entities"`
	History       map[string]Counts    `json:"history"`
	References    map[string]Coverage  `json:"references"`
	Findings      []Finding            `json:"findings"`
	Enums         map[string]EnumUse   `json:"enums"`
	Lookups       map[string]LookupUse `json:"lookups"`
	Currency      CurrencyUse          `json:"currency"`
	Deals         DealSums             `json:"deals"`
	Hidden        []Hidden             `json:"hidden"`       // reasons for which Gong does not show records
	HiddenDeals   HiddenDeals          `json:"hidden_deals"` // the deals among them, each once
	Sources       map[string]SourceUse `json:"sources"`
	Totals        Totals               `json:"totals"`
	// Notes are what a reader should know of each source, such as hidden sheets.
	Notes map[string][]string `json:"notes,omitempty"`
	// State is the integration whose earlier uploads were known to the rules, ""
	// if none were.
	State string `json:"state,omitempty"`
	// Drift is set where the data were compared with those of an earlier run.
	Drift []Drift `json:"drift,omitempty"`
}

// FormatVersion is the version of the documents that this package writes.
const FormatVersion = 1

// Counts is what became of the rows of one type. Always
// Read + Extra = Written + Filtered + Rejected + Merged.
type Counts struct {
	Read     int            `json:"read"`     // rows
	Filtered int            `json:"filtered"` // rows left out by filters
	Rejected int            `json:"rejected"` // entities refused
	Merged   int            `json:"merged"`   // entities that another of the same id stands for
	Extra    int            `json:"extra"`    // entities that forEach made beyond one a row
	Written  int            `json:"written"`  // entities
	Filters  map[string]int `json:"filters"`  // rows left out, by the filter's name
}

// Coverage is how far a reference leads to records. Always
// Total = Linked + Empty + Unknown + Invalid + Unjudged.
type Coverage struct {
	Target   string `json:"target"`
	Total    int    `json:"total"`    // records written, without deletions
	Linked   int    `json:"linked"`   // the target is written, or was sent before
	Empty    int    `json:"empty"`    // the source gave no value
	Unknown  int    `json:"unknown"`  // no such record
	Invalid  int    `json:"invalid"`  // left out, since the value did not fit
	Unjudged int    `json:"unjudged"` // nothing is known of the target type
	// OpenAmount is the sum of the amounts of open deals behind the unknown.
	OpenAmount json.Number `json:"open_amount"`
}

// Finding is one group of like things found.
type Finding struct {
	Code     string    `json:"code"`
	Severity string    `json:"severity"` // info, warning, error
	Entity   string    `json:"entity"`   // object type, "" if none
	Field    string    `json:"field"`
	Count    int       `json:"count"`    // records concerned
	Distinct int       `json:"distinct"` // values concerned
	Cause    string    `json:"cause"`
	Detail   string    `json:"detail"`
	Summary  string    `json:"summary"`
	Hint     string    `json:"hint"`
	Rejects  bool      `json:"rejects"` // the records were left out
	History  bool      `json:"history"` // the records are past versions
	Examples []Example `json:"examples"`

	target    gong.ObjectType
	policy    mapping.Dangling
	hints     []string // in the words of what refused the values
	unsettled int      // how many are counted without a look at their cause
}

// Example is one record to look at.
type Example struct {
	ObjectID string `json:"objectId"`
	Value    string `json:"value"`
	Text     string `json:"text"`   // the cell's text, where the value was made from it
	Reason   string `json:"reason"` // what is wrong with this one
	Source   string `json:"source"` // path as the mapping names it; the source's name for a table in the mapping
	Sheet    string `json:"sheet"`
	Row      int    `json:"row"`  // as a spreadsheet shows it, from 1
	Line     int    `json:"line"` // physical line of a text file, 0 where not known
	Column   string `json:"column"`
	Cell     string `json:"cell"`
}

// EnumUse is how an enum was used: evaluations by value.
type EnumUse struct {
	Used      map[string]int `json:"used"`      // values with an entry
	Defaulted map[string]int `json:"defaulted"` // values that took the default
	Unmapped  map[string]int `json:"unmapped"`  // values that had neither
}

// LookupUse is how a lookup was used, in evaluations.
type LookupUse struct {
	Hits    int            `json:"hits"`
	Misses  int            `json:"misses"`
	Missing map[string]int `json:"missing"` // misses by key
}

// CurrencyUse is how amounts were converted.
type CurrencyUse struct {
	Rates map[string]RateUse `json:"rates"` // by currency
	// SourceTotal is the sum of the amounts by their own currency, and
	// ConvertedTotal that of the results, as exact decimals.
	SourceTotal    map[string]string `json:"source_total"`
	ConvertedTotal string            `json:"converted_total"`
	// Converted is the sum of the results by the currency they were made from:
	// together they are ConvertedTotal. Rounding is how much that is above the
	// sum of the results before they were rounded.
	Converted map[string]string `json:"converted"`
	Rounding  map[string]string `json:"rounding"`
	// RoundingTotal is the sum of Rounding.
	RoundingTotal string `json:"rounding_total"`
	// OutsideDeals is the part of SourceTotal that is in the amount of no deal
	// written: of custom fields, past versions, and records that were left out.
	// With DealSum.Before over all stages, or all statuses, it is SourceTotal.
	OutsideDeals map[string]string `json:"outside_deals"`
	// MaxAgeDays is the age of the oldest rate on the day that it was used for.
	MaxAgeDays int `json:"max_age_days"`
	// Base is the currency that amounts were converted to, "" without one.
	Base string `json:"base"`
}

// RateUse is how often a currency was converted and which rates were used.
type RateUse struct {
	Count int    `json:"count"`
	From  string `json:"from"` // date of the oldest rate used, "" for undated rates
	To    string `json:"to"`
	// MaxAgeDays is the greatest number of days between a rate and the day that
	// it was used for; 0 for undated rates.
	MaxAgeDays int `json:"max_age_days"`
}

// SourceUse counts what a source's own where left out.
type SourceUse struct {
	Dropped int `json:"dropped"`
}

// Totals sum the findings' counts by severity, and the rejected records.
type Totals struct {
	Errors   int `json:"errors"`
	Warnings int `json:"warnings"`
	Infos    int `json:"infos"`
	Rejected int `json:"rejected"`
}

// Report gives what was found: the run's own findings, those of log, to which
// the pipeline merged what workers logged, and how far the references lead.
// The caller adds the counts and then calls Finish.
func (r *Run) Report(log *finding.Log) *Report {
	p := &Report{FormatVersion: FormatVersion, References: r.coverage(), Deals: r.dealSums()}
	for _, g := range append(slices.Clone(log.Groups()), r.log.Groups()...) {
		if g.Key == secondOwners {
			continue
		}
		if f, ok := r.finding(g); ok {
			p.Findings = append(p.Findings, f)
		}
	}
	for _, f := range r.dangling {
		if f.Severity != diag.Off.String() {
			p.Findings = append(p.Findings, f)
		}
	}
	p.Finish()
	p.Hidden = r.hidden(p, log)
	p.HiddenDeals = HiddenDeals{Records: r.deals.hidden.all.count, OpenAmount: value.JSON(r.deals.hidden.all.amount.Value())}
	return p
}

// finding puts a group into words; ok is false where its rule is off.
func (r *Run) finding(g *finding.Group) (f Finding, ok bool) {
	k := g.Key
	if check := r.check(k.Code); check != nil && k.Severity == diag.NoSeverity {
		k.Severity = check.Severity
	}
	s := finding.SeverityOf(k, r.opt.Severities)
	if s == diag.Off || g.Count == 0 {
		return f, false
	}
	f = Finding{
		Code: k.Code, Severity: s.String(), Entity: k.Entity.String(), Field: k.Field, Count: g.Count,
		Distinct: g.Distinct(), Cause: k.Cause, Detail: k.Detail, History: k.History,
	}
	rule := finding.FindRule(k.Code)
	f.Rejects = s == diag.Error && (rule != nil && rule.Rejects || k.Code == codes[objectIDUnderscore])
	for i := range g.Examples {
		f.Examples = append(f.Examples, exampleOf(&g.Examples[i]))
	}
	f.hints = g.Hints
	f.Summary, f.Hint = r.words(&f)
	return f, true
}

func exampleOf(e *finding.Example) Example {
	return Example{
		ObjectID: e.ObjectID, Value: e.Value, Text: e.Text, Reason: e.Reason, Source: placeName(&e.Origin),
		Sheet: e.Origin.Sheet, Row: e.Origin.Row, Line: e.Origin.Line, Column: e.Column, Cell: e.Cell,
	}
}

// coverage gives a row for every reference of the types that are made.
func (r *Run) coverage() map[string]Coverage {
	rows := map[string]Coverage{}
	for _, t := range gong.Types {
		for _, f := range t.Fields() {
			if f.Kind == gong.Reference && r.opt.Mapped[t] {
				rows[t.String()+"."+f.Name] = Coverage{Target: f.Target.String(), OpenAmount: "0"}
			}
		}
	}
	for _, l := range r.ledgers {
		if l.history {
			continue
		}
		c := Coverage{
			Target: l.target.String(), Linked: l.count.linked, Empty: l.count.empty, Unknown: l.count.unknown,
			Invalid: l.count.invalid, Unjudged: l.count.unjudged, OpenAmount: "0",
		}
		c.Total = c.Linked + c.Empty + c.Unknown + c.Invalid + c.Unjudged
		if !l.count.open.IsNil() {
			c.OpenAmount = json.Number(l.count.open.AppendNumber(nil))
		}
		rows[l.t.String()+"."+l.field] = c
	}
	return rows
}

// Finish sorts the findings, sums up, sets the status, and makes empty what is
// missing, so that the document has no null. It may be called again.
func (p *Report) Finish() {
	p.Entities, p.History, p.References = orEmpty(p.Entities), orEmpty(p.History), orEmpty(p.References)
	p.Enums, p.Lookups, p.Sources = orEmpty(p.Enums), orEmpty(p.Lookups), orEmpty(p.Sources)
	p.Currency.Rates, p.Currency.SourceTotal = orEmpty(p.Currency.Rates), orEmpty(p.Currency.SourceTotal)
	p.Currency.Converted, p.Currency.Rounding = orEmpty(p.Currency.Converted), orEmpty(p.Currency.Rounding)
	p.Currency.OutsideDeals = orEmpty(p.Currency.OutsideDeals)
	if p.Currency.ConvertedTotal == "" {
		p.Currency.ConvertedTotal = "0"
	}
	if p.Currency.RoundingTotal == "" {
		p.Currency.RoundingTotal = "0"
	}
	p.Deals.ByStatus, p.Deals.ByStage = orEmpty(p.Deals.ByStatus), orEmpty(p.Deals.ByStage)
	if p.Deals.OtherStages.Amount == "" {
		p.Deals.OtherStages.Amount = "0"
	}
	if p.Hidden == nil {
		p.Hidden = []Hidden{}
	}
	if p.HiddenDeals.OpenAmount == "" {
		p.HiddenDeals.OpenAmount = "0"
	}
	p.HiddenDeals.Currency = p.Currency.Base
	for i := range p.Hidden {
		p.Hidden[i].Currency = p.Currency.Base
	}
	for _, m := range []map[string]Counts{p.Entities, p.History} {
		for name, c := range m {
			c.Filters = orEmpty(c.Filters)
			m[name] = c
		}
	}
	for name, u := range p.Enums {
		p.Enums[name] = EnumUse{orEmpty(u.Used), orEmpty(u.Defaulted), orEmpty(u.Unmapped)}
	}
	for name, u := range p.Lookups {
		u.Missing = orEmpty(u.Missing)
		p.Lookups[name] = u
	}
	if p.Findings == nil {
		p.Findings = []Finding{}
	}
	slices.SortStableFunc(p.Findings, compareFindings)
	p.Totals = Totals{}
	for i := range p.Findings {
		f := &p.Findings[i]
		if f.Examples == nil {
			f.Examples = []Example{}
		}
		switch f.Severity {
		case "error":
			p.Totals.Errors += f.Count
		case "warning":
			p.Totals.Warnings += f.Count
		case "info":
			p.Totals.Infos += f.Count
		}
	}
	for _, m := range []map[string]Counts{p.Entities, p.History} {
		for _, c := range m {
			p.Totals.Rejected += c.Rejected
		}
	}
	switch {
	case p.Totals.Errors > 0 || p.Totals.Rejected > 0:
		p.Status = "errors"
	case p.Totals.Warnings > 0:
		p.Status = "warnings"
	default:
		p.Status = "ok"
	}
}

func orEmpty[V any](m map[string]V) map[string]V {
	if m == nil {
		return map[string]V{}
	}
	return m
}

// compareFindings puts the gravest and most frequent first.
func compareFindings(a, b Finding) int {
	return cmp.Or(
		cmp.Compare(diag.ParseSeverity(b.Severity), diag.ParseSeverity(a.Severity)),
		cmp.Compare(b.Count, a.Count),
		cmp.Compare(a.Code, b.Code),
		cmp.Compare(a.Entity, b.Entity),
		cmp.Compare(a.Field, b.Field),
		cmp.Compare(a.Cause, b.Cause),
		cmp.Compare(a.Detail, b.Detail),
	)
}

// Read is the number of rows read, for limits in percent.
func (p *Report) Read() int {
	n := 0
	for _, c := range p.Entities {
		n += c.Read + c.Extra
	}
	for _, c := range p.History {
		n += c.Read + c.Extra
	}
	return n
}

// Failed tells whether the run found problems that call for exit status 1:
// errors, or more rejected records than maxRejects, and with failOn
// diag.Warning warnings too. Rejected records within the limit are no failure.
func (p *Report) Failed(failOn diag.Severity, maxRejects int) bool {
	if p.Totals.Rejected > maxRejects {
		return true
	}
	return slices.ContainsFunc(p.Findings, func(f Finding) bool {
		return !f.Rejects && (f.Severity == "error" || f.Severity == "warning" && failOn == diag.Warning)
	})
}

// JSON is the document: indented, keys in a fixed order, a line end at the
// end. The same report gives the same bytes.
func (p *Report) JSON() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(p); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// Codes lists the codes of the findings with their counts, sorted.
func (p *Report) Codes() []CodeCount {
	sum := map[string]int{}
	for i := range p.Findings {
		sum[p.Findings[i].Code] += p.Findings[i].Count
	}
	out := make([]CodeCount, 0, len(sum))
	for _, code := range slices.Sorted(maps.Keys(sum)) {
		out = append(out, CodeCount{code, sum[code]})
	}
	return out
}

// CodeCount is how many records a rule was broken by.
type CodeCount struct {
	Code  string
	Count int
}
