package ids

import (
	"fmt"
	"os"
	"slices"
)

// MinLimit is the least limit of memory that a Store works well with, in bytes.
const MinLimit = 1 << 20

// Store bounds the memory of the sets and maps that it makes. All of them are
// added to by one goroutine; others may read meanwhile those that are not added
// to. The nil store sets no bound.
//
// What stands on disk lies in files of the store's folder that have no name
// where the system allows that, so that a killed program leaves none behind.
type Store struct {
	// OnError is called, once, when files can not be read or written, from any
	// goroutine; nil for nobody. It must be set before the store is used.
	OnError func()

	limit  int64
	dir    string
	used   int64 // by tables in memory, and by what is kept of the runs
	stored int64 // of it: kept of the runs
	peak   int64
	wrote  int64
	tables []*table
	files  []*os.File
	sticky failure
}

// NewStore makes a store with a limit in bytes, at least MinLimit. dir is where
// its files go; "" stands for the system's folder of temporary files.
func NewStore(limit int64, dir string) *Store { return &Store{limit: limit, dir: dir} }

// Set makes a set under the store's limit.
func (s *Store) Set() *Set {
	x := &Set{}
	s.adopt(&x.table)
	return x
}

// Map makes a map under the store's limit.
func (s *Store) Map() *Map {
	x := &Map{}
	x.wide = true
	s.adopt(&x.table)
	return x
}

func (s *Store) adopt(t *table) {
	if s != nil {
		t.store = s
		s.tables = append(s.tables, t)
	}
}

// Free lets go of a set that is used no more.
func (s *Store) Free(x *Set) {
	if s == nil {
		return
	}
	s.tables = slices.DeleteFunc(s.tables, func(t *table) bool { return t == &x.table })
	if m := x.mem.Load(); m != nil {
		s.took(-m.bytes)
	}
	if l := x.disk.Load(); l != nil {
		for _, r := range l.runs {
			s.remove(r)
		}
	}
}

// Err is the first error of reading or writing a file. What sets and maps say
// after one is void.
func (s *Store) Err() error {
	if s == nil {
		return nil
	}
	return s.sticky.get()
}

// note keeps the first error.
func (s *Store) note(err error) {
	if err != nil && s.sticky.set(fmt.Errorf("cannot keep ids on disk: %w", err)) && s.OnError != nil {
		s.OnError()
	}
}

// Close removes the store's files and gives Err. The sets and maps must not be
// used afterwards.
func (s *Store) Close() error {
	if s == nil {
		return nil
	}
	for _, f := range s.files {
		drop(f)
	}
	s.files = nil
	return s.Err()
}

// Usage tells how many bytes of memory the store's tables took at most, and how
// many were written to disk.
func (s *Store) Usage() (peak, written int64) {
	if s == nil {
		return 0, 0
	}
	return s.peak, s.wrote
}

// took counts memory.
func (s *Store) took(n int64) {
	s.used += n
	s.peak = max(s.peak, s.used)
}

// share is the part of the limit, one in so many, that is set apart for what is
// kept in memory of the runs on disk.
const share = 4

// room is what the tables in memory may take. What must be kept of the runs, a
// sixteenth of a byte for each id, may be more than its share; but never is
// there left so little that every few ids make a run.
func (s *Store) room() int64 {
	return max(s.limit-max(s.stored, s.limit/share), s.limit/share)
}

// free is the memory that is still to be had.
func (s *Store) free() int64 { return max(0, s.room()-(s.used-s.stored)) }

// makeRoom sees to it that a table that is full may grow by n bytes: the
// largest tables go to disk. It may be that table itself, which is empty then.
func (s *Store) makeRoom(t *table, n int64) {
	for s.free() < n && s.Err() == nil {
		big := s.largest()
		if big == nil {
			return // small tables, many of them
		}
		s.spill(big, big == t)
		if big == t {
			return
		}
	}
}

// largest is the table that takes most memory, nil if none takes more than its
// least.
func (s *Store) largest() (big *table) {
	most := int64(segments) * least * (idSize + valueSize)
	if s.limit < MinLimit {
		most = 0 // in tests
	}
	for _, t := range s.tables {
		if m := t.mem.Load(); m != nil && m.bytes > most {
			big, most = t, m.bytes
		}
	}
	return big
}

// spill moves what a table has in memory to a run on disk. With keep its
// memory stays, empty; nobody must read it then.
func (s *Store) spill(t *table, keep bool) {
	m := t.mem.Load()
	if m.n > 0 {
		r, err := s.write(t, m)
		if err != nil {
			s.note(err)
			return
		}
		l := &layers{runs: []*run{r}}
		if old := t.disk.Load(); old != nil {
			l.runs = append(append([]*run(nil), old.runs...), r)
		}
		t.disk.Store(l)
		if keep {
			s.note(s.compact(t))
		}
	}
	if keep {
		m.clear()
		return
	}
	t.mem.Store(nil)
	s.took(-m.bytes)
}

// clear empties a table and keeps its memory.
func (m *memory) clear() {
	for i := range m.segments {
		clear(m.segments[i].slots)
		m.segments[i].n = 0
	}
	m.n = 0
}

// compact merges the newest runs of a table until each is more than twice the
// next, so that there are few.
func (s *Store) compact(t *table) error {
	l := t.disk.Load().runs
	from, sum := len(l)-1, l[len(l)-1].n
	for from > 0 && l[from-1].n <= 2*sum {
		from--
		sum += l[from].n
	}
	if from == len(l)-1 {
		return nil
	}
	r, err := s.merge(t, l[from:])
	if err != nil {
		return err
	}
	t.disk.Store(&layers{runs: append(append([]*run(nil), l[:from]...), r)})
	for _, old := range l[from:] {
		s.remove(old)
	}
	return nil
}

// temp makes a file for one run.
func (s *Store) temp() (*os.File, error) {
	f, err := os.CreateTemp(s.dir, ".crm2gong-ids-")
	if err != nil {
		return nil, err
	}
	_ = os.Remove(f.Name()) // a file without a name; where that cannot be, drop removes it
	s.files = append(s.files, f)
	return f, nil
}

// drop closes a file and lets its space go.
func drop(f *os.File) {
	_ = f.Close()
	_ = os.Remove(f.Name())
}
