package ids

import (
	"bufio"
	"encoding/binary"
	"io"
	"os"
	"slices"
	"sort"
	"sync"
)

// layers are the runs of a table, from the oldest to the newest.
type layers struct{ runs []*run }

// run is a part of a table on disk: its ids in order, each once, with their
// states and values. In memory stays the first id of each page.
type run struct {
	file   *os.File
	n      int
	size   int // bytes of an id and what is kept with it
	pages  []ID
	filter filter // nil where there was no memory for one
}

// pageSize is how much of a run is read at once.
const pageSize = 4096

// item is an id with what is kept of it.
type item struct {
	id    ID
	state State
	value Value
}

var pages = sync.Pool{New: func() any { return new([pageSize]byte) }}

// get looks for id in the runs. An error is kept by the store, and the id is
// not there then.
func (l *layers) get(s *Store, id ID) (State, Value) {
	for i := len(l.runs) - 1; i >= 0; i-- {
		r := l.runs[i]
		if r.filter != nil && !r.filter.may(id) {
			continue
		}
		x, err := r.get(id)
		if err != nil {
			s.note(err)
			return None, Value{}
		}
		if x.state != None {
			return x.state, x.value
		}
	}
	return None, Value{}
}

// get reads the page that would have id.
func (r *run) get(id ID) (x item, err error) {
	page := sort.Search(len(r.pages), func(i int) bool { return id.less(r.pages[i]) }) - 1
	if page < 0 {
		return item{}, nil
	}
	each := r.each()
	n := min(each, r.n-page*each)
	buf := pages.Get().(*[pageSize]byte)
	defer pages.Put(buf)
	b := buf[:n*r.size]
	if _, err := r.file.ReadAt(b, int64(page*each*r.size)); err != nil {
		return item{}, err
	}
	i := sort.Search(n, func(i int) bool { return !key(b[i*r.size:]).less(id) })
	if i < n {
		if x = read(b[i*r.size:], r.size); x.id == id {
			return x, nil
		}
	}
	return item{}, nil
}

// each is how many ids a page holds.
func (r *run) each() int { return pageSize / r.size }

// key reads an id without its state.
func key(b []byte) ID {
	return ID{binary.LittleEndian.Uint64(b), binary.LittleEndian.Uint64(b[8:]) &^ stateMask}
}

func read(b []byte, size int) (x item) {
	x.id, x.state = key(b), State(b[8]&stateMask)
	if int64(size) > idSize {
		x.value = Value{binary.LittleEndian.Uint64(b[16:]), binary.LittleEndian.Uint64(b[24:])}
	}
	return x
}

// runWriter writes a run.
type runWriter struct {
	store *Store
	run   *run
	w     *bufio.Writer
	buf   []byte
}

// newRun begins a run of at most n ids.
func (s *Store) newRun(t *table, n int) (*runWriter, error) {
	f, err := s.temp()
	if err != nil {
		return nil, err
	}
	r := &run{file: f, size: int(t.size())}
	if filterSize(n)+int64(n/r.each()+1)*idSize <= s.limit/share-s.stored {
		r.filter = newFilter(n)
	}
	return &runWriter{store: s, run: r, w: bufio.NewWriterSize(f, 1<<16)}, nil
}

func (w *runWriter) add(x *item) error {
	r := w.run
	if r.n%r.each() == 0 {
		r.pages = append(r.pages, x.id)
	}
	r.n++
	if r.filter != nil {
		r.filter.add(x.id)
	}
	w.buf = binary.LittleEndian.AppendUint64(w.buf[:0], x.id.Hi)
	w.buf = binary.LittleEndian.AppendUint64(w.buf, x.id.Lo|uint64(x.state))
	if int64(r.size) > idSize {
		w.buf = binary.LittleEndian.AppendUint64(w.buf, x.value[0])
		w.buf = binary.LittleEndian.AppendUint64(w.buf, x.value[1])
	}
	_, err := w.w.Write(w.buf)
	return err
}

// close ends the run.
func (w *runWriter) close() (*run, error) {
	if err := w.w.Flush(); err != nil {
		return nil, err
	}
	w.run.pages = slices.Clip(w.run.pages)
	w.store.wrote += int64(w.run.n * w.run.size)
	w.store.keep(w.run.kept())
	return w.run, nil
}

// kept is the memory of a run.
func (r *run) kept() int64 { return int64(len(r.filter))*8 + int64(len(r.pages))*idSize }

// keep counts what is kept of runs.
func (s *Store) keep(n int64) {
	s.stored += n
	s.took(n)
}

// remove forgets a run that nobody reads any more.
func (s *Store) remove(r *run) {
	s.keep(-r.kept())
	s.files = slices.DeleteFunc(s.files, func(f *os.File) bool { return f == r.file })
	drop(r.file)
}

// write writes what a table has in memory as a run. The table stays as it is.
func (s *Store) write(t *table, m *memory) (*run, error) {
	w, err := s.newRun(t, m.n)
	if err != nil {
		return nil, err
	}
	var list []item
	for i := range m.segments { // in order of the ids' highest bits
		g := &m.segments[i]
		list = list[:0]
		for k, x := range g.slots {
			if state(x) == None {
				continue
			}
			one := item{id: ID{x.Hi, x.Lo &^ stateMask}, state: state(x)}
			if g.values != nil {
				one.value = g.values[k]
			}
			list = append(list, one)
		}
		slices.SortFunc(list, func(a, b item) int {
			if a.id.less(b.id) {
				return -1
			}
			return 1 // no two are the same
		})
		for k := range list {
			if err := w.add(&list[k]); err != nil {
				return nil, err
			}
		}
	}
	return w.close()
}

// merge makes one run of several.
func (s *Store) merge(t *table, runs []*run) (*run, error) {
	n := 0
	for _, r := range runs {
		n += r.n
		s.keep(-r.kept())
		r.filter = nil // to merge they are not asked
		s.keep(r.kept())
	}
	w, err := s.newRun(t, n)
	if err != nil {
		return nil, err
	}
	if err := merged(runs, w.add); err != nil {
		return nil, err
	}
	return w.close()
}

// merged calls f with the ids of runs, each once, in order, as the newest run
// has it.
func merged(runs []*run, f func(*item) error) error {
	heads := make([]*head, len(runs))
	for i, r := range runs {
		all := io.NewSectionReader(r.file, 0, int64(r.n*r.size))
		heads[i] = &head{r: bufio.NewReaderSize(all, 1<<16), buf: make([]byte, r.size)}
		if err := heads[i].next(); err != nil {
			return err
		}
	}
	for {
		var first *head
		for _, h := range heads { // from the oldest: of the same id the newest counts
			if !h.done && (first == nil || !first.id.less(h.id)) {
				first = h
			}
		}
		if first == nil {
			return nil
		}
		x := first.item
		for _, h := range heads {
			if !h.done && h.id == x.id {
				if err := h.next(); err != nil {
					return err
				}
			}
		}
		if err := f(&x); err != nil {
			return err
		}
	}
}

// head is the place in a run up to which it is read.
type head struct {
	item
	r    *bufio.Reader
	buf  []byte
	done bool
}

func (h *head) next() error {
	switch _, err := io.ReadFull(h.r, h.buf); err {
	case nil:
		h.item = read(h.buf, len(h.buf))
	case io.EOF:
		h.done = true
	default:
		return err
	}
	return nil
}
