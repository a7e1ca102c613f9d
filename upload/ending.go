package upload

import (
	"context"
	"errors"
	"fmt"
)

// stop words the end of a run that something stopped: 130 where the caller did,
// 4 where Gong has a part of this upload, else 3.
func (r *run) stop(ctx context.Context, err error) (*Receipt, error) {
	status := StatusFailed
	switch {
	case isContext(err) && ctx.Err() != nil:
		status = StatusInterrupted
	case StatusOf(err) == StatusUsage:
		status = StatusUsage
	case r.ledger.taken():
		status = StatusPartial
	}
	if !r.ledger.touched() {
		r.journal.close()
		r.discard()
		receipt := r.ledger.receipt()
		receipt.Parts = []PartReceipt{}
		receipt.Message = stopMessage(err)
		return receipt, withStatus(err, status, "")
	}
	// The journal may be what failed; then what is known already must do.
	_ = r.note(&event{Event: eventStopped, Outcome: string(Unfinished), Message: stopMessage(err), Rejects: r.ledger.rejects})
	receipt := r.ledger.receipt()
	receipt.Message = stopMessage(err)
	hint := ""
	if receipt.Outcome == Unfinished {
		hint = "go on with crm2gong upload --resume"
	}
	return receipt, withStatus(err, status, hint)
}

func stopMessage(err error) string {
	if isContext(err) {
		return "interrupted"
	}
	return err.Error()
}

// withStatus gives err the status that the upload's progress asks for, and the
// way on.
func withStatus(err error, status int, hint string) error {
	e := &Error{Status: status, Message: stopMessage(err), Hint: hint, Err: err}
	var was *Error
	if errors.As(err, &was) {
		*e = *was
		e.Status, e.Err = status, err
		if hint != "" && e.Hint != "" {
			hint = e.Hint + "; then " + hint
		}
		if hint != "" {
			e.Hint = hint
		}
	}
	return e
}

// why words an end that is not all well.
func (r *run) why() string {
	if p := r.ledger.general(); p != nil {
		return fmt.Sprintf("Gong could not take the %s file: %s", p.Type, p.final.General)
	}
	failed, unnamed := 0, 0
	for _, p := range r.ledger.parts {
		if p.final != nil {
			failed += p.final.Failed
			unnamed += p.final.Unnamed
		}
	}
	switch {
	case failed == 0:
		return ""
	case unnamed == 0:
		return "Gong refused " + plural(failed, "line")
	}
	return fmt.Sprintf("Gong refused %s and named %s of them", plural(failed, "line"), group(failed-unnamed))
}

func (r *run) advice() string {
	for _, p := range r.ledger.parts {
		if p.final != nil && p.final.more() {
			return "the next upload sends these files again; --bisect finds the lines that Gong did not name"
		}
	}
	if r.ledger.general() != nil {
		return "the next upload sends again what is missing"
	}
	return "mend the rejected rows; the next upload sends them"
}
