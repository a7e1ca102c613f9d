// Package validate judges entities by Gong's rules: one entity on its own, its
// references to others, and records among each other. What it finds becomes a
// Report.
//
// One code path judges all: entities that transform makes and LDJSON of
// anyone. A Run holds what is known across records. Workers judge single
// entities, each in one goroutine, and note per block what only the run can
// decide; the notes are handed over in the order of the blocks, so that nothing
// depends on the number of workers.
//
// The order of a run: for each type in Gong's dependency order, workers judge
// its blocks, and Note takes each block's notes while the ids go into Set;
// then history; then Close. Dangling references wait for their causes: where
// Wanted says so the records of the sources are gone through once more and
// told to Outcome. Causes settles them, and Report gives it all.
package validate

import (
	"slices"
	"sync"
	"time"

	"crm2gong/mapping"
	"crm2gong/mapping/diag"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
	"crm2gong/mapping/value"
)

// Options is what a run is judged by. The zero value judges all rules that
// need no clock, with their own severities.
type Options struct {
	// AsOf is the instant of the run, for dates in the future and the past. The
	// zero time switches those rules off.
	AsOf time.Time
	// Zone is where AsOf becomes a calendar day; nil is UTC.
	Zone *time.Location
	// Severities are those that the mapping sets, by rule code.
	Severities map[string]diag.Severity
	// References say what happens to dangling references; those not named are sent.
	References map[mapping.Ref]mapping.Dangling
	// Checks are the mapping's own rules, for their severities and messages.
	Checks []*mapping.Check
	// Mapped marks the types of which this run makes records.
	Mapped [gong.NumTypes]bool
	// Slugs marks the types whose ids are made with slug, which does not cut
	// what is too long for an id.
	Slugs [gong.NumTypes]bool
	// Known is what was sent before this run; nil for nothing.
	Known Known
	// IDs keeps the tables of ids and bounds their memory; nil sets no bound. Its
	// errors are to be asked for when the run is over.
	IDs *ids.Store
	// All keeps every example of a finding, not just the first three.
	All bool
}

// Known tells which records Gong has from earlier uploads. Its methods are
// called from several goroutines at once.
type Known interface {
	// AnyOf tells whether any record of the type was sent.
	AnyOf(t gong.ObjectType) bool
	// State is ids.Sent or ids.Deleted, by what was sent last under the id, or
	// ids.None.
	State(t gong.ObjectType, id ids.ID) ids.State
}

// KnownSets is a Known made of one set of ids per type; nil sets are empty.
type KnownSets [gong.NumTypes]*ids.Set

// AnyOf tells whether the type's set has an id.
func (k *KnownSets) AnyOf(t gong.ObjectType) bool { return k[t] != nil && k[t].Len() > 0 }

// State is the state of the id in the type's set.
func (k *KnownSets) State(t gong.ObjectType, id ids.ID) ids.State {
	if k[t] == nil {
		return ids.None
	}
	return k[t].Get(id)
}

// Run judges the records of one run. Its methods are for the one goroutine
// that puts the blocks in order; Worker and Take alone may be called from any.
type Run struct {
	ready    bool // ready-made LDJSON is judged: nothing of a mapping can be mended
	opt      Options
	severity [numRules]diag.Severity
	asOf     int64 // seconds since 1970 UTC
	today    int64 // days since 1970-01-01 in the zone
	sets     [gong.NumTypes]*ids.Set
	warm     []ids.ID    // to look for many ids at once
	log      finding.Log // findings made across records
	written  [gong.NumTypes]int
	versions [gong.NumTypes]int

	mu      sync.Mutex
	ledgers []*ledger // in the order of first use
	spare   []*notes

	origins  []gong.Origin // sources, files and sheets of what is kept
	places   []int32       // of a block's origins among them
	columns  []column      // likewise columns
	shared   [numShared]sharing
	stages   []stageNote // the first maxStages
	inactive *ids.Set    // stages whose isActive is false
	seconds  *ids.Set    // users whose e-mail an earlier one has
	deals    runDeals
	// otherStages is the number of stages beyond those in stages.
	otherStages int
	foreign     foreignKeys // of ready-made LDJSON
	wanted      [gong.NumTypes]*wanted
	dangling    []Finding
	closed      bool
}

// New prepares a run.
func New(o Options) *Run {
	r := &Run{opt: o, inactive: o.IDs.Set(), seconds: o.IDs.Set()}
	r.log.All = o.All
	for t := range r.sets {
		r.sets[t] = o.IDs.Set()
	}
	for k := range r.shared {
		r.shared[k].seen = o.IDs.Map()
	}
	for i, code := range codes {
		r.severity[i] = finding.SeverityOf(finding.Key{Code: code}, o.Severities)
	}
	if !o.AsOf.IsZero() {
		zone := o.Zone
		if zone == nil {
			zone = time.UTC
		}
		r.asOf = o.AsOf.Unix()
		local := o.AsOf.In(zone)
		_, offset := local.Zone()
		r.today = value.DayOf(r.asOf + int64(offset))
	}
	return r
}

const secondsPerDay = 24 * 60 * 60

// Set is where the ids of a type go, in order, as ids.Written or ids.Deleted.
// Workers of later types read it meanwhile; workers of its own type do not.
func (r *Run) Set(t gong.ObjectType) *ids.Set { return r.sets[t] }

// judged tells whether references to t can be checked at all.
func (r *Run) judged(t gong.ObjectType) bool {
	return r.opt.Mapped[t] || r.opt.Known != nil && r.opt.Known.AnyOf(t)
}

// state is what is known of an id: what this run does with it counts before
// what was sent earlier.
func (r *Run) state(t gong.ObjectType, id ids.ID) ids.State {
	if s := r.sets[t].Get(id); s != ids.None {
		return s
	}
	if r.opt.Known != nil {
		return r.opt.Known.State(t, id)
	}
	return ids.None
}

// Note takes what a worker noted of one block, in the order of the blocks.
// rows and lines are the spreadsheet rows and physical lines before the block,
// by which examples are moved.
func (r *Run) Note(taken any, rows, lines int) {
	n, ok := taken.(*notes)
	if !ok || n == nil {
		return
	}
	if n.history {
		r.versions[n.t] += n.entities
	} else {
		r.written[n.t] += n.entities
	}
	r.noteReferences(n, rows, lines)
	r.noteShared(n, rows, lines)
	r.noteStages(n, rows, lines)
	r.noteDeals(n)
	r.free(n)
}

// Close judges what needs all records: references to records of the same or a
// later type, and the rules among records. No notes may follow.
func (r *Run) Close() {
	if r.closed {
		return
	}
	r.closed = true
	r.settleDeferred()
	r.nameStages()
	r.judgeStages()
	r.judgeAccounts()
	r.judgeUnjudged()
	r.want()
}

// judgeAccounts notes that there is no account at all.
func (r *Run) judgeAccounts() {
	if r.severity[accountNone] == diag.Off || r.written[gong.Account] > 0 ||
		r.opt.Known != nil && r.opt.Known.AnyOf(gong.Account) {
		return
	}
	r.log.Add(finding.Key{Code: codes[accountNone], Entity: gong.Account})
}

// judgeUnjudged notes references that could not be checked, once each.
func (r *Run) judgeUnjudged() {
	if r.severity[referenceNotJudged] == diag.Off {
		return
	}
	for _, l := range r.sortedLedgers() {
		if l.count.unjudged == 0 || l.history {
			continue
		}
		k := finding.Key{Code: codes[referenceNotJudged], Entity: l.t, Field: l.field, Detail: l.target.String()}
		if l.t == gong.Deal && (l.field == "ownerId" || l.field == "stage") {
			k.Severity = diag.Warning // Gong hides such deals
		}
		r.log.Add(k).Count = l.count.unjudged
	}
}

// sortedLedgers gives the references in an order that does not depend on which
// worker came first.
func (r *Run) sortedLedgers() []*ledger {
	l := slices.Clone(r.ledgers)
	slices.SortFunc(l, func(a, b *ledger) int { return a.compare(b) })
	return l
}
