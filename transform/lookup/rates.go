package lookup

import (
	"sort"
	"strings"

	"crm2gong/mapping"
	"crm2gong/mapping/value"
)

// Rates is a table of exchange rates, filled once.
type Rates struct {
	money *mapping.Currency
	dated bool
	by    map[string]*series // by currency
}

// series is the rates of one currency, ascending by day once Sort has run.
type series struct {
	list  []rateOn
	first int64    // the day that the table begins with
	at    []uint16 // by day from first: how many rates have begun by then
}

// maxSeriesDays bounds the days from a currency's first rate to its last for
// which it has a table by day: four decades.
const maxSeriesDays = 15_000

// index makes the table by day, unless the rates are spread too far.
func (s *series) index() {
	n := len(s.list)
	if n == 0 || n > 1<<16-1 || s.list[n-1].day-s.list[0].day >= maxSeriesDays {
		return
	}
	s.first = s.list[0].day
	s.at = make([]uint16, s.list[n-1].day-s.first+1)
	for i, k := 0, 0; i < len(s.at); i++ {
		for k < n && s.list[k].day <= s.first+int64(i) {
			k++
		}
		s.at[i] = uint16(k)
	}
}

// begun gives how many rates have begun by a day.
func (s *series) begun(day int64) int {
	if s.at != nil {
		switch i := day - s.first; {
		case i < 0:
			return 0
		case i < int64(len(s.at)):
			return int(s.at[i])
		}
		return len(s.list)
	}
	lo, hi := 0, len(s.list)
	for lo < hi {
		if m := (lo + hi) / 2; s.list[m].day <= day {
			lo = m + 1
		} else {
			hi = m
		}
	}
	return lo
}

type rateOn struct {
	day  int64
	rate value.Value
	at   Place
}

// NewRates makes an empty table for c; inline rates are in it at once.
func NewRates(c *mapping.Currency) *Rates {
	r := &Rates{money: c, by: map[string]*series{}}
	for cur, v := range c.Inline {
		r.by[cur] = &series{list: []rateOn{{rate: v}}}
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
	s := r.by[currency]
	if s == nil {
		s = &series{}
		r.by[strings.Clone(currency)] = s
	}
	s.list = append(s.list, rateOn{day, rate.Clone(), at})
}

// Sort makes the table ready for use. Of two rates for one currency and day
// the later row counts; Sort names those, such as "EUR of 2024-03-01".
func (r *Rates) Sort() (twice []string) {
	for cur, s := range r.by {
		list := s.list
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
		s.list = kept
		s.index()
	}
	sort.Strings(twice)
	return twice
}

// find gives the newest rate on or before the day.
func (r *Rates) find(s *series, day int64) *rateOn {
	if s == nil {
		return nil
	}
	if !r.dated {
		return &s.list[0]
	}
	if n := s.begun(day); n > 0 {
		return &s.list[n-1]
	}
	return nil
}
