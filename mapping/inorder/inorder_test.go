package inorder

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// numbers is a supply of blocks, each of which is its number.
type numbers struct {
	mu    sync.Mutex
	given int
	count int
	bad   int // the block that can't be read; below 0: none
}

func (n *numbers) next(b *int) (int, bool, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	switch {
	case n.given == n.bad:
		return n.given, false, fmt.Errorf("block %d can't be read", n.given)
	case n.given == n.count:
		return n.given, false, nil
	}
	*b = n.given
	n.given++
	return *b, true, nil
}

// shared is what the stages of a run have in common.
type shared struct {
	got     []int
	inOrder atomic.Int32
	fails   map[int]string // what fails for a block: "block" or "order"
	cancel  func(int)
}

type stage struct {
	*shared
	squared int
}

func (s *stage) Block(b *int) error {
	if s.cancel != nil {
		s.cancel(*b)
	}
	if s.fails[*b] == "block" {
		return fmt.Errorf("block %d fails", *b)
	}
	time.Sleep(time.Duration((*b*7)%5) * 20 * time.Microsecond) // blocks overtake one another
	s.squared = *b * *b
	return nil
}

func (s *stage) InOrder(b *int) error {
	if s.inOrder.Add(1) != 1 {
		return errors.New("two at once")
	}
	defer s.inOrder.Add(-1)
	if s.fails[*b] == "order" {
		return fmt.Errorf("block %d fails in order", *b)
	}
	if s.squared != *b**b {
		return fmt.Errorf("block %d comes with the work of another", *b)
	}
	s.got = append(s.got, *b)
	return nil
}

// TestRun: whatever fails, the run ends with the first failure in the order of
// the blocks, and all blocks before it were handed over in order, each once.
func TestRun(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := &numbers{count: rapid.IntRange(0, 40).Draw(t, "blocks"), bad: -1}
		s := &shared{fails: map[int]string{}}
		for range rapid.IntRange(0, 3).Draw(t, "failures") {
			s.fails[rapid.IntRange(0, 40).Draw(t, "fails")] = rapid.SampledFrom([]string{"block", "order"}).Draw(t, "how")
		}
		if rapid.Bool().Draw(t, "unreadable") {
			n.bad = rapid.IntRange(0, n.count).Draw(t, "bad")
		}
		want, ends := []int(nil), ""
		for i := 0; ends == ""; i++ {
			switch {
			case i == n.bad:
				ends = fmt.Sprintf("block %d can't be read", i)
			case i == n.count:
				ends = "well"
			case s.fails[i] == "block":
				ends = fmt.Sprintf("block %d fails", i)
			case s.fails[i] == "order":
				ends = fmt.Sprintf("block %d fails in order", i)
			default:
				want = append(want, i)
			}
		}
		err := Run(t.Context(), rapid.IntRange(0, 6).Draw(t, "workers"), n.next, func() Stage[int] { return &stage{shared: s} })
		if got := "well"; err != nil && err.Error() != ends || err == nil && ends != got {
			t.Fatalf("the run ends with %v, want %s", err, ends)
		}
		if !slices.Equal(s.got, want) {
			t.Fatalf("handed over %v, want %v", s.got, want)
		}
	})
}

func TestRunEndsWithItsContext(t *testing.T) {
	cause := errors.New("the caller has gone")
	for _, workers := range []int{1, 4} {
		ctx, cancel := context.WithCancelCause(t.Context())
		n, s := &numbers{count: 1 << 30, bad: -1}, &shared{}
		s.cancel = func(b int) {
			if b == 100 {
				cancel(cause)
			}
		}
		if err := Run(ctx, workers, n.next, func() Stage[int] { return &stage{shared: s} }); !errors.Is(err, cause) {
			t.Errorf("%d workers: %v, want %v", workers, err, cause)
		}
	}
}

// TestRunMakesStages: one even without blocks, and none that has nothing to do.
func TestRunMakesStages(t *testing.T) {
	for blocks, want := range []int32{1, 1} {
		var made atomic.Int32
		n, s := &numbers{count: blocks, bad: -1}, &shared{}
		err := Run(t.Context(), 8, n.next, func() Stage[int] { made.Add(1); return &stage{shared: s} })
		if most := want + int32(blocks); err != nil || made.Load() < want || made.Load() > most {
			t.Errorf("%d blocks: %d stages, want %d to %d; %v", blocks, made.Load(), want, most, err)
		}
	}
}
