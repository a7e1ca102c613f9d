package validate

import (
	"strings"

	"crm2gong/mapping"
	"crm2gong/mapping/diag"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
	"crm2gong/mapping/value"
)

// Worker judges the entities of one type, one at a time. It is not safe for
// concurrent use; different workers of one run are.
type Worker struct {
	run        *Run
	t          gong.ObjectType
	history    bool
	ready      bool // ready-made LDJSON: no mapping has fitted the values
	fields     []gong.Field
	mandatory  []int
	refs       []reference
	stage      int   // the reference of a deal to its stage, by its place in refs; -1 without
	strict     []int // places in refs of those whose policy is to reject
	at         places
	notes      *notes
	watched    hides // reasons for hidden deals whose rules are on
	hide       hides // why the current deal is hidden
	priced     *prices
	price      func(currency string, amount value.Value) // adds to priced
	currencies currencies
	keys       [numRules]ruleKey
	rejection  finding.Rejection
	buf        [128]byte
}

// ruleKey is what findings of a rule are grouped by.
type ruleKey struct {
	key   *finding.Key // not changed once it is made
	field int          // the place of the field it names
}

// places are the positions of the standard fields that rules look at; -1 for
// those that the type does not have.
type places struct {
	modified, created, email, phone, name, domains, close, status, amount, stage, active, order, deleted int
}

// Worker makes a worker for the entities of a type, whose values stand in the
// order of fields: the standard fields and then custom ones. history says that
// the entities are past versions, of which only ids, dates and references are
// judged.
func (r *Run) Worker(t gong.ObjectType, history bool, fields []gong.Field) *Worker {
	w := &Worker{run: r, t: t, history: history, fields: fields}
	w.at = places{
		modified: t.FieldIndex("modifiedDate"), created: t.FieldIndex("createdDate"),
		email: t.FieldIndex("emailAddress"), phone: t.FieldIndex("phoneNumber"),
		name: t.FieldIndex("name"), domains: t.FieldIndex("domains"),
		close: t.FieldIndex("closeDate"), status: t.FieldIndex("status"),
		amount: t.FieldIndex("amount"), stage: t.FieldIndex("stage"),
		active: t.FieldIndex("isActive"), order: t.FieldIndex("sortOrder"),
		deleted: t.FieldIndex("isDeleted"),
	}
	for i := range fields {
		if fields[i].Mandatory && i > 0 {
			w.mandatory = append(w.mandatory, i)
		}
	}
	w.refs = r.references(t, history, fields)
	w.watched, w.stage = r.watched(), -1
	for i := range w.refs {
		if w.refs[i].index == w.at.stage {
			w.stage = i
		}
		if w.refs[i].policy == mapping.Reject {
			w.strict = append(w.strict, i)
		}
	}
	w.price = func(currency string, amount value.Value) {
		w.priced.at(w.currencies.number(currency), currency).Add(amount)
	}
	w.notes = r.newNotes(w)
	return w
}

// Take hands over what was noted since the last call, for Run.Note. It may
// also be dropped, when the block is to be judged again.
func (w *Worker) Take() any {
	n := w.notes
	if n.entities == 0 && len(n.entries) == 0 {
		return nil
	}
	w.notes = w.run.newNotes(w)
	return n
}

// Entity judges e and notes in log what is wrong with it. Where the mapping
// says so it takes dangling references out of e. It returns why e must not be
// written, nil if it may; the rejection is valid until the next call. Of
// several reasons the first counts: what is mandatory, then the id, then
// references. A rejected record is noted in nothing but its reason.
func (w *Worker) Entity(e *gong.Entity, log *finding.Log) *finding.Rejection {
	deleted := w.deletion(e)
	r, id := w.refusal(e, log, deleted)
	if r != nil {
		return r
	}
	if deleted {
		w.tolerated(e, log, id)
		w.future(e, log)
		return nil
	}
	for _, i := range w.strict {
		if ref := &w.refs[i]; w.verdict(ref, &e.Values[ref.index]) == dangles {
			return w.refuse(e, i)
		}
	}
	w.tolerated(e, log, id)
	w.notes.entities++
	w.hide = 0
	for i := range w.refs {
		w.judge(e, log, i)
	}
	w.future(e, log)
	if w.at.created >= 0 {
		created, modified := &e.Values[w.at.created], &e.Values[w.at.modified]
		if created.IsSet() && modified.Num < created.Num {
			w.found(log, modifiedBeforeCreated, e, w.at.modified, "created ", created.Text)
		}
	}
	if w.history {
		w.version(e, log)
		return nil
	}
	switch w.t {
	case gong.BusinessUser:
		w.share(userEmails, userEmailShared, e, w.at.email)
	case gong.Stage:
		w.noteStage(e)
	case gong.Account:
		w.account(e, log)
	case gong.Contact:
		w.person(e, log, contactUnreachable)
		w.share(contactEmails, emailShared, e, w.at.email)
	case gong.Deal:
		w.deal(e, log)
		w.sumDeal(e)
		w.hideDeal(e)
	case gong.Lead:
		w.person(e, log, leadUnreachable)
		w.lead(e, log)
	}
	return nil
}

// deletion tells whether e deletes its record.
func (w *Worker) deletion(e *gong.Entity) bool {
	if e.Deleted || w.at.deleted < 0 {
		return e.Deleted
	}
	v := &e.Values[w.at.deleted]
	return v.Kind == gong.BoolVal && v.Num != 0
}

// refusal judges what makes Gong refuse the line: mandatory fields and the id,
// whose fault is told where it is none that refuses the line.
func (w *Worker) refusal(e *gong.Entity, log *finding.Log, deleted bool) (*finding.Rejection, idFault) {
	id := &e.Values[0]
	if id.Kind != gong.StringVal || id.Text == "" {
		return w.missing(e, log, 0), legalID
	}
	for _, i := range w.mandatory {
		v := &e.Values[i]
		if v.Kind == gong.StringVal && v.Text != "" || deleted && i == w.at.email || w.undated(v, i) {
			continue
		}
		return w.missing(e, log, i), legalID
	}
	switch fault := objectIDFault(id.Text); {
	case fault == legalID, fault == underscores && w.run.severity[objectIDUnderscore] != diag.Error:
		return nil, fault
	case fault == underscores:
		return w.reject(e, log, objectIDUnderscore, 0, "_ is not among the characters that Gong allows"), fault
	default:
		return w.reject(e, log, objectIDInvalid, 0, illegalReason(id.Text)), fault
	}
}

// undated tells whether v, the field at i, is a date of change that a ready-made
// stage may lack.
func (w *Worker) undated(v *gong.Value, i int) bool {
	return w.ready && w.t == gong.Stage && i == w.at.modified && v.Kind != gong.Invalid
}

// tolerated notes what is against the letter of Gong's rules in a line that Gong
// takes.
func (w *Worker) tolerated(e *gong.Entity, log *finding.Log, id idFault) {
	if id == underscores {
		w.found(log, objectIDUnderscore, e, 0, "", "")
	}
	if i := w.at.modified; w.t == gong.Stage && w.ready && isEmpty(&e.Values[i]) {
		w.add(log, finding.Key{Code: codes[missingMandatory], Entity: w.t, Field: w.fields[i].Name, Severity: diag.Info}, e, i, "")
	}
}

// missing rejects an entity that lacks a mandatory field.
func (w *Worker) missing(e *gong.Entity, log *finding.Log, i int) *finding.Rejection {
	name := w.fields[i].Name
	reason := "the mandatory field " + name + " is empty"
	if v := &e.Values[i]; v.Kind == gong.Unknown || v.Kind == gong.Invalid {
		reason = "the mandatory field " + name + " was left out"
	}
	return w.reject(e, log, missingMandatory, i, reason)
}

// reject notes why the entity is not written.
func (w *Worker) reject(e *gong.Entity, log *finding.Log, r rule, i int, reason string) *finding.Rejection {
	w.add(log, finding.Key{Code: codes[r], Entity: w.t, Field: w.fields[i].Name, History: w.history}, e, i, reason)
	w.rejection = finding.Rejection{Code: codes[r], Field: w.fields[i].Name, Reason: reason, Value: e.Values[i].Text}
	return &w.rejection
}

// found notes that e broke a rule of the run's severity, in the field at i.
// It must be none that rejects. The reason, in words, may go on with a text that
// is a view: the two are put together only where an example is kept.
func (w *Worker) found(log *finding.Log, r rule, e *gong.Entity, i int, reason, view string) {
	if w.run.severity[r] == diag.Off {
		return
	}
	k := &w.keys[r]
	if k.key == nil || k.field != i {
		*k = ruleKey{&finding.Key{Code: codes[r], Entity: w.t, Field: w.fields[i].Name, History: w.history}, i}
	}
	g, v := log.Count(k.key), shown(&e.Values[i])
	if v != "" {
		g.Value(v)
	}
	if log.Wants(g) {
		w.example(g, e, i, v, reason+view)
	}
}

// add notes e under k, with the field at i as the value at fault; i is -1
// where no single field is.
func (w *Worker) add(log *finding.Log, k finding.Key, e *gong.Entity, i int, reason string) {
	g, v := log.Add(k), ""
	if i >= 0 {
		if v = shown(&e.Values[i]); v != "" {
			g.Value(v)
		}
	}
	if log.Wants(g) {
		w.example(g, e, i, v, reason)
	}
}

// example adds e to the examples of g. Its value at fault, that of the field at
// i, is shown as v.
func (w *Worker) example(g *finding.Group, e *gong.Entity, i int, v, reason string) {
	x := finding.Example{Reason: reason, ObjectID: strings.Clone(e.Values[0].Text), Value: finding.Clip(v), Origin: cloneOrigin(e.Origin)}
	switch {
	case i < 0:
	case e.Lineage == nil:
		x.Column = w.fields[i].Name
	default:
		if header, column, text, ok := e.Lineage.Cell(i); ok {
			x.AtColumn(strings.Clone(header), column)
			if text != e.Values[i].Text {
				x.Text = finding.Clip(text)
			}
		}
	}
	g.Examples = append(g.Examples, x)
}

// shown is a value as examples show it.
func shown(v *gong.Value) string {
	switch v.Kind {
	case gong.ListVal:
		return strings.Join(v.List, "; ")
	case gong.BoolVal:
		if v.Num != 0 {
			return "true"
		}
		return "false"
	}
	return v.Text
}

// cloneOrigin keeps an origin beyond its block.
func cloneOrigin(o gong.Origin) gong.Origin {
	o.Sheet = strings.Clone(o.Sheet)
	return o
}

// future notes a change after the instant of the run.
func (w *Worker) future(e *gong.Entity, log *finding.Log) {
	if v := &e.Values[w.at.modified]; v.Num > w.run.asOf && w.run.asOf != 0 && v.Kind == gong.StringVal {
		w.found(log, modifiedFuture, e, w.at.modified, "", "")
	}
}

// version judges a past version: its record must be there.
func (w *Worker) version(e *gong.Entity, log *finding.Log) {
	if w.run.severity[historyRecordUnknown] != diag.Off && w.run.state(w.t, ids.Of(e.Values[0].Text)) == ids.None {
		w.found(log, historyRecordUnknown, e, 0, "", "")
	}
}

func (w *Worker) person(e *gong.Entity, log *finding.Log, r rule) {
	if !isSet(&e.Values[w.at.email]) && !isSet(&e.Values[w.at.phone]) {
		w.found(log, r, e, w.at.email, "", "")
	}
}

// isSet tells whether a field has a value that Gong can use.
func isSet(v *gong.Value) bool {
	return v.IsSet() && (v.Kind != gong.StringVal || v.Text != "")
}

// isEmpty tells whether the source gave no value: one that was left out since
// it was invalid, or its lookup missed, was given.
func isEmpty(v *gong.Value) bool {
	return v.Kind == gong.Absent || v.Kind == gong.Null || v.Kind == gong.StringVal && v.Text == ""
}

func (w *Worker) account(e *gong.Entity, log *finding.Log) {
	if isEmpty(&e.Values[w.at.name]) {
		w.found(log, accountNameMissing, e, w.at.name, "", "")
	}
	v := &e.Values[w.at.domains]
	if v.Kind != gong.ListVal {
		return
	}
	if w.run.severity[accountDomainFreeMail] != diag.Off {
		for _, d := range v.List {
			if isFreeMail(d) {
				w.found(log, accountDomainFreeMail, e, w.at.domains, strings.Clone(d)+" is a provider of free e-mail", "")
				break
			}
		}
	}
	w.share(accountDomains, accountDomainShared, e, w.at.domains)
}

func (w *Worker) deal(e *gong.Entity, log *finding.Log) {
	if isEmpty(&e.Values[w.at.name]) {
		w.found(log, dealNameMissing, e, w.at.name, "", "")
	}
	if v := &e.Values[w.at.amount]; v.Kind == gong.NumberVal && v.Text[0] == '-' {
		w.found(log, dealAmountNegative, e, w.at.amount, "", "")
	}
	status, closes := &e.Values[w.at.status], &e.Values[w.at.close]
	open := isOpen(status)
	switch {
	case closes.Kind == gong.StringVal:
		if w.run.asOf == 0 {
			break
		}
		if open && closes.Num < w.run.today {
			w.found(log, openDatePast, e, w.at.close, "", "")
		} else if !open && closes.Num > w.run.today {
			w.found(log, closedDateFuture, e, w.at.close, "the deal is ", status.Text)
		}
	default:
		w.hide |= 1 << hideNoClose
		if !isEmpty(closes) {
			break
		}
		w.found(log, dealCloseDateMissing, e, w.at.close, "", "")
		if status.Text == "WON" {
			w.found(log, dealWonWithoutCloseDate, e, w.at.close, "", "")
		}
	}
	if stage := &e.Values[w.at.stage]; open && w.run.inactive.Len() > 0 && stage.Kind == gong.StringVal {
		if w.run.inactive.Get(ids.Of(stage.Text)) != ids.None {
			w.hide |= 1 << hideInactiveStage
			w.found(log, stageInactiveOpenDeal, e, w.at.stage, "", "")
		}
	}
}

// isOpen tells whether a deal of this status is open; one without a status is.
func isOpen(status *gong.Value) bool { return status.Kind != gong.StringVal || status.Text == "OPEN" }

func (w *Worker) lead(e *gong.Entity, log *finding.Log) {
	if !e.Converted {
		return
	}
	for i := range w.refs {
		if r := &w.refs[i]; !w.fields[r.index].Custom && r.given {
			return
		}
	}
	if w.run.severity[leadConvertedEmpty] != diag.Off {
		w.add(log, finding.Key{Code: codes[leadConvertedEmpty], Entity: gong.Lead}, e, -1, "")
	}
}
