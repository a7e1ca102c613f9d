package cmd

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"

	"crm2gong/cmd/view"
	"crm2gong/mapping"
	"crm2gong/transform/mappingtest"
)

// generateTests writes tests from the rows of a mapping's sources.
func (p *program) generateTests(c *cli.Context) error {
	if c.NArg() != 2 || c.Args().Get(1) == "-" {
		return usage("crm2gong test generate mapping.yaml", "test generate takes one MAPPING, a file")
	}
	path := c.Args().Get(1)
	out := c.String("output")
	if out == "" {
		out = strings.TrimSuffix(path, filepath.Ext(path)) + ".test.yaml"
	}
	if !isTests(out) {
		return usage("such as -o mapping.test.yaml", "files of tests end in .test.yaml")
	}
	if _, err := os.Lstat(out); err == nil {
		return &exit{StatusFailed, fmt.Errorf("%s is there already, and test generate overwrites nothing", out), "take another name with -o, or move the file away"}
	}
	j, err := p.newJob(c, path)
	if err != nil {
		return err
	}
	if err := j.bind(); err != nil {
		return err
	}
	defer j.inputs.Close()
	relative, err := fromFolder(filepath.Dir(out), path)
	if err != nil {
		return &exit{StatusFailed, err, "write the tests beside the mapping"}
	}
	headers := j.inputs.Headers()
	g, err := mappingtest.Generate(c.Context, j.plan, j.inputs, filepath.ToSlash(relative), mappingtest.Options{
		Now: j.now, Rules: testRules(j.mapping),
	}, j.freshRules)
	if err != nil {
		return sourceError(err)
	}
	if err := p.tryTests(c, j, out, headers, g); err != nil {
		return err
	}
	if err := writeNew(out, string(g.Text)); err != nil {
		return err
	}
	if !c.Bool("quiet") {
		fmt.Fprintf(&p.out, "wrote %s to %s\n", view.Count(g.Tests, "test", "tests"), out)
		if g.Left > 0 {
			fmt.Fprintf(&p.out, "left out %s that no test can be written for\n", view.Count(g.Left, "row", "rows"))
		}
	}
	return nil
}

// fromFolder gives the path of a file relative to a folder.
func fromFolder(folder, file string) (string, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return "", err
	}
	if file, err = filepath.Abs(file); err != nil {
		return "", err
	}
	return filepath.Rel(folder, file)
}

// tryTests runs tests before they are written: they must hold.
func (p *program) tryTests(c *cli.Context, j *job, out string, headers map[string][]string, g *mappingtest.Generated) error {
	f, faults, err := mapping.LoadTests(out, mapping.LoadOptions{ReadFile: func(string) ([]byte, error) { return g.Text, nil }})
	if err != nil {
		return cannotRead(err)
	}
	s := &suite{job: j, headers: headers, tests: f.Tests, faults: faults}
	if err := p.checkSuites([]*suite{s}); err != nil {
		return err
	}
	results, err := s.run(c, nil)
	if err != nil {
		return err
	}
	for _, r := range results {
		if !r.OK() {
			if err := view.Tests(&p.out, results, true); err != nil {
				return err
			}
			return &exit{StatusFailed, errors.New("the tests that were made do not hold, and are not written"), "the rows depend on something that a test can not give"}
		}
	}
	return nil
}
