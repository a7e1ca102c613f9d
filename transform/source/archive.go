package source

import (
	"archive/zip"
	"errors"
	"io"
	"io/fs"
	"math"
	"path"
	"sort"
	"strings"

	"github.com/klauspost/compress/flate"
)

// openZip opens a ZIP archive with a fast inflater. Names are not trusted:
// nothing is ever written under them.
func openZip(f random) (*zip.Reader, error) {
	z, err := zip.NewReader(f, f.size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) {
		return nil, err
	}
	z.RegisterDecompressor(zip.Deflate, flate.NewReader)
	return z, nil
}

// members adds the members of an archive whose names match pattern, in name
// order. A pattern without slash matches in every folder of the archive.
func (t *Table) members(dir, archive, pattern string) error {
	whole := &part{table: t, path: join(dir, archive)}
	whole.file.Path = archive
	if err := whole.onDisk(); err != nil {
		return err
	}
	f, err := whole.bytes()
	if err != nil {
		return whole.unreadable(err)
	}
	defer f.Close()
	z, err := openZip(f)
	if err != nil {
		return whole.fail("it is no ZIP archive, or a damaged one: "+err.Error(), "make it again")
	}
	if _, err := path.Match(pattern, ""); err != nil {
		return whole.fail("the pattern "+pattern+" is not closed: a [ needs its ]", "")
	}
	var found []*part
	var all []string
	seen := map[string]bool{}
	for i, m := range z.File {
		name := memberName(m.Name)
		if name == "" || !m.Mode().IsRegular() || strings.HasPrefix(name, "__MACOSX/") {
			continue
		}
		all = append(all, name)
		subject := name
		if !strings.Contains(pattern, "/") {
			subject = path.Base(name)
		}
		if ok, _ := path.Match(pattern, subject); !ok && subject != pattern {
			continue
		}
		p := &part{table: t, path: whole.path, stamp: whole.stamp}
		p.file.Path = archive + "/" + name
		switch {
		case m.Flags&1 != 0:
			return p.fail("the member is encrypted", "unpack the archive with its password and name the file")
		case seen[name]:
			return p.fail("the archive has two members of this name", "make the archive again")
		}
		seen[name] = true
		p.member = func() (random, io.ReadCloser, error) { return openMember(whole.bytes, i) }
		found = append(found, p)
	}
	if len(found) == 0 {
		whole.file.Path += "/" + pattern
		e := whole.fail("the archive has no such member", "it has "+some(all))
		e.Cause = fs.ErrNotExist
		return e
	}
	sort.Slice(found, func(i, j int) bool { return found[i].file.Path < found[j].file.Path })
	t.parts = append(t.parts, found...)
	return nil
}

// memberName gives a member's name with slashes; "" for a folder.
func memberName(name string) string {
	name = strings.ReplaceAll(name, `\`, "/")
	if strings.HasSuffix(name, "/") {
		return ""
	}
	for strings.HasPrefix(name, "/") || strings.HasPrefix(name, "./") {
		name = strings.TrimPrefix(strings.TrimPrefix(name, "/"), "./")
	}
	return name
}

// some lists a few names.
func some(names []string) string {
	sort.Strings(names)
	switch {
	case len(names) == 0:
		return "none"
	case len(names) > 8:
		return strings.Join(names[:8], ", ") + " …"
	}
	return strings.Join(names, ", ")
}

// openMember opens member i of an archive for reading from start to end.
func openMember(open func() (random, error), i int) (random, io.ReadCloser, error) {
	f, err := open()
	if err != nil {
		return random{}, nil, err
	}
	z, err := openZip(f)
	if err == nil && i >= len(z.File) {
		err = errors.New("the archive has changed")
	}
	if err != nil {
		f.Close()
		return random{}, nil, err
	}
	r, err := z.File[i].Open()
	if err != nil {
		f.Close()
		return random{}, nil, err
	}
	m := z.File[i]
	f.size, f.grown = int64(min(m.CompressedSize64, uint64(f.size))), int64(min(m.UncompressedSize64, math.MaxInt64))
	return f, r, nil
}
