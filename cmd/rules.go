package cmd

import (
	"fmt"
	"strings"

	"github.com/urfave/cli/v2"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/finding"
)

func (p *program) rulesCommand() *cli.Command {
	return &cli.Command{
		Name:      "rules",
		Usage:     "show every rule: what, why, and how to fix",
		ArgsUsage: "[CODE]",
		Flags:     []cli.Flag{&cli.BoolFlag{Name: "json", Usage: "print as JSON"}},
		Action: func(c *cli.Context) error {
			if err := atMost(c, 1); err != nil {
				return err
			}
			list := finding.Rules()
			if code := c.Args().First(); code != "" {
				rule := finding.FindRule(code)
				if rule == nil {
					var known []string
					for _, r := range list {
						known = append(known, r.Code)
					}
					return usage(diag.Suggest(code, known), "there is no rule %s", diag.Quote(code))
				}
				list = []finding.Rule{*rule}
			}
			if c.Bool("json") {
				return p.printJSON(rulesJSON(list))
			}
			if c.NArg() == 0 {
				p.listRules(list)
				return nil
			}
			p.showRule(&list[0])
			return nil
		},
	}
}

func (p *program) listRules(list []finding.Rule) {
	width := 0
	for _, r := range list {
		width = max(width, len(r.Code))
	}
	for _, r := range list {
		fmt.Fprintf(&p.out, "%-*s  %-7s  %s\n", width, r.Code, severityWord(&r), r.When)
	}
	fmt.Fprintf(&p.out, "\ncrm2gong rules CODE tells why, and how to fix it\n")
}

func severityWord(r *finding.Rule) string {
	if r.Rejects {
		return "rejects"
	}
	if r.Severity == diag.NoSeverity {
		return "-"
	}
	return r.Severity.String()
}

func (p *program) showRule(r *finding.Rule) {
	fmt.Fprintf(&p.out, "%s\n", r.Code)
	severity := severityWord(r)
	if r.Rejects {
		severity = "error; the record is rejected"
	}
	fmt.Fprintf(&p.out, "  severity: %s\n", severity)
	if len(r.Entities) > 0 {
		var names []string
		for _, t := range r.Entities {
			names = append(names, t.String())
		}
		fmt.Fprintf(&p.out, "  entities: %s\n", strings.Join(names, ", "))
	}
	for _, part := range []struct{ name, text string }{{"when", r.When}, {"why", r.Why}, {"fix", r.Fix}} {
		fmt.Fprintf(&p.out, "\n%s:\n%s\n", part.name, indent(part.text))
	}
}

func indent(text string) string {
	return "  " + strings.ReplaceAll(strings.TrimSpace(text), "\n", "\n  ")
}

func rulesJSON(list []finding.Rule) any {
	type rule struct {
		Code     string   `json:"code"`
		Severity string   `json:"severity"`
		Rejects  bool     `json:"rejects"`
		Entities []string `json:"entities"`
		When     string   `json:"when"`
		Why      string   `json:"why"`
		Fix      string   `json:"fix"`
	}
	doc := struct {
		FormatVersion int    `json:"format_version"`
		Rules         []rule `json:"rules"`
	}{1, []rule{}}
	for _, r := range list {
		x := rule{r.Code, r.Severity.String(), r.Rejects, []string{}, r.When, r.Why, r.Fix}
		for _, t := range r.Entities {
			x.Entities = append(x.Entities, t.String())
		}
		doc.Rules = append(doc.Rules, x)
	}
	return doc
}
