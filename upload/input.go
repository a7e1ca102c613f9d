package upload

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"

	"crm2gong/mapping/gong"
)

// Input is what an upload may send: a folder of LDJSON as transform writes it,
// or as anyone does.
//
//	ACCOUNT.ldjson …                one file per object type
//	history/DEAL.0001.ldjson …      past versions, one of each record a file, oldest first
//	schema/DEAL.json …              custom fields
type Input struct {
	Dir string
	// Origin tells where a line of a file (its path below Dir, with slashes)
	// came from; nil means that the file itself is the source.
	Origin func(t gong.ObjectType, file string, line int) Provenance
	// Skip leaves out lines that validation rejects; nil leaves out none.
	Skip func(t gong.ObjectType, file string, line int) bool
	// Rejected tells that the exports have the record though its row was
	// rejected: it has not vanished. nil means that none was rejected.
	Rejected func(t gong.ObjectType, objectID string) bool
	// Unidentified counts the rejected rows of a type that gave no objectId.
	// While there are some, no record of the type counts as vanished. nil
	// means 0.
	Unidentified func(t gong.ObjectType) int
	// Grows tells the custom fields whose lists of values come from the data
	// (Field.Grows); nil means that none does.
	Grows func(t gong.ObjectType, field string) bool
	// Stamps tell, per source of Origin, the state of its files when they were
	// read. They are kept with the upload and given back to Options.Rows.
	Stamps map[string]string
}

// Provenance is where a record was read.
type Provenance struct {
	Source string `json:"source"`         // name of the source in the mapping, or the LDJSON file
	File   string `json:"file,omitempty"` // path of the file as the mapping names it
	Sheet  string `json:"sheet"`          // of a workbook; "" for text
	Row    int    `json:"row"`            // as a spreadsheet shows it, the header being 1; 0 for none
}

func (in *Input) origin(t gong.ObjectType, file string, line int) Provenance {
	if in.Origin == nil {
		return Provenance{Source: file, Row: line}
	}
	return in.Origin(t, file, line)
}

func (in *Input) skip(t gong.ObjectType, file string, line int) bool {
	return in.Skip != nil && in.Skip(t, file, line)
}

// file is the path below Dir of a type's records, "" where there is none.
func (in *Input) file(t gong.ObjectType) string {
	name := t.String() + ".ldjson"
	if info, err := os.Stat(filepath.Join(in.Dir, name)); err != nil || info.IsDir() {
		return ""
	}
	return name
}

// history lists the files of past versions of a type, oldest first.
func (in *Input) history(t gong.ObjectType) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(in.Dir, "history"))
	if err != nil && !os.IsNotExist(err) {
		return nil, failed(err, "read the history")
	}
	var files []string
	for _, e := range entries {
		name := "history/" + e.Name()
		if of, content := gong.ParsePath(name); content == gong.Versions && of == t {
			files = append(files, name)
		}
	}
	slices.SortFunc(files, gong.CompareVersions)
	return files, nil
}

// errTooLong is a line that no part can hold.
var errTooLong = errors.New("the line is longer than a part may be")

// longLine tells which line it is.
type longLine struct {
	path   string
	number int
}

func (e *longLine) Error() string { return fmt.Sprintf("%s:%d: %v", e.path, e.number, errTooLong) }
func (e *longLine) Unwrap() error { return errTooLong }

// eachLine calls f with every line of an LDJSON file that is not blank, without
// its line end, and its number from 1. The line is a view that f must not keep.
// A line of limit bytes and more is a *longLine.
func eachLine(path string, limit int64, f func(number int, line []byte) error) error {
	file, err := os.Open(path)
	if err != nil {
		return failed(err, "read")
	}
	defer file.Close()
	r := bufio.NewReaderSize(file, 64<<10)
	var long []byte
	for number := 1; ; number++ {
		line, err := r.ReadSlice('\n')
		if err == bufio.ErrBufferFull {
			long = long[:0]
			for err == bufio.ErrBufferFull {
				if long = append(long, line...); int64(len(long)) >= limit {
					return &longLine{path, number}
				}
				line, err = r.ReadSlice('\n')
			}
			long = append(long, line...)
			line = long
		}
		if err != nil && err != io.EOF {
			return failed(err, "read")
		}
		if number == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		if text := bytes.TrimSpace(line); len(text) > 0 {
			if err := f(number, text); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
	}
}
