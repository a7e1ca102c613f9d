package transform

import (
	"context"
	"fmt"
	"strings"
	"time"

	"crm2gong/mapping"
	"crm2gong/mapping/expression"
	"crm2gong/mapping/gong"
	"crm2gong/transform/source"
)

// Rows reads single rows of a source again: its header, and for each place the
// cells as rejects show them: as they stand in the file, and where the source
// fills columns down with the value above. A place is a file, a sheet and a
// row, as an origin names them. It is an error when one of them is not there
// any more. src is the source as it is bound; now is the run's instant.
func (in *Inputs) Rows(ctx context.Context, src *mapping.BoundSource, now time.Time, places []gong.Origin) (header []string, cells [][]string, err error) {
	wanted := make(map[rowPlace][]int, len(places))
	for i, o := range places {
		k := rowPlace{o.File, o.Sheet, o.Row}
		wanted[k] = append(wanted[k], i)
	}
	t, err := in.open(src.Name)
	if err != nil {
		return nil, nil, err
	}
	defer t.Close()
	header, cells = t.Header(), make([][]string, len(places))
	w := newRows(ctx, unsifted(src), t.Files(), &expression.Frame{Layout: src.Layout, Now: now, Zone: in.mapping.Zone})
	var b source.Block
	for len(wanted) > 0 {
		ok, err := t.Next(&b)
		if err != nil {
			return nil, nil, err
		}
		if !ok {
			return nil, nil, fmt.Errorf("%d rows of %s are not there any more", len(wanted), src.Name)
		}
		for w.start(t, &b); w.next(); {
			at := rowPlace{w.frame.File, w.raw.Sheet, w.frame.Row}
			list, ok := wanted[at]
			if !ok {
				continue
			}
			row := make([]string, len(w.raw.Cells))
			for i, c := range w.raw.Cells {
				row[i] = strings.Clone(c.Text)
			}
			for _, i := range list {
				cells[i] = row
			}
			delete(wanted, at)
		}
		if _, _, err := w.end(); err != nil {
			return nil, nil, err
		}
	}
	return header, cells, nil
}

type rowPlace struct {
	file, sheet string
	row         int
}

// unsifted is a source whose rows can be walked without the tables of a run.
// Rows that its where drops matter only where columns are filled down, since
// nothing is taken from them; where that asks a table, none is filled.
func unsifted(src *mapping.BoundSource) *mapping.BoundSource {
	s := *src
	if s.Where != nil && (len(s.FillDown) == 0 || len(s.Where.Callees()) > 0) {
		s.Where, s.FillDown = nil, nil
	}
	return &s
}
