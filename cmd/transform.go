package cmd

import (
	"path/filepath"
	"sort"
	"sync"

	"github.com/urfave/cli/v2"

	"crm2gong/cmd/view"
	"crm2gong/cmd/view/html"
	"crm2gong/mapping/diag"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/limit"
	"crm2gong/transform"
)

func (p *program) transformCommand() *cli.Command {
	return &cli.Command{
		Name:      "transform",
		Usage:     "convert exports into validated LDJSON",
		ArgsUsage: "MAPPING",
		Description: "Reads the mapping's sources, makes Gong's entities, judges every record and reference, and writes the\n" +
			"folder given with -o: LDJSON per object type, rejected rows, the report and a manifest. The folder is\n" +
			"written whole or not at all. With --entity TYPE one type's LDJSON goes to standard output.\n\n" +
			"Exit status: 0 done, 1 problems found, 2 wrong usage or mapping, 3 could not do it, 130 interrupted.",
		Flags:  reportFlags(),
		Action: p.transform,
	}
}

func (p *program) transform(c *cli.Context) error {
	path, err := oneArgument(c, "MAPPING")
	if err != nil {
		return err
	}
	w, err := p.wishes(c)
	if err != nil {
		return err
	}
	switch {
	case w.dir == "" && w.only == gong.NoType:
		return usage("crm2gong transform "+path+" -o out", "no output folder given (-o DIR), nor --entity TYPE for standard output")
	case w.only != gong.NoType && w.json:
		return usage("leave one out", "--entity writes LDJSON to standard output, so --json has no place there")
	}
	if w.dir != "" {
		go html.Prepare()
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
		return err
	}
	j.warn(w.quiet)
	var out transform.Output
	var f *folder
	if w.dir != "" {
		if f, err = newFolder(w.dir, j.inputPaths()); err != nil {
			return err
		}
		j.temp = f.temp
		j.sums.start(j.inputFiles())
		out = f
	}
	if w.only != gong.NoType {
		if _, ok := onTerminal(p.stdout); ok {
			j.meter = nil // the lines go to the same terminal
		}
		one := oneFile{w.only.String() + ".ldjson", &p.out}
		if f != nil {
			out = both{f, one}
		} else {
			out = one
		}
	}
	err = j.run(c.Context, out, nil)
	if err == nil && f != nil {
		err = j.fill(f)
	}
	if err == nil && f != nil {
		err = f.commit()
	} else if f != nil {
		f.abandon()
	}
	if err != nil {
		return err
	}
	switch {
	case w.only != gong.NoType:
		if p.out.err != nil {
			return p.out.err // the reader has what it wanted, and asks for no verdict
		}
		if !w.quiet {
			view.Counts(p.stderr, j.report)
		}
	case w.json:
		if err := p.printReport(j.report); err != nil {
			return err
		}
	case !w.quiet:
		view.Report(&p.out, j.report, view.Options{All: j.all, Output: w.dir, Rejects: j.sum.Rejects, RejectsFormat: w.rejects.Extension()})
	}
	return w.verdict(j)
}

// wishes are the options on what is written and how the run ends.
type wishes struct {
	dir         string
	against     string // validate alone
	only        gong.ObjectType
	json, quiet bool
	most        *limit.Limit // rejected records with which the run ends well; nil: none
	failOn      diag.Severity
	rejects     transform.RejectsFormat
}

func (p *program) wishes(c *cli.Context) (w wishes, err error) {
	w.dir, w.json, w.quiet = c.String("output"), c.Bool("json"), c.Bool("quiet")
	w.against = c.String("against")
	if w.only, err = oneType(c); err != nil {
		return w, err
	}
	if w.most, err = limitFlag(c, "max-rejects"); err != nil {
		return w, err
	}
	if w.failOn, err = failOn(c); err != nil {
		return w, err
	}
	switch f := c.String("rejects"); f {
	case "csv":
	case "xlsx":
		w.rejects = transform.RejectsXLSX
	default:
		return w, usage("--rejects csv or --rejects xlsx", "--rejects %s is no format of rejects", diag.Quote(f))
	}
	return w, nil
}

// verdict gives the exit status of a run that is done.
func (w *wishes) verdict(j *job) error {
	most := 0
	if w.most != nil {
		most = w.most.Of(j.report.Read())
	}
	if j.report.Failed(w.failOn, most) {
		return problems
	}
	return nil
}

// has refuses an object type that the mapping does not make.
func (j *job) has(t gong.ObjectType) error {
	if t == gong.NoType {
		return nil
	}
	var made []string
	for _, e := range j.plan.Entities {
		if e.Type == t {
			return nil
		}
		made = append(made, e.Type.String())
	}
	return usage(diag.Suggest(t.String(), made), "the mapping makes no %s", t)
}

// warn prints the mapping's warnings.
func (j *job) warn(quiet bool) {
	if !quiet && len(j.diags) > 0 {
		writeDiagnostics(j.p.stderr, j.diags.Sorted(), "text")
	}
}

// fill writes what stands beside the entities: schemas, report and manifest.
func (j *job) fill(f *folder) error {
	var page struct { // made while the other files are written
		sync.WaitGroup
		text []byte
		err  error
	}
	page.Go(func() { page.text, page.err = html.Page(j.report, j.pageOptions()) })
	defer page.Wait()
	if err := j.putSchemas(f); err != nil {
		return err
	}
	text, err := j.report.JSON()
	if err != nil {
		return err
	}
	if err := f.put("report.json", text); err != nil {
		return err
	}
	if page.Wait(); page.err != nil {
		return page.err
	}
	if err := f.put("report.html", page.text); err != nil {
		return err
	}
	text, err = j.manifest(f)
	if err != nil {
		return err
	}
	return f.put(manifestName, text)
}

// putSchemas writes the custom fields of each type that has some.
func (j *job) putSchemas(f *folder) error {
	for _, t := range gong.Types {
		if fields := j.schema(t); len(fields) > 0 {
			text, err := indented(fields)
			if err != nil {
				return err
			}
			if err := f.put("schema/"+t.String()+".json", text); err != nil {
				return err
			}
		}
	}
	return nil
}

// pageOptions say what report.html shows beside the report.
func (j *job) pageOptions() html.Options {
	o := html.Options{Rejects: j.sum.Rejects, RejectsFormat: j.rejects.Extension()}
	if j.fixed {
		o.AsOf = j.now.Format(asOfLayout)
	}
	return o
}

// schemaField is a custom field as Gong's entity-schema call takes it.
type schemaField struct {
	UniqueName       string   `json:"uniqueName"`
	Label            string   `json:"label"`
	Type             string   `json:"type"`
	ReferenceTo      string   `json:"referenceTo,omitempty"`
	OrderedValueList []string `json:"orderedValueList,omitempty"`
}

// schema gives the custom fields of a type, those whose values come from the
// data with the values found.
func (j *job) schema(t gong.ObjectType) (fields []schemaField) {
	for _, e := range j.plan.Entities {
		if e.Type != t {
			continue
		}
		for i := range e.GongFields {
			g := &e.GongFields[i]
			if !g.Custom {
				continue
			}
			x := schemaField{UniqueName: g.Name, Label: g.Label, Type: g.Type, OrderedValueList: g.Values}
			if g.Kind == gong.Picklist && g.Values == nil && j.sum != nil {
				x.OrderedValueList = j.sum.Picked[t][g.Name]
			}
			if g.Kind == gong.Reference {
				x.ReferenceTo = referenceTo(g.Target)
			}
			fields = append(fields, x)
		}
		return fields // all mappings of a type share the fields
	}
	return nil
}

func referenceTo(t gong.ObjectType) string {
	var names []string
	for name, target := range gong.ReferenceTargets {
		if target == t {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	if len(names) == 0 {
		return ""
	}
	return names[0]
}

// inputFiles gives the files that the run reads, by source, each once.
func (j *job) inputFiles() (files []inputFile) {
	for _, s := range j.plan.Sources {
		for _, f := range j.inputs.Files(s.Name) {
			files = append(files, inputFile{Source: s.Name, Path: f.Path, Header: f.Header, real: f.Real})
		}
	}
	for _, f := range j.mapping.Read {
		files = append(files, inputFile{Path: filepath.ToSlash(f.Path), text: f.Text})
	}
	return files
}

func (j *job) inputPaths() []string {
	paths := []string{j.path}
	for _, f := range j.inputFiles() {
		if f.real != "" {
			paths = append(paths, f.real)
		}
	}
	return paths
}
