package upload

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// quota counts calls per UTC day over all runs that share a state folder. It
// also remembers when the last calls were, so that two runs in a row keep the
// rate together.
type quota struct {
	path  string
	clock Clock
	limit int
}

type quotaFile struct {
	Day   string      `json:"day"` // UTC, YYYY-MM-DD
	Calls int         `json:"calls"`
	Last  []time.Time `json:"last"`
}

// used gives the number of calls made today.
func (q *quota) used() (int, error) {
	f, err := q.read()
	return f.Calls, err
}

// take counts one call, unless fewer than keep+1 are left today.
func (q *quota) take(keep int, last []time.Time) error {
	if err := os.MkdirAll(filepath.Dir(q.path), 0o700); err != nil {
		return failed(err, "count calls")
	}
	lock := flock.New(q.path+".lock", flock.SetPermissions(0o600))
	if err := lock.Lock(); err != nil {
		return failed(err, "count calls")
	}
	defer lock.Close()
	f, err := q.read()
	if err != nil {
		return err
	}
	if f.Calls+keep >= q.limit {
		return &Error{Status: StatusFailed, Resumable: true, Err: ErrQuota,
			Message: "the day's calls are used up: " + plural(f.Calls, "call") + " of " + group(q.limit) + " since midnight UTC",
			Hint:    "go on tomorrow, or raise --calls-per-day if Gong has raised yours"}
	}
	f.Calls++
	f.Last = last
	return q.write(f)
}

// note stores when the last calls ended.
func (q *quota) note(last []time.Time) error {
	lock := flock.New(q.path+".lock", flock.SetPermissions(0o600))
	if err := lock.Lock(); err != nil {
		return failed(err, "count calls")
	}
	defer lock.Close()
	f, err := q.read()
	if err != nil {
		return err
	}
	f.Last = last
	return q.write(f)
}

func (q *quota) read() (quotaFile, error) {
	today := quotaFile{Day: q.clock.now().UTC().Format(time.DateOnly)}
	text, err := os.ReadFile(q.path)
	if os.IsNotExist(err) {
		return today, nil
	}
	if err != nil {
		return today, failed(err, "count calls")
	}
	if text = bytes.Trim(text, " \n\x00"); len(text) == 0 {
		return today, nil
	}
	var f quotaFile
	// Behind the counter the end of a longer one may be left.
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&f); err != nil || f.Calls < 0 {
		return today, &Error{Status: StatusFailed, Message: "the counter of the day's calls, " + q.path + ", is not readable", Hint: "remove it: counting starts again from 0", Err: ErrDamaged}
	}
	if f.Day != today.Day {
		today.Last = f.Last
		return today, nil
	}
	return f, nil
}

func (q *quota) write(f quotaFile) error {
	text, err := json.Marshal(f)
	if err != nil {
		return failed(err, "count calls")
	}
	// Written in place, at a fixed length, and not synced: after a power cut a
	// few calls may be counted too few.
	text = append(bytes.TrimRight(text, "\n"), bytes.Repeat([]byte(" "), max(0, quotaSize-1-len(text)))...)
	file, err := os.OpenFile(q.path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return failed(err, "count calls")
	}
	text = append(text, '\n')
	if _, err = file.WriteAt(text, 0); err == nil {
		err = file.Truncate(int64(len(text)))
	}
	if e := file.Close(); err == nil {
		err = e
	}
	if err != nil {
		return failed(err, "count calls")
	}
	return nil
}

// quotaSize holds the counter with the ends of a dozen calls; a longer one
// makes the file longer.
const quotaSize = 512
