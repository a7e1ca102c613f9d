package upload

import (
	"bytes"
	"encoding/csv"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// rejectCode is the code of rows that Gong refused, in the column _code.
const rejectCode = "gong-refused"

// rejectsFolder is where they stand in the folder of an upload.
const rejectsFolder = "rejects"

// writeRejects writes the rows whose lines Gong refused, one file per source:
// the source's own columns as read, then _file, _row, _code, _field, _reason.
// Lines of ready-made LDJSON have no rows and are left out. A row of which
// several lines were refused stands once, so that it can be read again as it is.
func (r *run) writeRejects() ([]string, error) {
	bySource := map[string][]FailedLine{}
	seen := map[Provenance]bool{}
	var order []string
	for _, p := range r.ledger.parts {
		if p.final == nil {
			continue
		}
		for _, l := range p.final.Lines {
			// A table of the mapping has rows and no file.
			if l.Source == "" || l.File == "" && strings.HasSuffix(l.Source, ".ldjson") {
				continue
			}
			from := Provenance{l.Source, l.File, l.Sheet, l.Row}
			if seen[from] {
				continue
			}
			seen[from] = true
			if bySource[l.Source] == nil {
				order = append(order, l.Source)
			}
			bySource[l.Source] = append(bySource[l.Source], l)
		}
	}
	paths := []string{}
	for _, source := range order {
		path := filepath.Join(r.dir, rejectsFolder, fileName(source)+".csv")
		if err := r.writeReject(path, source, bySource[source]); err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

func (r *run) writeReject(path, source string, lines []FailedLine) error {
	var header []string
	cells := make([][]string, len(lines))
	if r.opt.Rows != nil {
		var places []Provenance
		for _, l := range lines {
			places = append(places, Provenance{l.Source, l.File, l.Sheet, l.Row})
		}
		// The file may have changed or gone since: then its columns stay empty.
		if h, rows, err := r.opt.Rows(source, r.ledger.plan.Stamps[source], places); err == nil && len(rows) == len(lines) {
			header, cells = h, rows
		}
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	_ = w.Write(append(append([]string{}, header...), "_file", "_row", "_code", "_field", "_reason")) // into memory
	for i, l := range lines {
		row := make([]string, len(header), len(header)+5)
		copy(row, cells[i])
		_ = w.Write(append(row, l.File, strconv.Itoa(l.Row), rejectCode, "", l.Description))
	}
	w.Flush()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return failed(err, "write the rejected rows")
	}
	if err := writeSynced(path, b.Bytes()); err != nil {
		return failed(err, "write the rejected rows")
	}
	return nil
}

// fileName makes a source's name safe as the name of a file.
func fileName(source string) string {
	return strings.Map(func(c rune) rune {
		if strings.ContainsRune(`/\:*?"<>|`, c) || c < ' ' {
			return '_'
		}
		return c
	}, source)
}
