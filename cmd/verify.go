package cmd

import (
	"slices"

	"github.com/urfave/cli/v2"

	"crm2gong/cmd/view"
	"crm2gong/mapping/gong"
	"crm2gong/upload"
)

func (p *program) verifyCommand() *cli.Command {
	return &cli.Command{
		Name:      "verify",
		Usage:     "read records back from Gong and compare them with those sent",
		ArgsUsage: "MAPPING | DIR",
		Description: "Asks for a sample of the records that were sent as they are now. Gong may take 30 minutes to show what it took.\n\n" +
			"Exit status: 0 all the same, 1 differences, 2 wrong usage or mapping, 3 could not do it.",
		Flags: runFlags(callFlags(
			&cli.IntFlag{Name: "sample", Usage: "ask for `N` records of each type", Value: 100},
			&cli.BoolFlag{Name: "json", Usage: "print a document in JSON"},
			&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "print nothing but errors"},
		)...),
		Action: func(c *cli.Context) error {
			v, err := p.verify(c)
			if v == nil {
				v = &upload.Verification{FormatVersion: 1, Types: map[string]*upload.VerifyCounts{}, Differences: []upload.Difference{}}
			}
			return p.answer(c, v, err, func() {
				if err == nil || len(v.Types) > 0 {
					view.Verification(&p.out, v)
				}
			})
		},
	}
}

func (p *program) verify(c *cli.Context) (*upload.Verification, error) {
	path, err := oneArgument(c, "MAPPING or DIR")
	if err != nil {
		return nil, err
	}
	if c.Int("sample") < 1 {
		return nil, usage("", "--sample %d is less than one", c.Int("sample"))
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
	o := upload.VerifyOptions{Sample: c.Int("sample")}
	if out.isFolder() {
		out.input.Dir = path
	} else {
		if err := out.make(c.Context); err != nil {
			return nil, err
		}
		o.Fields = out.fields
	}
	return s.Verify(c.Context, out.input, o)
}

// fields lists the fields that the mapping makes of a type.
func (o *outgoing) fields(t gong.ObjectType) (names []string) {
	for _, e := range o.job.plan.Entities {
		for i := range e.Fields {
			if name := e.Fields[i].Name; e.Type == t && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}
