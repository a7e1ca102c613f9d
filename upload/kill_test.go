//go:build !windows

package upload

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"syscall"
	"testing"

	"crm2gong/upload/gongtest"
)

// The test binary runs itself as the process that is killed: these variables
// tell it where, and at which of its acts to die.
const (
	killDirVariable = "CRM2GONG_TEST_DIR"
	killURLVariable = "CRM2GONG_TEST_URL"
	killAtVariable  = "CRM2GONG_TEST_KILL_AT"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(killDirVariable); dir != "" {
		os.Exit(uploadAndDie(dir, os.Getenv(killURLVariable), os.Getenv(killAtVariable)))
	}
	os.Exit(m.Run())
}

// uploadAndDie uploads, or resumes, and kills itself at an act on the disk or
// on the wire. It returns 0 where it met no such act.
func uploadAndDie(dir, url, killAt string) int {
	at, err := strconv.Atoi(killAt)
	if err != nil {
		return 9
	}
	act := func() {
		if at--; at == 0 {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
	store := OpenStore(dir + "/.crm2gong")
	options := fastClient(url)
	options.Notify = func(e Event) {
		if e.Kind != Waiting && e.Kind != Processing {
			act()
		}
	}
	c, err := NewClient(options, store)
	if err != nil {
		return 8
	}
	s := &Session{Client: c, Store: store, Integration: gongtest.DefaultIntegration, step: func(string) error { act(); return nil }}
	o := Options{PartSize: 700, Deletions: true, MaxDeletions: percent(100), Now: at2026}
	_, err = s.Upload(context.Background(), Input{Dir: dir + "/out"}, o)
	if errors.Is(err, ErrUnfinished) {
		_, err = s.Resume(context.Background(), o)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 7
	}
	return 0
}

var at2026 = at("2026-05-01T00:00:00Z")

// TestKill kills a real process at each of its acts, goes on, kills again, and
// holds the same promises as the fault schedules. Every 5th act by default, all
// of them with CRM2GONG_KILLS=all.
func TestKill(t *testing.T) {
	want, _ := reference(t)
	stride := 5
	if os.Getenv("CRM2GONG_KILLS") == "all" {
		stride = 1
	}
	if testing.Short() {
		stride = 40
	}
	kills := 0
	for generation := 1; generation <= 2; generation++ {
		for at := 1; ; at += stride {
			l := newLab(t, gongtest.Options{})
			if generation == 2 {
				l.scenario(1)
				if _, err := l.finish(); err != nil {
					t.Fatal(err)
				}
			}
			l.scenario(generation)
			// The second process dies too, a little further on, and so does
			// the third.
			killed := 0
			for killed < 3 && l.killAt(t, at+killed*3) {
				killed++
			}
			if killed == 0 {
				break
			}
			kills += killed
			if killed == 3 {
				if _, err := l.finish(); err != nil {
					t.Fatalf("generation %d, killed at act %d: %v", generation, at, err)
				}
			}
			if generation == 1 {
				l.scenario(2)
				if _, err := l.finish(); err != nil {
					t.Fatal(err)
				}
			}
			l.whole(t, fmt.Sprintf("generation %d, killed at act %d", generation, at), want)
			l.gong.Close()
			os.RemoveAll(l.dir)
			if t.Failed() {
				return
			}
		}
	}
	t.Logf("%d processes killed", kills)
}

// killAt runs a process that dies at its nth act, and tells whether it did.
func (l *lab) killAt(t *testing.T, n int) bool {
	t.Helper()
	child := exec.Command(os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), killDirVariable+"="+l.dir, killURLVariable+"="+l.gong.URL, killAtVariable+"="+strconv.Itoa(n))
	out, err := child.CombinedOutput()
	if err == nil {
		return false
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if ws, ok := exit.Sys().(syscall.WaitStatus); ok && ws.Signaled() && ws.Signal() == syscall.SIGKILL {
			return true
		}
	}
	t.Fatalf("the process failed otherwise: %v\n%s", err, out)
	return false
}
