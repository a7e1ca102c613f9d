package compare

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"crm2gong/mapping/gong"
	"crm2gong/validate"
)

// Profile counts what the records of one type are like. It is written to as the
// LDJSON file of the type would be.
type Profile struct {
	Records int            `json:"records"`
	Filled  map[string]int `json:"filled"` // records with a value other than null, by field
	Shapes  map[string]int `json:"shapes"` // records by the length of their id and the kinds of its characters
	parser  lineParser
	rest    []byte // of a line that is not yet whole
}

// NewProfile makes an empty profile.
func NewProfile() *Profile { return &Profile{Filled: map[string]int{}, Shapes: map[string]int{}} }

// Write takes lines, or parts of them. It never fails.
func (p *Profile) Write(b []byte) (int, error) {
	n := len(b)
	for {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			p.rest = append(p.rest, b...)
			return n, nil
		}
		if len(p.rest) > 0 {
			p.rest = append(p.rest, b[:i]...)
			p.line(p.rest)
			p.rest = p.rest[:0]
		} else {
			p.line(b[:i])
		}
		b = b[i+1:]
	}
}

// Close takes a last line without a line end. It never fails.
func (p *Profile) Close() error {
	p.line(p.rest)
	p.rest = nil
	return nil
}

func (p *Profile) line(text []byte) {
	if len(bytes.TrimSpace(text)) == 0 {
		return
	}
	if l, ok := p.parser.parse(text); ok {
		p.record(l)
	}
}

func (p *Profile) record(l *line) {
	p.Records++
	for i := range l.members {
		if m := &l.members[i]; string(m.raw) != "null" {
			p.Filled[string(m.key)]++
		}
	}
	if s := shape(l.id); s != "" {
		p.Shapes[s]++
	}
}

// shape is what kinds of characters an id is made of, and its length, which is
// that of most CRMs' own ids for all records.
func shape(id string) string {
	if id == "" {
		return ""
	}
	var letters, digits, others bool
	for _, c := range id {
		switch {
		case c >= '0' && c <= '9':
			digits = true
		case c == '-' || c == '_' || c == '@' || c == '.':
			others = true
		default:
			letters = true
		}
	}
	var words []string
	for _, w := range []struct {
		is   bool
		name string
	}{{letters, "letters"}, {digits, "digits"}, {others, "signs"}} {
		if w.is {
			words = append(words, w.name)
		}
	}
	return strconv.Itoa(len(id)) + " " + strings.Join(words, "+")
}

// usual gives the shape that nearly all ids have, "" if there is none.
func (p *Profile) usual() string {
	for s, n := range p.Shapes {
		if n*100 >= p.Records*usualShare {
			return s
		}
	}
	return ""
}

// Profiles are profiles by object type.
type Profiles map[gong.ObjectType]*Profile

// ProfileFiles counts what the records of LDJSON are like.
func ProfileFiles(ctx context.Context, in *validate.Input, opt Options) (Profiles, error) {
	if opt.MaxLine <= 0 {
		opt.MaxLine = 16 << 20
	}
	all := Profiles{}
	for _, t := range gong.Types {
		if len(in.Files[t]) == 0 {
			continue
		}
		p := NewProfile()
		all[t] = p
		lines := &lineReaderPass{ctx: ctx, max: opt.MaxLine}
		for _, f := range in.Files[t] {
			if err := lines.each(f, p.line); err != nil {
				return nil, err
			}
		}
	}
	return all, nil
}

// Snapshot is what is known of one run's data.
type Snapshot struct {
	Profiles Profiles
	Report   *validate.Report
	Headers  map[string][]string // by source; a source that is not there is not compared
}

// The bounds beyond which a change is told.
const (
	usualShare  = 95 // percent of ids that make a shape the usual one
	fillPoints  = 10 // percentage points of records with a value in a field
	countShare  = 20 // percent of records
	leastJudged = 20 // records, below which such shares say nothing

	// Among few records only what is far off is told.
	fewPoints = 33 // percentage points of records with a value in a field
	fewShare  = 33 // percent of records
	leastFew  = 5  // records, below which no share says anything
)

// Drift tells how new is not like old: columns, values of enums, keys that
// lookups miss, how many records there are and how many have a value in each
// field, and the shape of ids.
func Drift(old, new *Snapshot) []validate.Drift {
	list := []validate.Drift{}
	add := func(kind, subject, value, was, is, message string) {
		list = append(list, validate.Drift{Kind: kind, Subject: subject, Value: value, Old: was, New: is, Message: message})
	}
	for _, name := range slices.Sorted(maps.Keys(old.Headers)) {
		header, ok := new.Headers[name]
		if !ok {
			continue
		}
		for _, h := range lacks(old.Headers[name], header) {
			add("column-new", name, h, "", "", "source "+name+" has a new column "+strconv.Quote(h))
		}
		for _, h := range lacks(header, old.Headers[name]) {
			add("column-gone", name, h, "", "", "source "+name+" lacks the column "+strconv.Quote(h)+" that it had")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(old.Report.Enums)) {
		was, is := old.Report.Enums[name], new.Report.Enums[name]
		met := union(is.Used, is.Defaulted, is.Unmapped)
		before := union(was.Used, was.Defaulted, was.Unmapped)
		for _, v := range slices.Sorted(maps.Keys(met)) {
			if before[v] > 0 {
				continue
			}
			how := "it has an entry"
			if is.Unmapped[v] > 0 {
				how = "it has no entry"
			} else if is.Defaulted[v] > 0 {
				how = "the default stands for it"
			}
			n := strconv.Itoa(met[v])
			add("enum-value-new", name, v, "0", n, "enum "+name+" meets "+strconv.Quote(v)+" for the first time ("+times(met[v])+"); "+how)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(old.Report.Lookups)) {
		was, is := old.Report.Lookups[name], new.Report.Lookups[name]
		for _, key := range slices.Sorted(maps.Keys(is.Missing)) {
			if was.Missing[key] == 0 {
				n := strconv.Itoa(is.Missing[key])
				add("lookup-miss-new", name, key, "0", n, "lookup "+name+" has no row for "+strconv.Quote(key)+" ("+times(is.Missing[key])+"), which it was not asked for before")
			}
		}
	}
	for _, t := range gong.Types {
		if was, is := old.Profiles[t], new.Profiles[t]; was != nil && is != nil {
			list = append(list, profiles(t.String(), was, is)...)
		}
	}
	return list
}

func profiles(name string, was, is *Profile) (list []validate.Drift) {
	moved := max(was.Records-is.Records, is.Records-was.Records)
	if moved*100 > was.Records*countShare && moved >= leastJudged || moved*100 > was.Records*fewShare && moved >= leastFew || moved > 0 && was.Records*is.Records == 0 {
		a, b := strconv.Itoa(was.Records), strconv.Itoa(is.Records)
		list = append(list, validate.Drift{Kind: "count", Subject: name, Old: a, New: b, Message: name + ": " + a + " records before, " + b + " now"})
	}
	if was.Records == 0 || is.Records == 0 {
		return list
	}
	names := map[string]int{}
	for f := range was.Filled {
		names[f] = 1
	}
	for f := range is.Filled {
		names[f] = 1
	}
	for _, f := range slices.Sorted(maps.Keys(names)) {
		a, b := float64(was.Filled[f])*100/float64(was.Records), float64(is.Filled[f])*100/float64(is.Records)
		few, apart := min(was.Records, is.Records), max(a-b, b-a)
		judged := few >= leastJudged && apart > fillPoints || few >= leastFew && apart > fewPoints
		if judged || (a == 0) != (b == 0) {
			x, y := share(a), share(b)
			list = append(list, validate.Drift{Kind: "fill", Subject: name + "." + f, Old: x, New: y, Message: name + "." + f + ": " + x + " of the records had a value, now " + y})
		}
	}
	if s := was.usual(); s != "" && (is.Records-is.Shapes[s])*100 > is.Records*(100-usualShare) {
		other, n := "", 0
		for _, k := range slices.Sorted(maps.Keys(is.Shapes)) {
			if k != s && is.Shapes[k] > n {
				other, n = k, is.Shapes[k]
			}
		}
		list = append(list, validate.Drift{Kind: "id-shape", Subject: name + ".objectId", Value: other, Old: s, New: other,
			Message: name + ".objectId: ids were " + s + ", now " + strconv.Itoa(n) + " of " + strconv.Itoa(is.Records) + " are " + other})
	}
	return list
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return strconv.Itoa(n) + " times"
}

func share(percent float64) string { return strconv.FormatFloat(percent, 'f', 1, 64) + "%" }

// lacks lists what the second list has and the first lacks, but for names that
// are empty.
func lacks(have, all []string) (list []string) {
	there := map[string]bool{"": true}
	for _, h := range have {
		there[h] = true
	}
	for _, h := range all {
		if !there[h] {
			there[h] = true
			list = append(list, h)
		}
	}
	return list
}

func union(maps ...map[string]int) map[string]int {
	all := map[string]int{}
	for _, m := range maps {
		for k, n := range m {
			all[k] += n
		}
	}
	return all
}
