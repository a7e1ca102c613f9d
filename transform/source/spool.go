package source

import (
	"errors"
	"io"
	"math"
	"os"
	"sync"
)

// random is an open file that can be read from anywhere.
type random struct {
	io.Reader
	io.ReaderAt
	io.Closer
	size  int64 // -1: it is not known yet, and there is no ReaderAt
	grown int64 // of a member of an archive: its size once inflated, as the archive says
}

// Stdin is what can be read only once, for use by several tables and several
// times: standard input, and the pipes that are named as files. The first
// reading copies each to a private temporary file. Pipes are copied when they
// are opened, with what is left of standard input before them, for one program
// may write to both, one after the other. Close removes the files.
type Stdin struct {
	r     io.Reader
	mu    sync.Mutex
	file  *spoolFile
	err   error
	pipes map[string]*spoolFile // by path
}

// NewStdin makes r ready for Options.Stdin.
func NewStdin(r io.Reader) *Stdin { return &Stdin{r: r} }

// Read reads the stream itself; it serves those who use a Stdin as a plain
// reader, before any table does.
func (s *Stdin) Read(p []byte) (int, error) { return s.r.Read(p) }

// Close removes the temporary file. Tables that read it must be closed before.
func (s *Stdin) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	var err error
	if s.file != nil {
		err = s.file.Close()
	}
	for _, f := range s.pipes {
		err = errors.Join(err, f.Close())
	}
	s.pipes = nil
	return err
}

// pipe gives the copy of the pipe at path, which is read now unless it was
// before.
func (s *Stdin) pipe(path string) (*spoolFile, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f, ok := s.pipes[path]; ok {
		return f, nil
	}
	if s.file != nil {
		if _, err := s.file.open(); err != nil {
			return nil, err
		}
	}
	r, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	f, err := spool(r)
	if err != nil {
		return nil, err
	}
	if s.pipes == nil {
		s.pipes = map[string]*spoolFile{}
	}
	s.pipes[path] = f
	return f, nil
}

func (s *Stdin) spooled() (*spoolFile, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil && s.err == nil {
		s.file, s.err = newSpool(s.r)
	}
	return s.file, s.err
}

// spoolFile is a private temporary copy of a stream, made as far as somebody
// reads: what is wrong with a stream shows before its end.
type spoolFile struct {
	f    *os.File
	left string // name to remove at the end; "" where it is removed already

	mu    sync.Mutex
	src   io.Reader // what is still to be copied; nil for nothing
	size  int64     // bytes copied
	err   error     // why there is no more, other than the stream's end
	chunk []byte
}

// spoolChunk is how much is copied at once, in bytes.
const spoolChunk = 64 << 10

func newSpool(r io.Reader) (*spoolFile, error) {
	f, err := os.CreateTemp("", "crm2gong-*") // for the user alone: mode 0600
	if err != nil {
		return nil, err
	}
	s := &spoolFile{f: f, src: r}
	if os.Remove(f.Name()) != nil { // systems that keep open files
		s.left = f.Name()
	}
	return s, nil
}

// spool copies a whole stream.
func spool(r io.Reader) (*spoolFile, error) {
	s, err := newSpool(r)
	if err != nil {
		return nil, err
	}
	if _, err := s.open(); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// copy copies the stream up to byte n at least, or to its end, and gives how
// many bytes there are. The error is why there are less than n.
func (s *spoolFile) copy(n int64) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.chunk == nil && s.src != nil {
		s.chunk = make([]byte, spoolChunk)
	}
	for s.src != nil && s.size < n {
		k, err := s.src.Read(s.chunk)
		if k, failed := s.f.WriteAt(s.chunk[:k], s.size); failed != nil {
			err = failed
		} else {
			s.size += int64(k)
		}
		if err != nil {
			s.src, s.chunk = nil, nil
			if err != io.EOF {
				s.err = err
			}
		}
	}
	if s.size < n && s.err == nil {
		return s.size, io.EOF
	}
	return s.size, s.err
}

// ReadAt reads from the copy, which is made so far first.
func (s *spoolFile) ReadAt(p []byte, off int64) (int, error) {
	size, err := s.copy(off + int64(len(p)))
	if off >= size {
		return 0, err
	}
	if size >= off+int64(len(p)) {
		return s.f.ReadAt(p, off)
	}
	if n, failed := s.f.ReadAt(p[:size-off], off); failed != nil {
		return n, failed
	}
	return int(size - off), err
}

// flow opens the copy for reading from its start, while the stream still comes.
func (s *spoolFile) flow() (random, error) {
	return random{Reader: io.NewSectionReader(s, 0, math.MaxInt64), Closer: io.NopCloser(nil), size: -1}, nil
}

// open opens the copy of the whole stream.
func (s *spoolFile) open() (random, error) {
	size, err := s.copy(math.MaxInt64)
	if err != io.EOF {
		return random{}, err
	}
	r := io.NewSectionReader(s.f, 0, size)
	return random{Reader: r, ReaderAt: r, Closer: io.NopCloser(nil), size: size}, nil
}

// Close removes the copy.
func (s *spoolFile) Close() error {
	err := s.f.Close()
	if s.left != "" {
		os.Remove(s.left)
	}
	return err
}

// standardInput adds standard input as a part.
func (t *Table) standardInput(p *part) error {
	if t.opt.Stdin == nil {
		return p.fail("there is no standard input here", "name a file")
	}
	in, ok := t.opt.Stdin.(*Stdin)
	if !ok {
		if t.spool == nil {
			t.spool = NewStdin(t.opt.Stdin)
		}
		in = t.spool
	}
	s, err := in.spooled()
	if err != nil {
		return p.unreadable(err)
	}
	p.bytes, p.flow = s.open, s.flow
	t.parts = append(t.parts, p)
	return nil
}

// spool copies a stream to a private file that the part keeps until the table
// is closed.
func (p *part) spool(r io.Reader) error {
	s, err := spool(r)
	if err != nil {
		return p.unreadable(err)
	}
	p.temp, p.bytes, p.flow = s, s.open, nil
	return nil
}
