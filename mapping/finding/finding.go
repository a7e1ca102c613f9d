// Package finding holds what is noted about data: rejected rows, broken rules
// and dangling references, grouped while the rows go by so that a million bad
// rows take no more memory than a hundred.
package finding

import (
	"hash/maphash"
	"slices"
	"strings"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/gong"
)

// Key is what findings are grouped by.
type Key struct {
	Code    string // a rule's code, such as "value-invalid"
	Entity  gong.ObjectType
	Field   string // Gong field, or where, deleted, forEach, objectId; "" if none
	Cause   string // dangling references: rejected, filtered, deleted, id-length, case, other-type, absent; what onError: omit took: the failure's code, where it is not value-invalid; keys that are no fields beyond the first thousand: other-keys; stages beyond those compared: not-compared
	Detail  string // the filter's name, the reject's code, the enum's or lookup's name
	History bool   // the records are past versions
	Lowered bool   // at most a warning, whatever the rule says (what onError: omit or references: omit took)
	// Severity where it is not the rule's, such as that of a check of the
	// mapping's own; NoSeverity: the rule's.
	Severity diag.Severity
}

// Rejection says why a record is not written.
type Rejection struct {
	Code   string
	Field  string // Gong field, or where, deleted, forEach, converted
	Reason string // what is wrong, in words
	Value  string // the value at fault
}

// Example is one place to look at.
type Example struct {
	ObjectID string
	Value    string // the value at fault, shortened
	Text     string // the cell's text, where Value was made from it and differs; shortened
	Reason   string // what is wrong with this very value, in words
	Origin   gong.Origin
	Column   string // header of the column; of several that are at fault together, joined with AndColumn; "" for none
	Cell     string // spreadsheet reference such as "C17", "" where there is none
	column   int    // position from 0 plus one, to make Cell when the row is known
}

// MaxShown bounds the bytes of a text in an Example.
const MaxShown = 200

// Clip copies a text for an Example, of at most MaxShown bytes, cut between
// characters.
func Clip(s string) string {
	if len(s) <= MaxShown {
		return strings.Clone(s)
	}
	n := MaxShown
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n] + "…"
}

// AndColumn joins the headers of columns that are at fault together, such as
// those of a lookup's key, as it joins the parts of the key.
const AndColumn = " / "

// AtColumn sets the column at fault: its header and its place from 0.
func (e *Example) AtColumn(header string, index int) {
	e.Column, e.column = header, index+1
}

// Settle makes the cell's name once row and column are known.
func (e *Example) Settle() {
	if e.column > 0 && e.Origin.Row > 0 {
		e.Cell = CellName(e.column-1, e.Origin.Row)
	}
}

// Group is all findings of one key.
type Group struct {
	Key
	Count    int // records concerned
	Examples []Example
	// Hints say what to do about the records, in the words of what refused them:
	// the first three that differ. "" is among them for records of which that
	// says nothing.
	Hints  []string
	values hashes
	kept   *Key // the caller's, by which Count knows the group again
}

// MaxDistinct bounds the distinct values that a group counts, and so its
// memory: a group of more says MaxDistinct.
const MaxDistinct = 1 << 20

// Distinct is the number of distinct values noted with Value.
func (g *Group) Distinct() int { return g.values.n }

// Hint notes what to do about a record. The text is copied where it is kept.
func (g *Group) Hint(hint string) {
	if len(g.Hints) < maxHints && !slices.Contains(g.Hints, hint) {
		g.Hints = append(g.Hints, strings.Clone(hint))
	}
}

// maxHints bounds what a group keeps of hints, which may name values.
const maxHints = 3

var seed = maphash.MakeSeed()

// Value counts v among the group's distinct values.
func (g *Group) Value(v string) { g.values.add(maphash.String(seed, v)) }

// Log gathers findings in the order of their first occurrence. The zero value
// is ready and keeps three examples a group.
type Log struct {
	// All keeps every example, not just the first three.
	All    bool
	groups map[Key]*Group
	order  []*Group
	spare  []*Group // of earlier blocks
}

// Count is Add for a key that its caller keeps, and does not change as long as
// the log is in use: it need not be compared with those of other groups.
func (l *Log) Count(k *Key) *Group {
	for _, g := range l.order[:min(len(l.order), fewGroups)] {
		if g.kept == k {
			g.Count++
			return g
		}
	}
	g := l.Add(*k)
	g.kept = k
	return g
}

// MaxExamples is how many examples a group keeps unless Log.All is set.
const MaxExamples = 3

// Add counts one more record under k and returns its group.
func (l *Log) Add(k Key) *Group {
	g := l.group(k)
	g.Count++
	return g
}

// Wants tells whether another example of g would be kept, so that the caller
// makes none in vain.
func (l *Log) Wants(g *Group) bool { return l.All || len(g.Examples) < MaxExamples }

// Peek returns the group of k without counting a record.
func (l *Log) Peek(k Key) *Group { return l.group(k) }

func (l *Log) group(k Key) *Group {
	if len(l.order) <= fewGroups {
		for _, g := range l.order {
			if g.Key == k {
				return g
			}
		}
	} else if g, ok := l.groups[k]; ok {
		return g
	}
	if l.groups == nil {
		l.groups = map[Key]*Group{}
	}
	g := l.unused()
	g.Key = k
	l.groups[k] = g
	l.order = append(l.order, g)
	return g
}

// fewGroups is up to how many groups looking at each beats hashing the key.
const fewGroups = 12

func (l *Log) unused() *Group {
	n := len(l.spare)
	if n == 0 {
		return &Group{}
	}
	g := l.spare[n-1]
	l.spare = l.spare[:n-1]
	return g
}

// Groups returns the groups in the order of their first occurrence.
func (l *Log) Groups() []*Group { return l.order }

// Reset forgets everything and keeps the memory: groups that were taken from
// the log must not be used any more.
func (l *Log) Reset() {
	for _, g := range l.order {
		*g = Group{Examples: g.Examples[:0], Hints: g.Hints[:0], values: g.values.cleared()}
		l.spare = append(l.spare, g)
	}
	clear(l.groups)
	l.order = l.order[:0]
}

// Merge adds what o noted in a later block, whose rows were counted from the
// block's start: rows is the number of spreadsheet rows, and lines that of
// physical lines, before the block. Examples get their cell references here.
func (l *Log) Merge(o *Log, rows, lines int) {
	for _, og := range o.order {
		g := l.group(og.Key)
		g.Count += og.Count
		g.values.addAll(&og.values)
		for _, hint := range og.Hints {
			g.Hint(hint)
		}
		for _, e := range og.Examples {
			if !l.Wants(g) {
				break
			}
			e.Origin.Row += rows
			if e.Origin.Line > 0 {
				e.Origin.Line += lines
			}
			e.Settle()
			g.Examples = append(g.Examples, e)
		}
	}
}

// CellName is the spreadsheet name of a cell, such as "C17", from the column
// counted from 0 and the row counted from 1.
func CellName(column, row int) string {
	var b [24]byte
	i := len(b)
	for row > 0 {
		i--
		b[i] = byte('0' + row%10)
		row /= 10
	}
	for c := column + 1; c > 0; c = (c - 1) / 26 {
		i--
		b[i] = byte('A' + (c-1)%26)
	}
	return string(b[i:])
}
