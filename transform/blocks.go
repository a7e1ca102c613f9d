package transform

import (
	"context"
	"sync"

	"crm2gong/transform/source"
)

// stage is what one worker does with a block, and what is then done with the
// outcome in the order of the blocks. A stage is used by one goroutine; the
// calls of inOrder of all stages never overlap.
type stage interface {
	// block works on one block; it may run beside other workers' blocks.
	block(b *source.Block) error
	// inOrder hands over what block made, after all earlier blocks.
	inOrder(b *source.Block) error
}

// eachBlock runs the blocks of t through workers stages. The first error in
// the order of the blocks ends it, so that a run with several workers fails
// like a run with one.
func eachBlock(ctx context.Context, t *source.Table, workers int, make func() stage) error {
	line := &line{}
	line.cond = sync.NewCond(&line.mu)
	stop := context.AfterFunc(ctx, func() { line.fail(context.Cause(ctx)) })
	defer stop()
	var wg sync.WaitGroup
	first := make() // also where there are no blocks, for what is known by then
	for i := range max(1, workers) {
		wg.Go(func() {
			var s stage
			if i == 0 {
				s = first
			}
			var b source.Block
			for line.open() {
				ok, err := t.Next(&b)
				if err == nil && !ok {
					return
				}
				if err == nil {
					if s == nil {
						s = make()
					}
					err = s.block(&b)
				}
				if !line.wait(b.Seq) {
					return
				}
				if err == nil {
					err = s.inOrder(&b)
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
