package ids

import (
	"fmt"
	"testing"
)

func TestLog(t *testing.T) {
	s := NewStore(MinLimit, t.TempDir())
	defer s.Close()
	for name, l := range map[string]*Log{"in memory": {}, "of a store": s.Log()} {
		const n = 40_000
		for i := range n {
			if i == 100 {
				l.Add(nil)
			}
			l.Add(fmt.Appendf(nil, "record %d", i))
		}
		for range 2 {
			i := 0
			l.Each(func(b []byte) {
				want := fmt.Sprint("record ", i)
				if i == 100 {
					want = ""
				} else if i > 100 {
					want = fmt.Sprint("record ", i-1)
				}
				if string(b) != want {
					t.Fatalf("%s: %q, want %q", name, b, want)
				}
				i++
			})
			if i != n+1 {
				t.Errorf("%s: %d records", name, i)
			}
		}
	}
	if _, written := s.Usage(); written == 0 {
		t.Error("nothing is on disk")
	}
	if s.Err() != nil {
		t.Error(s.Err())
	}
}
