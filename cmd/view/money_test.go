package view

import (
	"bytes"
	"encoding/json"
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
			OutsideDeals: map[string]string{"EUR": "3.02", "USD": "0.00"}, RoundingTotal: "0.00335",
		},
		Deals: validate.DealSums{
			ByStatus: map[string]validate.DealSum{"OPEN": {Count: 2, Amount: "7.5", Before: map[string]json.Number{"EUR": "7", "USD": "5"}}, "": {Count: 1, Amount: "0", LeftOut: 1}},
			ByStage: map[string]validate.StageSum{
				"b": {DealSum: validate.DealSum{Count: 1, Amount: "7", Before: map[string]json.Number{"EUR": "7"}}, Name: "First", SortOrder: "2"},
				"a": {DealSum: validate.DealSum{Count: 1, Amount: "0.5", Before: map[string]json.Number{"USD": "5"}}, Name: "Later", SortOrder: "10"},
				"":  {DealSum: validate.DealSum{Count: 1, Amount: "0"}},
			},
		},
		Hidden: []validate.Hidden{
			{Reason: "deal-account-missing", Entity: "DEAL", Effect: "not shown at all", Records: 12, OpenAmount: "7.5", Remedy: "fill accountId",
				Examples: []validate.Example{{ObjectID: "d1", Source: "deals.csv", Row: 7}, {ObjectID: "d\x1b9", Source: "deals.xlsx", Sheet: "May", Row: 9, Cell: "B9"}}},
			{Reason: "lead-unreachable", Entity: "LEAD", Effect: "no activity can match it", Records: 3, OpenAmount: "0", Remedy: "map another column"},
			{Reason: "field-not-in-schema", Entity: "DEAL", Field: "tier", Effect: "the field is taken and not shown", Records: 4, OpenAmount: "0", Remedy: "add it"},
			{Reason: "user-email-shared", Entity: "DEAL", Effect: "not on the deal board", Records: 1, OpenAmount: "0.5", Remedy: "leave the user out"},
		},
		HiddenDeals: validate.HiddenDeals{Records: 12, OpenAmount: "7.5"},
	}
	r.Finish()
	var b bytes.Buffer
	Report(&b, r, Options{})
	want := `
what Gong will not show, or not where people look
  records  open amount USD
       12              7.5  deal-account-missing: not shown at all
                              such as d1 (deals.csv row 7), "d\x1b9" (deals.xlsx ▸ May!B9)
                              remedy: fill accountId
        3                   lead-unreachable: no activity can match it
                              remedy: map another column
        4                   field-not-in-schema DEAL.tier: the field is taken and not shown
                              remedy: add it
        1              0.5  user-email-shared of DEAL: not on the deal board
                              remedy: leave the user out
       12              7.5  deals in all, each counted once

  currency  amounts  total  not in deals  converted to USD  rounding  rates from          to  oldest, days
       EUR        2  10.02          3.02             10.85   0.00335  2024-01-01  2024-02-01            30
       USD        1   5.00          0.00              5.00         0
    in all        3                                  15.85   0.00335

  deals written  number  amount USD  before: EUR  USD
           OPEN       2         7.5            7    5
      no status       1           0
       no stage       1           0
  stage "First"       1           7            7
  stage "Later"       1         0.5                 5
  the amount of 1 deal was left out by onError: omit and is in no sum
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
