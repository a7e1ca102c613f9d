package validate

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/finding"
	"crm2gong/mapping/gong"
	"crm2gong/mapping/ids"
)

// Input is ready-made LDJSON: of each type the files with its present records,
// those with past versions, and the schema of its custom fields.
type Input struct {
	Files   [gong.NumTypes][]File
	History [gong.NumTypes][]File
	Schemas [gong.NumTypes]*CustomSchema // nil where none is at hand
}

// File is a file of lines.
type File struct {
	Name string // for messages and reports
	Open func() (io.ReadCloser, error)
	Size int64 // bytes, for progress; 0 where that is not known
	// Once says that the file can be read only once, as standard input.
	Once bool
}

// FilesOptions bound the reading of files.
type FilesOptions struct {
	Workers int // goroutines; 0: as many as keep all processors busy
	MaxLine int // bytes of a line; 0: 16 MiB
	// Progress hears how many bytes and lines of a file were judged since the
	// last call; nil for nobody.
	Progress func(file string, bytes, lines int)
}

const maxLine = 16 << 20

// LineTooLong is the error for a line above the limit.
type LineTooLong struct {
	File  string
	Line  int
	Limit int
}

// Error names the place and the limit.
func (e *LineTooLong) Error() string {
	return fmt.Sprintf("%s: line %d has more than %d bytes; --max-record sets the limit", e.File, e.Line, e.Limit)
}

// Files judges ready-made LDJSON: the types in Gong's dependency order, then
// history, then what can be known only at the end. It closes the run. The error
// is one of reading; what is wrong with the data stands in the report.
func (r *Run) Files(ctx context.Context, in *Input, o FilesOptions) (*Report, error) {
	if o.MaxLine <= 0 {
		o.MaxLine = maxLine
	}
	for _, t := range gong.Types {
		r.opt.Mapped[t] = r.opt.Mapped[t] || len(in.Files[t]) > 0
	}
	r.ready = true
	log := &finding.Log{All: r.opt.All}
	entities, history := map[string]Counts{}, map[string]Counts{}
	for _, t := range gong.Types {
		if len(in.Files[t]) == 0 {
			continue
		}
		var c Counts
		for _, f := range in.Files[t] {
			p := r.newPass(t, false, f, in.Schemas[t], log)
			p.ids = r.Set(t)
			if err := p.readAll(ctx, o); err != nil {
				return nil, err
			}
			c.Read, c.Written, c.Rejected = c.Read+p.counts.Read, c.Written+p.counts.Written, c.Rejected+p.counts.Rejected
		}
		entities[t.String()] = c
	}
	for _, t := range gong.Types {
		if len(in.History[t]) == 0 {
			continue
		}
		var c Counts
		for _, f := range in.History[t] {
			p := r.newPass(t, true, f, in.Schemas[t], log)
			p.ids = r.opt.IDs.Set() // a version of each record per file
			if err := p.readAll(ctx, o); err != nil {
				return nil, err
			}
			r.opt.IDs.Free(p.ids)
			c.Read, c.Written, c.Rejected = c.Read+p.counts.Read, c.Written+p.counts.Written, c.Rejected+p.counts.Rejected
		}
		history[t.String()] = c
	}
	r.Close()
	for _, t := range gong.Types {
		if wanted := r.Wanted(t); wanted != nil {
			for _, f := range in.Files[t] {
				if err := r.ask(ctx, t, f, in.Schemas[t], wanted, o); err != nil {
					return nil, err
				}
			}
		}
	}
	r.Causes()
	report := r.Report(log)
	report.Entities, report.History = entities, history
	report.Finish()
	return report, nil
}

// pass judges one file.
type pass struct {
	run     *Run
	t       gong.ObjectType
	history bool
	file    File
	schema  *CustomSchema
	log     *finding.Log
	ids     *ids.Set
	counts  Counts
}

func (r *Run) newPass(t gong.ObjectType, history bool, f File, s *CustomSchema, log *finding.Log) *pass {
	return &pass{run: r, t: t, history: history, file: f, schema: s, log: log}
}

// judge judges the lines of blocks, in one goroutine.
type judge struct {
	pass   *pass
	worker *Worker
	decode *Decoder
	entity *gong.Entity
	out    judged
	keys   foreignKeys // of the block
	// settled says that it is known which keys of the block are named.
	settled bool
	lumped  [2]bool // the line is counted among otherKeys: for its field, for its value
}

// judged is what a judge made of a block.
type judged struct {
	log     finding.Log
	notes   any
	ids     []lineID
	lines   int
	written int
}

type lineID struct {
	id      ids.ID
	line    int
	deleted bool
}

func (p *pass) judge() *judge {
	var custom []gong.Field
	if p.schema != nil {
		custom = p.schema.Fields
	}
	j := &judge{pass: p, decode: NewDecoder(p.t, custom, p.schema != nil)}
	j.worker = p.run.Worker(p.t, p.history, j.decode.Fields())
	j.worker.ready = true
	j.entity = j.decode.NewEntity()
	j.entity.Origin = gong.Origin{Source: p.t.String(), File: p.file.Name}
	return j
}

// block judges the lines of a block, but for those in drop, which are
// duplicates.
func (j *judge) block(data []byte, drop map[int]bool) {
	out := &j.out
	*out = judged{ids: out.ids[:0]}
	out.log.All = j.pass.run.opt.All
	j.keys.reset()
	j.worker.Take()
	for len(data) > 0 {
		line := data
		if i := bytes.IndexByte(data, '\n'); i >= 0 {
			line, data = data[:i], data[i+1:]
		} else {
			data = nil
		}
		out.lines++
		if j.line(line, drop[out.lines]) == nil {
			out.written++
			out.ids = append(out.ids, lineID{ids.Of(j.entity.ObjectID()), out.lines, j.worker.deletion(j.entity)})
		}
	}
	out.notes = j.worker.Take()
}

// line judges one line: its JSON, its values, and then what is judged of any
// entity.
func (j *judge) line(line []byte, duplicate bool) *finding.Rejection {
	e, w, out := j.entity, j.worker, &j.out
	e.Origin.Row, e.Origin.Line = out.lines, out.lines
	faults := j.decode.Decode(line, e)
	var first *finding.Rejection
	j.lumped = [2]bool{}
	for i := range faults {
		f := &faults[i]
		j.fault(f)
		if f.Code == codes[valueInvalid] && first == nil {
			first = &finding.Rejection{Code: f.Code, Field: f.Field, Reason: f.Reason, Value: f.Value}
		}
	}
	if first != nil {
		if first.Field != "" {
			w.otherRefusal(e, &out.log)
		}
		return first
	}
	if duplicate {
		return w.reject(e, &out.log, objectIDDuplicate, 0, "an earlier line has this objectId")
	}
	return w.Entity(e, &out.log)
}

// otherRefusal judges what else Gong would refuse in a line whose values are
// at fault already, so that all is told at once.
func (w *Worker) otherRefusal(e *gong.Entity, log *finding.Log) {
	if e.Values[0].Kind == gong.Invalid {
		return
	}
	for _, i := range w.mandatory {
		if e.Values[i].Kind == gong.Invalid {
			return
		}
	}
	w.refusal(e, log, w.deletion(e))
}

// fault notes a fault of the line.
func (j *judge) fault(f *Fault) {
	w, e, log := j.worker, j.entity, &j.out.log
	r, lump := fieldNotInSchema, 0
	switch f.Code {
	case codes[picklistValue]:
		r = picklistValue
	case codes[valueInvalid]:
		r, lump = valueInvalid, 1
	}
	if r != valueInvalid && w.run.severity[r] == diag.Off {
		return
	}
	key := finding.Clip(f.Field)
	k := finding.Key{Code: f.Code, Entity: w.t, Field: key, History: w.history}
	if f.index < 0 && key != "" && !j.named(key) {
		if k.Field, k.Cause = "", otherKeys; j.lumped[lump] {
			return
		}
		j.lumped[lump] = true
	}
	g := log.Add(k)
	g.Value(f.Value)
	if log.Wants(g) {
		g.Examples = append(g.Examples, finding.Example{
			ObjectID: strings.Clone(e.Values[0].Text), Value: finding.Clip(f.Value), Reason: f.Reason, Origin: e.Origin, Column: key,
		})
	}
}

// settle takes the block that was judged last, in order: duplicates are found,
// and keys that are not named. Where there are any it is judged again.
func (j *judge) settle(b *block) {
	p, out := j.pass, &j.out
	if b.seq == 0 {
		p.ids.Reserve(p.ids.Len() + len(out.ids)*int(min(p.file.Size/int64(len(b.data))+1, maxReserve)))
	}
	again := j.settleKeys()
	if drop := p.put(out.ids); drop != nil || again {
		j.settled = true
		j.block(b.data, drop)
		j.settled = false
	}
	p.counts.Read += out.lines
	p.counts.Written += out.written
	p.counts.Rejected += out.lines - out.written
	p.log.Merge(&out.log, b.lines, b.lines)
	p.run.Note(out.notes, b.lines, b.lines)
}

// maxReserve bounds, in blocks of the first one's size, how many ids room is
// made for ahead.
const maxReserve = 50_000

// put puts the ids of a block into the set and gives the lines whose ids were
// there already.
func (p *pass) put(list []lineID) (drop map[int]bool) {
	p.run.warm = p.run.warm[:0]
	for i := range list {
		p.run.warm = append(p.run.warm, list[i].id)
	}
	p.ids.Warm(p.run.warm)
	for _, x := range list {
		state := ids.Written
		if x.deleted {
			state = ids.Deleted
		}
		if p.ids.Add(x.id, state) == ids.None {
			continue
		}
		if drop == nil {
			drop = map[int]bool{}
		}
		drop[x.line] = true
	}
	return drop
}

// ask tells what became of the records that references miss.
func (r *Run) ask(ctx context.Context, t gong.ObjectType, f File, s *CustomSchema, wanted func(string) bool, o FilesOptions) error {
	if f.Once {
		return nil
	}
	p := r.newPass(t, false, f, s, nil)
	j := p.judge()
	return p.blocks(ctx, o, func(b *block) error {
		data := b.data
		for len(data) > 0 {
			line, rest, _ := bytes.Cut(data, []byte{'\n'})
			data = rest
			j.decode.Decode(line, j.entity)
			id := strings.Clone(j.entity.ObjectID())
			if id == "" || !wanted(id) {
				continue
			}
			if r.there(t, ids.Of(id)) {
				r.Outcome(t, id, OutcomeWritten, "")
				continue
			}
			j.out.log.Reset()
			if refused := j.line(line, false); refused != nil {
				r.Outcome(t, id, CauseRejected, refused.Code)
			}
			j.worker.Take()
		}
		return nil
	})
}
