package finding

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
)

// TestCount counts with kept keys, now and then, in one log and with copies of them in
// another, over several blocks and more groups than are looked through.
func TestCount(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{1, 3, fewGroups, fewGroups + 1, 40} {
		var kept [2][]*Key // two sets of the same keys, as two workers have them
		for i := range n {
			for k := range kept {
				kept[k] = append(kept[k], &Key{Code: fmt.Sprint("rule-", i/2), Field: fmt.Sprint("field", i%2)})
			}
		}
		var with, without Log
		for block := range 20 {
			for i := range 50 {
				k := kept[r.IntN(2)][r.IntN(n)]
				h := without.Add(*k)
				var g *Group
				if r.IntN(3) > 0 {
					g = with.Count(k)
				} else {
					g = with.Add(*k)
				}
				g.Value(fmt.Sprint(i % 7))
				h.Value(fmt.Sprint(i % 7))
			}
			if got, want := groups(&with), groups(&without); !reflect.DeepEqual(got, want) {
				t.Fatalf("%d keys, block %d:\n%v\nwant\n%v", n, block, got, want)
			}
			if block%4 == 3 {
				with, without = Log{}, Log{}
			} else {
				with.Reset()
				without.Reset()
			}
		}
	}
}

func groups(l *Log) (list []string) {
	for _, g := range l.Groups() {
		list = append(list, fmt.Sprintf("%v %d %d", g.Key, g.Count, g.Distinct()))
	}
	return list
}

// A group has the first three hints that differ, whatever blocks its records
// stand in, and forgets them with the rest.
func TestHints(t *testing.T) {
	key := Key{Code: "value-invalid", Field: "amount"}
	for _, c := range []struct {
		name string
		said []string
		want []string
	}{
		{"all the same", []string{"a", "a", "a"}, []string{"a"}},
		{"some without", []string{"", "a", ""}, []string{"", "a"}},
		{"several", []string{"b", "a", "b", "c", "a", "d", "e"}, []string{"b", "a", "c"}},
		{"none", []string{"", ""}, []string{""}},
	} {
		for size := 1; size <= len(c.said); size++ {
			var all, block Log
			for i, hint := range c.said {
				block.Add(key).Hint(hint)
				if (i+1)%size == 0 || i+1 == len(c.said) {
					all.Merge(&block, 0, 0)
					block.Reset()
				}
			}
			if got := all.Groups()[0].Hints; !slices.Equal(got, c.want) {
				t.Errorf("%s, in blocks of %d: %q, want %q", c.name, size, got, c.want)
			}
		}
	}
}
