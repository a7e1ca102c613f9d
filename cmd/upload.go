package cmd

import (
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/urfave/cli/v2"

	"crm2gong/cmd/view"
	"crm2gong/upload"
	"crm2gong/validate"
)

// sendFlags are the options on what is sent.
func sendFlags(more ...cli.Flag) []cli.Flag {
	return runFlags(callFlags(append([]cli.Flag{
		&cli.BoolFlag{Name: "full", Usage: "send every record, whatever was sent before"},
		&cli.BoolFlag{Name: "allow-errors", Usage: "send what can be sent although the data have errors"},
		&cli.BoolFlag{Name: "deletions", Usage: "also delete records that were sent and are not in the exports any more, which must be complete"},
		&cli.StringFlag{Name: "max-deletions", Usage: "send nothing if --deletions would delete more than `N` records of a type, or N% of them (default: 10%)"},
		&cli.BoolFlag{Name: "bisect", Usage: "find the refused lines that Gong does not name, by sending lines again"},
		&cli.BoolFlag{Name: "resend-current", Usage: "send the current version of each record once more whose history is sent"},
		&cli.Int64Flag{Name: "part-size", Usage: "cut files for Gong below `BYTES`", Value: upload.MaxPartSize},
		&cli.BoolFlag{Name: "json", Usage: "print a document in JSON"},
		&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "print nothing but errors"},
	}, more...)...)...)
}

func (p *program) uploadCommand() *cli.Command {
	return &cli.Command{
		Name:      "upload",
		Usage:     "send what is new and changed to Gong",
		ArgsUsage: "MAPPING | DIR",
		Description: "Converts and judges the mapping's exports, or judges a folder of LDJSON, and sends what is new or changed\n" +
			"since the last upload. Errors in the data stop it before the first byte. What Gong took is remembered in\n" +
			"the folder .crm2gong beside the mapping; two such folders on one integration do not see each other.\n\n" +
			"After an interruption --resume sends the rest of what was planned, and reads no exports; --abandon gives it\n" +
			"up. Credentials come from GONG_ACCESS_KEY and GONG_ACCESS_KEY_SECRET, or GONG_BEARER_TOKEN, or --credentials.\n\n" +
			"Exit status: 0 done, 1 the data have errors, 2 wrong usage or mapping, 3 could not do it, 4 Gong took a part,\n" +
			"130 interrupted.",
		Flags: sendFlags(
			&cli.BoolFlag{Name: "resume", Usage: "go on with the upload that was interrupted"},
			&cli.BoolFlag{Name: "abandon", Usage: "give the upload up that was interrupted"},
		),
		Action: func(c *cli.Context) error {
			r, err := p.upload(c)
			return p.answerUpload(c, r, err)
		},
	}
}

// answerUpload prints what became of an upload, also where none began.
func (p *program) answerUpload(c *cli.Context, r *upload.Receipt, err error) error {
	var u *upload.Error
	if errors.Is(err, context.Canceled) && !errors.As(err, &u) {
		err = &upload.Error{Status: StatusInterrupted, Message: "interrupted; nothing was sent"}
	}
	if r == nil {
		r = &upload.Receipt{FormatVersion: 1, Outcome: upload.Failed}
		if s := statusOf(err); s == StatusProblems || s == StatusUsage {
			r.Outcome = upload.Refused
		}
	}
	if r.Message == "" && err != nil {
		r.Message = err.Error()
	}
	return p.answer(c, r, err, func() {
		if err == nil || r.Upload != "" || r.Outcome == upload.Nothing || r.Outcome == upload.Done {
			view.Receipt(&p.out, r)
		}
	})
}

// answer prints what a command found, as JSON also when it failed.
func (p *program) answer(c *cli.Context, doc any, err error, text func()) error {
	p.clearLine()
	switch {
	case c.Bool("json"):
		if e := p.printJSON(doc); e != nil && err == nil {
			err = e
		}
	case !c.Bool("quiet"):
		text()
	}
	return err
}

func statusOf(err error) int {
	var e *exit
	if errors.As(err, &e) {
		return e.status
	}
	return upload.StatusOf(err)
}

func (p *program) upload(c *cli.Context) (*upload.Receipt, error) {
	o, err := sendOptions(c)
	if err != nil {
		return nil, err
	}
	if c.Bool("resume") || c.Bool("abandon") {
		return p.goOn(c, o)
	}
	path, err := oneArgument(c, "MAPPING or DIR")
	if err != nil {
		return nil, err
	}
	out, err := p.bindOutgoing(c, path)
	if err != nil {
		return nil, err
	}
	defer out.close()
	s, err := out.target.session()
	if err != nil {
		return nil, err
	}
	if err := out.make(c.Context); err != nil {
		return nil, err
	}
	flawed := out.flawed()
	if flawed && !c.Bool("allow-errors") {
		out.showFlaws()
		return nil, &exit{StatusProblems, errFlawed, "crm2gong validate tells more; --allow-errors sends what can be sent"}
	}
	o.Rows = out.rows(c.Context)
	if out.job.fixed {
		o.Now = out.job.now
	}
	r, err := s.Upload(c.Context, out.input, *o)
	if r != nil && r.Upload != "" {
		// What an interrupted upload began to send is what a resumed one ends.
		if e := out.remember(context.WithoutCancel(c.Context), r.Integration); e != nil {
			r.Warnings = append(r.Warnings, "later data can not be held against these: "+e.Error())
		}
	}
	if n := out.report.Totals.Rejected; n > 0 {
		r.Warnings = append(r.Warnings, view.Count(n, "record was", "records were")+" rejected and not sent")
	}
	if err == nil && flawed {
		out.showFlaws()
		err = problems
	}
	return r, err
}

var errFlawed = errors.New("the data have errors; nothing was sent")

// sendOptions reads the options on what is sent.
func sendOptions(c *cli.Context) (*upload.Options, error) {
	o := &upload.Options{
		Full: c.Bool("full"), Deletions: c.Bool("deletions"), ResendCurrent: c.Bool("resend-current"), Bisect: c.Bool("bisect"),
	}
	var err error
	if o.MaxDeletions, err = limitFlag(c, "max-deletions"); err != nil {
		return nil, err
	}
	if o.PartSize, err = partSize(c); err != nil {
		return nil, err
	}
	return o, nil
}

// goOn resumes or abandons an upload. The mapping, which need not be given,
// only names the target and the state folder.
func (p *program) goOn(c *cli.Context, o *upload.Options) (*upload.Receipt, error) {
	if c.Bool("resume") && c.Bool("abandon") {
		return nil, usage("leave one out", "--resume and --abandon can not be given at once")
	}
	for _, flag := range []string{"full", "deletions", "max-deletions", "allow-errors", "resend-current", "part-size"} {
		if c.IsSet(flag) {
			return nil, usage("leave it out", "--%s has no meaning for an upload that is planned already", flag)
		}
	}
	t, err := p.namedTarget(c)
	if err != nil {
		return nil, err
	}
	if c.Bool("abandon") {
		s, err := t.quiet()
		if err != nil {
			return nil, err
		}
		return s.Abandon(c.Context)
	}
	s, err := t.session()
	if err != nil {
		return nil, err
	}
	if o.Rows, err = p.resumedRows(c); err != nil {
		return nil, err
	}
	return s.Resume(c.Context, *o)
}

// namedTarget is the target of the mapping or folder given, or that of the
// working folder.
func (p *program) namedTarget(c *cli.Context) (*target, error) {
	if c.NArg() == 0 {
		return p.newTarget(c, "", nil)
	}
	path, err := oneArgument(c, "MAPPING or DIR")
	if err != nil {
		return nil, err
	}
	if isFolder(path) {
		return p.newTarget(c, path, nil)
	}
	return p.mappingTarget(c, path)
}

func (p *program) planCommand() *cli.Command {
	return &cli.Command{
		Name:      "plan",
		Usage:     "say what an upload would do, and send nothing",
		ArgsUsage: "MAPPING | DIR",
		Description: "Counts per type what is new, changed, unchanged and deleted against what Gong was last sent, the files and\n" +
			"their sizes, and the calls against the day's; then what Gong would take and not show, with the remedy. Gong is\n" +
			"called only to find the integration where none is named.\n\n" +
			"Exit status: 0 done, 1 an upload would refuse, 2 wrong usage or mapping, 3 could not do it.",
		Flags: sendFlags(),
		Action: func(c *cli.Context) error {
			plan, report, err := p.plan(c)
			if plan == nil {
				plan = &upload.Plan{FormatVersion: 1, Entities: map[string]*upload.EntityPlan{}, History: map[string]*upload.HistoryPlan{}, Schema: []string{}, Warnings: []string{}}
			}
			if report == nil {
				report = &validate.Report{}
				report.Finish()
			}
			return p.answer(c, planned{plan, report.Hidden, report.HiddenDeals}, err, func() {
				if err == nil || len(plan.Entities) > 0 {
					view.Plan(&p.out, plan)
					view.Hidden(&p.out, report)
				}
			})
		},
	}
}

// planned is the document of plan --json: what would be sent, and what of the
// data Gong will not show.
type planned struct {
	*upload.Plan
	Hidden      []validate.Hidden    `json:"hidden"`
	HiddenDeals validate.HiddenDeals `json:"hidden_deals"`
}

// plan gives also what was found in the data, nil where they were not read.
func (p *program) plan(c *cli.Context) (*upload.Plan, *validate.Report, error) {
	o, err := sendOptions(c)
	if err != nil {
		return nil, nil, err
	}
	path, err := oneArgument(c, "MAPPING or DIR")
	if err != nil {
		return nil, nil, err
	}
	out, err := p.bindOutgoing(c, path)
	if err != nil {
		return nil, nil, err
	}
	defer out.close()
	s, err := out.target.found(c.Context)
	if err != nil {
		return nil, nil, err
	}
	if err := out.make(c.Context); err != nil {
		return nil, nil, err
	}
	if out.job.fixed {
		o.Now = out.job.now
	}
	plan, err := s.Plan(c.Context, out.input, *o)
	if n := out.report.Totals.Rejected; n > 0 {
		plan.Warnings = append(plan.Warnings, view.Count(n, "record is", "records are")+" rejected and would not be sent")
	}
	if err == nil && out.flawed() && !c.Bool("allow-errors") {
		out.showFlaws()
		err = &exit{StatusProblems, errors.New("the data have errors; an upload would send nothing"), "crm2gong validate tells more; --allow-errors sends what can be sent"}
	}
	return plan, out.report, err
}

// found gives a session whose integration is known: the one named, which needs
// no call, else the only one that Gong lists.
func (t *target) found(ctx context.Context) (*upload.Session, error) {
	if t.integration != 0 {
		return t.quiet()
	}
	s, err := t.session()
	if err != nil {
		// Without a way to ask, the only one that was sent something must do.
		if _, which, e := known(t.store, 0); e == nil && which != 0 {
			t.integration = which
			return t.quiet()
		}
		return nil, orNamed(err)
	}
	t.integration, err = s.Client.FindIntegration(ctx)
	s.Integration = t.integration
	return s, err
}

// noUpload is the error of status for a mapping or folder of LDJSON, to which
// other commands of uploads are given.
func noUpload(c *cli.Context, err error) error {
	path := c.Args().First()
	if err == nil || path == "" {
		return err
	}
	if _, e := os.Stat(path); e != nil {
		return err
	}
	hint := "status takes the id of an upload"
	if !c.IsSet("state") {
		hint += ", or none for all of them: crm2gong status --state " + upload.StoreFor(path).Dir()
	}
	return withHint(err, func(string) string { return hint })
}

// orNamed adds to what a call of Gong wants that none is needed for an
// integration that is named.
func orNamed(err error) error {
	return withHint(err, func(hint string) string {
		if hint != "" {
			hint += "; or "
		}
		return hint + "name the integration with --integration ID, which needs no call"
	})
}

// withHint gives an error another hint.
func withHint(err error, change func(hint string) string) error {
	var u *upload.Error
	if errors.As(err, &u) {
		c := *u
		c.Hint = change(u.Hint)
		return &c
	}
	var x *exit
	if errors.As(err, &x) {
		return &exit{x.status, x.err, change(x.hint)}
	}
	return err
}

func (p *program) statusCommand() *cli.Command {
	return &cli.Command{
		Name:      "status",
		Usage:     "tell of past uploads, and of lines that Gong refused",
		ArgsUsage: "[UPLOAD]",
		Description: "Reads the folder .crm2gong of the working folder, or --state DIR, and calls nobody.\n\n" +
			"Exit status: 0 done, 2 wrong usage, 3 no such upload.",
		Flags: []cli.Flag{
			&cli.StringFlag{Name: "state", Usage: "`DIR` of what was uploaded before (default: .crm2gong)"},
			&cli.BoolFlag{Name: "json", Usage: "print a document in JSON"},
			&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Usage: "print nothing but errors"},
		},
		Action: func(c *cli.Context) error {
			h := &upload.History{FormatVersion: 1, Uploads: []*upload.Receipt{}}
			store, _, err := p.stateOf(c, "", nil)
			switch {
			case err != nil:
			case c.NArg() > 1:
				err = usage("", "status takes one upload, not %d", c.NArg())
			default:
				h, err = store.Status(c.Args().First())
				err = noUpload(c, err)
			}
			return p.answer(c, h, err, func() {
				if err != nil {
					return
				}
				if len(h.Uploads) == 0 {
					fmt.Fprintf(&p.out, "no uploads in %s\n", store.Dir())
				}
				view.History(&p.out, h, c.NArg() > 0)
			})
		},
	}
}
