package ids

import (
	"fmt"
	"testing"
)

// TestAgainstMap holds a set to a map over many ids, states and ways to grow.
func TestAgainstMap(t *testing.T) {
	for _, reserve := range []int{0, 10, 100, 300, 50000} {
		var s Set
		if reserve > 0 {
			s.Reserve(reserve)
		}
		want := map[string]State{}
		for i := range 30000 {
			name := fmt.Sprint("id-", i*7919%20000)
			st := State(i%3 + 1)
			if i%2 == 0 {
				if got := s.Add(Of(name), st); got != want[name] {
					t.Fatalf("Add %s gives %d, want %d", name, got, want[name])
				}
				if want[name] == None {
					want[name] = st
				}
				continue
			}
			if got := s.Put(Of(name), st); got != want[name] {
				t.Fatalf("Put %s gives %d, want %d", name, got, want[name])
			}
			want[name] = st
		}
		if s.Len() != len(want) {
			t.Errorf("%d ids, want %d", s.Len(), len(want))
		}
		for name, st := range want {
			if got := s.Get(Of(name)); got != st {
				t.Fatalf("%s has %d, want %d", name, got, st)
			}
		}
		if got := s.Get(Of("another")); got != None {
			t.Errorf("an id that is not there has %d", got)
		}
		n := 0
		s.Each(func(id ID, st State) {
			if n++; s.Get(id) != st {
				t.Fatalf("Each gives %v with %d", id, st)
			}
		})
		if n != len(want) {
			t.Errorf("Each gives %d ids, want %d", n, len(want))
		}
	}
}

// A set for which little room was made still has a free slot in each segment,
// where the search for an id that is not there ends.
func TestLittleRoom(t *testing.T) {
	for n := range 1000 {
		var s Set
		s.Reserve(n)
		for i := range n {
			s.Add(Of(fmt.Sprint("a", i)), Written)
		}
		for i := range 100 {
			if s.Get(Of(fmt.Sprint("b", i))) != None {
				t.Fatalf("room for %d: b%d is there", n, i)
			}
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	list := make([]ID, 1<<20)
	for i := range list {
		list[i] = Of(fmt.Sprint("0065g0AAAA", i))
	}
	for _, warm := range []bool{false, true} {
		b.Run(fmt.Sprintf("warm=%t", warm), func(b *testing.B) {
			for range b.N {
				var s Set
				s.Reserve(len(list))
				for from := 0; from < len(list); from += 512 {
					if warm {
						s.Warm(list[from : from+512])
					}
					for _, id := range list[from : from+512] {
						s.Add(id, Written)
					}
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(list)), "ns/id")
		})
	}
}
