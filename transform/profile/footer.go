package profile

import (
	"crm2gong/mapping/lazy"
	"crm2gong/mapping/value"
)

// maxTail is how many rows at a table's end may be no data.
const maxTail = 10

// tailRow is a row near the end of a table.
type tailRow struct {
	filled int
	text   string // of the first filled cell
}

// joinTail puts the last rows of a block behind those before it; what is kept
// does not point into the block.
func joinTail(tail []tailRow, w *worker) []tailRow {
	n := min(w.rows, maxTail)
	for i := w.rows - n + 1; i <= w.rows; i++ {
		row := w.tail[i%maxTail]
		row.text = shortened(row.text)
		tail = append(tail, row)
	}
	return tail[max(0, len(tail)-maxTail):]
}

// footerWords begin the last rows of reports.
var footerWords = lazy.Regexp(`(?i)^(grand |sub)?total|^sum(me)?:?$|^gesamt|^insgesamt|^copyright|^\(?c\) |^©|^confidential|^generated (by|on)|^report (generated|run)|^end of report|^exported (by|on)|^as of `)

// footer gives the first cells of the rows at the end that are totals or notes:
// rows with few cells, of which at least one begins as such rows do.
func footer(tail []tailRow, filled, rows int) []string {
	if rows < 2 {
		return nil
	}
	usual := filled / rows
	var list []string
	sign := false
	for i := len(tail) - 1; i >= 0; i-- {
		text := value.Trim(tail[i].text)
		total := footerWords().MatchString(text)
		if usual < 3 || !total && tail[i].filled > 1 || total && 2*tail[i].filled > usual {
			break
		}
		sign = sign || total
		list = append([]string{text}, list...)
	}
	if !sign || len(list) == maxTail || 2*len(list) >= rows {
		return nil
	}
	return list
}
