package associate

import (
	"flag"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"crm2gong/mapping/gong"
)

var full = flag.Bool("full", false, "benchmarks of 500,000 contacts, 250,000 accounts and 1,000,000 people")

func sizes() (accounts, contacts, people int) {
	if *full {
		return 250_000, 500_000, 1_000_000
	}
	return 2_500, 5_000, 10_000
}

// filled makes an index; every tenth contact has no account, every hundredth
// account shares its domain.
func filled(b *testing.B, accounts, contacts int) *Index {
	b.Helper()
	x := NewIndex(Options{})
	set := func(e *gong.Entity, field, text string) {
		*e.Get(field) = gong.Value{Kind: gong.StringVal, Text: text}
	}
	e := func(t gong.ObjectType) *gong.Entity {
		return &gong.Entity{Type: t, Fields: t.Fields(), Values: make([]gong.Value, len(t.Fields()))}
	}
	a, c, d := e(gong.Account), e(gong.Contact), e(gong.Deal)
	for i := range accounts {
		set(a, "objectId", fmt.Sprintf("0015g00000A%07d", i))
		*a.Get("domains") = gong.Value{Kind: gong.ListVal, List: []string{fmt.Sprintf("company%d.com", i-i%100/99)}}
		x.Add(a)
	}
	for i := range contacts {
		account := i * 7 % accounts
		set(c, "objectId", fmt.Sprintf("0035g00000C%07d", i))
		set(c, "accountId", fmt.Sprintf("0015g00000A%07d", account))
		if i%10 == 0 {
			set(c, "accountId", "")
		}
		set(c, "emailAddress", fmt.Sprintf("First.Last%d@company%d.com", i, account))
		set(c, "phoneNumber", fmt.Sprintf("+1 (%03d) %03d-%04d", 200+i/1_000_000, i/1000%1000, i%1000))
		x.Add(c)
		if i%5 == 0 {
			set(d, "objectId", fmt.Sprintf("0065g00000D%07d", i))
			set(d, "accountId", fmt.Sprintf("0015g00000A%07d", account))
			*d.Get("amount") = gong.Value{Kind: gong.NumberVal, Text: "1250.5"}
			x.Add(d)
		}
	}
	x.Close()
	return x
}

func heap() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func BenchmarkIndex(b *testing.B) {
	accounts, contacts, _ := sizes()
	before := heap()
	var x *Index
	for b.Loop() {
		x = filled(b, accounts, contacts)
	}
	b.ReportMetric(float64(heap()-before)/(1<<20), "MiB")
	runtime.KeepAlive(x)
}

func BenchmarkAssociate(b *testing.B) {
	accounts, contacts, people := sizes()
	x := filled(b, accounts, contacts)
	all := make([]Person, people)
	for i := range all {
		switch n := i * 11 % contacts; i % 4 {
		case 0, 1: // own contact
			all[i].Email = fmt.Sprintf("first.last%d@Company%d.com", n, n*7%accounts)
		case 2: // domain alone
			all[i].Email = fmt.Sprintf("new%d@company%d.com", i, n%accounts)
		case 3:
			all[i].Phone = fmt.Sprintf("+1200%07d", n)
			if i%8 == 3 {
				all[i].Email = fmt.Sprintf("nobody%d@else%d.org", i, i%1000)
			}
		}
	}
	for _, explain := range []bool{false, true} {
		b.Run(fmt.Sprintf("explain=%v", explain), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var next atomic.Int64
				var found atomic.Int64
				var workers sync.WaitGroup
				for range runtime.GOMAXPROCS(0) {
					workers.Go(func() {
						m := x.Matcher(Classic)
						m.Explain = explain
						var r Result
						n := int64(0)
						const chunk = 1000
						for {
							to := int(next.Add(chunk))
							for i := to - chunk; i < min(to, people); i++ {
								m.Associate(&all[i], &r)
								if r.Outcome == Matched || r.Outcome == Ambiguous {
									n++
								}
							}
							if to >= people {
								break
							}
						}
						found.Add(n)
					})
				}
				workers.Wait()
				if found.Load() < int64(people)/2 {
					b.Fatalf("only %d found", found.Load())
				}
			}
			b.ReportMetric(float64(people)*float64(b.N)/b.Elapsed().Seconds(), "people/s")
		})
	}
}

func BenchmarkCoverage(b *testing.B) {
	accounts, contacts, _ := sizes()
	x := filled(b, accounts, contacts)
	for b.Loop() {
		x.Coverage(Classic, 20000)
	}
}
