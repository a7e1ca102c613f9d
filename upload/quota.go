package upload

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// quota counts the calls of a second and of a UTC day over all runs that share a
// state folder, those that run at the same time too.
type quota struct {
	path      string
	clock     Clock
	perSecond int // below 1: no limit
	perDay    int
}

type quotaFile struct {
	Day   string `json:"day"` // UTC, YYYY-MM-DD
	Calls int    `json:"calls"`
	window
}

// used gives the number of calls made today.
func (q *quota) used() (int, error) {
	if _, err := os.Stat(q.path); err == nil { // else a lock would make the folder
		if release, err := q.lock(); err == nil {
			defer release()
		}
	}
	f, err := q.read()
	return f.Calls, err
}

// lock keeps other runs from the counter until release is called.
func (q *quota) lock() (release func(), err error) {
	l := flock.New(q.path+".lock", flock.SetPermissions(0o600))
	if err := l.Lock(); err != nil {
		return nil, failed(err, "count calls")
	}
	return func() { l.Close() }, nil
}

// turn waits until a call may begin and counts it, unless fewer than keep+1 are
// left today.
func (q *quota) turn(ctx context.Context, keep int) (began time.Time, err error) {
	if err := os.MkdirAll(filepath.Dir(q.path), 0o700); err != nil {
		return began, failed(err, "count calls")
	}
	for {
		if err := ctx.Err(); err != nil {
			return began, err
		}
		began, wait, err := q.take(keep)
		if err != nil || wait == 0 {
			return began, err
		}
		if err := q.clock.sleep(ctx, wait); err != nil {
			return began, err
		}
	}
}

// take counts a call that begins now, or gives the time after which to try
// again.
func (q *quota) take(keep int) (now time.Time, wait time.Duration, err error) {
	release, err := q.lock()
	if err != nil {
		return now, 0, err
	}
	defer release()
	f, err := q.read()
	if err != nil {
		return now, 0, err
	}
	if f.Calls+keep >= q.perDay {
		return now, 0, &Error{Status: StatusFailed, Err: ErrQuota,
			Message: "the day's calls are used up: " + plural(f.Calls, "call") + " of " + group(q.perDay) + " since midnight UTC",
			Hint:    "go on tomorrow, or raise --calls-per-day if Gong has raised yours"}
	}
	now = q.clock.now().UTC()
	if q.perSecond > 0 {
		wait = f.begin(q.perSecond, now)
	}
	if wait == 0 {
		f.Calls++
	}
	return now, wait, q.write(f)
}

// done notes that the call that began at a time ended.
func (q *quota) done(began time.Time) error {
	release, err := q.lock()
	if err != nil {
		return err
	}
	defer release()
	f, err := q.read()
	if err != nil {
		return err
	}
	if q.perSecond > 0 {
		f.end(began, q.clock.now().UTC())
	}
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
		today.window = f.window
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
