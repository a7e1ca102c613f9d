package upload

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
	"crm2gong/mapping/limit"
)

// Plan is what an upload would do. Its JSON is that of plan --json.
type Plan struct {
	FormatVersion int                     `json:"format_version"`
	Integration   string                  `json:"integration"`
	Entities      map[string]*EntityPlan  `json:"entities"`
	Calls         CallPlan                `json:"calls"`
	Schema        []string                `json:"schema"` // types whose custom fields would be compared and pushed
	History       map[string]*HistoryPlan `json:"history"`
	Warnings      []string                `json:"warnings"`

	parts    []part
	schemas  []Schema
	vanished map[gong.ObjectType]int
}

// EntityPlan counts the records of one type.
type EntityPlan struct {
	New       int   `json:"new"`
	Changed   int   `json:"changed"`
	Unchanged int   `json:"unchanged"`
	Deleted   int   `json:"deleted"`
	Parts     int   `json:"parts"`
	Bytes     int64 `json:"bytes"` // of LDJSON
}

// HistoryPlan counts the past versions of one type.
type HistoryPlan struct {
	New       int   `json:"new"`
	Unchanged int   `json:"unchanged"` // sent before
	Parts     int   `json:"parts"`
	Bytes     int64 `json:"bytes"`
}

// CallPlan holds the calls needed against those of the day (UTC).
type CallPlan struct {
	Needed    int `json:"needed"` // at least: one to send a part, one to ask what became of it
	UsedToday int `json:"used_today"`
	PerDay    int `json:"per_day"`
}

// planner compares an input with a state and, where dir is set, spools what is
// to be sent.
type planner struct {
	input Input
	opt   Options
	state *State
	now   time.Time
	dir   string
	step  func(string) error
	plan  *Plan
	phase int
}

func (p *planner) run(ctx context.Context) (*Plan, error) {
	p.plan = &Plan{FormatVersion: 1, Integration: formatID(p.state.integration), Entities: map[string]*EntityPlan{}, History: map[string]*HistoryPlan{}, Schema: []string{}, Warnings: []string{}, vanished: map[gong.ObjectType]int{}}
	if info, err := os.Stat(p.input.Dir); err != nil {
		return p.plan, failed(err, "read the folder")
	} else if !info.IsDir() {
		return p.plan, usage("name a folder of LDJSON files or a mapping", "%s is no folder", p.input.Dir)
	}
	if p.opt.PartSize <= 0 || p.opt.PartSize > MaxPartSize {
		p.opt.PartSize = MaxPartSize
	}
	if err := p.schemas(); err != nil {
		return p.plan, err
	}
	for _, t := range gong.Types {
		if file := p.input.file(t); file != "" {
			if err := p.records(ctx, t, file); err != nil {
				return p.plan, err
			}
		}
	}
	touched, err := p.history(ctx)
	if err != nil {
		return p.plan, err
	}
	if p.opt.ResendCurrent {
		if err := p.current(ctx, touched); err != nil {
			return p.plan, err
		}
	}
	if len(p.plan.Entities) == 0 && len(p.plan.History) == 0 {
		return p.plan, &Error{Status: StatusFailed, Message: p.input.Dir + " holds no file such as ACCOUNT.ldjson", Hint: "crm2gong transform writes them"}
	}
	p.plan.Calls.Needed = 2*len(p.plan.parts) + 2*len(p.plan.Schema)
	return p.plan, p.guard()
}

// guard stops a mass deletion by mistake, such as that of an empty export.
func (p *planner) guard() error {
	most := limit.Percent(10)
	if p.opt.MaxDeletions != nil {
		most = *p.opt.MaxDeletions
	}
	for _, t := range gong.Types {
		if n, live := p.plan.vanished[t], p.state.present(t); most.Exceeded(n, live) {
			return problem("check that the export is complete; if so, raise --max-deletions",
				"%s would be deleted, %s of the %s that Gong has: more than --max-deletions %s", plural(n, t.String()+" record"), percentage(n, live), group(live), most)
		}
	}
	return nil
}

func percentage(n, total int) string {
	if total == 0 {
		return "all"
	}
	return strconv.FormatFloat(float64(n)*100/float64(total), 'f', 1, 64) + " %"
}

// schemas finds the types whose custom fields differ from those last pushed.
func (p *planner) schemas() error {
	schemas, err := ReadSchemas(filepath.Join(p.input.Dir, "schema"))
	if err != nil {
		return err
	}
	for _, s := range schemas {
		for i := range s.Fields {
			s.Fields[i].Grows = p.input.Grows != nil && p.input.Grows(s.Type, s.Fields[i].UniqueName)
		}
		last := p.state.schemas[s.Type]
		s.pushed = pushedLists(last)
		if p.opt.Full || last != s.grown().signature() {
			p.plan.schemas = append(p.plan.schemas, s)
			p.plan.Schema = append(p.plan.Schema, s.Type.String())
		}
	}
	return nil
}

// action is what is done with one line.
type action uint8

const (
	sendNew action = iota
	sendChanged
	sendDeleted
	keepUnchanged
)

// decide compares one record with what Gong was last sent; it may give the
// record another modifiedDate.
func (p *planner) decide(t gong.ObjectType, r *record) (action, error) {
	at, known := p.state.find(t, r.objectID)
	if !known {
		if r.deleted {
			return sendDeleted, nil
		}
		return sendNew, nil
	}
	e := &p.state.entries[at]
	unsure := e.standing.has(isUnsure)
	switch {
	case r.deleted && e.standing.has(isDeleted) && !unsure && !p.opt.Full:
		return keepUnchanged, nil
	case r.deleted:
		return sendDeleted, nil
	case e.standing.has(isKnown) && e.print == r.print && !unsure && !e.standing.has(isDeleted) && !p.opt.Full:
		return keepUnchanged, nil
	}
	back := e.standing.dated() || !r.inactive && p.state.retired(at)
	what := sendChanged
	if !e.standing.live() || p.opt.Full {
		what = sendNew
	}
	// A user's new details follow its deletion in a request of their own, unless
	// they are those that it has, or it is deleted already.
	if t == gong.BusinessUser && e.print != r.print && (e.standing.live() || unsure) {
		what = sendChanged
	}
	// A record that comes back must be younger than its deletion.
	if back && r.modified <= e.modified {
		return what, p.redate(t, r, max(p.now.Unix(), e.modified+1))
	}
	return what, nil
}

// asBefore tells whether Gong was last sent a record just as it is.
func (p *planner) asBefore(r *record) bool {
	at, known := p.state.find(gong.BusinessUser, r.objectID)
	return known && p.state.entries[at].print == r.print
}

func (p *planner) redate(t gong.ObjectType, r *record, seconds int64) error {
	line, err := setMember(r.line, "modifiedDate", `"`+timestamp(time.Unix(seconds, 0))+`"`)
	if err != nil {
		return err
	}
	*r, err = parseRecord(line)
	return err
}

// place names a line as people know it: by the row that it was made from, where
// it was, since the file that holds it is gone when the run ends.
func (p *planner) place(t gong.ObjectType, file string, line int) string {
	from := p.input.origin(t, file, line)
	switch {
	case p.input.Origin == nil || from.Row == 0:
		return fmt.Sprintf("%s line %d", filepath.Join(p.input.Dir, file), line)
	case from.File == "":
		return fmt.Sprintf("%s of row %d of source %s", t, from.Row, from.Source)
	case from.Sheet != "":
		return fmt.Sprintf("%s of %s ▸ %s row %d", t, from.File, from.Sheet, from.Row)
	}
	return fmt.Sprintf("%s of %s row %d", t, from.File, from.Row)
}

// fault says which line cannot be sent.
func (p *planner) fault(t gong.ObjectType, file string, line int, err error) error {
	hint := "crm2gong validate " + p.input.Dir + " tells more"
	if errors.Is(err, errTooLong) {
		hint = "raise --part-size, if it was lowered, or shorten the record: Gong takes at most 200 MB in one request"
	}
	var e *Error
	if errors.As(err, &e) {
		return err
	}
	return problem(hint, "%s: %v", p.place(t, file, line), err)
}

// each parses the lines of a file, none of which may name a record twice.
func (p *planner) each(ctx context.Context, t gong.ObjectType, file string, f func(line int, r *record) error) error {
	var seen ids.Set
	err := eachLine(filepath.Join(p.input.Dir, file), p.opt.PartSize, func(number int, line []byte) error {
		if number%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		if p.input.skip(t, file, number) {
			return nil
		}
		r, err := parseRecord(line)
		if err == nil && seen.Put(ids.Of(r.objectID), ids.Written) != ids.None {
			err = fmt.Errorf("objectId %s stands in an earlier line too; Gong takes a record once a file", quote(r.objectID))
		}
		if err == nil {
			err = f(number, &r)
		}
		if err != nil && ctx.Err() == nil && !isDiskError(err) {
			return p.fault(t, file, number, err)
		}
		return err
	})
	var long *longLine
	if errors.As(err, &long) {
		return p.fault(t, file, long.number, errTooLong)
	}
	return spoolError(err)
}

func isDiskError(err error) bool {
	var e *os.PathError
	return errors.As(err, &e)
}

func spoolError(err error) error {
	var e *Error
	if err == nil || errors.As(err, &e) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return failed(err, "spool")
}

// records plans the present records of one type.
func (p *planner) records(ctx context.Context, t gong.ObjectType, file string) error {
	n := &EntityPlan{}
	p.plan.Entities[t.String()] = n
	removals := p.cutter("parts/"+t.String()+".removals", t, kindRemovals)
	details := p.cutter("parts/"+t.String(), t, kindRecords)
	present := newBits(len(p.state.entries))
	err := p.each(ctx, t, file, func(line int, r *record) error {
		if at, known := p.state.find(t, r.objectID); known {
			present.set(at)
		}
		what, err := p.decide(t, r)
		if err != nil {
			return err
		}
		from := p.input.origin(t, file, line)
		switch what {
		case keepUnchanged:
			n.Unchanged++
			return nil
		case sendNew:
			n.New++
		case sendDeleted:
			n.Deleted++
		case sendChanged:
			n.Changed++
			if t == gong.BusinessUser && !p.asBefore(r) {
				// Gong wants the user deleted, and its new details in a later
				// request. The deletion must not be younger than they are.
				date := r.date
				if date == "" {
					date = timestamp(p.now)
				}
				if err := removals.add(removal(r.objectID, date), from); err != nil {
					return err
				}
			}
		}
		return details.add(r.line, from)
	})
	if err == nil && p.opt.Deletions {
		err = p.vanished(t, present, details, n)
	}
	for _, c := range []*cutter{removals, details} {
		if e := p.take(c, &n.Parts, &n.Bytes); err == nil {
			err = spoolError(e)
		}
	}
	return err
}

// vanished adds deletions of records that Gong has and the input has not.
func (p *planner) vanished(t gong.ObjectType, present bits, to *cutter, n *EntityPlan) error {
	unidentified := 0
	if p.input.Unidentified != nil {
		unidentified = p.input.Unidentified(t)
	}
	held := 0
	for at := range p.state.entries {
		e := &p.state.entries[at]
		if e.kind != t || !e.standing.live() && !e.standing.has(isUnsure) || present.has(at) {
			continue
		}
		id := p.state.id(e)
		if p.input.Rejected != nil && p.input.Rejected(t, id) {
			continue
		}
		if unidentified > 0 {
			held++
			continue
		}
		line := removal(id, timestamp(p.now))
		if t == gong.Stage {
			// Gong retires a stage by isActive; its name must be given again.
			was, err := parseRecord([]byte(p.state.stages[int32(at)]))
			if err != nil {
				return p.state.damage("its line of stage " + quote(id) + " is not readable")
			}
			if was.inactive && !e.standing.has(isUnsure) {
				continue
			}
			if line, err = setMember(was.line, "isActive", "false"); err == nil {
				line, err = setMember(line, "modifiedDate", `"`+timestamp(p.now)+`"`)
			}
			if err != nil {
				return err
			}
		}
		p.plan.vanished[t]++
		n.Deleted++
		if err := to.add(line, Provenance{}); err != nil {
			return spoolError(err)
		}
	}
	if held > 0 {
		p.plan.Warnings = append(p.plan.Warnings, fmt.Sprintf("%s vanished from the export but are not deleted, because %s of the type had no objectId and may be them",
			plural(held, t.String()+" record"), plural(unidentified, "rejected row")))
	}
	return nil
}

// history plans past versions: one file after another, oldest first. It gives
// the records that they are of.
func (p *planner) history(ctx context.Context) (map[gong.ObjectType]*ids.Set, error) {
	touched := map[gong.ObjectType]*ids.Set{}
	for _, t := range gong.Types {
		files, err := p.input.history(t)
		if err != nil {
			return nil, err
		}
		if len(files) == 0 {
			continue
		}
		n := &HistoryPlan{}
		p.plan.History[t.String()] = n
		touched[t] = &ids.Set{}
		for _, file := range files {
			c := p.cutter("parts/"+strings.TrimSuffix(filepath.Base(file), ".ldjson")+".history", t, kindHistory)
			err := p.each(ctx, t, file, func(line int, r *record) error {
				if p.state.versions.Get(versionID(t, r.objectID, r.modified)) != ids.None && !p.opt.Full {
					n.Unchanged++
					return nil
				}
				n.New++
				touched[t].Put(ids.Of(r.objectID), ids.Written)
				return c.add(r.line, p.input.origin(t, file, line))
			})
			if e := p.take(c, &n.Parts, &n.Bytes); err == nil {
				err = spoolError(e)
			}
			if err != nil {
				return nil, err
			}
		}
	}
	return touched, nil
}

// current plans the present versions of touched records once more.
func (p *planner) current(ctx context.Context, touched map[gong.ObjectType]*ids.Set) error {
	for _, t := range gong.Types {
		file := p.input.file(t)
		if file == "" || touched[t] == nil || touched[t].Len() == 0 {
			continue
		}
		n := p.plan.History[t.String()]
		c := p.cutter("parts/"+t.String()+".current", t, kindCurrent)
		err := p.each(ctx, t, file, func(line int, r *record) error {
			if touched[t].Get(ids.Of(r.objectID)) == ids.None {
				return nil
			}
			if _, err := p.decide(t, r); err != nil {
				return err
			}
			return c.add(r.line, p.input.origin(t, file, line))
		})
		if e := p.take(c, &n.Parts, &n.Bytes); err == nil {
			err = spoolError(e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *planner) cutter(name string, t gong.ObjectType, kind partKind) *cutter {
	return newCutter(p.dir, name, t, kind, p.opt.PartSize, p.step)
}

// take closes a cutter and makes its parts the next phase.
func (p *planner) take(c *cutter, parts *int, bytes *int64) error {
	err := c.close()
	if len(c.parts) > 0 {
		p.phase++
	}
	for _, q := range c.parts {
		q.Phase, q.Number = p.phase, len(p.plan.parts)+1
		q.ID = newRequestID(q.Type, q.Number, p.now)
		p.plan.parts = append(p.plan.parts, q)
		*parts++
		*bytes += q.Bytes
	}
	return err
}

// bits is a set of positions.
type bits []uint64

func newBits(n int) bits      { return make(bits, (n+63)/64) }
func (b bits) set(i int)      { b[i/64] |= 1 << (i % 64) }
func (b bits) has(i int) bool { return b[i/64]&(1<<(i%64)) != 0 }
