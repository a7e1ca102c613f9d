package cmd

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/urfave/cli/v2"

	"crm2gong/cmd/view"
	"crm2gong/mapping"
	"crm2gong/mapping/diag"
	"crm2gong/transform"
)

func (p *program) checkCommand() *cli.Command {
	return &cli.Command{
		Name:      "check",
		Usage:     "check mappings without reading a row",
		ArgsUsage: "MAPPING…",
		Description: "Reports everything that can be known without rows, all at once, with places and hints. Headers are\n" +
			"checked too where the files are there.\n\n" +
			"Exit status: 0 fine (warnings allowed unless --fail-on warning), 2 errors found, 3 a mapping cannot be read.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "format", Usage: "`FORMAT` of the output: " + view.Formats, Value: "text"},
			&cli.StringFlag{Name: "data", Usage: "read the sources' headers from `DIR` instead of the mapping's folder"},
			&cli.StringSliceFlag{Name: "source", Usage: "read a source from another file: `NAME=PATH` (repeatable)"},
			&cli.StringSliceFlag{Name: "set", Usage: "override a parameter of the mapping: `NAME=VALUE` (repeatable)"},
			&cli.StringFlag{Name: "fail-on", Usage: "`SEVERITY` from which the status is not 0: error or warning", Value: "error"},
			&cli.BoolFlag{Name: "json", Usage: "the same as --format json"},
			&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "print nothing where all is well"},
		},
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
	set, err := pairs(c, "set")
	if err != nil {
		return err
	}
	replace, err := pairs(c, "source")
	if err != nil {
		return err
	}
	var all diag.List
	for _, path := range c.Args().Slice() {
		list, err := p.checkOne(path, c.String("data"), set, replace)
		if err != nil {
			return err
		}
		all = append(all, list...)
	}
	all = all.Sorted()
	writeDiagnostics(&p.out, all, format)
	bad := false
	for i := range all {
		bad = bad || all[i].Severity >= fail
	}
	if bad {
		return &exit{status: StatusUsage}
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

// checkOne checks one mapping, with the headers of those sources that are
// there and can be read.
func (p *program) checkOne(path, data string, set, replace map[string]string) (diag.List, error) {
	dir := data
	if dir == "" {
		dir = filepath.Dir(path)
	}
	m, list, err := mapping.Load(path, mapping.LoadOptions{Set: set, DataDir: data})
	if err != nil {
		return nil, cannotRead(err)
	}
	if err := (&job{mapping: m, input: transform.InputOptions{Replace: replace}}).checkReplaced(); err != nil {
		return nil, err
	}
	headers := map[string][]string{}
	for _, name := range m.NeededSources() {
		if replace[name] == "-" {
			continue // standard input is for the run
		}
		in, err := transform.OpenInputs(m, []string{name}, transform.InputOptions{Dir: dir, Replace: replace})
		if err != nil {
			continue
		}
		headers[name] = in.Headers()[name]
		in.Close()
	}
	return append(list, m.Check(headers)...), nil
}

// writeDiagnostics prints diagnostics; that a stream is closed shows later.
func writeDiagnostics(w io.Writer, list diag.List, format string) {
	_ = view.Diagnostics(w, list, format)
}
