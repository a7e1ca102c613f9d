// Package inorder runs blocks of data through workers side by side and hands
// over what they made in the order of the blocks, so that the outcome is the
// same for any number of workers.
package inorder

import (
	"context"
	"runtime"
	"sync"
)

// Stage is what one worker does with a block, and what is then done with the
// outcome in the order of the blocks. A stage is used by one goroutine; the
// calls of InOrder of all stages never overlap.
type Stage[B any] interface {
	// Block works on one block; it may run beside other workers' blocks.
	Block(b *B) error
	// InOrder hands over what Block made, after all earlier blocks.
	InOrder(b *B) error
}

// waiting is how many workers there are beyond the number of processors: blocks
// are handed over in their order, and while some workers wait for their turn
// others use the processors.
const waiting = 2

// Run takes blocks through workers stages; with 0 there are as many as keep all
// processors busy. Each worker has one block, which it fills again and again.
// next fills a block and numbers it from 0; it is false at the end, and gives
// the number that the block would have had with an error too, which it then
// gives again and again. It is called by several goroutines.
//
// The first error in the order of the blocks ends the run, so that one with
// several workers fails like one with one; the end of ctx does, with its cause.
// At least one stage is made, even where there are no blocks; others are made
// when there is a block for them, by several goroutines.
func Run[B any](ctx context.Context, workers int, next func(*B) (seq int, ok bool, err error), stage func() Stage[B]) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0) + waiting
	}
	l := newLine()
	stop := context.AfterFunc(ctx, func() { l.fail(context.Cause(ctx)) })
	defer stop()
	var wg sync.WaitGroup
	first := stage()
	for i := range workers {
		wg.Go(func() {
			var s Stage[B]
			if i == 0 {
				s = first
			}
			var b B
			for l.failed() == nil {
				seq, ok, err := next(&b)
				if err == nil && !ok {
					return
				}
				if err == nil {
					if s == nil {
						s = stage()
					}
					err = s.Block(&b)
				}
				if !l.wait(seq) {
					return
				}
				if err == nil {
					err = s.InOrder(&b)
				}
				if err != nil {
					l.fail(err)
					return
				}
				l.pass()
			}
		})
	}
	wg.Wait()
	return l.failed()
}

// line lets blocks pass one by one in their order.
type line struct {
	mu   sync.Mutex
	cond *sync.Cond
	next int
	err  error
}

func newLine() *line {
	l := &line{}
	l.cond = sync.NewCond(&l.mu)
	return l
}

// failed is what ended the run, nil while it goes on.
func (l *line) failed() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err
}

// wait returns true when it is the block's turn, false when the run has ended.
func (l *line) wait(seq int) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for l.next != seq && l.err == nil {
		l.cond.Wait()
	}
	return l.err == nil
}

func (l *line) pass() {
	l.mu.Lock()
	l.next++
	l.mu.Unlock()
	l.cond.Broadcast()
}

func (l *line) fail(err error) {
	l.mu.Lock()
	if l.err == nil {
		l.err = err
	}
	l.mu.Unlock()
	l.cond.Broadcast()
}
