package mapping

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"time"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/syntax"
)

// LoadOptions say how a mapping file is read. The zero value takes it as it
// stands.
type LoadOptions struct {
	Set      map[string]string            // parameters that override the file's, as --set gives them
	DataDir  string                       // folder that the files of enums are relative to; "": that of the file that names them
	ReadFile func(string) ([]byte, error) // nil: from disk, at most MaxFile bytes and one more
}

// MaxFile is the greatest size of a mapping file in bytes, and of a file that
// an enum is read from.
const MaxFile = 1 << 20

// ReadFile is a file other than the mapping itself that Load has read: an
// included file or the file of an enum.
type ReadFile struct {
	Path string // as the mapping names it
	Text []byte
}

// Load reads a mapping file and the files it names, and checks all that can be
// known without headers: keys, kinds of values, names, and the syntax of
// expressions. The columns and types of expressions are checked by Bind and
// Check, so that nothing is reported twice.
//
// The list holds everything that is wrong, sorted by place. A mapping for
// which it has errors is good for nothing but Check. The error says that the
// file itself cannot be read; only then is the mapping nil.
func Load(path string, opt LoadOptions) (*Mapping, diag.List, error) {
	if opt.ReadFile == nil {
		opt.ReadFile = readLimited
	}
	text, err := opt.ReadFile(path)
	if err != nil {
		return nil, nil, fmt.Errorf("read mapping: %w", err)
	}
	l := newLoader(path, text, opt)
	root := l.parse(l.m.File)
	if root == nil {
		l.m.broken = true
		return l.m, l.diags.Sorted(), nil
	}
	l.roots = append(l.included(root), part{node: root})
	l.setParams(opt.Set)
	decodeParts(l, mappingKeys(), l.m)
	l.settle()
	l.m.broken = l.m.broken || l.diags.HasErrors()
	return l.m, l.diags.Sorted(), nil
}

// readLimited reads a file up to one byte more than a mapping may have, so that
// the size is refused without reading the rest.
func readLimited(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(io.LimitReader(f, MaxFile+1))
}

// loader is the state of one Load: the mapping as it grows and what was found
// wrong.
type loader struct {
	opt   LoadOptions
	m     *Mapping
	diags diag.List
	roots []part
	// names holds where each name was declared, by space (see declare).
	names map[string]map[string]*syntax.Node
}

// part is one file of a mapping: the mapping itself or an included file.
type part struct {
	node     *syntax.Node
	included bool
}

func newLoader(path string, text []byte, opt LoadOptions) *loader {
	return &loader{
		opt: opt,
		m: &Mapping{
			Path: path, Text: text, File: diag.NewFile(filepath.ToSlash(path), text), Zone: time.UTC,
			Params: map[string]string{}, References: map[Ref]Dangling{}, Severities: map[string]diag.Severity{},
		},
		names: map[string]map[string]*syntax.Node{},
	}
}

// parse gives the tree of a file, nil when it has none.
func (l *loader) parse(f *diag.File) *syntax.Node {
	root, list := syntax.Parse(f)
	l.diags = append(l.diags, list...)
	if root == nil || list.HasErrors() && root.Kind != syntax.Map {
		return nil
	}
	l.refuseSecrets(root)
	return root
}

// declare notes that a name is taken and refuses it when it was before. The
// space tells what it is a name of: names of two spaces do not meet.
func (l *loader) declare(space, what string, name *syntax.Node) bool {
	taken := l.names[space]
	if taken == nil {
		taken = map[string]*syntax.Node{}
		l.names[space] = taken
	}
	if first, ok := taken[name.Text]; ok {
		if first.Span.File == name.Span.File && first.Span.Start > name.Span.Start {
			first, name = name, first // keys are not read in the file's order
			taken[name.Text] = first
		}
		l.errorf(name, "duplicate-name", "give it another name, or remove one of the two",
			"%s %s is defined twice, first at %s", what, diag.Quote(name.Text), placeOf(first, name))
		return false
	}
	taken[name.Text] = name
	return true
}

// placeOf says where n is, for a message that stands at another node.
func placeOf(n, from *syntax.Node) string {
	line, column, _, _ := n.Span.Position()
	if n.Span.File != from.Span.File {
		return fmt.Sprintf("%s:%d:%d", n.Span.File.Name, line, column)
	}
	return fmt.Sprintf("line %d, column %d", line, column)
}

func (l *loader) errorf(at *syntax.Node, code, hint, format string, args ...any) {
	l.diags.Error(at.Span, code, fmt.Sprintf(format, args...), hint)
}

func (l *loader) warnf(at *syntax.Node, code, hint, format string, args ...any) {
	l.diags.Warn(at.Span, code, fmt.Sprintf(format, args...), hint)
}

// settle does what needs the whole mapping.
func (l *loader) settle() {
	byType := func(list []*Entity) {
		sort.SliceStable(list, func(i, k int) bool { return list[i].Type < list[k].Type })
	}
	byType(l.m.Entities)
	byType(l.m.History)
	for i, e := range l.m.Enums {
		e.Index = i
	}
	for i, k := range l.m.Lookups {
		k.Index = len(l.m.Enums) + i
	}
	l.agree(l.m.Entities)
	l.agree(l.m.History)
	l.settleReferences()
	l.settleRules()
	l.settleTests()
}

// Source finds a source by name, nil if there is none.
func (m *Mapping) Source(name string) *Source {
	for _, s := range m.Sources {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// NeededSources names the sources that entities, history, lookups and the
// currency read, in the file's order.
func (m *Mapping) NeededSources() []string {
	needed := map[*Source]bool{}
	for _, e := range append(append([]*Entity(nil), m.Entities...), m.History...) {
		needed[e.From] = true
	}
	for _, k := range m.Lookups {
		needed[k.From] = true
	}
	if m.Currency != nil {
		needed[m.Currency.From] = true
	}
	var names []string
	for _, s := range m.Sources {
		if needed[s] {
			names = append(names, s.Name)
		}
	}
	return names
}
