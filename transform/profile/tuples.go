package profile

import (
	"strings"

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
// rows; ok is false where there are more than limit.
func Tuples(t *source.Table, columns []int, limit int) (list []Tuple, ok bool, err error) {
	places := map[string]int{}
	var b source.Block
	var rows source.Rows
	var key []byte
	for {
		more, err := t.Next(&b)
		if err != nil {
			return nil, false, err
		}
		if !more {
			return list, true, nil
		}
		t.Rows(&b, &rows)
		for rows.Next() {
			key = key[:0]
			for _, i := range columns {
				key = append(append(key, value.Trim(rows.Cells[i].Text)...), 0)
			}
			if at, known := places[string(key)]; known {
				list[at].Count++
				continue
			}
			if len(list) == limit {
				return nil, false, nil
			}
			places[string(key)] = len(list)
			list = append(list, Tuple{strings.Split(string(key[:len(key)-1]), "\x00"), 1})
		}
		if err := rows.Err(); err != nil {
			return nil, false, err
		}
	}
}
