package finding

import (
	"crm2gong/mapping/diag"
	"crm2gong/mapping/gong"
)

// rules is the table of all rules, in the order of the manual.
var rules = []Rule{
	{
		Code: "missing-mandatory", Severity: diag.Error, Rejects: true, Entities: every,
		When: "objectId, modifiedDate, BUSINESS_USER.emailAddress (unless the user is deleted) or STAGE.name is absent or empty",
		Why: `Gong refuses the line: "Mandatory field [emailAddress] is missing or empty" (` + pageStatus + `). ` +
			`An empty text counts as missing. For a STAGE in ready-made LDJSON a missing modifiedDate is an info, since Gong's table of stage fields does not name it.`,
		Fix: `Fill the column in the CRM, take the value from another column, or leave such rows out:
  modifiedDate: LastModifiedDate ?? CreatedDate
  where: {has an e-mail: Email != nil}
Where the CRM keeps no change date, send the time of the run:
  modifiedDate: now()`,
	},
	{
		Code: "object-id-invalid", Severity: diag.Error, Rejects: true, Entities: every,
		When: "an objectId over 64 characters, or with other characters than letters, digits and -, unless it is an e-mail address",
		Why:  `Gong allows at most 64 characters, alphanumeric or "-", or a valid e-mail address (` + pageUpload + `, objectId). Other ids may be refused, or never match a reference.`,
		Fix: `Make a legal id, and make it in the same way wherever another record refers to it:
  objectId: safeId(Id)
  accountId: safeId(AccountId)
safeId keeps legal ids as they are. slug gives readable ids for names of stages.`,
	},
	{
		Code: "object-id-underscore", Severity: diag.Warning, Entities: every,
		When: "an objectId that would be legal but for its underscores",
		Why:  `Gong's text allows letters, digits and "-" only, yet its own examples have ids such as user1_Id_In_The_CRM (` + pageUpload + `), so what Gong does is not certain.`,
		Fix: `Upload a few records and read them back with crm2gong verify. To be safe:
  objectId: replace(Id, "_", "-")
As an error the rule rejects such records; off silences it:
  rules: {object-id-underscore: error}`,
	},
	{
		Code: "object-id-duplicate", Severity: diag.Error, Rejects: true, Entities: every,
		When: "a second record of the same type with the same objectId",
		Why:  `A file may hold a record once: several updates of one record must be sent in separate files (` + pageUpload + `, dataFile).`,
		Fix: `Say which one counts:
  duplicates: latest      # by modifiedDate; also first, last
  duplicates: same        # records that are equal in all fields are folded into one
or make the id of more columns: objectId: id(AccountId, Region).`,
	},
	{
		Code: "value-invalid", Severity: diag.Error, Rejects: true, Entities: every,
		When: "an expression failed, or its result does not fit the field: date, number, URL, e-mail, status, picklist, percent from 0 to 100, sortOrder from 1",
		Why:  `Gong refuses lines with malformed dates and values that do not match the field's type (` + pageStatus + ` and ` + pageSchema + `); dates are ISO 8601 without milliseconds (` + pageOverview + `).`,
		Fix: `Give the column its type and format, or convert in the expression:
  columns: {Close Date: {type: date, format: "%d/%m/%Y"}}
  emailAddress: {value: email(Email), onError: omit}   # leaves the field out, as a warning`,
	},
	{
		Code: "enum-unmapped", Severity: diag.Error, Rejects: true, Entities: every,
		When: "a value that the enum has no entry for, and the enum has no default",
		Why:  `A status or stage that is guessed puts the deal in the wrong place of Gong's pipeline (` + pageUpload + `, Deal), so nothing is guessed.`,
		Fix: `Add the value to the enum; the report lists all unmapped values with their counts:
  enums:
    dealStatus: {values: {Closed Won: WON, Closed Lost: LOST}, default: OPEN}`,
	},
	{
		Code: "rate-missing", Severity: diag.Error, Rejects: true, Entities: every,
		When: "an amount without a rate: unknown currency, no rate on or before the date, a rate older than maxAge, no currency, or no date where the rates have dates",
		Why:  `Gong takes all amounts in the company's one currency and converts nothing (` + pageUpload + `, Deal, amount).`,
		Fix: `Add the rate to the table, give an empty currency a default, or fall back to another date:
  currency: {base: USD, default: USD, rates: {EUR: 1.085}}
  amount: convert(Amount, CurrencyIsoCode, CloseDate ?? today())`,
	},
	{
		Code: "lookup-many", Severity: diag.Error, Rejects: true, Entities: every,
		When: "a lookup found several rows for the key",
		Why:  `Which of them is meant can not be known, and a wrong id links the record to the wrong one in Gong.`,
		Fix: `Make the key narrower, filter the table, or say which row counts:
  lookups:
    userId: {from: users, key: Email, value: Id, where: IsActive, onMany: first}`,
	},
	{
		Code: "contact-account-unknown", Severity: diag.Error, Entities: only(gong.Contact),
		When: "CONTACT.accountId is the id of no account, neither in this run nor sent before",
		Why:  noDanglingError + `A matched contact without its account leads calls and e-mails to no account (` + pageAssociation + `).`,
		Fix:  unknownFix("CONTACT.accountId", "accountId: sfid18(AccountId)"),
	},
	{
		Code: "deal-account-unknown", Severity: diag.Error, Entities: only(gong.Deal),
		When: "DEAL.accountId is the id of no account, neither in this run nor sent before",
		Why:  noDanglingError + `Deals without an account do not appear in Gong (` + pageUpload + `, Deal, accountId).`,
		Fix:  unknownFix("DEAL.accountId", "accountId: sfid18(AccountId)"),
	},
	{
		Code: "deal-owner-unknown", Severity: diag.Error, Entities: only(gong.Deal),
		When: "DEAL.ownerId is the objectId of no business user, neither in this run nor sent before",
		Why:  noDanglingError + `The owner joins the deal to a Gong user; deals without one are not on the deal board (` + pageUpload + `, Deal, ownerId).`,
		Fix: unknownFix("DEAL.ownerId", "ownerId: sfid18(OwnerId)") + `
Export users who have left too: their deals still name them. An export with the owner's name only needs a lookup:
  lookups: {userId: {from: users, key: Name, value: Id}}
  ownerId: userId(Owner)`,
	},
	{
		Code: "deal-stage-unknown", Severity: diag.Error, Entities: only(gong.Deal),
		When: "DEAL.stage is the objectId of no STAGE, neither in this run nor sent before",
		Why:  noDanglingError + `stage must be one of the objectIds of the stages, not their names (` + pageUpload + `, Deal, stage); else activities can not always be tied to the deal.`,
		Fix: `Look the id up by the name, or make both by the same expression:
  lookups: {stageId: {from: stages, key: label, value: id}}
  stage: stageId(StageName)
What happens to the rest is the mapping's choice:
  references: {DEAL.stage: omit}     # send (default), omit, reject`,
	},
	{
		Code: "lead-account-unknown", Severity: diag.Error, Entities: only(gong.Lead),
		When: "LEAD.convertedToAccountId is the id of no account, neither in this run nor sent before",
		Why:  noDanglingError + `The converted lead is tied to no account (` + pageUpload + `, Lead).`,
		Fix:  unknownFix("LEAD.convertedToAccountId", "convertedToAccountId: sfid18(ConvertedAccountId)"),
	},
	{
		Code: "lead-contact-unknown", Severity: diag.Error, Entities: only(gong.Lead),
		When: "LEAD.convertedToContactId is the id of no contact, neither in this run nor sent before",
		Why:  noDanglingError + `The converted lead is tied to no contact (` + pageUpload + `, Lead).`,
		Fix:  unknownFix("LEAD.convertedToContactId", "convertedToContactId: sfid18(ConvertedContactId)"),
	},
	{
		Code: "lead-deal-unknown", Severity: diag.Error, Entities: only(gong.Lead),
		When: "LEAD.convertedToDealId is the id of no deal, neither in this run nor sent before",
		Why:  noDanglingError + `The converted lead is tied to no deal (` + pageUpload + `, Lead).`,
		Fix:  unknownFix("LEAD.convertedToDealId", "convertedToDealId: sfid18(ConvertedOpportunityId)"),
	},
	{
		Code: "reference-unknown", Severity: diag.Error, Entities: customers,
		When: "a custom REFERENCE field holds the id of no record of the type in referenceTo",
		Why:  noDanglingError + `A REFERENCE field is the id of another object (` + pageSchema + `); without that object it shows nothing.`,
		Fix: `Map the type that the field refers to, make both ids by the same expression, or correct referenceTo:
  custom: {parent: {label: Parent, type: REFERENCE, referenceTo: ACCOUNT, value: ParentId}}`,
	},
	{
		Code: "contact-account-missing", Severity: diag.Warning, Entities: only(gong.Contact),
		When: "CONTACT.accountId is empty",
		Why:  `Gong ties an activity to the account of the contact that it matched (` + pageAssociation + `); this contact gives none, and only the e-mail's domain is left to find an account.`,
		Fix:  `Fill the account in the CRM, or find it by the domain: accountId: AccountId ?? accountByDomain(domain(Email)).`,
	},
	{
		Code: "deal-account-missing", Severity: diag.Warning, Entities: only(gong.Deal),
		When: "DEAL.accountId is empty",
		Why:  `Deals without an accountId do not appear in Gong at all (` + pageUpload + `, Deal, accountId).`,
		Fix:  `Fill the account in the CRM, or take it from another column: accountId: AccountId ?? ParentAccountId.`,
	},
	{
		Code: "deal-owner-missing", Severity: diag.Warning, Entities: only(gong.Deal),
		When: "DEAL.ownerId is empty",
		Why:  `Deals without an ownerId do not appear on Gong's deal board (` + pageUpload + `, Deal, ownerId).`,
		Fix:  `Fill the owner in the CRM, or fall back to another user: ownerId: OwnerId ?? CreatedById.`,
	},
	{
		Code: "deal-close-date-missing", Severity: diag.Warning, Entities: only(gong.Deal),
		When: "DEAL.closeDate is empty",
		Why:  `Deals without a closeDate do not appear on Gong's deal board (` + pageUpload + `, Deal, closeDate).`,
		Fix:  `Fill the actual or expected close date, or fall back to another column: closeDate: CloseDate ?? ExpectedClose.`,
	},
	{
		Code: "deal-stage-missing", Severity: diag.Warning, Entities: only(gong.Deal),
		When: "DEAL.stage is empty",
		Why:  `Without a stage, activities can not always be associated with the deal (` + pageUpload + `, Deal, stage).`,
		Fix:  `Map the stage: stage: stageId(StageName).`,
	},
	{
		Code: "lead-converted-empty", Severity: diag.Warning, Entities: only(gong.Lead),
		When: "the LEAD mapping's key converted is true and none of the three convertedTo fields has a value",
		Why:  `A converted lead is expected to name the account, contact or deal that it became (` + pageUpload + `, Lead); else Gong keeps two unrelated records of one person.`,
		Fix: `Export the ids of what the lead became and map them:
  convertedToAccountId: ConvertedAccountId
  convertedToContactId: ConvertedContactId
  convertedToDealId: ConvertedOpportunityId`,
	},
	{
		Code: "contact-unreachable", Severity: diag.Warning, Entities: only(gong.Contact),
		When: "a contact with neither emailAddress nor phoneNumber",
		Why:  `Gong finds contacts by e-mail address or phone number (` + pageAssociation + `): no activity will ever match this one.`,
		Fix:  `Map a second column, or leave such contacts out: where: {reachable: Email != nil or Phone != nil}.`,
	},
	{
		Code: "lead-unreachable", Severity: diag.Warning, Entities: only(gong.Lead),
		When: "a lead with neither emailAddress nor phoneNumber",
		Why:  `Gong finds leads by e-mail address or phone number (` + pageAssociation + `): no activity will ever match this one.`,
		Fix:  `Map a second column, or leave such leads out: where: {reachable: Email != nil or Phone != nil}.`,
	},
	{
		Code: "account-domain-shared", Severity: diag.Warning, Entities: only(gong.Account),
		When: "one domain on several accounts",
		Why:  `Where no contact matches, Gong looks for the account with the domain of the person's e-mail address (` + pageAssociation + `); with several, which one is taken is not documented.`,
		Fix:  `Keep the domain on one account, such as the parent: domains: ParentId == nil ? domains(Website) : nil.`,
	},
	{
		Code: "account-domain-free-mail", Severity: diag.Warning, Entities: only(gong.Account),
		When: "a provider of free e-mail, such as gmail.com, among an account's domains",
		Why:  `Gong would tie everyone with such an address to this account (` + pageAssociation + `).`,
		Fix:  `Use domains(…), which leaves free-mail providers out: domains: domains(Website, Email).`,
	},
	{
		Code: "email-shared", Severity: diag.Warning, Entities: only(gong.Contact),
		When: "one e-mail address on several contacts; case does not count",
		Why:  `Gong looks for the contact with the person's e-mail address (` + pageAssociation + `); with several, which one is taken is not documented.`,
		Fix:  `Merge the contacts in the CRM, or keep the address on one of them.`,
	},
	{
		Code: "user-email-shared", Severity: diag.Warning, Entities: only(gong.BusinessUser),
		When: "one e-mail address on several business users; case does not count",
		Why:  `Gong joins the CRM's user to the Gong user with the same e-mail address (` + pageUpload + `, Business User); a second user with the address may not be joined.`,
		Fix:  `Leave inactive users or integration users out: where: {a person: UserType == "Standard"}.`,
	},
	{
		Code: "stage-order", Severity: diag.Warning, Entities: only(gong.Stage),
		When: "two active stages with one sortOrder; an info when no stage has one",
		Why:  `Stages are shown by sortOrder, which is 1 where it is left out; equal ones are shown one after another (` + pageUpload + `, Stage, sortOrder).`,
		Fix: `Number the stages in the order of your sales process, from 1:
  fields: {objectId: id, name: label, sortOrder: order, modifiedDate: now()}`,
	},
	{
		Code: "stage-inactive-open-deal", Severity: diag.Warning, Entities: only(gong.Deal),
		When: "an open deal in a stage whose isActive is false",
		Why:  `An inactive stage is kept for the deals that have it and not offered for new ones (` + pageUpload + `, Stage): an open deal in one is likely forgotten, or its stage mapped wrongly.`,
		Fix:  `Move or close the deals in the CRM, or keep the stage active: isActive: true.`,
	},
	{
		Code: "account-name-missing", Severity: diag.Warning, Entities: only(gong.Account),
		When: "ACCOUNT.name is empty",
		Why:  `Gong shows Account_# and the objectId instead (` + pageUpload + `, Account, name).`,
		Fix:  `Fall back to another column: name: Name ?? domain(Website).`,
	},
	{
		Code: "deal-name-missing", Severity: diag.Warning, Entities: only(gong.Deal),
		When: "DEAL.name is empty",
		Why:  `Gong shows Deal_# and the objectId instead (` + pageUpload + `, Deal, name).`,
		Fix:  `Build a name: name: Name ?? join([AccountName, CloseDate], " ").`,
	},
	{
		Code: "deal-amount-negative", Severity: diag.Warning, Entities: only(gong.Deal),
		When: "DEAL.amount is below zero",
		Why:  `Gong adds amounts up in pipelines and forecasts (` + pageOverview + `); a credit note or a misread format such as (1,000) lowers them.`,
		Fix:  `Leave credits out, or correct the column's format: where: {no credit: (Amount ?? 0) >= 0}.`,
	},
	{
		Code: "deal-won-without-close-date", Severity: diag.Warning, Entities: only(gong.Deal),
		When: "a deal that is WON and has no closeDate",
		Why:  `Activities are tied to a deal for 14 days after it closed (` + pageAssociation + `), and the deal board shows deals by closeDate (` + pageUpload + `, Deal): without the date neither works.`,
		Fix:  `Map the date of the win: closeDate: CloseDate ?? WonDate.`,
	},
	{
		Code: "history-record-unknown", Severity: diag.Warning, Entities: customers,
		When: "a past version of a record that is neither written in this run nor sent before",
		Why:  `History is uploaded for records that Gong has, best after the initial upload (` + pageOverview + `); a version of another one makes a record that the CRM no longer has.`,
		Fix:  `Leave versions of deleted or filtered records out, with the filters of the entity: history: {DEAL: {where: …}}.`,
	},
	{
		Code: "lookup-row-invalid", Severity: diag.Warning, Entities: every,
		When: "a row that a lookup could not take, because its key or where failed",
		Why:  `The row is not in the table, so records that ask for it get nothing.`,
		Fix:  `Mend the row, or give the key a fallback: lookups: {userId: {from: users, key: Email ?? Name, value: Id}}.`,
	},
	{
		Code: "closed-date-future", Severity: diag.Info, Entities: only(gong.Deal),
		When: "a deal that is WON or LOST and closes in the future",
		Why:  `Gong ties activities to deals by status and closeDate (` + pageAssociation + `); such a deal counts as closed and as due at once.`,
		Fix:  `Correct the date in the CRM, or check that the date's day and month are read in the right order.`,
	},
	{
		Code: "open-date-past", Severity: diag.Info, Entities: only(gong.Deal),
		When: "an open deal with a closeDate in the past",
		Why:  `Gong shows it as overdue on the deal board (` + pageOverview + `).`,
		Fix:  `Nothing, if the deal is really open; else close it in the CRM, or map its status: status: dealStatus(StageName).`,
	},
	{
		Code: "modified-before-created", Severity: diag.Warning, Entities: only(gong.Deal),
		When: "modifiedDate is before createdDate",
		Why:  `Gong tells versions of a record apart by modifiedDate (` + pageOverview + `): one of the two dates is misread or swapped.`,
		Fix:  `Check the formats and time zones of both columns; a date without a time is midnight in the mapping's timezone.`,
	},
	{
		Code: "modified-future", Severity: diag.Warning, Entities: every,
		When: "modifiedDate is after the instant of the run (--as-of)",
		Why:  `Gong tells versions of a record apart by modifiedDate (` + pageOverview + `): a true later change would look older than this one.`,
		Fix:  `Set the time zone of the export (timezone: America/New_York), or check that day and month are read in the right order.`,
	},
	{
		Code: "reference-not-judged", Severity: diag.Info, Entities: every,
		When: "a reference to a type that the mapping does not make and of which none was sent before; a warning for DEAL.ownerId and DEAL.stage; once per reference",
		Why:  `The ids can not be checked here, and Gong reports no error for unknown ones. It keeps deals of unknown owners off the deal board (` + pageUpload + `, Deal).`,
		Fix:  `Map that type as well; a small table of users or stages can be written in the mapping (sources: {stages: {rows: […]}}).`,
	},
	{
		Code: "account-none", Severity: diag.Info, Entities: only(gong.Account),
		When: "no ACCOUNT in this run, nor sent before",
		Why:  `Accounts are the one entity that every integration must upload (` + pageOverview + `).`,
		Fix:  `Map the accounts, or the companies of contacts, as ACCOUNT.`,
	},
	{
		Code: "row-ragged", Severity: diag.Error, Rejects: true, Entities: every,
		When: "a row of a CSV or TSV file with more filled cells than the header has",
		Why:  `Its values have slipped into the wrong columns, and Gong could not know.`,
		Fix:  `Quote the cell that has the delimiter or a line break in it, or set the source's delimiter: sources: {deals: {file: deals.csv, delimiter: ";"}}.`,
	},
	{
		Code: "header-differs", Severity: diag.Warning, Entities: every,
		When: "a header that matches the mapping in all but case and blanks",
		Why:  `The column is read, but an export whose headers change may change in other ways too.`,
		Fix:  `Write the header as the file has it: columns: {amount: {from: "Deal Amount"}}.`,
	},
	{
		Code: "field-not-in-schema", Severity: diag.Error, Entities: customers,
		When: "a key of ready-made LDJSON that is neither a standard field nor in the schema beside it",
		Why:  `Gong takes unknown fields and does not show them (` + pageSchema + `).`,
		Fix:  `Add the field to schema/TYPE.json and upload the schema first, or correct the key's spelling: names are case-sensitive.`,
	},
	{
		Code: "picklist-value", Severity: diag.Error, Entities: customers,
		When: "a picklist value of ready-made LDJSON that is not in the schema's orderedValueList",
		Why:  `A PICKLIST holds one of the values of its list (` + pageSchema + `).`,
		Fix:  `Add the value to orderedValueList in schema/TYPE.json and upload the schema first, or correct the value.`,
	},
	{
		Code: CheckPrefix + "<name>", Severity: diag.Warning, Entities: every,
		When: "a check of the mapping's own does not hold; its severity is the one that the check declares",
		Why:  `The mapping says so. A check reports and never rejects.`,
		Fix: `Mend the data, or the check:
  checks:
    - {name: amount-small, entity: DEAL, expect: amount >= 10, severity: info, message: a very small deal}`,
	},
}

func unknownFix(field, same string) string {
	return `Export that record too, take it out of the filter that leaves it out, or make both ids by the same expression (15- and 18-character Salesforce ids: ` + same + `).
What happens to the rest is the mapping's choice:
  references: {` + field + `: omit}     # send (default), omit, reject`
}
