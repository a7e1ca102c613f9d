package profile

import (
	"slices"
	"strings"
	"unicode"

	"crm2gong/mapping/lazy"
	"crm2gong/mapping/value"
	"crm2gong/transform/source"
)

// maxTail is how many rows at a table's end may be no data.
const maxTail = 10

// tailRow is a row near the end of a table.
type tailRow struct {
	row    int // its number in the file; of a worker's: as source.Rows.Row
	filled int
	texts  []string // of its filled cells; none where there are too many for a row that is no data
}

// take makes it the row at hand.
func (r *tailRow) take(rows *source.Rows, filled int) {
	r.row, r.filled, r.texts = rows.Row, filled, r.texts[:0]
	if filled > maxTail || 2*filled > len(rows.Cells) && filled > 1 {
		return
	}
	for i := range rows.Cells {
		if text := rows.Cells[i].Text; text != "" {
			r.texts = append(r.texts, text)
		}
	}
}

// joinTail puts the last rows of a block, before which the file has so many,
// behind those of earlier blocks; what is kept does not point into the block.
func joinTail(tail []tailRow, w *worker, before int) []tailRow {
	n := min(w.rows, maxTail)
	for i := w.rows - n + 1; i <= w.rows; i++ {
		row := w.tail[i%maxTail]
		row.row += before
		row.texts = slices.Clone(row.texts)
		for k, text := range row.texts {
			row.texts[k] = shortened(text)
		}
		tail = append(tail, row)
	}
	return tail[max(0, len(tail)-maxTail):]
}

// footerWords begin the last rows of reports.
var footerWords = lazy.Regexp(`(?i)^(grand |sub)?total|^sum(me)?:?$|^gesamt|^insgesamt|^copyright|^\(?c\) |^©|^confidential|^generated (by|on)|^report (generated|run)|^end of report|^exported (by|on)|^as of `)

// totalWords are the label of a row of totals.
var totalWords = lazy.Regexp(`(?i)^((grand |sub-?)?totals?|sum|summe|gesamt|gesamtsumme|gesamtergebnis|insgesamt):?$`)

// signed tells whether the row says itself that it is no data: in its first
// cell, or in one before which numbers alone stand.
func (r *tailRow) signed() bool {
	for i, text := range r.texts {
		text = value.Trim(text)
		if i == 0 && footerWords().MatchString(text) || totalWords().MatchString(text) {
			return true
		}
		if strings.ContainsFunc(text, unicode.IsLetter) {
			break
		}
	}
	return false
}

// footer gives the first cells of the rows at the end that are totals or notes:
// rows with few cells, of which at least one says so; and the number of rows
// from the first of them to the last.
func footer(tail []tailRow, filled, rows int) ([]string, int) {
	if rows < 2 {
		return nil, 0
	}
	usual := filled / rows
	var list []string
	sign, first := false, 0
	for i := len(tail) - 1; i >= 0; i-- {
		r := &tail[i]
		signed := 2*r.filled <= usual && r.signed()
		if usual < 3 || !signed && r.filled > 1 {
			break
		}
		sign, first = sign || signed, r.row
		text := ""
		if len(r.texts) > 0 { // none of a row that is filled beyond the header alone
			text = value.Trim(r.texts[0])
		}
		list = append([]string{text}, list...)
	}
	if !sign || len(list) == maxTail || 2*len(list) >= rows {
		return nil, 0
	}
	return list, tail[len(tail)-1].row - first + 1
}
