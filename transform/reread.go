package transform

import (
	"context"
	"fmt"
	"strings"

	"crm2gong/mapping/gong"
	"crm2gong/transform/source"
)

// Rows reads single rows of a source again: its header, and for each place the
// cells as they stand in the file. A place is a file, a sheet and a row, as an
// origin names them. It is an error when one of them is not there any more.
func (in *Inputs) Rows(ctx context.Context, name string, places []gong.Origin) (header []string, cells [][]string, err error) {
	type place struct {
		file, sheet string
		row         int
	}
	wanted := make(map[place][]int, len(places))
	for i, o := range places {
		k := place{o.File, o.Sheet, o.Row}
		wanted[k] = append(wanted[k], i)
	}
	t, err := in.open(name)
	if err != nil {
		return nil, nil, err
	}
	defer t.Close()
	header, cells = t.Header(), make([][]string, len(places))
	files := t.Files()
	var b source.Block
	var r source.Rows
	for file, before := -1, 0; len(wanted) > 0; before += r.Rows() {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		ok, err := t.Next(&b)
		if err != nil {
			return nil, nil, err
		}
		if !ok {
			return nil, nil, fmt.Errorf("%d rows of %s are not there any more", len(wanted), name)
		}
		if b.File != file {
			file, before = b.File, 0
		}
		for t.Rows(&b, &r); r.Next(); {
			at := place{r.File, r.Sheet, before + r.Row}
			if at.file == "" && b.File < len(files) {
				at.file = files[b.File].Path
			}
			list, ok := wanted[at]
			if !ok {
				continue
			}
			row := make([]string, len(r.Cells))
			for i, c := range r.Cells {
				row[i] = strings.Clone(c.Text)
			}
			for _, i := range list {
				cells[i] = row
			}
			delete(wanted, at)
		}
		if err := r.Err(); err != nil {
			return nil, nil, err
		}
	}
	return header, cells, nil
}
