package mapping

// mappingKeys are the keys of a mapping file, in the order in which they are
// read: what a key may name comes before it.
func mappingKeys() []key[*Mapping] {
	return []key[*Mapping]{
		{"version", shape{what: "1", kinds: scalar, example: "1", schema: `{"const": 1}`}, "The version of the mapping language: 1.", true, readVersion},
		{"include", aTextList("[common.yaml]"), "Other files whose enums, lookups, functions, currency, params, rules and checks are taken, by path relative to this file.", false, noRead},
		{"name", aText("salesforce-weekly"), "What the mapping is called in reports.", false, readName},
		{"timezone", aText("America/New_York"), "The time zone of date-times that have no offset; UTC unless set.", false, readTimezone},
		{"gong", aMap("a map of baseUrl and integrationId", `{integrationId: "5517027188234205706"}`, "gong"), "The Gong integration to upload to. Credentials never stand here.", false, readTarget},
		{"params", shape{what: "a map from names to texts", kinds: object, example: "{region: EMEA}", schema: `{"type": "object", "additionalProperties": ` + scalarSchema + `}`},
			"Values that --set NAME=VALUE overrides; read as params.NAME in expressions and ${NAME} in file names.", false, readParams},
		{"sources", aNamedMap("a map from names to sources", "{deals: {file: exports/Opportunity.csv}}", "source"), "The tables that are read.", true, readSources},
		{"enums", aNamedMap("a map from names to enums", "{dealStatus: {values: {Closed Won: WON}, default: OPEN}}", "enum"), "Tables from text to text, called by name in expressions.", false, readEnums},
		{"functions", aNamedMap("a map from names to functions", "{cleanId: {of: [text], value: 'lower(trim(text))'}}", "function"), "Expressions with a name, called like the functions of the language.", false, readFunctions},
		{"lookups", aNamedMap("a map from names to lookups", "{stageId: {from: stages, key: label, value: id}}", "lookup"), "Keyed tables made from sources, called by name in expressions.", false, readLookups},
		{"currency", aMap("a map of base and rates", "{base: USD, rates: {EUR: 1.085}}", "currency"), "The company's currency, and how amounts come to it; what convert and rate use.", false, readCurrency},
		{"entities", shape{what: "a map from Gong's object types to mappings", kinds: object, example: "{ACCOUNT: {from: accounts, fields: {objectId: Id, modifiedDate: Modified}}}", schema: `{"$ref": "#/$defs/entities"}`},
			"How rows become Gong's entities, by object type.", true, readEntities},
		{"history", shape{what: "a map from ACCOUNT, CONTACT, DEAL and LEAD to mappings", kinds: object, example: "{DEAL: {from: dealHistory, fields: {objectId: Id, modifiedDate: Modified}}}", schema: `{"$ref": "#/$defs/histories"}`},
			"How rows that are past versions of records become entities, by object type.", false, readHistory},
		{"references", shape{what: "a map from TYPE.field to send, omit or reject", kinds: object, example: "{DEAL.ownerId: omit}", schema: `{"type": "object", "additionalProperties": {"enum": ["send", "omit", "reject"]}}`},
			"What happens to a reference whose target is not there.", false, readReferences},
		{"rules", shape{what: "a map from rule codes to off, info, warning or error", kinds: object, example: `{contact-unreachable: "off"}`, schema: `{"type": "object", "additionalProperties": {"enum": ["off", "info", "warning", "error"]}}`},
			"How severe broken rules are.", false, readRules},
		{"checks", shape{what: "a list of checks", kinds: list, example: "[{name: amount-small, entity: DEAL, expect: amount >= 10}]", schema: `{"type": "array", "items": {"$ref": "#/$defs/check"}}`},
			"Rules of your own.", false, readChecks},
		{"tests", shape{what: "a list of tests", kinds: list, example: "[{name: a deal, entity: DEAL, row: {Id: 0061}, expect: {objectId: 0061}}]", schema: `{"type": "array", "items": {"$ref": "#/$defs/test"}}`},
			"Rows, and what must become of them.", false, readTests},
	}
}

// noRead is for keys that are read before all others.
func noRead(entry, *Mapping) {}

func readVersion(e entry, _ *Mapping) {
	if e.node.Text != "1" {
		e.wrong()
	}
}

func readName(e entry, m *Mapping) {
	if s, ok := e.filled(); ok {
		m.Name = s
	}
}

func readTimezone(e entry, m *Mapping) {
	if z := e.zone(); z != nil {
		m.Zone = z
	}
}
