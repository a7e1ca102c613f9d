package upload

import (
	"context"
	"time"
)

// limiter lets at most n calls begin in any second, however the second is laid.
// A call counts from when it ended, not from when it began: so the limit holds
// at Gong's end too, however long the call was on its way. There is no burst on
// top, as a bucket that refills would give. Calls come one after another.
type limiter struct {
	clock Clock
	ended []time.Time // ring of the last n calls
	next  int
}

// A limiter of n below 1 limits nothing.
func newLimiter(clock Clock, n int, earlier []time.Time) *limiter {
	l := &limiter{clock: clock, ended: make([]time.Time, max(n, 0))}
	if n < 1 {
		return l
	}
	if len(earlier) > n {
		earlier = earlier[len(earlier)-n:]
	}
	for _, t := range earlier {
		l.done(t)
	}
	return l
}

// wait returns when one more call may begin.
func (l *limiter) wait(ctx context.Context) error {
	if len(l.ended) == 0 {
		return ctx.Err()
	}
	oldest := l.ended[l.next]
	if oldest.IsZero() {
		return ctx.Err()
	}
	// A clock that was set back must not stop us for longer than the window.
	return l.clock.sleep(ctx, min(time.Second-l.clock.now().Sub(oldest), time.Second))
}

// done notes that a call ended at t.
func (l *limiter) done(t time.Time) {
	if len(l.ended) == 0 {
		return
	}
	l.ended[l.next] = t
	l.next = (l.next + 1) % len(l.ended)
}

// recent lists the ends of the last calls, oldest first.
func (l *limiter) recent() []time.Time {
	var list []time.Time
	for i := range l.ended {
		if t := l.ended[(l.next+i)%len(l.ended)]; !t.IsZero() {
			list = append(list, t)
		}
	}
	return list
}
