package validate

import "crm2gong/mapping/gong"

// rule is a rule's place in codes: rules are switched on and off by number
// while records go by.
type rule uint8

const (
	missingMandatory rule = iota
	objectIDInvalid
	objectIDUnderscore
	objectIDDuplicate
	valueInvalid
	contactAccountUnknown
	dealAccountUnknown
	dealOwnerUnknown
	dealStageUnknown
	leadAccountUnknown
	leadContactUnknown
	leadDealUnknown
	referenceUnknown
	contactAccountMissing
	dealAccountMissing
	dealOwnerMissing
	dealCloseDateMissing
	dealStageMissing
	leadConvertedEmpty
	contactUnreachable
	leadUnreachable
	accountDomainShared
	accountDomainFreeMail
	emailShared
	userEmailShared
	stageOrder
	stageInactiveOpenDeal
	accountNameMissing
	dealNameMissing
	dealAmountNegative
	dealWonWithoutCloseDate
	historyRecordUnknown
	closedDateFuture
	openDatePast
	modifiedBeforeCreated
	modifiedFuture
	referenceNotJudged
	accountNone
	fieldNotInSchema
	picklistValue
	numRules
	noRule = numRules
)

var codes = [numRules]string{
	missingMandatory:        "missing-mandatory",
	objectIDInvalid:         "object-id-invalid",
	objectIDUnderscore:      "object-id-underscore",
	objectIDDuplicate:       "object-id-duplicate",
	valueInvalid:            "value-invalid",
	contactAccountUnknown:   "contact-account-unknown",
	dealAccountUnknown:      "deal-account-unknown",
	dealOwnerUnknown:        "deal-owner-unknown",
	dealStageUnknown:        "deal-stage-unknown",
	leadAccountUnknown:      "lead-account-unknown",
	leadContactUnknown:      "lead-contact-unknown",
	leadDealUnknown:         "lead-deal-unknown",
	referenceUnknown:        "reference-unknown",
	contactAccountMissing:   "contact-account-missing",
	dealAccountMissing:      "deal-account-missing",
	dealOwnerMissing:        "deal-owner-missing",
	dealCloseDateMissing:    "deal-close-date-missing",
	dealStageMissing:        "deal-stage-missing",
	leadConvertedEmpty:      "lead-converted-empty",
	contactUnreachable:      "contact-unreachable",
	leadUnreachable:         "lead-unreachable",
	accountDomainShared:     "account-domain-shared",
	accountDomainFreeMail:   "account-domain-free-mail",
	emailShared:             "email-shared",
	userEmailShared:         "user-email-shared",
	stageOrder:              "stage-order",
	stageInactiveOpenDeal:   "stage-inactive-open-deal",
	accountNameMissing:      "account-name-missing",
	dealNameMissing:         "deal-name-missing",
	dealAmountNegative:      "deal-amount-negative",
	dealWonWithoutCloseDate: "deal-won-without-close-date",
	historyRecordUnknown:    "history-record-unknown",
	closedDateFuture:        "closed-date-future",
	openDatePast:            "open-date-past",
	modifiedBeforeCreated:   "modified-before-created",
	modifiedFuture:          "modified-future",
	referenceNotJudged:      "reference-not-judged",
	accountNone:             "account-none",
	fieldNotInSchema:        "field-not-in-schema",
	picklistValue:           "picklist-value",
}

// referenceRules are the rules for a standard reference: that its id is
// unknown, and that it has none.
func referenceRules(t gong.ObjectType, field string) (unknown, missing rule) {
	switch t {
	case gong.Contact:
		return contactAccountUnknown, contactAccountMissing
	case gong.Deal:
		switch field {
		case "accountId":
			return dealAccountUnknown, dealAccountMissing
		case "ownerId":
			return dealOwnerUnknown, dealOwnerMissing
		case "stage":
			return dealStageUnknown, dealStageMissing
		}
	case gong.Lead:
		switch field {
		case "convertedToAccountId":
			return leadAccountUnknown, noRule
		case "convertedToContactId":
			return leadContactUnknown, noRule
		case "convertedToDealId":
			return leadDealUnknown, noRule
		}
	}
	return referenceUnknown, noRule
}
