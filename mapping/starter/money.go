package starter

import (
	"fmt"
	"strings"

	"golang.org/x/text/currency"
)

// currencyNames are names that exports write instead of codes.
var currencyNames = map[string]string{"us dollar": "USD", "dollar": "USD", "$": "USD", "usd": "USD", "euro": "EUR", "€": "EUR", "pound sterling": "GBP", "british pound": "GBP", "£": "GBP",
	"swiss franc": "CHF", "japanese yen": "JPY", "canadian dollar": "CAD", "australian dollar": "AUD", "indian rupee": "INR", "mexican peso": "MXN", "brazilian real": "BRL", "swedish krona": "SEK", "danish krone": "DKK", "norwegian krone": "NOK", "polish zloty": "PLN"}

// isCode tells the code of a currency.
func isCode(s string) bool {
	if len(s) != 3 || strings.ToUpper(s) != s {
		return false
	}
	_, err := currency.ParseISO(s)
	return err == nil
}

// amount sets DEAL.amount, converted where deals have several currencies.
func (b *builder) amount(e *entity, closes string) {
	s := e.s
	at, x := -1, ""
	for _, i := range s.findAll(nameAmount) {
		b.near(s, i, Integer, Decimal)
		if s.t.Columns[i].Unclear {
			b.unclear(e, i, "amount")
			return
		}
		if n, ok := s.number(i, "DEAL.amount"); ok {
			at, x = i, n
			break
		}
	}
	if at < 0 {
		for i, c := range s.t.Columns {
			figure := c.Kind == Decimal || s.byData() && c.Kind == Integer && c.Longest >= 4 && i > 0 && c.LeadingZero == 0
			if figure && !c.Unclear && s.used[i] == "" && (len(c.Money) > 0 || c.Longest >= 5 || c.Kind == Integer) && !strings.Contains(s.plain[i], "latitude") && !strings.Contains(s.plain[i], "longitude") && !strings.Contains(s.plain[i], "probab") {
				n, _ := s.number(i, "DEAL.amount")
				at, x = i, n
				e.comments = append(e.comments, "GUESS: "+c.Name+" is the amount, by its values alone.")
				b.open("%s: is %s the amount?", s.t.file(), c.Name)
				break
			}
		}
	}
	home, done := b.inCompanyCurrency(e, at)
	if done {
		return
	}
	if at < 0 {
		if i := s.find(nameAmount); i >= 0 {
			b.open("%s of %s, such as %s, is no number that can be read: deals have no amount", oneLine(s.t.Columns[i].Name), s.t.file(), shown(sampleOf(s.t.Columns[i])))
		}
		return
	}
	comment := ""
	if i := s.find(split("actualrevenue")); i >= 0 && i != at && strings.HasPrefix(s.plain[at], "est") {
		if n, ok := s.number(i, "DEAL.amount"); ok {
			x, comment = n+" ?? "+x, "what was earned, else what is expected"
		}
	}
	money := s.t.Columns[at]
	if len(money.Money) > 1 {
		b.open("%s of %s has amounts in several currencies (%s) in one column: convert them, or split the column", money.Name, s.t.file(), strings.Join(money.Money, ", "))
	}
	k := s.find(nameCurrency)
	if k < 0 || len(s.t.Columns[k].Values) == 0 || len(s.t.Columns[k].Values) > 60 {
		if len(money.Money) == 1 {
			comment = also(comment, "all amounts are in "+money.Money[0])
		}
		e.set("amount", x, comment)
		return
	}
	m := currenciesOf(s.t.Columns[k])
	if len(m.codes) <= 1 && len(m.unknown) == 0 {
		word := "no currency is given"
		if len(m.codes) == 1 {
			word = "all amounts are in " + m.codes[0]
			s.used[k] = "DEAL.amount (one currency)"
		}
		e.set("amount", x, also(comment, word))
		return
	}
	if home != "" {
		comment = also(comment, "as the CRM has converted it, else from the deal's own currency")
	}
	b.convert(e, home, x, k, m, closes, comment)
}

// inCompanyCurrency takes a column of amounts that the CRM has converted: alone
// where it is as full as that of the amounts themselves, else it gives what goes
// before the conversion of those.
func (b *builder) inCompanyCurrency(e *entity, at int) (before string, done bool) {
	s := e.s
	i, k := s.find(nameHomeAmount), s.find(nameCurrency)
	if i < 0 || i == at || k < 0 || len(currenciesOf(s.t.Columns[k]).codes) < 2 {
		return "", false
	}
	home, ok := s.number(i, "DEAL.amount")
	if !ok {
		return "", false
	}
	if at >= 0 && s.t.Columns[i].filled() < s.t.Columns[at].filled() {
		return home + " ?? ", false
	}
	e.set("amount", home, "converted by the CRM")
	return "", true
}

var nameHomeAmount = split("amountincompanycurrency amountconverted convertedamount amounthomecurrency amountbase estrevenuebase baseamount")

// currencies are the values of a column of currencies.
type currencies struct {
	codes   []string // the most frequent first
	named   bool     // some are written as names
	unknown []Count
}

func currenciesOf(c *Column) (m currencies) {
	for _, v := range c.Values {
		if hasCount(c.Nulls, v.Text) || strings.Trim(v.Text, "0") == "" {
			continue
		}
		code := v.Text
		if !isCode(code) {
			code = currencyNames[strings.ToLower(v.Text)]
			if code == "" {
				m.unknown = append(m.unknown, v)
				continue
			}
			m.named = true
		}
		if !contains(m.codes, code) {
			m.codes = append(m.codes, code)
		}
	}
	return m
}

// convert writes the currency block and the conversion.
func (b *builder) convert(e *entity, before, x string, k int, m currencies, closes, comment string) {
	s := e.s
	c := s.t.Columns[k]
	code := s.value(k, "DEAL.amount")
	for _, v := range c.Values {
		if strings.Trim(v.Text, "0") == "" && !hasCount(c.Nulls, v.Text) {
			d := s.decl(k)
			d.keys = append(d.keys, "empty: ["+quoted(v.Text)+"]")
		}
	}
	if m.named || len(m.unknown) > 0 {
		lines := []string{"  # The names of currencies and their codes.", "  currencyCode:", "    values:"}
		for _, v := range c.Values {
			switch n, ok := currencyNames[strings.ToLower(v.Text)]; {
			case hasCount(c.Nulls, v.Text), strings.Trim(v.Text, "0") == "":
			case isCode(v.Text):
				lines = append(lines, fmt.Sprintf("      %s: %s", key(v.Text), v.Text))
			case ok:
				lines = append(lines, fmt.Sprintf("      %s: %s", key(v.Text), n))
			default:
				lines = append(lines, fmt.Sprintf("      # %s: FILL IN the code, and take the # away; until then %s no amount", oneLine(key(v.Text)), count(v.Count, "deal has", "deals have")))
			}
		}
		b.enumBlocks = append(b.enumBlocks, strings.Join(lines, "\n"))
		code = "currencyCode(" + code + ")"
	}
	omit := len(m.unknown) > 0
	for _, v := range m.unknown {
		b.open("%s of %s: %s is no currency that is known (%s): give its code in the enum currencyCode, and its rate", oneLine(c.Name), s.t.file(), shown(v.Text), count(v.Count, "deal", "deals"))
	}
	day, sure := "today()", "today()"
	if closes != "" {
		day, sure = closes, closes+" ?? today()"
		if !s.full(closes) {
			day = sure
		}
	}
	call := before + "convert(" + x + ", " + code + ")"
	if r := b.ratesOf(m.codes); r != nil {
		b.rates, b.currency = r, r.block()
		if r.dated() {
			call = before + "convert(" + x + ", " + code + ", " + day + ")"
		}
		var without []string
		for _, code := range m.codes {
			if code != r.base && !contains(r.codes, code) {
				without = append(without, code)
			}
		}
		if len(without) > 0 {
			omit = true
			b.open("%s has no rate of %s: deals in it have no amount until it is added", r.s.t.file(), strings.Join(without, ", "))
		}
		b.open("whether %s, in which %s is quoted, is the company's currency in Gong", r.base, r.s.t.file())
		if !r.sure {
			b.open("does %s say how much %s one unit of a currency is worth, or how many units one %s is worth? See quote under currency", r.s.t.file(), r.base, r.base)
		}
		comment = also(comment, "by the rates of "+r.s.t.file())
	} else {
		b.currency = b.inlineRates(m.codes, "convert("+x+", "+code+", "+sure+")")
		b.made(e, strings.TrimSuffix(before, " ?? "), k, m)
		comment = also(comment, "FILL IN the rates under currency")
	}
	e.set("amount", call, comment)
	e.fields[len(e.fields)-1].omit = omit
}

// full tells whether the columns of an expression have a value in every row.
func (s *src) full(x string) bool {
	for i, c := range s.t.Columns {
		if (c.Empty > 0 || len(c.Nulls) > 0 || c.Errors > 0) && hasRef(x, s.ref(i, "")) {
			return strings.Contains(x, "??") && s.anyFull(x)
		}
	}
	return true
}

func (s *src) anyFull(x string) bool {
	for i, c := range s.t.Columns {
		if c.Empty == 0 && len(c.Nulls) == 0 && c.Errors == 0 && hasRef(x, s.ref(i, "")) {
			return true
		}
	}
	return false
}

// inlineRates writes a table of rates to fill in; dated is the conversion by
// rates of the day.
func (b *builder) inlineRates(codes []string, dated string) string {
	base := "USD"
	if len(codes) > 0 {
		base = codes[0]
	}
	var w strings.Builder
	w.WriteString("# FILL IN: deals have amounts in several currencies, and Gong takes one. The rates below are\n")
	w.WriteString("# NOT REAL: 1 is written for each, so that the mapping runs. Until you put the true rates in,\n")
	w.WriteString("# amounts in other currencies are WRONG. base is the currency of most deals: check it in Gong.\n")
	w.WriteString("# The rates hold for all days. With a table of rates by date, rates: {from: …, date: …}, the amount\n")
	w.WriteString("# needs the day, and another where that is empty:\n")
	w.WriteString("#   amount: " + oneLine(expr(dated)) + "\n")
	w.WriteString("currency:\n  base: " + base + "\n  default: " + base + "   # for deals without a currency\n")
	var others []string
	for _, v := range codes {
		if v != base {
			others = append(others, v)
		}
	}
	if len(others) == 0 {
		w.WriteString("  rates: {}   # FILL IN: such as EUR: 1.085, what 1 EUR is worth in " + base + "\n")
		return w.String()
	}
	w.WriteString("  rates:\n")
	for _, v := range others {
		fmt.Fprintf(&w, "    %s: 1   # FILL IN: what 1 %s is worth in %s\n", v, v, base)
	}
	b.urge("the amounts in %s are WRONG until you write their exchange rates under currency: 1 stands for each now. Then take away the check rates-made-up; and is %s the company's currency in Gong?", strings.Join(others, ", "), base)
	return w.String()
}

// made writes a check that names the amounts which a rate of init's own making
// has converted: nothing else tells them from true ones. Those that the CRM has
// converted, in the column home, are none; "" for no such column.
func (b *builder) made(e *entity, home string, k int, m currencies) {
	s := e.s
	var list []string
	for _, v := range s.t.Columns[k].Values {
		code := v.Text
		if !isCode(code) {
			code = currencyNames[strings.ToLower(code)]
		}
		if len(m.codes) > 0 && contains(m.codes, code) && code != m.codes[0] {
			list = append(list, literal(v.Text))
		}
	}
	if len(list) == 0 {
		return
	}
	x := "amount == nil or not (" + s.inRow(k) + " in [" + strings.Join(list, ", ") + "])"
	if home != "" {
		for i, c := range s.t.Columns {
			if c.Name != "" && s.ref(i, "") == home {
				x = s.inRow(i) + " != nil or " + x
			}
		}
	}
	b.checks = append(b.checks, "# Take this away when the rates under currency are true.",
		"- name: rates-made-up", "  entity: "+e.typ, "  expect: "+expr(x), "  severity: warning",
		"  message: converted at a rate of 1 that init made up, so that the amount is wrong")
}
