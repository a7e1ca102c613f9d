package profile

import (
	"context"
	"runtime"
	"strings"
	"sync"

	"crm2gong/mapping/value"
	"crm2gong/transform/source"
)

// Tuple is a combination of texts of several columns with the number of rows
// that have it.
type Tuple struct {
	Texts []string
	Count int
}

// Tuples reads all rows of t and gives the different combinations of texts,
// trimmed, of the columns at the given places, in the order of their first
// rows; ok is false where there are more than limit. It reads with the given
// number of workers; 0 is one per processor.
func Tuples(ctx context.Context, t *source.Table, columns []int, limit, workers int) (list []Tuple, ok bool, err error) {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	run := &tupleRun{table: t, columns: columns, limit: limit, all: tupleSet{places: map[string]int{}}}
	run.turn = sync.NewCond(&run.mu)
	stop := context.AfterFunc(ctx, func() { run.end(context.Cause(ctx)) })
	defer stop()
	var wg sync.WaitGroup
	for range workers {
		wg.Go(run.work)
	}
	wg.Wait()
	if run.err == nil {
		run.err = context.Cause(ctx)
	}
	if run.err != nil || run.over && len(run.all.list) > limit {
		return nil, false, run.err
	}
	return run.all.list, true, nil
}

// tupleRun is the state that all workers share.
type tupleRun struct {
	table   *source.Table
	columns []int
	limit   int

	mu   sync.Mutex
	turn *sync.Cond
	next int // the block whose turn it is
	over bool
	err  error
	all  tupleSet
}

// tupleSet is a list of tuples with their places.
type tupleSet struct {
	places map[string]int
	list   []Tuple
	keys   []string
}

// add counts n rows of a combination, whose texts end with a zero byte each.
func (s *tupleSet) add(key []byte, n int) {
	if at, known := s.places[string(key)]; known {
		s.list[at].Count += n
		return
	}
	own := string(key)
	s.places[own] = len(s.list)
	s.keys = append(s.keys, own)
	s.list = append(s.list, Tuple{strings.Split(own[:len(own)-1], "\x00"), n})
}

func (r *tupleRun) end(err error) {
	r.mu.Lock()
	r.over = true
	if r.err == nil {
		r.err = err
	}
	r.mu.Unlock()
	r.turn.Broadcast()
}

func (r *tupleRun) isOver() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.over
}

// work takes blocks until there are no more.
func (r *tupleRun) work() {
	var b source.Block
	var rows source.Rows
	var key []byte
	own := tupleSet{places: map[string]int{}}
	for !r.isOver() {
		more, err := r.table.Next(&b)
		if err == nil && !more {
			return
		}
		clear(own.places)
		own.list, own.keys = own.list[:0], own.keys[:0]
		if err == nil {
			r.table.Rows(&b, &rows)
			for len(own.list) <= r.limit && rows.Next() {
				key = key[:0]
				for _, i := range r.columns {
					key = append(append(key, value.Trim(rows.Cells[i].Text)...), 0)
				}
				own.add(key, 1)
			}
			err = rows.Err()
		}
		if !r.join(&b, &own, err) {
			return
		}
	}
}

// join waits for the block's turn and adds its tuples; false when that was all.
func (r *tupleRun) join(b *source.Block, own *tupleSet, err error) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.next != b.Seq && !r.over {
		r.turn.Wait()
	}
	if r.over {
		return false
	}
	defer r.turn.Broadcast()
	if err != nil {
		r.over, r.err = true, err
		return false
	}
	for i := range own.list {
		r.all.add([]byte(own.keys[i]), own.list[i].Count)
		if len(r.all.list) > r.limit {
			r.over = true
			return false
		}
	}
	r.next++
	return true
}
