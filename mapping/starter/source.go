package starter

import (
	"fmt"
	"strings"
	"unicode"
)

// src is a table on its way into the mapping.
type src struct {
	t         *Table
	role      role
	why       string // what the role was found by
	name      string // in the mapping
	plain     []string
	decls     map[int]*decl
	order     []int // columns with a declaration, in order of first use
	used      map[int]string
	empty     []string // words that mean an empty cell in every column
	idCol     int      // the column of the records' own ids, -1 for none
	idExpr    string
	idParts   []int   // columns that an id is made of
	nameCol   int     // what people call a record, -1 for none
	fullNames *Column // what first and last name make together; nil: not asked for, or none
	notes     []string
	where     []filter
	repeated  []int    // columns in whose cells their header stands again
	left      []string // columns without a place, with the reasons

	company string // the account that a row names, where no file holds the accounts; "": none
}

// decl is an entry of a source's columns.
type decl struct {
	name    string // what expressions say
	at      int    // place from 1 where the header does not tell the column
	keys    []string
	kind    Kind
	comment string
}

func newSrc(t *Table, r role) *src {
	s := &src{t: t, role: r, decls: map[int]*decl{}, used: map[int]string{}, idCol: -1, nameCol: -1}
	for _, c := range t.Columns {
		s.plain = append(s.plain, plain(withoutUnit(cutPrefix(cutPrefix(c.Name, ownPrefixes[r]), prefixes[:]))))
	}
	for i, c := range t.Columns {
		if c.Name != "" && hasCount(c.Nulls, c.Name) {
			s.repeated = append(s.repeated, i)
		}
	}
	zero := map[string]bool{}
	for _, c := range t.Columns {
		for _, n := range c.Nulls {
			if isZeroID(n.Text) && !zero[n.Text] {
				zero[n.Text] = true
				s.empty = append(s.empty, n.Text)
			}
		}
	}
	return s
}

// byData tells whether nothing but its values says what the table holds.
func (s *src) byData() bool { return strings.Contains(s.why, "a guess from the values") }

// isZeroID tells ids of zeros, which stand for no record.
func isZeroID(s string) bool {
	return len(s) >= 15 && strings.Trim(s, "0-AaBb{}") == "" && strings.HasPrefix(strings.Trim(s, "{}"), "00000000")
}

// filled counts the cells that hold a value.
func (c *Column) filled() int {
	n := c.Filled
	for _, w := range c.Nulls {
		n -= w.Count
	}
	return n
}

// most tells whether n is nearly all of the column's values.
func (c *Column) most(n int) bool { return n > 0 && 10*n >= 9*c.filled() }

func (c *Column) all(n int) bool { return n > 0 && n == c.filled() }

// find gives the column with values that has one of the names, the best name
// first; -1 for none.
func (s *src) find(list names) int {
	for _, n := range list {
		for i, p := range s.plain {
			if p == n && s.t.Columns[i].filled() > 0 {
				return i
			}
		}
	}
	return -1
}

// findAll gives all columns with values that have one of the names.
func (s *src) findAll(list names) []int {
	var all []int
	for _, n := range list {
		for i, p := range s.plain {
			if p == n && s.t.Columns[i].filled() > 0 {
				all = append(all, i)
			}
		}
	}
	return all
}

func (s *src) has(list names) bool {
	for _, p := range s.plain {
		for _, n := range list {
			if p == n {
				return true
			}
		}
	}
	return false
}

// keywords can't be column names in expressions, and own words mean something
// else there.
const keywords = " in not and or let if else matches contains startsWith endsWith nil true false row params source item "

func isIdentifier(s string) bool {
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r)) {
			return false
		}
	}
	return s != "" && !strings.Contains(keywords, " "+s+" ")
}

// ref writes a column in an expression and notes what it is used for.
func (s *src) ref(i int, as string) string {
	if as != "" && s.used[i] == "" {
		s.used[i] = as
	}
	name := s.t.Columns[i].Name
	if s.again(i) {
		name = s.decl(i).name
	}
	if isIdentifier(name) {
		return name
	}
	return `row["` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"]`
}

// inRow is ref in the form that checks read columns in.
func (s *src) inRow(i int) string {
	x := s.ref(i, "")
	if !strings.HasPrefix(x, "row[") {
		x = `row["` + x + `"]`
	}
	return x
}

// again tells whether the header alone does not tell the column.
func (s *src) again(i int) bool {
	name := s.t.Columns[i].Name
	if name == "" || strings.ContainsAny(name, "\r\n\t") || strings.Contains(name, "#") {
		return true
	}
	for k, c := range s.t.Columns {
		if k != i && c.Name == name {
			return true
		}
	}
	return false
}

// decl gives the column's declaration, which is made when it is first asked for.
func (s *src) decl(i int) *decl {
	if d := s.decls[i]; d != nil {
		return d
	}
	c := s.t.Columns[i]
	d := &decl{name: c.Name}
	s.decls[i] = d
	s.order = append(s.order, i)
	if s.again(i) {
		d.name, d.at = fmt.Sprintf("column%d", i+1), i+1
		if c.Name != "" {
			d.comment = "headed " + shown(c.Name)
		}
	}
	s.empties(d, c)
	return d
}

// empties declares the words for nothing that the whole source does not.
func (s *src) empties(d *decl, c *Column) {
	var words []string
	for _, n := range c.Nulls {
		if !contains(s.empty, n.Text) && n.Text != c.Name {
			words = append(words, scalar(n.Text))
		}
	}
	if len(words) > 0 {
		d.keys = append(d.keys, "empty: ["+strings.Join(words, ", ")+"]")
	}
}

// value writes a column whose words for nothing are empty cells.
func (s *src) value(i int, as string) string {
	for _, n := range s.t.Columns[i].Nulls {
		if !contains(s.empty, n.Text) && n.Text != s.t.Columns[i].Name {
			s.decl(i)
		}
	}
	return s.ref(i, as)
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// typed declares the column's type; the first one stays.
func (s *src) typed(i int, kind Kind, word string, keys ...string) {
	d := s.decl(i)
	if d.kind != 0 {
		return
	}
	d.kind = kind
	d.keys = append(append([]string{"type: " + word}, keys...), d.keys...)
}

// number writes a column as a number; false where it is none.
func (s *src) number(i int, as string) (string, bool) {
	c := s.t.Columns[i]
	bits := c.Kind == Boolean && strings.Trim(c.Truthy+c.Falsy, "01") == ""
	if c.Kind != Integer && c.Kind != Decimal && !bits || c.Unclear {
		return "", false
	}
	word := "decimal"
	if (c.Kind == Integer || bits) && !c.Suffix && !moneyName().MatchString(c.Name) && as != "DEAL.amount" {
		word = "integer"
	}
	var keys []string
	if c.Decimals == ',' {
		keys = append(keys, `decimal: ","`)
	}
	if c.Group != 0 {
		keys = append(keys, "group: "+quoted(string(c.Group)))
	}
	if c.Strip {
		keys = append(keys, "strip: true")
	}
	if c.Suffix {
		keys = append(keys, "suffix: {K: 1000, M: 1000000, B: 1000000000}")
	}
	s.typed(i, c.Kind, word, keys...)
	return s.ref(i, as), true
}

// boolean writes a column as true or false, empty cells as false.
func (s *src) boolean(i int, as string) (string, bool) {
	c := s.t.Columns[i]
	var keys []string
	switch {
	case c.Kind == Boolean:
		t, f := strings.ToLower(c.Truthy), strings.ToLower(c.Falsy)
		if t != "" && !strings.Contains(" true yes 1 y t ", " "+t+" ") {
			keys = append(keys, "truthy: ["+scalar(c.Truthy)+"]")
		}
		if f != "" && !strings.Contains(" false no 0 n f ", " "+f+" ") {
			keys = append(keys, "falsy: ["+scalar(c.Falsy)+"]")
		}
		if len(keys) == 1 && c.Truthy != "" && c.Falsy != "" && strings.HasPrefix(keys[0], "truthy") && strings.Contains(" true yes 1 y t ", " "+f+" ") {
			keys = append(keys, "falsy: ["+scalar(c.Falsy)+"]")
		}
	case c.Kind == Integer && len(c.Values) == 1 && (c.Values[0].Text == "1" || c.Values[0].Text == "0"):
	default:
		return "", false
	}
	d := s.decl(i)
	if c.Empty > 0 || len(c.Nulls) > 0 {
		word := c.Falsy
		if word == "" {
			word = "false"
		}
		if !strings.Contains(" false no 0 n f ", " "+strings.ToLower(word)+" ") && c.Falsy == "" {
			word = "false"
		}
		keys = append(keys, "default: "+quoted(word))
		if d.comment == "" {
			d.comment = fmt.Sprintf("%s empty, taken as false", count(c.Empty, "cell is", "cells are"))
		}
	}
	s.typed(i, Boolean, "boolean", keys...)
	return s.ref(i, as), true
}

// formatKey writes the key format.
func formatKey(formats []string) []string {
	switch len(formats) {
	case 0:
		return nil
	case 1:
		if formats[0] == "iso" {
			return nil
		}
		return []string{"format: " + quoted(formats[0])}
	}
	var list []string
	for _, f := range formats {
		list = append(list, quoted(f))
	}
	return []string{"format: [" + strings.Join(list, ", ") + "]"}
}

// isDate tells whether the column holds dates whose order is known.
func (c *Column) isDate() bool {
	return (c.Kind == Date || c.Kind == DateTime) && len(c.Either) == 0
}

func (s *src) proof(i int) {
	c, d := s.t.Columns[i], s.decls[i]
	if c.OrderRow == 0 || d.comment != "" {
		return
	}
	order := "the month stands first"
	if c.DayFirst {
		order = "the day stands first"
	}
	d.comment = fmt.Sprintf("%s: row %d leaves no other reading", order, c.OrderRow)
}

// dateTime writes a column as an instant; false where it is none.
func (s *src) dateTime(i int, as string) (string, bool) {
	c := s.t.Columns[i]
	if !c.isDate() {
		return "", false
	}
	formats := c.Formats
	if c.Kind == Date && len(formats) == 0 {
		switch {
		case c.Longest <= 10:
			formats = []string{"%Y-%m-%d"}
		case c.Shortest <= 10:
			formats = []string{"iso", "%Y-%m-%d"}
		}
	}
	if d := s.decls[i]; d != nil && d.kind == Date {
		return "datetime(" + s.ref(i, as) + ")", true
	}
	s.typed(i, DateTime, "datetime", formatKey(formats)...)
	s.proof(i)
	return s.ref(i, as), true
}

// date writes a column as a calendar date; false where it is none.
func (s *src) date(i int, as string) (string, bool) {
	c := s.t.Columns[i]
	if !c.isDate() {
		return "", false
	}
	if c.Kind == DateTime {
		return s.dateTime(i, as)
	}
	s.typed(i, Date, "date", formatKey(c.Formats)...)
	s.proof(i)
	return s.ref(i, as), true
}

// count writes a number of things.
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return thousands(n) + " " + many
}

// thousands writes a number with commas, as people read it.
func thousands(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
