package upload

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
)

// bisect finds the refused lines of a part beyond those that Gong named, by
// sending lines of it again in requests of their own: Gong names the first
// twenty, so what follows the last named line gives the next twenty. Where the
// answers do not add up that way, halves are sent. Taken lines go out again,
// which Gong takes as the same record.
func (r *run) bisect(ctx context.Context, p *progress) error {
	found := map[int]FailedLine{}
	for _, l := range p.final.Lines {
		found[l.Line] = l
	}
	s := &search{run: r, ctx: ctx, part: p, found: found}
	first := span{0, p.Lines}
	if err := s.after(first, p.final); err != nil {
		return err
	}
	f := &final{Status: p.final.Status, Failed: len(found), Taken: p.Lines - len(found), Lines: []FailedLine{}}
	for _, l := range found {
		f.Lines = append(f.Lines, l)
	}
	slices.SortFunc(f.Lines, func(a, b FailedLine) int { return a.Line - b.Line })
	f.Unnamed = s.lost
	f.Failed += s.lost
	f.Taken -= s.lost
	if f.Failed < p.final.Failed && f.Unnamed == 0 {
		// Gong refused more at first than now: what it took is not sure.
		f.Unnamed = p.final.Failed - f.Failed
		f.Failed, f.Taken = p.final.Failed, p.Lines-p.final.Failed
	}
	return r.note(&event{Event: eventSettled, Part: p.Number, ID: p.ID, Final: f})
}

// span is a stretch of a part's lines, from 0, half open.
type span struct{ from, to int }

type search struct {
	run   *run
	ctx   context.Context
	part  *progress
	found map[int]FailedLine
	sent  int
	lost  int // lines that could not be found out
}

// after goes on in a span of which an answer named some lines but not all.
func (s *search) after(all span, f *final) error {
	if f.Unnamed == 0 {
		return nil
	}
	last := all.from
	if n := len(f.Lines); n > 0 {
		last = f.Lines[n-1].Line
	}
	rest := span{last, all.to}
	if last > all.from && rest.from < rest.to {
		next, err := s.ask(rest)
		if err != nil {
			return err
		}
		// What the tail refuses must be what was not named before it.
		if next.General == "" && next.Failed == f.Unnamed {
			return s.after(rest, next)
		}
	}
	return s.halve(all)
}

// halve asks for both halves of a span.
func (s *search) halve(all span) error {
	if all.to-all.from < 2 {
		s.lost++
		return nil
	}
	middle := (all.from + all.to) / 2
	for _, half := range []span{{all.from, middle}, {middle, all.to}} {
		f, err := s.ask(half)
		if err != nil {
			return err
		}
		if f.General != "" || f.Unnamed > 0 {
			if f.General != "" {
				f = &final{Unnamed: 1}
			}
			if err := s.after(half, f); err != nil {
				return err
			}
		}
	}
	return nil
}

// ask sends a span as a request of its own and waits for what becomes of it.
// The lines named in the answer are numbered as in the whole part.
func (s *search) ask(lines span) (*final, error) {
	r, p := s.run, s.part
	s.sent++
	piece := part{Number: p.Number, Type: p.Type, Kind: p.Kind, File: fmt.Sprintf("%s.bisect.%d", p.File, s.sent), Lines: lines.to - lines.from}
	piece.ID = newRequestID(p.Type, p.Number, r.Clock.now())
	path := filepath.Join(r.dir, piece.File)
	defer os.Remove(path)
	if err := cut(filepath.Join(r.dir, p.File), path, lines, &piece); err != nil {
		return nil, err
	}
	note := func(name eventName, outcome string) error {
		return r.note(&event{Event: name, ID: piece.ID, Outcome: outcome, Message: fmt.Sprintf("lines %d to %d of part %d again", lines.from+1, lines.to, p.Number)})
	}
	err := r.Client.postEntities(s.ctx, r.Integration, &piece, path, false,
		func() error { return note(eventSending, "") },
		func(v verdict) error { return note(eventAnswered, v.outcome.String()) })
	if err != nil {
		return nil, err
	}
	status, err := r.Client.poll(s.ctx, r.Integration, piece.ID, Event{Part: p.Number, Type: p.Type, Lines: piece.Lines, Bytes: piece.Bytes})
	if err != nil {
		return nil, err
	}
	f, _, err := r.judge(&piece, status)
	if err != nil {
		return nil, err
	}
	if err := s.place(f, lines); err != nil {
		return nil, err
	}
	return f, nil
}

// place numbers named lines as in the whole part and finds their source rows.
func (s *search) place(f *final, lines span) error {
	named := map[int][]string{}
	for i := range f.Lines {
		f.Lines[i].Line += lines.from
		named[f.Lines[i].Line] = []string{f.Lines[i].Description}
	}
	placed, err := s.run.failedLines(&s.part.part, named)
	if err != nil {
		return err
	}
	f.Lines = placed
	for _, l := range placed {
		s.found[l.Line] = l
	}
	return nil
}

// cut writes a span of a part's lines as a file of its own.
func cut(from, to string, lines span, p *part) error {
	f, err := os.OpenFile(to, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return failed(err, "spool")
	}
	sum := sha256.New()
	w := bufio.NewWriter(io.MultiWriter(f, sum))
	n := 0
	err = eachLine(from, MaxPartSize, func(_ int, text []byte) error {
		n++
		if n <= lines.from || n > lines.to {
			return nil
		}
		p.Bytes += int64(len(text)) + 1
		if _, err := w.Write(text); err != nil {
			return err
		}
		return w.WriteByte('\n')
	})
	if err == nil {
		err = w.Flush()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	p.SHA256 = hex.EncodeToString(sum.Sum(nil))
	if err != nil {
		return failed(err, "spool")
	}
	// Its own places are not needed: those of the whole part are.
	return os.WriteFile(originPath(to), nil, 0o600)
}
