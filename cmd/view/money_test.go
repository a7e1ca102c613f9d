package view

import (
	"bytes"
	"strings"
	"testing"

	"crm2gong/validate"
)

func TestMoneyAndHidden(t *testing.T) {
	r := &validate.Report{
		Mapping: "m.yaml",
		Currency: validate.CurrencyUse{
			Rates: map[string]validate.RateUse{
				"EUR": {Count: 2, From: "2024-01-01", To: "2024-02-01", MaxAgeDays: 30}, "USD": {Count: 1},
			},
			SourceTotal: map[string]string{"EUR": "10.02", "USD": "5.00"}, Converted: map[string]string{"EUR": "10.85", "USD": "5.00"},
			Rounding: map[string]string{"EUR": "0.00335", "USD": "0"}, ConvertedTotal: "15.85", MaxAgeDays: 30, Base: "USD",
		},
		Deals: validate.DealSums{
			ByStatus: map[string]validate.DealSum{"OPEN": {Count: 2, Amount: "7.5"}, "": {Count: 1, Amount: "0"}},
			ByStage: map[string]validate.StageSum{
				"b": {DealSum: validate.DealSum{Count: 1, Amount: "7"}, Name: "First", SortOrder: "2"},
				"a": {DealSum: validate.DealSum{Count: 1, Amount: "0.5"}, Name: "Later", SortOrder: "10"},
				"":  {DealSum: validate.DealSum{Count: 1, Amount: "0"}},
			},
		},
		Hidden: []validate.Hidden{
			{Reason: "deal-account-missing", Entity: "DEAL", Effect: "not shown at all", Records: 12, OpenAmount: "7.5"},
			{Reason: "lead-unreachable", Entity: "LEAD", Effect: "no activity can match it", Records: 3, OpenAmount: "0"},
			{Reason: "field-not-in-schema", Entity: "DEAL", Field: "tier", Effect: "the field is taken and not shown", Records: 4, OpenAmount: "0"},
		},
		HiddenDeals: validate.HiddenDeals{Records: 12, OpenAmount: "7.5"},
	}
	r.Finish()
	var b bytes.Buffer
	Report(&b, r, Options{})
	want := `
what Gong will not show, or not where people look
  records  open amount
       12          7.5  deal-account-missing: not shown at all
        3               lead-unreachable: no activity can match it
        4               field-not-in-schema DEAL.tier: the field is taken and not shown
       12          7.5  deals in all, each counted once

  currency  amounts  total  converted  rounding  rates from          to  oldest, days
       EUR        2  10.02      10.85   0.00335  2024-01-01  2024-02-01            30
       USD        1   5.00       5.00         0
    in USD        3             15.85

  deals written  number  amount
           OPEN       2     7.5
      no status       1       0
       no stage       1       0
  stage "First"       1       7
  stage "Later"       1     0.5
`
	var got []string
	for line := range strings.SplitSeq(b.String(), "\n") {
		got = append(got, strings.TrimRight(line, " "))
	}
	if text := strings.Join(got, "\n"); !strings.HasSuffix(text, want) {
		t.Errorf("got\n%s\nwant at its end\n%s", text, want)
	}
}

func TestNoMoneyAndNothingHidden(t *testing.T) {
	r := &validate.Report{Mapping: "m.yaml"}
	r.Finish()
	var b bytes.Buffer
	Report(&b, r, Options{})
	if b.String() != "m.yaml: all is well\n" {
		t.Errorf("got %q", b.String())
	}
}
