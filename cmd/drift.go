package cmd

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"crm2gong/cmd/view"
	"crm2gong/mapping/gong"
	"crm2gong/transform"
	"crm2gong/upload"
	"crm2gong/validate"
	"crm2gong/validate/compare"
)

// earlier reads the output folder that --against names, or of a state folder
// what the data of the last upload were like; nil without one.
func (j *job) earlier(c *cli.Context) (*compare.Snapshot, error) {
	dir := c.String("against")
	if dir == "" {
		return nil, nil
	}
	if isFolder(filepath.Join(dir, "state")) {
		return j.lastSent(c, upload.OpenStore(filepath.Clean(dir)))
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
	r, err := reportIn(dir, "name a folder that transform wrote")
	if err != nil {
		return nil, err
	}
	if r != nil {
		s.Report = r
	}
	return s, recorded(s, dir)
}

// reportIn reads report.json of an output folder; nil where it has none.
func reportIn(dir, hint string) (*validate.Report, error) {
	path := filepath.Join(dir, "report.json")
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &exit{status: StatusFailed, err: err}
	}
	r := &validate.Report{}
	if json.Unmarshal(text, r) != nil || r.FormatVersion != validate.FormatVersion {
		return nil, &exit{status: StatusFailed, err: &fs.PathError{Op: "read", Path: path, Err: errNoReport}, hint: hint}
	}
	r.Finish()
	return r, nil
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

// remembered is what a state folder keeps of the data of the last upload to an
// integration, so that later data can be held against them. An upload that broke
// off counts: what it began to send a resumed one ends.
type remembered struct {
	FormatVersion int                           `json:"format_version"`
	Headers       map[string][]string           `json:"headers"` // by source; null for ready-made LDJSON
	Enums         map[string]validate.EnumUse   `json:"enums"`
	Lookups       map[string]validate.LookupUse `json:"lookups"`
	Profiles      map[string]*compare.Profile   `json:"profiles"` // by object type
}

// rememberedFile is where a store keeps it.
func rememberedFile(store *upload.Store, integration string) string {
	return filepath.Join(store.Dir(), "data", integration+".json")
}

// remember keeps what the data were like that an upload to an integration began
// to send.
func (o *outgoing) remember(ctx context.Context, integration string) error {
	var in validate.Input
	if err := folderInput(&in, o.input.Dir); err != nil {
		return err
	}
	all, err := compare.ProfileFiles(ctx, &in, compare.Options{MaxLine: o.job.input.MaxRecord})
	if err != nil {
		return err
	}
	m := remembered{FormatVersion: 1, Enums: o.report.Enums, Lookups: o.report.Lookups, Profiles: map[string]*compare.Profile{}}
	for t, p := range all {
		m.Profiles[t.String()] = p
	}
	if o.isFolder() {
		s := compare.Snapshot{}
		if err := recorded(&s, o.path); err != nil {
			return err
		}
		m.Headers = s.Headers
	} else {
		m.Headers = o.job.inputs.Headers()
	}
	text, err := indented(m)
	if err != nil {
		return err
	}
	path := rememberedFile(o.target.store, integration)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", text, 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

// lastSent reads what the data of the last upload were like: to the integration
// that is named, else to the only one.
func (j *job) lastSent(c *cli.Context, store *upload.Store) (*compare.Snapshot, error) {
	_, integration, err := j.p.stateOf(c, "", j.mapping)
	if err != nil {
		return nil, err
	}
	list, err := store.Integrations()
	if err != nil {
		return nil, err
	}
	if integration == 0 {
		if len(list) != 1 {
			return nil, usage("name it with --integration", "%s has %s", store.Dir(), view.Count(len(list), "integration", "integrations"))
		}
		integration = list[0]
	}
	path := rememberedFile(store, strconv.FormatInt(integration, 10))
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, &exit{status: StatusFailed, err: err, hint: "an upload writes it; or name an output folder"}
	}
	var m remembered
	if json.Unmarshal(text, &m) != nil || m.FormatVersion != 1 {
		return nil, &exit{status: StatusFailed, err: &fs.PathError{Op: "read", Path: path, Err: errNoReport}, hint: "the next upload writes it anew; or name an output folder"}
	}
	s := &compare.Snapshot{Profiles: compare.Profiles{}, Headers: m.Headers, Report: &validate.Report{Enums: m.Enums, Lookups: m.Lookups}}
	for name, p := range m.Profiles {
		if t := gong.ParseType(name); t != gong.NoType && p != nil {
			s.Profiles[t] = p
		}
	}
	return s, nil
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
