package upload

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

// Session is one integration at Gong, the client that reaches it, and the
// state folder that remembers it. Its methods return what they found even when
// they fail, so that a command always has something to print.
type Session struct {
	Client      *Client
	Store       *Store
	Integration int64 // 0: the only one; Resume takes the unfinished upload's
	Clock       Clock
	// Notify is told of parts as they are spooled and sent; nil means nobody is.
	Notify func(Event)

	// step is called before each act on the disk and between acts; an error
	// is as if the act had failed. Tests die in it.
	step func(string) error
}

func (s *Session) stepTo(name string) error {
	if s.step == nil {
		return nil
	}
	return s.step(name)
}

func (s *Session) notify(e Event) {
	if s.Notify != nil {
		s.Notify(e)
	}
}

// resolve finds the integration where none is named: the only one that Gong
// lists.
func (s *Session) resolve(ctx context.Context) error {
	if s.Integration != 0 {
		return nil
	}
	id, err := s.Client.FindIntegration(ctx)
	if err != nil {
		return err
	}
	s.Integration = id
	return nil
}

func (s *Session) state() (*State, error) {
	st, err := s.Store.State(s.Integration)
	if err != nil {
		return nil, err
	}
	st.step = s.stepTo
	return st, nil
}

func (s *Session) instant(o Options) time.Time {
	if o.Now.IsZero() {
		return s.Clock.now().UTC().Truncate(time.Second)
	}
	return o.Now.UTC().Truncate(time.Second)
}

// Plan says what Upload would do. It calls Gong only to find the integration
// where none is named, and writes nothing.
func (s *Session) Plan(ctx context.Context, in Input, o Options) (*Plan, error) {
	empty := &Plan{FormatVersion: 1, Entities: map[string]*EntityPlan{}, History: map[string]*HistoryPlan{}, Schema: []string{}, Warnings: []string{}}
	if err := s.resolve(ctx); err != nil {
		return empty, err
	}
	empty.Integration = formatID(s.Integration)
	st, err := s.state()
	if err != nil {
		return empty, err
	}
	p := planner{input: in, opt: o, state: st, now: s.instant(o), step: s.stepTo}
	plan, err := p.run(ctx)
	var e error
	if plan.Calls.UsedToday, plan.Calls.PerDay, e = s.Client.UsedToday(); err == nil {
		err = e
	}
	plan.warnOfCalls()
	if e := s.warnOfUnfinished(plan); err == nil {
		err = e
	}
	return plan, err
}

func (p *Plan) warnOfCalls() {
	if left := p.Calls.PerDay - p.Calls.UsedToday; p.Calls.PerDay > 0 && p.Calls.Needed > left {
		p.Warnings = append(p.Warnings, plural(p.Calls.Needed, "call")+" or more are needed, and "+group(max(left, 0))+" of the day's "+group(p.Calls.PerDay)+" are left: the upload will have to be resumed tomorrow")
	}
}

func (s *Session) warnOfUnfinished(p *Plan) error {
	l, err := s.unfinished(s.Integration)
	if err != nil || l == nil {
		return err
	}
	p.Warnings = append(p.Warnings, "upload "+l.plan.Upload+" is unfinished: resume it first; the plan does not count what it is sending")
	return nil
}

// unfinished finds the upload to an integration that only a resume can end; 0
// stands for any integration.
func (s *Session) unfinished(integration int64) (*ledger, error) {
	marks, err := s.Store.marked()
	if err != nil {
		return nil, err
	}
	for _, m := range marks {
		if integration != 0 && m.integration != formatID(integration) {
			continue
		}
		l, err := readLedger(m.dir)
		if err != nil {
			return nil, err
		}
		if l != nil && l.ended == nil && l.touched() {
			return l, nil
		}
	}
	return nil, nil
}

// SchemaPlan compares the custom fields of schemas with those that Gong has. An
// error of StatusProblems says what data would be lost.
func (s *Session) SchemaPlan(ctx context.Context, schemas []Schema, o Options) (*SchemaReport, error) {
	if err := s.resolve(ctx); err != nil {
		return newSchemaReport(), err
	}
	st, err := s.state()
	if err != nil {
		return newSchemaReport(), err
	}
	report, _, err := s.compareSchemas(ctx, st, schemas, o.AllowDataLoss, "name the field with --allow-data-loss if that is meant")
	if err == nil && report.Destroys() {
		err = problem("", "data would be lost")
	}
	return report, err
}

// SchemaPush sends the custom fields of each type that differs, unless data
// would be lost that o.AllowDataLoss does not name: then nothing is sent for
// any type.
func (s *Session) SchemaPush(ctx context.Context, schemas []Schema, o Options) (*SchemaReport, error) {
	report := newSchemaReport()
	if err := s.resolve(ctx); err != nil {
		return report, err
	}
	report.Integration = formatID(s.Integration)
	release, err := s.Store.lock(s.Integration, s.Clock.now())
	if err != nil {
		return report, err
	}
	defer release()
	st, err := s.state()
	if err != nil {
		return report, err
	}
	return s.pushSchemas(ctx, st, schemas, o.AllowDataLoss, "name the field with --allow-data-loss if that is meant")
}

func newSchemaReport() *SchemaReport {
	return &SchemaReport{FormatVersion: 1, Types: map[string]*SchemaChanges{}}
}

// compareSchemas asks Gong for its fields, one call a type.
func (s *Session) compareSchemas(ctx context.Context, st *State, schemas []Schema, allow []string, hint string) (*SchemaReport, []merged, error) {
	report := newSchemaReport()
	if err := s.resolve(ctx); err != nil {
		return report, nil, err
	}
	report.Integration = formatID(s.Integration)
	var list []merged
	var refusal error
	for _, want := range schemas {
		have, err := s.Client.schema(ctx, s.Integration, want.Type)
		if err != nil {
			return report, nil, err
		}
		want.pushed = pushedLists(st.schemas[want.Type])
		m := merge(want, have, allow)
		report.Types[want.Type.String()] = &m.changes
		list = append(list, m)
		if r := m.refusal(want.Type, hint); r != nil && refusal == nil {
			refusal = r
		}
	}
	return report, list, refusal
}

func (s *Session) pushSchemas(ctx context.Context, st *State, schemas []Schema, allow []string, hint string) (*SchemaReport, error) {
	report, list, err := s.compareSchemas(ctx, st, schemas, allow, hint)
	if err != nil {
		return report, err
	}
	for i, m := range list {
		t := schemas[i].Type
		if m.differs {
			body, err := json.Marshal(m.fields)
			if err != nil {
				return report, failed(err, "write the schema")
			}
			if err := s.Client.postSchema(ctx, s.Integration, t, body); err != nil {
				return report, err
			}
			report.Sent = true
		}
		b := st.begin()
		st.setSchema(b, t, m.want.signature())
		if err := st.commit(b, s.Clock.now()); err != nil {
			return report, err
		}
	}
	return report, nil
}

// Abandon gives up the unfinished upload to the integration: what Gong is known
// to have taken enters the state, the rest is planned anew by the next upload.
// It calls nobody. Where nothing is unfinished the outcome is Nothing.
func (s *Session) Abandon(ctx context.Context) (*Receipt, error) {
	if s.Integration == 0 {
		l, err := s.unfinished(0)
		if err != nil || l == nil {
			return newReceipt(""), err
		}
		if s.Integration, err = ParseIntegration(l.plan.Integration); err != nil {
			return newReceipt(""), err
		}
	}
	nothing := newReceipt(formatID(s.Integration))
	release, err := s.Store.lock(s.Integration, s.Clock.now())
	if err != nil {
		return nothing, err
	}
	defer release()
	l, err := s.unfinished(s.Integration)
	if err != nil || l == nil {
		return nothing, err
	}
	r, err := s.open(l, Options{})
	if err != nil {
		return l.receipt(), err
	}
	defer r.journal.close()
	if err := r.commitFinal(); err != nil {
		return l.receipt(), err
	}
	if err := r.giveUp(); err != nil {
		return l.receipt(), err
	}
	outcome := Failed
	if r.ledger.taken() {
		outcome = Partial
	}
	err = r.end(outcome, "given up by --abandon")
	return r.ledger.receipt(), err
}

func isContext(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
