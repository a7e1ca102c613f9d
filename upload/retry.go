package upload

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Retry says when a call is tried again. It is pure: the same numbers give the
// same wait.
type Retry struct {
	Delay    time.Duration // before the first retry; doubles with each
	MaxDelay time.Duration // bound of the doubling
	MaxAfter time.Duration // longest Retry-After that is waited for
	Max      int           // retries of one call; tries are one more
}

// delay is the wait before retry n (from 1), between half and the whole of the
// doubled delay as random, in [0,1), says.
func (r Retry) delay(n int, random float64) time.Duration {
	d := r.Delay
	for i := 1; i < n && d < r.MaxDelay; i++ {
		d *= 2
	}
	d = min(d, r.MaxDelay)
	return d/2 + time.Duration(random*float64(d-d/2))
}

// next gives the wait before retry n after verdict v; ok is false where there
// is none.
func (r Retry) next(n int, v verdict, random float64) (wait time.Duration, ok bool) {
	if v.outcome != outcomeLater && v.outcome != outcomeUnknown || n > r.Max || v.after > r.MaxAfter {
		return 0, false
	}
	if v.after > 0 {
		return v.after, true
	}
	return r.delay(n, random), true
}

// retryAfter reads the header of that name: whole seconds, or an HTTP date,
// which is held against the answer's own Date, since the clocks of two machines
// differ. It gives 0 for none and for what is not understood.
func retryAfter(h http.Header, now time.Time) time.Duration {
	text := strings.TrimSpace(h.Get("Retry-After"))
	if text == "" {
		return 0
	}
	if strings.Trim(text, "0123456789") == "" {
		seconds, err := strconv.ParseInt(text, 10, 64)
		if err != nil || seconds > int64(maxDuration/time.Second) {
			return maxDuration
		}
		return time.Duration(seconds) * time.Second
	}
	at, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	if date, err := http.ParseTime(h.Get("Date")); err == nil {
		now = date
	}
	return max(at.Sub(now), 0)
}

const maxDuration = time.Duration(1<<63 - 1)
