package finding

import (
	"slices"
	"strings"
	"testing"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/gong"
)

// contract is the table of rules that users were promised: code, severity,
// whether it rejects.
var contract = []struct {
	codes    string
	severity diag.Severity
	rejects  bool
}{
	{"missing-mandatory object-id-invalid object-id-duplicate value-invalid enum-unmapped rate-missing lookup-many row-ragged", diag.Error, true},
	{"object-id-underscore", diag.Warning, false},
	{"contact-account-unknown deal-account-unknown deal-owner-unknown deal-stage-unknown lead-account-unknown lead-contact-unknown lead-deal-unknown reference-unknown", diag.Error, false},
	{"contact-account-missing deal-account-missing deal-owner-missing deal-close-date-missing deal-stage-missing", diag.Warning, false},
	{"lead-converted-empty contact-unreachable lead-unreachable", diag.Warning, false},
	{"account-domain-shared account-domain-free-mail email-shared user-email-shared stage-order stage-inactive-open-deal", diag.Warning, false},
	{"account-name-missing deal-name-missing deal-amount-negative deal-won-without-close-date", diag.Warning, false},
	{"history-record-unknown lookup-row-invalid modified-before-created modified-future header-differs", diag.Warning, false},
	{"closed-date-future open-date-past reference-not-judged account-none", diag.Info, false},
	{"field-not-in-schema picklist-value", diag.Error, false},
	{"check:<name>", diag.Warning, false},
}

func TestRulesAreThoseOfTheContract(t *testing.T) {
	var promised []string
	for _, c := range contract {
		for _, code := range strings.Fields(c.codes) {
			promised = append(promised, code)
			r := FindRule(code)
			if r == nil {
				t.Errorf("no rule %s", code)
				continue
			}
			if r.Severity != c.severity || r.Rejects != c.rejects {
				t.Errorf("%s: severity %v, rejects %v; promised %v, %v", code, r.Severity, r.Rejects, c.severity, c.rejects)
			}
		}
	}
	for _, r := range Rules() {
		if !slices.Contains(promised, r.Code) {
			t.Errorf("rule %s is not promised", r.Code)
		}
	}
	if len(Rules()) != len(promised) {
		t.Errorf("%d rules, %d promised", len(Rules()), len(promised))
	}
}

func TestRulesAreToldInFull(t *testing.T) {
	for _, r := range Rules() {
		if r.When == "" || r.Why == "" || r.Fix == "" || len(r.Entities) == 0 {
			t.Errorf("%s lacks when, why, fix or entities", r.Code)
		}
		if strings.Contains(r.When, "\n") {
			t.Errorf("%s: when has several lines", r.Code)
		}
		for _, e := range r.Entities {
			if e == gong.NoType {
				t.Errorf("%s: an entity without a name", r.Code)
			}
		}
	}
}

func TestFindRule(t *testing.T) {
	if r := FindRule("check:amount-small"); r == nil || r.Code != "check:<name>" {
		t.Errorf("check:amount-small finds %v", r)
	}
	if r := FindRule("deal-owner-unknwon"); r != nil {
		t.Errorf("a misspelt code finds %s", r.Code)
	}
}

func TestRulesGivesACopy(t *testing.T) {
	Rules()[0].Code = "changed"
	if FindRule("changed") != nil {
		t.Error("changing what Rules gave changed the table")
	}
}

func TestSeverityOf(t *testing.T) {
	set := map[string]diag.Severity{
		"contact-unreachable": diag.Off, "missing-mandatory": diag.Info, "object-id-underscore": diag.Error,
		"reference-not-judged": diag.Error,
	}
	for _, c := range []struct {
		name string
		key  Key
		want diag.Severity
	}{
		{"the rule's own", Key{Code: "deal-owner-unknown"}, diag.Error},
		{"the mapping's", Key{Code: "contact-unreachable"}, diag.Off},
		{"a rejecting one stays", Key{Code: "missing-mandatory"}, diag.Error},
		{"underscore may be raised", Key{Code: "object-id-underscore"}, diag.Error},
		{"omitted is a warning", Key{Code: "value-invalid", Lowered: true}, diag.Warning},
		{"omitted is no more than the rule", Key{Code: "account-none", Lowered: true}, diag.Info},
		{"the key's own", Key{Code: "stage-order", Severity: diag.Info}, diag.Info},
		{"the mapping before the key", Key{Code: "reference-not-judged", Severity: diag.Warning}, diag.Error},
		{"a check", Key{Code: "check:x", Severity: diag.Info}, diag.Info},
		{"a check that declares none", Key{Code: "check:x"}, diag.Warning},
	} {
		if got := SeverityOf(c.key, set); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestMergeRebasesExamples(t *testing.T) {
	var all, block Log
	g := block.Add(Key{Code: "value-invalid"})
	e := Example{Origin: gong.Origin{Row: 3, Line: 5}}
	e.AtColumn("Amount", 2)
	g.Examples = append(g.Examples, e)
	g.Value("x")
	all.Merge(&block, 10, 20)
	all.Merge(&block, 100, 200)
	got := all.Groups()[0]
	if got.Count != 2 || got.Distinct() != 1 || len(got.Examples) != 2 {
		t.Fatalf("count %d, distinct %d, %d examples", got.Count, got.Distinct(), len(got.Examples))
	}
	if x := got.Examples[1]; x.Origin.Row != 103 || x.Origin.Line != 205 || x.Cell != "C103" || x.Column != "Amount" {
		t.Errorf("rebased to %+v", x)
	}
}

func TestDistinctIsBounded(t *testing.T) {
	var g Group
	for i := range MaxDistinct + 10 {
		g.values.add(uint64(i))
	}
	if g.Distinct() != MaxDistinct {
		t.Errorf("%d", g.Distinct())
	}
}
