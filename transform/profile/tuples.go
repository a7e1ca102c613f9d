package profile

import (
	"context"
	"errors"
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
// rows; ok is false where there are more than limit. workers is as in source.Each.
func Tuples(ctx context.Context, t *source.Table, columns []int, limit, workers int) (list []Tuple, ok bool, err error) {
	all := tupleSet{places: map[string]int{}}
	err = source.Each(ctx, t, workers, func() source.Stage {
		return &tupleStage{table: t, columns: columns, limit: limit, all: &all, own: tupleSet{places: map[string]int{}}}
	})
	if err == nil {
		err = context.Cause(ctx)
	}
	if err != nil {
		if errors.Is(err, errTooMany) {
			err = nil
		}
		return nil, false, err
	}
	return all.list, true, nil
}

// errTooMany ends the reading of tuples of which there are too many.
var errTooMany = errors.New("too many tuples")

// tupleStage gathers the tuples of one block at a time.
type tupleStage struct {
	table   *source.Table
	columns []int
	limit   int
	all     *tupleSet // of the blocks before
	own     tupleSet
	rows    source.Rows
	key     []byte
}

func (s *tupleStage) Block(b *source.Block) error {
	clear(s.own.places)
	s.own.list, s.own.keys = s.own.list[:0], s.own.keys[:0]
	s.table.Rows(b, &s.rows)
	for len(s.own.list) <= s.limit && s.rows.Next() {
		s.key = s.key[:0]
		for _, i := range s.columns {
			s.key = append(append(s.key, value.Trim(s.rows.Cells[i].Text)...), 0)
		}
		s.own.add(s.key, 1)
	}
	return s.rows.Err()
}

func (s *tupleStage) InOrder(*source.Block) error {
	for i := range s.own.list {
		s.all.add([]byte(s.own.keys[i]), s.own.list[i].Count)
		if len(s.all.list) > s.limit {
			return errTooMany
		}
	}
	return nil
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
