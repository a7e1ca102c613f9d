package upload

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

// call is one call of the API, which may take several attempts.
type call struct {
	method, path string
	query        url.Values
	contentType  string
	size         int64                         // exact length of the body
	body         func() (io.ReadCloser, error) // opens the body at its start; nil for none
	// creates is true where Gong knows the call by a client request id: an
	// answer that says neither yes nor no may then mean that it was taken.
	creates bool
	// unknown is set where an earlier attempt, perhaps of an earlier run, may
	// have been taken.
	unknown bool
	// keep is how many calls of the day's quota must be left after this one.
	keep int
	// read judges the body of a 2xx answer; an error means it is broken.
	read func(status int, body []byte) error
	// before and after are told of each attempt; an error ends the call.
	before func() error
	after  func(verdict) error

	part *part // for events; may be nil
}

func (c *call) name() string { return c.method + " " + c.path }

// reply is what came back from one attempt, without the secrets that may be
// repeated in it.
type reply struct {
	status int
	header http.Header
	body   []byte
	broken error // reading the body ended early
}

// maxReply bounds an answer; the largest is that of 100 records read back.
const maxReply = 64 << 20

// errTimeout is why an attempt ended that got no answer in time.
var errTimeout = errors.New("no answer in time")

// attempt makes one request. begun tells whether a connection was there, so
// that bytes may have reached Gong.
func (c *Client) attempt(ctx context.Context, k *call) (r *reply, begun bool, err error) {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	watch := time.AfterFunc(c.options.CallTimeout, func() { cancel(errTimeout) })
	defer watch.Stop()

	request, err := http.NewRequestWithContext(ctx, k.method, c.options.BaseURL+k.path+"?"+k.query.Encode(), nil)
	if err != nil {
		return nil, false, err
	}
	if len(k.query) == 0 {
		request.URL.RawQuery = ""
	}
	if k.body != nil {
		body, err := k.body()
		if err != nil {
			return nil, false, &localError{err}
		}
		// The watch starts anew with each piece that goes out, and so counts
		// from the last byte. The transport reads on a goroutine of its own,
		// perhaps a little longer than the attempt lasts. Without GetBody
		// nothing but us sends it again.
		var mu sync.Mutex
		over := false
		defer func() {
			mu.Lock()
			over = true
			mu.Unlock()
		}()
		request.Body = &meteredBody{ReadCloser: body, progress: func(sent int64) {
			mu.Lock()
			defer mu.Unlock()
			if over {
				return
			}
			watch.Reset(c.options.CallTimeout)
			if k.part != nil {
				c.options.Notify(Event{Kind: Sent, Call: k.name(), Part: k.part.Number, Type: k.part.Type, Bytes: sent, Lines: k.part.Lines})
			}
		}}
		request.ContentLength = k.size
		request.GetBody = nil
		request.Header.Set("Content-Type", k.contentType)
	}
	request.Header.Set("Authorization", c.options.Credentials.authorization())
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", c.options.UserAgent)

	response, err := c.http.Do(request)
	if err != nil {
		if cause := context.Cause(ctx); cause == errTimeout {
			err = errTimeout
		}
		return nil, connected.Load(), err
	}
	defer response.Body.Close()
	watch.Reset(c.options.CallTimeout)
	body, broken := io.ReadAll(io.LimitReader(response.Body, maxReply))
	for _, values := range response.Header {
		for i, v := range values {
			values[i] = string(c.scrub.answer([]byte(v)))
		}
	}
	return &reply{response.StatusCode, response.Header, c.scrub.answer(body), broken}, true, nil
}

// localError is a fault of this machine's files in the middle of a call.
type localError struct{ error }

func (e *localError) Unwrap() error { return e.error }

type meteredBody struct {
	io.ReadCloser
	sent     int64
	progress func(sent int64)
}

func (b *meteredBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 {
		b.sent += int64(n)
		b.progress(b.sent)
	}
	if err != nil && err != io.EOF {
		err = &localError{err}
	}
	return n, err
}

// do makes the call until it is taken or refused, the policy gives up, or the
// context ends. An error is an *Error, or the context's.
func (c *Client) do(ctx context.Context, k *call) error {
	c.turn.Lock()
	defer c.turn.Unlock()
	for try := 1; ; try++ {
		v, err := c.once(ctx, k)
		if err != nil {
			return err
		}
		if v.outcome == outcomeConflict && k.unknown {
			v = verdict{outcome: outcomeTaken}
		}
		if v.outcome == outcomeUnknown {
			k.unknown = true
		}
		if k.after != nil {
			if err := k.after(v); err != nil {
				return err
			}
		}
		if v.outcome == outcomeTaken {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		wait, again := c.retry.next(try, v, c.options.Random())
		if !again {
			return giveUp(k, v, try, c.retry)
		}
		c.options.Notify(Event{Kind: Waiting, Call: k.name(), Wait: wait, Message: v.err.Message})
		if err := c.options.Clock.sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// once makes one attempt within rate and quota.
func (c *Client) once(ctx context.Context, k *call) (verdict, error) {
	began, err := c.quota.turn(ctx, k.keep)
	if err != nil {
		return verdict{}, err
	}
	if k.before != nil {
		if err := k.before(); err != nil {
			return verdict{}, err
		}
	}
	r, begun, err := c.attempt(ctx, k)
	now := c.options.Clock.now()
	if err := c.quota.done(began); err != nil {
		return verdict{}, err
	}
	v := classify(k, r, begun, err, now)
	if v.err != nil {
		v.err.Message, v.err.RequestID = shorten(c.scrub.message(v.err.Message), maxMessage), c.scrub.message(v.err.RequestID)
		v.err.Err = nil
		if local := localCause(err); local != nil {
			v.err.Err = local
		}
	}
	return v, nil
}

// maxMessage bounds a message, which holds at most maxNamed texts of Gong, or
// what the network layer did not understand of an answer.
const maxMessage = 12_000

func localCause(err error) error {
	var local *localError
	if errors.As(err, &local) {
		return local.error
	}
	return nil
}
