package upload

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"time"
)

// The journal of an upload is a file of JSON lines, each closed by a CRC-32C
// over what stands before it, each synced before the next act. A last line that
// is torn was written by a process that died, and is as if it were not there;
// damage before it is refused.

// event is one line of the journal.
type event struct {
	Seq   int       `json:"seq"` // from 1
	At    time.Time `json:"at"`
	Event eventName `json:"event"`

	Plan *planned `json:"plan,omitempty"` // planned

	Part int    `json:"part,omitempty"`              // number of the part concerned
	ID   string `json:"client_request_id,omitempty"` // under which the part is sent; renamed: from now on

	Outcome   string `json:"outcome,omitempty"` // answered: of the attempt; stopped, ended: of the upload
	RequestID string `json:"request_id,omitempty"`
	Message   string `json:"message,omitempty"`

	Final  *final `json:"final,omitempty"`
	Serial int64  `json:"serial,omitempty"` // committed: of the state

	Rejects []string `json:"rejects,omitempty"` // stopped, ended: the files written so far
}

type eventName string

const (
	eventPlanned   eventName = "planned"   // all parts are spooled and synced
	eventSending   eventName = "sending"   // an attempt is about to begin
	eventAnswered  eventName = "answered"  // an attempt ended
	eventRenamed   eventName = "renamed"   // the part gets a new client request id
	eventFinal     eventName = "final"     // Gong has judged the part
	eventSettled   eventName = "settled"   // --bisect found what Gong had not named
	eventCommitted eventName = "committed" // the part's lines are in the state
	eventWarned    eventName = "warned"
	eventStopped   eventName = "stopped" // the run ended, the upload did not
	eventEnded     eventName = "ended"
)

// planned is the upload as it begins.
type planned struct {
	Version     int       `json:"format_version"`
	Upload      string    `json:"upload"`
	Integration string    `json:"integration"`
	BaseURL     string    `json:"base_url"`
	Started     time.Time `json:"started"`
	Parts       []part    `json:"parts"`
	// Stamps are those of the input.
	Stamps map[string]string `json:"stamps,omitempty"`
}

// final is what Gong made of a part.
type final struct {
	Status  string       `json:"status"`  // DONE or FAILED
	General string       `json:"general"` // why nothing of the file was taken; "" if lines were judged
	Taken   int          `json:"taken"`
	Failed  int          `json:"failed"`
	Unnamed int          `json:"unnamed"` // of the failed, those that Gong did not name
	Lines   []FailedLine `json:"lines"`   // the failed ones that it named
}

// sure tells whether it is known of every line whether Gong took it.
func (f *final) sure() bool { return f.General == "" && f.Unnamed == 0 }

// more tells whether Gong refused lines beyond those that it named. A file that
// failed as a whole has none: its lines were not judged.
func (f *final) more() bool { return f.General == "" && f.Unnamed > 0 }

const journalVersion = 1

type journal struct {
	file   *os.File
	path   string
	seq    int
	broken error // a write failed; nothing may follow
	clock  Clock
	step   func(string) error
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

func createJournal(path string, clock Clock, step func(string) error) (*journal, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, failed(err, "begin the journal")
	}
	if err := syncDir(filepath.Dir(path)); err != nil {
		f.Close()
		return nil, failed(err, "begin the journal")
	}
	return &journal{file: f, path: path, clock: clock, step: step}, nil
}

// openJournal goes on behind the last whole line.
func openJournal(path string, clock Clock, step func(string) error) (*journal, []event, error) {
	events, size, err := readJournal(path)
	if err != nil {
		return nil, nil, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return nil, nil, failed(err, "open the journal")
	}
	if err := f.Truncate(size); err != nil {
		f.Close()
		return nil, nil, failed(err, "open the journal")
	}
	return &journal{file: f, path: path, seq: len(events), clock: clock, step: step}, events, nil
}

// append writes e and syncs it. After a failure the journal takes nothing more:
// whether a page that could not be synced is on the disk cannot be known.
func (j *journal) append(e *event) error {
	if j.broken != nil {
		return j.broken
	}
	err := j.write(e)
	if err != nil {
		j.broken = failed(err, "write the journal")
		return j.broken
	}
	return nil
}

func (j *journal) write(e *event) error {
	if err := j.step("journal " + string(e.Event)); err != nil {
		return err
	}
	e.Seq, e.At = j.seq+1, j.clock.now().UTC()
	line, err := json.Marshal(e)
	if err != nil {
		return err
	}
	line = line[:len(line)-1]
	line = fmt.Appendf(line, `,"crc":"%08x"}`+"\n", crc32.Checksum(line, castagnoli))
	if _, err := j.file.Write(line); err != nil {
		return err
	}
	if err := j.step("sync " + string(e.Event)); err != nil {
		return err
	}
	if err := j.file.Sync(); err != nil {
		return err
	}
	j.seq++
	return j.step("after " + string(e.Event))
}

func (j *journal) close() { _ = j.file.Close() } // every line is synced already

// readJournal reads the events and the size of the file up to the last whole
// line.
func readJournal(path string) ([]event, int64, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, 0, failed(err, "read the journal")
	}
	damage := func(line int, what string) error {
		return &Error{Status: StatusFailed, Err: ErrDamaged, Message: fmt.Sprintf("the journal %s is damaged in line %d: %s", path, line, what),
			Hint: "put it back from a backup; or move the upload's folder away, and the next upload sends what is not in the state (Gong may then get some records twice, which does no harm)"}
	}
	var events []event
	size := int64(0)
	for n := 1; size < int64(len(text)); n++ {
		rest := text[size:]
		end := bytes.IndexByte(rest, '\n')
		last := end < 0 || int64(end+1) == int64(len(rest))
		if end < 0 {
			break
		}
		e, err := parseEvent(rest[:end])
		if err == nil && e.Seq != n {
			err = fmt.Errorf("its number is %d", e.Seq)
		}
		// A torn line has no checksum, or nothing behind it.
		if i := bytes.Index(rest, []byte(crcKey)); err != nil && last && (i < 0 || i+crcTail >= len(rest)-1) {
			break
		}
		if err != nil {
			return nil, 0, damage(n, err.Error())
		}
		if e.Plan != nil && e.Plan.Version > journalVersion {
			return nil, 0, &Error{Status: StatusFailed, Err: ErrNewer, Message: fmt.Sprintf("the journal %s is of version %d, newer than this program knows", path, e.Plan.Version), Hint: "use the newer crm2gong that wrote it"}
		}
		events = append(events, e)
		size += int64(end) + 1
	}
	return events, size, nil
}

// crcKey begins the end of every line. It cannot occur before it: quotes within
// texts are escaped.
const (
	crcKey  = `,"crc":"`
	crcTail = len(crcKey) + len(`00000000"}`)
)

func parseEvent(line []byte) (event, error) {
	var e event
	if len(line) < crcTail {
		return e, errors.New("it is too short")
	}
	body := line[:len(line)-crcTail]
	if string(line[len(body):]) != fmt.Sprintf(`,"crc":"%08x"}`, crc32.Checksum(body, castagnoli)) {
		return e, errors.New("it does not match its checksum")
	}
	if err := json.Unmarshal(line, &e); err != nil {
		return e, errors.New("it is not understood")
	}
	return e, nil
}
