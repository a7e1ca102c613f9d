package syntax

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"

	"gopkg.in/yaml.v3"

	"crm2gong/mapping/diag"
)

// Parse reads a mapping file and reports everything in it that is no YAML or
// more YAML than mapping files use. The tree is given as far as it could be read,
// so that what is wrong inside can be told in the same run; it is nil after a
// YAML syntax error, which is reported alone, and where there is no map. Secrets
// in the file are masked from then on.
func Parse(f *diag.File) (*Node, diag.List) {
	b := &builder{file: f}
	if !b.size(f) || !b.encoding(f) {
		maskLines(f)
		return nil, b.done()
	}
	b.src = b.characters(f)
	docs, err := decode(bytes.NewReader(b.src))
	if err != nil {
		maskLines(f)
		if len(b.list) == 0 {
			b.syntax(err)
		}
		return nil, b.done()
	}
	root := b.root(docs)
	if root == nil {
		maskLines(f)
	}
	return root, b.done()
}

// root builds the first document and refuses a second.
func (b *builder) root(docs []*yaml.Node) *Node {
	if len(docs) > 1 {
		at := b.at(docs[1].Line, docs[1].Column)
		b.error(b.span(at, b.end(at)), "yaml-document", "a second YAML document begins here", `a mapping file is one document: delete the "---", or move what follows to a file of its own`)
		b.line = 0
	}
	const keys = "version, sources and entities"
	if len(docs) == 0 || empty(docs[0]) {
		b.error(b.span(0, 0), "yaml-empty", "the file is empty", "a mapping is a map with the keys "+keys)
		return nil
	}
	root := b.node(docs[0].Content[0], 0, false)
	if root.Kind != Map {
		at, end := root.Span.Start, min(b.end(root.Span.Start), root.Span.End)
		b.error(b.span(at, end), "yaml-root", fmt.Sprintf("the file holds a %s", root.Kind), "a mapping is a map with the keys "+keys)
		return nil
	}
	return root
}

// empty tells of a document that holds nothing.
func empty(doc *yaml.Node) bool {
	if len(doc.Content) == 0 {
		return true
	}
	n := doc.Content[0]
	return n.Kind == yaml.ScalarNode && n.Style == 0 && n.Value == ""
}

// decode reads at most two documents. A panic of the YAML reader on a text it
// was not made for is an error like others.
func decode(r io.Reader) (docs []*yaml.Node, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = errors.New("yaml: this cannot be read")
		}
	}()
	d := yaml.NewDecoder(r)
	for len(docs) < 2 {
		var doc yaml.Node
		err := d.Decode(&doc)
		if err == io.EOF {
			break
		}
		if err != nil {
			return docs, err
		}
		docs = append(docs, &doc)
	}
	return docs, nil
}

// problem is what the YAML reader says of a text, without the line, which is
// often another than the one that is wrong.
func problem(err error) string {
	if err == nil {
		return ""
	}
	s := strings.TrimPrefix(err.Error(), "yaml: ")
	if rest, ok := strings.CutPrefix(s, "line "); ok {
		if _, after, ok := strings.Cut(rest, ": "); ok {
			return after
		}
	}
	return s
}
