package starter

import (
	"fmt"
	"strings"
)

// currencyNames are names that exports write instead of codes.
var currencyNames = map[string]string{"us dollar": "USD", "dollar": "USD", "$": "USD", "usd": "USD", "euro": "EUR", "€": "EUR", "pound sterling": "GBP", "british pound": "GBP", "£": "GBP",
	"swiss franc": "CHF", "japanese yen": "JPY", "canadian dollar": "CAD", "australian dollar": "AUD", "indian rupee": "INR", "mexican peso": "MXN", "brazilian real": "BRL", "swedish krona": "SEK", "danish krone": "DKK", "norwegian krone": "NOK", "polish zloty": "PLN"}

// amount sets DEAL.amount, converted where deals have several currencies.
func (b *builder) amount(e *entity, closes string) {
	s := e.s
	at, x := -1, ""
	for _, i := range s.findAll(nameAmount) {
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
			if c.Kind == Decimal && !c.Unclear && s.used[i] == "" && (len(c.Money) > 0 || c.Longest >= 5) && !strings.Contains(s.plain[i], "latitude") && !strings.Contains(s.plain[i], "longitude") && !strings.Contains(s.plain[i], "probab") {
				n, _ := s.number(i, "DEAL.amount")
				at, x = i, n
				e.comments = append(e.comments, "GUESS: "+c.Name+" is the amount, by its values alone.")
				b.open("%s: is %s the amount?", s.t.file(), c.Name)
				break
			}
		}
	}
	if at < 0 {
		return
	}
	money := s.t.Columns[at]
	if len(money.Money) > 1 {
		b.open("%s of %s has amounts in several currencies (%s) in one column: convert them, or split the column", money.Name, s.t.file(), strings.Join(money.Money, ", "))
	}
	k := s.find(nameCurrency)
	if k < 0 || len(s.t.Columns[k].Values) == 0 || len(s.t.Columns[k].Values) > 60 {
		e.set("amount", x, "")
		return
	}
	c := s.t.Columns[k]
	var codes []string
	named := false
	for _, v := range c.Values {
		if hasCount(c.Nulls, v.Text) || strings.Trim(v.Text, "0") == "" {
			continue
		}
		code, ok := currencyNames[strings.ToLower(v.Text)]
		switch {
		case len(v.Text) == 3 && strings.ToUpper(v.Text) == v.Text && simpleSlug(v.Text) != "":
			code = v.Text
		case ok:
			named = true
		default:
			e.set("amount", x, fmt.Sprintf("%s holds %s, which is no currency that is known", c.Name, shown(v.Text)))
			b.open("%s of %s: %s is no currency code", c.Name, s.t.file(), shown(v.Text))
			return
		}
		if !contains(codes, code) {
			codes = append(codes, code)
		}
	}
	if len(codes) <= 1 {
		word := "no currency is given"
		if len(codes) == 1 {
			word = "all amounts are in " + codes[0]
			s.used[k] = "DEAL.amount (one currency)"
		}
		e.set("amount", x, word)
		return
	}
	b.convert(e, x, k, codes, named, closes)
}

// convert writes the currency block and the conversion.
func (b *builder) convert(e *entity, x string, k int, codes []string, named bool, closes string) {
	s := e.s
	c := s.t.Columns[k]
	base := codes[0]
	code := s.value(k, "DEAL.amount")
	for _, v := range c.Values {
		if strings.Trim(v.Text, "0") == "" && !hasCount(c.Nulls, v.Text) {
			d := s.decl(k)
			d.keys = append(d.keys, "empty: ["+quoted(v.Text)+"]")
		}
	}
	if named {
		lines := []string{"  # The names of currencies and their codes.", "  currencyCode:", "    values:"}
		for _, v := range c.Values {
			if n, ok := currencyNames[strings.ToLower(v.Text)]; ok {
				lines = append(lines, fmt.Sprintf("      %s: %s", key(v.Text), n))
			} else if !hasCount(c.Nulls, v.Text) {
				lines = append(lines, fmt.Sprintf("      %s: %s", key(v.Text), v.Text))
			}
		}
		b.enumBlocks = append(b.enumBlocks, strings.Join(lines, "\n"))
		code = "currencyCode(" + code + ")"
	}
	var w strings.Builder
	w.WriteString("# FILL IN: deals have amounts in several currencies, and Gong takes one. The rates below are\n")
	w.WriteString("# NOT REAL: 1 is written for each, so that the mapping runs. Until you put the true rates in,\n")
	w.WriteString("# amounts in other currencies are WRONG. base is the currency of most deals: check it in Gong.\n")
	w.WriteString("currency:\n  base: " + base + "\n  default: " + base + "   # for deals without a currency\n  rates:\n")
	for _, v := range codes[1:] {
		fmt.Fprintf(&w, "    %s: 1   # FILL IN: what 1 %s is worth in %s\n", v, v, base)
	}
	b.currency = w.String()
	b.open("the exchange rates of %s (1 is written for each), and whether %s is the company's currency in Gong", strings.Join(codes[1:], ", "), base)
	if closes == "" {
		closes = "today()"
	}
	e.set("amount", "convert("+x+", "+code+", "+closes+")", "FILL IN the rates under currency")
}
