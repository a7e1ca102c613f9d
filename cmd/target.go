package cmd

import (
	"fmt"
	"net/http"
	"path/filepath"
	"time"

	"github.com/urfave/cli/v2"

	"crm2gong/mapping"
	"crm2gong/upload"
)

// Variables of the environment that name the target. Those of the credentials
// are in package upload.
const (
	baseURLVariable     = "GONG_BASE_URL"
	integrationVariable = "GONG_INTEGRATION_ID"
)

// stateFlags are the options of the commands that look at earlier uploads.
func stateFlags(more ...cli.Flag) []cli.Flag {
	return append([]cli.Flag{
		&cli.StringFlag{Name: "state", Usage: "`DIR` of what was uploaded before (default: .crm2gong beside the mapping)"},
		&cli.StringFlag{Name: "integration", Usage: "`ID` of the integration at Gong (default: the mapping's, " + integrationVariable + ", else the only one)"},
	}, more...)
}

// callFlags are the options of every command that calls Gong.
func callFlags(more ...cli.Flag) []cli.Flag {
	return stateFlags(append([]cli.Flag{
		&cli.StringFlag{Name: "credentials", Usage: "read the credentials from `FILE`, which only its owner may read, instead of the environment"},
		&cli.IntFlag{Name: "calls-per-second", Usage: "at most `N` calls in any second", Value: 3},
		&cli.IntFlag{Name: "calls-per-day", Usage: "at most `N` calls a day (UTC), over all runs", Value: 10_000},
		&cli.DurationFlag{Name: "retry-delay", Usage: "wait `TIME` before the first retry; it doubles", Value: time.Second},
		&cli.DurationFlag{Name: "max-retry-delay", Usage: "up to `TIME`", Value: time.Minute},
		&cli.IntFlag{Name: "max-retries", Usage: "`N` retries of one call", Value: 8},
		&cli.DurationFlag{Name: "max-retry-after", Usage: "wait up to `TIME` when Gong says how long", Value: 5 * time.Minute},
		&cli.DurationFlag{Name: "call-timeout", Usage: "give an answer up after `TIME`", Value: 5 * time.Minute},
		&cli.DurationFlag{Name: "poll-interval", Usage: "first wait of `TIME` before asking what became of a file; it grows", Value: 2 * time.Second},
		&cli.DurationFlag{Name: "poll-max", Usage: "up to `TIME`", Value: time.Minute},
		&cli.DurationFlag{Name: "poll-timeout", Usage: "wait up to `TIME` for one file", Value: 2 * time.Hour},
	}, more...)...)
}

// target is where a command calls, and the state folder that belongs to it.
type target struct {
	p           *program
	store       *upload.Store
	integration int64 // 0: none is named
	baseURL     string
	baseFault   error // why there is no base URL
	client      upload.ClientOptions
	credFault   error // why there are no credentials
}

// newTarget reads the options and the environment. path is the mapping or
// folder whose neighbour the state folder is, "" for the working folder. m may
// be nil.
func (p *program) newTarget(c *cli.Context, path string, m *mapping.Mapping) (*target, error) {
	t := &target{p: p}
	var err error
	if t.store, t.integration, err = p.stateOf(c, path, m); err != nil {
		return nil, err
	}
	text, fromMapping := p.getenv(baseURLVariable), false
	if text == "" && m != nil {
		text, fromMapping = m.Gong.BaseURL, true
	}
	if text == "" {
		t.baseFault = usage("set "+baseURLVariable+", such as https://us-1234.api.gong.io; Gong shows it under Company settings > Ecosystem > API",
			"the address of Gong's API is not known")
	} else if t.baseURL, err = upload.ParseBaseURL(text, fromMapping); err != nil {
		return nil, err
	}
	if err := t.readCalls(c); err != nil {
		return nil, err
	}
	t.client.BaseURL = t.baseURL
	t.client.Credentials, t.credFault = upload.LoadCredentials(c.String("credentials"), p.getenv)
	if c.String("credentials") != "" && t.credFault != nil {
		return nil, t.credFault
	}
	return t, nil
}

// stateOf reads --state and --integration. Two different integrations are
// refused: what is sent to the wrong one cannot be taken back.
func (p *program) stateOf(c *cli.Context, path string, m *mapping.Mapping) (*upload.Store, int64, error) {
	store := upload.OpenStore(".crm2gong")
	if path != "" {
		if base := filepath.Base(path); base == "." || base == ".." { // the folder that holds it has another name
			if abs, err := filepath.Abs(path); err == nil {
				path = abs
			}
		}
		store = upload.StoreFor(path)
	}
	if dir := c.String("state"); dir != "" {
		store = upload.OpenStore(filepath.Clean(dir))
	}
	if text := c.String("integration"); text != "" {
		id, err := upload.ParseIntegration(text)
		return store, id, err
	}
	var id int64
	if m != nil && m.Gong.IntegrationID != "" {
		var err error
		if id, err = upload.ParseIntegration(m.Gong.IntegrationID); err != nil {
			return nil, 0, err
		}
	}
	if text := p.getenv(integrationVariable); text != "" {
		other, err := upload.ParseIntegration(text)
		if err != nil {
			return nil, 0, err
		}
		if id != 0 && other != id {
			return nil, 0, usage("name the one that is meant with --integration", "the mapping names integration %d and %s names %d", id, integrationVariable, other)
		}
		id = other
	}
	return store, id, nil
}

// maxCallsPerSecond bounds --calls-per-second: each is remembered for a second.
const maxCallsPerSecond = 1000

// readCalls reads the options on how Gong is called.
func (t *target) readCalls(c *cli.Context) error {
	o := &t.client
	o.UserAgent, o.Proxy, o.Notify = "crm2gong/"+Version, http.ProxyFromEnvironment, t.p.progress(c)
	o.CallsPerSecond, o.CallsPerDay, o.MaxRetries = c.Int("calls-per-second"), c.Int("calls-per-day"), c.Int("max-retries")
	for _, name := range []string{"calls-per-second", "calls-per-day"} {
		if c.Int(name) < 1 {
			return usage("", "--%s %d is less than one", name, c.Int(name))
		}
	}
	switch {
	case o.CallsPerSecond > maxCallsPerSecond:
		return usage("Gong takes 3", "--calls-per-second %d is more than %d", o.CallsPerSecond, maxCallsPerSecond)
	case o.MaxRetries < 0:
		return usage("", "--max-retries %d is less than none", o.MaxRetries)
	case o.MaxRetries == 0:
		o.MaxRetries = -1 // none
	}
	for name, d := range map[string]*time.Duration{
		"retry-delay": &o.RetryDelay, "max-retry-delay": &o.MaxRetryDelay, "max-retry-after": &o.MaxRetryAfter, "call-timeout": &o.CallTimeout,
		"poll-interval": &o.PollInterval, "poll-max": &o.PollMax, "poll-timeout": &o.PollTimeout,
	} {
		if *d = c.Duration(name); *d <= 0 {
			return usage("write it as 500ms, 2s or 5m", "--%s %s is no time to wait", name, c.Duration(name))
		}
	}
	return nil
}

// session joins what is needed to call Gong.
func (t *target) session() (*upload.Session, error) {
	if t.baseFault != nil {
		return nil, t.baseFault
	}
	if t.credFault != nil {
		return nil, t.credFault
	}
	client, err := upload.NewClient(t.client, t.store)
	if err != nil {
		return nil, err
	}
	return t.join(client), nil
}

// quiet joins what can be known without calling Gong.
func (t *target) quiet() (*upload.Session, error) {
	o := t.client
	o.Credentials = upload.Credentials{}
	client, err := upload.NewClient(o, t.store)
	if err != nil {
		return nil, err
	}
	return t.join(client), nil
}

func (t *target) join(client *upload.Client) *upload.Session {
	return &upload.Session{Client: client, Store: t.store, Integration: t.integration, Notify: t.client.Notify}
}

// mappingTarget reads of a mapping only what it says of Gong. A mapping that
// does not check is none of this command's business.
func (p *program) mappingTarget(c *cli.Context, path string) (*target, error) {
	m, _, err := mapping.Load(path, p.readMapping())
	if err != nil {
		return nil, cannotRead(err)
	}
	return p.newTarget(c, path, m)
}

// partSize reads --part-size.
func partSize(c *cli.Context) (int64, error) {
	n := c.Int64("part-size")
	if n < 1 || n > upload.MaxPartSize {
		return 0, usage(fmt.Sprintf("Gong takes at most %d bytes", upload.MaxPartSize), "--part-size %d is no size of a file for Gong", n)
	}
	return n, nil
}
