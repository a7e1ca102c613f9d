package cmd

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"

	"github.com/urfave/cli/v2"

	"crm2gong/cmd/view"
	"crm2gong/mapping"
	"crm2gong/mapping/diag"
	"crm2gong/mapping/gong"
	"crm2gong/transform"
	"crm2gong/upload"
	"crm2gong/validate"
)

// outgoing is what may be sent: the output of a mapping, run into a private
// folder that close removes, or a folder of LDJSON.
type outgoing struct {
	p      *program
	path   string
	job    *job
	target *target
	quiet  bool
	temp   *folder // nil for a folder of LDJSON
	state  string  // the state folder, if it is to go again when it stays empty
	report *validate.Report
	input  upload.Input
}

// bindOutgoing reads the options, and of a mapping all but its rows.
func (p *program) bindOutgoing(c *cli.Context, path string) (*outgoing, error) {
	j, err := p.newJob(c, path)
	if err != nil {
		return nil, err
	}
	o := &outgoing{p: p, path: path, job: j, quiet: c.Bool("quiet") || c.Bool("json")}
	st, err := os.Stat(path)
	if err == nil && st.IsDir() {
		for _, flag := range []string{"data", "source", "set"} {
			if c.IsSet(flag) {
				return nil, usage("", "--%s goes with a mapping", flag)
			}
		}
		o.target, err = p.newTarget(c, path, nil)
		return o, err
	}
	if err != nil && path != "-" {
		return nil, cannotRead(err)
	}
	if err := j.bind(); err != nil {
		return nil, err
	}
	if o.target, err = p.newTarget(c, path, j.mapping); err != nil {
		j.inputs.Close()
		return nil, err
	}
	j.warn(o.quiet)
	return o, nil
}

// isFolder tells whether ready-made LDJSON is sent.
func (o *outgoing) isFolder() bool { return o.job.mapping == nil }

// close removes what was made.
func (o *outgoing) close() {
	if o.job.inputs != nil {
		o.job.inputs.Close()
	}
	if o.temp != nil {
		o.temp.abandon()
		os.Remove(filepath.Dir(o.temp.temp)) // these two go if nothing else is in them
		os.Remove(o.state)
	}
}

// make converts and judges, or judges what is there. What was sent before is
// known to the rules. The report tells what is wrong with the data.
func (o *outgoing) make(ctx context.Context) error {
	sent, which, err := known(o.target.store, o.target.integration)
	if err != nil {
		return err
	}
	o.p.tellState(o.target.store, which, o.quiet)
	if o.isFolder() {
		return o.judge(ctx, sent)
	}
	if err := o.private(); err != nil {
		return err
	}
	stamps := map[string]string{}
	for _, s := range o.job.plan.Sources {
		stamps[s.Name] = o.job.stamp(s.Name)
	}
	t := newTrail()
	o.job.trail, o.job.refused = t.note, t.refuse
	if err := o.job.run(ctx, entitiesAlone{o.temp}, sent); err != nil {
		return err
	}
	if err := o.job.putSchemas(o.temp); err != nil {
		return err
	}
	o.report = o.job.report
	o.input = upload.Input{Dir: o.temp.temp, Origin: t.origin, Rejected: t.rejected, Unidentified: t.unidentified, Grows: o.job.isAuto, Stamps: stamps}
	return nil
}

// private makes a folder that others may not read, in the state folder. What
// killed runs left there is swept.
func (o *outgoing) private() (err error) {
	dir := o.target.store.Dir()
	if _, err := os.Stat(dir); os.IsNotExist(err) {
		o.state = dir
	}
	if err := os.MkdirAll(filepath.Join(dir, "tmp"), 0o700); err != nil {
		return &exit{status: StatusFailed, err: fmt.Errorf("cannot make the state folder: %w", err), hint: "name another folder with --state"}
	}
	o.temp, err = newFolder(filepath.Join(dir, "tmp", "out"), nil)
	return err
}

// judge judges ready-made LDJSON. Lines that Gong would refuse are left out of
// what is sent.
func (o *outgoing) judge(ctx context.Context, sent validate.Known) error {
	m, err := readManifest(o.path)
	if err != nil {
		return err
	}
	if m == nil { // a folder that anyone made is taken as it is
		m = &sentManifest{}
	} else if err := m.check(o.path); err != nil {
		return err
	}
	var in validate.Input
	if err := folderInput(&in, o.path); err != nil {
		return err
	}
	run := func(all bool) (*validate.Report, error) {
		return o.job.judgeFiles(ctx, &in, validate.Options{Known: sent, All: all}, validate.FilesOptions{})
	}
	if o.report, err = run(o.job.all); err != nil {
		return err
	}
	o.report.Mapping = filepath.Base(o.path)
	o.input = upload.Input{Dir: o.path, Grows: func(t gong.ObjectType, field string) bool { return slices.Contains(m.AutoPicklists[t.String()], field) }}
	t := newTrail()
	t.unnamed = m.refused()
	if o.report.Totals.Rejected > 0 {
		full, err := run(true)
		if err != nil {
			return err
		}
		skip := refusedLines(full, t)
		if n := full.Totals.Rejected; len(skip) != n {
			return fmt.Errorf("%d lines were rejected and %d are known", n, len(skip))
		}
		o.input.Skip = func(_ gong.ObjectType, file string, n int) bool { return skip[place{file, n}] }
	}
	o.input.Rejected, o.input.Unidentified = t.rejected, t.unidentified
	return nil
}

// place is a line of a file.
type place struct {
	file string
	line int
}

// refusedLines finds the lines that were rejected in a report with every
// example, and notes their records.
func refusedLines(r *validate.Report, t *trail) map[place]bool {
	skip := map[place]bool{}
	named := map[place]bool{}
	types := map[place]gong.ObjectType{}
	for i := range r.Findings {
		f := &r.Findings[i]
		if !f.Rejects {
			continue
		}
		typ := gong.ParseType(f.Entity)
		for k := range f.Examples {
			e := &f.Examples[k]
			at := place{e.Source, e.Row}
			skip[at] = true
			if f.History || typ == gong.NoType {
				continue
			}
			types[at] = typ
			if e.ObjectID != "" {
				named[at] = true
				t.refuse(typ, e.ObjectID)
			}
		}
	}
	for at, typ := range types {
		if !named[at] {
			t.refuse(typ, "")
		}
	}
	return skip
}

// sentManifest is what upload reads of a manifest.
type sentManifest struct {
	Tool          string
	Outputs       []outFile
	AutoPicklists map[string][]string `json:"auto_picklists"` // whose values came from the data, per type
	Entities      map[string]validate.Counts
}

// readManifest reads a folder's manifest; nil where there is none.
func readManifest(dir string) (*sentManifest, error) {
	text, err := os.ReadFile(filepath.Join(dir, manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &exit{status: StatusFailed, err: err}
	}
	m := &sentManifest{}
	if err := json.Unmarshal(text, m); err != nil || m.Tool != "crm2gong" {
		return nil, edited(manifestName, "is not as transform writes it")
	}
	return m, nil
}

// check refuses a folder whose files are not those that transform wrote.
func (m *sentManifest) check(dir string) error {
	named := map[string]bool{}
	for i := range m.Outputs {
		f := &m.Outputs[i]
		if !isSent(f.Path) {
			continue
		}
		named[f.Path] = true
		sum, err := fileSum(filepath.Join(dir, filepath.FromSlash(f.Path)))
		if errors.Is(err, fs.ErrNotExist) {
			return edited(f.Path, "is gone")
		}
		if err != nil {
			return &exit{status: StatusFailed, err: err}
		}
		if sum != f.SHA256 {
			return edited(f.Path, "was changed after transform wrote it")
		}
	}
	for _, sub := range []string{"", "history", "schema"} {
		list, err := os.ReadDir(filepath.Join(dir, sub))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return &exit{status: StatusFailed, err: err}
		}
		for _, e := range list {
			if name := path.Join(sub, e.Name()); isSent(name) && !named[name] {
				return edited(name, "was not written by transform")
			}
		}
	}
	return nil
}

// refused gives the number of rows per type that transform refused.
func (m *sentManifest) refused() (counts [gong.NumTypes]int) {
	for name, n := range m.Entities {
		if t := gong.ParseType(name); t != gong.NoType {
			counts[t] = n.Rejected
		}
	}
	return counts
}

// isSent tells whether a file of a folder goes to Gong.
func isSent(path string) bool {
	_, content := gong.ParsePath(path)
	return content != gong.NoContent
}

func edited(file, what string) error {
	return &exit{StatusProblems, fmt.Errorf("%s %s; nothing was sent", file, what),
		"run transform once more; or, if the folder is meant as it stands, take its " + manifestName + " away"}
}

func fileSum(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// flawed tells whether the data have errors.
func (o *outgoing) flawed() bool { return o.report.Failed(diag.Error, 0) }

// showFlaws prints the report of flawed data on standard error.
func (o *outgoing) showFlaws() {
	if !o.quiet {
		view.Report(o.p.stderr, o.report, view.Options{All: o.job.all})
		fmt.Fprintln(o.p.stderr)
	}
}

// rowsOf reads rows of a source again, as Options.Rows of an upload wants it.
type rowsOf = func(source, stamp string, rows []upload.Provenance) ([]string, [][]string, error)

// rows reads rows of the mapping's sources again.
func (o *outgoing) rows(ctx context.Context) rowsOf {
	if o.isFolder() {
		return nil
	}
	return func(source, stamp string, rows []upload.Provenance) ([]string, [][]string, error) {
		return rereadRows(ctx, o.job, source, stamp, rows)
	}
}

var errChanged = errors.New("the file has changed since it was read")

// stamp tells the state of a source's files, and of a table of the mapping that
// of the mapping: another stamp stands for other rows. It is "" where the state
// cannot be told.
func (j *job) stamp(source string) string {
	h := sha256.New()
	files := 0
	for _, f := range j.inputs.Files(source) {
		if f.Real == "" {
			continue
		}
		st, err := os.Stat(f.Real)
		if err != nil {
			return ""
		}
		fmt.Fprintf(h, "%q %d %d\n", f.Path, st.Size(), st.ModTime().UnixNano())
		files++
	}
	if files == 0 {
		h.Write(j.mapping.Text)
		for i := range j.mapping.Read {
			h.Write(j.mapping.Read[i].Text)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// rereadRows reads rows of a source whose files must be as the stamp says. The
// job is bound.
func rereadRows(ctx context.Context, j *job, source, stamp string, rows []upload.Provenance) ([]string, [][]string, error) {
	at := slices.IndexFunc(j.plan.Sources, func(s *mapping.BoundSource) bool { return s.Name == source })
	if at < 0 || stamp == "" || stamp != j.stamp(source) {
		return nil, nil, errChanged
	}
	places := make([]gong.Origin, len(rows))
	for i, r := range rows {
		places[i] = gong.Origin{Source: source, File: r.File, Sheet: r.Sheet, Row: r.Row}
	}
	return j.inputs.Rows(ctx, j.plan.Sources[at], j.now, places)
}

// resumedRows reads rows for an upload that an earlier run began. No exports
// are read unless Gong refuses lines, and none that have changed since.
func (p *program) resumedRows(c *cli.Context) (rowsOf, error) {
	if c.NArg() == 0 || isFolder(c.Args().First()) {
		return nil, nil
	}
	j, err := p.newJob(c, c.Args().First())
	if err != nil {
		return nil, err
	}
	return func(source, stamp string, rows []upload.Provenance) ([]string, [][]string, error) {
		if j.input.Replace[source] == "-" {
			return nil, nil, errChanged
		}
		m, _, err := mapping.Load(j.path, j.load)
		if err != nil {
			return nil, nil, err
		}
		if m == nil || m.Source(source) == nil {
			return nil, nil, errChanged
		}
		if j.inputs, err = transform.OpenInputs(m, []string{source}, j.input); err != nil {
			return nil, nil, err
		}
		defer j.inputs.Close()
		plan, faults := m.Bind(j.inputs.Headers())
		if faults.HasErrors() {
			return nil, nil, errChanged
		}
		j.mapping, j.plan = m, plan
		return rereadRows(c.Context, j, source, stamp, rows)
	}, nil
}
