package lookup

import (
	"fmt"
	"sort"
	"strings"

	"crm2gong/mapping"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/value"
)

// Rates is a table of exchange rates, filled once.
type Rates struct {
	money *mapping.Currency
	dated bool
	by    map[string][]rateOn // by currency, ascending by day once Sort has run
}

type rateOn struct {
	day  int64
	rate value.Value
	at   Place
}

// NewRates makes an empty table for c; inline rates are in it at once.
func NewRates(c *mapping.Currency) *Rates {
	r := &Rates{money: c, by: map[string][]rateOn{}}
	for cur, v := range c.Inline {
		r.by[cur] = []rateOn{{rate: v}}
	}
	r.dated = c.Date != nil || c.Wide
	return r
}

// CheckRate gives the reason why v can be no rate, "" if it can.
func CheckRate(v value.Value) string {
	if v.Kind() != value.Number {
		return "the rate is no number"
	}
	if c, _ := value.Compare(v, value.OfInt(0)); c <= 0 {
		return "the rate is not above zero"
	}
	return ""
}

// Put adds a rate that CheckRate found right, for a dated table as of the day.
// at is where its row stands.
func (r *Rates) Put(currency string, date, rate value.Value, at Place) {
	var day int64
	if r.dated {
		day = date.Days()
	}
	list, ok := r.by[currency]
	if !ok {
		currency = strings.Clone(currency)
	}
	r.by[currency] = append(list, rateOn{day, rate.Clone(), at})
}

// Sort makes the table ready for use. Of two rates for one currency and day
// the later row counts; Sort names those, such as "EUR of 2024-03-01".
func (r *Rates) Sort() (twice []string) {
	for cur, list := range r.by {
		sort.SliceStable(list, func(i, k int) bool { return list[i].day < list[k].day })
		kept := list[:0]
		for _, on := range list {
			if n := len(kept); n > 0 && kept[n-1].day == on.day {
				name := cur
				if r.dated {
					name += " of " + isoDay(on.day)
				}
				twice = append(twice, name)
				kept[n-1] = on
				continue
			}
			kept = append(kept, on)
		}
		r.by[cur] = kept
	}
	sort.Strings(twice)
	return twice
}

// find gives the newest rate on or before the day.
func (r *Rates) find(currency string, day int64) (rateOn, bool) {
	list := r.by[currency]
	if len(list) == 0 {
		return rateOn{}, false
	}
	if !r.dated {
		return list[0], true
	}
	lo, hi := 0, len(list)
	for lo < hi {
		if m := (lo + hi) / 2; list[m].day <= day {
			lo = m + 1
		} else {
			hi = m
		}
	}
	if lo == 0 {
		return rateOn{}, false
	}
	return list[lo-1], true
}

// Money is one worker's view of the rates: what convert and rate call.
type Money struct {
	rates *Rates
	use   map[string]*MoneyUse
	total value.Value
	count int
	legs  *[]UsedRate // where the rates used are told
}

// MoneyUse is what was converted from one currency.
type MoneyUse struct {
	Count    int
	From, To int64 // first and last day of the rates used, days since 1970
	Dated    bool
	Source   value.Value // sum of the amounts as read
	// Converted is the sum of the results, each rounded as the mapping says.
	Converted value.Value
	// Rounding is how much Converted is above the sum of the results before
	// they were rounded; what rounding did to one quotient counts to the 12th
	// decimal place, all else exactly.
	Rounding value.Value
	// MaxAge is the greatest number of days between a rate and the day that it
	// was used for; 0 for undated rates.
	MaxAge int64
}

// quotientPlaces is to which decimal place roundings of quotients count.
const quotientPlaces = 12

// newUse is nothing converted.
func newUse() MoneyUse {
	zero := value.OfInt(0)
	return MoneyUse{Source: zero, Converted: zero, Rounding: zero}
}

// NewMoney makes a view of r.
func NewMoney(r *Rates) *Money {
	return &Money{rates: r, use: map[string]*MoneyUse{}, total: value.OfInt(0)}
}

// Convert is the table behind convert(amount, currency, date).
func (m *Money) Convert() expression.Table { return convert{m} }

// Rate is the table behind rate(currency, date).
func (m *Money) Rate() expression.Table { return rate{m} }

type convert struct{ *Money }

func (m convert) Call(f *expression.Frame, args []value.Value) value.Value {
	amount := args[0]
	if amount.IsNil() {
		return amount
	}
	q, fail := m.quote(f, args[1], optional(args, 2))
	if fail != nil {
		fail.Arg = 2
		return f.Fail(*fail)
	}
	v, err := q.apply(amount)
	if err != nil {
		return f.Fail(expression.Failure{Code: "value-invalid", Message: err.Error(), Slot: -1})
	}
	rounded := value.Round(v, m.rates.money.Round)
	m.note(q, amount, v, rounded)
	return rounded
}

type rate struct{ *Money }

func (m rate) Call(f *expression.Frame, args []value.Value) value.Value {
	q, fail := m.quote(f, args[0], optional(args, 1))
	if fail != nil {
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
	currency    string
	times, over value.Value
	day         int64
	age         int64 // days between the older rate and the day asked for
	used, dated bool  // a rate was used, and it has a day
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

func (m *Money) quote(f *expression.Frame, currency, date value.Value) (q quote, fail *expression.Failure) {
	c := m.rates.money
	cur := currency.Text()
	if currency.IsNil() || cur == "" {
		if cur = c.Default; cur == "" {
			return q, missing("", "the currency is empty", "give the currency column a default, or set currency.default")
		}
	}
	q.currency = cur
	if cur == c.Base {
		return q, nil
	}
	var day int64
	switch {
	case !m.rates.dated:
	case date.IsNil():
		return q, missing(cur, "the date that picks the rate is empty", "give another date, such as (CloseDate ?? today())")
	case date.Kind() == value.DateTime:
		day = value.LocalDate(date, f.Zone).Days()
	default:
		day = date.Days()
	}
	if cur != c.RateBase {
		r, fail := m.leg(cur, day, &q)
		if fail != nil {
			return q, fail
		}
		if c.UnitsPerBase {
			q.over = r
		} else {
			q.times = r
		}
	}
	if c.RateBase != c.Base {
		r, fail := m.leg(c.Base, day, &q)
		if fail != nil {
			return q, fail
		}
		if c.UnitsPerBase {
			q.times = r
		} else if q.over = r; q.times.IsNil() {
			return q, nil
		}
	}
	return q, nil
}

// inForce finds the rate in force for one currency of a conversion.
func (m *Money) inForce(cur string, day int64) (rateOn, *expression.Failure) {
	r, ok := m.rates.find(cur, day)
	if !ok {
		if len(m.rates.by[cur]) == 0 {
			return r, missing(cur, fmt.Sprintf("there is no rate for currency %s", value.Quote(cur)),
				"add its rates to the table, or correct the code")
		}
		return r, missing(cur, fmt.Sprintf("there is no rate for %s on or before %s", cur, isoDay(day)),
			"add an earlier rate to the table")
	}
	if max := m.rates.money.MaxAgeDays; m.rates.dated && max > 0 && day-r.day > int64(max) {
		return r, missing(cur, fmt.Sprintf("the newest rate for %s on or before %s is of %s, %d days old (maxAge is %d)",
			cur, isoDay(day), isoDay(r.day), day-r.day, max), "add newer rates to the table, or raise currency.maxAge")
	}
	return r, nil
}

func missing(cur, message, hint string) *expression.Failure {
	return &expression.Failure{Code: "rate-missing", Value: cur, Message: message, Hint: hint, Slot: -1}
}

func isoDay(day int64) string { return string(value.OfDate(day).Append(nil)) }

func (m *Money) note(q quote, amount, exact, converted value.Value) {
	u := m.use[q.currency]
	if u == nil {
		n := newUse()
		u = &n
		m.use[strings.Clone(q.currency)] = u
	}
	if q.used && q.dated {
		if !u.Dated || q.day < u.From {
			u.From = q.day
		}
		if !u.Dated || q.day > u.To {
			u.To = q.day
		}
		u.Dated = true
		u.MaxAge = max(u.MaxAge, q.age)
	}
	u.Count++
	m.count++
	u.Source = sum(u.Source, amount)
	u.Converted = sum(u.Converted, converted)
	if off, err := value.Sub(converted, exact); err == nil && off.Sign() != 0 {
		if !q.over.IsNil() {
			off = value.Round(off, quotientPlaces)
		}
		u.Rounding = sum(u.Rounding, off)
	}
	m.total = sum(m.total, converted)
}

// sum adds; a total past the greatest length of a number stays as it is, which
// no sum of money reaches.
func sum(a, b value.Value) value.Value {
	if c, err := value.Add(a, b); err == nil {
		return c
	}
	return a
}

// Merge adds what o counted in a later block and resets o.
func (m *Money) Merge(o *Money) {
	for cur, ou := range o.use {
		if ou.Count == 0 {
			continue
		}
		u := m.use[cur]
		if u == nil {
			n := newUse()
			u = &n
			m.use[cur] = u
		}
		if ou.Dated {
			if !u.Dated || ou.From < u.From {
				u.From = ou.From
			}
			if !u.Dated || ou.To > u.To {
				u.To = ou.To
			}
			u.Dated = true
			u.MaxAge = max(u.MaxAge, ou.MaxAge)
		}
		u.Count += ou.Count
		u.Source = sum(u.Source, ou.Source)
		u.Converted = sum(u.Converted, ou.Converted)
		u.Rounding = sum(u.Rounding, ou.Rounding)
	}
	m.count += o.count
	m.total = sum(m.total, o.total)
	o.Reset()
}

// Reset forgets all counts.
func (m *Money) Reset() {
	if m.count == 0 {
		return
	}
	for _, u := range m.use {
		*u = newUse()
	}
	m.count, m.total = 0, value.OfInt(0)
}

// Use gives what was converted by currency, and the sum of the results.
func (m *Money) Use() (by map[string]*MoneyUse, total value.Value) { return m.use, m.total }
