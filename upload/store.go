package upload

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// Store is a state folder, by custom ".crm2gong" beside the mapping: what Gong
// was last sent per integration, past uploads with their journals, the day's
// calls. Two state folders on one integration do not see each other.
//
//	calls.json            calls of the day and of the last second, over all integrations
//	calls.json.lock       held while it is read and written
//	state/ID/             what integration ID was last sent
//	locks/ID.lock         held while an upload to ID runs
//	locks/ID.holder       the process that last held it, for messages
//	uploads/UPLOAD/       journal, parts and rejects of one upload
//	data/ID.json          what the data of the last upload to ID were like
//	tmp/                  what runs under way made of a mapping; the program's
//	unfinished/UPLOAD     there from before an upload begins until it has ended
type Store struct{ dir string }

// OpenStore names the state folder; it is made when first written to.
func OpenStore(dir string) *Store { return &Store{dir} }

// StoreFor gives the state folder of a mapping file or of an LDJSON folder:
// .crm2gong in the folder that holds it.
func StoreFor(path string) *Store {
	return &Store{filepath.Join(filepath.Dir(filepath.Clean(path)), ".crm2gong")}
}

// Dir is the folder's path.
func (s *Store) Dir() string { return s.dir }

func (s *Store) path(elements ...string) string {
	return filepath.Join(append([]string{s.dir}, elements...)...)
}

// prepare makes the folder, closed to others, and keeps it out of Git: it
// holds records.
func (s *Store) prepare() error {
	if err := os.MkdirAll(s.dir, 0o700); err != nil {
		return failed(err, "make the state folder")
	}
	ignore := s.path(".gitignore")
	if _, err := os.Lstat(ignore); os.IsNotExist(err) {
		if err := os.WriteFile(ignore, []byte("*\n"), 0o600); err != nil {
			return failed(err, "make the state folder")
		}
	}
	return nil
}

// Integrations lists the integrations that have a state here.
func (s *Store) Integrations() ([]int64, error) {
	entries, err := os.ReadDir(s.path("state"))
	if err != nil && !os.IsNotExist(err) {
		return nil, failed(err, "read the state folder")
	}
	var list []int64
	for _, e := range entries {
		if id, err := ParseIntegration(e.Name()); err == nil && e.IsDir() {
			list = append(list, id)
		}
	}
	return list, nil
}

// lock keeps every other upload away from the integration until release is
// called or the process ends. The error of one that is held is ErrLocked.
func (s *Store) lock(integration int64, now time.Time) (release func(), err error) {
	if err := s.prepare(); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(s.path("locks"), 0o700); err != nil {
		return nil, failed(err, "lock")
	}
	path := s.path("locks", formatID(integration)+".lock")
	holder := s.path("locks", formatID(integration)+".holder")
	l := flock.New(path, flock.SetPermissions(0o600))
	got, err := l.TryLock()
	if err != nil {
		e := failed(err, "lock")
		if errors.Is(err, errors.ErrUnsupported) {
			e.Hint = "this file system cannot lock: name a folder on a local disk with --state"
		}
		return nil, e
	}
	if !got {
		who, _ := os.ReadFile(holder) // only for the message
		text := escape(strings.TrimSpace(string(who)))
		if text != "" {
			text = " (" + text + ")"
		}
		return nil, &Error{Status: StatusFailed, Message: "another upload to integration " + formatID(integration) + " is running" + text, Hint: "wait until it ends", Err: ErrLocked}
	}
	host, _ := os.Hostname() // only for the message
	note := fmt.Sprintf("process %d on %s since %s\n", os.Getpid(), host, timestamp(now))
	if err := os.WriteFile(holder, []byte(note), 0o600); err != nil {
		l.Close()
		return nil, failed(err, "lock")
	}
	return func() { l.Close() }, nil
}

// marker is the sign of an upload that has not ended. It spares a new upload
// from reading the journals of all that ever were.
type marker struct {
	path        string
	dir         string // the upload's folder
	integration string
}

// mark sets the sign.
func (s *Store) mark(upload string, integration int64) error {
	path := s.path("unfinished", upload)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return writeSynced(path, []byte(formatID(integration)))
}

// unmark takes the sign away.
func (s *Store) unmark(dir string) error {
	err := os.Remove(s.path("unfinished", filepath.Base(dir)))
	if os.IsNotExist(err) {
		return nil
	}
	return err
}

// marked lists the uploads that have the sign, newest first.
func (s *Store) marked() ([]marker, error) {
	entries, err := os.ReadDir(s.path("unfinished"))
	if err != nil && !os.IsNotExist(err) {
		return nil, failed(err, "read the state folder")
	}
	var list []marker
	for _, e := range entries {
		path := s.path("unfinished", e.Name())
		if strings.HasSuffix(e.Name(), ".tmp") {
			continue
		}
		integration, err := os.ReadFile(path)
		if os.IsNotExist(err) {
			continue // it ended just now
		}
		if err != nil {
			return nil, failed(err, "read the state folder")
		}
		list = append(list, marker{path, s.path("uploads", e.Name()), string(integration)})
	}
	slices.Reverse(list)
	return list, nil
}

// syncDir makes the names in a folder durable.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !isInvalid(err) {
		return err
	}
	return nil
}

// writeSynced writes a whole file so that after a power cut it is there in
// full, the old one or the new one.
func writeSynced(path string, text []byte) error {
	tmp := path + ".tmp"
	f, err := os.OpenFile(tmp, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err == nil {
		err = f.Sync()
	}
	if e := f.Close(); err == nil {
		err = e
	}
	if err == nil {
		err = os.Rename(tmp, path)
	}
	if err == nil {
		err = syncDir(filepath.Dir(path))
	}
	return err
}
