package cmd

import (
	"context"
	"slices"

	"github.com/urfave/cli/v2"

	"crm2gong/cmd/view"
	"crm2gong/mapping/gong"
	"crm2gong/upload"
)

func (p *program) schemaCommand() *cli.Command {
	jsonFlag := &cli.BoolFlag{Name: "json", Usage: "print a document in JSON"}
	quietFlag := &cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "print nothing but errors"}
	lossFlag := &cli.StringSliceFlag{Name: "allow-data-loss", Usage: "let Gong delete the data of `FIELD` (repeatable)"}
	return &cli.Command{
		Name:  "schema",
		Usage: "show, compare or send the custom fields of a mapping",
		Subcommands: []*cli.Command{
			{
				Name: "show", Usage: "print the custom fields by type, as Gong's entity-schema call takes them", ArgsUsage: "MAPPING",
				Flags: runFlags(jsonFlag, quietFlag), Action: p.schemaShow,
			},
			{
				Name: "plan", Usage: "compare the custom fields with those that Gong has", ArgsUsage: "MAPPING",
				Description: "Exit status: 0 done, 1 data would be lost, 2 wrong usage or mapping, 3 could not do it.",
				Flags:       runFlags(callFlags(jsonFlag, quietFlag, lossFlag)...),
				Action: func(c *cli.Context) error {
					return p.schemaCall(c, func(s *upload.Session, list []upload.Schema, o upload.Options) (*upload.SchemaReport, error) {
						return s.SchemaPlan(c.Context, list, o)
					})
				},
			},
			{
				Name: "push", Usage: "send the custom fields that differ", ArgsUsage: "MAPPING",
				Description: "Sends nothing for any type where data would be lost, unless each such field is named with\n" +
					"--allow-data-loss. Fields that only Gong has stay.\n\n" +
					"Exit status: 0 done, 1 data would be lost, 2 wrong usage or mapping, 3 could not do it.",
				Flags: runFlags(callFlags(jsonFlag, quietFlag, lossFlag)...),
				Action: func(c *cli.Context) error {
					return p.schemaCall(c, func(s *upload.Session, list []upload.Schema, o upload.Options) (*upload.SchemaReport, error) {
						return s.SchemaPush(c.Context, list, o)
					})
				},
			},
		},
		Action: func(c *cli.Context) error { return subcommand(c, "schema") },
	}
}

// subcommand refuses a command that lacks its second word.
func subcommand(c *cli.Context, name string) error {
	if word := c.Args().First(); word != "" {
		return usage("crm2gong "+name+" --help", "%s has no command %q", name, word)
	}
	return usage("crm2gong "+name+" --help", "%s needs one of its commands", name)
}

// schemas gives the custom fields of a mapping; with bare also those types of it
// that have none, though they could. Its rows are read only for picklists whose
// values come from them.
func (j *job) schemas(ctx context.Context, bare bool) ([]upload.Schema, error) {
	for _, e := range j.plan.Entities {
		for i := range e.Fields {
			if f := e.Fields[i].Custom; f != nil && f.Auto && j.sum == nil {
				if err := j.run(ctx, nil, nil); err != nil {
					return nil, err
				}
			}
		}
	}
	var list []upload.Schema
	for _, t := range gong.Types {
		s := upload.Schema{Type: t}
		for _, f := range j.schema(t) {
			s.Fields = append(s.Fields, upload.Field{
				UniqueName: f.UniqueName, Label: f.Label, Type: f.Type, ReferenceTo: f.ReferenceTo, OrderedValueList: f.OrderedValueList,
				Grows: j.isAuto(t, f.UniqueName),
			})
		}
		if len(s.Fields) > 0 || bare && t.HasCustom() && j.has(t) == nil {
			list = append(list, s)
		}
	}
	return list, nil
}

// isAuto tells whether a picklist's values come from the data.
func (j *job) isAuto(t gong.ObjectType, field string) bool {
	return slices.Contains(j.autoPicklists()[t.String()], field)
}

// autoPicklists lists the picklists, by type, whose values come from the data.
func (j *job) autoPicklists() map[string][]string {
	lists := map[string][]string{}
	for _, e := range j.plan.Entities {
		for i := range e.Fields {
			f, t := &e.Fields[i], e.Type.String()
			if f.Custom != nil && f.Custom.Auto && !slices.Contains(lists[t], f.Name) {
				lists[t] = append(lists[t], f.Name)
			}
		}
	}
	return lists
}

func (p *program) schemaShow(c *cli.Context) error {
	path, err := oneArgument(c, "MAPPING")
	if err != nil {
		return err
	}
	j, err := p.newJob(c, path)
	if err != nil {
		return err
	}
	if err := j.bind(); err != nil {
		return err
	}
	defer j.inputs.Close()
	list, err := j.schemas(c.Context, false)
	if err != nil {
		return err
	}
	types := map[string][]upload.Field{}
	for _, s := range list {
		types[s.Type.String()] = s.Fields
	}
	return p.printJSON(struct {
		FormatVersion int                       `json:"format_version"`
		Types         map[string][]upload.Field `json:"types"`
	}{1, types})
}

// schemaCall compares or sends the custom fields of a mapping.
func (p *program) schemaCall(c *cli.Context, do func(*upload.Session, []upload.Schema, upload.Options) (*upload.SchemaReport, error)) error {
	report, err := p.schemaReport(c, do)
	if report == nil {
		report = &upload.SchemaReport{FormatVersion: 1, Types: map[string]*upload.SchemaChanges{}}
	}
	return p.answer(c, report, err, func() {
		if err == nil || len(report.Types) > 0 {
			view.Schema(&p.out, report, c.Command.Name == "push" && err == nil)
		}
	})
}

func (p *program) schemaReport(c *cli.Context, do func(*upload.Session, []upload.Schema, upload.Options) (*upload.SchemaReport, error)) (*upload.SchemaReport, error) {
	path, err := oneArgument(c, "MAPPING")
	if err != nil {
		return nil, err
	}
	if isFolder(path) {
		return nil, usage("crm2gong schema "+c.Command.Name+" mapping.yaml", "%s is a folder", path)
	}
	out, err := p.bindOutgoing(c, path)
	if err != nil {
		return nil, err
	}
	defer out.close()
	s, err := out.target.session()
	if err != nil {
		return nil, err
	}
	// A field that is to go may have been the last of its type in the mapping.
	loss := c.StringSlice("allow-data-loss")
	list, err := out.job.schemas(c.Context, len(loss) > 0)
	if err != nil {
		return nil, err
	}
	return do(s, list, upload.Options{AllowDataLoss: loss})
}
