package starter

import (
	"fmt"
	"strconv"
	"strings"

	"crm2gong/mapping/lazy"
)

// rates is a file of exchange rates.
type rates struct {
	s              *src
	wide           bool // a column for each currency
	date           int  // -1 for none
	currency, rate int  // of the long form
	codes          []string
	base           string
	unitsPerBase   bool
	sure           bool   // of which of the two ways
	why            string // what the base and the way were found by
}

func (r *rates) dated() bool { return r.date >= 0 }

var (
	nameRate   = split("rate conversionrate exchangerate fxrate kurs wechselkurs taux tasa")
	namePeriod = split("date month startdate day validfrom effectivedate datum monat period")
	rateTo     = lazy.Regexp(`(?i)^(?:(?:fx|exchange|conversion)?[ _]?rate[ _]?(?:to|in)[ _]?([A-Z]{3})|([A-Z]{3}) per (?:unit|1))$`)
	yearMonth  = lazy.Regexp(`^[0-9]{4}-(0[1-9]|1[0-2])$`)
)

// isRates tells whether a table holds exchange rates: columns headed with the
// codes of currencies, or a column of codes beside one of rates.
func isRates(t *Table) (why string, ok bool) {
	r := readRates(newSrc(t, exchange))
	switch {
	case r == nil:
		return "", false
	case r.wide:
		return "columns headed with codes of currencies, such as " + shown(r.codes[0]), true
	}
	return "codes of currencies in " + shown(t.Columns[r.currency].Name) + " beside " + shown(t.Columns[r.rate].Name), true
}

// readRates finds the columns of a table of rates; nil where it is none.
func readRates(s *src) *rates {
	r := &rates{s: s, date: -1, currency: -1, rate: -1}
	for _, i := range s.findAll(namePeriod) {
		if c := s.t.Columns[i]; r.date < 0 && (c.Kind == Date && len(c.Either) == 0 || isMonths(c)) {
			r.date = i
		}
	}
	for _, c := range s.t.Columns {
		if isCode(c.Name) && (c.Kind == Integer || c.Kind == Decimal) && !c.Unclear {
			r.codes = append(r.codes, c.Name)
		}
	}
	if n := len(r.codes); n > 0 && r.date >= 0 && 2*n >= len(s.t.Columns)-1 {
		r.wide = true
		return r
	}
	r.codes = nil
	if len(s.t.Columns) > 12 {
		return nil
	}
	for i, c := range s.t.Columns {
		if c.most(c.Code) && r.currency < 0 && c.Values != nil {
			r.currency = i
		}
		if c.Kind == Decimal && r.rate < 0 && !c.Unclear && (contains(nameRate, s.plain[i]) || rateTo().MatchString(c.Name)) {
			r.rate = i
		}
	}
	if r.currency < 0 || r.rate < 0 {
		return nil
	}
	for _, v := range s.t.Columns[r.currency].Values {
		if isCode(v.Text) {
			r.codes = append(r.codes, v.Text)
		}
	}
	if len(r.codes) < 2 {
		return nil
	}
	return r
}

// isMonths tells a column of texts such as 2024-03.
func isMonths(c *Column) bool {
	for _, k := range c.Keys {
		if !yearMonth().MatchString(k.Text) {
			return false
		}
	}
	return len(c.Keys) > 0 && c.Kind == Text
}

// ratesOf gives the file of rates, ready to convert amounts of the given
// currencies; nil where there is none or its base is not known.
func (b *builder) ratesOf(codes []string) *rates {
	s := b.byRole[exchange]
	if s == nil {
		return nil
	}
	r := readRates(s)
	if r == nil {
		return nil
	}
	if !b.baseOf(r, codes) {
		b.open("%s: the currency that the rates are quoted in can't be told, so they are not used", s.t.file())
		return nil
	}
	if r.date >= 0 {
		if c := s.t.Columns[r.date]; isMonths(c) {
			s.typed(r.date, Date, "date", `format: "%Y-%m"`)
			s.ref(r.date, "currency")
		} else {
			s.date(r.date, "currency")
		}
	}
	if r.wide {
		for i, c := range s.t.Columns {
			if contains(r.codes, c.Name) {
				s.number(i, "currency")
				s.decls[i].keys[0] = "type: decimal"
			}
		}
	} else {
		s.value(r.currency, "currency")
		s.number(r.rate, "currency")
	}
	return r
}

// baseOf finds what the rates are quoted in, and which way.
func (b *builder) baseOf(r *rates, codes []string) bool {
	first := map[string]float64{} // a rate of each currency
	if r.wide {
		for _, c := range r.s.t.Columns {
			if contains(r.codes, c.Name) {
				first[c.Name] = firstNumber(c)
			}
		}
		var others []string
		for _, c := range codes {
			if !contains(r.codes, c) {
				others = append(others, c)
			}
		}
		r.base, r.why = constantOne(first, r), "its rate is 1"
		if r.base == "" && len(others) > 0 { // the base of the euro's rates is no column of them
			r.base, r.why = others[0], "the most frequent currency of deals without a column"
		}
	} else {
		m := rateTo().FindStringSubmatch(r.s.t.Columns[r.rate].Name)
		if m != nil && isCode(strings.ToUpper(m[1]+m[2])) {
			r.base, r.sure, r.why = strings.ToUpper(m[1]+m[2]), true, "the header "+shown(m[0])
		}
		if b.opt.Tuples != nil {
			list, ok := b.tuples(r.s.t, []int{r.currency, r.rate}, 50_000)
			ones := map[string]bool{}
			for _, t := range list {
				n, err := strconv.ParseFloat(t.Texts[1], 64)
				if _, seen := first[t.Texts[0]]; !seen {
					ones[t.Texts[0]] = true
					first[t.Texts[0]] = n
				}
				ones[t.Texts[0]] = ones[t.Texts[0]] && err == nil && n == 1
			}
			for _, c := range r.codes {
				if ok && ones[c] && r.base == "" {
					r.base, r.why = c, "its rate is 1"
				}
			}
		}
	}
	if r.base == "" {
		return false
	}
	if r.sure {
		return true
	}
	if !r.wide && r.s.plain[r.rate] == "conversionrate" {
		r.unitsPerBase, r.sure, r.why = true, true, r.why+"; Salesforce's rates are units for one of it"
		return true
	}
	r.unitsPerBase = r.wide
	for _, c := range r.codes {
		if way := wayOf(r.base, c, first[c]); way != 0 {
			r.unitsPerBase, r.sure = way > 0, true
			r.why += fmt.Sprintf("; 1 %s is not worth %v %s", map[bool]string{true: c, false: r.base}[way > 0], first[c], map[bool]string{true: r.base, false: c}[way > 0])
			break
		}
	}
	return true
}

// constantOne is the currency of a wide table whose rate is always 1.
func constantOne(first map[string]float64, r *rates) string {
	for i, c := range r.s.t.Columns {
		if contains(r.codes, c.Name) && c.Distinct == 1 && first[c.Name] == 1 {
			return r.s.t.Columns[i].Name
		}
	}
	return ""
}

func firstNumber(c *Column) float64 {
	for _, x := range c.Samples {
		if n, err := strconv.ParseFloat(strings.Replace(x, ",", ".", 1), 64); err == nil {
			return n
		}
	}
	return 0
}

// Currencies of which one unit is worth about as much as a dollar, and those of
// which it is worth much less, for decades.
const (
	strong = " EUR USD GBP CHF "
	weak   = " JPY KRW INR NOK SEK DKK MXN CZK HUF CNY ZAR THB PHP TWD RUB TRY IDR VND CLP COP HKD UAH ISK "
)

// wayOf tells by the size of a rate which way it is quoted: 1 for units of the
// currency for one of the base, -1 for the other, 0 where the size does not tell.
func wayOf(base, code string, rate float64) int {
	b, c := " "+base+" ", " "+code+" "
	switch {
	case rate <= 0, base == code:
	case strings.Contains(strong, b) && strings.Contains(weak, c):
		if rate > 2 {
			return 1
		}
		if rate < 0.5 {
			return -1
		}
	case strings.Contains(weak, b) && strings.Contains(strong, c):
		if rate < 0.5 {
			return 1
		}
		if rate > 2 {
			return -1
		}
	}
	return 0
}

// block writes the key currency.
func (r *rates) block() string {
	col := func(i int) string { return expr(r.s.ref(i, "")) }
	from := "from: " + r.s.name
	if r.wide {
		from += ", wide: true"
	} else {
		from += ", currency: " + col(r.currency)
	}
	if r.date >= 0 {
		from += ", date: " + col(r.date)
	}
	if !r.wide {
		from += ", rate: " + col(r.rate)
	}
	quote, mark := "base-per-unit   # a rate is what one unit of the currency is worth in "+r.base, ""
	if r.unitsPerBase {
		quote = "units-per-base   # a rate is how many units one " + r.base + " is worth"
	}
	if !r.sure {
		mark = "FILL IN: the sizes of the rates do not tell which way they are quoted: look at quote. "
	}
	return wrap("", mark+"The base is "+r.base+": "+r.why+". Check that it is the company's currency in Gong.") +
		"currency:\n  base: " + r.base + "\n  default: " + r.base + "   # for deals without a currency\n  rates: {" + from + "}\n  quote: " + quote + "\n"
}
