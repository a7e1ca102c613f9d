// Package mappingtest runs the tests of a mapping: the rows that a test gives
// go through transform as those of a file do, and what comes out is held
// against what the test says.
//
// A test stands alone. Every source is what the test gives of it; the tables
// that the mapping holds itself stay as they are unless the test gives others;
// everything else is empty, and no file is read. Only the records of the tested
// type are made, so references to other types are not judged.
package mappingtest

import (
	"context"
	"fmt"
	"time"

	"crm2gong/mapping"
	"crm2gong/mapping/gong"
	"crm2gong/transform"
)

// Options say what a test needs beside its mapping.
type Options struct {
	// Now is the instant of tests that have none of their own.
	Now time.Time
	// Rules makes the rules that judge the entities of one test, of the one
	// type that it makes.
	Rules func(t gong.ObjectType, asOf time.Time) transform.Rules
	// Headers are those of the sources whose files are at hand, by name. They
	// only help to find out which source a row is of.
	Headers map[string][]string
	// Coverage is told what the tests reach; nil: nobody asks.
	Coverage *Coverage
}

// Result is how one test went.
type Result struct {
	Test        *mapping.Test
	Outcome     Outcome
	Differences []Difference // none when the test holds
}

// OK tells whether the test holds.
func (r *Result) OK() bool { return len(r.Differences) == 0 }

// Run runs one test, which Mapping.CheckTests must have found well. A test that
// does not hold is no error; an error is a mapping that does not bind, or the
// context's end.
func Run(ctx context.Context, m *mapping.Mapping, t *mapping.Test, opt Options) (*Result, error) {
	in := transform.InlineInputs(m, tables(m, t, opt.Headers))
	defer in.Close()
	plan, faults := m.BindSome(in.Headers())
	if plan == nil {
		return nil, fmt.Errorf("test %q: the mapping does not bind: %s", t.Name, faults[0].Message)
	}
	own := *plan
	own.Entities, own.History = nil, nil
	for _, e := range plan.Entities {
		if e.Type == t.Type {
			own.Entities = append(own.Entities, e)
		}
	}
	if len(own.Entities) == 0 {
		return nil, fmt.Errorf("test %q: the mapping makes no %s", t.Name, t.Type)
	}
	if opt.Coverage != nil {
		opt.Coverage.watch(&own)
	}
	now, err := asOf(t, opt.Now)
	if err != nil {
		return nil, err
	}
	var files memory
	sum, err := transform.Run(ctx, &own, in, transform.Options{
		Rules: opt.Rules(t.Type, now), Output: &files, Now: now, Workers: 1,
	})
	if err != nil {
		return nil, fmt.Errorf("test %q: %w", t.Name, err)
	}
	if opt.Coverage != nil {
		opt.Coverage.count(t.Type, sum)
	}
	o, err := outcome(t.Type, sum, &files)
	if err != nil {
		return nil, fmt.Errorf("test %q: %w", t.Name, err)
	}
	r := &Result{Test: t, Outcome: o}
	r.Differences = judge(t, &r.Outcome, own.Entities[0].GongFields, m.Zone)
	return r, nil
}

// tables gives the sources as the test has them.
func tables(m *mapping.Mapping, t *mapping.Test, headers map[string][]string) map[string]*mapping.Inline {
	all := map[string]*mapping.Inline{}
	for name, rows := range t.Rows {
		all[name] = rows
	}
	if t.Row != nil {
		if s := m.RowSource(t, headers); s != nil {
			all[s.Name] = t.Row
		}
	}
	return all
}

// asOf is the test's instant.
func asOf(t *mapping.Test, now time.Time) (time.Time, error) {
	if t.AsOf == "" {
		return now, nil
	}
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, t.AsOf); err == nil {
			return at.UTC(), nil
		}
	}
	return now, fmt.Errorf("test %q: as_of %q is no instant", t.Name, t.AsOf)
}
