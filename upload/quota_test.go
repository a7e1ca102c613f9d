package upload

import (
	"context"
	"errors"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"crm2gong/upload/gongtest"
)

// A counter that becomes shorter leaves nothing of the longer one behind.
func TestQuotaGetsShorter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q := &quota{path: filepath.Join(quickDir(t), "calls.json"), perDay: 100, perSecond: 60}
		for i := range 61 {
			if i == 60 {
				time.Sleep(2 * time.Second)
			}
			began, err := q.turn(t.Context(), 0)
			if err == nil {
				err = q.done(began)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if n, err := q.used(); n != 61 || err != nil {
			t.Errorf("%d calls, %v", n, err)
		}
	})
}

// Wherever in its duration a call counts at Gong's end, and whichever run makes
// it, no second has more than the limit.
func TestAtMostNCallsInAnySecond(t *testing.T) {
	for _, tt := range []struct {
		name             string
		runs, n, longest int // milliseconds of a call
	}{
		{"one run", 1, 3, 700},
		{"long calls", 1, 2, 3000},
		{"four runs", 4, 3, 700},
		{"four runs, one call a second", 4, 1, 300},
		{"more runs than calls", 8, 5, 900},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				type span struct{ begun, ended time.Time }
				var mu sync.Mutex
				var calls []span
				path := filepath.Join(quickDir(t), "calls.json")
				var all sync.WaitGroup
				began := time.Now()
				for run := range tt.runs {
					random := rand.New(rand.NewPCG(1, uint64(run)))
					all.Go(func() {
						q := &quota{path: path, perSecond: tt.n, perDay: 1000}
						for range 80 / tt.runs {
							at, err := q.turn(t.Context(), 0)
							if err != nil {
								t.Error(err)
								return
							}
							begun := time.Now()
							time.Sleep(time.Duration(random.IntN(tt.longest)) * time.Millisecond)
							mu.Lock()
							calls = append(calls, span{begun, time.Now()})
							mu.Unlock()
							if err := q.done(at); err != nil {
								t.Error(err)
								return
							}
						}
					})
				}
				all.Wait()
				for _, c := range calls {
					// All that may have counted within the second before it began.
					near := 0
					for _, d := range calls {
						if !d.begun.After(c.begun) && c.begun.Sub(d.ended) < time.Second {
							near++
						}
					}
					if near > tt.n {
						t.Fatalf("%d calls within a second", near)
					}
				}
				if spent := time.Since(began); tt.runs > 1 && spent > time.Duration(80/tt.n*2)*time.Second {
					t.Errorf("80 calls took %v", spent)
				}
			})
		})
	}
}

func TestWindowOfEarlierRuns(t *testing.T) {
	now := at(day1)
	for _, tt := range []struct {
		name string
		w    window
		wait time.Duration
	}{
		{"free", window{}, 0},
		{"full", window{Ended: []time.Time{now.Add(-900 * time.Millisecond), now.Add(-800 * time.Millisecond), now.Add(-700 * time.Millisecond)}}, 100 * time.Millisecond},
		{"made with a greater limit", window{Ended: []time.Time{now.Add(-900 * time.Millisecond), now.Add(-800 * time.Millisecond), now.Add(-700 * time.Millisecond), now.Add(-600 * time.Millisecond)}}, 200 * time.Millisecond},
		{"one is on its way", window{Ended: []time.Time{now.Add(-900 * time.Millisecond), now.Add(-800 * time.Millisecond)}, Begun: []time.Time{now.Add(-100 * time.Millisecond)}}, 100 * time.Millisecond},
		{"all are on their way", window{Begun: []time.Time{now, now, now}}, time.Second},
		{"of processes that died", window{Begun: []time.Time{now.Add(-1500 * time.Millisecond), now.Add(-3 * time.Second), now.Add(-3 * time.Second)}}, 0},
		{"the clock was set back", window{Ended: []time.Time{now.Add(time.Hour), now.Add(time.Hour), now.Add(time.Hour)}, Begun: []time.Time{now.Add(time.Hour)}}, time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := tt.w
			if wait := w.begin(3, now); wait != tt.wait {
				t.Errorf("wait %v, want %v", wait, tt.wait)
			}
			// However it came, two seconds later the way is free.
			if wait := w.begin(3, now.Add(2*time.Second)); wait != 0 {
				t.Errorf("wait %v two seconds later", wait)
			}
		})
	}
}

func TestWaitForATurnCanBeStopped(t *testing.T) {
	q := &quota{path: filepath.Join(quickDir(t), "calls.json"), perSecond: 1, perDay: 10}
	if _, err := q.turn(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	if _, err := q.turn(ctx, 0); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if n, err := q.used(); n != 1 || err != nil {
		t.Errorf("%d calls, %v", n, err)
	}
}

// Runs at the same time keep Gong's limit together.
func TestRunsShareTheLimit(t *testing.T) {
	l := newLab(t, gongtest.Options{CallsPerSecond: 5})
	l.client.CallsPerSecond, l.client.MaxRetries = 5, -1
	var all sync.WaitGroup
	for range 12 {
		s := l.session()
		all.Go(func() {
			if _, err := s.Client.Integrations(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
