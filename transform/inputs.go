package transform

import (
	"io"
	"os"
	"path/filepath"
	"strings"

	"crm2gong/mapping"
	"crm2gong/transform/source"
)

// InputOptions say where the sources are. The zero value reads them from the
// working folder.
type InputOptions struct {
	Dir       string            // folder that the files of the mapping are relative to
	Replace   map[string]string // source name → path relative to the working folder, "-" for standard input
	Stdin     io.Reader         // what "-" reads
	MaxRecord int               // greatest size of a record in bytes; 0: the default of package source
	// MaxUncompressed is how many bytes a compressed file, or a part of a
	// workbook, may become; 0: what package source takes for real.
	MaxUncompressed int64
	Tap             func(path string) source.Tap // sees the files that are read; may be nil
}

// Inputs opens the sources of a mapping, as often as a run needs them.
type Inputs struct {
	mapping *mapping.Mapping
	opt     InputOptions
	tables  map[string]*source.Table // opened for the header and not yet read
	headers map[string][]string
	files   map[string][]source.File
	inline  map[string]*mapping.Inline // tables that stand for the sources; nil: the sources are read
}

// OpenInputs opens the named sources and reads their headers. Errors are of
// type *source.Error.
func OpenInputs(m *mapping.Mapping, names []string, opt InputOptions) (*Inputs, error) {
	in := &Inputs{
		mapping: m, opt: opt,
		tables: map[string]*source.Table{}, headers: map[string][]string{},
		files: map[string][]source.File{},
	}
	for _, name := range names {
		t, err := in.open(name)
		if err != nil {
			in.Close()
			return nil, err
		}
		in.tables[name] = t
		in.headers[name] = t.Header()
		in.files[name] = t.Files()
	}
	return in, nil
}

// InlineInputs are tables in memory that stand for all sources of a mapping: no
// file is read. A source that tables lack is its own inline table, else it has
// no columns and no rows.
func InlineInputs(m *mapping.Mapping, tables map[string]*mapping.Inline) *Inputs {
	in := &Inputs{mapping: m, headers: map[string][]string{}, inline: map[string]*mapping.Inline{}}
	for _, s := range m.Sources {
		t := tables[s.Name]
		if t == nil {
			t = s.Rows
		}
		if t == nil {
			t = &mapping.Inline{}
		}
		in.inline[s.Name] = t
		in.headers[s.Name] = append([]string{}, t.Header...)
	}
	return in
}

// Headers gives the header rows by source name, for Mapping.Bind.
func (in *Inputs) Headers() map[string][]string { return in.headers }

// Files gives the files of a source, in the order in which they are read.
func (in *Inputs) Files(name string) []source.File { return in.files[name] }

// Close closes what was opened and not read.
func (in *Inputs) Close() {
	for name, t := range in.tables {
		t.Close()
		delete(in.tables, name)
	}
}

// size is the size in bytes of a source's files, 0 where they are compressed or
// workbooks, whose size says little.
func (in *Inputs) size(name string) (n int64) {
	for _, f := range in.files[name] {
		st, err := os.Stat(f.Real)
		if err != nil || f.Format == "xlsx" || !strings.HasSuffix(f.Path, filepath.Base(f.Real)) {
			return 0
		}
		n += st.Size()
	}
	return n
}

// table gives a source at its first row. The caller closes it.
func (in *Inputs) table(name string) (*source.Table, error) {
	if t, ok := in.tables[name]; ok {
		delete(in.tables, name)
		return t, nil
	}
	return in.open(name)
}

func (in *Inputs) open(name string) (*source.Table, error) {
	spec, opt := Layout(in.mapping, name, in.opt)
	if in.inline != nil {
		t := in.inline[name]
		spec = source.Spec{Name: name, NoTrim: spec.NoTrim, Inline: true, InlineHeader: t.Header, InlineRows: t.Rows}
	}
	return source.Open(spec, opt)
}

// Layout says how a source of a mapping is read.
func Layout(m *mapping.Mapping, name string, opt InputOptions) (source.Spec, source.Options) {
	s := m.Source(name)
	spec := source.Spec{
		Name: s.Name, Files: s.Files, Format: s.Format, Encoding: s.Encoding, Delimiter: s.Delimiter,
		Sheet: s.Sheet, Header: s.Header, Footer: s.Footer, FooterBlank: s.FooterBlank,
		KeepApostrophe: s.KeepApostrophe, NoTrim: s.NoTrim,
	}
	for _, c := range s.Columns {
		spec.Width = max(spec.Width, c.At)
	}
	if s.Rows != nil {
		spec.Inline, spec.InlineHeader, spec.InlineRows = true, s.Rows.Header, s.Rows.Rows
	}
	return spec, source.Options{
		Dir: opt.Dir, Replace: opt.Replace[name], Stdin: opt.Stdin, MaxRecord: opt.MaxRecord,
		MaxUncompressed: opt.MaxUncompressed, Tap: opt.Tap,
	}
}
