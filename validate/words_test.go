package validate

import (
	"strings"
	"testing"

	"crm2gong/mapping"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
)

func TestDanglingWords(t *testing.T) {
	for _, c := range []struct {
		finding Finding
		want    string
	}{
		{Finding{Code: "deal-account-unknown", Entity: "DEAL", Field: "accountId", Count: 1, Distinct: 1, Cause: CauseAbsent, target: gong.Account},
			"1 deal refers to 1 account that is nowhere in the sources: Gong does not show such deals"},
		{Finding{Code: "deal-account-unknown", Entity: "DEAL", Field: "accountId", Count: 1200, Distinct: 2, Cause: CauseRejected, Detail: "missing-mandatory", target: gong.Account},
			"1,200 deals refer to 2 accounts that were rejected (missing-mandatory): Gong does not show such deals"},
		{Finding{Code: "deal-owner-unknown", Entity: "DEAL", Field: "ownerId", Count: 2, Distinct: 1, Cause: CauseFiltered, Detail: "not a test", target: gong.BusinessUser, policy: mapping.Omit},
			`2 deals refer to 1 user that the filter "not a test" leaves out; left out`},
		{Finding{Code: "lead-deal-unknown", Entity: "LEAD", Field: "convertedToDealId", Count: 2, Distinct: 2, Cause: CauseDeleted, target: gong.Deal, policy: mapping.Reject},
			"2 leads refer to 2 deals that are deleted; rejected"},
		{Finding{Code: "contact-account-unknown", Entity: "CONTACT", Field: "accountId", Count: 3, Distinct: 2, Cause: CauseOtherType, Detail: "DEAL", target: gong.Account},
			"3 contacts hold 2 ids of deals where ids of accounts belong: their calls and e-mails lead to no account"},
		{Finding{Code: "deal-stage-unknown", Entity: "DEAL", Field: "stage", Count: 3, Distinct: 1, Cause: CauseAbsent, Detail: detailLookup, target: gong.Stage},
			"3 deals: the lookup for stage found no row for 1 key: activities can not always be tied to such deals"},
		{Finding{Code: "deal-owner-unknown", Entity: "DEAL", Field: "ownerId", Count: 1, Distinct: 1, Cause: CauseAbsent, target: gong.BusinessUser, History: true},
			"1 past version of one of the deals refers to 1 user that is nowhere in the sources"},
	} {
		got, hint := danglingWords(&c.finding)
		if got != c.want {
			t.Errorf("\n got %s\nwant %s", got, c.want)
		}
		if hint == "" {
			t.Errorf("no hint: %s", got)
		}
	}
}

// Every rule has a sentence of its own, also those that other packages note.
func TestAllRulesHaveWords(t *testing.T) {
	r := New(Options{})
	for _, rule := range finding.Rules() {
		if strings.HasPrefix(rule.Code, finding.CheckPrefix) {
			continue
		}
		for _, n := range []int{1, 2} {
			f := Finding{Code: rule.Code, Severity: "error", Entity: "DEAL", Field: "amount", Detail: "x", Count: n, Distinct: n}
			got, hint := r.words(&f)
			if strings.HasSuffix(rule.Code, "-unknown") && rule.Code != "history-record-unknown" {
				continue // worded by cause
			}
			if got == "" || strings.Contains(got, rule.Code) || hint == "" {
				t.Errorf("%s: %q, %q", rule.Code, got, hint)
			}
		}
	}
}
