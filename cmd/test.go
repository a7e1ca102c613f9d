package cmd

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"crm2gong/cmd/view"
	"crm2gong/mapping"
	"crm2gong/mapping/diag"
	"crm2gong/mapping/gong"
	"crm2gong/transform"
	"crm2gong/transform/mappingtest"
	"crm2gong/validate"
)

func (p *program) testCommand() *cli.Command {
	return &cli.Command{
		Name:      "test",
		Usage:     "run the tests of mappings",
		ArgsUsage: "MAPPING… | generate MAPPING",
		Description: "Runs the tests in each mapping and in the *.test.yaml files beside it that name it; a *.test.yaml given\n" +
			"itself is run alone. A test takes its rows from itself, never from disk. A failed test shows field by\n" +
			"field what was wanted and what came.\n\n" +
			"--coverage lists what no test reaches: expressions, branches, conditions that are never true or never\n" +
			"false, enum entries and defaults, lookups that never find or never miss a row, and what onError gives.\n" +
			"It changes no exit status. History mappings are not counted, nor what they alone use, since tests make\n" +
			"no past versions.\n\n" +
			"test generate MAPPING writes a file of tests from the fewest real rows that reach what the rows reach:\n" +
			"branches, enum entries, lookups, conditions, forms of dates, rejections. Words that the mapping does not\n" +
			"have itself, such as names, mails and domains, are replaced by look-alikes, the same everywhere, and so\n" +
			"are phones; amounts, dates and ids of digits are kept. Read the file before you share it.\n\n" +
			"Exit status: 0 all tests hold, 1 tests failed, 2 wrong usage, or a mapping or test that does not check,\n" +
			"3 a file cannot be read.",
		Flags: runFlags(
			&cli.BoolFlag{Name: "json", Usage: "print the results as JSON"},
			&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "print nothing where all tests hold"},
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "with generate: the `FILE` to write (default: MAPPING's name with .test.yaml)"},
			&cli.BoolFlag{Name: "coverage", Usage: "list what no test reaches, with its place in the mapping"},
		),
		Action: p.test,
	}
}

func (p *program) test(c *cli.Context) error {
	switch {
	case c.Args().First() == "generate":
		return p.generateTests(c)
	case c.String("output") != "":
		return usage("crm2gong test generate mapping.yaml -o mapping.test.yaml", "-o goes with test generate")
	case c.NArg() == 0:
		return usage("crm2gong test mapping.yaml", "no MAPPING given")
	}
	suites, err := p.suites(c)
	if err != nil {
		return err
	}
	if err := p.checkSuites(suites); err != nil {
		return err
	}
	var results []*mappingtest.Result
	var coverage coverages
	failed := false
	for _, s := range suites {
		if s.job == nil {
			continue
		}
		var reached *mappingtest.Coverage
		if c.Bool("coverage") {
			if reached, err = coverage.of(s); err != nil {
				return err
			}
		}
		list, err := s.run(c, reached)
		if err != nil {
			return err
		}
		for _, r := range list {
			failed = failed || !r.OK()
		}
		results = append(results, list...)
	}
	if c.Bool("json") {
		err = view.TestsJSON(&p.out, results, coverage.views())
	} else if err = view.Tests(&p.out, results, c.Bool("quiet")); err == nil {
		err = view.Coverage(&p.out, coverage.views())
	}
	if err != nil {
		return err
	}
	if failed {
		return problems
	}
	return nil
}

// suite is a mapping with the tests that are run on it.
type suite struct {
	*job
	headers map[string][]string
	tests   []*mapping.Test
	faults  diag.List
}

// suites loads what the arguments name. A file of tests runs once, however
// often it is named.
func (p *program) suites(c *cli.Context) (all []*suite, err error) {
	var done []string
	first := func(path string) bool {
		if slices.ContainsFunc(done, func(d string) bool { return sameFile(d, path) }) {
			return false
		}
		done = append(done, path)
		return true
	}
	for _, path := range c.Args().Slice() {
		if isTests(path) {
			f, faults, err := mapping.LoadTests(path, p.readMapping())
			if err != nil {
				return nil, cannotRead(err)
			}
			if !first(path) {
				continue
			}
			s := &suite{faults: faults}
			if f.Mapping != "" {
				if s, err = p.newSuite(c, f.Mapping); err != nil {
					return nil, err
				}
				s.tests, s.faults = f.Tests, append(s.faults, faults...)
			}
			all = append(all, s)
			continue
		}
		if !first(path) {
			continue
		}
		s, err := p.newSuite(c, path)
		if err != nil {
			return nil, err
		}
		s.tests = slices.Clone(s.mapping.Tests)
		beside, faults, err := testsBeside(path)
		if err != nil {
			return nil, err
		}
		s.faults = append(s.faults, faults...)
		for _, f := range beside {
			if first(f.Path) {
				s.tests = append(s.tests, f.Tests...)
			}
		}
		all = append(all, s)
	}
	return all, nil
}

// newSuite loads a mapping and reads the headers of those sources that are at
// hand.
func (p *program) newSuite(c *cli.Context, path string) (*suite, error) {
	j, err := p.newJob(c, path)
	if err != nil {
		return nil, err
	}
	s := &suite{job: j}
	if j.mapping, s.faults, err = mapping.Load(path, j.load); err != nil {
		return nil, cannotRead(err)
	}
	j.mapping.Below = j.headerBelow
	if !s.faults.HasErrors() {
		if err := j.checkReplaced(); err != nil {
			return nil, err
		}
	}
	s.headers = j.headersAtHand()
	return s, nil
}

// checkSuites holds all tests to their mappings, and prints what is wrong with
// either.
func (p *program) checkSuites(suites []*suite) error {
	var all diag.List
	for _, s := range suites {
		all = append(all, s.faults...)
		if s.job != nil {
			all = append(all, s.mapping.CheckTests(s.tests, s.headers)...)
		}
	}
	if !all.HasErrors() {
		return nil
	}
	writeDiagnostics(p.stderr, all.Sorted(), "text")
	return &exit{status: StatusUsage}
}

// coverages are what the tests of each mapping reach. Suites of one mapping, such
// as those of two files of tests, reach together.
type coverages []coverage

type coverage struct {
	mapping *mapping.Mapping
	reached *mappingtest.Coverage
}

// of gives the coverage of a suite's mapping.
func (all *coverages) of(s *suite) (*mappingtest.Coverage, error) {
	for _, c := range *all {
		if sameFile(c.mapping.Path, s.mapping.Path) {
			s.mapping = c.mapping
			return c.reached, nil
		}
	}
	reached, err := mappingtest.NewCoverage(s.mapping, s.headers)
	if err != nil {
		return nil, err
	}
	*all = append(*all, coverage{s.mapping, reached})
	return reached, nil
}

func (all coverages) views() (list []view.TestCoverage) {
	for _, c := range all {
		list = append(list, view.TestCoverage{Mapping: c.mapping.Path, Points: c.reached.Points()})
	}
	return list
}

// run runs the tests of one mapping.
func (s *suite) run(c *cli.Context, reached *mappingtest.Coverage) (all []*mappingtest.Result, err error) {
	m := s.mapping
	opt := mappingtest.Options{
		Now: s.now, Headers: s.headers, Coverage: reached,
		Rules: testRules(m),
	}
	for _, t := range s.tests {
		r, err := mappingtest.Run(c.Context, m, t, opt)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	return all, nil
}

// testRules makes the rules for tests of a mapping, each of which makes records
// of one type.
func testRules(m *mapping.Mapping) func(t gong.ObjectType, asOf time.Time) transform.Rules {
	return func(t gong.ObjectType, asOf time.Time) transform.Rules {
		o := judgedBy(m, asOf)
		o.Mapped[t] = true
		return rules{validate.New(o)}
	}
}

// headersAtHand reads the headers of those sources that are there and can be
// read, by the sources' names. Standard input is left for the run.
func (j *job) headersAtHand() map[string][]string {
	headers := map[string][]string{}
	for _, name := range j.mapping.NeededSources() {
		if j.input.Replace[name] == "-" {
			continue
		}
		in, err := transform.OpenInputs(j.mapping, []string{name}, j.input)
		if err != nil {
			continue
		}
		headers[name], j.files[name] = in.Headers()[name], in.Files(name)
		in.Close()
	}
	return headers
}

func isTests(path string) bool {
	return strings.HasSuffix(path, ".test.yaml") || strings.HasSuffix(path, ".test.yml")
}

// testsBeside gives the files of tests in a mapping's folder that name it, in
// name order, and what is wrong with them. A file that does not say which
// mapping it tests is reported, for it may be this one.
func testsBeside(path string) (files []*mapping.TestFile, faults diag.List, err error) {
	if path == "-" {
		return nil, nil, nil
	}
	dir := filepath.Dir(path)
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, nil // the mapping itself could be read
	}
	for _, e := range entries {
		if !isTests(e.Name()) || e.IsDir() {
			continue
		}
		f, list, err := mapping.LoadTests(filepath.Join(dir, e.Name()), mapping.LoadOptions{})
		if err != nil {
			return nil, nil, cannotRead(err)
		}
		if f.Mapping != "" && !sameFile(f.Mapping, path) {
			continue
		}
		files, faults = append(files, f), append(faults, list...)
	}
	return files, faults, nil
}

func sameFile(a, b string) bool {
	if filepath.Clean(a) == filepath.Clean(b) {
		return true
	}
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

// readMapping reads mapping files from disk, and "-" from standard input.
func (p *program) readMapping() mapping.LoadOptions {
	return mapping.LoadOptions{ReadFile: func(path string) ([]byte, error) {
		if path == "-" {
			return io.ReadAll(io.LimitReader(p.stdin, mapping.MaxFile+1))
		}
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		return io.ReadAll(io.LimitReader(f, mapping.MaxFile+1))
	}}
}
