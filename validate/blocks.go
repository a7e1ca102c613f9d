package validate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"

	"crm2gong/mapping/inorder"
)

// blockSize is how much of a file is judged at once. Blocks end with a line.
const blockSize = 512 << 10

// block is a run of whole lines.
type block struct {
	seq   int
	lines int // lines before the block in its file
	data  []byte
}

// reader reads a file block by block, for any number of goroutines.
type reader struct {
	name string
	max  int // bytes of a line
	in   io.ReadCloser

	mu    sync.Mutex
	rest  []byte // the beginning of a line, from the block before
	seq   int    // of the next block
	lines int    // before it
	done  bool
	err   error // why there are no more blocks
}

// open opens the file of the pass.
func (p *pass) open(o FilesOptions) (*reader, error) {
	in, err := p.file.Open()
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", p.file.Name, err)
	}
	return &reader{name: p.file.Name, max: o.MaxLine, in: in}, nil
}

// close closes the file; err is what happened before, which counts more.
func (r *reader) close(err error) error {
	if e := r.in.Close(); err == nil && e != nil {
		return fmt.Errorf("close %s: %w", r.name, e)
	}
	return err
}

// next fills b with the next block and numbers it; false at the end.
func (r *reader) next(b *block) (seq int, ok bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.done || r.err != nil {
		return r.seq, false, r.err
	}
	if r.err = r.fill(b); r.err != nil || len(b.data) == 0 {
		return r.seq, false, r.err
	}
	r.seq++
	r.lines += bytes.Count(b.data, []byte{'\n'})
	return b.seq, true, nil
}

// fill fills b with the next lines of the file, none at its end.
func (r *reader) fill(b *block) error {
	b.seq, b.lines = r.seq, r.lines
	b.data = append(b.data[:0], r.rest...)
	end := 0
	for end == 0 && !r.done {
		from := len(b.data)
		b.data = grown(b.data, blockSize)
		n, err := io.ReadFull(r.in, b.data[from:from+blockSize])
		b.data = b.data[:from+n]
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			r.done = true
		case err != nil:
			return fmt.Errorf("read %s: %w", r.name, err)
		}
		end = bytes.LastIndexByte(b.data[from:], '\n') + 1
		if end > 0 {
			end += from
		}
		if long := longest(b.data, r.max); long >= 0 {
			return &LineTooLong{r.name, r.lines + long + 1, r.max}
		}
	}
	if r.done {
		end = len(b.data)
	}
	r.rest = append(r.rest[:0], b.data[end:]...)
	b.data = b.data[:end]
	return nil
}

// blocks reads the file block by block. The block is reused after take returns.
func (p *pass) blocks(ctx context.Context, o FilesOptions, take func(*block) error) (err error) {
	r, err := p.open(o)
	if err != nil {
		return err
	}
	defer func() { err = r.close(err) }()
	for b := (block{}); ; {
		if err := ctx.Err(); err != nil {
			return err
		}
		if _, ok, err := r.next(&b); err != nil || !ok {
			return err
		}
		if err := take(&b); err != nil {
			return err
		}
	}
}

// grown gives b room for n more bytes and returns it with them.
func grown(b []byte, n int) []byte {
	if cap(b)-len(b) < n {
		b = append(make([]byte, 0, 2*(len(b)+n)), b...)
	}
	return b[:len(b)+n]
}

// longest gives the number of the first line of more than limit bytes, from 0,
// -1 if there is none.
func longest(data []byte, limit int) int {
	if len(data) <= limit {
		return -1
	}
	for n := 0; ; n++ {
		i := bytes.IndexByte(data, '\n')
		if i > limit || i < 0 && len(data) > limit {
			return n
		}
		if i < 0 {
			return -1
		}
		data = data[i+1:]
	}
}

// readAll judges the file with several goroutines; blocks are settled in order.
func (p *pass) readAll(ctx context.Context, o FilesOptions) (err error) {
	r, err := p.open(o)
	if err != nil {
		return err
	}
	defer func() { err = r.close(err) }()
	return inorder.Run(ctx, o.Workers, r.next, func() inorder.Stage[block] { return &judgeStage{p.judge(), o.Progress} })
}

// judgeStage judges blocks and settles them.
type judgeStage struct {
	*judge
	progress func(file string, bytes, lines int)
}

func (s *judgeStage) Block(b *block) error {
	s.block(b.data, nil)
	return nil
}

func (s *judgeStage) InOrder(b *block) error {
	s.settle(b)
	if s.progress != nil {
		s.progress(s.pass.file.Name, len(b.data), s.out.lines)
	}
	return nil
}
