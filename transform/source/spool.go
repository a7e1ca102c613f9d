package source

import (
	"errors"
	"io"
	"os"
	"sync"
)

// random is an open file that can be read from anywhere.
type random struct {
	io.Reader
	io.ReaderAt
	io.Closer
	size  int64
	grown int64 // of a member of an archive: its size once inflated, as the archive says
}

// Stdin is what can be read only once, for use by several tables and several
// times: standard input, and the pipes that are named as files. The first
// reading copies each to a private temporary file. Close removes those files.
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
	r, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	f, err := newSpool(r)
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

// spoolFile is a private temporary copy of a stream.
type spoolFile struct {
	f    *os.File
	size int64
	left string // name to remove at the end; "" where it is removed already
}

func newSpool(r io.Reader) (*spoolFile, error) {
	f, err := os.CreateTemp("", "crm2gong-*") // for the user alone: mode 0600
	if err != nil {
		return nil, err
	}
	s := &spoolFile{f: f}
	if os.Remove(f.Name()) != nil { // systems that keep open files
		s.left = f.Name()
	}
	if s.size, err = io.Copy(f, r); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *spoolFile) open() (random, error) {
	r := io.NewSectionReader(s.f, 0, s.size)
	return random{Reader: r, ReaderAt: r, Closer: io.NopCloser(nil), size: s.size}, nil
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
	p.bytes = s.open
	t.parts = append(t.parts, p)
	return nil
}

// spool copies a stream to a private file that the part keeps until the table
// is closed.
func (p *part) spool(r io.Reader) error {
	s, err := newSpool(r)
	if err != nil {
		return p.unreadable(err)
	}
	p.temp, p.bytes = s, s.open
	return nil
}
