package upload

import (
	"os"
	"path/filepath"
	"slices"
)

// ledger is an upload as its journal tells it. It changes by events alone, so
// that a resumed upload knows what the first run knew.
type ledger struct {
	dir      string
	plan     planned
	parts    []*progress
	warnings []string
	rejects  []string
	ended    *event
	stopped  *event
}

// progress is how far a part has come.
type progress struct {
	part
	state     PartState
	everKnown bool // Gong had it at some time: it counts as taken for the exit status
	final     *final
	settled   bool
	committed bool
}

func newLedger(dir string, events []event) *ledger {
	l := &ledger{dir: dir}
	for i := range events {
		l.apply(&events[i])
	}
	return l
}

func (l *ledger) apply(e *event) {
	if e.Event != eventStopped {
		l.stopped = nil
	}
	if e.Plan != nil {
		l.plan = *e.Plan
		for _, p := range e.Plan.Parts {
			l.parts = append(l.parts, &progress{part: p, state: Pending})
		}
	}
	var p *progress
	if e.Part > 0 && e.Part <= len(l.parts) {
		p = l.parts[e.Part-1]
	}
	switch {
	case e.Event == eventWarned:
		l.warnings = append(l.warnings, e.Message)
	case e.Event == eventEnded:
		l.ended = e
		l.rejects = e.Rejects
	case e.Event == eventStopped:
		l.stopped = e
		l.rejects = e.Rejects
	case p == nil:
	case e.Event == eventSending:
		p.state = inFlight(p.state)
	case e.Event == eventAnswered:
		switch e.Outcome {
		case outcomeTaken.String():
			p.state, p.everKnown = PartAccepted, true
		case outcomeUnknown.String():
			p.state = Unknown
		default:
			// This attempt was not taken; an earlier one may have been.
			if p.state == sendingFirst {
				p.state = Pending
			}
		}
	case e.Event == eventRenamed:
		p.ID, p.state = e.ID, Pending
	case e.Event == eventFinal, e.Event == eventSettled:
		p.final, p.everKnown, p.settled = e.Final, true, e.Event == eventSettled
		p.state = PartDone
		if e.Final.Failed > 0 || e.Final.General != "" {
			p.state = PartFailed
		}
	case e.Event == eventCommitted:
		p.committed = true
	}
}

// sendingFirst is the state of a part whose first attempt has no answer yet: to
// be taken for unknown when the process died there.
const sendingFirst PartState = "sending"

// inFlight is the state of a part that is being sent. One that was being sent
// already was cut short by the end of its process, and may have been taken.
func inFlight(s PartState) PartState {
	if s == Pending {
		return sendingFirst
	}
	return Unknown
}

func (p *progress) isFinal() bool { return p.state == PartDone || p.state == PartFailed }

// mayBeTaken tells whether Gong may know the part's client request id.
func (p *progress) mayBeTaken() bool { return p.state == Unknown || p.state == sendingFirst }

// touched tells whether Gong took a part, or may have.
func (l *ledger) touched() bool {
	for _, p := range l.parts {
		if p.state != Pending || p.everKnown {
			return true
		}
	}
	return false
}

// taken tells whether Gong took a part.
func (l *ledger) taken() bool {
	for _, p := range l.parts {
		if p.everKnown {
			return true
		}
	}
	return false
}

// general gives the part that failed as a whole, nil if none did.
func (l *ledger) general() *progress {
	for _, p := range l.parts {
		if p.final != nil && p.final.General != "" {
			return p
		}
	}
	return nil
}

// open tells whether something is left that only --resume can do: a part to be
// asked for, or one to be sent.
func (l *ledger) open() bool {
	if l.ended != nil || !l.touched() {
		return false
	}
	stop := l.general() != nil
	for _, p := range l.parts {
		if !p.isFinal() && (p.state != Pending || !stop) {
			return true
		}
	}
	return false
}

// outcome words where the upload stands.
func (l *ledger) outcome() Outcome {
	switch {
	case l.ended != nil:
		return Outcome(l.ended.Outcome)
	case l.touched():
		return Unfinished
	}
	return Failed
}

// verdict is the outcome of an upload of which nothing more is to be done: Gong
// has judged a part of it at least.
func (l *ledger) verdict() Outcome {
	for _, p := range l.parts {
		if p.state != PartDone {
			return Partial
		}
	}
	return Done
}

// receipt tells the upload for people and machines.
func (l *ledger) receipt() *Receipt {
	r := newReceipt(l.plan.Integration)
	r.Upload, r.Outcome = l.plan.Upload, l.outcome()
	if !l.touched() {
		r.Upload = ""
	}
	r.Started = l.plan.Started
	if l.ended != nil {
		r.Ended = l.ended.At
	}
	r.Warnings = append(r.Warnings, l.warnings...)
	for _, path := range l.rejects {
		// As this process sees the folder: the one that wrote it may have run elsewhere.
		r.Rejects = append(r.Rejects, filepath.Join(l.dir, rejectsFolder, filepath.Base(path)))
	}
	for _, p := range l.parts {
		state := p.state
		if state == sendingFirst {
			state = Unknown
		}
		pr := PartReceipt{Type: p.Type, ClientRequestID: p.ID, Lines: p.Lines, Bytes: p.Bytes, State: state}
		if p.final != nil {
			pr.Taken, pr.Failed = p.final.Taken, p.final.Failed
			r.FailedLines = append(r.FailedLines, p.final.Lines...)
			r.FailedUnnamed += p.final.Unnamed
		}
		r.Parts = append(r.Parts, pr)
	}
	if e := l.ended; e != nil {
		r.Message = e.Message
	} else if l.stopped != nil {
		r.Message = l.stopped.Message
	}
	return r
}

// ledgers reads all uploads of the store, newest first, but those that did not
// get as far as a plan.
func (s *Store) ledgers() ([]*ledger, error) {
	entries, err := os.ReadDir(s.path("uploads"))
	if err != nil && !os.IsNotExist(err) {
		return nil, failed(err, "read the state folder")
	}
	var list []*ledger
	for _, e := range slices.Backward(entries) {
		l, err := readLedger(s.path("uploads", e.Name()))
		if err != nil {
			return nil, err
		}
		if l != nil {
			list = append(list, l)
		}
	}
	return list, nil
}
