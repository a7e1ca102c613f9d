package html

import (
	"encoding/json"
	"strings"

	"crm2gong/validate"
)

// sample is a report with something in every section.
func sample() *validate.Report {
	r := &validate.Report{
		FormatVersion: 1, Mapping: "salesforce.yaml",
		Entities: map[string]validate.Counts{
			"BUSINESS_USER": {Read: 48, Written: 46, Rejected: 2},
			"STAGE":         {Read: 9, Written: 9},
			"ACCOUNT":       {Read: 12480, Filtered: 310, Rejected: 14, Merged: 22, Written: 12134, Filters: map[string]int{"not a test": 300, "has a name": 10}},
			"CONTACT":       {Read: 51302, Filtered: 1200, Rejected: 87, Merged: 0, Extra: 45, Written: 50060, Filters: map[string]int{"where": 1200}},
			"DEAL":          {Read: 20110, Filtered: 110, Rejected: 31, Written: 19969, Filters: map[string]int{"not a test": 110}},
			"LEAD":          {},
		},
		History: map[string]validate.Counts{"DEAL": {Read: 61012, Written: 60980, Rejected: 20, Filtered: 5, Merged: 7, Filters: map[string]int{"not a test": 5}}},
		References: map[string]validate.Coverage{
			"ACCOUNT.owner":     {Target: "BUSINESS_USER", Total: 12134, Linked: 11900, Empty: 200, Unknown: 34, OpenAmount: "0"},
			"CONTACT.accountId": {Target: "ACCOUNT", Total: 50060, Linked: 48211, Empty: 1700, Unknown: 149, OpenAmount: "0"},
			"DEAL.accountId":    {Target: "ACCOUNT", Total: 19969, Linked: 19310, Empty: 120, Unknown: 539, OpenAmount: "1284300.5"},
			"DEAL.ownerId":      {Target: "BUSINESS_USER", Total: 19969, Linked: 19000, Unknown: 960, Invalid: 9, OpenAmount: "8200450"},
			"DEAL.stage":        {Target: "STAGE", Total: 19969, Linked: 19969, OpenAmount: "0"},
			"DEAL.contact":      {Target: "CONTACT", Total: 19969, Unjudged: 19969, OpenAmount: "0"},
		},
		Findings: []validate.Finding{
			{Code: "deal-account-unknown", Severity: "error", Entity: "DEAL", Field: "accountId", Count: 412, Distinct: 14, Cause: "rejected", Detail: "missing-mandatory",
				Summary: "412 deals refer to 14 accounts that were rejected (missing-mandatory)",
				Hint:    "mend the rejected accounts; what was wrong with them is the finding missing-mandatory",
				Examples: []validate.Example{
					{ObjectID: "0063000000abcDE", Value: "0013000000Xy12Q", Source: "exports/Opportunity.csv", Row: 17, Line: 45, Column: "AccountId", Cell: "C17"},
					{ObjectID: "0063000000abcDF", Value: "0013000000Xy12Q", Text: " 0013000000Xy12Q ", Source: "exports/Opportunity.csv", Row: 18, Line: 46, Column: "AccountId", Cell: "C18"},
					{ObjectID: "0063000000abcQQ", Value: "0013000000Xy77A", Source: "exports/Opportunity.csv", Row: 904, Line: 1501, Column: "AccountId", Cell: "C904"},
				}},
			{Code: "deal-account-unknown", Severity: "error", Entity: "DEAL", Field: "accountId", Count: 127, Distinct: 80, Cause: "id-length",
				Summary: "127 deals refer to 80 accounts by a Salesforce id of another length: 15 characters stand against 18",
				Hint:    "bring both to 18 characters: accountId: sfid18(…), and the same for the account's objectId",
				Examples: []validate.Example{
					{ObjectID: "0063000000abcDE", Value: "0013000000Xy12Q", Source: "exports/Opportunity.xlsx", Sheet: "Deals 2024", Row: 17, Column: "AccountId", Cell: "C17"},
				}},
			{Code: "value-invalid", Severity: "error", Entity: "DEAL", Field: "closeDate", Count: 31, Distinct: 12, Rejects: true,
				Summary: "31 deals have a closeDate that is no date", Hint: `declare the column's format, such as formats: ["%d.%m.%Y"]`,
				Examples: []validate.Example{
					{ObjectID: "0063000000abcZZ", Value: "31.02.2024", Reason: `"31.02.2024" is no day of the calendar`, Source: "exports/Opportunity.csv", Row: 220, Line: 220, Column: "CloseDate", Cell: "H220"},
				}},
			{Code: "deal-owner-unknown", Severity: "error", Entity: "DEAL", Field: "ownerId", Count: 960, Distinct: 3, Cause: "absent",
				Summary: "960 deals refer to 3 users that are nowhere in the sources", Hint: "export those users too, or check that both ids come from the same columns",
				Examples: []validate.Example{{ObjectID: "0063000000abcDE", Value: "00530000001aaaa", Source: "exports/Opportunity.csv", Row: 2, Line: 2, Column: "OwnerId", Cell: "D2"}}},
			{Code: "contact-account-missing", Severity: "warning", Entity: "CONTACT", Field: "accountId", Count: 1700, Distinct: 1,
				Summary: "1,700 contacts have no account", Hint: "Gong hides activities with them from the account page",
				Examples: []validate.Example{{ObjectID: "0033000000aaaaa", Source: "exports/Contact.csv", Row: 8, Line: 8, Column: "AccountId", Cell: "B8"}}},
			{Code: "account-domain-shared", Severity: "warning", Entity: "ACCOUNT", Field: "domains", Count: 44, Distinct: 20,
				Summary:  "44 accounts share 20 domains with others",
				Examples: []validate.Example{{ObjectID: "0013000000Xy00A", Value: "acme.com", Reason: "also of 0013000000Xy00B", Source: "exports/Account.csv", Row: 12, Line: 12, Column: "Website", Cell: "F12"}}},
			{Code: "deal-amount-negative", Severity: "warning", Entity: "DEAL", Field: "amount", Count: 2, Distinct: 2, Summary: "2 deals have an amount below zero",
				Examples: []validate.Example{{ObjectID: "0063000000abcNE", Value: "-12.5", Source: "exports/Opportunity.csv", Row: 77, Line: 77, Column: "Amount", Cell: "G77"}}},
			{Code: "open-date-past", Severity: "info", Entity: "DEAL", Field: "closeDate", Count: 840, Distinct: 200, Summary: "840 open deals have a close date that is past",
				Examples: []validate.Example{{ObjectID: "0063000000abcOP", Value: "2023-01-31", Source: "exports/Opportunity.csv", Row: 3, Line: 3, Column: "CloseDate", Cell: "H3"}}},
		},
		Enums: map[string]validate.EnumUse{
			"dealStatus": {Used: map[string]int{"Closed Won": 5400, "Closed Lost": 6100, "Open": 8000}, Defaulted: map[string]int{"On Hold": 420, "Paused": 18}, Unmapped: map[string]int{"Zombie": 31}},
			"leadSource": {Used: map[string]int{"Web": 100}},
		},
		Lookups: map[string]validate.LookupUse{"stageId": {Hits: 19900, Misses: 69, Missing: map[string]int{"Discovery call": 40, "": 9, "  Legal": 20}}},
		Currency: validate.CurrencyUse{
			Base: "USD", ConvertedTotal: "1284562311.20",
			SourceTotal: map[string]string{"EUR": "410230117.55", "GBP": "90111000.00", "USD": "702880421.05", "JPY": "12033000000"},
			Rates: map[string]validate.RateUse{
				"EUR": {Count: 7004, From: "2021-01-01", To: "2024-06-01", MaxAgeDays: 31}, "GBP": {Count: 1200, From: "2024-01-01", To: "2024-01-01", MaxAgeDays: 152},
				"USD": {Count: 11200}, "JPY": {Count: 130},
			},
			Converted:    map[string]string{"EUR": "442238066.72", "GBP": "114169023.43", "USD": "702880421.05", "JPY": "25274800.00"},
			Rounding:     map[string]string{"EUR": "-1.0725", "GBP": "0.2125", "USD": "0", "JPY": "0"},
			OutsideDeals: map[string]string{"EUR": "230117.55", "GBP": "0.00", "USD": "0.00", "JPY": "0"}, RoundingTotal: "-0.86", MaxAgeDays: 152,
		},
		Deals: validate.DealSums{
			ByStatus: map[string]validate.DealSum{
				"OPEN": {Count: 8438, Amount: "701230400.5", Before: map[string]json.Number{"EUR": "210000000.25", "GBP": "90111000", "USD": "360880421.05"}},
				"WON":  {Count: 5400, Amount: "402112000", Before: map[string]json.Number{"EUR": "199999999.75", "USD": "186000000"}}, "LOST": {Count: 6100, Amount: "181219910.7"}, "": {Count: 31, Amount: "0", LeftOut: 4}},
			ByStage:     map[string]validate.StageSum{},
			OtherStages: validate.DealSum{Amount: "0"},
		},
		Hidden: []validate.Hidden{
			{Reason: "deal-account-missing", Entity: "DEAL", Field: "accountId", Effect: "not shown at all", Records: 120, OpenAmount: "802300.5",
				Remedy: "fill accountId, or take it from another column (a ?? b)",
				Examples: []validate.Example{
					{ObjectID: "0063000000abcDE", Source: "exports/Opportunity.csv", Row: 17, Line: 45, Column: "AccountId", Cell: "C17"},
					{ObjectID: "0063000000abcQQ", Source: "exports/Opportunity.xlsx", Sheet: "Deals 2024", Row: 904, Column: "AccountId", Cell: "C904"},
				}},
			{Reason: "deal-owner-unknown", Entity: "DEAL", Field: "ownerId", Effect: "not on the deal board", Records: 960, OpenAmount: "8200450", Remedy: "send these users too"},
			{Reason: "user-email-shared", Entity: "BUSINESS_USER", Field: "emailAddress", Effect: "not joined to a Gong user: an earlier user has the e-mail", Records: 2, OpenAmount: "0", Remedy: "leave inactive users out"},
			{Reason: "field-not-in-schema", Entity: "DEAL", Field: "Tier__c", Effect: "the field is taken and not shown", Records: 40, OpenAmount: "0", Remedy: "add the field to the schema"},
		},
		HiddenDeals: validate.HiddenDeals{Records: 1050, OpenAmount: "8990000.25"},
		Drift: []validate.Drift{
			{Kind: "column-gone", Subject: "opportunities", Value: "Type", Message: "the column Type of opportunities is gone"},
			{Kind: "count", Subject: "ACCOUNT", Old: "15,200", New: "12,134", Message: "ACCOUNT has 12,134 records, 20% fewer"},
		},
		Sources: map[string]validate.SourceUse{"opportunities": {Dropped: 2}},
	}
	for i, s := range []struct {
		name, order        string
		open, won, lost    int
		aOpen, aWon, aLost string
	}{
		{"Qualification", "1", 3100, 0, 0, "201230400.5", "0", "0"},
		{"Needs analysis", "2", 2200, 0, 0, "180000000", "0", "0"},
		{"Value proposition", "3", 1500, 0, 0, "150000000", "0", "0"},
		{"Proposal / price quote", "4", 1000, 0, 12, "120000000", "0", "34000"},
		{"Negotiation", "5", 638, 0, 0, "50000000", "0", "0"},
		{"Closed won", "10", 0, 5400, 0, "0", "402112000", "0"},
		{"Closed lost", "11", 0, 0, 6088, "0", "0", "181185910.7"},
	} {
		by := map[string]validate.DealSum{}
		for k, v := range map[string]validate.DealSum{"OPEN": {Count: s.open, Amount: num(s.aOpen)}, "WON": {Count: s.won, Amount: num(s.aWon)}, "LOST": {Count: s.lost, Amount: num(s.aLost)}} {
			if v.Count > 0 {
				by[k] = v
			}
		}
		sum := validate.DealSum{Amount: "0"}
		for _, k := range []string{"OPEN", "WON", "LOST"} {
			if v, ok := by[k]; ok {
				sum = plus(sum, v)
			}
		}
		id := strings.ReplaceAll(strings.ToLower(s.name), " ", "-")
		if i == 3 {
			id = "0ST000000000004"
		}
		r.Deals.ByStage[id] = validate.StageSum{DealSum: sum, Name: s.name, SortOrder: s.order, ByStatus: by}
	}
	r.Deals.ByStage[""] = validate.StageSum{DealSum: validate.DealSum{Count: 31, Amount: "0"}, ByStatus: map[string]validate.DealSum{"": {Count: 31, Amount: "0"}}}
	r.Finish()
	return r
}

var sampleOptions = Options{AsOf: "2024-06-01T00:00:00Z", Rejects: map[string]int{"opportunities": 31, "contacts": 87}}
