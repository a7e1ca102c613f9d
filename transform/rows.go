package transform

import (
	"context"
	"slices"
	"strings"

	"crm2gong/mapping"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
	"crm2gong/transform/source"
)

// rows walks the data rows of a source's blocks and shows each to a frame. The
// source's own where and fillDown are settled here. fillDown carries values
// from row to row, so such a source has one worker (see solo).
type rows struct {
	ctx     context.Context
	seen    int // rows read, those that where dropped among them
	src     *mapping.BoundSource
	files   []source.File
	frame   *expression.Frame
	raw     source.Rows
	origin  gong.Origin
	above   []value.Cell // fillDown: the last value of each column, in the same file
	from    []int        // fillDown: the rows in which those stand; right under one worker
	onDrop  func()       // told of each row that where drops; may be nil
	dropped int          // rows that where said are no data
	index   int          // data rows so far, over all blocks; exact under one worker
	before  int          // rows before the block; exact under one worker
	fault   *expression.Failure
	file    int
	seq     int
	mark    mark
}

// mark is where a block began, for when it is read again.
type mark struct {
	before, index int
	above         []value.Cell
	from          []int
}

// solo tells whether the rows of a source depend on the ones before, so that
// only one worker may read it.
func solo(src *mapping.BoundSource) bool { return src.Numbered || len(src.FillDown) > 0 }

// rowsBetweenLooks is how many rows are read between two looks at whether the
// run was interrupted: expressions may take long.
const rowsBetweenLooks = 16

func newRows(ctx context.Context, src *mapping.BoundSource, files []source.File, f *expression.Frame) *rows {
	r := &rows{ctx: ctx, src: src, files: files, frame: f, above: make([]value.Cell, len(src.FillDown)),
		from: make([]int, len(src.FillDown)), file: -1, seq: -1}
	r.origin.Source = src.Name
	return r
}

// onlyRead leaves out the cells that no expression of the mapping reads; rejects
// fetch them.
func (r *rows) onlyRead() {
	if len(r.src.FillDown) > 0 {
		return
	}
	var places []int
	for i := range r.src.Layout {
		places = append(places, r.src.Layout[i].Index)
	}
	r.raw.Only(places, len(r.src.Header))
}

// start begins a block, or begins it once more.
func (r *rows) start(t *source.Table, b *source.Block) {
	t.Rows(b, &r.raw)
	r.dropped = 0
	if b.Seq == r.seq {
		r.before, r.index = r.mark.before, r.mark.index
		copy(r.above, r.mark.above)
		copy(r.from, r.mark.from)
		return
	}
	r.seq = b.Seq
	if b.File != r.file {
		r.file, r.before = b.File, 0
		clear(r.from)
		clear(r.above)
		r.origin.File = ""
		if b.File < len(r.files) {
			r.origin.File = r.files[b.File].Path
		}
		r.frame.File = r.origin.File
	}
	r.mark.before, r.mark.index = r.before, r.index
	r.mark.above = append(r.mark.above[:0], r.above...)
	r.mark.from = append(r.mark.from[:0], r.from...)
}

// next moves to the next data row. After it fault is set when the source's
// where failed on the row.
func (r *rows) next() bool {
	r.fault = nil
	for r.raw.Next() {
		if r.seen++; r.seen%rowsBetweenLooks == 0 && r.ctx.Err() != nil {
			return false
		}
		f := r.frame
		f.Cells = r.raw.Cells
		f.Row, f.Sheet, f.Index = r.before+r.raw.Row, r.raw.Sheet, r.index+1
		if r.raw.File != "" && r.raw.File != f.File {
			f.File = strings.Clone(r.raw.File)
		}
		f.Next()
		if r.src.Where != nil && r.raw.Ragged == 0 {
			r.raw.Fill()
			v, fail := r.src.Where.Eval(f)
			if fail = condition(v, fail); fail != nil {
				r.fault = fail
			} else if !v.Bool() {
				r.dropped++
				if r.onDrop != nil {
					r.onDrop()
				}
				continue
			}
		}
		r.index++
		if len(r.src.FillDown) > 0 {
			r.fillDown()
		}
		r.origin.Sheet, r.origin.Row, r.origin.Line = r.raw.Sheet, r.raw.Row, r.raw.Line
		if r.raw.File != "" {
			r.origin.File = f.File
		}
		return true
	}
	return false
}

// fillDown gives empty cells the value above, with its kind.
func (r *rows) fillDown() {
	for i, c := range r.src.FillDown {
		cell := &r.raw.Cells[c]
		if !r.isEmpty(cell) {
			r.above[i], r.from[i] = value.Cell{Text: strings.Clone(cell.Text), Kind: cell.Kind}, r.frame.Row
		} else if r.above[i].Text != "" {
			*cell = r.above[i]
		}
	}
	r.frame.Next()
}

// isEmpty tells whether a cell of the source holds nothing.
func (r *rows) isEmpty(cell *value.Cell) bool {
	text, s := cell.Text, r.src.Source
	if !s.NoTrim {
		text = value.Trim(text)
	}
	return text == "" || slices.Contains(s.Empty, text)
}

// end closes a block and gives its number of rows and physical lines.
func (r *rows) end() (rows, lines int, err error) {
	rows, lines = r.raw.Rows(), r.raw.Lines()
	r.before += rows
	if err = r.raw.Err(); err == nil && r.ctx.Err() != nil {
		err = context.Cause(r.ctx)
	}
	return rows, lines, err
}

// condition judges what an expression that must be true or false gave.
func condition(v value.Value, fail *expression.Failure) *expression.Failure {
	switch {
	case fail != nil:
		return fail
	case v.Kind() == value.Bool:
		return nil
	case v.IsNil():
		return &expression.Failure{Code: "value-invalid", Slot: -1,
			Message: "the condition gave nothing where true or false is due",
			Hint:    "say what an empty cell means, such as (IsActive ?? false)"}
	}
	text := string(v.Append(nil))
	return &expression.Failure{Code: "value-invalid", Slot: -1, Value: text,
		Message: "the condition gave " + value.Quote(text) + " where true or false is due",
		Hint:    "compare it, such as Status == \"Open\""}
}
