package upload

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sort"
	"strings"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"

	"crm2gong/mapping/gong"
	"crm2gong/upload/gongtest"
)

// modelCRM is the CRM in the model: what its export holds. Its clock only goes
// forward, and a record is modified at the time the clock shows.
type modelCRM struct {
	l       *lab
	clock   time.Time
	records map[gong.ObjectType]map[string]modelRecord
	pending bool // an upload is unfinished
}

type modelRecord struct {
	content string
	date    time.Time
}

func (m *modelCRM) tick() time.Time {
	m.clock = m.clock.Add(time.Minute)
	return m.clock
}

func (m *modelCRM) line(t gong.ObjectType, id string, r modelRecord) string {
	date := timestamp(r.date)
	switch t {
	case gong.BusinessUser:
		return user(id, r.content+"@x.com", date)
	case gong.Stage:
		return stage(id, r.content, true, date)
	}
	return account(id, r.content, date)
}

var modelTypes = []gong.ObjectType{gong.BusinessUser, gong.Stage, gong.Account}

func (m *modelCRM) export() {
	for _, t := range modelTypes {
		lines := []string{}
		for id, r := range m.records[t] {
			lines = append(lines, m.line(t, id, r))
		}
		sort.Strings(lines)
		m.l.write(t.String()+".ldjson", lines...)
	}
	m.l.opt.Now = m.tick()
	m.l.client.Clock.Now = nil
}

// wanted writes what Gong must have, dates left out; present does so for what
// it has.
func (m *modelCRM) wanted() string {
	var all []string
	for _, t := range modelTypes {
		for id, r := range m.records[t] {
			p, err := parseRecord([]byte(m.line(t, id, r)))
			if err != nil {
				m.l.t.Fatal(err)
			}
			all = append(all, fmt.Sprintf("%s %s %x", t, id, p.print))
		}
	}
	sort.Strings(all)
	return strings.Join(all, "\n")
}

func (m *modelCRM) present() string {
	var all []string
	for _, r := range m.l.gong.Records() {
		p, err := parseRecord([]byte(r.Line))
		if err != nil {
			m.l.t.Fatal(err)
		}
		if !r.Deleted && !p.inactive {
			all = append(all, fmt.Sprintf("%s %s %x", r.Type, r.ObjectID, p.print))
		}
	}
	sort.Strings(all)
	return strings.Join(all, "\n")
}

// goneAtGong tells whether Gong does not show the record: one that it shows
// would beat a line with an older date, whoever sent it.
func (m *modelCRM) goneAtGong(t gong.ObjectType, id string) bool {
	for _, r := range m.l.gong.Records() {
		if r.Type == t.String() && r.ObjectID == id {
			return r.Deleted || t == gong.Stage && strings.Contains(r.Line, `"isActive":false`)
		}
	}
	return true
}

// TestModel lets a CRM change at random, with uploads, faults of Gong and of the
// disk, resumes and given-up uploads in between. Whenever an upload ends well,
// Gong has what the export had, and nothing is left to send.
func TestModel(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		l := newLab(t, gongtest.Options{})
		defer os.RemoveAll(l.dir)
		defer l.gong.Close()
		l.opt = Options{Deletions: true, MaxDeletions: percent(100), PartSize: 700}
		l.client.MaxRetries = 2
		m := &modelCRM{l: l, clock: at(day1), records: map[gong.ObjectType]map[string]modelRecord{}}
		for _, ty := range modelTypes {
			m.records[ty] = map[string]modelRecord{}
		}
		kind := rapid.SampledFrom(modelTypes)
		id := rapid.StringMatching(`[a-h]`)
		content := rapid.StringMatching(`[xyz]{1,2}`)
		ended := func(r *Receipt, err error) {
			m.pending = r.Outcome == Unfinished || errors.Is(err, ErrUnfinished)
			if err != nil {
				return
			}
			if r.Outcome != Done && r.Outcome != Nothing {
				rt.Fatalf("outcome %s without an error", r.Outcome)
			}
		}
		whole := func() {
			if got, want := m.present(), m.wanted(); got != want {
				rt.Fatalf("Gong has\n%s\nwant\n%s", got, want)
			}
			if r, err := l.upload(); err != nil || r.Outcome != Nothing {
				rt.Fatalf("something is left: %s %v", r.Outcome, err)
			}
			if err := l.consistent(); err != nil {
				rt.Fatal(err)
			}
		}
		calm := func() { l.gong.SetFault(nil); l.step = nil }
		rt.Repeat(map[string]func(*rapid.T){
			"change": func(rt *rapid.T) {
				m.records[kind.Draw(rt, "type")][id.Draw(rt, "id")] = modelRecord{content.Draw(rt, "content"), m.tick()}
			},
			"touch": func(rt *rapid.T) {
				ty, i := kind.Draw(rt, "type"), id.Draw(rt, "id")
				if r, ok := m.records[ty][i]; ok {
					r.date = m.tick()
					m.records[ty][i] = r
				}
			},
			"remove": func(rt *rapid.T) { delete(m.records[kind.Draw(rt, "type")], id.Draw(rt, "id")) },
			"come back with an old date": func(rt *rapid.T) {
				ty, i := kind.Draw(rt, "type"), id.Draw(rt, "id")
				if _, ok := m.records[ty][i]; !ok && !m.pending && m.goneAtGong(ty, i) {
					m.records[ty][i] = modelRecord{content.Draw(rt, "content"), at(day1)}
				}
			},
			"upload": func(rt *rapid.T) {
				calm()
				m.export()
				pending := m.pending
				r, err := l.upload()
				ended(r, err)
				if pending && !errors.Is(err, ErrUnfinished) || !pending && err != nil {
					rt.Fatalf("upload with one unfinished (%t): %v", pending, err)
				}
				if !pending {
					whole()
				}
			},
			"upload under faults": func(rt *rapid.T) {
				l.gong.SetFault(gongtest.Random(rapid.Uint64().Draw(rt, "seed"), 0.5, 30))
				m.export()
				ended(l.upload())
				calm()
			},
			"upload with a full disk": func(rt *rapid.T) {
				n := rapid.IntRange(1, 60).Draw(rt, "act")
				l.step = func(string) error {
					if n--; n <= 0 {
						return &fs.PathError{Op: "write", Path: "x", Err: syscall.ENOSPC}
					}
					return nil
				}
				m.export()
				ended(l.upload())
				calm()
				// What the journal could not say may still be unfinished.
				u, err := l.session().unfinished(0)
				if err != nil {
					rt.Fatal(err)
				}
				m.pending = u != nil && u.open()
			},
			"resume": func(rt *rapid.T) {
				r, err := l.resume()
				ended(r, err)
				if err != nil {
					rt.Fatalf("resume: %v", err)
				}
			},
			"give up": func(rt *rapid.T) {
				if _, err := l.session().Abandon(t.Context()); err != nil {
					rt.Fatal(err)
				}
				m.pending = false
			},
		})
		calm()
		ended(l.resume())
		m.export()
		if r, err := l.upload(); err != nil {
			rt.Fatalf("at last: %s %v", r.Outcome, err)
		}
		whole()
		for _, v := range l.gong.Violations() {
			if !strings.Contains(v, "is changed without being deleted") && !strings.Contains(v, "came before the final status") {
				rt.Error(v)
			}
		}
	})
}
