package upload

import (
	"crypto/tls"
	"crypto/x509"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"
)

// ClientOptions say how Gong is called. Zero values mean the defaults given.
type ClientOptions struct {
	// BaseURL is what ParseBaseURL returned.
	BaseURL     string
	Credentials Credentials

	CallsPerSecond int           // in any sliding second; 3; negative means no limit
	CallsPerDay    int           // per UTC day, over all runs of the state folder; 10,000
	RetryDelay     time.Duration // 1s
	MaxRetryDelay  time.Duration // 60s
	MaxRetries     int           // 8; negative means none
	MaxRetryAfter  time.Duration // 5m
	CallTimeout    time.Duration // from the last byte sent to the answer; 5m
	PollInterval   time.Duration // 2s, then × 1.5
	PollMax        time.Duration // 60s
	PollTimeout    time.Duration // per part; 2h

	UserAgent string // "crm2gong"
	// Proxy finds the proxy of a request, such as http.ProxyFromEnvironment;
	// nil means none.
	Proxy func(*http.Request) (*url.URL, error)
	// RootCAs are trusted instead of the system's where not nil.
	RootCAs *x509.CertPool
	Clock   Clock
	// Random gives numbers in [0,1) for the jitter; nil means a random source.
	Random func() float64
	// Notify is told of what goes out and of every wait, one event at a time, some of
	// them on another goroutine; nil means nobody is.
	Notify func(Event)
}

func (o *ClientOptions) fill() {
	fill := func(d *time.Duration, v time.Duration) {
		if *d <= 0 {
			*d = v
		}
	}
	if o.CallsPerSecond == 0 {
		o.CallsPerSecond = 3
	}
	if o.CallsPerDay <= 0 {
		o.CallsPerDay = 10_000
	}
	if o.MaxRetries == 0 {
		o.MaxRetries = 8
	}
	o.MaxRetries = max(o.MaxRetries, 0)
	fill(&o.RetryDelay, time.Second)
	fill(&o.MaxRetryDelay, time.Minute)
	fill(&o.MaxRetryAfter, 5*time.Minute)
	fill(&o.CallTimeout, 5*time.Minute)
	fill(&o.PollInterval, 2*time.Second)
	fill(&o.PollMax, time.Minute)
	fill(&o.PollTimeout, 2*time.Hour)
	if o.UserAgent == "" {
		o.UserAgent = "crm2gong"
	}
	if o.Random == nil {
		o.Random = rand.Float64
	}
	if o.Notify == nil {
		o.Notify = func(Event) {}
	}
}

// Client calls Gong's CRM API: one call at a time, within the rate and the
// day's quota, each tried again by one policy. It is safe for several
// goroutines, which then wait for each other.
type Client struct {
	options ClientOptions
	http    *http.Client
	retry   Retry
	quota   *quota
	scrub   *scrubber
	// turn keeps calls one after another.
	turn sync.Mutex
}

// NewClient makes a client that counts its calls in the state folder of store.
func NewClient(o ClientOptions, store *Store) (*Client, error) {
	o.fill()
	c := &Client{
		options: o,
		retry:   Retry{o.RetryDelay, o.MaxRetryDelay, o.MaxRetryAfter, o.MaxRetries},
		quota:   &quota{path: store.path("calls.json"), clock: o.Clock, perSecond: o.CallsPerSecond, perDay: o.CallsPerDay},
	}
	var proxy *url.URL
	if o.Proxy != nil {
		if request, err := http.NewRequest(http.MethodGet, o.BaseURL, nil); err == nil {
			if proxy, err = o.Proxy(request); err != nil {
				return nil, usage("correct the proxy's address in the environment", "the proxy's address is none")
			}
		}
	}
	c.scrub = o.Credentials.scrubber(proxy)
	c.http = &http.Client{
		Transport:     newTransport(o),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return c, nil
}

// BaseURL is the address that the client calls.
func (c *Client) BaseURL() string { return c.options.BaseURL }

// UsedToday is how many calls were made today (UTC), over all runs that share
// the state folder, and how many a day has.
func (c *Client) UsedToday() (used, perDay int, err error) {
	used, err = c.quota.used()
	return used, c.options.CallsPerDay, err
}

// newTransport makes every call on a connection of its own: Go's client replays
// a GET by itself when a connection that it used before breaks, and such a call
// would escape the rate and the day's count. HTTP/2, which replays too, is left
// out for the same reason.
func newTransport(o ClientOptions) *http.Transport {
	dialer := &net.Dialer{Timeout: 30 * time.Second}
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		Proxy:                  o.Proxy,
		DialContext:            dialer.DialContext,
		TLSClientConfig:        &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: o.RootCAs},
		TLSHandshakeTimeout:    30 * time.Second,
		DisableKeepAlives:      true,
		DisableCompression:     false,
		MaxResponseHeaderBytes: 1 << 20,
		WriteBufferSize:        64 << 10,
		Protocols:              protocols,
	}
}

// Event tells what the client or an upload is doing, for progress and traces.
// It never holds a credential.
type Event struct {
	Kind    EventKind
	Call    string        // such as "POST /v2/crm/entities"
	Wait    time.Duration // Waiting: how long
	Message string        // Waiting: why
	Part    int           // number of the part concerned, from 1; 0 for none
	Type    string        // the part's object type
	Bytes   int64         // Sent: bytes of the body sent so far; else the part's bytes
	Lines   int           // the part's lines
}

// EventKind is what an Event tells.
type EventKind uint8

// Kinds of events.
const (
	Sent       EventKind = iota + 1 // a piece of a part's body is on its way
	Waiting                         // before the next attempt or poll
	Accepted                        // Gong has a part
	Processing                      // Gong works on a part
	Finished                        // a part has its final status
	Spooled                         // a part is written and ready
)

func formatID(id int64) string { return strconv.FormatInt(id, 10) }
