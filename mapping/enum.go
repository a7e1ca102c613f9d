package mapping

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/syntax"
)

func enumKeys() []key[*Enum] {
	return []key[*Enum]{
		{"ignoreCase", aBool("true"), "Whether values are compared without case.", false,
			func(e entry, x *Enum) { x.IgnoreCase = e.boolean() }},
		{"values", shape{what: "a map from values to texts", kinds: object, example: "{Closed Won: WON, Closed Lost: LOST}", schema: `{"type": "object", "additionalProperties": ` + scalarSchema + `}`},
			"What becomes of each value.", false, readEnumValues},
		{"file", aText("statuses.csv"), "A CSV file of two columns with a header row, instead of values.", false, readEnumFile},
		{"default", aText("OPEN"), "What becomes of an empty value and of values that are not listed; without it they are errors, an empty one stays empty.", false,
			func(e entry, x *Enum) {
				if s, ok := e.text(); ok {
					x.Default, x.defaultNode = &s, e.node
				}
			}},
	}
}

func readEnums(e entry, m *Mapping) {
	m.lose(e.node)
	for _, p := range pairs(e.node) {
		x := &Enum{Name: p.Key.Text, Node: p.Key, Values: map[string]string{}}
		ok := e.callable("an enum", p.Key)
		if !decode(e.loader, p.Key, p.Value, "an enum", enumKeys(), x) {
			m.lost = append(m.lost, x.Name)
			continue
		}
		values, file := p.Value.Get("values"), p.Value.Get("file")
		switch {
		case values == nil && file == nil:
			e.errorf(p.Key, "missing-key", "such as `values: {Closed Won: WON, Closed Lost: LOST}`", "enum %s has neither values nor file", diag.Quote(x.Name))
		case values != nil && file != nil:
			e.errorf(keyNode(p.Value, "file"), "conflict", "remove one of the two", "enum %s has both values and file", diag.Quote(x.Name))
		}
		if ok {
			m.Enums = append(m.Enums, x)
		}
	}
}

// At gives the node of what the key at place i of Keys becomes; for an enum from
// a file, the node of its key file.
func (x *Enum) At(i int) *syntax.Node { return x.targets[i] }

// DefaultNode gives the node of the default, nil without one.
func (x *Enum) DefaultNode() *syntax.Node { return x.defaultNode }

// add enters a value. The place of an entry from a file is the key file.
func (x *Enum) add(from, to string, at *syntax.Node) (twice string) {
	folded := x.Fold(from)
	if _, ok := x.Values[folded]; ok {
		for _, k := range x.Keys {
			if x.Fold(k) == folded {
				return k
			}
		}
	}
	x.Keys = append(x.Keys, from)
	x.Values[folded] = to
	x.targets = append(x.targets, at)
	return ""
}

func readEnumValues(e entry, x *Enum) {
	for _, p := range e.node.Entries {
		if p.Key.Broken && !looksSecret(p.Key.Text) || p.Value.Broken {
			continue
		}
		if p.Value.Kind != syntax.Scalar || isNull(p.Value) {
			e.errorf(p.Value, "wrong-kind", `such as "Closed Won: WON"; for no value write ""`, "an enum's value becomes a text, not %s", describe(p.Value))
			continue
		}
		if first := x.add(p.Key.Text, p.Value.Text, p.Value); first != "" {
			e.errorf(p.Key, "duplicate-entry", "remove one of the two, or leave ignoreCase out",
				"enum %s has an entry for %s already, as %s", diag.Quote(x.Name), diag.Quote(p.Key.Text), diag.Quote(first))
		}
	}
}

func readEnumFile(e entry, x *Enum) {
	if _, ok := e.text(); !ok {
		return
	}
	name := e.fileName(e.node)
	if name == "" {
		return
	}
	x.File = name
	text, err := e.readBeside(e.node, name, e.opt.DataDir)
	if err != nil {
		e.errorf(e.node, "file-unreadable", "the path is relative to the mapping's folder, or to that of --data", "enum %s: %s", diag.Quote(x.Name), err)
		return
	}
	for _, r := range e.enumRows(x, text) {
		if first := x.add(r[0], r[1], e.node); first != "" {
			e.errorf(e.node, "duplicate-entry", "remove one of the two, or leave ignoreCase out",
				"%s has two entries for %s", diag.Quote(name), diag.Quote(r[0]))
		}
	}
}

// enumRows reads the table of two columns below the header.
func (e entry) enumRows(x *Enum, text []byte) [][]string {
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	wrong := func(hint, format string, args ...any) [][]string {
		e.errorf(e.node, "enum-file", hint, "%s: %s", diag.Quote(x.File), fmt.Sprintf(format, args...))
		return nil
	}
	if !utf8.Valid(text) {
		return wrong("save it as UTF-8", "the file is not UTF-8")
	}
	r := csv.NewReader(bytes.NewReader(text))
	r.FieldsPerRecord = -1
	header, _, _ := bytes.Cut(text, []byte("\n"))
	switch {
	case strings.EqualFold(filepath.Ext(x.File), ".tsv"), !bytes.ContainsAny(header, ",;") && bytes.ContainsRune(header, '\t'):
		r.Comma = '\t'
	case !bytes.ContainsRune(header, ',') && bytes.ContainsRune(header, ';'):
		r.Comma = ';'
	}
	var rows [][]string
	for n := 0; ; n++ {
		row, err := r.Read()
		if err == io.EOF {
			if n == 0 {
				return wrong("the first row is a header", "the file is empty")
			}
			return rows
		}
		var bad *csv.ParseError
		if errors.As(err, &bad) {
			return wrong("", "line %d: %s", bad.Line, bad.Err)
		} else if err != nil {
			return wrong("", "%s", err)
		}
		line, _ := r.FieldPos(0)
		if len(row) != 2 {
			return wrong("it has two columns, the value and what becomes of it", "line %d has %d columns", line, len(row))
		}
		if n > 0 {
			rows = append(rows, []string{strings.TrimSpace(row[0]), strings.TrimSpace(row[1])})
		}
	}
}

// readBeside reads a file that is named at a node, relative to dir or, without
// it, to the folder of the file that names it.
func (l *loader) readBeside(at *syntax.Node, name, dir string) ([]byte, error) {
	if dir == "" {
		dir = filepath.Dir(filepath.FromSlash(at.Span.File.Name))
	}
	path := filepath.FromSlash(name)
	if !filepath.IsAbs(path) {
		path = filepath.Join(dir, path)
	}
	text, err := l.opt.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%s cannot be read: %w", diag.Quote(name), withoutPath(err))
	}
	if len(text) > MaxFile {
		return nil, fmt.Errorf("%s is larger than %d bytes", diag.Quote(name), MaxFile)
	}
	l.m.Read = append(l.m.Read, ReadFile{Path: filepath.ToSlash(name), Text: text})
	return text, nil
}
