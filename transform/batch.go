package transform

import (
	"crm2gong/mapping/expression"
	"crm2gong/mapping/fit"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
)

const (
	batchRows   = 64      // how many rows a batch has at most
	batchValues = 16 << 6 // how many fields they have together at most, so that they stay in the processor's cache
)

// batch is some rows whose fields are made column by column, as far as short
// ways make them, before the rows are gone through one by one: a field after
// the other keeps the processor on one piece of code and one kind of text. A
// batch of one row serves where rows can't be read ahead.
type batch struct {
	rows    int            // in the batch
	at      int            // the current one
	columns []*batchColumn // those that short ways read
	values  []gong.Value   // of the entities, row by row
	ready   uint64         // the rows, by bit, whose fields are all made, but for those that count
	width   int            // fields of an entity
	most    int            // rows
}

// batchColumn is the texts of a column in the rows of a batch: as Reader.Plain
// gives them, or as they stand in the cells.
type batchColumn struct {
	read  *value.Reader
	cell  int
	plain bool
	kind  value.CellKind // of the one cell of a batch of one row; else a text
	texts [batchRows]string
	dates *batchDates // of a column of dates that are asked for; else nil
}

// batchDates are the days of a column's texts that are dates in the one form
// that they have in both a column and a field, 2024-03-15.
type batchDates struct {
	days [batchRows]int64
	are  uint64 // the rows, by bit, whose texts are such dates
}

// askDates has the column's dates read.
func (c *batchColumn) askDates() {
	if c.dates == nil {
		c.dates = &batchDates{}
	}
}

func (c *batchColumn) readDates(rows int) {
	c.dates.are = 0
	for i, text := range c.texts[:rows] {
		if day, ok := value.ParseISODate(text); ok && len(text) == len("2024-03-15") {
			c.dates.days[i] = day.Days()
			c.dates.are |= 1 << i
		}
	}
}

func newBatch(width int) *batch {
	most := min(batchRows, max(1, batchValues/width))
	return &batch{width: width, most: most, values: make([]gong.Value, width*most)}
}

// column finds or makes the column of a batch.
func (b *batch) column(c *expression.Column) *batchColumn {
	for _, x := range b.columns {
		if x.cell == c.Index && x.read == c.Read {
			return x
		}
	}
	x := &batchColumn{read: c.Read, cell: c.Index, plain: c.Read.IsPlain()}
	b.columns = append(b.columns, x)
	return x
}

// entity gives the values of the current row.
func (b *batch) entity() []gong.Value {
	return b.values[b.at*b.width : (b.at+1)*b.width : (b.at+1)*b.width]
}

// one makes the batch the one row of the cells.
func (b *batch) one(cells []value.Cell) {
	b.rows, b.at = 1, 0
	for _, c := range b.columns {
		cell := &cells[c.cell]
		if c.texts[0], c.kind = cell.Text, cell.Kind; c.plain {
			c.texts[0] = c.read.Plain(cell)
		}
	}
}

// ahead makes the batch the rows that r reads next, as far as it can read them
// ahead, and stands before the first; false where it can't.
func (b *batch) ahead(r *rows) bool {
	b.rows, b.at = r.raw.Ahead(b.most), -1
	if b.rows == 0 {
		return false
	}
	for _, c := range b.columns {
		texts := c.texts[:b.rows]
		c.kind = value.TextCell
		r.raw.Column(c.cell, texts)
		if c.plain {
			c.read.PlainTexts(texts)
		}
	}
	return true
}

// value is a field of the entity of a row.
func (b *batch) value(row, place int) *gong.Value { return &b.values[row*b.width+place] }

// make makes the fields of the batch's entities, as far as short ways can.
func (b *batch) make(steps []step, x *fit.Fitter) {
	clear(b.values[:b.rows*b.width])
	for _, c := range b.columns {
		if c.dates != nil {
			c.readDates(b.rows)
		}
	}
	b.ready = ^uint64(0)
	for i := range steps {
		t := &steps[i]
		if t.short != nil {
			t.done = t.short.fill(b, t, x)
		}
		if t.counts == nil {
			b.ready &= t.done
		}
	}
}
