package source

import (
	"context"
	"runtime"
	"sync"
)

// Stage is what one worker does with a block, and what is then done with the
// outcome in the order of the blocks. A stage is used by one goroutine; the
// calls of InOrder of all stages never overlap.
type Stage interface {
	// Block works on one block; it may run beside other workers' blocks.
	Block(b *Block) error
	// InOrder hands over what Block made, after all earlier blocks.
	InOrder(b *Block) error
}

// waiting is how many workers there are beyond the number of processors: blocks
// are handed over in their order, and while some workers wait for their turn
// others use the processors.
const waiting = 2

// Each runs the blocks of t through workers stages; with 0 there are as many as
// keep all processors busy. The first error in the order of the blocks ends it,
// so that a run with several workers fails like a run with one; the end of ctx
// does, with its cause. One stage at least is made, even where there are no
// blocks.
func Each(ctx context.Context, t *Table, workers int, make func() Stage) error {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0) + waiting
	}
	line := &line{}
	line.cond = sync.NewCond(&line.mu)
	stop := context.AfterFunc(ctx, func() { line.fail(context.Cause(ctx)) })
	defer stop()
	var wg sync.WaitGroup
	first := make()
	for i := range workers {
		wg.Go(func() {
			var s Stage
			if i == 0 {
				s = first
			}
			var b Block
			for line.open() {
				ok, err := t.Next(&b)
				if err == nil && !ok {
					return
				}
				if err == nil {
					if s == nil {
						s = make()
					}
					err = s.Block(&b)
				}
				if !line.wait(b.Seq) {
					return
				}
				if err == nil {
					err = s.InOrder(&b)
				}
				if err != nil {
					line.fail(err)
					return
				}
				line.pass()
			}
		})
	}
	wg.Wait()
	return line.err
}

// line lets blocks pass one by one in their order.
type line struct {
	mu   sync.Mutex
	cond *sync.Cond
	next int
	err  error
}

func (l *line) open() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.err == nil
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
