package mapping

import (
	"errors"
	"io/fs"
	"path"
	"path/filepath"
	"strings"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/syntax"
)

// includedKeys are what an included file may hold; its version, if it has one,
// is that of a mapping.
var includedKeys = [...]string{"version", "enums", "lookups", "functions", "currency", "params", "rules", "checks"}

func mayInclude(name string) bool { return contains(includedKeys[:], name) }

func includable(keys []key[*Mapping]) []key[*Mapping] {
	var some []key[*Mapping]
	for _, k := range keys {
		if mayInclude(k.name) {
			some = append(some, k)
		}
	}
	return some
}

// included reads the files named under include, in their order.
func (l *loader) included(root *syntax.Node) []part {
	n := root.Get("include")
	if n == nil || n.Kind != syntax.List {
		return nil
	}
	var parts []part
	seen := map[string]bool{}
	for _, item := range n.Items {
		name := item.Text
		if item.Kind != syntax.Scalar || isNull(item) || item.Broken {
			l.errorf(item, "wrong-kind", "such as include: [common.yaml]", "\"include\" takes a list of file names, not %s", describe(item))
			continue
		}
		if reason := notRelative(name); reason != "" {
			l.errorf(item, "include", "name a file by its path relative to this one, such as common.yaml", "an included file can not be %s", reason)
			continue
		}
		if clean := path.Clean(name); seen[clean] {
			l.errorf(item, "include", "remove one of the two", "%s is included twice", diag.Quote(name))
			continue
		}
		seen[path.Clean(name)] = true
		if p, ok := l.includedFile(item, name); ok {
			parts = append(parts, p)
		}
	}
	return parts
}

// notRelative says what a path is other than a relative one, "" if it is one.
func notRelative(name string) string {
	switch {
	case name == "":
		return "an empty name"
	case strings.Contains(name, "://"):
		return "an address"
	case strings.HasPrefix(name, "/"), strings.HasPrefix(name, `\`), filepath.IsAbs(name), len(name) > 1 && name[1] == ':':
		return "an absolute path"
	case strings.ContainsRune(name, 0):
		return "a name with a NUL"
	}
	return ""
}

func (l *loader) includedFile(item *syntax.Node, name string) (part, bool) {
	text, err := l.readBeside(item, name, "")
	if err != nil {
		l.errorf(item, "file-unreadable", "the path is relative to the file that includes it", "%s", err)
		return part{}, false
	}
	l.m.Includes = append(l.m.Includes, filepath.ToSlash(name))
	full := path.Join(path.Dir(item.Span.File.Name), filepath.ToSlash(name))
	root := l.parse(diag.NewFile(full, text))
	if root == nil {
		l.m.broken = true
		return part{}, false
	}
	if n := root.Get("include"); n != nil {
		at := keyNode(root, "include")
		l.errorf(at, "include", "include the file from the mapping itself", "an included file can not include others")
		at.Broken = true
	}
	return part{node: root, included: true}, true
}

// withoutPath takes the path out of an error of the file system, since the
// message names the file as the mapping does.
func withoutPath(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		if errors.Is(err, fs.ErrNotExist) {
			return errors.New("there is no such file")
		}
		return p.Err
	}
	return err
}
