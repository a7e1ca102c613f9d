package cmd

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"crm2gong/mapping/diag"
)

func (p *program) completionCommand() *cli.Command {
	return &cli.Command{
		Name:      "completion",
		Usage:     "print a completion script for a shell",
		ArgsUsage: "bash|zsh|fish",
		Description: "  bash: source <(crm2gong completion bash)\n" +
			"  zsh:  source <(crm2gong completion zsh)\n" +
			"  fish: crm2gong completion fish | source",
		Action: func(c *cli.Context) error {
			shell, err := oneArgument(c, "bash|zsh|fish")
			if err != nil {
				return err
			}
			switch shell {
			case "bash":
				p.completeBash(c.App)
			case "zsh":
				fmt.Fprintln(&p.out, "autoload -U +X bashcompinit && bashcompinit")
				p.completeBash(c.App)
			case "fish":
				p.completeFish(c.App)
			default:
				return usage("bash, zsh or fish", "no completion for %s", diag.Quote(shell))
			}
			return nil
		},
	}
}

// commandWords gives what may follow a command: its sub-commands and options.
func commandWords(c *cli.Command) (words []string) {
	for _, s := range c.Subcommands {
		words = append(words, s.Name)
	}
	for _, f := range c.Flags {
		for _, n := range f.Names() {
			if len(n) > 1 {
				words = append(words, "--"+n)
			}
		}
	}
	return append(words, "--help")
}

func (p *program) completeBash(app *cli.App) {
	var names []string
	fmt.Fprintf(&p.out, "_crm2gong() {\n  local cur=\"${COMP_WORDS[COMP_CWORD]}\" words=\"\"\n  case \"${COMP_WORDS[1]}\" in\n")
	for _, c := range app.VisibleCommands() {
		names = append(names, c.Name)
		fmt.Fprintf(&p.out, "    %s) words=%q ;;\n", c.Name, strings.Join(commandWords(c), " "))
	}
	fmt.Fprintf(&p.out, `  esac
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W %q -- "$cur"))
  elif [ "${COMP_WORDS[COMP_CWORD-1]}" = "--entity" ]; then
    COMPREPLY=($(compgen -W %q -- "$cur"))
  elif [[ "$cur" == -* ]]; then
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
  else
    COMPREPLY=($(compgen -W "$(echo $words | tr ' ' '\n' | grep -v '^-')" -- "$cur") $(compgen -f -- "$cur"))
  fi
}
complete -o filenames -F _crm2gong crm2gong
`, strings.Join(names, " "), strings.Join(typeNames(), " "))
}

func (p *program) completeFish(app *cli.App) {
	for _, c := range app.VisibleCommands() {
		fmt.Fprintf(&p.out, "complete -c crm2gong -n __fish_use_subcommand -f -a %s -d %q\n", c.Name, c.Usage)
		for _, s := range c.Subcommands {
			fmt.Fprintf(&p.out, "complete -c crm2gong -n '__fish_seen_subcommand_from %s' -a %s -d %q\n", c.Name, s.Name, s.Usage)
		}
		for _, f := range c.Flags {
			for _, n := range f.Names() {
				if len(n) > 1 {
					fmt.Fprintf(&p.out, "complete -c crm2gong -n '__fish_seen_subcommand_from %s' -l %s\n", c.Name, n)
				}
			}
		}
	}
	fmt.Fprintf(&p.out, "complete -c crm2gong -l entity -x -a %q\n", strings.Join(typeNames(), " "))
}
