package lookup

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"crm2gong/mapping"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/value"
)

// someTexts are short, so that several share a place among those remembered.
var someTexts = rapid.StringMatching(`[a-cA-C]{0,3}`)

// TestEnumCounts holds an enum to a plain map, over blocks and workers.
func TestEnumCounts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		fallback := "else"
		e := &mapping.Enum{Name: "e", Values: map[string]string{}, IgnoreCase: rapid.Bool().Draw(t, "ignoreCase")}
		if rapid.Bool().Draw(t, "default") {
			e.Default = &fallback
		}
		for _, k := range rapid.SliceOfDistinct(someTexts, e.Fold).Draw(t, "keys") {
			e.Keys = append(e.Keys, k)
			e.Values[e.Fold(k)] = "value of " + k
		}
		all, worker := NewEnum(e), NewEnum(e)
		used, other := map[string]int{}, map[string]int{}
		for range rapid.IntRange(1, 4).Draw(t, "blocks") {
			for _, text := range rapid.SliceOf(someTexts).Draw(t, "texts") {
				var f expression.Frame
				got := worker.Call(&f, []value.Value{value.OfText(strings.Clone(text))})
				want, known := e.Values[e.Fold(text)]
				switch {
				case known:
					used[keyOf(e, text)]++
				case e.Default != nil:
					other[text]++
					want = fallback
				default:
					other[text]++
					if got.Kind() != value.Err {
						t.Fatalf("%q gives %s, want a failure", text, got)
					}
					continue
				}
				if got.Text() != want {
					t.Fatalf("%q gives %s, want %s", text, got, want)
				}
			}
			all.Merge(worker)
		}
		gotUsed, defaulted, unmapped := all.Counts()
		if maps.Copy(defaulted, unmapped); !maps.Equal(gotUsed, used) || !maps.Equal(defaulted, other) {
			t.Fatalf("used %v, others %v; want %v, %v", gotUsed, defaulted, used, other)
		}
	})
}

func keyOf(e *mapping.Enum, text string) string {
	for _, k := range e.Keys {
		if e.Fold(k) == e.Fold(text) {
			return k
		}
	}
	return ""
}

// TestViewOfSizes looks up every key of tables around the size up to which
// keys are remembered, and some that are not there.
func TestViewOfSizes(t *testing.T) {
	for _, n := range []int{1, nearRows - 1, nearRows, nearRows + 1, 3 * nearRows} {
		table := NewTable(&mapping.BoundLookup{Lookup: &mapping.Lookup{Name: "l"}})
		for i := range n {
			table.Put(fmt.Sprint("key", i), value.OfInt(int64(i)), nil)
		}
		v := NewView(table)
		for range 2 {
			for i := range n + 10 {
				got := v.Call(&expression.Frame{}, []value.Value{value.OfText(fmt.Sprint("key", i))})
				if k, ok := got.Int(); ok != (i < n) || ok && k != int64(i) {
					t.Fatalf("of %d rows key%d gives %s", n, i, got)
				}
			}
		}
		if hits, misses, _ := v.Counts(); hits != 2*n || misses != 20 {
			t.Errorf("of %d rows: %d hits and %d misses, want %d and 20", n, hits, misses, 2*n)
		}
	}
}

// TestSeriesBegun holds the table by day to counting.
func TestSeriesBegun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		far := rapid.SampledFrom([]int64{40, 2 * maxSeriesDays}).Draw(t, "far")
		days := rapid.SliceOfNDistinct(rapid.Int64Range(-far, far), 0, 30, rapid.ID[int64]).Draw(t, "days")
		slices.Sort(days)
		var s series
		for _, d := range days {
			s.list = append(s.list, rateOn{day: d})
		}
		s.index()
		for _, day := range append(days, rapid.SliceOf(rapid.Int64Range(-far-5, far+5)).Draw(t, "asked")...) {
			want := 0
			for _, d := range days {
				if d <= day {
					want++
				}
			}
			if got := s.begun(day); got != want {
				t.Fatalf("%d of %v have begun by %d, want %d", got, days, day, want)
			}
		}
	})
}
