package cmd

import (
	"fmt"
	"io"

	"github.com/urfave/cli/v2"

	"crm2gong/cmd/view"
	"crm2gong/mapping"
	"crm2gong/mapping/diag"
)

func (p *program) checkCommand() *cli.Command {
	return &cli.Command{
		Name:      "check",
		Usage:     "check mappings without reading a row",
		ArgsUsage: "MAPPING…",
		Description: "Reports everything that can be known without rows, all at once, with places and hints. Headers are\n" +
			"checked too where the files are there.\n\n" +
			"Exit status: 0 fine, 1 warnings and --fail-on warning, 2 errors, 3 a mapping cannot be read.",
		Flags: append([]cli.Flag{
			&cli.StringFlag{Name: "format", Usage: "`FORMAT` of the output: " + view.Formats, Value: "text"},
			&cli.StringFlag{Name: "data", Usage: "read the sources' headers from `DIR` instead of the mapping's folder"},
			&cli.StringSliceFlag{Name: "source", Usage: "read a source from another file: `NAME=PATH` (repeatable)"},
			&cli.StringSliceFlag{Name: "set", Usage: "override a parameter of the mapping: `NAME=VALUE` (repeatable)"},
			&cli.StringFlag{Name: "fail-on", Usage: "`SEVERITY` from which the status is not 0: error or warning", Value: "error"},
			&cli.BoolFlag{Name: "json", Usage: "the same as --format json"},
			&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "print nothing where all is well"},
		}, limitFlags()...),
		Action: p.check,
	}
}

func (p *program) check(c *cli.Context) error {
	if c.NArg() == 0 {
		return usage("crm2gong check mapping.yaml", "no MAPPING given")
	}
	format := c.String("format")
	if c.Bool("json") {
		format = "json"
	}
	if !view.IsFormat(format) {
		return usage("one of "+view.Formats, "--format %s is no format", diag.Quote(format))
	}
	fail, err := failOn(c)
	if err != nil {
		return err
	}
	var all diag.List
	for _, path := range c.Args().Slice() {
		list, err := p.checkOne(c, path)
		if err != nil {
			return err
		}
		all = append(all, list...)
	}
	all = all.Sorted()
	writeDiagnostics(&p.out, all, format)
	switch {
	case all.HasErrors():
		return &exit{status: StatusUsage}
	case len(all) > 0 && fail == diag.Warning:
		return problems
	}
	if format == "text" && len(all) == 0 && !c.Bool("quiet") {
		fmt.Fprintf(&p.out, "%s: nothing wrong\n", listed(c.Args().Slice()))
	}
	return nil
}

func listed(paths []string) string {
	if len(paths) == 1 {
		return paths[0]
	}
	return fmt.Sprintf("%d mappings", len(paths))
}

// checkOne checks one mapping with its tests, or a file of tests with its
// mapping, and the headers of those sources that are there and can be read.
func (p *program) checkOne(c *cli.Context, path string) (diag.List, error) {
	var own *mapping.TestFile
	var list diag.List
	if isTests(path) {
		var err error
		if own, list, err = mapping.LoadTests(path, mapping.LoadOptions{}); err != nil {
			return nil, cannotRead(err)
		}
		if own.Mapping == "" {
			return list, nil
		}
		path = own.Mapping
	}
	s, err := p.newSuite(c, path)
	if err != nil {
		return nil, err
	}
	list = append(append(list, s.faults...), s.mapping.Check(s.headers)...)
	tests := []*mapping.TestFile{own}
	if own == nil {
		var faults diag.List
		if tests, faults, err = testsBeside(path); err != nil {
			return nil, err
		}
		list = append(list, faults...)
	}
	for _, f := range tests {
		list = append(list, s.mapping.CheckTests(f.Tests, s.headers)...)
	}
	return list, nil
}

// writeDiagnostics prints diagnostics; that a stream is closed shows later.
func writeDiagnostics(w io.Writer, list diag.List, format string) {
	_ = view.Diagnostics(w, list, format)
}
