package profile

import (
	"context"
	"fmt"
	"sync"

	"crm2gong/transform/source"
)

// MaxColumns bounds the columns of a table that is profiled, as spreadsheets
// bound theirs: each takes memory and time of its own.
const MaxColumns = 16_384

// Read reads all rows of t; workers is as in source.Each. Errors are the
// table's, the first in the order of the rows; more than MaxColumns columns are
// one too.
func Read(ctx context.Context, t *source.Table, workers int) (*Profile, error) {
	run := &run{table: t}
	width := len(t.Header())
	if width > MaxColumns {
		e := &source.Error{Offset: -1, Message: fmt.Sprintf("the header has %d columns, more than the %d of a spreadsheet", width, MaxColumns),
			Hint: "see whether the rows end where they should, or leave columns out of the export"}
		if files := t.Files(); len(files) > 0 {
			e.File, e.Sheet = files[0].Path, files[0].Sheet
		}
		return nil, e
	}
	bound := maxDistinct
	if width > 0 {
		bound = max(1_000, min(bound, maxTexts/width))
	}
	for range t.Header() {
		run.columns = append(run.columns, newFacts(bound))
	}
	if err := source.Each(ctx, t, workers, run.stage); err != nil {
		return nil, err
	}
	p := &Profile{Rows: run.rows, Ragged: run.ragged, Short: run.short, ShortRow: run.first}
	p.Footer, p.FooterRows = footer(run.tail, run.filled, run.rows)
	for i, name := range t.Header() {
		p.Columns = append(p.Columns, run.columns[i].column(name, run.rows))
	}
	return p, nil
}

// run is the state that all workers share.
type run struct {
	table *source.Table

	mu      sync.Mutex // of all below
	file    int
	before  int // rows of the file before the block whose turn it is
	rows    int
	ragged  int
	short   int
	first   int // short row
	filled  int // cells
	tail    []tailRow
	columns []*facts
}

func (r *run) stage() source.Stage {
	w := &worker{run: r}
	for _, name := range r.table.Header() {
		w.columns = append(w.columns, &local{name: name})
	}
	return w
}

// Block gathers the facts of a block. A worker is told what is known by then, so
// that it need not test again what is disproved.
func (w *worker) Block(b *source.Block) error {
	w.run.mu.Lock()
	for i, l := range w.columns {
		l.reset(w.run.columns[i])
	}
	w.run.mu.Unlock()
	w.run.table.Rows(b, &w.cells)
	return w.read(b, &w.cells)
}

// InOrder adds what the block held to the rest.
func (w *worker) InOrder(b *source.Block) error {
	r := w.run
	r.mu.Lock()
	defer r.mu.Unlock()
	if b.File != r.file {
		r.file, r.before, r.tail = b.File, 0, nil
	}
	r.rows += w.rows
	r.ragged += w.ragged
	if w.short > 0 && r.short == 0 {
		r.first = r.before + w.first
	}
	r.short += w.short
	r.filled += w.filled
	r.tail = joinTail(r.tail, w, r.before)
	for i, l := range w.columns {
		r.columns[i].add(l, r.before)
	}
	r.before += w.cells.Rows()
	return nil
}

// worker gathers the facts of one block at a time.
type worker struct {
	run     *run
	cells   source.Rows
	columns []*local
	rows    int
	ragged  int
	short   int
	first   int // short row
	filled  int
	tail    [maxTail]tailRow // the last rows, in a ring by their number
}

func (w *worker) read(b *source.Block, rows *source.Rows) error {
	w.rows, w.ragged, w.short, w.filled = 0, 0, 0, 0
	for _, l := range w.columns {
		l.data = b.Data
	}
	for rows.Next() {
		w.rows++
		if rows.Ragged > 0 {
			w.ragged++
		}
		if rows.Short() > 0 {
			if w.short == 0 {
				w.first = rows.Row
			}
			w.short++
		}
		filled := 0
		for i := range rows.Cells {
			if c := &rows.Cells[i]; c.Text != "" {
				w.columns[i].cell(c, rows.Row)
				filled++
			}
		}
		w.filled += filled
		w.tail[w.rows%maxTail].take(rows, filled)
	}
	return rows.Err()
}
