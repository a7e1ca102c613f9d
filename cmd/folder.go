package cmd

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/gofrs/flock"
)

// manifestName is the file by which an output folder is known as one.
const manifestName = "manifest.json"

// folder is an output folder in the making: everything is written to a
// temporary folder beside it, and takes its place in one step at the end. Until
// then, and when the run fails, the old folder stays as it was.
type folder struct {
	dir   string // where it will stand
	temp  string
	lock  *flock.Flock
	files []*outFile
}

// outFile is a file of the folder and what the manifest says of it.
type outFile struct {
	Path   string `json:"path"`
	Bytes  int64  `json:"bytes"`
	Lines  int    `json:"lines"`
	SHA256 string `json:"sha256"`
	file   *os.File
	sum    hash.Hash
	what   string
}

// newFolder prepares to write dir. inputs are files that must not be in it.
func newFolder(dir string, inputs []string) (*folder, error) {
	dir = filepath.Clean(dir)
	if to, err := filepath.EvalSymlinks(dir); err == nil {
		dir = to // the folder that a link names is replaced, not the link
	}
	parent := filepath.Dir(dir)
	if err := recoverSwap(dir); err != nil {
		return nil, err
	}
	if err := replaceable(dir, inputs); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(parent, 0o755); err != nil {
		return nil, fmt.Errorf("cannot make the folder of %s: %w", dir, err)
	}
	temp, err := os.MkdirTemp(parent, tempPrefix(dir)+"new-")
	if err != nil {
		return nil, fmt.Errorf("cannot write beside %s: %w", dir, err)
	}
	f := &folder{dir: dir, temp: temp, lock: flock.New(temp + ".lock")}
	if ok, err := f.lock.TryLock(); err != nil || !ok {
		f.abandon()
		return nil, fmt.Errorf("cannot lock %s: %w", temp, err)
	}
	return f, nil
}

func tempPrefix(dir string) string { return "." + filepath.Base(dir) + ".crm2gong-" }

// replaceable refuses a folder that is not an output of ours or holds inputs.
func replaceable(dir string, inputs []string) error {
	st, err := os.Stat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !st.IsDir() {
		return &exit{StatusFailed, fmt.Errorf("%s is a file, not a folder", dir), "name another folder with -o"}
	}
	abs, err := realPath(dir)
	if err != nil {
		return err
	}
	for _, in := range inputs {
		if p, err := realPath(in); err == nil && strings.HasPrefix(p, abs+string(filepath.Separator)) {
			return &exit{StatusFailed, fmt.Errorf("%s holds the input %s; it would be replaced with all that is in it", dir, in), "name another folder with -o"}
		}
	}
	if here, err := realPath("."); err == nil && strings.HasPrefix(here+string(filepath.Separator), abs+string(filepath.Separator)) {
		return &exit{StatusFailed, fmt.Errorf("%s is the working folder, or holds it", dir), "name a folder in it with -o, such as out"}
	}
	list, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return nil
	}
	if !isOurs(dir) {
		return &exit{StatusFailed, fmt.Errorf("%s is not empty and was not written by crm2gong; it would be replaced with all that is in it", dir), "name a new or empty folder with -o"}
	}
	return nil
}

func isOurs(dir string) bool {
	b, err := os.ReadFile(filepath.Join(dir, manifestName))
	return err == nil && strings.Contains(string(b), `"tool": "crm2gong"`)
}

func realPath(p string) (string, error) {
	p, err := filepath.Abs(p)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(p)
}

// Create opens a file of the folder, as transform.Output wants it.
func (f *folder) Create(name string) (io.WriteCloser, error) {
	path := filepath.Join(f.temp, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return nil, err
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, err
	}
	o := &outFile{Path: name, file: file, sum: sha256.New(), what: filepath.Join(f.dir, filepath.FromSlash(name))}
	f.files = append(f.files, o)
	return o, nil
}

// Write writes to the file and to its checksum.
func (o *outFile) Write(b []byte) (int, error) {
	n, err := o.file.Write(b)
	if err != nil {
		var pe *fs.PathError
		if errors.As(err, &pe) {
			err = pe.Err
		}
		return n, &exit{StatusFailed, fmt.Errorf("cannot write %s: %w", o.what, err), "free space on the disk; the old output is as it was"}
	}
	o.Bytes += int64(n)
	o.Lines += countLines(b)
	o.sum.Write(b)
	return n, nil
}

// Close closes the file and settles its checksum.
func (o *outFile) Close() error {
	if o.file == nil {
		return nil
	}
	err := o.file.Close()
	o.file = nil
	o.SHA256 = hex.EncodeToString(o.sum.Sum(nil))
	return err
}

// put writes a whole file.
func (f *folder) put(name string, text []byte) error {
	w, err := f.Create(name)
	if err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		w.Close()
		return err
	}
	return w.Close()
}

// outputs gives the files written so far, by path.
func (f *folder) outputs() []*outFile {
	sort.Slice(f.files, func(i, k int) bool { return f.files[i].Path < f.files[k].Path })
	return f.files
}

// abandon removes what was written.
func (f *folder) abandon() {
	for _, o := range f.files {
		if o.file != nil {
			o.file.Close()
		}
	}
	os.RemoveAll(f.temp)
	f.unlock()
}

func (f *folder) unlock() {
	f.lock.Unlock()
	os.Remove(f.lock.Path())
}

// commit puts the folder in its place. The old one is removed afterwards, in a
// process of its own when that takes long.
func (f *folder) commit() error {
	if err := os.Chmod(f.temp, 0o755); err != nil {
		f.abandon()
		return err
	}
	old, err := swap(f.temp, f.dir)
	if err != nil {
		f.abandon()
		return fmt.Errorf("cannot put the output in its place: %w", err)
	}
	f.unlock()
	if old != "" {
		removeLater(old)
	}
	return nil
}

// swap gives dir the content of temp, by exchange where the system can, and
// names where the old content is, "" if there was none.
func swap(temp, dir string) (old string, err error) {
	if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		return "", os.Rename(temp, dir)
	}
	if exchange(temp, dir) == nil {
		return temp, nil
	}
	old = strings.Replace(temp, "new-", "old-", 1)
	if err := os.Rename(dir, old); err != nil {
		return "", err
	}
	if err := os.Rename(temp, dir); err != nil {
		if back := os.Rename(old, dir); back != nil {
			return "", errors.Join(err, back)
		}
		return "", err
	}
	return old, nil
}

// recoverSwap cleans up after a run that was killed: a swap cut in two is
// finished when the new folder is whole, else undone, and temporary folders
// that no run holds are removed.
func recoverSwap(dir string) error {
	parent, prefix := filepath.Dir(dir), tempPrefix(dir)
	list, err := os.ReadDir(parent)
	if err != nil {
		return nil // made later, or refused with the reason then
	}
	_, statErr := os.Lstat(dir)
	gone := errors.Is(statErr, fs.ErrNotExist)
	var stale []string
	for _, e := range list {
		name := e.Name()
		if !strings.HasPrefix(name, prefix) || !e.IsDir() {
			continue
		}
		path := filepath.Join(parent, name)
		if held(path + ".lock") {
			continue
		}
		stale = append(stale, path)
	}
	if gone {
		if from := survivor(stale, "new-"); from != "" {
			gone = os.Rename(from, dir) != nil
		}
		if from := survivor(stale, "old-"); gone && from != "" {
			if err := os.Rename(from, dir); err != nil {
				return fmt.Errorf("cannot bring back %s: %w", dir, err)
			}
		}
	}
	for _, path := range stale {
		os.RemoveAll(path)
		os.Remove(path + ".lock")
	}
	return nil
}

// survivor finds a whole folder of a swap that was cut in two: only then there
// is an old one beside the new one.
func survivor(stale []string, kind string) string {
	aside := false
	for _, p := range stale {
		aside = aside || strings.Contains(filepath.Base(p), "crm2gong-old-")
	}
	for _, p := range stale {
		if aside && strings.Contains(filepath.Base(p), "crm2gong-"+kind) && isOurs(p) {
			return p
		}
	}
	return ""
}

// held tells whether a running program holds the lock.
func held(path string) bool {
	if _, err := os.Lstat(path); err != nil {
		return false
	}
	l := flock.New(path)
	ok, err := l.TryLock()
	if ok {
		l.Unlock()
	}
	return err == nil && !ok
}
