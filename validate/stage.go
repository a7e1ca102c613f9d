package validate

import (
	"strings"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
)

// stageNote is what rules among stages and deals need of a stage.
type stageNote struct {
	id, name, order string // order is "" where the stage has none
	active          bool
	example         finding.Example
}

// noteStage notes a stage. There are few, so each is kept whole, up to maxStages
// in a run.
func (w *Worker) noteStage(e *gong.Entity) {
	s := stageNote{id: strings.Clone(e.Values[0].Text), name: finding.Clip(e.Values[w.at.name].Text), active: true}
	if v := &e.Values[w.at.active]; v.Kind == gong.BoolVal {
		s.active = v.Num != 0
	}
	if v := &e.Values[w.at.order]; v.Kind == gong.NumberVal {
		s.order = strings.Clone(v.Text)
	}
	s.example = finding.Example{ObjectID: s.id, Value: s.order, Origin: cloneOrigin(e.Origin)}
	if c := columnOf(e, w.at.order); c.ok {
		s.example.AtColumn(strings.Clone(c.header), c.index)
	}
	w.notes.stages = append(w.notes.stages, s)
}

func (r *Run) noteStages(n *notes, rows, lines int) {
	for _, s := range n.stages {
		s.example.Origin.Row += rows
		if s.example.Origin.Line > 0 {
			s.example.Origin.Line += lines
		}
		if !s.active {
			r.inactive.Put(ids.Of(s.id), ids.Written)
		}
		if len(r.stages) == maxStages {
			r.otherStages++
			continue
		}
		r.stages = append(r.stages, s)
	}
}

// notCompared is the cause of the finding that tells of stages that were not
// held against others.
const notCompared = "not-compared"

// judgeStages finds active stages of one sortOrder among those kept, and tells
// of the others. A stage without one has 1.
func (r *Run) judgeStages() {
	if r.severity[stageOrder] == diag.Off {
		return
	}
	at, ordered, active := map[string]int{}, false, 0
	for i := range r.stages {
		s := &r.stages[i]
		ordered = ordered || s.order != ""
		if s.active {
			active++
			at[s.place()]++
		}
	}
	key := finding.Key{Code: codes[stageOrder], Entity: gong.Stage, Field: "sortOrder"}
	if r.otherStages > 0 {
		key := key
		key.Severity, key.Cause = diag.Info, notCompared
		r.log.Add(key).Count = r.otherStages
	}
	if !ordered {
		key.Severity = diag.Info
	}
	for i := range r.stages {
		s := &r.stages[i]
		if !s.active || at[s.place()] < 2 {
			continue
		}
		g := r.log.Add(key)
		g.Value(s.place())
		if r.log.Wants(g) {
			x := s.example
			if s.order == "" {
				x.Reason = "without a sortOrder a stage has 1"
			}
			x.Settle()
			g.Examples = append(g.Examples, x)
		}
	}
	r.stages = nil
}

func (s *stageNote) place() string {
	if s.order == "" {
		return "1"
	}
	return s.order
}
