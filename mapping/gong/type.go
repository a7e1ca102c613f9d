// Package gong models the CRM side of Gong: object types, their fields and
// limits, the order in which types depend on each other, entities, and the
// line-delimited JSON (LDJSON) in which they travel. It imports nothing of
// this program.
//
// The rules come from Gong's API documentation of POST /v2/crm/entities and
// POST /v2/crm/entity-schema.
package gong

// ObjectType is one of Gong's six CRM object types. The zero value is invalid.
// The constants stand in dependency order: every standard reference points to
// an earlier type.
type ObjectType uint8

// The object types in the order in which they are built and uploaded.
const (
	NoType ObjectType = iota
	BusinessUser
	Stage
	Account
	Contact
	Deal
	Lead
)

// Types lists the object types in dependency order.
var Types = [...]ObjectType{BusinessUser, Stage, Account, Contact, Deal, Lead}

// NumTypes bounds arrays indexed by ObjectType.
const NumTypes = int(Lead) + 1

var typeNames = [NumTypes]string{"", "BUSINESS_USER", "STAGE", "ACCOUNT", "CONTACT", "DEAL", "LEAD"}

// String returns Gong's name of the type, such as "BUSINESS_USER".
func (t ObjectType) String() string {
	if int(t) < NumTypes {
		return typeNames[t]
	}
	return ""
}

// ParseType finds a type by Gong's name; case matters. It gives NoType for
// any other text.
func ParseType(name string) ObjectType {
	for _, t := range Types {
		if typeNames[t] == name {
			return t
		}
	}
	return NoType
}

// HasCustom tells whether Gong takes custom fields for the type (entity-schema
// knows ACCOUNT, CONTACT, DEAL and LEAD).
func (t ObjectType) HasCustom() bool { return t >= Account }

// Kind is the JSON shape and meaning of a field. The zero value is invalid.
type Kind uint8

// Field kinds of standard and custom fields.
const (
	NoKind    Kind = iota
	ID             // objectId: at most 64 of A-Z a-z 0-9 -, or an e-mail address
	Reference      // the objectId of another entity
	Text           // any text
	DateTime       // ISO 8601 with Z or ±hh:mm, no fraction
	Date           // YYYY-MM-DD
	Bool           // true, false
	Number         // a JSON number
	Currency       // a JSON number in the company's currency
	Percent        // a JSON number from 0 to 100
	Integer        // a whole JSON number from 1 (STAGE.sortOrder)
	URL            // an absolute http or https URL
	Email          // an e-mail address
	Phone          // a phone number, free form
	Status         // OPEN, WON or LOST
	Picklist       // one text of a declared list
	TextList       // an array of texts (ACCOUNT.domains)
)

var kindNames = [...]string{"", "id", "reference", "text", "date-time", "date", "true/false", "number", "amount", "percent", "whole number", "URL", "e-mail address", "phone number", "status", "picklist", "list of texts"}

// String returns the kind in words for people, such as "date-time".
func (k Kind) String() string { return kindNames[k] }

// Field describes one field of an object type.
type Field struct {
	Name      string     // Gong's JSON key
	Kind      Kind       // shape of the value
	Mandatory bool       // Gong refuses an entity without it (e-mail of a user: unless deleted)
	Target    ObjectType // for references: the type referred to
	Custom    bool       // declared by the mapping or a schema, not by Gong
	Label     string     // custom: the name shown in Gong
	Values    []string   // Picklist: the allowed texts in order; nil when not known
	Type      string     // custom: Gong's schema type such as "PICKLIST"
	Doc       string     // what the field is for and what Gong does without it
}

var common = []Field{
	{Name: "objectId", Kind: ID, Mandatory: true, Doc: "the record's id in the CRM; unique per type and never changing"},
	{Name: "modifiedDate", Kind: DateTime, Mandatory: true, Doc: "when the record last changed in the CRM"},
	{Name: "isDeleted", Kind: Bool, Doc: "true removes the record from Gong"},
	{Name: "url", Kind: URL, Doc: "link to the record in the CRM"},
}

var person = []Field{
	{Name: "emailAddress", Kind: Email, Doc: "matches the people of calls and e-mails"},
	{Name: "firstName", Kind: Text, Doc: "first name"},
	{Name: "lastName", Kind: Text, Doc: "last name"},
	{Name: "title", Kind: Text, Doc: "job title"},
	{Name: "phoneNumber", Kind: Phone, Doc: "matches the people of telephone calls"},
}

var standard = [NumTypes][]Field{
	BusinessUser: join(common, []Field{
		{Name: "emailAddress", Kind: Email, Mandatory: true, Doc: "joins the CRM's user to the Gong user with this address"},
	}),
	Stage: {
		{Name: "objectId", Kind: ID, Mandatory: true, Doc: "what DEAL.stage holds"},
		{Name: "name", Kind: Text, Mandatory: true, Doc: "the stage's name as shown"},
		{Name: "isActive", Kind: Bool, Doc: "false retires the stage; default true"},
		{Name: "sortOrder", Kind: Integer, Doc: "place among the stages, from 1; default 1"},
		{Name: "modifiedDate", Kind: DateTime, Mandatory: true, Doc: "when the stage last changed; now() where the CRM does not say"},
	},
	Account: join(common, []Field{
		{Name: "name", Kind: Text, Doc: "the company's name; without it Gong writes Account_#ID"},
		{Name: "domains", Kind: TextList, Doc: "web domains of the company, matched with the people of an activity"},
	}),
	Contact: join(common, []Field{
		{Name: "accountId", Kind: Reference, Target: Account, Doc: "the contact's account; without it a matched contact gives no account"},
	}, person),
	Deal: join(common, []Field{
		{Name: "accountId", Kind: Reference, Target: Account, Doc: "the deal's account; without it the deal does not appear in Gong"},
		{Name: "ownerId", Kind: Reference, Target: BusinessUser, Doc: "the deal's owner; without it the deal is not on the deal board"},
		{Name: "name", Kind: Text, Doc: "the deal's name; without it Gong writes Deal_#ID"},
		{Name: "createdDate", Kind: DateTime, Doc: "when the deal was created"},
		{Name: "closeDate", Kind: Date, Doc: "actual or expected close; without it the deal is not on the deal board"},
		{Name: "status", Kind: Status, Doc: "OPEN, WON or LOST; default OPEN"},
		{Name: "stage", Kind: Reference, Target: Stage, Doc: "objectId of the deal's STAGE, not its name"},
		{Name: "amount", Kind: Currency, Doc: "amount in the company's one currency; default 0"},
	}),
	Lead: join(common, person, []Field{
		{Name: "convertedToDealId", Kind: Reference, Target: Deal, Doc: "the deal that the lead became"},
		{Name: "convertedToContactId", Kind: Reference, Target: Contact, Doc: "the contact that the lead became"},
		{Name: "convertedToAccountId", Kind: Reference, Target: Account, Doc: "the account that the lead became"},
	}),
}

func join(lists ...[]Field) []Field {
	var all []Field
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// Fields returns the type's standard fields in Gong's documented order, which
// is also the order of keys in LDJSON. The slice is shared: do not change it.
func (t ObjectType) Fields() []Field { return standard[t] }

// FieldIndex finds a standard field by name, -1 if the type has none such.
func (t ObjectType) FieldIndex(name string) int {
	for i := range standard[t] {
		if standard[t][i].Name == name {
			return i
		}
	}
	return -1
}

// ReservedNames returns the names that a custom field of t may not take: the
// standard fields, lastModified, and for DEAL the names of Gong's earlier API.
func (t ObjectType) ReservedNames() []string {
	var names []string
	for _, f := range standard[t] {
		names = append(names, f.Name)
	}
	names = append(names, "lastModified")
	if t == Deal {
		names = append(names, "isOpen", "isWon", "estimatedCloseDate", "actualCloseDate", "estimatedAmount", "actualAmount")
	}
	return names
}

// SchemaTypes maps the names of custom field types, as Gong's entity-schema
// call takes them, to kinds. STRINGARRAY is Gong's own and refused for custom
// fields.
var SchemaTypes = map[string]Kind{
	"BOOLEAN": Bool, "DATE": Date, "DATETIME": DateTime, "PICKLIST": Picklist,
	"NUMBER": Number, "PERCENT": Percent, "CURRENCY": Currency, "PHONENUMBER": Phone,
	"EMAILADDRESS": Email, "REFERENCE": Reference, "ID": Text, "STRING": Text, "URL": URL,
}

// ReferenceTargets maps the values of referenceTo to object types.
var ReferenceTargets = map[string]ObjectType{
	"ACCOUNT": Account, "CONTACT": Contact, "DEAL": Deal, "LEAD": Lead, "USER": BusinessUser,
}

// MaxObjectID is the greatest length of an objectId in characters.
const MaxObjectID = 64

// Statuses are the values of DEAL.status.
var Statuses = []string{"OPEN", "WON", "LOST"}
