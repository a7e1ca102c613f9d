package profile

import (
	"context"
	"runtime"
	"sync"

	"crm2gong/transform/source"
)

// Read reads all rows of t with the given number of workers; 0 is one per
// processor. Errors are the table's, the first in the order of the rows.
func Read(ctx context.Context, t *source.Table, workers int) (*Profile, error) {
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	run := &run{table: t}
	run.turn = sync.NewCond(&run.mu)
	width := len(t.Header())
	bound := maxDistinct
	if width > 0 {
		bound = max(1_000, min(bound, maxTexts/width))
	}
	for range t.Header() {
		run.columns = append(run.columns, newFacts(bound))
	}
	stop := context.AfterFunc(ctx, func() { run.fail(context.Cause(ctx)) })
	defer stop()
	var wg sync.WaitGroup
	for range workers {
		wg.Go(run.work)
	}
	wg.Wait()
	if run.err != nil {
		return nil, run.err
	}
	p := &Profile{Rows: run.rows, Ragged: run.ragged, Footer: footer(run.tail, run.filled, run.rows)}
	for i, name := range t.Header() {
		p.Columns = append(p.Columns, run.columns[i].column(name, run.rows))
	}
	return p, nil
}

// run is the state that all workers share.
type run struct {
	table *source.Table

	mu      sync.Mutex
	turn    *sync.Cond
	next    int // the block whose turn it is
	err     error
	file    int
	before  int // rows of the file before that block
	rows    int
	ragged  int
	filled  int // cells
	tail    []tailRow
	columns []*facts
}

func (r *run) fail(err error) {
	r.mu.Lock()
	if r.err == nil {
		r.err = err
	}
	r.mu.Unlock()
	r.turn.Broadcast()
}

// work takes blocks until there are no more.
func (r *run) work() {
	var b source.Block
	var rows source.Rows
	w := &worker{}
	for _, name := range r.table.Header() {
		w.columns = append(w.columns, &local{name: name})
	}
	for r.begin(w) {
		ok, err := r.table.Next(&b)
		if err == nil && !ok {
			return
		}
		if err == nil {
			r.table.Rows(&b, &rows)
			err = w.read(&b, &rows)
		}
		if !r.end(w, &b, &rows, err) {
			return
		}
	}
}

// begin tells a worker what is known by now, so that it need not test again
// what is disproved; false when the run has failed.
func (r *run) begin(w *worker) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, l := range w.columns {
		l.reset(r.columns[i])
	}
	return r.err == nil
}

// end waits for the block's turn and adds what it held to the rest; false when
// the run is over.
func (r *run) end(w *worker, b *source.Block, rows *source.Rows, err error) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for r.next != b.Seq && r.err == nil {
		r.turn.Wait()
	}
	if r.err != nil {
		return false
	}
	defer r.turn.Broadcast()
	if err != nil {
		r.err = err
		return false
	}
	if b.File != r.file {
		r.file, r.before = b.File, 0
	}
	r.rows += w.rows
	r.ragged += w.ragged
	r.filled += w.filled
	r.tail = joinTail(r.tail, w)
	for i, l := range w.columns {
		r.columns[i].add(l, r.before)
	}
	r.before += rows.Rows()
	r.next++
	return true
}

// worker gathers the facts of one block at a time.
type worker struct {
	columns []*local
	rows    int
	ragged  int
	filled  int
	tail    [maxTail]tailRow // the last rows, in a ring by their number
}

func (w *worker) read(b *source.Block, rows *source.Rows) error {
	w.rows, w.ragged, w.filled = 0, 0, 0
	for _, l := range w.columns {
		l.data = b.Data
	}
	for rows.Next() {
		w.rows++
		if rows.Ragged > 0 {
			w.ragged++
		}
		filled, first := 0, -1
		for i := range rows.Cells {
			if c := &rows.Cells[i]; c.Text != "" {
				w.columns[i].cell(c, rows.Row)
				if filled++; first < 0 {
					first = i
				}
			}
		}
		w.filled += filled
		last := &w.tail[w.rows%maxTail]
		last.filled, last.text = filled, ""
		if first >= 0 && filled <= maxTail && within(rows.Cells[first].Text, b.Data) {
			last.text = rows.Cells[first].Text
		}
	}
	return rows.Err()
}
