package html

import (
	"fmt"
	"strconv"

	"crm2gong/validate"
)

// findingView is one group of like things found.
type findingView struct {
	ID       string // anchor
	Code     string
	Severity string
	Rank     int // to sort severities by
	Field    string
	History  bool
	Cause    string
	Count    number
	Distinct number
	Bar      []part
	Summary  string
	Hint     string
	Notes    []string
	Examples []exampleView
	More     string
	// The columns that any example fills.
	HasPlace, HasCell, HasRecord, HasColumn, HasValue, HasText, HasReason bool
}

// exampleView is one record to look at.
type exampleView struct {
	Place, Row, Cell, Record, Column, Value, Text, Reason string
}

var causeWords = map[string]string{
	"rejected": "rejected", "filtered": "filtered", "deleted": "deleted", "id-length": "15 against 18 characters",
	"case": "case or blanks differ", "other-type": "id of another type", "absent": "nowhere in the sources",
	"other-keys": "keys that are not named", "not-compared": "not compared",
}

func (p *page) findings(r *validate.Report) {
	greatest := 0
	left := maxRows
	groups := map[string]int{}
	for i := range r.Findings {
		f := &r.Findings[i]
		groups[f.Severity]++
		if i >= maxFindings {
			continue
		}
		greatest = max(greatest, f.Count)
		v := viewOf(f, min(max(left, minExamples), maxExamples))
		v.ID = "finding-" + strconv.Itoa(i+1)
		left -= len(v.Examples)
		p.Findings = append(p.Findings, v)
	}
	for i := range p.Findings {
		f := &p.Findings[i]
		f.Bar = bar(size(greatest), slice{f.Severity, size(r.Findings[i].Count)})
	}
	p.MoreFindings = more(len(r.Findings)-len(p.Findings), "group of findings", "groups of findings")
	for _, s := range []string{"error", "warning", "info"} {
		if groups[s] > 0 {
			p.Severities = append(p.Severities, severity{s, groups[s]})
		}
	}
}

func viewOf(f *validate.Finding, most int) findingView {
	v := findingView{
		Code: name(f.Code), Severity: "error", Count: count(f.Count), Distinct: count(f.Distinct),
		Summary: plain(f.Summary, maxSentence), Hint: plain(f.Hint, maxSentence),
	}
	switch f.Severity {
	case "error":
		v.Rank = 3
	case "warning":
		v.Severity, v.Rank = "warning", 2
	default:
		v.Severity, v.Rank = "info", 1
	}
	v.Field = name(f.Entity)
	if f.Field != "" && f.Entity != "" {
		v.Field += "." + name(f.Field)
	}
	v.Cause = name(f.Cause)
	if w := causeWords[f.Cause]; w != "" {
		v.Cause = w
	}
	if f.Cause != "" && f.Detail != "" {
		v.Cause += ": " + name(f.Detail)
	}
	if f.Rejects {
		v.Notes = append(v.Notes, "left out of the output")
	}
	if v.History = f.History; v.History {
		v.Notes = append(v.Notes, "past versions")
	}
	if f.Distinct > 1 {
		v.Notes = append(v.Notes, of(f.Distinct, "value", "different values"))
	}
	for i := range f.Examples[:min(most, len(f.Examples))] {
		x := exampleOf(&f.Examples[i])
		v.HasPlace = v.HasPlace || x.Place != ""
		v.HasCell = v.HasCell || x.Cell != "" || x.Row != ""
		v.HasRecord = v.HasRecord || x.Record != ""
		v.HasColumn = v.HasColumn || x.Column != ""
		v.HasValue = v.HasValue || x.Value != ""
		v.HasText = v.HasText || x.Text != ""
		v.HasReason = v.HasReason || x.Reason != ""
		v.Examples = append(v.Examples, x)
	}
	if len(v.Examples) > 0 {
		v.More = more(f.Count-len(v.Examples), "record", "records")
	}
	return v
}

func exampleOf(e *validate.Example) exampleView {
	x := exampleView{
		Place: name(e.Source), Record: name(e.ObjectID), Column: name(e.Column),
		Value: plain(e.Value, maxValue), Reason: plain(e.Reason, maxValue), Cell: name(e.Cell),
	}
	if e.Sheet != "" {
		x.Place += " ▸ " + name(e.Sheet)
	}
	if e.Row > 0 {
		x.Row = strconv.Itoa(e.Row)
		if e.Line > 0 && e.Line != e.Row {
			x.Row += fmt.Sprintf(" (line %d)", e.Line)
		}
	}
	if e.Text != e.Value {
		x.Text = plain(e.Text, maxValue)
	}
	return x
}
