package upload

import (
	"bufio"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"time"

	"crm2gong/mapping/gong"
)

// MaxPartSize is the greatest body that Gong takes, multipart frame included.
const MaxPartSize = 200_000_000

// part is one file on its way to Gong. It never changes once it is spooled: one
// client request id belongs to one type and one body for ever.
type part struct {
	Number int      `json:"part"`  // from 1, in the order sent
	Phase  int      `json:"phase"` // parts of one phase may be on their way together
	Type   string   `json:"type"`
	Kind   partKind `json:"kind"`
	File   string   `json:"file"` // below the upload's folder
	Lines  int      `json:"lines"`
	Bytes  int64    `json:"bytes"`
	SHA256 string   `json:"sha256"`
	ID     string   `json:"client_request_id"`
}

// partKind is what the lines of a part are.
type partKind string

const (
	kindRecords  partKind = "records"
	kindRemovals partKind = "removals" // of users whose details follow in a later request
	kindHistory  partKind = "history"
	kindCurrent  partKind = "current" // current versions once more, after the history
)

func (p *part) objectType() gong.ObjectType { return gong.ParseType(p.Type) }

// errChanged is a spooled part that is not what was planned.
var errChanged = errors.New("the file is not as it was planned")

// check proves that the spooled file is the one that was planned.
func (p *part) check(dir string) error {
	f, err := os.Open(filepath.Join(dir, p.File))
	if err != nil {
		return failed(err, "open a part")
	}
	defer f.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return failed(err, "read a part")
	}
	if hex.EncodeToString(sum.Sum(nil)) != p.SHA256 {
		return &Error{Status: StatusFailed, Err: ErrDamaged, Message: filepath.Join(dir, p.File) + " is not as it was planned", Hint: "give this upload up with --abandon and start a new one"}
	}
	return nil
}

// newRequestID makes a client request id: letters, digits, - and _, at most 64
// characters, 80 of its bits random.
func newRequestID(t string, number int, now time.Time) string {
	return fmt.Sprintf("%s-%s-%d-%s", t, now.UTC().Format("20060102T150405Z"), number, randomHex(10))
}

func randomHex(bytes int) string {
	b := make([]byte, bytes)
	_, _ = rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// cutter writes lines into parts under a size. Without a folder it only counts.
type cutter struct {
	dir   string // of the upload; "" to count only
	name  string // of the files, such as "parts/ACCOUNT"
	kind  partKind
	t     gong.ObjectType
	limit int64 // bytes of lines stay under it

	parts []part
	open  bool
	file  *os.File
	lines *bufio.Writer
	sum   hash.Hash
	runs  originWriter
	step  func(string) error
}

func newCutter(dir, name string, t gong.ObjectType, kind partKind, partSize int64, step func(string) error) *cutter {
	return &cutter{dir: dir, name: name, t: t, kind: kind, limit: partSize - frameSize(t.String()+".ldjson"), step: step}
}

// add appends one line, which has no line end.
func (c *cutter) add(line []byte, from Provenance) error {
	size := int64(len(line)) + 1
	if size >= c.limit {
		return errTooLong
	}
	if c.open && c.last().Bytes+size >= c.limit {
		if err := c.close(); err != nil {
			return err
		}
	}
	if !c.open {
		if err := c.begin(); err != nil {
			return err
		}
	}
	p := c.last()
	p.Lines++
	p.Bytes += size
	if c.dir == "" {
		return nil
	}
	if err := c.runs.add(p.Lines, from); err != nil {
		return err
	}
	_, err := c.lines.Write(line)
	if err == nil {
		err = c.lines.WriteByte('\n')
	}
	return err
}

func (c *cutter) last() *part { return &c.parts[len(c.parts)-1] }

func (c *cutter) begin() error {
	c.parts = append(c.parts, part{Type: c.t.String(), Kind: c.kind, File: fmt.Sprintf("%s.%04d.ldjson", c.name, len(c.parts)+1)})
	if c.dir == "" {
		c.open = true
		return nil
	}
	path := filepath.Join(c.dir, c.last().File)
	if err := c.step("spool"); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	c.file, c.sum = f, sha256.New()
	c.lines = bufio.NewWriterSize(io.MultiWriter(f, c.sum), 64<<10)
	if err := c.runs.begin(originPath(path)); err != nil {
		f.Close()
		return err
	}
	c.open = true
	return nil
}

// close ends the part at hand, if any, and makes it durable.
func (c *cutter) close() error {
	if !c.open {
		return nil
	}
	c.open = false
	if c.dir == "" {
		return nil
	}
	err := c.lines.Flush()
	if err == nil {
		err = c.step("spool sync")
	}
	if err == nil {
		err = c.file.Sync()
	}
	if e := c.file.Close(); err == nil {
		err = e
	}
	if e := c.runs.close(); err == nil {
		err = e
	}
	c.last().SHA256 = hex.EncodeToString(c.sum.Sum(nil))
	return err
}

func originPath(partPath string) string { return partPath + ".origin" }

// originWriter keeps where the lines of a part came from, as runs: a line of
// JSON for every line whose row is not the next one of the same place.
type originWriter struct {
	file *os.File
	w    *bufio.Writer
	run  originRun
	line int
}

// originRun begins at line Line of the part; each line after it is of the row
// after, until the next run.
type originRun struct {
	Line int `json:"line"`
	Provenance
}

func (o *originWriter) begin(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	*o = originWriter{file: f, w: bufio.NewWriter(f)}
	return nil
}

func (o *originWriter) add(line int, from Provenance) error {
	if o.line > 0 && from == o.run.at(line) {
		return nil
	}
	o.line, o.run = line, originRun{line, from}
	text, err := json.Marshal(o.run)
	if err != nil {
		return err
	}
	_, err = o.w.Write(append(text, '\n'))
	return err
}

// at gives the place of a line of the run.
func (r originRun) at(line int) Provenance {
	p := r.Provenance
	if p.Row > 0 {
		p.Row += line - r.Line
	}
	return p
}

func (o *originWriter) close() error {
	err := o.w.Flush()
	if err == nil {
		err = o.file.Sync()
	}
	if e := o.file.Close(); err == nil {
		err = e
	}
	return err
}

// origins finds where lines of a part came from. The lines must rise.
func origins(partPath string, lines []int) (map[int]Provenance, error) {
	found := map[int]Provenance{}
	var run originRun
	i := 0
	err := eachLine(originPath(partPath), maxOriginLine, func(_ int, text []byte) error {
		var next originRun
		if err := json.Unmarshal(text, &next); err != nil {
			return err
		}
		for ; i < len(lines) && lines[i] < next.Line; i++ {
			found[lines[i]] = run.at(lines[i])
		}
		run = next
		return nil
	})
	for ; i < len(lines); i++ {
		found[lines[i]] = run.at(lines[i])
	}
	return found, err
}

const maxOriginLine = 1 << 20
