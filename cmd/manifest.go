package cmd

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"path/filepath"
	"sync"

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
	Entities      any               `json:"entities"`
	History       any               `json:"history"`
	Money         manifestMoney     `json:"money"`
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

// inputSums are the checksums of the inputs, made beside the run.
type inputSums struct {
	files []inputFile
	errs  []error
	done  sync.WaitGroup
}

// startSums begins to read the files.
func startSums(files []inputFile) *inputSums {
	s := &inputSums{files: files, errs: make([]error, len(files))}
	s.done.Go(func() {
		for i := range s.files {
			s.errs[i] = s.files[i].sum()
		}
	})
	return s
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

func (s *inputSums) wait() ([]inputFile, error) {
	s.done.Wait()
	for _, err := range s.errs {
		if err != nil {
			return nil, err
		}
	}
	return s.files, nil
}

// manifest makes the folder's manifest.
func (j *job) manifest(f *folder, sums *inputSums) ([]byte, error) {
	inputs, err := sums.wait()
	if err != nil {
		return nil, err
	}
	own := inputFile{Path: filepath.Base(j.path), text: j.mapping.Text}
	if err := own.sum(); err != nil {
		return nil, err
	}
	m := manifest{
		FormatVersion: 1, Tool: "crm2gong", Version: Version, Mapping: own, Params: j.mapping.Params,
		Inputs: inputs, Outputs: f.outputs(), Entities: j.report.Entities, History: j.report.History,
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
