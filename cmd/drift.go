package cmd

import (
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"crm2gong/mapping/gong"
	"crm2gong/transform"
	"crm2gong/validate"
	"crm2gong/validate/compare"
)

// earlier reads the output folder that --against names; nil without one.
func (j *job) earlier(c *cli.Context) (*compare.Snapshot, error) {
	dir := c.String("against")
	if dir == "" {
		return nil, nil
	}
	var in validate.Input
	if err := folderInput(&in, dir); err != nil {
		return nil, err
	}
	s := &compare.Snapshot{Report: &validate.Report{}}
	var err error
	if s.Profiles, err = compare.ProfileFiles(c.Context, &in, compare.Options{MaxLine: j.input.MaxRecord}); err != nil {
		return nil, err
	}
	text, err := os.ReadFile(filepath.Join(dir, "report.json"))
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, &exit{status: StatusFailed, err: err}
	default:
		if json.Unmarshal(text, s.Report) != nil || s.Report.FormatVersion != validate.FormatVersion {
			return nil, &exit{status: StatusFailed, err: &fs.PathError{Op: "read", Path: filepath.Join(dir, "report.json"), Err: errNoReport}, hint: "name a folder that transform wrote"}
		}
	}
	return s, recorded(s, dir)
}

// recorded adds what a folder's report and manifest say of the run that wrote
// it. Either may lack.
func recorded(s *compare.Snapshot, dir string) error {
	text, err := os.ReadFile(filepath.Join(dir, manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return &exit{status: StatusFailed, err: err}
	}
	var m struct {
		Inputs []inputFile `json:"inputs"`
	}
	if err := json.Unmarshal(text, &m); err != nil {
		return &exit{status: StatusFailed, err: &fs.PathError{Op: "read", Path: filepath.Join(dir, manifestName), Err: err}}
	}
	s.Headers = map[string][]string{}
	for _, f := range m.Inputs {
		if f.Source == "" || f.Header == nil {
			continue
		}
		for _, h := range f.Header {
			if !slices.Contains(s.Headers[f.Source], h) {
				s.Headers[f.Source] = append(s.Headers[f.Source], h)
			}
		}
	}
	return nil
}

// drift holds a run against an earlier one.
func (j *job) drift(old *compare.Snapshot, now compare.Profiles) {
	j.report.Drift = compare.Drift(old, &compare.Snapshot{Profiles: now, Report: j.report, Headers: j.inputs.Headers()})
}

// profiling is an output that counts what the entities are like and hands on
// everything else.
type profiling struct {
	rest transform.Output // nil: nobody wants it
	all  compare.Profiles
}

func (p *profiling) Create(name string) (io.WriteCloser, error) {
	if base, ok := strings.CutSuffix(name, ".ldjson"); ok {
		if t := gong.ParseType(base); t != gong.NoType {
			p.all[t] = compare.NewProfile()
			return p.all[t], nil
		}
	}
	if p.rest == nil {
		return nil, nil
	}
	return p.rest.Create(name)
}
