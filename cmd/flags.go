package cmd

import (
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/urfave/cli/v2"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/limit"
	"crm2gong/transform/source"
)

// runFlags are the options of every command that runs a mapping.
func runFlags(more ...cli.Flag) []cli.Flag {
	return append(append([]cli.Flag{
		&cli.StringFlag{Name: "data", Usage: "read the sources' files from `DIR` instead of the mapping's folder"},
		&cli.StringSliceFlag{Name: "source", Usage: "read a source from another file: `NAME=PATH`, - is standard input (repeatable)"},
		&cli.StringSliceFlag{Name: "set", Usage: "override a parameter of the mapping: `NAME=VALUE` (repeatable)"},
		&cli.StringFlag{Name: "as-of", Usage: "the `INSTANT` that now() gives, such as 2024-03-15T10:00:00Z"},
		&cli.IntFlag{Name: "workers", Usage: "use `N` workers; the output does not depend on it (default: one per processor)"},
		&cli.StringFlag{Name: "memory", Usage: "keep tables of ids under `SIZE`, such as 512M, and the rest of them on disk (default: no limit)"},
	}, limitFlags()...), more...)
}

// limitFlags are the options of every command that reads exports.
func limitFlags() []cli.Flag {
	return []cli.Flag{
		&cli.StringFlag{Name: "max-record", Usage: "greatest `SIZE` of one record, such as 64M (default: 16M)"},
		&cli.StringFlag{Name: "max-uncompressed", Usage: "greatest `SIZE` of a compressed file or of a workbook's part, once inflated, such as 8G (default: what real tables reach)"},
	}
}

// limits reads limitFlags.
func limits(c *cli.Context) (o source.Options, err error) {
	if o.MaxRecord, err = byteSize(c, "max-record"); err != nil {
		return o, err
	}
	n, err := byteSize(c, "max-uncompressed")
	o.MaxUncompressed = int64(n)
	return o, err
}

// reportFlags are the options of the commands that convert and judge.
func reportFlags(more ...cli.Flag) []cli.Flag {
	return runFlags(append([]cli.Flag{
		&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Usage: "write the output to the folder `DIR`"},
		&cli.StringFlag{Name: "entity", Usage: "one object `TYPE` alone, such as DEAL"},
		&cli.StringFlag{Name: "max-rejects", Usage: "status 0 up to `N` rejected records, or N% of them"},
		&cli.StringFlag{Name: "fail-on", Usage: "`SEVERITY` from which findings give status 1: error or warning", Value: "error"},
		&cli.StringFlag{Name: "rejects", Usage: "`FORMAT` of the rejected rows: csv or xlsx", Value: "csv"},
		&cli.BoolFlag{Name: "json", Usage: "print the report as JSON"},
		&cli.BoolFlag{Name: "all", Usage: "show every example of a finding, not just three"},
		&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "print nothing but errors"},
	}, more...)...)
}

// pairs reads NAME=VALUE options.
func pairs(c *cli.Context, flag string) (map[string]string, error) {
	m := map[string]string{}
	for _, s := range c.StringSlice(flag) {
		name, v, ok := strings.Cut(s, "=")
		if !ok || name == "" {
			return nil, usage("write --"+flag+" NAME=VALUE", "--%s %s has no name and value", flag, diag.Quote(s))
		}
		m[name] = v
	}
	return m, nil
}

// instant reads --as-of; now is what the clock says.
func instant(c *cli.Context, now time.Time) (t time.Time, given bool, err error) {
	s := c.String("as-of")
	if s == "" {
		return now.UTC().Truncate(time.Second), false, nil
	}
	for _, layout := range []string{time.RFC3339, "2006-01-02"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.UTC(), true, nil
		}
	}
	return t, true, usage("write it as 2024-03-15T10:00:00Z or 2024-03-15", "--as-of %s is no instant", diag.Quote(s))
}

// byteSize reads a size such as 16777216, 64M or 2G.
func byteSize(c *cli.Context, flag string) (int, error) {
	s := c.String(flag)
	if s == "" {
		return 0, nil
	}
	num, unit := strings.TrimSuffix(strings.TrimSuffix(strings.ToUpper(s), "B"), "I"), 1
	if n := len(num); n > 0 {
		if i := strings.IndexByte("KMG", num[n-1]); i >= 0 {
			num, unit = num[:n-1], 1<<(10*(i+1))
		}
	}
	n, err := strconv.Atoi(num)
	if err != nil || n <= 0 || n > (1<<50)/unit {
		return 0, usage("write it in bytes, or as 64M or 2G", "--%s %s is no size", flag, diag.Quote(s))
	}
	return n * unit, nil
}

// limitFlag reads an option that is a number or a percentage; nil where it is
// not given.
func limitFlag(c *cli.Context, flag string) (*limit.Limit, error) {
	s := c.String(flag)
	if s == "" {
		return nil, nil
	}
	l, err := limit.Parse(s)
	if err != nil {
		return nil, usage("write a number, or a percentage such as 10%", "--%s %s is neither", flag, diag.Quote(s))
	}
	return &l, nil
}

// oneType reads --entity, gong.NoType when it is not given.
func oneType(c *cli.Context) (gong.ObjectType, error) {
	s := c.String("entity")
	if s == "" {
		return gong.NoType, nil
	}
	if t := gong.ParseType(s); t != gong.NoType {
		return t, nil
	}
	return gong.NoType, usage(diag.Suggest(s, typeNames()), "--entity %s is no object type of Gong", diag.Quote(s))
}

func typeNames() []string {
	var names []string
	for _, t := range gong.Types {
		names = append(names, t.String())
	}
	return names
}

// failOn reads --fail-on.
func failOn(c *cli.Context) (diag.Severity, error) {
	switch s := diag.ParseSeverity(c.String("fail-on")); s {
	case diag.Warning, diag.Error:
		return s, nil
	}
	return diag.NoSeverity, usage("--fail-on error or --fail-on warning", "--fail-on %s is no severity to fail on", diag.Quote(c.String("fail-on")))
}

// oneArgument gives the command's only argument.
func oneArgument(c *cli.Context, what string) (string, error) {
	switch c.NArg() {
	case 0:
		return "", usage(called(c)+" "+what, "no %s given", what)
	case 1:
		return c.Args().First(), nil
	}
	return "", usage("", "%s takes one %s, not %d", strings.TrimPrefix(called(c), "crm2gong "), what, c.NArg())
}

// atMost refuses more arguments than a command takes.
func atMost(c *cli.Context, n int) error {
	if c.NArg() <= n {
		return nil
	}
	return usage(called(c)+" --help", "%s is one argument too many", diag.Quote(c.Args().Get(n)))
}

// called is how the command is called: crm2gong schema plan.
func called(c *cli.Context) string {
	var words []string
	for _, l := range c.Lineage() { // from the command outwards
		if l.Command != nil && l.Command.Name != "" && l.Command.Name != c.App.Name {
			words = append([]string{l.Command.Name}, words...)
		}
	}
	return strings.Join(append([]string{"crm2gong"}, slices.Compact(words)...), " ")
}

func isFolder(path string) bool {
	st, err := os.Stat(path)
	return err == nil && st.IsDir()
}
