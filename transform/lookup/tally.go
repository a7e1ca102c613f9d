package lookup

import "crm2gong/mapping/value"

// tally is what was converted from one currency.
type tally struct {
	count                       int
	from, to                    int64
	dated                       bool
	source, converted, rounding value.Sum
	maxAge                      int64
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

// Count counts a conversion.
func (m *Money) Count(c *Conversion) {
	q := &c.quote
	u := &q.from.use
	if m.hears {
		m.heard = append(m.heard, Price{q.from.currency, c.amount})
	}
	if q.used && q.dated {
		u.aged(q.day, q.day, q.age)
	}
	u.count++
	m.count++
	u.source.Add(c.amount)
	u.converted.Add(c.Price)
	u.rounding.Add(c.above)
}

// aged notes the days of rates that were used, and the age of the oldest.
func (u *tally) aged(from, to, age int64) {
	if !u.dated {
		u.from, u.to, u.dated = from, to, true
	}
	u.from, u.to, u.maxAge = min(u.from, from), max(u.to, to), max(u.maxAge, age)
}

// Merge adds what o counted in a later block and resets o.
func (m *Money) Merge(o *Money) {
	if o.count == 0 {
		return
	}
	for cur, ox := range o.from {
		n := &ox.use
		if n.count == 0 {
			continue
		}
		u := &m.exchange(cur).use
		if n.dated {
			u.aged(n.from, n.to, n.maxAge)
		}
		u.count += n.count
		u.source.AddSum(&n.source)
		u.converted.AddSum(&n.converted)
		u.rounding.AddSum(&n.rounding)
	}
	m.count += o.count
	o.Reset()
}

// Reset forgets all counts.
func (m *Money) Reset() {
	if m.count == 0 {
		return
	}
	for _, x := range m.from {
		x.use = tally{}
	}
	m.count = 0
}

// Use gives what was converted by currency, and the sum of the results.
func (m *Money) Use() (by map[string]*MoneyUse, total value.Value) {
	by = map[string]*MoneyUse{}
	var all value.Sum
	all.Add(value.OfInt(0))
	for cur, x := range m.from {
		u := &x.use
		if u.count == 0 {
			continue
		}
		all.AddSum(&u.converted)
		by[cur] = &MoneyUse{
			Count: u.count, From: u.from, To: u.to, Dated: u.dated, MaxAge: u.maxAge,
			Source: u.source.Value(), Converted: u.converted.Value(), Rounding: u.rounding.Value(),
		}
	}
	return by, all.Value()
}
