package mapping

import (
	"strconv"
	"strings"

	"golang.org/x/text/currency"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/lazy"
	"crm2gong/mapping/syntax"
	"crm2gong/mapping/value"
)

func currencyKeys() []key[*Currency] {
	return []key[*Currency]{
		{"base", aText("USD"), "The company currency set in Gong, by its ISO 4217 code.", true, readBase},
		{"rates", shape{what: "a map: from a source, or currency by currency", kinds: object, example: "{EUR: 1.085}", schema: `{"oneOf": [{"$ref": "#/$defs/rates"}, {"type": "object", "minProperties": 1, "propertyNames": {"pattern": "^[A-Z]{3}$"}, "additionalProperties": {"type": ["number", "string"]}}]}`},
			"The rates: from a source, or written here by currency.", true, readRates},
		{"quote", aWord("units-per-base", "base-per-unit", "units-per-base"), "What a rate says: how much of the base one unit is worth (base-per-unit, unless set), or how many units one of the base is worth.", false,
			func(e entry, c *Currency) { c.UnitsPerBase = e.word() == "units-per-base" }},
		{"rateBase", aText("EUR"), "The currency in which the table is quoted, when it is not base; amounts are crossed through it.", false,
			func(e entry, c *Currency) { c.RateBase = e.currencyCode() }},
		{"default", aText("USD"), "The currency of amounts whose code is empty.", false,
			func(e entry, c *Currency) { c.Default = e.currencyCode() }},
		{"maxAge", shape{what: "a number of days such as 45d", kinds: scalar, example: "45d", schema: `{"type": "string", "pattern": "^[1-9][0-9]*d$"}`}, "How old a rate may be on the day of the amount; any age unless set.", false, readMaxAge},
		{"round", shape{what: "a number of places", kinds: scalar, example: "2", schema: `{"type": "integer", "minimum": 0, "maximum": 12}`}, "Decimal places of converted amounts; those of the base currency unless set.", false,
			func(e entry, c *Currency) { c.Round = e.whole(0, 12) }},
	}
}

func rateKeys() []key[*Currency] {
	return []key[*Currency]{
		{"from", aText("rates"), "The source of the rates.", true,
			func(e entry, c *Currency) { c.From = e.source() }},
		{"currency", anExpr("Currency"), "The row's currency code.", false,
			func(e entry, c *Currency) { c.Currency = e.expr() }},
		{"date", anExpr("Month"), "The day from which the row's rates are in force; without it the rates have no date.", false,
			func(e entry, c *Currency) { c.Date = e.expr() }},
		{"rate", anExpr("Rate"), "The row's rate.", false,
			func(e entry, c *Currency) { c.Rate = e.expr() }},
		{"wide", aBool("true"), "Whether the table has one column per currency, headed by its code, and one row per day.", false,
			func(e entry, c *Currency) { c.Wide = e.boolean() }},
	}
}

var currencyCode = lazy.Regexp(`^[A-Z]{3}$`)

func readCurrency(e entry, m *Mapping) {
	if !e.declare("currency", "the key", e.at) {
		return
	}
	c := &Currency{Node: e.at, Round: -1}
	if !decode(e.loader, e.at, e.node, "currency", currencyKeys(), c) {
		return
	}
	c.RateBase = or(c.RateBase, c.Base)
	if c.Round < 0 {
		c.Round = 2
		if unit, err := currency.ParseISO(c.Base); err == nil {
			c.Round, _ = currency.Standard.Rounding(unit)
		}
	}
	m.Currency = c
}

func readBase(e entry, c *Currency) {
	if c.Base = e.currencyCode(); c.Base == "" {
		return
	}
	if !isISO4217(c.Base) {
		e.errorf(e.node, "wrong-currency", "such as USD", "%s is no currency of ISO 4217", diag.Quote(c.Base))
	}
}

func isISO4217(code string) bool {
	_, err := currency.ParseISO(code)
	return err == nil
}

// currencyCode gives a code of three capital letters. One that is not of
// ISO 4217 is taken with a warning, since people trade in others too.
func (e entry) currencyCode() string {
	s, ok := e.text()
	if !ok {
		return ""
	}
	return e.code(e.node, s)
}

func (e entry) code(n *syntax.Node, s string) string {
	switch {
	case !currencyCode().MatchString(s):
		hint := "such as EUR"
		if u := strings.ToUpper(s); currencyCode().MatchString(u) {
			hint = "write " + u
		}
		e.errorf(n, "wrong-currency", hint, "a currency is a code of three capital letters, not %s", diag.Quote(s))
		return ""
	case !isISO4217(s) && e.name != "base":
		e.warnf(n, "wrong-currency", "check the spelling", "%s is no currency of ISO 4217", diag.Quote(s))
	}
	return s
}

func readRates(e entry, c *Currency) {
	if e.node.Get("from") == nil {
		e.inlineRates(c)
		return
	}
	if !decode(e.loader, e.at, e.node, "a table of rates", rateKeys(), c) {
		return
	}
	for _, name := range []string{"currency", "rate"} {
		n := e.node.Get(name)
		switch {
		case c.Wide && n != nil:
			e.errorf(keyNode(e.node, name), "conflict", "remove it", "a wide table has a column per currency, and takes no %s", diag.Quote(name))
		case !c.Wide && n == nil:
			e.missing(e.at, "a table of rates", name, anExpr(map[string]string{"currency": "Currency", "rate": "Rate"}[name]))
		}
	}
	if c.Wide && e.node.Get("date") == nil {
		e.missing(e.at, "a wide table of rates", "date", anExpr("Date"))
	}
}

// inlineRates reads rates that stand in the mapping.
func (e entry) inlineRates(c *Currency) {
	c.Inline = map[string]value.Value{}
	if len(e.node.Entries) == 0 {
		e.errorf(e.node, "wrong-value", e.such(), "there are no rates")
	}
	keys := keyNames(rateKeys())
	for _, p := range pairs(e.node) {
		if contains(keys, p.Key.Text) {
			e.errorf(p.Key, "missing-key", "add `from:` with the source of the rates", "rates of a source lack the key \"from\"")
			return
		}
		code := e.code(p.Key, p.Key.Text)
		v, ok := value.ParseNumber(p.Value.Text)
		if p.Value.Kind != syntax.Scalar || !ok || v.Sign() <= 0 {
			e.errorf(p.Value, "wrong-value", "such as `EUR: 1.085`", "a rate is a plain number above zero, not %s", describe(p.Value))
			continue
		}
		if code != "" {
			c.Inline[code] = v
		}
	}
}

func readMaxAge(e entry, c *Currency) {
	s := e.node.Text
	days, err := strconv.Atoi(strings.TrimSuffix(s, "d"))
	if err != nil || !strings.HasSuffix(s, "d") || days < 1 || days > 100_000 || s[0] == '+' {
		e.wrong()
		return
	}
	c.MaxAgeDays = days
}
