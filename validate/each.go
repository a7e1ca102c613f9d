package validate

import (
	"bytes"
	"context"

	"crm2gong/mapping/gong"
)

// Each hands over the entities of ready-made LDJSON, the types in Gong's order
// and without past versions. Lines that Gong would refuse for their own sake,
// being no JSON, with a value that does not fit or without a mandatory field,
// are left out and counted. The entity holds until take returns.
func Each(ctx context.Context, in *Input, o FilesOptions, take func(*gong.Entity)) (left int, err error) {
	if o.MaxLine <= 0 {
		o.MaxLine = maxLine
	}
	for _, t := range gong.Types {
		var custom []gong.Field
		if in.Schemas[t] != nil {
			custom = in.Schemas[t].Fields
		}
		d := NewDecoder(t, custom, false)
		e := d.NewEntity()
		for _, f := range in.Files[t] {
			p := &pass{t: t, file: f}
			err := p.blocks(ctx, o, func(b *block) error {
				for line := range bytes.Lines(b.data) {
					if d.Usable(bytes.TrimSuffix(line, []byte{'\n'}), e) {
						take(e)
					} else {
						left++
					}
				}
				return nil
			})
			if err != nil {
				return left, err
			}
		}
	}
	return left, nil
}

// Usable reads a line into e and tells whether Gong would take it: its JSON and
// its values are right and no mandatory field is missing.
func (d *Decoder) Usable(line []byte, e *gong.Entity) bool {
	for _, f := range d.Decode(line, e) {
		if f.Code == codes[valueInvalid] {
			return false
		}
	}
	for i := range d.fields {
		f, v := &d.fields[i], &e.Values[i]
		if !f.Mandatory || d.t == gong.Stage && f.Kind == gong.DateTime {
			continue
		}
		if d.t == gong.BusinessUser && f.Kind == gong.Email && e.Deleted {
			continue
		}
		if !v.IsSet() || v.Text == "" {
			return false
		}
	}
	return true
}
