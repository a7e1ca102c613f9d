package source

import (
	"io"
	"io/fs"
	"os"
	"time"
)

// part is one file or member of an archive, as a table reads it.
type part struct {
	table *Table
	file  File
	path  string // the file on disk that holds it; "" for streams
	stamp stamp  // of path
	// bytes opens the file as it is stored; nil for members of archives.
	bytes func() (random, error)
	// flow opens the file to read it from its start, while it still comes; nil:
	// bytes does.
	flow func() (random, error)
	// member opens a member of an archive; the first value is the archive.
	member func() (random, io.ReadCloser, error)
	packed string // ".gz", ".zst" or ""
	// open gives the content, decompressed.
	open func() (io.ReadCloser, error)
	temp *spoolFile // private copy, removed at the end

	mark           int  // bytes of the byte order mark
	decoded        bool // text passes through a decoder
	dialect        dialect
	json           bool
	header         int // rows up to and with the header
	footer         int
	footerBlank    bool
	numbered       bool
	keepApostrophe bool

	width   int            // columns of its own header
	perm    []int32        // place in Rows.all of its columns
	missing []int32        // places in Rows.all that it lacks
	inPlace bool           // perm keeps every column where it is
	extra   int            // columns behind Table.Header that rejects need
	columns map[string]int // ldjson: place of each key in its own header
	sheet   *sheet
}

// stamp is what changes when a file is written to.
type stamp struct {
	size  int64
	mtime time.Time
}

func stampOf(path string) (stamp, error) {
	info, err := os.Stat(path)
	if err != nil {
		return stamp{}, err
	}
	return stamp{info.Size(), info.ModTime()}, nil
}

// unchanged refuses a file that was written to since Open.
func (p *part) unchanged() error {
	if p.path == "" {
		return nil
	}
	now, err := stampOf(p.path)
	if err == nil && now.size == p.stamp.size && now.mtime.Equal(p.stamp.mtime) {
		return nil
	}
	return p.fail("the file changed while it was read", "run again when nothing writes to it")
}

// drop removes private copies.
func (p *part) drop() {
	if p.temp != nil {
		p.temp.Close()
		p.temp = nil
	}
}

// reader begins reading the part.
func (p *part) reader() (reader, error) {
	if p.sheet != nil {
		return p.sheetReader()
	}
	return p.textReader()
}

// counted tells whether the rows must be known when a block is cut.
func (p *part) counted() bool { return p.numbered || p.footer > 0 || p.footerBlank }

// text gives the part's text in UTF-8, without byte order mark.
func (p *part) text() (io.ReadCloser, error) {
	src, err := p.open()
	if err != nil {
		return nil, p.unreadable(err)
	}
	src = p.watched(src)
	if p.mark > 0 {
		if _, err := io.CopyN(io.Discard, src, int64(p.mark)); err != nil {
			src.Close()
			return nil, p.unreadable(err)
		}
	}
	r, err := p.decode(src, p.file.Encoding)
	if err != nil {
		src.Close()
		return nil, err
	}
	return readCloser{r, src}, nil
}

// unreadable words an error of the system.
func (p *part) unreadable(err error) error {
	if e, ok := err.(*Error); ok {
		return e
	}
	e := p.fail("", "")
	e.Cause = err
	var path *fs.PathError
	switch {
	case isErr(err, fs.ErrNotExist):
		e.Message = "there is no such file"
	case isErr(err, fs.ErrPermission):
		e.Message = "the file may not be read"
		e.Hint = "check its permissions"
	default:
		if asErr(err, &path) {
			err = path.Err
		}
		e.Message = "cannot be read: " + err.Error()
	}
	return e
}

// head gives the first bytes of the part, up to n.
func (p *part) head(n int) ([]byte, error) {
	src, err := p.open()
	if err != nil {
		return nil, p.unreadable(err)
	}
	defer src.Close()
	b := make([]byte, n)
	n, err = readFull(src, b)
	if err != nil && err != io.EOF {
		return nil, p.unreadable(err)
	}
	return b[:n], nil
}

// random opens the content for reading from anywhere; what is compressed is
// copied to a private file first.
func (p *part) random() (random, error) {
	if p.packed != "" || p.member != nil {
		src, err := p.stream()
		if err != nil {
			return random{}, err
		}
		defer src.Close()
		if err := p.spool(src); err != nil {
			return random{}, err
		}
		p.packed, p.member = "", nil
	}
	return p.bytes()
}
