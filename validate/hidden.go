package validate

import (
	"encoding/json"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
)

// Hidden is one reason for which Gong takes records and does not show them, or
// not where people look for them. A rule that is off gives no reason.
type Hidden struct {
	Reason  string `json:"reason"` // the code of the rule
	Entity  string `json:"entity"` // object type
	Field   string `json:"field"`
	Effect  string `json:"effect"`  // what Gong does with such records
	Records int    `json:"records"` // written, without deletions and past versions
	// OpenAmount is the exact sum of the amounts of the open deals among them, in
	// Currency: the one that amounts are converted to, "" where that is not known.
	OpenAmount json.Number `json:"open_amount"`
	Currency   string      `json:"currency"`
	Examples   []Example   `json:"examples"` // at most three
	Remedy     string      `json:"remedy"`
}

// HiddenDeals are the deals that at least one reason hides, each counted once.
type HiddenDeals struct {
	Records    int         `json:"records"`
	OpenAmount json.Number `json:"open_amount"`
	Currency   string      `json:"currency"` // see Hidden
}

// hides is a set of reasons for which a deal is hidden.
type hides uint16

// The reasons for which deals are hidden, by their bit.
const (
	hideNoAccount = iota
	hideUnknownAccount
	hideNoOwner
	hideUnknownOwner
	hideNoClose
	hideNoStage
	hideUnknownStage
	hideInactiveStage
	hideSecondOwner // a user whose e-mail an earlier user has
	numHides
)

// hideRules are the rules that the reasons break.
var hideRules = [numHides]rule{
	dealAccountMissing, dealAccountUnknown, dealOwnerMissing, dealOwnerUnknown,
	dealCloseDateMissing, dealStageMissing, dealStageUnknown, stageInactiveOpenDeal, userEmailShared,
}

// secondOwners groups deals whose owner's e-mail an earlier user has. The group
// is no finding: it only gives examples of what is hidden.
var secondOwners = finding.Key{Code: codes[userEmailShared], Entity: gong.Deal, Field: "ownerId"}

// hideBit gives the reason that a broken rule is, none for most.
func hideBit(r rule) hides {
	for i, x := range hideRules {
		if x == r {
			return 1 << i
		}
	}
	return 0
}

// watched are the reasons whose rules are on.
func (r *Run) watched() (on hides) {
	for i, x := range hideRules {
		if r.severity[x] != diag.Off {
			on |= 1 << i
		}
	}
	return on
}

// hiddenSums are deals by reason, and in all.
type hiddenSums struct {
	by  [numHides]dealSum
	all dealSum
}

func (s *hiddenSums) add(o *hiddenSums) {
	for i := range s.by {
		s.by[i].add(&o.by[i])
	}
	s.all.add(&o.all)
}

// hideDeal counts a deal for the reasons found on the way.
func (w *Worker) hideDeal(e *gong.Entity) {
	set := w.hide & w.watched
	if set == 0 {
		return
	}
	one := dealSum{count: 1}
	one.amount.Add(w.openAmount(e))
	s := &w.notes.hidden
	s.all.add(&one)
	for i := range s.by {
		if set&(1<<i) != 0 {
			s.by[i].add(&one)
		}
	}
}

// hiding says what a reason does and what to do about it.
type hiding struct {
	rule           rule
	entity         gong.ObjectType
	field          string
	effect, remedy string // remedy is "" where the rule's own hint says it
}

const (
	notShown   = "not shown at all"
	notOnBoard = "not on the deal board"
	notTied    = "activities can not always be tied to it"
	seeCauses  = "the findings tell the cause for each"
)

// hidings are the documented reasons, the gravest first.
var hidings = []hiding{
	{accountNone, gong.Account, "", "deals without an account are not shown, activities lead to none", "map the companies as ACCOUNT"},
	{dealAccountMissing, gong.Deal, "accountId", notShown, ""},
	{dealAccountUnknown, gong.Deal, "accountId", notShown, "send these accounts too, or correct accountId: " + seeCauses},
	{dealOwnerMissing, gong.Deal, "ownerId", notOnBoard, ""},
	{dealOwnerUnknown, gong.Deal, "ownerId", notOnBoard, "send these users too, or fall back to one that is sent: " + seeCauses},
	{userEmailShared, gong.Deal, "ownerId", "not on the deal board: an earlier user has their owner's e-mail, and Gong joins one CRM user by it", "leave the user out with where, and map ownerId to the one that is sent first"},
	{dealCloseDateMissing, gong.Deal, "closeDate", notOnBoard, ""},
	{dealStageMissing, gong.Deal, "stage", notTied, ""},
	{dealStageUnknown, gong.Deal, "stage", notTied, "send these stages too, or map stage to the objectId of one that is sent: " + seeCauses},
	{stageInactiveOpenDeal, gong.Deal, "stage", "open in a stage that is not offered any more", ""},
	{missingMandatory, gong.BusinessUser, "emailAddress", "refused: their deals have no owner at Gong", "fill the user's e-mail address"},
	{userEmailShared, gong.BusinessUser, "emailAddress", "not joined to a Gong user: an earlier user has the e-mail", ""},
	{contactUnreachable, gong.Contact, "emailAddress", "no activity can match it", ""},
	{contactAccountMissing, gong.Contact, "accountId", "its activities lead to an account by the e-mail's domain alone", ""},
	{contactAccountUnknown, gong.Contact, "accountId", "its activities lead to an account by the e-mail's domain alone", "send these accounts too, or correct accountId: " + seeCauses},
	{leadUnreachable, gong.Lead, "emailAddress", "no activity can match it", ""},
	{fieldNotInSchema, gong.NoType, "", "the field is taken and not shown", "add the field to the schema, or correct its name: names are case-sensitive"},
}

// hidden gives the reasons that hide records, from the sums of the deals and
// the findings of p.
func (r *Run) hidden(p *Report, log *finding.Log) []Hidden {
	rows := []Hidden{}
	for i := range hidings {
		h := &hidings[i]
		if h.rule == fieldNotInSchema {
			rows = append(rows, unlistedFields(p, h)...)
			continue
		}
		row := h.row()
		r.countHidden(p, h, &row)
		if row.Records == 0 {
			continue
		}
		if h.rule == accountNone {
			row.Records = 0 // the rule is about records that are not there
		}
		row.Examples = p.examplesOf(h)
		if h.rule == userEmailShared && h.entity == gong.Deal {
			row.Examples = examplesIn(log, secondOwners)
		}
		rows = append(rows, row)
	}
	return rows
}

// countHidden sets the number of records that a reason hides, and the open
// amount of deals.
func (r *Run) countHidden(p *Report, h *hiding, row *Hidden) {
	ref := p.References[h.entity.String()+"."+h.field]
	switch {
	case r.severity[h.rule] == diag.Off:
	case h.entity == gong.Deal:
		for k, x := range hideRules {
			if x == h.rule {
				sum := &r.deals.hidden.by[k]
				row.Records, row.OpenAmount = sum.count, value.JSON(sum.amount.Value())
			}
		}
	case h.rule == userEmailShared:
		row.Records = r.seconds.Len()
	case h.rule == contactAccountMissing:
		row.Records = ref.Empty + ref.Invalid
	case h.rule == contactAccountUnknown:
		row.Records = ref.Unknown
	default:
		row.Records = p.countOf(h)
	}
}

func (h *hiding) row() Hidden {
	row := Hidden{
		Reason: codes[h.rule], Entity: h.entity.String(), Field: h.field, Effect: h.effect, OpenAmount: "0",
		Examples: []Example{}, Remedy: h.remedy,
	}
	if row.Remedy == "" {
		row.Remedy = plainWords[row.Reason].hint
	}
	return row
}

// unlistedFields gives a row for every field that no schema has.
func unlistedFields(p *Report, h *hiding) (rows []Hidden) {
	for i := range p.Findings {
		if f := &p.Findings[i]; f.Code == codes[h.rule] && !f.History {
			row := h.row()
			row.Entity, row.Field, row.Records = f.Entity, f.Field, f.Count
			row.Examples = append(row.Examples, f.Examples[:min(len(f.Examples), finding.MaxExamples)]...)
			rows = append(rows, row)
		}
	}
	return rows
}

// has tells whether a finding is about the reason.
func (h *hiding) has(f *Finding) bool {
	return f.Code == codes[h.rule] && !f.History && f.Entity == h.entity.String() && (h.field == "" || f.Field == h.field)
}

func (p *Report) countOf(h *hiding) (n int) {
	for i := range p.Findings {
		if h.has(&p.Findings[i]) {
			n += p.Findings[i].Count
		}
	}
	return n
}

// examplesOf gives the first examples of a reason's findings. A value that was
// left out since it did not fit makes a field as empty as none.
func (p *Report) examplesOf(h *hiding) []Example {
	list := []Example{}
	take := func(wanted func(f *Finding) bool) {
		for i := range p.Findings {
			if f := &p.Findings[i]; wanted(f) {
				list = append(list, f.Examples[:min(len(f.Examples), finding.MaxExamples-len(list))]...)
			}
		}
	}
	take(h.has)
	switch h.rule {
	case contactAccountMissing, dealAccountMissing, dealOwnerMissing, dealCloseDateMissing, dealStageMissing:
		take(func(f *Finding) bool {
			return f.Code == codes[valueInvalid] && !f.Rejects && f.Severity != diag.Error.String() &&
				!f.History && f.Entity == h.entity.String() && f.Field == h.field
		})
	}
	return list
}

// examplesIn gives the first examples of one group of a log.
func examplesIn(log *finding.Log, k finding.Key) []Example {
	list := []Example{}
	for _, g := range log.Groups() {
		if g.Key == k {
			for i := range g.Examples[:min(len(g.Examples), finding.MaxExamples)] {
				list = append(list, exampleOf(&g.Examples[i]))
			}
		}
	}
	return list
}
