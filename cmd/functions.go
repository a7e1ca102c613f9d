package cmd

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/funcs"
)

func (p *program) functionsCommand() *cli.Command {
	return &cli.Command{
		Name:      "functions",
		Usage:     "show every function with its signature and examples",
		ArgsUsage: "[NAME]",
		Flags:     []cli.Flag{&cli.BoolFlag{Name: "json", Usage: "print as JSON"}},
		Action: func(c *cli.Context) error {
			if err := atMost(c, 1); err != nil {
				return err
			}
			list := funcs.All()
			if name := c.Args().First(); name != "" {
				f := funcs.Find(name)
				if f == nil {
					var known []string
					for _, f := range list {
						known = append(known, f.Name)
					}
					return usage(diag.Suggest(name, known), "there is no function %s", diag.Quote(name))
				}
				list = []*funcs.Func{f}
			}
			if c.Bool("json") {
				return p.printJSON(functionsJSON(list))
			}
			if c.NArg() == 0 {
				p.listFunctions(list)
				return nil
			}
			p.showFunction(list[0])
			return nil
		},
	}
}

func (p *program) listFunctions(list []*funcs.Func) {
	group := ""
	for _, f := range list {
		if f.Group != group {
			if group != "" {
				fmt.Fprintln(&p.out)
			}
			group = f.Group
			fmt.Fprintf(&p.out, "%s\n", group)
		}
		fmt.Fprintf(&p.out, "  %s\n      %s\n", f.Signature, firstSentence(f.Doc))
		for _, e := range f.Examples {
			fmt.Fprintf(&p.out, "      %s  →  %s\n", e.Expr, e.Result)
		}
	}
	fmt.Fprintf(&p.out, "\ncrm2gong functions NAME tells all of one\n")
}

func firstSentence(s string) string {
	if i := strings.Index(s, ". "); i >= 0 {
		return s[:i]
	}
	return strings.TrimSuffix(s, ".")
}

func (p *program) showFunction(f *funcs.Func) {
	fmt.Fprintf(&p.out, "%s\n  (%s)\n\n%s\n", f.Signature, f.Group, indent(f.Doc))
	if len(f.Examples) > 0 {
		fmt.Fprintf(&p.out, "\nexamples:\n")
	}
	for _, e := range f.Examples {
		fmt.Fprintf(&p.out, "  %s  →  %s\n", e.Expr, e.Result)
	}
	if list := domainsOf(f); len(list) > 0 {
		fmt.Fprintf(&p.out, "\ndomains, with those below them:\n%s\n", indent(wrap(list, 100)))
	}
}

// domainsOf lists the domains that a function knows by heart.
func domainsOf(f *funcs.Func) []string {
	if f.Name == "isFreeMail" {
		return funcs.FreeMail()
	}
	return nil
}

// wrap joins words to lines of about width characters.
func wrap(words []string, width int) string {
	var b strings.Builder
	at := 0
	for _, w := range words {
		switch {
		case at == 0:
		case at+1+len(w) > width:
			b.WriteByte('\n')
			at = 0
		default:
			b.WriteByte(' ')
			at++
		}
		b.WriteString(w)
		at += len(w)
	}
	return b.String()
}

func functionsJSON(list []*funcs.Func) any {
	type example struct {
		Expression string `json:"expression"`
		Result     string `json:"result"`
	}
	type function struct {
		Name      string    `json:"name"`
		Group     string    `json:"group"`
		Signature string    `json:"signature"`
		Doc       string    `json:"doc"`
		Examples  []example `json:"examples"`
		Domains   []string  `json:"domains,omitempty"`
	}
	doc := struct {
		FormatVersion int        `json:"format_version"`
		Functions     []function `json:"functions"`
	}{1, []function{}}
	for _, f := range list {
		x := function{f.Name, f.Group, f.Signature, f.Doc, []example{}, domainsOf(f)}
		for _, e := range f.Examples {
			x.Examples = append(x.Examples, example{e.Expr, e.Result})
		}
		doc.Functions = append(doc.Functions, x)
	}
	return doc
}
