package ids

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
)

// FuzzStore holds sets and maps that go to disk, whatever the limit and the
// order of calls, to maps of Go.
func FuzzStore(f *testing.F) {
	f.Add(uint64(1), uint32(0), uint16(800), uint16(300))
	f.Add(uint64(2), uint32(20_000), uint16(5000), uint16(2000))
	f.Add(uint64(3), uint32(60_000), uint16(10000), uint16(65000))
	f.Add(uint64(4), uint32(MinLimit), uint16(10000), uint16(65000))
	f.Fuzz(func(t *testing.T, seed uint64, limit uint32, calls, names uint16) {
		s := NewStore(int64(limit), t.TempDir())
		sets := [3]*Set{s.Set(), s.Set(), s.Set()}
		numbers := s.Map()
		var want [3]map[ID]State
		for i := range want {
			want[i] = map[ID]State{}
		}
		wantNumbers := map[ID]Value{}
		r := rand.New(rand.NewPCG(seed, 0))
		for range calls {
			id := Of(fmt.Sprint(r.IntN(int(names) + 1)))
			st := State(r.IntN(3) + 1)
			k := r.IntN(3)
			if r.IntN(5000) == 0 {
				sets[k].Reserve(r.IntN(10000))
			}
			switch r.IntN(5) {
			case 0:
				if got := sets[k].Add(id, st); got != want[k][id] {
					t.Fatalf("Add gives %d, want %d", got, want[k][id])
				}
				if want[k][id] == None {
					want[k][id] = st
				}
			case 1:
				if got := sets[k].Put(id, st); got != want[k][id] {
					t.Fatalf("Put gives %d, want %d", got, want[k][id])
				}
				want[k][id] = st
			case 2:
				v := Value{r.Uint64(), r.Uint64()}
				numbers.Put(id, v)
				wantNumbers[id] = v
			case 3:
				v := Value{r.Uint64(), r.Uint64()}
				was, ok := numbers.Add(id, v)
				if w, there := wantNumbers[id]; ok != there || was != w {
					t.Fatalf("Add gives %v %t, want %v %t", was, ok, w, there)
				}
				if !ok {
					wantNumbers[id] = v
				}
			default:
				if got := sets[k].Get(id); got != want[k][id] {
					t.Fatalf("Get gives %d, want %d", got, want[k][id])
				}
				v, ok := numbers.Get(id)
				if w, there := wantNumbers[id]; ok != there || v != w {
					t.Fatalf("Get gives %v %t, want %v %t", v, ok, w, there)
				}
			}
		}
		for k, set := range sets {
			if set.Len() != len(want[k]) {
				t.Errorf("%d ids, want %d", set.Len(), len(want[k]))
			}
			n := 0
			set.Each(func(id ID, st State) {
				if n++; want[k][id] != st {
					t.Fatalf("Each gives %v with %d, want %d", id, st, want[k][id])
				}
			})
			if n != len(want[k]) {
				t.Errorf("Each gives %d ids, want %d", n, len(want[k]))
			}
			for id, st := range want[k] {
				if got := set.Get(id); got != st {
					t.Fatalf("Get gives %d in the end, want %d", got, st)
				}
			}
		}
		if numbers.Len() != len(wantNumbers) {
			t.Errorf("%d numbers, want %d", numbers.Len(), len(wantNumbers))
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
}

// many adds n ids to a set, one of ten a second time, and returns how many
// were there already.
func many(s *Set, prefix string, n int) (repeats int) {
	for i := range n {
		if s.Add(Of(fmt.Sprint(prefix, i)), Written) != None {
			repeats++
		}
		if i%10 == 0 && s.Add(Of(fmt.Sprint(prefix, i/2)), Deleted) != None {
			repeats++
		}
	}
	return repeats
}

func TestStoreKeepsItsLimit(t *testing.T) {
	const limit = MinLimit
	dir := t.TempDir()
	s := NewStore(limit, dir)
	var free Set
	a, b := s.Set(), s.Set()
	for _, x := range []*Set{a, b, &free} {
		if got := many(x, "a", 100_000); got != 10_000 {
			t.Errorf("%d repeats, want 10000", got)
		}
		if x.Len() != 100_000 {
			t.Errorf("%d ids", x.Len())
		}
	}
	peak, written := s.Usage()
	if peak > limit {
		t.Errorf("%d bytes of memory at a limit of %d", peak, limit)
	}
	if written < 2*100_000*idSize-limit {
		t.Errorf("%d bytes written", written)
	}
	for _, x := range []*Set{a, b} {
		if l := x.disk.Load(); l != nil && len(l.runs) > 6 {
			t.Errorf("%d runs", len(l.runs))
		}
	}
	if list, _ := os.ReadDir(dir); len(list) > 0 && os.PathSeparator == '/' {
		t.Errorf("a killed program would leave %v", list)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if list, _ := os.ReadDir(dir); len(list) > 0 {
		t.Errorf("files stay: %v", list)
	}
}

// Workers read the ids of earlier types while those of the next one push them
// to disk.
func TestReadersOfATableThatGoesToDisk(t *testing.T) {
	s := NewStore(MinLimit, t.TempDir())
	defer s.Close()
	const n = 30_000
	a, b := s.Set(), s.Set()
	many(a, "a", n)
	if a.mem.Load() == nil {
		t.Fatal("nothing is left in memory")
	}
	stop := make(chan struct{})
	var readers sync.WaitGroup
	for k := range 3 {
		readers.Go(func() {
			for i := k; ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				if a.Get(Of(fmt.Sprint("a", i%n))) != Written {
					t.Errorf("a%d is gone", i%n)
					return
				}
				if a.Get(Of(fmt.Sprint("b", i%n))) != None {
					t.Errorf("b%d is there", i%n)
					return
				}
			}
		})
	}
	many(b, "b", 2*n)
	close(stop)
	readers.Wait()
	if a.mem.Load() != nil {
		t.Error("the set never went to disk")
	}
}

func TestStoreTellsErrors(t *testing.T) {
	s := NewStore(MinLimit, "/no/such/folder")
	heard := 0
	s.OnError = func() { heard++ }
	many(s.Set(), "a", 100_000) // ends
	if heard != 1 {
		t.Errorf("the error is told %d times", heard)
	}
	if err := s.Close(); err == nil || !strings.HasPrefix(err.Error(), "cannot keep ids on disk: ") {
		t.Errorf("a folder that is not there: %v", err)
	}

	s = NewStore(MinLimit, t.TempDir())
	set := s.Set()
	many(set, "a", 100_000)
	if s.Err() != nil {
		t.Fatal(s.Err())
	}
	for _, r := range set.disk.Load().runs {
		if err := r.file.Truncate(100); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 100_000 {
		set.Get(Of(fmt.Sprint("a", i)))
	}
	if s.Err() == nil {
		t.Error("a run cut short is no error")
	}
	s.Close()
}

func TestNoStore(t *testing.T) {
	var s *Store
	set, numbers := s.Set(), s.Map()
	if set.Add(Of("a"), Written) != None || set.Get(Of("a")) != Written {
		t.Error("the set does not keep its id")
	}
	numbers.Put(Of("a"), Value{1, 2})
	if v, ok := numbers.Get(Of("a")); !ok || v != (Value{1, 2}) {
		t.Errorf("%v %t", v, ok)
	}
	if s.Err() != nil || s.Close() != nil {
		t.Error("no store has an error")
	}
}

func TestFilter(t *testing.T) {
	const n = 100_000
	f := newFilter(n)
	for i := range n {
		f.add(Of(fmt.Sprint("a", i)))
	}
	wrong := 0
	for i := range n {
		if !f.may(Of(fmt.Sprint("a", i))) {
			t.Fatalf("a%d is not there", i)
		}
		if f.may(Of(fmt.Sprint("b", i))) {
			wrong++
		}
	}
	if wrong > n/25 {
		t.Errorf("%d of %d pass without being there", wrong, n)
	}
}

// BenchmarkTenMillion adds ten million ids, one by one, and looks each up, in
// memory and under limits.
func BenchmarkTenMillion(b *testing.B) {
	const n = 10_000_000
	for _, limit := range []int64{0, 64 << 20, 16 << 20} {
		b.Run(fmt.Sprintf("limit=%dM", limit>>20), func(b *testing.B) {
			var buf []byte
			name := func(i int) ID {
				buf = fmt.Appendf(buf[:0], "0015g%010dAAA", i)
				return OfBytes(buf)
			}
			for range b.N {
				var s *Store
				if limit > 0 {
					s = NewStore(limit, b.TempDir())
				}
				set := s.Set()
				set.Reserve(n)
				for i := range n {
					set.Add(name(i), Written)
				}
				added := b.Elapsed()
				for i := range n {
					if set.Get(name(i*7919%n)) != Written {
						b.Fatal("an id is gone")
					}
				}
				b.ReportMetric(float64(added.Nanoseconds())/n, "ns/add")
				b.ReportMetric(float64((b.Elapsed()-added).Nanoseconds())/n, "ns/get")
				if peak, _ := s.Usage(); s != nil {
					b.ReportMetric(float64(peak)/(1<<20), "MiB")
				} else {
					b.ReportMetric(float64(set.mem.Load().bytes)/(1<<20), "MiB")
				}
				if err := s.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
