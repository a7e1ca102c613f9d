package validate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
)

// blockSize is how much of a file is judged at once. Blocks end with a line.
const blockSize = 512 << 10

// block is a run of whole lines.
type block struct {
	seq   int
	lines int // lines before the block in its file
	data  []byte
	out   judged
}

// blocks reads a file block by block. The block is reused after take returns.
func (p *pass) blocks(ctx context.Context, o FilesOptions, take func(*block) error) error {
	return p.read(ctx, o, func() *block { return &block{} }, take)
}

// read reads a file; fresh gives a block to fill, take takes it over.
func (p *pass) read(ctx context.Context, o FilesOptions, fresh func() *block, take func(*block) error) (err error) {
	r, err := p.file.Open()
	if err != nil {
		return fmt.Errorf("open %s: %w", p.file.Name, err)
	}
	defer func() {
		if e := r.Close(); err == nil && e != nil {
			err = fmt.Errorf("close %s: %w", p.file.Name, e)
		}
	}()
	var rest []byte // the beginning of a line, from the block before
	for seq, lines := 0, 0; ; seq++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		b := fresh()
		b.seq, b.lines = seq, lines
		b.data = append(b.data[:0], rest...)
		end, done := 0, false
		for end == 0 && !done {
			from := len(b.data)
			b.data = grown(b.data, blockSize)
			n, err := io.ReadFull(r, b.data[from:from+blockSize])
			b.data = b.data[:from+n]
			switch {
			case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
				done = true
			case err != nil:
				return fmt.Errorf("read %s: %w", p.file.Name, err)
			}
			end = bytes.LastIndexByte(b.data[from:], '\n') + 1
			if end > 0 {
				end += from
			}
			if long := longest(b.data, o.MaxLine); long >= 0 {
				return &LineTooLong{p.file.Name, lines + long + 1, o.MaxLine}
			}
		}
		if done {
			end = len(b.data)
		}
		rest = append(rest[:0], b.data[end:]...)
		b.data = b.data[:end]
		lines += bytes.Count(b.data, []byte{'\n'})
		if len(b.data) > 0 {
			if err := take(b); err != nil {
				return err
			}
		}
		if done {
			return nil
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
func (p *pass) readAll(ctx context.Context, o FilesOptions) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	ahead := 2*o.Workers + 1 // blocks in flight
	spare, todo, done := make(chan *block, ahead), make(chan *block), make(chan *block, ahead)
	for range ahead {
		spare <- &block{}
	}
	var workers sync.WaitGroup
	for range o.Workers {
		j := p.judge()
		workers.Go(func() {
			for b := range todo {
				j.block(b.data, nil, &b.out)
				done <- b
			}
		})
	}
	var failed error
	go func() {
		failed = p.read(ctx, o, func() *block {
			select {
			case b := <-spare:
				return b
			case <-ctx.Done():
				return &block{}
			}
		}, func(b *block) error {
			select {
			case todo <- b:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
		close(todo)
		workers.Wait()
		close(done)
	}()
	again := p.judge()
	waiting := map[int]*block{}
	next := 0
	for b := range done {
		waiting[b.seq] = b
		for b := waiting[next]; b != nil; b = waiting[next] {
			delete(waiting, next)
			next++
			p.settle(again, b, &b.out)
			if o.Progress != nil {
				o.Progress(p.file.Name, len(b.data), b.out.lines)
			}
			select {
			case spare <- b:
			default: // the reader has stopped
			}
		}
	}
	return failed
}
