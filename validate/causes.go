package validate

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"crm2gong/mapping"
	"crm2gong/mapping/diag"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
	"crm2gong/mapping/value"
)

// Causes of dangling references, in the order in which they are looked for.
const (
	CauseRejected  = "rejected"   // the record was rejected; the detail is the code
	CauseFiltered  = "filtered"   // the record was left out; the detail is the filter's name
	CauseDeleted   = "deleted"    // the record is a deletion
	CauseIDLength  = "id-length"  // a Salesforce id of 15 characters against one of 18
	CauseCase      = "case"       // ids that differ in case or blanks alone
	CauseOtherType = "other-type" // the id of a record of another type, which the detail names
	CauseAbsent    = "absent"     // no such record; the detail "lookup" says that a lookup found no row
)

// OutcomeWritten tells Run.Outcome of a record that was written.
const OutcomeWritten = "written"

const detailLookup = "lookup"

// wanted are the missing ids of one type: what became of their records is asked.
type wanted struct {
	exact map[ids.ID]*outcome
	loose map[ids.ID][]*outcome // by the id without case and blanks
}

// outcome is what became of the record of a missing id.
type outcome struct {
	cause, detail string
	written       string // the written id that differs in case or blanks alone
}

// want gathers the ids whose records are to be looked for. Of those that the
// run deletes the cause is known.
func (r *Run) want() {
	for _, l := range r.ledgers {
		for i := range l.lost {
			x := &l.lost[i]
			if x.found || x.lookup || x.deleted || !r.opt.Mapped[l.target] {
				continue
			}
			w := r.wanted[l.target]
			if w == nil {
				w = &wanted{exact: map[ids.ID]*outcome{}, loose: map[ids.ID][]*outcome{}}
				r.wanted[l.target] = w
			}
			if w.exact[x.id] == nil {
				o := &outcome{}
				w.exact[x.id] = o
				n := looseID(x.text)
				w.loose[n] = append(w.loose[n], o)
			}
		}
	}
}

// looseID hashes an id without regard to case and blanks.
func looseID(s string) ids.ID {
	var buf [96]byte
	b := buf[:0]
	for i := 0; i < len(s) && len(b) < len(buf); i++ {
		c := s[i]
		switch {
		case c >= utf8.RuneSelf:
			return looseText(s)
		case c >= 'A' && c <= 'Z':
			b = append(b, c|0x20)
		case c != ' ' && (c < '\t' || c > '\r'):
			b = append(b, c)
		}
	}
	if len(b) == len(buf) {
		return looseText(s)
	}
	return ids.OfBytes(b)
}

// looseText is looseID for any text.
func looseText(s string) ids.ID {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\uFEFF' {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
	return ids.Of(s)
}

// Wanted gives, after Close, a test for the ids of a type whose outcome is
// asked; nil for none, in which case its source need not be gone through
// again. The test may be called from several goroutines, while Outcome is not.
func (r *Run) Wanted(t gong.ObjectType) func(objectID string) bool {
	w := r.wanted[t]
	if w == nil {
		return nil
	}
	return func(objectID string) bool {
		return w.exact[ids.Of(objectID)] != nil || w.loose[looseID(objectID)] != nil
	}
}

// Outcome tells what became of a record of the source: CauseRejected (detail:
// the code), CauseFiltered (detail: the filter's name) or OutcomeWritten.
// Records that nobody asked for are ignored. The order of calls does not
// matter.
func (r *Run) Outcome(t gong.ObjectType, objectID, cause, detail string) {
	w := r.wanted[t]
	if w == nil {
		return
	}
	if cause == OutcomeWritten {
		for _, o := range w.loose[looseID(objectID)] {
			if o.written == "" || objectID < o.written {
				o.written = strings.Clone(objectID)
			}
		}
		return
	}
	o := w.exact[ids.Of(objectID)]
	if o == nil || cause != CauseRejected && cause != CauseFiltered {
		return
	}
	if o.cause == "" || cause == CauseRejected && o.cause == CauseFiltered || cause == o.cause && detail < o.detail {
		o.cause, o.detail = cause, strings.Clone(detail)
	}
}

// Causes settles, after all outcomes are told, why references dangle, and
// makes their findings.
func (r *Run) Causes() {
	r.dangling = nil
	for _, l := range r.sortedLedgers() {
		if r.severity[l.rule] == diag.Off && l.policy != mapping.Reject {
			continue
		}
		for i := range l.lost {
			if x := &l.lost[i]; !x.found {
				r.cause(l, x)
			}
		}
		r.group(l)
	}
}

// cause finds why one id is missing.
func (r *Run) cause(l *ledger, x *lost) {
	x.cause, x.detail, x.other = CauseAbsent, "", ""
	if x.lookup {
		x.detail = detailLookup
		return
	}
	var o *outcome
	if w := r.wanted[l.target]; w != nil {
		o = w.exact[x.id]
	}
	if o != nil && o.cause != "" {
		x.cause, x.detail = o.cause, o.detail
		return
	}
	if x.deleted {
		x.cause = CauseDeleted
		return
	}
	if other := otherLength(x.text); other != "" && r.there(l.target, ids.Of(other)) {
		x.cause, x.other = CauseIDLength, other
		return
	}
	if o != nil && o.written != "" {
		x.cause, x.other = CauseCase, o.written
		return
	}
	for _, t := range gong.Types {
		if t != l.target && r.there(t, x.id) {
			x.cause, x.detail = CauseOtherType, t.String()
			return
		}
	}
}

// group makes the findings of one reference, one per cause and detail.
func (r *Run) group(l *ledger) {
	type key struct{ cause, detail string }
	at := map[key]int{}
	var groups []Finding
	var members [][]*lost
	get := func(k key) int {
		i, ok := at[k]
		if !ok {
			i = len(groups)
			at[k] = i
			groups = append(groups, r.danglingFinding(l, k.cause, k.detail))
			members = append(members, nil)
		}
		return i
	}
	for i := range l.lost {
		x := &l.lost[i]
		if x.found {
			continue
		}
		g := get(key{x.cause, x.detail})
		groups[g].Count += x.count
		groups[g].Distinct++
		members[g] = append(members[g], x)
	}
	for i := range l.over {
		o := &l.over[i]
		if o.count == 0 {
			continue
		}
		g := get([numOver]key{{CauseAbsent, ""}, {CauseDeleted, ""}, {CauseIDLength, ""}, {CauseAbsent, detailLookup}}[i])
		groups[g].Count += o.count
		groups[g].Distinct += o.ids.Len()
		if i == overAbsent {
			groups[g].unsettled = o.count
		}
	}
	for i := range groups {
		groups[i].Examples = r.lostExamples(l, members[i])
		groups[i].Summary, groups[i].Hint = danglingWords(&groups[i])
	}
	r.dangling = append(r.dangling, groups...)
}

func (r *Run) danglingFinding(l *ledger, cause, detail string) Finding {
	k := finding.Key{
		Code: codes[l.rule], Entity: l.t, Field: l.field, Cause: cause, Detail: detail,
		Lowered: l.policy == mapping.Omit,
	}
	f := Finding{
		Code: k.Code, Severity: finding.SeverityOf(k, r.opt.Severities).String(), Entity: l.t.String(), Field: l.field,
		Cause: cause, Detail: detail, History: l.history, target: l.target, policy: l.policy,
	}
	if l.policy == mapping.Reject {
		f.Severity, f.Rejects = diag.Error.String(), true
	}
	return f
}

// lostExamples picks records to look at: one of each missing id first, then
// further ones, in the order of the data.
func (r *Run) lostExamples(l *ledger, members []*lost) []Example {
	type pick struct {
		x  *lost
		at int
	}
	var picks []pick
	for round := 0; ; round++ {
		more := false
		for _, x := range members {
			if round >= len(x.spots) {
				continue
			}
			more = true
			if len(picks) < finding.MaxExamples || r.opt.All {
				picks = append(picks, pick{x, round})
			}
		}
		if !more || len(picks) >= finding.MaxExamples && !r.opt.All {
			break
		}
	}
	slices.SortStableFunc(picks, func(a, b pick) int {
		p, q := &a.x.spots[a.at], &b.x.spots[b.at]
		if p.origin != q.origin {
			return int(p.origin - q.origin)
		}
		return int(p.row - q.row)
	})
	out := make([]Example, 0, len(picks))
	for _, p := range picks {
		s := &p.x.spots[p.at]
		e := finding.Example{ObjectID: s.id, Value: finding.Clip(p.x.text), Text: finding.Clip(s.cell), Origin: r.origins[s.origin]}
		e.Origin.Row, e.Origin.Line = int(s.row), int(s.line)
		r.columns[s.column].show(&e)
		if p.x.other != "" {
			e.Reason = "there is " + value.Quote(p.x.other)
		}
		out = append(out, exampleOf(&e))
	}
	return out
}
