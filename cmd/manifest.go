package cmd

import (
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"io"
	"os"
	"path/filepath"
	"sync"

	"crm2gong/transform/source"
	"crm2gong/validate"
)

// asOfLayout is how outputs write the instant of a run.
const asOfLayout = "2006-01-02T15:04:05Z07:00"

// manifest says what an output folder was made from and what is in it. It
// names no host, no absolute path and no time of its own, so that the same
// inputs give the same bytes.
type manifest struct {
	FormatVersion int               `json:"format_version"`
	Tool          string            `json:"tool"`
	Version       string            `json:"version"`
	Mapping       inputFile         `json:"mapping"`
	AsOf          string            `json:"as_of,omitempty"`
	Params        map[string]string `json:"params"`
	Inputs        []inputFile       `json:"inputs"`
	Outputs       []*outFile        `json:"outputs"`
	// AutoPicklists are the custom fields, by type, whose lists in schema/ hold
	// what this run's data have: at Gong they only grow.
	AutoPicklists map[string][]string `json:"auto_picklists,omitempty"`
	Entities      any                 `json:"entities"`
	History       any                 `json:"history"`
	Money         manifestMoney       `json:"money"`
}

// manifestMoney is what finance signs off: the amounts as read and as
// converted, the rates and what rounding did, the deals written, and those of
// them that Gong will not show.
type manifestMoney struct {
	Currency      validate.CurrencyUse        `json:"currency"`
	DealsByStatus map[string]validate.DealSum `json:"deals_by_status"`
	DealsByStage  map[string]validate.DealSum `json:"deals_by_stage"`
	OtherStages   validate.DealSum            `json:"other_stages"` // beyond the first thousand
	HiddenDeals   validate.HiddenDeals        `json:"hidden_deals"`
}

func signOff(r *validate.Report) manifestMoney {
	m := manifestMoney{
		Currency: r.Currency, DealsByStatus: r.Deals.ByStatus, DealsByStage: map[string]validate.DealSum{},
		OtherStages: r.Deals.OtherStages, HiddenDeals: r.HiddenDeals,
	}
	for id, s := range r.Deals.ByStage {
		m.DealsByStage[id] = s.DealSum
	}
	return m
}

// inputFile is a file that a run reads.
type inputFile struct {
	Source string `json:"source,omitempty"`
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
	// Header is the header row of a source's file, so that a later run can tell
	// what changed.
	Header []string `json:"header,omitempty"`
	real   string   // where it is on this machine; "" when text holds it
	text   []byte
}

// inputSums are the checksums of the inputs, made while they are read; the zero
// value wants none.
type inputSums struct {
	mu    sync.Mutex
	files []inputFile
}

// start says whose checksums are wanted.
func (s *inputSums) start(files []inputFile) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.files = files
}

// tap gives who makes the checksum of a file that is being read, nil where it
// is not wanted or known by now.
func (s *inputSums) tap(path string) source.Tap {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.files {
		if f := &s.files[i]; f.real == path && f.SHA256 == "" {
			return &readSum{Hash: sha256.New(), sums: s, path: path}
		}
	}
	return nil
}

// readSum is the checksum of one file that is being read.
type readSum struct {
	hash.Hash
	sums *inputSums
	path string
	size int64
}

func (f *readSum) Write(b []byte) (int, error) {
	f.size += int64(len(b))
	return f.Hash.Write(b)
}

// Close settles the checksum.
func (f *readSum) Close() {
	f.sums.mu.Lock()
	defer f.sums.mu.Unlock()
	for i := range f.sums.files {
		if x := &f.sums.files[i]; x.real == f.path {
			x.Bytes, x.SHA256 = f.size, hex.EncodeToString(f.Sum(nil))
		}
	}
}

// all gives the files with their checksums, and reads those whose bytes were
// not seen: workbooks, compressed files, files read in part.
func (s *inputSums) all() ([]inputFile, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := range s.files {
		if f := &s.files[i]; f.SHA256 == "" {
			if err := f.sum(); err != nil {
				return nil, err
			}
		}
	}
	return s.files, nil
}

func (f *inputFile) sum() error {
	h := sha256.New()
	if f.real == "" {
		h.Write(f.text)
		f.Bytes = int64(len(f.text))
	} else {
		file, err := os.Open(f.real)
		if err != nil {
			return err
		}
		defer file.Close()
		if f.Bytes, err = io.CopyBuffer(h, struct{ io.Reader }{file}, make([]byte, 256<<10)); err != nil {
			return err
		}
	}
	f.SHA256 = hex.EncodeToString(h.Sum(nil))
	return nil
}

// manifest makes the folder's manifest.
func (j *job) manifest(f *folder) ([]byte, error) {
	inputs, err := j.sums.all()
	if err != nil {
		return nil, err
	}
	own := inputFile{Path: filepath.Base(j.path), text: j.mapping.Text}
	if err := own.sum(); err != nil {
		return nil, err
	}
	m := manifest{
		FormatVersion: 1, Tool: "crm2gong", Version: Version, Mapping: own, Params: j.mapping.Params,
		Inputs: inputs, Outputs: f.outputs(), AutoPicklists: j.autoPicklists(), Entities: j.report.Entities, History: j.report.History,
		Money: signOff(j.report),
	}
	if m.Inputs == nil {
		m.Inputs = []inputFile{}
	}
	if j.fixed {
		m.AsOf = j.now.Format(asOfLayout)
	}
	return indented(m)
}
