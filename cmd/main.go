// Package cmd is the program: the commands, their flags, exit statuses and
// streams. It joins transform, validate and upload, which do not know each
// other (see pipeline.go), and it alone prints, reads the environment and
// handles signals.
package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/urfave/cli/v2"

	"crm2gong/cmd/view"
	"crm2gong/mapping/diag"
	"crm2gong/mapping/lazy"
	"crm2gong/transform/source"
	"crm2gong/upload"
)

// Version is the program's version, as the manifest of an output names it.
const Version = "0.1.0"

// Exit statuses.
const (
	StatusOK          = 0   // done, nothing wrong (warnings allowed unless --fail-on warning)
	StatusProblems    = 1   // done, and problems found
	StatusUsage       = 2   // wrong usage, or a mapping that does not check
	StatusFailed      = 3   // could not do it: file, disk, network or API
	StatusPartial     = 4   // an upload ended in part
	StatusInterrupted = 130 // interrupted
)

// Main runs the program with the arguments, of which the first is its name,
// and gives the exit status.
func Main(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)   // a second signal ends the program at once
	signal.Ignore(syscall.SIGPIPE) // a reader that closes the pipe is an error of the write
	p := &program{ctx: ctx, getenv: os.Getenv, stdin: source.NewStdin(&interruptible{ctx: ctx, r: stdin}), stdout: stdout, stderr: stderr}
	defer p.stdin.Close()
	p.steady()
	app := p.app()
	err := app.RunContext(ctx, permute(app, args))
	if err == nil && p.out.err != nil {
		err = p.out.err
	}
	return p.status(ctx, err)
}

// program is one run of the program: its streams.
type program struct {
	ctx            context.Context
	stdin          *source.Stdin // a stream of which several sources, and several passes, can be made
	stdout, stderr io.Writer
	out            printer // standard output
	getenv         func(string) string
	onLine         atomic.Bool // standard error stands in the middle of a line
	ballast        []byte      // see steady
}

// exit is an error that ends the program with a status of its own. Without err
// nothing more is said.
type exit struct {
	status int
	err    error
	hint   string
}

func (e *exit) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exit) Unwrap() error { return e.err }

// usage is a wrong use of the program.
func usage(hint, format string, args ...any) error {
	return &exit{StatusUsage, fmt.Errorf(format, args...), hint}
}

// problems ends a run that is done and found problems, which are printed.
var problems = &exit{status: StatusProblems}

// status says what went wrong and gives the exit status.
func (p *program) status(ctx context.Context, err error) int {
	if err == nil {
		return StatusOK
	}
	p.clearLine()
	var u *upload.Error
	if errors.As(err, &u) {
		err = &exit{u.Status, u, u.Hint}
	}
	if u == nil && ctx.Err() != nil && errors.Is(err, context.Canceled) {
		fmt.Fprintln(p.stderr, "crm2gong: interrupted; nothing was replaced")
		return StatusInterrupted
	}
	if isClosedPipe(err) {
		return StatusOK
	}
	var e *exit
	if !errors.As(err, &e) {
		e = &exit{status: StatusFailed, err: err}
	}
	if e.err != nil {
		w := view.Terminal(p.stderr)
		fmt.Fprintf(w, "crm2gong: %s\n", e.err)
		hint := e.hint
		var hinted interface{ Help() string }
		if hint == "" && errors.As(e.err, &hinted) {
			hint = hinted.Help()
		}
		if hint != "" {
			fmt.Fprintf(w, "  hint: %s\n", hint)
		}
	}
	return e.status
}

// isClosedPipe tells whether a write failed since its reader wants no more.
func isClosedPipe(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe)
}

// printer writes results and keeps the first error.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) Write(b []byte) (int, error) {
	if p.err == nil {
		_, p.err = p.w.Write(b)
	}
	return len(b), p.err
}

func (p *program) app() *cli.App {
	p.out.w = p.stdout
	app := &cli.App{
		Name:                      "crm2gong",
		Usage:                     "turn a CRM's exports into validated LDJSON for Gong",
		UsageText:                 "crm2gong COMMAND [OPTIONS] [ARGUMENTS]",
		Version:                   Version,
		Reader:                    p.stdin,
		Writer:                    &p.out,
		ErrWriter:                 p.stderr,
		HideHelpCommand:           true,
		DisableSliceFlagSeparator: true,
		ExitErrHandler:            func(*cli.Context, error) {},
		OnUsageError:              wrongUsage,
		Commands: []*cli.Command{
			p.initCommand(), p.inspectCommand(), p.checkCommand(), p.testCommand(), p.transformCommand(), p.validateCommand(), p.associateCommand(), p.explainCommand(), p.diffCommand(),
			p.planCommand(), p.uploadCommand(), p.statusCommand(), p.verifyCommand(), p.schemaCommand(), p.integrationCommand(), p.sandboxCommand(),
			p.rulesCommand(), p.functionsCommand(), p.completionCommand(), p.jsonSchemaCommand(),
			p.sweepCommand(),
		},
	}
	app.Action = func(c *cli.Context) error {
		switch name := c.Args().First(); {
		case name == "help" && c.NArg() == 1:
			return cli.ShowAppHelp(c)
		case name == "help" && find(app.Commands, c.Args().Get(1)) != nil:
			return cli.ShowCommandHelp(c, c.Args().Get(1))
		case name == "help":
			return p.unknownCommand(app, c.Args().Get(1))
		case name != "":
			return p.unknownCommand(app, name)
		}
		app.Writer = p.stderr
		_ = cli.ShowAppHelp(c)
		return usage("", "no command given")
	}
	prepare(app.Commands)
	return app
}

// prepare gives each command what urfave/cli does not hand down.
func prepare(commands []*cli.Command) {
	for _, c := range commands {
		c.OnUsageError = wrongUsage
		c.HideHelpCommand = true
		c.UseShortOptionHandling = false
		prepare(c.Subcommands)
	}
}

func wrongUsage(c *cli.Context, err error, _ bool) error {
	text := err.Error()
	hint := called(c) + " --help"
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: "); ok {
		name = asOption(name)
		text = "unknown option " + name
		var known []string
		for _, f := range c.Command.Flags {
			known = append(known, asOption(f.Names()[0]))
		}
		if near, ok := diag.Nearest(name, known); ok {
			hint = "did you mean " + near + "?"
		}
	}
	if name, ok := strings.CutPrefix(text, "flag needs an argument: "); ok {
		text = "option " + asOption(name) + " lacks its value"
	}
	if m := badValue().FindStringSubmatch(text); m != nil {
		text = asOption(m[2]) + " takes another value than " + m[1]
	}
	return usage(hint, "%s", text)
}

// badValue is what urfave/cli says of an option's value that it cannot read.
var badValue = lazy.Regexp(`^invalid (?:boolean )?value (".*") for (?:flag )?-*([a-z-]+): `)

// asOption writes an option's name as people do: -o, --output.
func asOption(name string) string {
	if name = strings.TrimLeft(name, "-"); len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

func (p *program) unknownCommand(app *cli.App, name string) error {
	var known []string
	for _, c := range app.Commands {
		if !c.Hidden {
			known = append(known, c.Name)
		}
	}
	return usage(diag.Suggest(name, known), "unknown command %q", name)
}
