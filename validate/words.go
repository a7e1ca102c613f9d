package validate

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"crm2gong/mapping"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
)

// noun names things for sentences.
type noun struct{ one, many string }

var nouns = [gong.NumTypes]noun{
	gong.NoType: {"record", "records"}, gong.BusinessUser: {"user", "users"}, gong.Stage: {"stage", "stages"},
	gong.Account: {"account", "accounts"}, gong.Contact: {"contact", "contacts"}, gong.Deal: {"deal", "deals"},
	gong.Lead: {"lead", "leads"},
}

// of gives the number with the noun, such as "1,234 deals".
func (n noun) of(k int) string {
	if k == 1 {
		return "1 " + n.one
	}
	return count(k) + " " + n.many
}

// count writes a number with commas between thousands.
func count(n int) string {
	return value.Thousands(strconv.Itoa(n))
}

// verb picks the form for one or several.
func verb(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}

// subject names the records of a finding: "12 deals", "3 past versions of deals".
func (f *Finding) subject() string {
	n := nouns[gong.ParseType(f.Entity)]
	if !f.History {
		return n.of(f.Count)
	}
	return noun{"past version of one of the " + n.many, "past versions of " + n.many}.of(f.Count)
}

var (
	valueNoun = noun{"value", "values"}
	keyNoun   = noun{"key", "keys"}
)

// check finds the mapping's own check of a code.
func (r *Run) check(code string) *mapping.Check {
	name, ok := strings.CutPrefix(code, finding.CheckPrefix)
	if !ok {
		return nil
	}
	for _, c := range r.opt.Checks {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// danglingWords says what dangles and why, and what to do about that cause.
func danglingWords(f *Finding) (summary, hint string) {
	who := f.subject()
	target := nouns[f.target]
	them := target.of(f.Distinct)
	refer := who + " " + verb(f.Count, "refers", "refer") + " to " + them + " "
	was := verb(f.Distinct, "was", "were")
	switch f.Cause {
	case CauseRejected:
		summary = refer + "that " + was + " rejected (" + f.Detail + ")"
		hint = "mend the rejected " + target.many + "; what was wrong with them is the finding " + f.Detail
	case CauseFiltered:
		summary = refer + "that the filter " + value.Quote(f.Detail) + " leaves out"
		hint = "loosen the filter, or leave these records out by the same condition"
	case CauseDeleted:
		summary = refer + "that " + verb(f.Distinct, "is deleted", "are deleted")
		hint = "correct the records in the CRM, or leave them out"
	case CauseIDLength:
		summary = refer + "by a Salesforce id of another length: 15 characters stand against 18"
		hint = "bring both to 18 characters: " + f.Field + ": sfid18(…), and the same for the " + target.one + "'s objectId"
	case CauseCase:
		summary = refer + "by an id that differs in case or blanks"
		hint = "ids are compared exactly: bring both to one form, such as trim(lower(x)); Excel's lookups ignore case, Salesforce's 15-character ids do not"
	case CauseOtherType:
		other := nouns[gong.ParseType(f.Detail)]
		summary = who + " " + verb(f.Count, "holds", "hold") + " " + noun{"id", "ids"}.of(f.Distinct) + " of " + other.many + " where ids of " + target.many + " belong"
		hint = "map " + f.Field + " from the column with the " + target.one + "'s id"
	default:
		if f.Detail == detailLookup {
			summary = who + ": the lookup for " + f.Field + " found no row for " + keyNoun.of(f.Distinct)
			hint = "add the missing rows to the lookup's table; the key is the value shown"
			break
		}
		summary = refer + "that " + verb(f.Distinct, "is", "are") + " nowhere in the sources"
		hint = "export " + verb(f.Distinct, "that "+target.one, "those "+target.many) + " too, or check that both ids come from the same columns"
		if f.Code == "deal-stage-unknown" {
			hint = "DEAL.stage takes a stage's objectId, not its name: look it up by the name, or make both by the same expression"
		}
	}
	if f.unsettled > 0 {
		summary += " (of " + count(f.unsettled) + " the cause was not looked for, since more than " + count(maxMissing) + " ids are missing)"
	}
	switch {
	case f.policy == mapping.Omit:
		summary += "; left out"
	case f.policy == mapping.Reject:
		summary += "; rejected"
	default:
		summary += consequence(f)
	}
	return summary, hint
}

// consequence says what Gong does with a dangling reference.
func consequence(f *Finding) string {
	if f.History {
		return ""
	}
	switch f.Code {
	case "deal-account-unknown":
		return ": Gong does not show such deals"
	case "deal-owner-unknown":
		return ": such deals are not on Gong's deal board"
	case "deal-stage-unknown":
		return ": activities can not always be tied to such deals"
	case "contact-account-unknown":
		return ": their calls and e-mails lead to no account"
	}
	return ""
}

// words says what was found and what to do, for all findings but those of
// dangling references.
func (r *Run) words(f *Finding) (summary, hint string) {
	who := f.subject()
	n := f.Count
	if c := r.check(f.Code); c != nil {
		summary = who + " " + verb(n, "fails", "fail") + " the check " + value.Quote(c.Name)
		if c.Message != "" {
			summary += ": " + c.Message
		}
		return summary, ""
	}
	if w, ok := plainWords[f.Code]; ok {
		return who + " " + verb(n, w.one, w.many), w.hint
	}
	switch f.Code {
	case "missing-mandatory":
		if f.Severity == "info" {
			return who + " without " + f.Field, "Gong's table of stage fields does not name it, but one of its examples has it: send it to be safe"
		}
		hint = "fill the column, take the value from another (a ?? b), or leave such rows out with where"
		if f.Field == "modifiedDate" {
			hint = "fall back to another date (LastModifiedDate ?? CreatedDate), or to now() where the CRM keeps none"
		}
		return who + " without " + f.Field + ", which Gong demands", hint
	case "object-id-invalid":
		made := "safeId(x)"
		if r.opt.Slugs[gong.ParseType(f.Entity)] {
			made = "safeId(slug(x))"
		}
		return who + " with an objectId that Gong does not allow", "write objectId: " + made + ", and the same wherever another record refers to it"
	case "object-id-underscore":
		return who + " with _ in the objectId, which Gong's text does not allow and its examples have",
			`upload a few and read them back, or write replace(x, "_", "-"); rules: {object-id-underscore: error} rejects them`
	case "object-id-duplicate":
		if r.ready {
			return who + " with an objectId that an earlier record has", "keep one record for each objectId, or make the ids in what writes the files from more of the record"
		}
		return who + " with an objectId that an earlier record has",
			cmp.Or(ownHints(f), "say which one counts with duplicates: first, last, latest or same; or make the id of more columns with id(a, b)")
	case "value-invalid":
		if f.Cause == otherKeys {
			return who + " with a value that no field takes, under " + others, "see the reasons in the examples; more than " + count(maxForeign) + " keys that are no fields are likely no keys at all but data"
		}
		if f.Field == "" {
			return noun{"line", "lines"}.of(n) + " of " + f.Entity + " that " + verb(n, "is", "are") + " no JSON object", "write one JSON object a line, without comments and blank lines"
		}
		if f.Cause != "" { // the code that the failure would have, were the field not left out
			as := *f
			as.Code, as.Cause = f.Cause, ""
			summary, hint = r.words(&as)
			return summary + "; the field was left out", cmp.Or(ownHints(f), hint)
		}
		return who + invalidWords(f), invalidHint(f)
	case "enum-unmapped":
		return who + ": " + enumName(f) + " has no entry for " + valueNoun.of(f.Distinct), "add " + verb(f.Distinct, "the value", "the values") + " to the enum, or give it a default"
	case "rate-missing":
		return who + " without an exchange rate for " + f.Field, "add the rates, a default currency, or a date to fall back to"
	case "lookup-many":
		return who + ": " + lookupName(f) + " found several rows for " + keyNoun.of(f.Distinct), "narrow the key, filter the table with where, or set onMany: first or last"
	case "lookup-row-invalid":
		return noun{"row", "rows"}.of(n) + " that " + lookupName(f) + " could not take", "mend the rows, or give the key a fallback (a ?? b)"
	case "row-ragged":
		as := f.Entity
		if f.History {
			as = "past version of " + as
		}
		return noun{"row", "rows"}.of(n) + " with more filled cells than the header has, read as " + as, "quote the cells that hold the delimiter, or set the source's delimiter"
	case "header-differs":
		return noun{"header", "headers"}.of(n) + verb(n, " differs", " differ") + " from the mapping in case or blanks", "write the headers in the mapping as the file has them"
	case "stage-order":
		if f.Cause == notCompared {
			return who + " beyond the first " + count(maxStages) + ", whose sortOrder was not compared", "a sales process has dozens of stages: see that each row of STAGE is one"
		}
		if f.Severity == "info" {
			return "none of " + nouns[gong.Stage].of(n) + " has a sortOrder", "number the stages from 1 in the order of your sales process"
		}
		return who + " with a sortOrder that another active stage has", "number the stages from 1, each once"
	case "reference-not-judged":
		return who + ": " + f.Field + " could not be checked, since this run makes no " + f.Detail + " and none was sent before",
			"map " + f.Detail + " too, as a small table in the mapping if need be"
	case "account-none":
		return "no account in this run, nor sent before", "Gong asks every integration for accounts: map the companies as ACCOUNT"
	case "field-not-in-schema":
		if f.Cause == otherKeys {
			return who + " with fields that the schema does not have, under " + others, "more than " + count(maxForeign) + " such fields are likely no fields at all but data: see what writes the files"
		}
		return who + " with the field " + value.Quote(f.Field) + ", which the schema does not have", "add it to the schema, or correct the key: names are case-sensitive"
	case "picklist-value":
		return who + " with " + valueNoun.of(f.Distinct) + " of " + f.Field + " outside the schema's list", "add the values to orderedValueList, or correct them"
	}
	return who + ": " + f.Code, ""
}

// plain are the words for findings whose sentence does not depend on details.
type plain struct{ one, many, hint string }

const others = "other keys than those named"

var plainWords = map[string]plain{
	"contact-account-missing":     {"has no account: Gong can tie its activities to one by the e-mail's domain alone", "have no account: Gong can tie their activities to one by the e-mail's domain alone", "fill accountId, or look it up by the domain of the e-mail"},
	"deal-account-missing":        {"has no account: Gong does not show it", "have no account: Gong does not show them", "fill accountId, or take it from another column (a ?? b)"},
	"deal-owner-missing":          {"has no owner: it is not on Gong's deal board", "have no owner: they are not on Gong's deal board", "fill ownerId, or fall back to another user (a ?? b)"},
	"deal-close-date-missing":     {"has no close date: it is not on Gong's deal board", "have no close date: they are not on Gong's deal board", "fill closeDate with the actual or expected date"},
	"deal-stage-missing":          {"has no stage: activities can not always be tied to it", "have no stage: activities can not always be tied to them", "fill stage with the objectId of a STAGE"},
	"lead-converted-empty":        {"is converted but names no account, contact or deal", "are converted but name no account, contact or deal", "export the ids of what the leads became and map the convertedTo fields"},
	"contact-unreachable":         {"has neither e-mail nor phone: no activity can match it", "have neither e-mail nor phone: no activity can match them", "map another column, or leave them out with where"},
	"lead-unreachable":            {"has neither e-mail nor phone: no activity can match it", "have neither e-mail nor phone: no activity can match them", "map another column, or leave them out with where"},
	"account-domain-shared":       {"shares a domain with another", "share a domain with another: which one Gong takes is not documented", "keep the domain on one account, such as the parent"},
	"account-domain-free-mail":    {"has a free-mail domain: Gong would tie everyone with such an address to it", "have a free-mail domain: Gong would tie everyone with such an address to them", "write domains: domains(…), which leaves free-mail providers out"},
	"email-shared":                {"shares its e-mail address with another", "share an e-mail address with another: which one Gong takes is not documented", "merge the contacts in the CRM, or keep the address on one of them"},
	"user-email-shared":           {"shares its e-mail address with another", "share an e-mail address with another: Gong joins one CRM user to a Gong user", "leave inactive and integration users out with where"},
	"stage-inactive-open-deal":    {"is open in an inactive stage", "are open in an inactive stage", "move or close the deals, or keep the stage active"},
	"account-name-missing":        {"has no name: Gong shows Account_# and the id", "have no name: Gong shows Account_# and the id", "fall back to another column: name: Name ?? domain(Website)"},
	"deal-name-missing":           {"has no name: Gong shows Deal_# and the id", "have no name: Gong shows Deal_# and the id", "build a name from other columns with join"},
	"deal-amount-negative":        {"has an amount below zero", "have an amount below zero", "leave credits out with where, or correct the column's format"},
	"deal-won-without-close-date": {"is won and has no close date", "are won and have no close date", "map the date of the win: closeDate: CloseDate ?? WonDate"},
	"history-record-unknown":      {"belongs to a record that is neither written now nor sent before", "belong to records that are neither written now nor sent before", "filter the history as the records are filtered"},
	"closed-date-future":          {"is won or lost and closes in the future", "are won or lost and close in the future", "correct the date, or check the order of day and month"},
	"open-date-past":              {"is open with a close date in the past", "are open with a close date in the past", "close the deals in the CRM, or map their status"},
	"modified-before-created":     {"was modified before it was created", "were modified before they were created", "check formats and time zones of both columns"},
	"modified-future":             {"was modified in the future", "were modified in the future", "set the export's timezone, or check the order of day and month"},
}

func enumName(f *Finding) string {
	if f.Detail == "" {
		return "the enum for " + f.Field
	}
	return "the enum " + f.Detail
}

func lookupName(f *Finding) string {
	if f.Detail == "" {
		return "the lookup for " + f.Field
	}
	return "the lookup " + f.Detail
}

// invalidWords says which field's values do not fit.
func invalidWords(f *Finding) string {
	switch f.Field {
	case "where", "deleted", "forEach", "converted":
		return ": " + f.Field + " failed"
	}
	s := " with a value that does not fit " + f.Field
	if f.Severity == "warning" {
		s += "; left out"
	}
	return s
}

// invalidHint says what to do about values that do not fit: what refused them
// knows best.
func invalidHint(f *Finding) string {
	own := *f
	if len(f.hints) == 0 || slices.Contains(f.hints, "") {
		own.hints = append(slices.Clone(f.hints), fieldHint(f))
	}
	return cmp.Or(ownHints(&own), "correct the values in the CRM, or clean them in the expression")
}

// ownHints joins the hints of what refused the values. Those that are left out
// need no advice to leave them out.
func ownHints(f *Finding) string {
	var hints []string
	for _, hint := range f.hints {
		if hint != "" && (f.Severity != "warning" || !strings.Contains(hint, "onError: omit")) {
			hints = append(hints, hint)
		}
	}
	return strings.Join(hints, "; ")
}

// fieldHint says what the field takes.
func fieldHint(f *Finding) string {
	if t := gong.ParseType(f.Entity); t != gong.NoType {
		if i := t.FieldIndex(f.Field); i >= 0 {
			switch t.Fields()[i].Kind {
			case gong.DateTime:
				return "Gong takes 2024-03-15T10:00:00Z or with ±hh:mm, without a fraction: give the column its type and format"
			case gong.Date:
				return "Gong takes 2024-03-15: give the column its type and format"
			case gong.Email:
				return "write email(x) to trim and check; {value: …, onError: omit} leaves bad ones out"
			case gong.URL:
				return "write url(x), which adds https:// where no scheme stands"
			case gong.Status:
				return "map the CRM's words to OPEN, WON and LOST with an enum"
			case gong.Currency, gong.Integer:
				return "give the column type: decimal with its decimal and group characters"
			}
		}
	}
	return "see the reasons in the examples; {value: …, onError: omit} leaves bad values out"
}
