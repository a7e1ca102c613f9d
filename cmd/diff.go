package cmd

import (
	"errors"
	"io"
	"os"
	"strings"

	"github.com/urfave/cli/v2"

	"crm2gong/cmd/view"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/limit"
	"crm2gong/transform"
	"crm2gong/validate"
	"crm2gong/validate/compare"
)

// manyExamples is how many examples diff --all keeps of each kind.
const manyExamples = 1000

func (p *program) diffCommand() *cli.Command {
	return &cli.Command{
		Name:      "diff",
		Usage:     "compare what two mappings make of the same data, or two output folders",
		ArgsUsage: "OLD NEW",
		Description: "OLD and NEW are mappings, output folders, or one of each. Shows per type the records added, gone and\n" +
			"changed, per field how many differ with examples, references won and lost, the amounts of deals by status\n" +
			"and stage, and findings new and cured. Mappings are run into a temporary folder; nothing else is written.\n" +
			"Options on sources and parameters hold for both mappings.\n\n" +
			"--max-change N or P% is the most records of a type that may be added, gone or changed; a percentage is of\n" +
			"the old records of the type.\n\n" +
			"Exit status: 0 compared, 1 a type is above --max-change, 2 wrong usage or mapping, 3 could not do it.",
		Flags: runFlags(
			&cli.StringFlag{Name: "entity", Usage: "one object `TYPE` alone, such as DEAL"},
			&cli.StringFlag{Name: "max-change", Usage: "status 1 above `N` records of a type, or N% of them"},
			&cli.BoolFlag{Name: "json", Usage: "print a document in JSON"},
			&cli.BoolFlag{Name: "all", Usage: "show up to a thousand examples of each kind, not just three"},
		),
		Action: p.diff,
	}
}

func (p *program) diff(c *cli.Context) error {
	if c.NArg() != 2 {
		return usage("crm2gong diff old.yaml new.yaml", "diff takes OLD and NEW, not %s", view.Count(c.NArg(), "argument", "arguments"))
	}
	only, err := oneType(c)
	if err != nil {
		return err
	}
	most, err := limitFlag(c, "max-change")
	if err != nil {
		return err
	}
	var jobs [2]*job
	for i, path := range c.Args().Slice() {
		if jobs[i], err = p.newJob(c, path); err != nil {
			return err
		}
	}
	jobs[1].now = jobs[0].now // one instant for both
	var sides [2]side
	for i, j := range jobs {
		defer sides[i].close()
		if err := sides[i].load(c, j); err != nil {
			return err
		}
	}
	opt := compare.Options{MaxLine: jobs[0].input.MaxRecord}
	if c.Bool("all") {
		opt.Examples = manyExamples
	}
	d, err := compare.Compare(c.Context, &sides[0].input, &sides[1].input, opt)
	if err != nil {
		return err
	}
	x := view.Difference{
		Difference: d, Old: c.Args().Get(0), New: c.Args().Get(1), Only: only,
		OldReport: sides[0].report, NewReport: sides[1].report,
	}
	if most != nil {
		x.MaxChange = c.String("max-change")
		x.Above = above(d, only, most)
	}
	if only != gong.NoType && d.Types[only] == nil && d.History[only] == nil {
		return usage("", "neither side has a %s", only)
	}
	if c.Bool("json") {
		err = view.DiffJSON(&p.out, &x)
	} else {
		view.Diff(&p.out, &x)
	}
	if err == nil && len(x.Above) > 0 {
		return problems
	}
	return err
}

// above names the types of which more moved than may.
func above(d *compare.Difference, only gong.ObjectType, most *limit.Limit) (names []string) {
	for _, t := range gong.Types {
		if only != gong.NoType && t != only {
			continue
		}
		if x := d.Types[t]; x != nil && most.Exceeded(x.Moved(), x.Old) {
			names = append(names, t.String())
		}
		if x := d.History[t]; x != nil && most.Exceeded(x.Moved(), x.Old) {
			names = append(names, t.String()+" history")
		}
	}
	return names
}

var errNoReport = errors.New("no report of this version")

// side is one side of a comparison.
type side struct {
	input  validate.Input
	report *validate.Report
	temp   string // removed at the end; "" if none
}

func (s *side) close() {
	if s.temp != "" {
		os.RemoveAll(s.temp)
	}
}

// load reads an output folder, or runs a mapping into a temporary one.
func (s *side) load(c *cli.Context, j *job) error {
	st, err := os.Stat(j.path)
	if err != nil && j.path != "-" {
		return cannotRead(err)
	}
	if err == nil && st.IsDir() {
		return s.folder(c, j)
	}
	if err := j.bind(); err != nil {
		return err
	}
	defer j.inputs.Close()
	if s.temp, err = os.MkdirTemp("", "crm2gong-diff-"); err != nil {
		return &exit{status: StatusFailed, err: err}
	}
	if err := j.run(c.Context, entitiesAlone{&folder{dir: s.temp, temp: s.temp}}, nil); err != nil {
		return err
	}
	s.report = j.report
	if err := folderInput(&s.input, s.temp); err != nil {
		return err
	}
	for _, e := range j.plan.Entities {
		for i := range e.GongFields {
			if g := &e.GongFields[i]; g.Custom {
				if s.input.Schemas[e.Type] == nil {
					s.input.Schemas[e.Type] = &validate.CustomSchema{}
				}
				s.input.Schemas[e.Type].Fields = append(s.input.Schemas[e.Type].Fields, *g)
			}
		}
	}
	return nil
}

// folder reads an output folder. One without a report is judged.
func (s *side) folder(c *cli.Context, j *job) error {
	if err := folderInput(&s.input, j.path); err != nil {
		return err
	}
	var err error
	if s.report, err = reportIn(j.path, "run transform once more"); err != nil || s.report != nil {
		return err
	}
	s.report, err = j.judgeFiles(c.Context, &s.input, validate.Options{}, validate.FilesOptions{})
	return err
}

// entitiesAlone is an output that takes entities and nothing else.
type entitiesAlone struct{ transform.Output }

func (o entitiesAlone) Create(name string) (io.WriteCloser, error) {
	if !strings.HasSuffix(name, ".ldjson") {
		return nil, nil
	}
	return o.Output.Create(name)
}
