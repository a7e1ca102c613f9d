package cmd

import (
	"github.com/urfave/cli/v2"

	"crm2gong/mapping"
	"crm2gong/mapping/gong"
	"crm2gong/validate"
)

func (p *program) jsonSchemaCommand() *cli.Command {
	return &cli.Command{
		Name:  "json-schema",
		Usage: "print the JSON Schema of mapping files, for editors, or of one object type's LDJSON lines",
		Description: "Save it beside the mapping and name it in the mapping's first line:\n\n" +
			"  # yaml-language-server: $schema=./crm2gong.schema.json",
		Flags: []cli.Flag{&cli.StringFlag{Name: "entity", Usage: "the schema of one object `TYPE`, such as DEAL"}},
		Action: func(c *cli.Context) error {
			t, err := oneType(c)
			if err == nil {
				err = atMost(c, 0)
			}
			if err != nil {
				return err
			}
			text := mapping.Schema()
			if t != gong.NoType {
				text = validate.Schema(t)
			}
			_, err = p.out.Write(text)
			return err
		},
	}
}
