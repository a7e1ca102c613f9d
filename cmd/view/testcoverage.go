package view

import (
	"fmt"
	"io"
	"strings"

	"crm2gong/transform/mappingtest"
)

// TestCoverage is what the tests of one mapping reach.
type TestCoverage struct {
	Mapping string // its path as given
	Points  []mappingtest.Point
}

// Covered counts the points that are reached.
func (c *TestCoverage) Covered() int {
	n := 0
	for i := range c.Points {
		if c.Points[i].Reached {
			n++
		}
	}
	return n
}

// Coverage writes what no test reaches for people, a line for each, and a last
// line that sums up.
func Coverage(w io.Writer, all []TestCoverage) error {
	w = Terminal(w)
	for i := range all {
		c := &all[i]
		for k := range c.Points {
			p := &c.Points[k]
			if p.Reached {
				continue
			}
			file, line, column := pointPlace(p)
			if _, err := fmt.Fprintf(w, "%s:%d:%d: no test reaches %s: %s %s\n", file, line, column, p.Of, p.Kind, brief(p.What)); err != nil {
				return err
			}
		}
		name := ""
		if len(all) > 1 {
			name = c.Mapping + ": "
		}
		if _, err := fmt.Fprintf(w, "%scovered %d of %d\n", name, c.Covered(), len(c.Points)); err != nil {
			return err
		}
	}
	return nil
}

func pointPlace(p *mappingtest.Point) (file string, line, column int) {
	line, column, _, _ = p.Span.Position()
	return p.Span.File.Name, line, column
}

// brief puts a text on one line and shortens it.
func brief(s string) string {
	const most = 80
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return string(r)
}

// reachJSON is the coverage of one mapping in the document of TestsJSON.
type reachJSON struct {
	Mapping   string      `json:"mapping"`
	Covered   int         `json:"covered"`
	Total     int         `json:"total"`
	Unreached []pointJSON `json:"unreached"`
}

// pointJSON is one thing that no test reaches.
type pointJSON struct {
	Kind   mappingtest.Kind `json:"kind"`
	Of     string           `json:"of"`
	What   string           `json:"what"`
	File   string           `json:"file"`
	Line   int              `json:"line"`
	Column int              `json:"column"`
}

func coverageDocument(all []TestCoverage) (list []reachJSON) {
	for i := range all {
		c := &all[i]
		x := reachJSON{Mapping: c.Mapping, Covered: c.Covered(), Total: len(c.Points), Unreached: []pointJSON{}}
		for k := range c.Points {
			p := &c.Points[k]
			if p.Reached {
				continue
			}
			j := pointJSON{Kind: p.Kind, Of: p.Of, What: p.What}
			j.File, j.Line, j.Column = pointPlace(p)
			x.Unreached = append(x.Unreached, j)
		}
		list = append(list, x)
	}
	return list
}
