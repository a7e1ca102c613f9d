package gongtest

import (
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Fault is one way in which a call goes wrong.
type Fault struct {
	Mode       Mode
	Bytes      int64         // Reset: of the body read before
	Status     int           // Status, TakenStatus, Early: of the answer; Answer: 200 if 0
	RetryAfter string        // TooMany, Status: the header; "date:5" is an HTTP date 5 s after Date
	Delay      time.Duration // Slow: before the call is served
	Location   string        // Redirect
	Body       string        // Answer: the body, in JSON or not
	Skew       time.Duration // TooMany with a date: how far Gong's clock is ahead of ours
}

// Mode names a fault.
type Mode string

// Modes. Those that begin with taken do what the call asks for first.
const (
	Reset          Mode = "reset"           // the connection is reset within the body
	Close          Mode = "close"           // it is closed without an answer
	Silence        Mode = "silence"         // no answer ever
	HTML           Mode = "html"            // 200 with a page
	Status         Mode = "status"          // an error status
	Early          Mode = "early"           // an error status before the body is read
	TooMany        Mode = "too-many"        // 429
	Redirect       Mode = "redirect"        // 302
	TakenReset     Mode = "taken-reset"     // then the connection is reset
	TakenClose     Mode = "taken-close"     // then it is closed
	TakenSilence   Mode = "taken-silence"   // then there is no answer ever
	TakenTruncated Mode = "taken-truncated" // then the answer breaks off
	TakenHTML      Mode = "taken-html"      // then 200 with a page
	TakenStatus    Mode = "taken-status"    // then an error status
	TakenEmpty     Mode = "taken-empty"     // then the right status without a body
	TakenTwice     Mode = "taken-twice"     // processed twice
	Slow           Mode = "slow"            // served late
	Strange        Mode = "strange"         // a status word that nobody knows, and fields that are new
	Forgotten      Mode = "forgotten"       // 404, as if the request were not known yet
	Answer         Mode = "answer"          // a body of the caller's
)

const page = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in</body></html>"

// strike answers the exchange as the fault says.
func (f *Fault) strike(x *exchange) {
	switch f.Mode {
	case Reset:
		_, _ = io.CopyN(io.Discard, x.r.Body, f.Bytes) // as much as there is
		x.cut(true)
	case Close:
		_, _ = io.Copy(io.Discard, x.r.Body) // as much as there is
		x.cut(false)
	case Silence:
		_, _ = io.Copy(io.Discard, x.r.Body) // as much as there is
		<-x.r.Context().Done()
		x.cut(false)
	case HTML:
		_, _ = io.Copy(io.Discard, x.r.Body) // as much as there is
		x.html()
	case Status, Early:
		if f.Mode == Status {
			_, _ = io.Copy(io.Discard, x.r.Body) // as much as there is
		}
		x.refuse(f.Status, statusText(f.Status))
		f.wait(x)
		x.flush()
	case TooMany:
		_, _ = io.Copy(io.Discard, x.r.Body) // as much as there is
		x.refuse(http.StatusTooManyRequests, "API rate limit exceeded")
		f.wait(x)
		x.flush()
	case Redirect:
		_, _ = io.Copy(io.Discard, x.r.Body) // as much as there is
		x.refuse(http.StatusFound)
		x.header = map[string]string{"Location": f.Location}
		x.flush()
	case Slow:
		time.Sleep(f.Delay)
		x.serve()
		x.flush()
	case Forgotten:
		x.refuse(http.StatusNotFound, "No request with this clientRequestId")
		x.flush()
	case Answer:
		_, _ = io.Copy(io.Discard, x.r.Body) // as much as there is
		x.status, x.body = http.StatusOK, []byte(f.Body)
		if f.Status != 0 {
			x.status = f.Status
		}
		x.flush()
	case Strange:
		x.answer(http.StatusOK, map[string]any{"requestId": x.requestID(), "status": "RESTING", "mood": []int{1}, "errors": nil})
		x.flush()
	default:
		f.taken(x)
	}
}

// taken serves the call and then spoils the answer, unless the call was refused
// anyway.
func (f *Fault) taken(x *exchange) {
	x.serve()
	if !x.call.Taken {
		x.flush()
		return
	}
	switch f.Mode {
	case TakenReset:
		x.cut(true)
	case TakenSilence:
		<-x.r.Context().Done()
		x.cut(false)
	case TakenTruncated:
		x.note(x.status)
		x.w.Header().Set("Content-Type", "application/json")
		x.w.Header().Set("Content-Length", strconv.Itoa(len(x.body)))
		x.w.WriteHeader(x.status)
		_, _ = x.w.Write(x.body[:len(x.body)/2]) // it breaks off anyway
		if c, ok := x.w.(http.Flusher); ok {
			c.Flush()
		}
		panic(http.ErrAbortHandler)
	case TakenHTML:
		x.html()
	case TakenStatus:
		x.refuse(f.Status, statusText(f.Status))
		f.wait(x)
		x.flush()
	case TakenEmpty:
		x.body = nil
		x.flush()
	case TakenTwice:
		x.g.mu.Lock()
		if u := x.g.byRequest[x.call.Request]; u != nil {
			u.Processed++
		}
		x.g.mu.Unlock()
		x.flush()
	default: // TakenClose
		x.cut(false)
	}
}

func (f *Fault) wait(x *exchange) {
	if f.RetryAfter == "" {
		return
	}
	value := f.RetryAfter
	x.header = map[string]string{}
	if text, isDate := strings.CutPrefix(value, "date:"); isDate {
		n, _ := strconv.Atoi(text) // 0 where it is no number
		now := time.Now().Add(f.Skew)
		x.header["Date"] = now.UTC().Format(http.TimeFormat)
		value = now.Add(time.Duration(n) * time.Second).UTC().Format(http.TimeFormat)
	}
	x.header["Retry-After"] = value
}

func statusText(status int) string {
	if status == http.StatusInternalServerError {
		return "Internal server error occurred"
	}
	return http.StatusText(status)
}

func (x *exchange) html() {
	x.note(http.StatusOK)
	x.w.Header().Set("Content-Type", "text/html")
	x.w.WriteHeader(http.StatusOK)
	_, _ = io.WriteString(x.w, page) // the other side may be gone
}

// cut ends the connection without an answer; hard resets it.
func (x *exchange) cut(hard bool) {
	x.note(0)
	h, ok := x.w.(http.Hijacker)
	if !ok {
		panic(http.ErrAbortHandler)
	}
	c, _, err := h.Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := c.(*net.TCPConn); ok && hard {
		_ = tcp.SetLinger(0) // a reset instead of an orderly end
	}
	_ = c.Close()
}

// Script gives faults by operation in turn: the first call of the operation
// meets the first, and so on; a nil one lets its call pass.
func Script(faults map[string][]*Fault) func(Call) *Fault {
	return func(c Call) *Fault {
		if list := faults[c.Operation]; c.OfKind <= len(list) {
			return list[c.OfKind-1]
		}
		return nil
	}
}

// Random gives each call a fault with the probability rate, at most limit in
// all, of modes that a client must outlive; the same seed and calls give the
// same faults.
func Random(seed uint64, rate float64, limit int) func(Call) *Fault {
	var mu sync.Mutex
	r := rand.New(rand.NewPCG(seed, 0x600d))
	return func(c Call) *Fault {
		mu.Lock()
		defer mu.Unlock()
		if limit == 0 || r.Float64() >= rate {
			return nil
		}
		limit--
		return randomFault(r, c)
	}
}

func randomFault(r *rand.Rand, c Call) *Fault {
	statuses := []int{500, 502, 503, 504}
	status := statuses[r.IntN(len(statuses))]
	all := []*Fault{
		{Mode: Reset, Bytes: int64(r.IntN(2000))},
		{Mode: Close},
		{Mode: HTML},
		{Mode: Status, Status: status},
		{Mode: Status, Status: 503, RetryAfter: "0"},
		{Mode: TooMany, RetryAfter: []string{"", "0", "abc", "-3", "1.5", "date:0"}[r.IntN(6)]},
		{Mode: Slow, Delay: time.Duration(r.IntN(3)) * time.Millisecond},
	}
	switch c.Operation {
	case PostEntities, DelIntegration, PutIntegration, PostSchema:
		all = append(all, &Fault{Mode: TakenReset}, &Fault{Mode: TakenClose}, &Fault{Mode: TakenTruncated}, &Fault{Mode: TakenHTML},
			&Fault{Mode: TakenStatus, Status: status}, &Fault{Mode: TakenEmpty})
	case GetStatus:
		all = append(all, &Fault{Mode: Strange}, &Fault{Mode: Forgotten})
	}
	return all[r.IntN(len(all))]
}

// String describes the fault, for messages of tests.
func (f *Fault) String() string {
	return fmt.Sprintf("%s %d %s", f.Mode, f.Status, f.RetryAfter)
}
