package cmd

import (
	"fmt"
	"net"
	"strconv"

	"github.com/urfave/cli/v2"

	"crm2gong/upload"
	"crm2gong/upload/gongtest"
)

func (p *program) sandboxCommand() *cli.Command {
	return &cli.Command{
		Name:  "sandbox",
		Usage: "a stand-in for Gong on this machine, to rehearse an upload",
		Description: "Keeps Gong's documented rules and forgets everything at its end. Prints the environment variables to set; its\n" +
			"address shows uploads, records and errors in a browser. Use a state folder of its own (--state rehearsal), which\n" +
			"the real upload does not see. Runs until it is interrupted.",
		Flags: []cli.Flag{
			&cli.IntFlag{Name: "port", Usage: "listen on port `N` (default: any free one)"},
			&cli.StringFlag{Name: "integration", Usage: "`ID` of the integration that is there"},
			&cli.BoolFlag{Name: "empty", Usage: "start without an integration"},
		},
		Action: p.sandbox,
	}
}

// Credentials that the sandbox takes. They open nothing else.
const (
	sandboxKey    = "sandbox-key"
	sandboxSecret = "sandbox-secret"
)

func (p *program) sandbox(c *cli.Context) error {
	if c.NArg() > 0 {
		return usage("", "sandbox takes no argument")
	}
	port := c.Int("port")
	if port < 0 || port > 65535 {
		return usage("", "--port %d is no port", port)
	}
	o := gongtest.Options{
		Key: sandboxKey, KeySecret: sandboxSecret, Empty: c.Bool("empty"),
		CallsPerSecond: 3, CallsPerDay: 10_000, Pending: 1, InProgress: 1,
	}
	if text := c.String("integration"); text != "" {
		id, err := upload.ParseIntegration(text)
		if err != nil {
			return err
		}
		o.Integration = id
	}
	s, err := gongtest.New(o).Listen(net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return &exit{StatusFailed, fmt.Errorf("cannot listen: %w", err), "another port: --port 8080"}
	}
	defer s.Close()
	fmt.Fprintf(&p.out, "export %s=%s\nexport %s=%s\nexport %s=%s\n",
		baseURLVariable, s.URL, upload.KeyVariable, sandboxKey, upload.KeySecretVariable, sandboxSecret)
	if p.out.err != nil {
		return p.out.err
	}
	fmt.Fprintf(p.stderr, "crm2gong: a stand-in for Gong is at %s until you interrupt it\n", s.URL)
	<-c.Context.Done()
	return &exit{status: StatusInterrupted}
}
