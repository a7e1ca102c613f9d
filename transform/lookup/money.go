package lookup

import (
	"fmt"
	"strings"
	"time"

	"crm2gong/mapping/expression"
	"crm2gong/mapping/recent"
	"crm2gong/mapping/value"
)

// Money is one worker's view of the rates: what convert and rate call.
type Money struct {
	rates  *Rates
	from   map[string]*exchange
	recent recent.Texts[*exchange]
	count  int
	legs   *[]UsedRate // where the rates used are told
	heard  []Price     // what was converted while listening
	hears  bool
}

// Price is an amount of money before its conversion.
type Price struct {
	Currency string
	Amount   value.Value
}

// Listen forgets what was heard; on begins to keep the amounts that are
// converted.
func (m *Money) Listen(on bool) { m.heard, m.hears = m.heard[:0], on }

// Hush stops to keep amounts; those heard stay.
func (m *Money) Hush() { m.hears = false }

// Heard gives the amounts that were converted while listening. They hold until
// the next Listen, or row.
func (m *Money) Heard() []Price { return m.heard }

// exchange is one currency as a worker meets it.
type exchange struct {
	currency string
	rates    *series // nil: there are none
	use      tally
}

// quotientPlaces is to which decimal place roundings of quotients count.
const quotientPlaces = 12

// NewMoney makes a view of r.
func NewMoney(r *Rates) *Money {
	return &Money{rates: r, from: map[string]*exchange{}}
}

// exchange gives the exchange of a currency.
func (m *Money) exchange(code string) *exchange {
	if x := m.recent.Get(code); x != nil {
		return *x
	}
	x := m.from[code]
	if x == nil {
		x = &exchange{currency: strings.Clone(code), rates: m.rates.by[code]}
		if c := m.rates.money; x.rates == nil && code != c.Base && code != c.RateBase {
			return x // it has no price, and may be any text of a wrong column
		}
		m.from[x.currency] = x
	}
	m.recent.Put(x.currency, x)
	return x
}

// Convert gives the view as the table that convert calls.
func (m *Money) Convert() Convert { return Convert{m} }

// Rate is the table behind rate(currency, date).
func (m *Money) Rate() expression.Table { return rate{m} }

// Convert is the table behind convert(amount, currency, date).
type Convert struct{ *Money }

// Call gives the price of an amount, nil for nil.
func (m Convert) Call(f *expression.Frame, args []value.Value) value.Value {
	amount := args[0]
	if amount.IsNil() {
		return amount
	}
	var c Conversion
	if fail := m.convert(&c, f.Zone, amount, args[1], optional(args, 2)); fail != nil {
		return f.Fail(*fail)
	}
	m.Count(&c)
	return c.Price
}

// Conversion is an amount that was converted, and what is counted of it.
type Conversion struct {
	Price         value.Value // rounded
	amount, above value.Value
	quote         quote
}

// Near makes c what convert makes of an amount, a currency and a date or nil,
// for Count; it is false where Convert must be asked.
func (m *Money) Near(c *Conversion, amount, currency, date value.Value) bool {
	return m.convert(c, nil, amount, currency, date) == nil
}

func (m *Money) convert(c *Conversion, zone *time.Location, amount, currency, date value.Value) *expression.Failure {
	if fail := m.price(&c.quote, zone, currency, date); fail != nil {
		fail.Arg = 2
		return fail
	}
	var err error
	c.amount = amount
	if c.Price, c.above, err = c.quote.round(amount, m.rates.money.Round); err != nil {
		return &expression.Failure{Code: "value-invalid", Message: err.Error(), Slot: -1}
	}
	return nil
}

type rate struct{ *Money }

func (m rate) Call(f *expression.Frame, args []value.Value) value.Value {
	var q quote
	if fail := m.price(&q, f.Zone, args[0], optional(args, 1)); fail != nil {
		fail.Arg = 1
		return f.Fail(*fail)
	}
	v, err := q.apply(value.OfInt(1))
	if err != nil {
		return f.Fail(expression.Failure{Code: "value-invalid", Message: err.Error(), Slot: -1})
	}
	return v
}

func optional(args []value.Value, i int) value.Value {
	if i < len(args) {
		return args[i]
	}
	return value.Value{}
}

// quote is a price: amounts are multiplied by times and divided by over, each
// left out where it is nil.
type quote struct {
	from        *exchange
	times, over value.Value
	day         int64
	age         int64 // days between the older rate and the day asked for
	used, dated bool  // a rate was used, and it has a day
}

// round gives the amount's price, rounded, and by how much that is above the
// exact one.
func (q *quote) round(amount value.Value, places int) (rounded, above value.Value, err error) {
	if q.over.IsNil() && !q.times.IsNil() {
		return value.MulRound(amount, q.times, places)
	}
	exact, err := q.apply(amount)
	if err != nil {
		return exact, exact, err
	}
	rounded = value.Round(exact, places)
	if above, err = value.Sub(rounded, exact); err != nil {
		return rounded, value.Value{}, nil
	}
	if !q.over.IsNil() {
		above = value.Round(above, quotientPlaces)
	}
	return rounded, above, nil
}

func (q *quote) apply(amount value.Value) (v value.Value, err error) {
	v = amount
	if !q.times.IsNil() {
		if v, err = value.Mul(v, q.times); err != nil {
			return v, err
		}
	}
	if !q.over.IsNil() {
		v, err = value.Div(v, q.over)
	}
	return v, err
}

// price makes q the price of a currency on a date.
func (m *Money) price(q *quote, zone *time.Location, currency, date value.Value) *expression.Failure {
	*q = quote{}
	c := m.rates.money
	cur := currency.Text()
	if currency.IsNil() || cur == "" {
		if cur = c.Default; cur == "" {
			return missing("", "the currency is empty", "give the currency column a default, or set currency.default")
		}
	}
	q.from = m.exchange(cur)
	if cur == c.Base {
		return nil
	}
	var day int64
	switch {
	case !m.rates.dated:
	case date.IsNil():
		return missing(cur, "the date that picks the rate is empty", "give another date, such as (CloseDate ?? today())")
	case date.Kind() == value.DateTime:
		day = value.LocalDate(date, zone).Days()
	default:
		day = date.Days()
	}
	if cur != c.RateBase {
		r, fail := m.leg(q.from, day, q)
		if fail != nil {
			return fail
		}
		if c.UnitsPerBase {
			q.over = r
		} else {
			q.times = r
		}
	}
	if c.RateBase != c.Base {
		r, fail := m.leg(m.exchange(c.Base), day, q)
		if fail != nil {
			return fail
		}
		if c.UnitsPerBase {
			q.times = r
		} else {
			q.over = r
		}
	}
	return nil
}

// inForce finds the rate in force for one currency of a conversion.
func (m *Money) inForce(x *exchange, day int64) (*rateOn, *expression.Failure) {
	r := m.rates.find(x.rates, day)
	if r == nil {
		return nil, noRate(x, day)
	}
	if max := m.rates.money.MaxAgeDays; m.rates.dated && max > 0 && day-r.day > int64(max) {
		return nil, missing(x.currency, fmt.Sprintf("the newest rate for %s on or before %s is of %s, %d days old (maxAge is %d)",
			x.currency, isoDay(day), isoDay(r.day), day-r.day, max), "add newer rates to the table, or raise currency.maxAge")
	}
	return r, nil
}

func noRate(x *exchange, day int64) *expression.Failure {
	if x.rates == nil {
		return missing(x.currency, fmt.Sprintf("there is no rate for currency %s", value.Quote(x.currency)),
			"add its rates to the table, or correct the code")
	}
	return missing(x.currency, fmt.Sprintf("there is no rate for %s on or before %s", x.currency, isoDay(day)),
		"add an earlier rate to the table")
}

func missing(cur, message, hint string) *expression.Failure {
	return &expression.Failure{Code: "rate-missing", Value: cur, Message: message, Hint: hint, Slot: -1}
}

func isoDay(day int64) string { return string(value.OfDate(day).Append(nil)) }
