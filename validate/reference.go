package validate

import (
	"crm2gong/mapping"
	"crm2gong/mapping/diag"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
	"crm2gong/mapping/value"
)

// reference is a field that holds another record's id, as one worker judges it.
type reference struct {
	ledger  *ledger
	index   int // place among the entity's fields
	target  gong.ObjectType
	policy  mapping.Dangling
	missing rule // what an empty one breaks, noRule if nothing
	// judged: the ids of the target type are known. later: they are complete
	// only at the end, since the target is of the same or a later type.
	judged, later bool
	quiet         bool     // the rule is off: only counted
	owner         bool     // a deal's owner, by whom it can be hidden
	given         bool     // the current entity's source gave a value
	memo          ids.Memo // of what the target's ids are, unless later
	// what an empty and a dangling one hide a deal for
	hideEmpty, hideUnknown hides

	// what the current verdict rests on
	id      ids.ID
	deleted bool
}

// verdict is what becomes of one reference.
type verdict uint8

const (
	empty    verdict = iota
	linked           // the target is there
	dangles          // it is not, or is deleted, or the lookup missed
	deferred         // the end of the run will tell
	invalid          // left out: the value did not fit
	unjudged         // nothing is known of the target type
)

// references finds the references among the fields of a type.
func (r *Run) references(t gong.ObjectType, history bool, fields []gong.Field) []reference {
	var refs []reference
	for i := range fields {
		f := &fields[i]
		if f.Kind != gong.Reference || f.Target == gong.NoType {
			continue
		}
		unknown, missing := referenceUnknown, rule(noRule)
		if !f.Custom {
			unknown, missing = referenceRules(t, f.Name)
		}
		ref := reference{
			index: i, target: f.Target, missing: missing,
			policy: r.opt.References[mapping.Ref{Type: t, Field: f.Name}],
			judged: r.judged(f.Target), later: f.Target >= t && !history,
		}
		if history {
			ref.missing = noRule
		}
		ref.owner = t == gong.Deal && f.Name == "ownerId" && !history
		ref.quiet = r.severity[unknown] == diag.Off && ref.policy != mapping.Reject
		ref.hideEmpty, ref.hideUnknown = hideBit(missing), hideBit(unknown)
		ref.ledger = r.ledger(t, f.Name, f.Target, unknown, history, ref.policy)
		refs = append(refs, ref)
	}
	return refs
}

// verdict judges one reference of one entity.
func (w *Worker) verdict(ref *reference, v *gong.Value) verdict {
	switch v.Kind {
	case gong.StringVal:
		if v.Text == "" {
			return empty
		}
		if !ref.judged {
			return unjudged
		}
		ref.deleted = false
		if ref.later {
			ref.id = ids.Of(v.Text)
			return deferred
		}
		id, st, ok := ref.memo.Get(v.Text)
		if !ok {
			id, st = w.look(ref, v.Text)
		}
		ref.id = id
		switch st {
		case ids.None:
			return dangles
		case ids.Deleted:
			ref.deleted = true
			return dangles
		}
		return linked
	case gong.Unknown:
		ref.id, ref.deleted = ids.Of(v.Text), false
		return dangles
	case gong.Invalid:
		return invalid
	}
	return empty
}

// look looks for the id that a reference holds, and remembers what is known of
// it. That does not change any more: the target is of an earlier type.
func (w *Worker) look(ref *reference, text string) (ids.ID, ids.State) {
	id := ids.Of(text)
	st := w.run.state(ref.target, id)
	ref.memo.Put(text, id, st)
	return id, st
}

// judge judges the reference at i, counts it, and takes it out of the entity
// where that is the policy.
func (w *Worker) judge(e *gong.Entity, log *finding.Log, i int) {
	ref := &w.refs[i]
	v := &e.Values[ref.index]
	c := &w.notes.counts[i]
	verdict := w.verdict(ref, v)
	ref.given = verdict != empty
	switch verdict {
	case linked:
		c.linked++
		if ref.owner && w.run.seconds.Len() > 0 {
			if w.run.seconds.Get(ref.id) != ids.None {
				w.hide |= 1 << hideSecondOwner
				w.add(log, secondOwners, e, ref.index, "")
			}
		}
	case empty:
		c.empty++
		w.hide |= ref.hideEmpty
		if ref.missing != noRule {
			w.found(log, ref.missing, e, ref.index, "", "")
		}
	case invalid:
		c.invalid++
		w.hide |= ref.hideEmpty
	case unjudged:
		c.unjudged++
	case deferred:
		w.note(e, i).amount(w, e)
	case dangles:
		c.unknown++
		w.hide |= ref.hideUnknown
		if w.at.amount >= 0 {
			c.open = value.Plus(c.open, w.openAmount(e))
		}
		if !ref.quiet {
			w.note(e, i)
		}
		if ref.policy == mapping.Omit {
			*v = gong.Value{}
		}
	}
}

// refuse rejects an entity for the dangling reference at i. The finding waits
// for its cause.
func (w *Worker) refuse(e *gong.Entity, i int) *finding.Rejection {
	ref := &w.refs[i]
	v := &e.Values[ref.index]
	w.note(e, i)
	w.rejection = finding.Rejection{
		Code: codes[ref.ledger.rule], Field: w.fields[ref.index].Name,
		Reason: "no " + nouns[ref.target].one + " has this id", Value: v.Text,
	}
	switch {
	case v.Kind == gong.Unknown:
		w.rejection.Reason = "the lookup found no row for this key"
	case ref.deleted:
		w.rejection.Reason = "the " + nouns[ref.target].one + " with this id is a deletion"
	}
	return &w.rejection
}

// openAmount is the amount of an open deal, zero for all else.
func (w *Worker) openAmount(e *gong.Entity) value.Value {
	amount := &e.Values[w.at.amount]
	if amount.Kind != gong.NumberVal || !isOpen(&e.Values[w.at.status]) {
		return value.Value{}
	}
	return number(amount)
}
