package cmd

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/urfave/cli/v2"
)

func TestPermute(t *testing.T) {
	app := &cli.App{Name: "x", Commands: []*cli.Command{
		{Name: "run", Flags: []cli.Flag{
			&cli.StringFlag{Name: "output", Aliases: []string{"o"}}, &cli.StringSliceFlag{Name: "set"}, &cli.IntFlag{Name: "workers"}, &cli.BoolFlag{Name: "json"},
		}},
		{Name: "schema", Subcommands: []*cli.Command{{Name: "push", Flags: []cli.Flag{&cli.StringFlag{Name: "field"}}}}},
	}}
	for name, test := range map[string]struct{ args, want string }{
		"nothing":                            {"x", "x"},
		"a command alone":                    {"x run", "x run"},
		"no such command":                    {"x jump --high", "x jump --high"},
		"options of the program":             {"x --help", "x --help"},
		"options first":                      {"x run -o out a", "x run -o out -- a"},
		"options last":                       {"x run a -o out", "x run -o out -- a"},
		"options between":                    {"x run a --json b --workers 3 c", "x run --json --workers 3 -- a b c"},
		"a value that is an argument's name": {"x run a --set a", "x run --set a -- a"},
		"values with =":                      {"x run a --set=k=v --output=o b", "x run --set=k=v --output=o -- a b"},
		"a value after a switch":             {"x run --json a", "x run --json -- a"},
		"one hyphen is an argument":          {"x run - --json", "x run --json -- -"},
		"after two hyphens all is arguments": {"x run a -- --json -o", "x run -- a --json -o"},
		"a value that begins with a hyphen":  {"x run a --workers -1", "x run --workers -1 -- a"},
		"a hyphen as a value":                {"x run a -o -", "x run -o - -- a"},
		"an option that lacks its value":     {"x run a -o", "x run -o"},
		"an option that there is not":        {"x run a --odd b", "x run --odd -- a b"},
		"help beside arguments":              {"x run a --json -h b", "x run -h"},
		"help as a value":                    {"x run a -o --help", "x run -o --help -- a"},
		"help after two hyphens":             {"x run -- --help", "x run -- --help"},
		"a sub-command":                      {"x schema push m --field f", "x schema push --field f -- m"},
	} {
		t.Run(name, func(t *testing.T) {
			got := strings.Join(permute(app, strings.Fields(test.args)), " ")
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestPermuteLeavesTheArgumentsAlone(t *testing.T) {
	app := &cli.App{Commands: []*cli.Command{{Name: "run", Flags: []cli.Flag{&cli.StringFlag{Name: "o"}}}}}
	args := []string{"x", "run", "a", "-o", "b"}
	was := append([]string(nil), args...)
	permute(app, args)
	if d := cmp.Diff(was, args); d != "" {
		t.Errorf("the arguments changed (-was +is):\n%s", d)
	}
}
