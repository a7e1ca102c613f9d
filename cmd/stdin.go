package cmd

import (
	"context"
	"io"
)

// interruptible reads from r until ctx ends: a read that waits for a pipe or a
// terminal does not keep the program from ending.
type interruptible struct {
	ctx    context.Context
	r      io.Reader
	buf    []byte
	chunks chan chunk // nil until the first read
	rest   []byte     // of buf, not yet handed out
	err    error
	asked  bool // a read is under way
}

type chunk struct {
	n   int
	err error
}

// stdinChunk is how much is read at once, in bytes.
const stdinChunk = 64 << 10

func (s *interruptible) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	for len(s.rest) == 0 {
		if s.err != nil {
			return 0, s.err
		}
		if s.chunks == nil {
			s.buf, s.chunks = make([]byte, stdinChunk), make(chan chunk, 1)
		}
		if !s.asked {
			s.asked = true
			go func() {
				n, err := s.r.Read(s.buf)
				s.chunks <- chunk{n, err}
			}()
		}
		select {
		case c := <-s.chunks:
			s.asked, s.rest, s.err = false, s.buf[:c.n], c.err
		case <-s.ctx.Done():
			return 0, context.Cause(s.ctx)
		}
	}
	n := copy(p, s.rest)
	s.rest = s.rest[n:]
	return n, nil
}
