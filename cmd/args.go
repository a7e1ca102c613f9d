package cmd

import (
	"strings"

	"github.com/urfave/cli/v2"
)

// permute moves the options of a command before its arguments, since
// urfave/cli stops reading options at the first argument. What follows "--" is
// arguments.
func permute(app *cli.App, args []string) []string {
	if len(args) < 2 {
		return args
	}
	out := []string{args[0]}
	rest := args[1:]
	commands := app.Commands
	var flags []cli.Flag
	for len(rest) > 0 {
		c := find(commands, rest[0])
		if c == nil {
			break
		}
		out = append(out, rest[0])
		rest = rest[1:]
		commands, flags = c.Subcommands, c.Flags
	}
	if len(out) == 1 {
		return args
	}
	var options, arguments []string
	for i := 0; i < len(rest); i++ {
		a := rest[i]
		if a == "--" {
			arguments = append(arguments, rest[i+1:]...)
			break
		}
		if !strings.HasPrefix(a, "-") || a == "-" {
			arguments = append(arguments, a)
			continue
		}
		if isHelp(a) && len(commands) == 0 {
			return append(out, a) // urfave/cli takes an argument beside it for a topic
		}
		options = append(options, a)
		if !strings.Contains(a, "=") && takesValue(flags, strings.TrimLeft(a, "-")) {
			if i++; i == len(rest) {
				return append(out, options...) // so that its value is missed, and nothing taken for it
			}
			options = append(options, rest[i])
		}
	}
	out = append(out, options...)
	if len(arguments) > 0 {
		out = append(append(out, "--"), arguments...)
	}
	return out
}

func isHelp(option string) bool { return option == "--help" || option == "-help" || option == "-h" }

func find(commands []*cli.Command, name string) *cli.Command {
	for _, c := range commands {
		if c.HasName(name) {
			return c
		}
	}
	return nil
}

func takesValue(flags []cli.Flag, name string) bool {
	for _, f := range flags {
		for _, n := range f.Names() {
			if n == name {
				_, isBool := f.(*cli.BoolFlag)
				return !isBool
			}
		}
	}
	return false
}
