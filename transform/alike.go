package transform

import (
	"bytes"
	"encoding/json"
	"fmt"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
)

// firsts are the first records of each id under the policy same, with which the
// later ones are compared: of all a hash and the place, of the first mebibyte
// the lines too, so that a difference can be named.
type firsts struct {
	known *ids.Map // id → hash of its line, and place
	names []string // of files or tables, as far as they have records here
	lines map[ids.ID][]byte
	bytes int // in lines
}

const (
	maxFirstLines = 1 << 20 // bytes
	rowBits       = 40      // of a place; the bits above number the name
)

// put keeps a record whose id is new.
func (f *firsts) put(id, sum ids.ID, line []byte, o *gong.Origin, row int) {
	f.known.Put(id, ids.Value{sum.Lo, f.place(o, row)})
	if f.bytes += len(line); f.bytes <= maxFirstLines {
		if f.lines == nil {
			f.lines = map[ids.ID][]byte{}
		}
		f.lines[id] = bytes.Clone(line)
	}
}

// place packs where a record stands.
func (f *firsts) place(o *gong.Origin, row int) uint64 {
	name, i := nameOf(o), len(f.names)-1
	for i >= 0 && f.names[i] != name {
		i--
	}
	if i < 0 {
		i = len(f.names)
		f.names = append(f.names, name)
	}
	return uint64(i)<<rowBits | uint64(row)
}

func nameOf(o *gong.Origin) string {
	if o.File == "" {
		return o.Source
	}
	return o.File
}

// same tells whether the first record of the id has the same line.
func (f *firsts) same(id, sum ids.ID) bool {
	v, _ := f.known.Get(id)
	return v[0] == sum.Lo
}

// difference says where the first record of the id stands and in what a later
// one from o, with another line, differs.
func (f *firsts) difference(id ids.ID, line []byte, o *gong.Origin) string {
	v, _ := f.known.Get(id)
	where := fmt.Sprintf("in row %d", v[1]&(1<<rowBits-1))
	if name := f.names[v[1]>>rowBits]; name != nameOf(o) {
		where += " of " + name
	}
	if field := firstDifference(f.lines[id], line); field != "" {
		return where + ", with another " + field
	}
	return where + ", with other fields"
}

// firstDifference names the first field in which two lines of one type differ,
// "" where that is not known.
func firstDifference(a, b []byte) string {
	var x, y map[string]json.RawMessage
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return ""
	}
	for _, line := range [][]byte{a, b} {
		d := json.NewDecoder(bytes.NewReader(line))
		d.Token()
		for d.More() {
			key, _ := d.Token()
			name, _ := key.(string)
			if !bytes.Equal(x[name], y[name]) {
				return name
			}
			var skip json.RawMessage
			if d.Decode(&skip) != nil {
				break
			}
		}
	}
	return ""
}
