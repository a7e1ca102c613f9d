package lookup

import (
	"crm2gong/mapping/expression"
	"crm2gong/mapping/value"
)

// Place is where a row of a table stands in the table's source.
type Place struct {
	File int32 // place of the file among the source's, from 0
	Row  int32 // as a spreadsheet shows it, from 1; 0: not known
}

// KeepPlaces makes the table remember where its rows stand. It is called before
// the first Put.
func (t *Table) KeepPlaces() { t.places = []Place{} }

// At says where the row stands that was last put and counts for its key.
func (t *Table) At(key string, p Place) {
	if t.places == nil {
		return
	}
	i := t.rows[key]
	for int(i) >= len(t.places) {
		t.places = append(t.places, Place{})
	}
	if t.places[i] == (Place{}) || t.lookup.OnMany == "last" {
		t.places[i] = p
	}
}

// Find tells which row a call with the arguments asks for, without counting
// it. key is what is looked up, as messages show it; ok is false for a miss, and
// many tells that several rows have the key and none is taken.
func (v *View) Find(args []value.Value) (key string, p Place, many, ok bool) {
	key = keyText(args)
	k, full := AppendKey(nil, args)
	if !full {
		return key, p, false, false
	}
	i, ok := v.table.rows[string(k)]
	if !ok {
		return key, p, false, false
	}
	if int(i) < len(v.table.places) {
		p = v.table.places[i]
	}
	return key, p, v.table.found[i].many, true
}

// Entry tells which entry of the enum a value takes, without counting it: the
// entry's key as the mapping has it, or "" where the default or nothing stands
// for it.
func (v *Enum) Entry(a value.Value) (key string, ok bool) {
	if a.IsNil() {
		return "", false
	}
	text := string(a.Append(nil))
	e, ok := v.results[text]
	if !ok && v.enum.IgnoreCase {
		e, ok = v.results[v.enum.Fold(text)]
	}
	if !ok {
		return "", false
	}
	return v.enum.Keys[e.at], true
}

// HasDefault tells whether the enum has a default, and which.
func (v *Enum) HasDefault() (value.Value, bool) { return v.def, v.enum.Default != nil }

// UsedRate is a rate of the table that a conversion goes through.
type UsedRate struct {
	Currency string
	Rate     value.Value
	Day      int64 // days since 1970; meaningful where Dated
	Dated    bool
	Place    Place
}

// Used gives the rates that a conversion of a currency on a date goes through,
// none for the base currency, without counting it. currency is that which is
// converted, the default's where the argument is empty.
func (m *Money) Used(f *expression.Frame, code, date value.Value) (currency string, rates []UsedRate) {
	probe := NewMoney(m.rates)
	probe.legs = &rates
	var q quote
	if fail := probe.price(&q, f.Zone, code, date); fail != nil {
		return fail.Value, rates
	}
	return q.from.currency, rates
}

func (m *Money) leg(x *exchange, day int64, q *quote) (value.Value, *expression.Failure) {
	on, fail := m.inForce(x, day)
	if fail != nil {
		return value.Value{}, fail
	}
	q.used, q.dated, q.day = true, m.rates.dated, on.day
	if q.dated {
		q.age = max(q.age, day-on.day)
	}
	if m.legs != nil {
		*m.legs = append(*m.legs, UsedRate{Currency: x.currency, Rate: on.rate, Day: on.day, Dated: m.rates.dated, Place: on.at})
	}
	return on.rate, nil
}
