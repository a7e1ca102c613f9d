package source

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sort"
	"strings"
)

func isErr(err, target error) bool        { return errors.Is(err, target) }
func asErr[T error](err error, t *T) bool { return errors.As(err, t) }

// openFiles finds the table's files and opens each.
func (t *Table) openFiles() error {
	names, dir := t.spec.Files, t.opt.Dir
	if t.opt.Replace != "" {
		names, dir = []string{filepath.ToSlash(t.opt.Replace)}, ""
	}
	for _, name := range names {
		if err := t.find(dir, name); err != nil {
			return err
		}
	}
	if len(t.parts) == 0 {
		return &Error{Offset: -1, Message: fmt.Sprintf("the source %q names no file", t.spec.Name)}
	}
	for _, p := range t.parts {
		if err := p.begin(); err != nil {
			return err
		}
	}
	t.unite()
	return nil
}

// find adds the files that a name in the mapping stands for: a file, a glob,
// members of an archive, or "-".
func (t *Table) find(dir, name string) error {
	p := &part{table: t}
	p.file.Path = name
	if name == "-" {
		return t.standardInput(p)
	}
	segments := strings.Split(name, "/")
	for i, s := range segments[:len(segments)-1] {
		if !strings.EqualFold(path.Ext(s), ".zip") {
			continue
		}
		archives, err := expand(dir, strings.Join(segments[:i+1], "/"))
		if err != nil {
			return p.unreadable(err)
		}
		if len(archives) == 0 {
			return p.absent()
		}
		if info, err := os.Stat(join(dir, archives[0])); err == nil && info.IsDir() {
			continue
		}
		for _, a := range archives {
			if err := t.members(dir, a, strings.Join(segments[i+1:], "/")); err != nil {
				return err
			}
		}
		return nil
	}
	files, err := expand(dir, name)
	if err != nil {
		return p.unreadable(err)
	}
	if len(files) == 0 {
		return p.absent()
	}
	for _, f := range files {
		p := &part{table: t, path: join(dir, f)}
		p.file.Path = f
		if err := p.onDisk(); err != nil {
			return err
		}
		t.parts = append(t.parts, p)
	}
	return nil
}

// absent says that nothing has the part's name.
func (p *part) absent() error {
	e := p.fail("there is no such file", "check the name; paths start from the mapping's folder, or from --data")
	if p.table.opt.Replace != "" {
		e.Hint = "check the name; paths of --source start from the working folder"
	}
	if hasGlob(p.file.Path) {
		e.Message = "no file matches"
	}
	e.Cause = fs.ErrNotExist
	return e
}

func join(dir, name string) string {
	if dir == "" || path.IsAbs(name) || filepath.IsAbs(filepath.FromSlash(name)) {
		return filepath.FromSlash(name)
	}
	return filepath.Join(dir, filepath.FromSlash(name))
}

func hasGlob(name string) bool { return strings.ContainsAny(name, "*?[") }

// expand gives the files that name stands for, in name order, with slashes. A
// file that has the name letter by letter comes before what the name matches as
// a glob. Folders do not match the last segment of a glob.
func expand(dir, name string) ([]string, error) {
	_, err := os.Stat(join(dir, name))
	if err == nil {
		return []string{name}, nil
	}
	if !isErr(err, fs.ErrNotExist) && !hasGlob(name) {
		return nil, err
	}
	if !hasGlob(name) {
		return nil, nil
	}
	if _, err := path.Match(name, ""); err != nil {
		return nil, errors.New("the pattern is not closed: a [ needs its ]")
	}
	found := []string{""}
	rest := name
	if path.IsAbs(name) {
		found, rest = []string{"/"}, strings.TrimLeft(name, "/")
	} else if v := filepath.VolumeName(filepath.FromSlash(name)); v != "" {
		found, rest = []string{v + "/"}, strings.TrimLeft(name[len(v):], "/")
	}
	segments := strings.Split(rest, "/")
	for i, s := range segments {
		last := i == len(segments)-1
		var next []string
		for _, f := range found {
			if !hasGlob(s) {
				next = append(next, f+s)
				continue
			}
			entries, err := os.ReadDir(join(dir, f+"."))
			if isErr(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return nil, err
			}
			for _, e := range entries {
				if ok, _ := path.Match(s, e.Name()); !ok || strings.HasPrefix(e.Name(), ".") && s[0] != '.' {
					continue
				}
				next = append(next, f+e.Name())
			}
		}
		found = found[:0]
		for _, f := range next {
			info, err := os.Stat(join(dir, f))
			switch {
			case err != nil:
			case last && !info.IsDir():
				found = append(found, f)
			case !last && info.IsDir():
				found = append(found, f+"/")
			}
		}
	}
	sort.Strings(found)
	return found, nil
}

// onDisk prepares a part that is a file of its own.
func (p *part) onDisk() error {
	info, err := os.Stat(p.path)
	switch {
	case err != nil:
		return p.unreadable(err)
	case info.IsDir():
		return p.fail("it is a folder", "name the files in it, such as "+strings.TrimSuffix(p.file.Path, "/")+"/*.csv")
	case !info.Mode().IsRegular(): // a pipe: it can be read only once
		in, ok := p.table.opt.Stdin.(*Stdin)
		if !ok {
			if p.table.spool == nil {
				p.table.spool = NewStdin(p.table.opt.Stdin)
			}
			in = p.table.spool
		}
		s, err := in.pipe(p.path)
		if err != nil {
			return p.unreadable(err)
		}
		p.path, p.bytes = "", s.open
		return nil
	}
	p.stamp = stamp{info.Size(), info.ModTime()}
	name := p.path
	p.bytes = func() (random, error) { return openFile(name) }
	return nil
}

func openFile(name string) (random, error) {
	f, err := os.Open(name)
	if err != nil {
		return random{}, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return random{}, err
	}
	return random{Reader: f, ReaderAt: f, Closer: f, size: info.Size()}, nil
}
