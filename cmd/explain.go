package cmd

import (
	"errors"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"crm2gong/cmd/view"
	"crm2gong/mapping/diag"
	"crm2gong/mapping/gong"
	"crm2gong/transform"
	"crm2gong/transform/trace"
	"crm2gong/validate"
)

// maxExplained is how many records are explained unless --all is given.
const maxExplained = 20

func (p *program) explainCommand() *cli.Command {
	return &cli.Command{
		Name:      "explain",
		Usage:     "tell how one record came to be, or what a cell reaches",
		ArgsUsage: "MAPPING --entity TYPE --id ID | MAPPING --cell CELL",
		Description: "Shows for each field of a record the expression, what each part of it gave, the cells that it read, and the\n" +
			"rows of lookups, entries of enums and rates that were used; or why there is no such record: filtered,\n" +
			"rejected, a duplicate, or no row makes the id. All rows with the id are shown. --cell asks the other way\n" +
			"round: every record and field that a cell reaches, also through lookups and rates. A cell is written\n" +
			"FILE!F17, FILE!SHEET!F17 or FILE:17:COLUMN.\n\n" +
			"Exit status: 0 explained, 1 no such record or row, 2 wrong usage or mapping, 3 could not do it.",
		Flags: runFlags(
			&cli.StringFlag{Name: "entity", Usage: "the record's object `TYPE`, such as DEAL"},
			&cli.StringFlag{Name: "id", Usage: "the record's `ID`, as Gong gets it"},
			&cli.BoolFlag{Name: "history", Usage: "the past versions of the record"},
			&cli.StringFlag{Name: "cell", Usage: "the `CELL` of a source, such as deals.csv!F17"},
			&cli.BoolFlag{Name: "json", Usage: "print a document in JSON"},
			&cli.BoolFlag{Name: "all", Usage: "show every record, not just twenty"},
		),
		Action: p.explain,
	}
}

func (p *program) explain(c *cli.Context) (err error) {
	path, err := oneArgument(c, "MAPPING")
	if err != nil {
		return err
	}
	t, err := oneType(c)
	if err != nil {
		return err
	}
	cell, id := c.String("cell"), c.String("id")
	switch {
	case cell != "" && (id != "" || t != gong.NoType || c.Bool("history")):
		return usage("leave one out", "--cell and --id can not be explained at once")
	case cell == "" && (id == "" || t == gong.NoType):
		return usage("crm2gong explain "+path+" --entity DEAL --id 0061", "no record given (--entity TYPE --id ID), nor a cell (--cell FILE!F17)")
	}
	j, err := p.newJob(c, path)
	if err != nil {
		return err
	}
	if err := j.bind(); err != nil {
		return err
	}
	defer j.inputs.Close()
	var done func(error) error
	j.fresh, c.Context, done = j.tables(c.Context)
	defer func() { err = done(err) }()
	opt := trace.Options{Now: j.now, Rules: j.freshRules, Limit: maxExplained}
	if j.all {
		opt.Limit = 0
	}
	if cell != "" {
		return p.explainCell(c, j, cell, opt)
	}
	if err := j.makes(t, c.Bool("history")); err != nil {
		return err
	}
	x, err := trace.Explain(c.Context, j.plan, j.inputs, t, id, c.Bool("history"), opt)
	if err != nil {
		return sourceError(err)
	}
	if c.Bool("json") {
		err = view.ExplainJSON(&p.out, x)
	} else {
		view.Explain(&p.out, x, filepath.Base(path))
	}
	if err == nil && len(x.Records) == 0 {
		return problems
	}
	return err
}

func (p *program) explainCell(c *cli.Context, j *job, cell string, opt trace.Options) error {
	target, err := trace.ParseTarget(cell)
	if err != nil {
		return usage("write deals.csv!F17, deals.xlsx!Sheet1!F17 or deals.csv:17:Amount", "--cell %s", err)
	}
	x, err := trace.Reach(c.Context, j.plan, j.inputs, target, opt)
	var unknown *trace.UnknownCell
	if errors.As(err, &unknown) {
		return usage(unknown.Hint, "--cell: %s", err)
	}
	if err != nil {
		return sourceError(err)
	}
	if c.Bool("json") {
		err = view.ReachedJSON(&p.out, x)
	} else {
		view.Reached(&p.out, x, filepath.Base(c.Args().First()))
	}
	if err == nil && !x.Found {
		return problems
	}
	return err
}

// makes refuses a type that the mapping does not make, or of which it makes no
// past versions.
func (j *job) makes(t gong.ObjectType, history bool) error {
	if !history {
		return j.has(t)
	}
	var made []string
	for _, e := range j.plan.History {
		if e.Type == t {
			return nil
		}
		made = append(made, e.Type.String())
	}
	return usage(diag.Suggest(t.String(), made), "the mapping makes no history of %s", t)
}

// freshRules makes the rules for one run of the mapping.
func (j *job) freshRules() transform.Rules {
	o := j.rulesOptions()
	o.IDs = j.fresh
	return rules{validate.New(o)}
}
