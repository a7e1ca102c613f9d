package upload

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"crm2gong/mapping/gong"
	"crm2gong/upload/gongtest"
)

// schedules is how many seeded fault schedules a run tries; more with
// CRM2GONG_SCHEDULES.
func schedules(t *testing.T, usual int) int {
	if n, err := strconv.Atoi(os.Getenv("CRM2GONG_SCHEDULES")); err == nil && n > 0 {
		return n
	}
	if testing.Short() {
		return usual / 10
	}
	return usual
}

// scenario writes two generations of a company and says what Gong must have
// after both were uploaded, faults or not.
func (l *lab) scenario(generation int) {
	l.opt = Options{PartSize: 700, Deletions: true, MaxDeletions: percent(100), Now: at("2026-05-01T00:00:00Z")}
	l.company()
	var accounts []string
	for i := range 12 {
		name := "A"
		if generation == 2 && i%3 == 0 {
			name = "B"
		}
		if generation == 2 && i == 7 {
			continue
		}
		accounts = append(accounts, account(fmt.Sprintf("a%d", i), name, day1))
	}
	l.write("ACCOUNT.ldjson", accounts...)
	l.write("history/DEAL.0001.ldjson", deal("d1", "a2", "2025-01-01T00:00:00Z"))
	if generation == 2 {
		l.write("BUSINESS_USER.ldjson", user("u1", "new@x.com", day2), user("u2", "b@x.com", day1))
		l.write("history/DEAL.0002.ldjson", deal("d1", "a3", "2025-02-01T00:00:00Z"))
	}
}

// finish uploads, and resumes as long as it takes.
func (l *lab) finish() (resumes int, err error) {
	r, err := l.upload()
	for tries := 0; err != nil; tries++ {
		if tries == 50 {
			return resumes, fmt.Errorf("not finished after %d resumes: %s %w", resumes, r.Outcome, err)
		}
		switch r.Outcome {
		case Unfinished:
			resumes++
			r, err = l.resume()
		case Failed:
			if errors.Is(err, ErrUnfinished) {
				resumes++
				r, err = l.resume()
				continue
			}
			r, err = l.upload()
		default:
			return resumes, fmt.Errorf("outcome %s: %w", r.Outcome, err)
		}
	}
	return resumes, nil
}

// reference is what Gong has after both generations without faults, and how
// many calls each took.
func reference(t *testing.T) (contents string, calls int) {
	l := newLab(t, gongtest.Options{})
	for g := 1; g <= 2; g++ {
		l.scenario(g)
		if _, err := l.finish(); err != nil {
			t.Fatal(err)
		}
	}
	l.noViolations()
	return l.contents(), len(l.gong.Calls())
}

// TestFaultSchedules runs uploads against faults of every kind at random calls
// and holds the promises: nothing lost, no part taken twice, at most two extra
// requests a fault, and in the end what a faultless run gives.
func TestFaultSchedules(t *testing.T) {
	want, calls := reference(t)
	var faults, extra, resumed atomic.Int64
	n := schedules(t, 200)
	const workers = 4
	t.Run("schedules", func(t *testing.T) {
		for w := range workers {
			t.Run(strconv.Itoa(w), func(t *testing.T) {
				t.Parallel()
				for seed := w; seed < n; seed += workers {
					f, e, r := faultSchedule(t, uint64(seed), want, calls)
					faults.Add(f)
					extra.Add(e)
					resumed.Add(r)
					if t.Failed() {
						return
					}
				}
			})
		}
	})
	t.Logf("%d schedules, %d faults, %d extra requests, %d resumes", n, faults.Load(), extra.Load(), resumed.Load())
}

func faultSchedule(t *testing.T, seed uint64, want string, calls int) (faults, extra, resumes int64) {
	r := rand.New(rand.NewPCG(seed, 1))
	rate := []float64{0.05, 0.2, 0.5}[r.IntN(3)]
	l := newLab(t, gongtest.Options{Fault: gongtest.Random(seed, rate, 1+r.IntN(20))})
	defer l.gong.Close()
	defer os.RemoveAll(l.dir)
	l.client.MaxRetries = 1 + r.IntN(6)
	l.client.RetryDelay, l.client.MaxRetryDelay = time.Microsecond, 10*time.Microsecond
	l.client.PollInterval, l.client.PollMax = time.Microsecond, 10*time.Microsecond
	for g := 1; g <= 2; g++ {
		l.scenario(g)
		n, err := l.finish()
		if err != nil {
			t.Errorf("seed %d: %v", seed, err)
			return
		}
		resumes += int64(n)
	}
	all := l.gong.Calls()
	for _, c := range all {
		if c.Fault != "" && c.Fault != gongtest.Slow {
			faults++
		}
	}
	extra = int64(len(all) - calls)
	if extra > 2*faults {
		t.Errorf("seed %d: %d extra requests for %d faults", seed, extra, faults)
	}
	l.whole(t, fmt.Sprintf("seed %d", seed), want)
	return faults, extra, resumes
}

// whole holds Gong against what it must have, and that nothing came twice or is
// left.
func (l *lab) whole(t *testing.T, name, want string) {
	t.Helper()
	if got := l.contents(); got != want {
		t.Errorf("%s: Gong has\n%swant\n%s", name, got, want)
	}
	seen := map[string]bool{}
	for _, u := range l.gong.Uploads() {
		if seen[u.Request] || u.Processed != 1 {
			t.Errorf("%s: %s was processed %d times", name, u.Request, u.Processed)
		}
		seen[u.Request] = true
	}
	for _, v := range l.gong.Violations() {
		t.Errorf("%s: %s", name, v)
	}
	if r, err := l.upload(); err != nil || r.Outcome != Nothing {
		t.Errorf("%s: something is left to send: %s %v", name, r.Outcome, err)
	}
	if err := l.consistent(); err != nil {
		t.Errorf("%s: %v", name, err)
	}
	marks, err := l.store().marked()
	parts, _ := filepath.Glob(l.store().path("uploads", "*", "parts"))
	if err != nil || len(marks) != 0 || len(parts) != 0 {
		t.Errorf("%s: left behind: %v %v %v", name, marks, parts, err)
	}
}

// consistent holds the state against what Gong has.
func (l *lab) consistent() error {
	st, err := l.store().State(gongtest.DefaultIntegration)
	if err != nil {
		return err
	}
	live := 0
	for _, r := range l.gong.Records() {
		at, ok := st.find(gong.ParseType(r.Type), r.ObjectID)
		if ok && st.entries[at].standing.has(isUnsure) {
			return fmt.Errorf("%s %s: unsure though all was sent", r.Type, r.ObjectID)
		}
		if !ok || st.entries[at].standing.has(isDeleted) != r.Deleted {
			return fmt.Errorf("%s %s: not in the state as Gong has it", r.Type, r.ObjectID)
		}
		p, err := parseRecord([]byte(r.Line))
		if err != nil || p.print != st.entries[at].print {
			return fmt.Errorf("%s %s: another content in the state", r.Type, r.ObjectID)
		}
		live++
	}
	if live != len(st.entries) {
		return fmt.Errorf("%d records in the state, %d at Gong", len(st.entries), live)
	}
	return nil
}

// TestEveryDiskFault fails each act on the disk in turn, once, until an upload
// meets none: whatever fails, going on gives what a faultless run gives. Every
// third act by default, all of them with CRM2GONG_KILLS=all.
func TestEveryDiskFault(t *testing.T) {
	want, _ := reference(t)
	step := 3
	switch {
	case os.Getenv("CRM2GONG_KILLS") == "all":
		step = 1
	case testing.Short():
		step = 11
	}
	for n := 1; ; n += step {
		l := newLab(t, gongtest.Options{})
		at, struck := 0, ""
		l.step = func(name string) error {
			if at++; at == n {
				struck = name
				return &fs.PathError{Op: "write", Path: name, Err: syscall.ENOSPC}
			}
			return nil
		}
		for g := 1; g <= 2; g++ {
			l.scenario(g)
			if _, err := l.finish(); err != nil {
				t.Fatalf("fault %d at %q: %v", n, struck, err)
			}
		}
		if struck == "" {
			t.Logf("%d acts on the disk", n-1)
			return
		}
		l.whole(t, fmt.Sprintf("fault %d at %q", n, struck), want)
		l.gong.Close()
		if t.Failed() {
			return
		}
	}
}

// TestDiskFaultIsTold holds that a full disk is an error of the right status
// that says what to do.
func TestDiskFaultIsTold(t *testing.T) {
	for _, name := range []string{"spool", "journal planned", "journal sending", "sync answered", "state-append"} {
		t.Run(name, func(t *testing.T) {
			l := newLab(t, gongtest.Options{})
			l.company()
			l.step = func(s string) error {
				if s == name {
					return &fs.PathError{Op: "write", Path: "/full", Err: syscall.ENOSPC}
				}
				return nil
			}
			r, err := l.upload()
			want := StatusFailed
			if name == "state-append" {
				want = StatusPartial
			}
			wantStatus(t, err, want)
			if !strings.Contains(err.Error(), "no space left") || r.Outcome == Done {
				t.Errorf("%s %v", r.Outcome, err)
			}
			l.step = nil
			if _, err := l.finish(); err != nil {
				t.Error(err)
			}
			if n := len(l.gong.Records()); n != 11 {
				t.Errorf("%d records", n)
			}
		})
	}
}

// TestCancelAtAnyMoment stops uploads at random moments.
func TestCancelAtAnyMoment(t *testing.T) {
	want, _ := reference(t)
	for seed := range schedules(t, 60) {
		l := newLab(t, gongtest.Options{Pending: 1})
		r := rand.New(rand.NewPCG(uint64(seed), 3))
		for g := 1; g <= 2; g++ {
			l.scenario(g)
			ctx, cancel := context.WithTimeout(context.Background(), time.Duration(r.IntN(60))*time.Millisecond)
			_, _ = l.session().Upload(ctx, l.input, l.opt) // what it came to is judged below
			cancel()
			if l2, err := l.session().unfinished(0); err == nil && l2 != nil {
				if _, err := l.resume(); err != nil {
					t.Fatalf("seed %d: resume: %v", seed, err)
				}
			}
			if _, err := l.finish(); err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
		}
		l.whole(t, fmt.Sprintf("seed %d", seed), want)
		l.gong.Close()
		if t.Failed() {
			return
		}
	}
}
