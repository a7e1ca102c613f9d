package finding

import (
	"strings"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/gong"
)

// Rule is one thing that entities are judged by.
type Rule struct {
	// Code is stable and greppable, such as "deal-owner-unknown". A code that
	// ends in <name> stands for all codes that begin like it.
	Code string
	// Severity unless the mapping's key "rules" sets another.
	Severity diag.Severity
	// Rejects tells whether the record is left out. The severity of such a
	// rule can not be changed.
	Rejects  bool
	Entities []gong.ObjectType // the types that the rule looks at
	When     string            // what sets it off, one line
	Why      string            // what Gong does then, with the page of Gong's documentation that says so
	Fix      string            // how to mend it; may have lines of a mapping
}

// Rules returns all rules in the order of the manual. The slice is the
// caller's.
func Rules() []Rule { return append([]Rule(nil), rules...) }

// FindRule finds a rule by a code, nil if there is none. "check:" and any name
// finds the rule for the mapping's own checks.
func FindRule(code string) *Rule {
	if strings.HasPrefix(code, CheckPrefix) {
		code = CheckPrefix + "<name>"
	}
	for i := range rules {
		if rules[i].Code == code {
			r := rules[i]
			return &r
		}
	}
	return nil
}

// CheckPrefix begins the codes of the mapping's own checks; the check's name
// follows.
const CheckPrefix = "check:"

// SeverityOf is the severity of a finding: what the mapping sets for the code,
// else what the key brings along, else the rule's. What an "omit" has taken
// out of the way is at most a warning, and what rejects a record stays an
// error.
func SeverityOf(k Key, set map[string]diag.Severity) diag.Severity {
	rule := FindRule(k.Code)
	s := k.Severity
	if s == diag.NoSeverity && rule != nil {
		s = rule.Severity
	}
	if own, ok := set[k.Code]; ok && own != diag.NoSeverity && (rule == nil || !rule.Rejects) {
		s = own
	}
	if k.Lowered && s > diag.Warning {
		s = diag.Warning
	}
	return s
}

var (
	every     = gong.Types[:]
	customers = []gong.ObjectType{gong.Account, gong.Contact, gong.Deal, gong.Lead}
)

func only(t ...gong.ObjectType) []gong.ObjectType { return t }

// Pages of Gong's documentation that the rules rest on.
const (
	pageUpload      = `Gong's "Upload CRM objects" (POST /v2/crm/entities)`
	pageSchema      = `Gong's "Upload object schema" (POST /v2/crm/entity-schema)`
	pageStatus      = `Gong's "Get request status" (GET /v2/crm/request-status)`
	pageAssociation = `Gong's "Associating CRM entities with Gong activities"`
	pageOverview    = `Gong's overview of its CRM API`
)

const noDanglingError = `Gong reports no error for an id that it does not know, so nothing but this check tells. `
