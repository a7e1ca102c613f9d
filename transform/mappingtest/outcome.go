package mappingtest

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"sort"
	"strings"

	"crm2gong/mapping/gong"
	"crm2gong/transform"
)

// Outcome is what became of a test's rows.
type Outcome struct {
	Written  []Record
	Rejected []Rejection
	Filtered []string // names of the conditions that left rows out, in the mapping's order
	Dropped  []string // sources whose own where said that rows are no data, sorted
	Merged   int      // records that another of the same objectId stands for
}

// Record is an entity as written: JSON by field.
type Record map[string]json.RawMessage

// Rejection says why a row was refused.
type Rejection struct {
	Code   string
	Field  string // Gong field, or where, deleted, forEach, converted; "" if none
	Reason string
}

// String gives code, field and reason in one line.
func (r *Rejection) String() string {
	s := "rejected: " + r.Code
	if r.Field != "" {
		s += " (" + r.Field + ")"
	}
	if r.Reason != "" {
		s += ": " + r.Reason
	}
	return s
}

// String says in words what became of the rows.
func (o *Outcome) String() string {
	var all []string
	switch n := len(o.Written); {
	case n == 1:
		all = append(all, "written")
	case n > 1:
		all = append(all, fmt.Sprintf("written: %d records", n))
	}
	for i := range o.Rejected {
		all = append(all, o.Rejected[i].String())
	}
	for _, name := range o.Filtered {
		all = append(all, "filtered: "+name)
	}
	if o.Merged > 0 {
		all = append(all, fmt.Sprintf("merged: %d", o.Merged))
	}
	for _, name := range o.Dropped {
		all = append(all, "no data, by the where of source "+name)
	}
	if all == nil {
		return "no row: rows whose cells are all empty are not read"
	}
	return strings.Join(all, "; ")
}

// memory is an output that keeps its files in memory.
type memory struct{ files map[string]*bytes.Buffer }

func (m *memory) Create(name string) (io.WriteCloser, error) {
	if m.files == nil {
		m.files = map[string]*bytes.Buffer{}
	}
	b := &bytes.Buffer{}
	m.files[name] = b
	return file{b}, nil
}

type file struct{ *bytes.Buffer }

func (file) Close() error { return nil }

// outcome reads what a run of one type wrote.
func outcome(t gong.ObjectType, sum *transform.Summary, files *memory) (o Outcome, err error) {
	if b := files.files[t.String()+".ldjson"]; b != nil {
		for d := json.NewDecoder(b); d.More(); {
			r := Record{}
			if err := d.Decode(&r); err != nil {
				return o, fmt.Errorf("read the records: %w", err)
			}
			o.Written = append(o.Written, r)
		}
	}
	counts := &sum.Counts[t]
	o.Merged = counts.Merged
	for _, f := range counts.Filters {
		if f.Rows > 0 {
			o.Filtered = append(o.Filtered, f.Name)
		}
	}
	for name, n := range sum.Dropped {
		if n > 0 {
			o.Dropped = append(o.Dropped, name)
		}
	}
	sort.Strings(o.Dropped)
	var names []string
	for name := range files.files {
		if strings.HasPrefix(name, "rejects/") {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	for _, name := range names {
		rows, err := csv.NewReader(files.files[name]).ReadAll()
		if err != nil {
			return o, fmt.Errorf("read the rejects: %w", err)
		}
		for _, row := range rows[1:] {
			n := len(row)
			o.Rejected = append(o.Rejected, Rejection{Code: row[n-3], Field: row[n-2], Reason: row[n-1]})
		}
	}
	return o, nil
}
