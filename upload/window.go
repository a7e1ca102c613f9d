package upload

import (
	"slices"
	"time"
)

// window holds the calls of the last second, of every run that shares a state
// folder: so at most n begin in any second, however the second is laid. There is
// no burst on top, as a bucket that refills would give.
//
// A call counts from when it ended, not from when it began: so the limit holds
// at Gong's end too, however long the call was on its way. One that has not
// ended counts from now on, but at most from grace after it began: by then it
// has reached Gong, or its process is gone.
type window struct {
	Ended []time.Time `json:"last"`
	Begun []time.Time `json:"begun,omitempty"` // and not ended
}

const (
	second = time.Second
	grace  = time.Second
)

// settle brings the window to the present.
func (w *window) settle(now time.Time) {
	old := now.Add(-second)
	begun := w.Begun[:0:0]
	for _, t := range w.Begun {
		if t.After(now) { // the clock was set back
			t = now
		}
		if now.Sub(t) < grace {
			begun = append(begun, t)
		} else {
			w.Ended = append(w.Ended, t.Add(grace))
		}
	}
	ended := w.Ended[:0:0]
	for _, t := range w.Ended {
		if t.After(now) {
			t = now
		}
		if t.After(old) {
			ended = append(ended, t)
		}
	}
	slices.SortFunc(ended, time.Time.Compare)
	w.Begun, w.Ended = begun, ended
}

// begin notes a call that begins now, or gives the time after which to ask
// again where n are in the window.
func (w *window) begin(n int, now time.Time) (wait time.Duration) {
	w.settle(now)
	full := len(w.Ended) + len(w.Begun) - n // how many must leave before one may begin, less one
	switch {
	case full < 0:
		w.Begun = append(w.Begun, now)
		return 0
	case full < len(w.Ended):
		return w.Ended[full].Add(second).Sub(now)
	}
	return second // a second at least after the end of one on its way
}

// end notes that the call that began at a time ended.
func (w *window) end(began, now time.Time) {
	if i := slices.IndexFunc(w.Begun, began.Equal); i >= 0 {
		w.Begun = slices.Delete(w.Begun, i, i+1)
	}
	w.Ended = append(w.Ended, now)
	w.settle(now)
}
