package cmd

import (
	"strings"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
	"crm2gong/upload"
)

// trail remembers where each line of a run came from, in eight bytes a line,
// and which records were refused.
type trail struct {
	places  []upload.Provenance // without a row
	index   map[upload.Provenance]uint32
	last    gong.Origin // of the line before: most lines follow one from the same place
	at      uint32      // place of last
	files   map[string][]mark
	refused [gong.NumTypes]ids.Set
	unnamed [gong.NumTypes]int // refused rows that gave no objectId
}

// mark is where one line came from.
type mark struct{ place, row uint32 }

func newTrail() *trail {
	return &trail{index: map[upload.Provenance]uint32{}, files: map[string][]mark{}}
}

// note takes the origins of the next lines of a file.
func (t *trail) note(file string, lines []gong.Origin) {
	marks := t.files[file]
	for i := range lines {
		o := &lines[i]
		if len(t.places) == 0 || o.Source != t.last.Source || o.File != t.last.File || o.Sheet != t.last.Sheet {
			t.at = t.place(o)
			p := &t.places[t.at]
			t.last = gong.Origin{Source: p.Source, File: p.File, Sheet: p.Sheet}
		}
		marks = append(marks, mark{t.at, uint32(o.Row)})
	}
	t.files[file] = marks
}

func (t *trail) place(o *gong.Origin) uint32 {
	p := upload.Provenance{Source: o.Source, File: o.File, Sheet: o.Sheet}
	if at, ok := t.index[p]; ok {
		return at
	}
	p = upload.Provenance{Source: strings.Clone(o.Source), File: strings.Clone(o.File), Sheet: strings.Clone(o.Sheet)}
	at := uint32(len(t.places))
	t.places, t.index[p] = append(t.places, p), at
	return at
}

func (t *trail) refuse(typ gong.ObjectType, objectID string) {
	if objectID == "" {
		t.unnamed[typ]++
		return
	}
	t.refused[typ].Put(ids.Of(objectID), ids.Written)
}

// origin is where line n, from 1, of a file came from.
func (t *trail) origin(_ gong.ObjectType, file string, n int) upload.Provenance {
	marks := t.files[file]
	if n < 1 || n > len(marks) {
		return upload.Provenance{Source: file, Row: n}
	}
	p := t.places[marks[n-1].place]
	p.Row = int(marks[n-1].row)
	return p
}

func (t *trail) rejected(typ gong.ObjectType, objectID string) bool {
	return t.refused[typ].Get(ids.Of(objectID)) != ids.None
}

func (t *trail) unidentified(typ gong.ObjectType) int { return t.unnamed[typ] }
