package upload

import (
	"encoding/json"
	"os"
	"path/filepath"
	"time"
)

// Outcome is what became of an upload.
type Outcome string

// Outcomes.
const (
	Done       Outcome = "done"       // Gong took every line
	Partial    Outcome = "partial"    // it ended, and some lines or parts were not taken
	Unfinished Outcome = "unfinished" // --resume goes on with it
	Nothing    Outcome = "nothing"    // there was nothing to send
	Refused    Outcome = "refused"    // stopped by a rule of ours before the first byte
	Failed     Outcome = "failed"     // Gong took nothing
)

// PartState is how far a part has come.
type PartState string

// States of a part.
const (
	Pending      PartState = "pending"  // Gong does not have it
	Unknown      PartState = "unknown"  // sent; whether Gong has it is not known
	PartAccepted PartState = "accepted" // Gong has it and has not judged it yet
	PartDone     PartState = "done"     // Gong took all lines
	PartFailed   PartState = "failed"   // Gong refused lines, or the whole part
)

// Receipt tells one upload. Its JSON is that of upload --json and, within a
// list, of status --json.
type Receipt struct {
	FormatVersion int           `json:"format_version"`
	Upload        string        `json:"upload"` // "" where nothing was sent
	Integration   string        `json:"integration"`
	Outcome       Outcome       `json:"outcome"`
	Parts         []PartReceipt `json:"parts"` // in the order sent
	FailedLines   []FailedLine  `json:"failed_lines"`
	FailedUnnamed int           `json:"failed_unnamed"` // lines refused that Gong did not name
	Rejects       []string      `json:"rejects"`        // paths of the files written
	Warnings      []string      `json:"warnings"`
	Message       string        `json:"message,omitempty"` // why it ended as it did; "" when all is well
	Started       time.Time     `json:"started,omitzero"`
	Ended         time.Time     `json:"ended,omitzero"` // zero while it is unfinished
}

// PartReceipt tells one part.
type PartReceipt struct {
	Type            string    `json:"type"`
	ClientRequestID string    `json:"client_request_id"`
	Lines           int       `json:"lines"`
	Bytes           int64     `json:"bytes"` // of LDJSON, without the multipart frame
	State           PartState `json:"state"`
	Taken           int       `json:"taken"`  // lines, as Gong counts them
	Failed          int       `json:"failed"` // likewise
}

// FailedLine is a line that Gong refused and named.
type FailedLine struct {
	Type        string `json:"type"`
	Line        int    `json:"line"` // in the part, from 1
	ObjectID    string `json:"objectId"`
	Source      string `json:"source"`
	Sheet       string `json:"sheet"`
	Row         int    `json:"row"` // as a spreadsheet shows it; 0 for records that no row stands for
	Description string `json:"description"`
	File        string `json:"file,omitempty"` // path of the source's file
}

// History is the list of status --json.
type History struct {
	FormatVersion int        `json:"format_version"`
	Uploads       []*Receipt `json:"uploads"`
}

func newReceipt(integration string) *Receipt {
	return &Receipt{FormatVersion: 1, Integration: integration, Outcome: Nothing, Parts: []PartReceipt{}, FailedLines: []FailedLine{}, Rejects: []string{}, Warnings: []string{}}
}

// Status lists past uploads and a running one, newest first, without those that
// sent nothing. It takes no lock. With an upload's id it lists that one, or
// fails with StatusFailed where there is none.
func (s *Store) Status(id string) (*History, error) {
	h := &History{FormatVersion: 1, Uploads: []*Receipt{}}
	list, err := s.ledgers()
	if err != nil {
		return h, err
	}
	for _, l := range list {
		if l.touched() && (id == "" || l.plan.Upload == id) {
			h.Uploads = append(h.Uploads, l.receipt())
		}
	}
	if id != "" && len(h.Uploads) == 0 {
		return h, &Error{Status: StatusFailed, Message: "no upload " + quote(id) + " in " + s.dir, Hint: "crm2gong status lists them; name another state folder with --state"}
	}
	return h, nil
}

// readLedger reads one upload's folder; nil where it holds no plan yet, or is
// none, such as a file that a file manager left.
func readLedger(dir string) (*ledger, error) {
	if info, err := os.Stat(dir); err == nil && !info.IsDir() {
		return nil, nil
	}
	path := filepath.Join(dir, "journal")
	if _, err := os.Stat(path); os.IsNotExist(err) {
		return nil, nil
	}
	events, _, err := readJournal(path)
	if err != nil {
		return nil, err
	}
	if len(events) == 0 || events[0].Plan == nil {
		return nil, nil
	}
	return newLedger(dir, events), nil
}

// MarshalJSON keeps the lists of a zero receipt from being null.
func (r Receipt) MarshalJSON() ([]byte, error) {
	type plain Receipt
	p := plain(r)
	if p.Parts == nil {
		p.Parts = []PartReceipt{}
	}
	if p.FailedLines == nil {
		p.FailedLines = []FailedLine{}
	}
	if p.Rejects == nil {
		p.Rejects = []string{}
	}
	if p.Warnings == nil {
		p.Warnings = []string{}
	}
	return json.Marshal(p)
}
