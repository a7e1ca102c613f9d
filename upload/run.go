package upload

import (
	"context"
	"os"
	"path/filepath"
)

// run is one upload under way.
type run struct {
	*Session
	opt     Options
	dir     string
	ledger  *ledger
	journal *journal
	state   *State
}

// Upload plans what the input has against the state, spools it, and sends it.
// The receipt is never nil. The error, if any, is an *Error, or the context's
// where the caller stopped it; its status is that of the program.
func (s *Session) Upload(ctx context.Context, in Input, o Options) (receipt *Receipt, err error) {
	receipt = newReceipt("")
	receipt.Outcome = Failed
	defer func() {
		if err != nil && receipt.Message == "" {
			receipt.Message = stopMessage(err)
		}
	}()
	if err := s.resolve(ctx); err != nil {
		return receipt, err
	}
	receipt.Integration = formatID(s.Integration)
	release, err := s.Store.lock(s.Integration, s.Clock.now())
	if err != nil {
		return receipt, err
	}
	defer release()
	if err := s.finishEarlier(); err != nil {
		return receipt, err
	}
	st, err := s.state()
	if err != nil {
		return receipt, err
	}
	r := &run{Session: s, opt: o, state: st}
	plan, err := r.spool(ctx, in)
	if err != nil {
		if StatusOf(err) == StatusProblems {
			receipt.Outcome = Refused
		}
		return receipt, err
	}
	receipt.Warnings = append(receipt.Warnings, plan.Warnings...)
	pushed := false
	if len(plan.schemas) > 0 {
		report, err := s.pushSchemas(ctx, st, plan.schemas, nil, "crm2gong schema push does it with --allow-data-loss, if that is meant")
		if err != nil {
			r.discard()
			if StatusOf(err) == StatusProblems {
				receipt.Outcome = Refused
			}
			return receipt, err
		}
		pushed = report.Sent
	}
	if len(plan.parts) == 0 {
		r.discard()
		receipt.Outcome = Nothing
		if pushed {
			receipt.Outcome = Done
		}
		return receipt, nil
	}
	if err := r.begin(plan, in.Stamps); err != nil {
		r.discard()
		return receipt, err
	}
	defer r.journal.close()
	return r.drive(ctx)
}

// Resume goes on with the unfinished upload: it sends the bytes that were
// spooled, under the ids of the journal, and reads no input. Where nothing is
// unfinished the outcome is Nothing and nobody is called.
func (s *Session) Resume(ctx context.Context, o Options) (*Receipt, error) {
	integration := ""
	if s.Integration != 0 {
		integration = formatID(s.Integration)
	}
	receipt := newReceipt(integration)
	found, err := s.unfinished(0)
	if err != nil || found == nil {
		return receipt, err
	}
	if s.Integration == 0 {
		if s.Integration, err = ParseIntegration(found.plan.Integration); err != nil {
			return receipt, err
		}
	}
	ours, err := s.unfinished(s.Integration)
	if err != nil {
		return receipt, err
	}
	if ours == nil {
		receipt.Outcome = Unfinished
		return receipt, usage("resume it with --integration "+found.plan.Integration, "the unfinished upload %s is to integration %s, not to %d", found.plan.Upload, found.plan.Integration, s.Integration)
	}
	if ours.plan.BaseURL != s.Client.BaseURL() {
		return ours.receipt(), usage("resume it with the same base URL, or give it up with --abandon", "the unfinished upload %s is to %s, not to %s", ours.plan.Upload, ours.plan.BaseURL, s.Client.BaseURL())
	}
	release, err := s.Store.lock(s.Integration, s.Clock.now())
	if err != nil {
		return ours.receipt(), err
	}
	defer release()
	// Another process may have ended it before the lock was ours.
	if ours, err = s.unfinished(s.Integration); err != nil || ours == nil {
		receipt.Integration = formatID(s.Integration)
		return receipt, err
	}
	r, err := s.open(ours, o)
	if err != nil {
		return ours.receipt(), err
	}
	defer r.journal.close()
	return r.drive(ctx)
}

// open takes up an upload again.
func (s *Session) open(l *ledger, o Options) (*run, error) {
	st, err := s.state()
	if err != nil {
		return nil, err
	}
	j, events, err := openJournal(filepath.Join(l.dir, "journal"), s.Clock, s.stepTo)
	if err != nil {
		return nil, err
	}
	return &run{Session: s, opt: o, dir: l.dir, ledger: newLedger(l.dir, events), journal: j, state: st}, nil
}

// finishEarlier deals with uploads that a process left behind: one of which
// Gong cannot have anything is removed, one that only lacks its end is ended,
// any other stops a new upload.
func (s *Session) finishEarlier() error {
	marks, err := s.Store.marked()
	if err != nil {
		return err
	}
	for _, m := range marks {
		if m.integration != formatID(s.Integration) {
			continue
		}
		l, err := readLedger(m.dir)
		if err != nil {
			return err
		}
		if err := s.finish(m, l); err != nil {
			return err
		}
	}
	return nil
}

// finish deals with one upload that a process left behind; l is nil where it
// did not get as far as a plan.
func (s *Session) finish(m marker, l *ledger) error {
	var err error
	switch {
	case l == nil || !l.touched():
		err = os.RemoveAll(m.dir)
	case l.ended != nil:
		err = os.RemoveAll(filepath.Join(m.dir, "parts"))
	case l.open():
		return &Error{Status: StatusFailed, Err: ErrUnfinished, Message: "upload " + l.plan.Upload + " is unfinished",
			Hint: "go on with it: crm2gong upload --resume; or give it up: crm2gong upload --abandon"}
	default:
		r, err := s.open(l, Options{})
		if err != nil {
			return err
		}
		defer r.journal.close()
		if err := r.commitFinal(); err != nil {
			return err
		}
		return r.end(r.ledger.verdict(), r.why())
	}
	if err == nil {
		err = s.Store.unmark(m.dir)
	}
	if err != nil {
		return failed(err, "remove what an upload left behind")
	}
	return nil
}

// spool plans, and writes the parts. After an error nothing is left behind.
func (r *run) spool(ctx context.Context, in Input) (*Plan, error) {
	now := r.instant(r.opt)
	began := r.Clock.now().UTC()
	name := began.Format("20060102T150405.000Z") + "-" + randomHex(3)
	r.dir = r.Store.path("uploads", name)
	err := r.stepTo("mark")
	if err == nil {
		err = r.Store.mark(name, r.Integration)
	}
	if err == nil {
		err = os.MkdirAll(filepath.Join(r.dir, "parts"), 0o700)
	}
	if err != nil {
		r.discard()
		return nil, failed(err, "make the upload's folder")
	}
	p := planner{input: in, opt: r.opt, state: r.state, now: now, dir: r.dir, step: r.stepTo}
	plan, err := p.run(ctx)
	if err == nil && len(plan.parts) > 0 {
		for _, dir := range []string{filepath.Join(r.dir, "parts"), r.dir, r.Store.path("uploads"), r.Store.Dir()} {
			if err = syncDir(dir); err != nil {
				err = failed(err, "spool")
				break
			}
		}
	}
	if err == nil {
		plan.Calls.UsedToday, plan.Calls.PerDay, err = r.Client.UsedToday()
		plan.warnOfCalls()
	}
	if err != nil {
		r.discard()
		return plan, err
	}
	for _, q := range plan.parts {
		r.notify(Event{Kind: Spooled, Part: q.Number, Type: q.Type, Bytes: q.Bytes, Lines: q.Lines})
	}
	return plan, nil
}

// discard removes an upload of which nothing was sent.
func (r *run) discard() {
	// What stays is swept by the next upload.
	if os.RemoveAll(r.dir) == nil {
		_ = r.Store.unmark(r.dir)
	}
}

// begin writes the plan into the journal.
func (r *run) begin(plan *Plan, stamps map[string]string) error {
	j, err := createJournal(filepath.Join(r.dir, "journal"), r.Clock, r.stepTo)
	if err != nil {
		return err
	}
	r.journal, r.ledger = j, newLedger(r.dir, nil)
	err = r.note(&event{Event: eventPlanned, Plan: &planned{
		Version: journalVersion, Upload: filepath.Base(r.dir), Integration: formatID(r.Integration), BaseURL: r.Client.BaseURL(),
		Started: r.Clock.now().UTC(), Parts: plan.parts, Stamps: stamps,
	}})
	for _, w := range plan.Warnings {
		if err == nil {
			err = r.note(&event{Event: eventWarned, Message: w})
		}
	}
	if err != nil {
		j.close()
	}
	return err
}

// note writes an event and, once it is durable, lets the ledger know.
func (r *run) note(e *event) error {
	if err := r.journal.append(e); err != nil {
		return err
	}
	r.ledger.apply(e)
	return nil
}

// drive sends and polls until every part has its final status or something
// stops it, and words the end.
func (r *run) drive(ctx context.Context) (*Receipt, error) {
	err := r.phases(ctx)
	if err != nil {
		return r.stop(ctx, err)
	}
	if err := r.end(r.ledger.verdict(), r.why()); err != nil {
		return r.stop(ctx, err)
	}
	receipt := r.ledger.receipt()
	if receipt.Outcome != Done {
		return receipt, &Error{Status: StatusPartial, Message: receipt.Message, Hint: r.advice()}
	}
	return receipt, nil
}

// phases sends the parts, one phase after another.
func (r *run) phases(ctx context.Context) error {
	if err := r.commitFinal(); err != nil {
		return err
	}
	for at := 0; at < len(r.ledger.parts); {
		end := at
		for end < len(r.ledger.parts) && r.ledger.parts[end].Phase == r.ledger.parts[at].Phase {
			end++
		}
		parts := r.ledger.parts[at:end]
		// A part that failed as a whole stops all that are not on their way.
		for _, p := range parts {
			if r.ledger.general() == nil || p.mayBeTaken() {
				if err := r.send(ctx, p); err != nil {
					return err
				}
			}
		}
		for _, p := range parts {
			if err := r.settle(ctx, p); err != nil {
				return err
			}
		}
		at = end
	}
	return nil
}

// send posts a part unless Gong has it.
func (r *run) send(ctx context.Context, p *progress) error {
	if p.state == PartAccepted || p.isFinal() {
		return nil
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := p.check(r.dir); err != nil {
		return err
	}
	err := r.Client.postEntities(ctx, r.Integration, &p.part, filepath.Join(r.dir, p.File), p.mayBeTaken(),
		func() error {
			return r.note(&event{Event: eventSending, Part: p.Number, ID: p.ID})
		},
		func(v verdict) error {
			e := &event{Event: eventAnswered, Part: p.Number, ID: p.ID, Outcome: v.outcome.String()}
			if v.err != nil {
				e.Message, e.RequestID = v.err.Message, v.err.RequestID
			}
			if err := r.note(e); err != nil {
				return err
			}
			if v.outcome == outcomeConflict {
				// Somebody used our id: it is dropped, and the next try is made
				// under another.
				return r.note(&event{Event: eventRenamed, Part: p.Number, ID: newRequestID(p.Type, p.Number, r.Clock.now())})
			}
			return nil
		})
	if err == nil {
		r.notify(Event{Kind: Accepted, Part: p.Number, Type: p.Type, Bytes: p.Bytes, Lines: p.Lines})
	}
	return err
}

// settle waits for a part's final status and brings what Gong took into the
// state.
func (r *run) settle(ctx context.Context, p *progress) error {
	if p.state == PartAccepted {
		about := Event{Part: p.Number, Type: p.Type, Bytes: p.Bytes, Lines: p.Lines}
		status, err := r.Client.poll(ctx, r.Integration, p.ID, about)
		if err != nil {
			return err
		}
		f, warning, err := r.judge(&p.part, status)
		if err != nil {
			return err
		}
		if err := r.note(&event{Event: eventFinal, Part: p.Number, ID: p.ID, RequestID: clip(string(status.RequestID), maxRequestID), Final: f}); err != nil {
			return err
		}
		if warning != "" {
			if err := r.note(&event{Event: eventWarned, Part: p.Number, Message: warning}); err != nil {
				return err
			}
		}
		about.Kind, about.Message = Finished, f.Status
		r.notify(about)
	}
	if !p.isFinal() {
		return nil
	}
	if r.opt.Bisect && p.final.more() && !p.settled && !p.committed {
		if err := r.bisect(ctx, p); err != nil {
			return err
		}
	}
	return r.commit(p)
}

// commitFinal brings parts into the state whose final status an earlier process
// saw and did not live to store.
func (r *run) commitFinal() error {
	for _, p := range r.ledger.parts {
		if p.isFinal() && !p.committed && !(r.opt.Bisect && p.final.more()) {
			if err := r.commit(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// end closes the upload: the files of rejected rows are written, the end is
// journalled, and the parts, which hold customers' data, are removed.
func (r *run) end(o Outcome, why string) error {
	rejects, err := r.writeRejects()
	if err != nil {
		return err
	}
	if err := r.note(&event{Event: eventEnded, Outcome: string(o), Message: why, Rejects: rejects}); err != nil {
		return err
	}
	// What stays is swept by the next upload: an ended one needs no parts.
	if os.RemoveAll(filepath.Join(r.dir, "parts")) == nil {
		_ = r.Store.unmark(r.dir)
	}
	return nil
}
