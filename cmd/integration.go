package cmd

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"github.com/urfave/cli/v2"

	"crm2gong/cmd/view"
	"crm2gong/upload"
)

func (p *program) integrationCommand() *cli.Command {
	flags := func(more ...cli.Flag) []cli.Flag {
		return callFlags(append([]cli.Flag{
			&cli.BoolFlag{Name: "json", Usage: "print a document in JSON"},
			&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "print nothing but errors"},
		}, more...)...)
	}
	return &cli.Command{
		Name:  "integration",
		Usage: "list, register or delete the company's CRM integration at Gong",
		Subcommands: []*cli.Command{
			{
				Name: "list", Usage: "list what is registered",
				Flags: flags(), Action: func(c *cli.Context) error { return p.integration(c, p.integrationList) },
			},
			{
				Name: "register", Usage: "register an integration, unless there is one",
				Flags: flags(
					&cli.StringFlag{Name: "name", Usage: "its `NAME`"},
					&cli.StringFlag{Name: "owner", Usage: "`EMAIL` of its owner, a user of Gong"},
				),
				Action: func(c *cli.Context) error { return p.integration(c, p.integrationRegister) },
			},
			{
				Name: "delete", Usage: "delete an integration with all its data at Gong", ArgsUsage: "ID",
				Description: "Asks for the integration's name, typed back in one line of standard input.",
				Flags: flags(
					&cli.StringFlag{Name: "confirm", Usage: "the `NAME` of the integration, instead of typing it"},
					&cli.BoolFlag{Name: "no-wait", Usage: "do not wait until Gong has deleted it, which may take a day"},
				),
				Action: func(c *cli.Context) error { return p.integration(c, p.integrationDelete) },
			},
		},
		Action: func(c *cli.Context) error { return subcommand(c, "integration") },
	}
}

func (p *program) integration(c *cli.Context, do func(*cli.Context) (*upload.IntegrationList, error)) error {
	list, err := do(c)
	if list == nil {
		list = &upload.IntegrationList{FormatVersion: 1, Integrations: []upload.Integration{}}
	}
	return p.answer(c, list, err, func() {
		if err == nil {
			view.Integrations(&p.out, list)
		}
	})
}

// call gives the session of a command that has no mapping.
func (p *program) call(c *cli.Context) (*upload.Session, error) {
	t, err := p.newTarget(c, "", nil)
	if err != nil {
		return nil, err
	}
	return t.session()
}

func (p *program) integrationList(c *cli.Context) (*upload.IntegrationList, error) {
	if c.NArg() > 0 {
		return nil, usage("", "integration list takes no argument")
	}
	s, err := p.call(c)
	if err != nil {
		return nil, err
	}
	return s.Client.Integrations(c.Context)
}

func (p *program) integrationRegister(c *cli.Context) (*upload.IntegrationList, error) {
	if c.NArg() > 0 {
		return nil, usage("", "integration register takes no argument")
	}
	if c.String("name") == "" || c.String("owner") == "" {
		return nil, usage("crm2gong integration register --name \"Our CRM\" --owner admin@example.com", "an integration needs --name and --owner")
	}
	s, err := p.call(c)
	if err != nil {
		return nil, err
	}
	return s.Client.Register(c.Context, c.String("name"), c.String("owner"))
}

func (p *program) integrationDelete(c *cli.Context) (*upload.IntegrationList, error) {
	text, err := oneArgument(c, "ID")
	if err != nil {
		return nil, err
	}
	id, err := upload.ParseIntegration(text)
	if err != nil {
		return nil, err
	}
	s, err := p.call(c)
	if err != nil {
		return nil, err
	}
	return s.DeleteIntegration(c.Context, id, upload.Deletion{
		NoWait: c.Bool("no-wait"),
		Confirm: func(i upload.Integration) (string, error) {
			if c.IsSet("confirm") {
				return c.String("confirm"), nil
			}
			p.clearLine()
			fmt.Fprintf(p.stderr, "integration %d of %s and all accounts, contacts, deals, leads and users in it will be deleted.\nType its name: ",
				i.ID, view.Printable(i.OwnerEmail))
			line, err := bufio.NewReader(p.stdin).ReadString('\n')
			if err == io.EOF {
				err = nil
			}
			return strings.TrimRight(line, "\r\n"), err
		},
	})
}
