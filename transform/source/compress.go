package source

import (
	"bufio"
	"errors"
	"io"
	"math"
	"path"
	"strconv"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Limits of what compressed text may become: real tables shrink to a tenth or a
// twentieth; text is streamed, so only time is at stake. What is behind counts
// for nothing: text is refused as soon as it is too large for the compressed
// bytes that it came from so far; a member of an archive as soon as it is too large
// for what the archive says that it takes there, or for the whole archive.
const (
	textRatio = 100
	textFree  = 256 << 20 // below it any ratio goes
)

// compression tells by its name how a part is compressed: ".gz", ".zst" or "".
func compression(name string) string {
	switch ext := strings.ToLower(path.Ext(name)); ext {
	case ".gz", ".zst":
		return ext
	}
	return ""
}

// stream opens the part's bytes, decompressed.
func (p *part) stream() (io.ReadCloser, error) {
	var f random
	var raw io.ReadCloser
	var err error
	switch {
	case p.member != nil:
		f, raw, err = p.member()
	case p.flow != nil:
		f, err = p.flow()
		raw = f
	default:
		f, err = p.bytes()
		raw = f
	}
	if err != nil {
		return nil, err
	}
	s := &stream{p: p, closers: []io.Closer{raw}}
	if p.member != nil {
		s.closers = []io.Closer{raw, f}
	}
	if p.packed == "" && p.member == nil {
		return readCloser{raw, s}, nil
	}
	s.limit = max(textFree, f.size*textRatio)
	if f.size < 0 {
		s.limit = math.MaxInt64
	}
	packed := &counter{Reader: raw}
	if n := p.table.opt.MaxUncompressed; n > 0 {
		s.limit = n
	} else if p.packed != "" {
		s.packed = packed
	}
	if f.grown > s.limit { // as the archive says, and no more than that is ever read
		s.Close()
		return nil, p.bomb(s.limit)
	}
	switch p.packed {
	case ".gz":
		z, err := gzip.NewReader(bufio.NewReaderSize(packed, 64<<10))
		if err != nil {
			s.Close()
			return nil, p.damaged(err)
		}
		s.r, s.closers = z, append([]io.Closer{z}, s.closers...)
	case ".zst":
		z, err := zstd.NewReader(packed, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(1<<27))
		if err != nil {
			s.Close()
			return nil, p.damaged(err)
		}
		s.r, s.closers = z, append([]io.Closer{z.IOReadCloser()}, s.closers...)
	default:
		s.r = raw
	}
	return s, nil
}

// stream is a decompressed part within its limit.
type stream struct {
	p       *part
	r       io.Reader
	n       int64
	limit   int64
	packed  *counter // what the ratio is taken to; nil where the limit alone counts
	closers []io.Closer
}

// counter counts what is read.
type counter struct {
	io.Reader
	n int64
}

func (c *counter) Read(b []byte) (int, error) {
	n, err := c.Reader.Read(b)
	c.n += int64(n)
	return n, err
}

// Read gives decompressed bytes.
func (s *stream) Read(b []byte) (int, error) {
	n, err := s.r.Read(b)
	s.n += int64(n)
	limit := s.limit
	if s.packed != nil {
		limit = min(limit, max(textFree, s.packed.n*textRatio))
	}
	if s.n > limit {
		return n, s.p.bomb(limit)
	}
	if err != nil && err != io.EOF {
		err = s.p.damaged(err)
	}
	return n, err
}

// Close closes what was opened for the part.
func (s *stream) Close() error {
	var errs []error
	for _, c := range s.closers {
		errs = append(errs, c.Close())
	}
	return errors.Join(errs...)
}

// damaged words an error of a decompressor.
func (p *part) damaged(err error) error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	e = p.fail("the compressed data are damaged or cut short: "+err.Error(), "make or copy the file again")
	e.Cause = err
	return e
}

// bomb refuses a part that grows more than real data do.
func (p *part) bomb(limit int64) error {
	if p.table.opt.MaxUncompressed > 0 {
		return p.fail("the compressed data become larger than "+size(int(limit))+", the limit that --max-uncompressed sets",
			"raise it if it is right, or decompress the file and name the result")
	}
	return p.fail("the compressed data become larger than "+strconv.FormatInt(limit>>20, 10)+" MiB, which no real table of this size does",
		"raise --max-uncompressed if it is right, or decompress the file and name the result")
}
