package lookup

import (
	"testing"
	"time"

	"crm2gong/mapping"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/value"

	"github.com/google/go-cmp/cmp"
)

func number(t *testing.T, s string) value.Value {
	t.Helper()
	v, ok := value.ParseNumber(s)
	if !ok {
		t.Fatalf("%q is no number", s)
	}
	return v
}

func day(t *testing.T, s string) value.Value {
	t.Helper()
	at, err := time.Parse(time.DateOnly, s)
	if err != nil {
		t.Fatal(err)
	}
	return value.OfDate(at.Unix() / (24 * 60 * 60))
}

// TestMoneyTotals holds what is told of conversions against sums made by hand.
func TestMoneyTotals(t *testing.T) {
	type amount struct{ of, currency, on string }
	type total struct {
		count                       int
		source, converted, rounding string
		from, to                    string
		age                         int64
	}
	undated := func(rates map[string]string, perBase bool) func(*testing.T) *Rates {
		return func(t *testing.T) *Rates {
			c := &mapping.Currency{Base: "USD", RateBase: "USD", Round: 2, UnitsPerBase: perBase, Inline: map[string]value.Value{}}
			for cur, r := range rates {
				c.Inline[cur] = number(t, r)
			}
			return NewRates(c)
		}
	}
	for _, c := range []struct {
		name    string
		rates   func(*testing.T) *Rates
		amounts []amount
		want    map[string]total
		total   string
	}{
		{"rates of another base, which has none itself", func(t *testing.T) *Rates {
			return NewRates(&mapping.Currency{Base: "EUR", RateBase: "USD", Round: 2,
				Inline: map[string]value.Value{"EUR": number(t, "0.5"), "GBP": number(t, "2")}})
		}, []amount{{"100", "USD", ""}, {"10", "GBP", ""}, {"7", "EUR", ""}},
			map[string]total{
				"USD": {count: 1, source: "100", converted: "200", rounding: "0"},
				"GBP": {count: 1, source: "10", converted: "40", rounding: "0"},
				"EUR": {count: 1, source: "7", converted: "7", rounding: "0"},
			}, "247"},
		{"products", undated(map[string]string{"EUR": "1.0825"}, false), []amount{
			{"10.01", "EUR", ""}, // 10.835825, 0.004175 less than 10.84
			{"0.01", "EUR", ""},  // 0.010825, 0.000825 more than 0.01
			{"1.005", "USD", ""}, // half away from zero: 1.01
		}, map[string]total{
			"EUR": {2, "10.02", "10.85", "0.00335", "", "", 0},
			"USD": {1, "1.005", "1.01", "0.005", "", "", 0},
		}, "11.86"},
		{"quotients", undated(map[string]string{"JPY": "3", "CHF": "8"}, true), []amount{
			{"10", "JPY", ""}, {"10", "JPY", ""}, // 3.33 for 3.333333333333…
			{"-1", "CHF", ""}, // -0.13 for -0.125
		}, map[string]total{
			"JPY": {2, "20", "6.66", "-0.006666666666", "", "", 0},
			"CHF": {1, "-1", "-0.13", "-0.005", "", "", 0},
		}, "6.53"},
		{"dated", func(t *testing.T) *Rates {
			r := NewRates(&mapping.Currency{Base: "USD", RateBase: "USD", Round: 2, Wide: true})
			for on, rate := range map[string]string{"2024-01-01": "2", "2024-02-01": "4"} {
				r.Put("EUR", day(t, on), number(t, rate), Place{})
			}
			r.Put("GBP", day(t, "2023-12-31"), number(t, "3"), Place{})
			r.Sort()
			return r
		}, []amount{
			{"1", "EUR", "2024-02-03"}, {"1", "EUR", "2024-01-31"}, {"5", "GBP", "2024-12-31"}, {"7", "USD", "2024-12-31"},
		}, map[string]total{
			"EUR": {2, "2", "6", "0", "2024-01-01", "2024-02-01", 30},
			"GBP": {1, "5", "15", "0", "2023-12-31", "2023-12-31", 366}, // a leap year
			"USD": {1, "7", "7", "0", "", "", 0},
		}, "28"},
		{"nothing", undated(nil, false), nil, map[string]total{}, "0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			rates := c.rates(t)
			for _, blocks := range []int{1, 2} {
				all, block := NewMoney(rates), NewMoney(rates)
				for i, a := range c.amounts {
					args := []value.Value{number(t, a.of), value.OfText(a.currency)}
					if a.on != "" {
						args = append(args, day(t, a.on))
					}
					frame := &expression.Frame{}
					if v := block.Convert().Call(frame, args); v.Kind() != value.Number {
						t.Fatalf("convert(%s, %s) gave no number", a.of, a.currency)
					}
					if blocks > 1 || i == len(c.amounts)-1 {
						all.Merge(block)
					}
				}
				by, sum := all.Use()
				got := map[string]total{}
				for cur, u := range by {
					x := total{u.Count, text(u.Source), text(u.Converted), text(u.Rounding), "", "", u.MaxAge}
					if u.Dated {
						x.from, x.to = isoDay(u.From), isoDay(u.To)
					}
					got[cur] = x
				}
				if d := cmp.Diff(c.want, got, cmp.AllowUnexported(total{})); d != "" {
					t.Errorf("totals (-want +got):\n%s", d)
				}
				if text(sum) != c.total {
					t.Errorf("in all %s, want %s", text(sum), c.total)
				}
			}
		})
	}
}

func text(v value.Value) string { return string(v.AppendNumber(nil)) }

func TestProductsAllocateNothing(t *testing.T) {
	m := NewMoney(NewRates(&mapping.Currency{
		Base: "USD", RateBase: "USD", Round: 2, Inline: map[string]value.Value{"EUR": number(t, "1.0825")},
	}))
	args := []value.Value{number(t, "10.01"), value.OfText("EUR")}
	frame, convert := &expression.Frame{}, m.Convert()
	convert.Call(frame, args)
	if n := testing.AllocsPerRun(1000, func() { convert.Call(frame, args) }); n != 0 {
		t.Errorf("%v allocations a conversion", n)
	}
}
