package cmd

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/urfave/cli/v2"

	"crm2gong/cmd/view"
	"crm2gong/mapping/gong"
	"crm2gong/transform"
	"crm2gong/validate"
	"crm2gong/validate/compare"
)

func (p *program) validateCommand() *cli.Command {
	return &cli.Command{
		Name:      "validate",
		Usage:     "judge a mapping's data, an output folder, or anyone's LDJSON, and write no entity",
		ArgsUsage: "MAPPING | DIR | --entity TYPE FILE…",
		Description: "For a mapping this is the dry run of transform, on the same code. A folder holds LDJSON as transform\n" +
			"writes it; with --entity the files (or -, standard input) are LDJSON of one type by anyone. With -o DIR\n" +
			"the report, the rejects and the schemas of a mapping are written there.\n\n" +
			"Records that were uploaded before are known to the rules: of the integration named, else of the only one in\n" +
			"the state folder; the report names it.\n\n" +
			"Exit status: 0 nothing wrong, 1 problems found, 2 wrong usage or mapping, 3 could not do it.",
		Flags: reportFlags(
			stateFlags(&cli.StringFlag{Name: "against", Usage: "tell what is not like in the earlier output folder `DIR`, or, where it is a state folder (.crm2gong), like in the last upload: columns, values, counts, ids"})...,
		),
		Action: p.validate,
	}
}

func (p *program) validate(c *cli.Context) error {
	w, err := p.wishes(c)
	if err != nil {
		return err
	}
	if c.NArg() == 0 {
		return usage("crm2gong validate mapping.yaml", "nothing to validate given")
	}
	first := c.Args().First()
	st, statErr := os.Stat(first)
	switch {
	case statErr == nil && st.IsDir():
		if c.NArg() > 1 || w.only != gong.NoType {
			return usage("", "validate takes one folder, without --entity")
		}
		return p.validateFiles(c, &w, func(in *validate.Input) error { return folderInput(in, first) }, filepath.Base(first))
	case w.only != gong.NoType && !isMapping(first):
		files := c.Args().Slice()
		if c.IsSet("against") {
			return usage("crm2gong validate DIR --against OLD", "--against goes with a mapping or a folder")
		}
		return p.validateFiles(c, &w, func(in *validate.Input) error { return p.fileInput(in, w.only, files) }, baseNames(files))
	}
	path, err := oneArgument(c, "MAPPING")
	if err != nil {
		return err
	}
	if strings.HasSuffix(path, ".ldjson") || strings.HasSuffix(path, ".jsonl") {
		return usage("crm2gong validate --entity DEAL "+path, "the object type of %s is not known", path)
	}
	j, err := p.newJob(c, path)
	if err != nil {
		return err
	}
	j.rejects = w.rejects
	if err := j.bind(); err != nil {
		return err
	}
	if err := j.has(w.only); err != nil {
		j.inputs.Close()
		return err
	}
	j.warn(w.quiet)
	if err := j.know(c, path, w.quiet); err != nil {
		j.inputs.Close()
		return err
	}
	if err := j.dryRun(c, &w); err != nil {
		return err
	}
	return w.finish(p, j)
}

// dryRun runs the mapping and writes no entity.
func (j *job) dryRun(c *cli.Context, w *wishes) error {
	old, err := j.earlier(c)
	if err != nil {
		return err
	}
	now := &profiling{all: compare.Profiles{}}
	if w.dir == "" {
		if old == nil {
			return j.run(c.Context, nil, j.known)
		}
		if err := j.run(c.Context, now, j.known); err != nil {
			return err
		}
		j.drift(old, now.all)
		return nil
	}
	f, err := newFolder(w.dir, j.inputPaths())
	if err != nil {
		return err
	}
	j.temp = f.temp
	j.sums.start(j.inputFiles())
	now.rest = noEntities{f}
	var out transform.Output = now
	if old == nil {
		out = now.rest
	}
	if err = j.run(c.Context, out, j.known); err == nil {
		if old != nil {
			j.drift(old, now.all)
		}
		err = j.fill(f)
	}
	if err != nil {
		f.abandon()
		return err
	}
	return f.commit()
}

// noEntities is an output that takes all but entities.
type noEntities struct{ transform.Output }

func (o noEntities) Create(name string) (io.WriteCloser, error) {
	if strings.HasSuffix(name, ".ldjson") {
		return nil, nil
	}
	return o.Output.Create(name)
}

func isMapping(path string) bool {
	ext := filepath.Ext(path)
	return ext == ".yaml" || ext == ".yml"
}

// validateFiles judges ready-made LDJSON.
func (p *program) validateFiles(c *cli.Context, w *wishes, fill func(*validate.Input) error, name string) error {
	if w.dir != "" {
		return usage("redirect the output of --json", "-o goes with a mapping")
	}
	for _, flag := range []string{"data", "source", "set"} {
		if c.IsSet(flag) {
			return usage("", "--%s goes with a mapping", flag)
		}
	}
	j, err := p.newJob(c, name)
	if err != nil {
		return err
	}
	var in validate.Input
	if err := fill(&in); err != nil {
		return err
	}
	if first := c.Args().First(); isFolder(first) || c.IsSet("state") || c.IsSet("integration") {
		if err := j.know(c, first, w.quiet); err != nil {
			return err
		}
	}
	j.report, err = j.judgeFiles(c.Context, &in, validate.Options{Known: j.known, All: j.all}, validate.FilesOptions{Progress: j.meter.files(&in)})
	j.meter.close()
	if err != nil {
		return err
	}
	j.report.Mapping, j.report.State = name, j.state
	old, err := j.earlier(c)
	if err != nil {
		return err
	}
	if old != nil {
		now, err := compare.ProfileFiles(c.Context, &in, compare.Options{MaxLine: j.input.MaxRecord})
		if err != nil {
			return err
		}
		s := compare.Snapshot{Profiles: now, Report: j.report}
		if err := recorded(&s, c.Args().First()); err != nil {
			return err
		}
		j.report.Drift = compare.Drift(old, &s)
	}
	return w.finish(p, j)
}

// finish prints the report and gives the verdict.
func (w *wishes) finish(p *program, j *job) error {
	switch {
	case w.json:
		if err := p.printReport(j.report); err != nil {
			return err
		}
	case !w.quiet:
		o := view.Options{All: j.all, Output: w.dir}
		if j.sum != nil {
			o.Rejects, o.RejectsFormat = j.sum.Rejects, w.rejects.Extension()
		}
		view.Report(&p.out, j.report, o)
		if w.against != "" {
			view.Drift(&p.out, w.against, j.report.Drift)
		}
	}
	return w.verdict(j)
}

// baseNames names files for people.
func baseNames(files []string) string {
	const most = 3
	var names []string
	for i, f := range files {
		if i == most {
			names = append(names, fmt.Sprintf("and %d more", len(files)-most))
			break
		}
		names = append(names, filepath.Base(f))
	}
	return strings.Join(names, ", ")
}

// fileInput takes files of one type.
func (p *program) fileInput(in *validate.Input, t gong.ObjectType, files []string) error {
	for _, name := range files {
		if name == "-" {
			in.Files[t] = append(in.Files[t], validate.File{
				Name: "standard input", Once: true,
				Open: func() (io.ReadCloser, error) { return io.NopCloser(p.stdin), nil },
			})
			continue
		}
		f, err := onDisk(name, filepath.ToSlash(name))
		if err != nil {
			return err
		}
		in.Files[t] = append(in.Files[t], f)
	}
	return nil
}

func onDisk(path, name string) (validate.File, error) {
	st, err := os.Stat(path)
	if err == nil && st.IsDir() {
		return validate.File{}, &exit{status: StatusFailed, err: &fs.PathError{Op: "read", Path: path, Err: fs.ErrInvalid}, hint: "name files, or one folder alone"}
	}
	if err != nil {
		return validate.File{}, &exit{status: StatusFailed, err: err, hint: fileHint(err)}
	}
	return validate.File{Name: name, Size: st.Size(), Open: func() (io.ReadCloser, error) { return os.Open(path) }}, nil
}

// folderInput takes a folder as transform writes it. What looks as if it were
// to be sent, and is no file that an upload sends, is an error.
func folderInput(in *validate.Input, dir string) error {
	found := 0
	for _, sub := range []string{"", "history", "schema"} {
		list, err := os.ReadDir(filepath.Join(dir, sub))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return &exit{status: StatusFailed, err: err}
		}
		for _, e := range list {
			name := path.Join(sub, e.Name())
			t, content := gong.ParsePath(name)
			switch content {
			case gong.Records, gong.Versions:
				f, err := onDisk(filepath.Join(dir, sub, e.Name()), name)
				if err != nil {
					return err
				}
				if content == gong.Versions {
					in.History[t] = append(in.History[t], f)
					break
				}
				in.Files[t] = append(in.Files[t], f)
				found++
			case gong.Schema:
				text, err := os.ReadFile(filepath.Join(dir, sub, e.Name()))
				if err == nil {
					in.Schemas[t], err = validate.ParseSchema(t, text)
				}
				if err != nil {
					return &exit{status: StatusFailed, err: err, hint: "the file holds the array that Gong's entity-schema call takes"}
				}
			default:
				if err := notSent(name); err != nil {
					return err
				}
			}
		}
	}
	for _, files := range in.History {
		slices.SortFunc(files, func(a, b validate.File) int { return gong.CompareVersions(a.Name, b.Name) })
	}
	if found == 0 {
		return &exit{status: StatusFailed, err: &fs.PathError{Op: "read", Path: dir, Err: fs.ErrNotExist}, hint: "the folder holds no file such as DEAL.ldjson"}
	}
	return nil
}

// notSent refuses a file of a folder that looks as if an upload sent it, and
// that none sends.
func notSent(name string) error {
	dir, base := path.Split(name)
	switch {
	case strings.HasPrefix(base, "."):
	case dir == "history/" && path.Ext(base) == ".ldjson":
		return &exit{StatusFailed, fmt.Errorf("%s: Gong takes past versions of ACCOUNT, CONTACT, DEAL and LEAD only, as history/DEAL.0001.ldjson", name), "name the file like that, or take it away"}
	case dir == "schema/" && gong.ParseType(strings.TrimSuffix(base, ".json")) != gong.NoType:
		return &exit{StatusFailed, fmt.Errorf("%s: Gong takes custom fields for ACCOUNT, CONTACT, DEAL and LEAD only", name), "take the file away"}
	}
	return nil
}
