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
	// OpenAmount is the exact sum of the amounts of the open deals among them.
	OpenAmount json.Number `json:"open_amount"`
	Examples   []Example   `json:"examples"` // at most three
	Remedy     string      `json:"remedy"`
}

// HiddenDeals are the deals that at least one reason hides, each counted once.
type HiddenDeals struct {
	Records    int         `json:"records"`
	OpenAmount json.Number `json:"open_amount"`
}

// hides is a set of reasons for which a deal is hidden.
type hides uint8

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
	numHides
)

// hideRules are the rules that the reasons break.
var hideRules = [numHides]rule{
	dealAccountMissing, dealAccountUnknown, dealOwnerMissing, dealOwnerUnknown,
	dealCloseDateMissing, dealStageMissing, dealStageUnknown, stageInactiveOpenDeal,
}

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
		s.by[i].add(o.by[i])
	}
	s.all.add(o.all)
}

// hideDeal counts a deal for the reasons found on the way.
func (w *Worker) hideDeal(e *gong.Entity) {
	set := w.hide & w.watched
	if set == 0 {
		return
	}
	one := dealSum{1, w.openAmount(e)}
	s := &w.notes.hidden
	s.all.add(one)
	for i := range s.by {
		if set&(1<<i) != 0 {
			s.by[i].add(one)
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
	{dealCloseDateMissing, gong.Deal, "closeDate", notOnBoard, ""},
	{dealStageMissing, gong.Deal, "stage", notTied, ""},
	{dealStageUnknown, gong.Deal, "stage", notTied, "send these stages too, or map stage to the objectId of one that is sent: " + seeCauses},
	{stageInactiveOpenDeal, gong.Deal, "stage", "open in a stage that is not offered any more", ""},
	{missingMandatory, gong.BusinessUser, "emailAddress", "refused: their deals have no owner at Gong", "fill the user's e-mail address"},
	{userEmailShared, gong.BusinessUser, "emailAddress", "Gong joins one CRM user by an e-mail: deals of the others may have no owner", ""},
	{contactUnreachable, gong.Contact, "emailAddress", "no activity can match it", ""},
	{leadUnreachable, gong.Lead, "emailAddress", "no activity can match it", ""},
	{fieldNotInSchema, gong.NoType, "", "the field is taken and not shown", "add the field to the schema, or correct its name: names are case-sensitive"},
}

// hidden gives the reasons that hide records, from the sums of the deals and
// the findings of p.
func (r *Run) hidden(p *Report) []Hidden {
	rows := []Hidden{}
	for i := range hidings {
		h := &hidings[i]
		if h.rule == fieldNotInSchema {
			rows = append(rows, unlistedFields(p, h)...)
			continue
		}
		row := h.row()
		if bit := hideBit(h.rule); bit != 0 {
			for k, x := range hideRules {
				if x == h.rule {
					row.Records, row.OpenAmount = r.deals.hidden.by[k].count, exact(r.deals.hidden.by[k].amount)
				}
			}
		} else {
			row.Records = p.countOf(h)
		}
		if row.Records == 0 {
			continue
		}
		if h.rule == accountNone {
			row.Records = 0 // the rule is about records that are not there
		}
		row.Examples = p.examplesOf(h)
		rows = append(rows, row)
	}
	return rows
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
	case dealAccountMissing, dealOwnerMissing, dealCloseDateMissing, dealStageMissing:
		take(func(f *Finding) bool {
			return f.Code == codes[valueInvalid] && !f.Rejects && f.Severity != diag.Error.String() &&
				!f.History && f.Entity == h.entity.String() && f.Field == h.field
		})
	}
	return list
}

func exact(v value.Value) json.Number {
	if v.IsNil() {
		return "0"
	}
	return json.Number(v.AppendNumber(nil))
}
