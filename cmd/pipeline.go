package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"crm2gong/mapping"
	"crm2gong/mapping/diag"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
	"crm2gong/transform"
	"crm2gong/transform/source"
	"crm2gong/validate"
)

// job is one run of a mapping: what the options say, and then what each step
// of the way adds.
//
//	mapping file → load → inputs (headers) → bind → run: rows → entities → judged → lines
//	                                                  → report
type job struct {
	p       *program
	path    string
	load    mapping.LoadOptions
	input   transform.InputOptions
	now     time.Time
	fixed   bool // --as-of was given
	workers int
	memory  int64 // bytes for tables of ids; 0: no limit
	all     bool
	meter   *meter // nil where nobody watches
	rejects transform.RejectsFormat
	sums    inputSums
	temp    string // where temporary files go; "": the system's folder

	mapping *mapping.Mapping
	diags   diag.List
	files   map[string][]source.File // of the sources whose headers were read
	inputs  *transform.Inputs
	plan    *mapping.Plan
	rules   *validate.Run
	fresh   *ids.Store                               // tables of freshRules; nil: in memory
	known   validate.Known                           // what was sent before, where the command looks
	state   string                                   // the integration to which it was sent
	trail   func(file string, lines []gong.Origin)   // see transform.Options
	refused func(t gong.ObjectType, objectID string) // likewise
	sum     *transform.Summary
	report  *validate.Report
}

// maxWorkers bounds --workers: each has a block of rows in memory.
const maxWorkers = 1024

// newJob reads the options that every run of a mapping has.
func (p *program) newJob(c *cli.Context, path string) (*job, error) {
	j := &job{p: p, path: path, load: p.readMapping(), files: map[string][]source.File{}, workers: c.Int("workers"), all: c.Bool("all"), meter: p.newMeter(c.Bool("quiet"))}
	var err error
	if j.load.Set, err = pairs(c, "set"); err != nil {
		return nil, err
	}
	if j.input.Replace, err = pairs(c, "source"); err != nil {
		return nil, err
	}
	for name, from := range j.input.Replace {
		if from == "" {
			return nil, usage("write --source NAME=PATH", "--source %s names no file", diag.Quote(name))
		}
		if path == "-" && from == "-" {
			return nil, usage("name one of the two by its file", "standard input can not be both the mapping and source %s", diag.Quote(name))
		}
	}
	most, err := limits(c)
	if err != nil {
		return nil, err
	}
	j.input.MaxRecord, j.input.MaxUncompressed = most.MaxRecord, most.MaxUncompressed
	if j.memory, err = memoryLimit(c); err != nil {
		return nil, err
	}
	switch n := c.Int("workers"); {
	case n < 0:
		return nil, usage("", "--workers %d is less than one", n)
	case n > maxWorkers:
		return nil, usage("more than there are processors gain nothing", "--workers %d is more than %d", n, maxWorkers)
	}
	if j.now, j.fixed, err = instant(c, time.Now()); err != nil {
		return nil, err
	}
	j.input.Stdin, j.input.Tap = p.stdin, j.sums.tap
	if j.input.Dir = c.String("data"); j.input.Dir == "" {
		j.input.Dir = filepath.Dir(path)
	} else {
		j.load.DataDir = j.input.Dir
	}
	return j, nil
}

// bind loads the mapping, reads the headers of its sources and compiles it.
// What is wrong with the mapping is printed.
func (j *job) bind() error {
	m, diags, err := mapping.Load(j.path, j.load)
	if err != nil {
		return cannotRead(err)
	}
	j.mapping, j.diags = m, diags
	m.Below = j.headerBelow
	if diags.HasErrors() {
		j.diags = append(j.diags, m.Check(j.headersAtHand())...)
		return j.mappingFaults()
	}
	if err := j.checkReplaced(); err != nil {
		return err
	}
	j.inputs, err = transform.OpenInputs(m, m.NeededSources(), j.input)
	if err != nil {
		return sourceError(err)
	}
	for _, s := range m.Sources {
		j.files[s.Name] = j.inputs.Files(s.Name)
	}
	plan, bound := m.Bind(j.inputs.Headers())
	j.diags = append(j.diags, bound...)
	if bound.HasErrors() {
		j.inputs.Close()
		return j.mappingFaults()
	}
	j.plan = plan
	return nil
}

// mappingFaults prints what is wrong with a mapping and gives status 2.
func (j *job) mappingFaults() error {
	writeDiagnostics(j.p.stderr, j.diags.Sorted(), "text")
	return &exit{status: StatusUsage}
}

// checkReplaced refuses --source for names that are no sources.
func (j *job) checkReplaced() error {
	var known []string
	for _, s := range j.mapping.Sources {
		known = append(known, s.Name)
	}
	for name := range j.input.Replace {
		if j.mapping.Source(name) == nil {
			return usage(diag.Suggest(name, known), "--source %s: the mapping has no source of that name", diag.Quote(name))
		}
	}
	return nil
}

// run converts and judges everything. out is nil for a dry run.
func (j *job) run(ctx context.Context, out transform.Output, known validate.Known) (err error) {
	defer j.inputs.Close()
	tables, ctx, done := j.tables(ctx)
	defer func() { err = done(err) }()
	o := j.rulesOptions()
	o.IDs, o.Known, o.All = tables, known, j.all
	j.rules = validate.New(o)
	var names []string
	for _, s := range j.plan.Sources {
		names = append(names, s.Name)
	}
	j.sum, err = transform.Run(ctx, j.plan, j.inputs, transform.Options{
		Rules: rules{j.rules}, Output: out, Now: j.now, Workers: j.workers, All: j.all,
		Progress: j.meter.progress(j.inputs, names), Rejects: j.rejects, TempDir: j.temp,
		Trail: j.trail, Refused: j.refused, IDs: tables,
	})
	j.meter.close()
	if err != nil {
		return sourceError(err)
	}
	j.rules.Causes()
	j.report = j.makeReport()
	return nil
}

// rulesOptions are what the records that the mapping makes are judged by.
func (j *job) rulesOptions() validate.Options {
	o := judgedBy(j.mapping, j.now)
	for _, e := range j.plan.Entities {
		o.Mapped[e.Type] = true
		o.Slugs[e.Type] = o.Slugs[e.Type] || e.SlugIDs()
	}
	for _, e := range j.plan.History {
		o.Slugs[e.Type] = o.Slugs[e.Type] || e.SlugIDs()
	}
	return o
}

// judgedBy is what a mapping says of how records are judged.
func judgedBy(m *mapping.Mapping, asOf time.Time) validate.Options {
	return validate.Options{AsOf: asOf, Zone: m.Zone, Severities: m.Severities, References: m.References, Checks: m.Checks}
}

// rules shows a validate.Run to transform.
type rules struct{ *validate.Run }

// Judge makes a judge for one worker.
func (r rules) Judge(t gong.ObjectType, history bool, fields []gong.Field) transform.Judge {
	return r.Run.Worker(t, history, fields)
}

// cannotRead is the error of a mapping file that cannot be read.
func cannotRead(err error) error {
	return &exit{status: StatusFailed, err: err, hint: fileHint(err)}
}

func fileHint(err error) string {
	if errors.Is(err, fs.ErrNotExist) {
		return "look at the path; it is relative to the working folder"
	}
	return ""
}

// sourceError gives the right status to an error of a run.
func sourceError(err error) error {
	var e *source.Error
	if errors.As(err, &e) {
		plain := *e
		plain.Hint = ""
		return &exit{status: StatusFailed, err: &plain, hint: e.Hint}
	}
	return err
}

// oneFile is an output that writes one file to a stream and no other.
type oneFile struct {
	name string
	w    io.Writer
}

func (o oneFile) Create(name string) (io.WriteCloser, error) {
	if name == o.name {
		return nopCloser{o.w}, nil
	}
	return nil, nil
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// both writes to a folder and one file of it to a stream as well.
type both struct {
	folder transform.Output
	one    oneFile
}

func (b both) Create(name string) (io.WriteCloser, error) {
	w, err := b.folder.Create(name)
	if err != nil || name != b.one.name {
		return w, err
	}
	return tee{w, b.one.w}, nil
}

// tee writes to a file and to a stream. A reader that closes the stream does
// not keep the file from being written.
type tee struct {
	io.WriteCloser
	also io.Writer
}

func (t tee) Write(b []byte) (int, error) {
	if _, err := t.also.Write(b); err != nil && !isClosedPipe(err) {
		return 0, fmt.Errorf("write to standard output: %w", err)
	}
	return t.WriteCloser.Write(b)
}
