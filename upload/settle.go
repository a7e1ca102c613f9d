package upload

import (
	"fmt"
	"path/filepath"
	"slices"
	"sort"
	"strings"
)

// judge reads a part's final status. The rules are those of the state: a line
// counts as taken only where Gong's answer leaves no doubt. Gong names at most
// 20 lines of those it refused.
func (r *run) judge(p *part, s *requestStatus) (f *final, warning string, err error) {
	f = &final{Status: "DONE", Lines: []FailedLine{}}
	if s.done() == finishedFailed {
		f.Status = "FAILED"
	}
	named := map[int][]string{}
	for _, e := range s.Errors {
		line := int(e.Line.n)
		text := clip(string(e.Description), 1000)
		if line <= 0 || line > p.Lines {
			if line <= 0 {
				line = 0
			} else {
				text = fmt.Sprintf("%s (line %d, of %d)", text, line, p.Lines)
			}
			if f.Status == "FAILED" {
				f.General = text
			}
			continue
		}
		if texts := named[line]; len(texts) < maxNamed && !slices.Contains(texts, text) {
			named[line] = append(texts, text)
		}
	}
	total := len(named)
	if s.Failed.set {
		total = max(total, int(s.Failed.n))
	} else if len(s.Errors) >= maxNamed {
		// As many as Gong ever names, and no count: there may be more.
		total = p.Lines
	}
	total = min(total, p.Lines)
	if f.Status == "FAILED" && total == 0 && f.General == "" {
		f.General = "it failed, and Gong gave no reason"
	}
	if f.General != "" {
		f.Failed, f.Unnamed = p.Lines, p.Lines
		return f, "", nil
	}
	f.Failed, f.Taken, f.Unnamed = total, p.Lines-total, total-len(named)
	f.Lines, err = r.failedLines(p, named)
	if got := s.Succeeded.n + s.Failed.n; s.Succeeded.set && got != int64(p.Lines) {
		warning = fmt.Sprintf("part %d (%s) has %s, and Gong counts %s", p.Number, p.Type, plural(p.Lines, "line"), group(int(got)))
	}
	return f, warning, err
}

// maxNamed is how many errors Gong lists; of one line, more texts are not kept.
const maxNamed = 20

// failedLines finds the records and source rows of named lines.
func (r *run) failedLines(p *part, named map[int][]string) ([]FailedLine, error) {
	list := []FailedLine{}
	if len(named) == 0 {
		return list, nil
	}
	var numbers []int
	for n := range named {
		numbers = append(numbers, n)
	}
	sort.Ints(numbers)
	path := filepath.Join(r.dir, p.File)
	places, err := origins(path, numbers)
	if err != nil {
		return nil, err
	}
	i, line := 0, 0
	err = eachLine(path, MaxPartSize, func(_ int, text []byte) error {
		line++
		if i == len(numbers) || numbers[i] != line {
			return nil
		}
		rec, err := parseRecord(text)
		if err != nil {
			return err
		}
		from := places[line]
		list = append(list, FailedLine{Type: p.Type, Line: line, ObjectID: rec.objectID, Source: from.Source, File: from.File, Sheet: from.Sheet, Row: from.Row,
			Description: strings.Join(named[line], "; ")})
		i++
		return nil
	})
	return list, err
}

// commit brings the lines of a final part that Gong is known to have taken into
// the state. Doing it twice does no harm.
func (r *run) commit(p *progress) error {
	if p.committed {
		return nil
	}
	refused := map[int]bool{}
	for _, l := range p.final.Lines {
		refused[l.Line] = true
	}
	if p.final.General == "" {
		if err := r.enter(p, refused, p.final.sure()); err != nil {
			return err
		}
	}
	return r.note(&event{Event: eventCommitted, Part: p.Number, Serial: r.state.Serial()})
}

// enter stores a part's lines but the refused ones, as taken or, where that
// cannot be known, as unsure.
func (r *run) enter(p *progress, refused map[int]bool, sure bool) error {
	t := p.objectType()
	b := r.state.begin()
	line := 0
	err := eachLine(filepath.Join(r.dir, p.File), MaxPartSize, func(_ int, text []byte) error {
		line++
		if refused[line] {
			return nil
		}
		rec, err := parseRecord(text)
		switch {
		case err != nil:
			return err
		case p.Kind == kindHistory && sure:
			r.state.setVersion(b, t, &rec)
		case p.Kind == kindHistory:
		case sure:
			r.state.setRecord(b, t, &rec)
		default:
			r.state.setUnsure(b, t, &rec)
		}
		return nil
	})
	if err != nil {
		return failed(err, "read a part")
	}
	return r.state.commit(b, r.Clock.now())
}

// giveUp closes parts of which Gong may have something and was not asked.
func (r *run) giveUp() error {
	for _, p := range r.ledger.parts {
		if p.state == PartAccepted || p.mayBeTaken() {
			if err := r.enter(p, nil, false); err != nil {
				return err
			}
		}
	}
	return nil
}
