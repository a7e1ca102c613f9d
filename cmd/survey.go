package cmd

import (
	"errors"
	"path/filepath"
	"strings"

	"crm2gong/mapping/starter"
	"crm2gong/transform/profile"
	"crm2gong/transform/source"
)

// survey reads exports for init.
type survey struct {
	p      *program
	opt    source.Options
	base   string // the mapping's folder, absolute
	tables []*starter.Table
	specs  map[*starter.Table]source.Spec
	unread []unread
	err    error // of a second reading
}

// unread is a file that can't be read.
type unread struct {
	name string
	err  error
}

// headerRows is how many rows are tried as the header.
const headerRows = 12

// read profiles a file, each visible sheet of a workbook as a table. What can't
// be read is noted; the error is that of a run that must end.
func (s *survey) read(name string) error {
	spec := source.Spec{Files: []string{filepath.ToSlash(name)}, Header: 1}
	sheets, err := s.sheets(spec)
	if err != nil {
		s.unread = append(s.unread, unread{filepath.ToSlash(name), err})
		return s.p.ctx.Err()
	}
	for _, sheet := range sheets {
		spec.Sheet = sheet
		t, best, err := s.bestHeader(spec)
		if err != nil {
			if s.p.ctx.Err() != nil {
				return err
			}
			s.unread = append(s.unread, unread{filepath.ToSlash(name), err})
			continue
		}
		t.Files = []string{s.relative(name)}
		best.Footer = t.Footer
		if len(sheets) > 1 {
			t.Sheet = sheet
		}
		s.tables = append(s.tables, t)
		s.specs[t] = best
	}
	return nil
}

// sheets gives the visible sheets of a workbook, "" for other files.
func (s *survey) sheets(spec source.Spec) ([]string, error) {
	var list []source.Sheet
	var last error
	for spec.Header = 1; spec.Header <= headerRows; spec.Header++ {
		t, err := s.open(spec)
		if err != nil {
			if isBadText(err) {
				return []string{""}, nil // a text, in another encoding
			}
			last = err
			var e *source.Error
			if errors.As(err, &e) && strings.Contains(e.Message, "header") {
				continue
			}
			break
		}
		list, last = t.Files()[0].Sheets, nil
		t.Close()
		break
	}
	if last != nil && list == nil {
		spec.Header = 0 // the error may be about the header alone
		if t, err := s.open(spec); err == nil {
			list = t.Files()[0].Sheets
			t.Close()
		} else {
			return nil, last
		}
	}
	var names []string
	for _, sh := range list {
		if !sh.Hidden {
			names = append(names, sh.Name)
		}
	}
	if len(names) < 2 {
		return []string{""}, nil
	}
	return names, nil
}

func (s *survey) open(spec source.Spec) (*source.Table, error) {
	return source.Open(spec, s.opt)
}

// bestHeader profiles a table, with the header in the first row that can be
// one, and with another encoding where the text is not UTF-8. Headers are tried
// on the first rows alone, so that a large file is read once.
func (s *survey) bestHeader(spec source.Spec) (*starter.Table, source.Spec, error) {
	spec, err := s.findHeader(spec)
	if err != nil {
		return nil, spec, err
	}
	if spec.Header == 0 {
		if t, bare, err := s.whole(spec); err == nil {
			return t, bare, nil
		}
		spec.Header = 1
	}
	return s.whole(spec)
}

// findHeader gives the layout with the row of the header: the first that can be
// one, below a title if there is one, or 0 where the first row holds data. It
// reads the first rows alone.
func (s *survey) findHeader(spec source.Spec) (source.Spec, error) {
	var last error
	for spec.Header = 1; spec.Header <= headerRows; spec.Header++ {
		t, err := s.peek(spec)
		if err != nil && spec.Encoding == "" && isBadText(err) {
			spec.Encoding = "windows-1252"
			if t, err = s.peek(spec); err != nil {
				spec.Encoding = ""
			}
		}
		if err != nil {
			last = err
			var e *source.Error
			if errors.As(err, &e) && strings.Contains(e.Message, "header") {
				continue
			}
			return spec, err
		}
		switch {
		case spec.Header == 1 && looksLikeData(t):
			spec.Header = 0
		case spec.Header < headerRows && isTitle(t):
			if below, ok := s.below(spec); ok {
				spec = below
			}
		}
		return spec, nil
	}
	return spec, last
}

// whole profiles a table, in another encoding where its text is not UTF-8.
func (s *survey) whole(spec source.Spec) (*starter.Table, source.Spec, error) {
	t, err := s.profile(spec)
	if err != nil && spec.Encoding == "" && isBadText(err) {
		other := spec
		other.Encoding = "windows-1252"
		if again, failed := s.profile(other); failed == nil {
			t, spec, err = again, other, nil
		}
	}
	if err != nil {
		return nil, spec, err
	}
	if t.Header, t.Encoding = spec.Header, spec.Encoding; spec.Header == 0 {
		t.Header = -1
	}
	return t, spec, nil
}

// below looks for a header under a title.
func (s *survey) below(spec source.Spec) (source.Spec, bool) {
	for spec.Header++; spec.Header <= headerRows; spec.Header++ {
		if t, err := s.peek(spec); err == nil && !isTitle(t) && t.Rows > 0 {
			return spec, true
		}
	}
	return spec, false
}

// peek reads the header and the first block of rows.
func (s *survey) peek(spec source.Spec) (*starter.Table, error) {
	t, err := s.open(spec)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	table := &starter.Table{}
	for _, name := range t.Header() {
		table.Columns = append(table.Columns, &starter.Column{Name: name})
	}
	var b source.Block
	if more, err := t.Next(&b); err != nil || !more {
		return table, err
	}
	var rows source.Rows
	t.Rows(&b, &rows)
	for rows.Next() {
		table.Rows++
		if rows.Ragged > 0 {
			table.Ragged++
		}
	}
	return table, rows.Err()
}

func isBadText(err error) bool {
	var e *source.Error
	return errors.As(err, &e) && strings.Contains(strings.ToLower(e.Message+e.Hint), "windows-1252")
}

// isTitle tells a first row that names few of the columns below it.
func isTitle(t *starter.Table) bool {
	named := 0
	for _, c := range t.Columns {
		if c.Name != "" {
			named++
		}
	}
	return t.Ragged > 0 && 2*t.Ragged > t.Rows || 2*named < len(t.Columns) && named < 3
}

// looksLikeData tells a first row of values instead of names.
func looksLikeData(t *starter.Table) bool {
	values := 0
	for _, c := range t.Columns {
		n := c.Name
		if n == "" {
			continue
		}
		if strings.Count(n, "@") == 1 && strings.Contains(n, ".") && !strings.Contains(n, " ") {
			return true
		}
		if strings.Trim(n, "0123456789.,:-/ ") == "" {
			values++
		}
	}
	return 3*values > len(t.Columns) && values > 0
}

func (s *survey) profile(spec source.Spec) (*starter.Table, error) {
	t, err := s.open(spec)
	if err != nil {
		return nil, err
	}
	defer t.Close()
	facts, err := profile.Read(s.p.ctx, t, 0)
	if err != nil {
		return nil, err
	}
	if n := facts.FooterRows; n > 0 && spec.Footer == 0 {
		spec.Footer = n
		with, err := s.profile(spec)
		if err != nil {
			return nil, err
		}
		with.Footer, with.FooterText = n, facts.Footer[0]
		return with, nil
	}
	name := filepath.Base(spec.Files[0])
	name, _, _ = strings.Cut(name, ".csv")
	for {
		ext := filepath.Ext(name)
		if ext == "" || len(ext) > 7 || !isExport("x"+ext) && ext != ".gz" && ext != ".zst" {
			break
		}
		name = strings.TrimSuffix(name, ext)
	}
	if spec.Sheet != "" {
		name = spec.Sheet
	}
	table := &starter.Table{Name: name, Rows: facts.Rows, Ragged: facts.Ragged}
	if f := t.Files()[0]; f.Format != "xlsx" && f.Format != "ldjson" && !isExport(spec.Files[0]) {
		table.Format = f.Format
	}
	for _, c := range facts.Columns {
		table.Columns = append(table.Columns, starterColumn(c))
	}
	return table, nil
}

// relative names a file from the mapping's folder.
func (s *survey) relative(name string) string {
	if abs, err := filepath.Abs(name); err == nil {
		if rel, err := filepath.Rel(s.base, abs); err == nil {
			return filepath.ToSlash(rel)
		}
		name = abs
	}
	return filepath.ToSlash(name)
}

// tuples reads a table again for combinations of texts. Tables of several files
// are read file by file.
func (s *survey) tuples(t *starter.Table, columns []int, limit int) ([]starter.Tuple, bool) {
	spec, ok := s.specs[t]
	if !ok {
		for known, sp := range s.specs { // a table joined of several
			if len(t.Files) > 0 && known.Files[0] == t.Files[0] && known.Sheet == t.Sheet {
				spec, ok = sp, true
			}
		}
		spec.Files = nil
		for _, f := range t.Files {
			spec.Files = append(spec.Files, filepath.ToSlash(filepath.Join(s.base, filepath.FromSlash(f))))
		}
	}
	if !ok || s.err != nil {
		return nil, false
	}
	table, err := s.open(spec)
	if err != nil {
		s.err = err
		return nil, false
	}
	defer table.Close()
	list, ok, err := profile.Tuples(s.p.ctx, table, columns, limit, 0)
	if err != nil {
		s.err = err
		return nil, false
	}
	out := make([]starter.Tuple, len(list))
	for i, x := range list {
		out[i] = starter.Tuple{Texts: x.Texts, Count: x.Count}
	}
	return out, ok
}

var starterKinds = [...]starter.Kind{
	profile.Empty: starter.Empty, profile.Text: starter.Text, profile.Integer: starter.Integer, profile.Decimal: starter.Decimal,
	profile.Boolean: starter.Boolean, profile.Date: starter.Date, profile.DateTime: starter.DateTime, profile.List: starter.List,
}

// starterColumn hands the facts about a column on.
func starterColumn(c *profile.Column) *starter.Column {
	n := &c.Shapes
	out := &starter.Column{
		Name: c.Name, Kind: starterKinds[c.Kind], Filled: c.Filled, Empty: c.Empty,
		Formats: c.Formats, Either: c.Either, OrderRow: c.OrderRow, DayFirst: c.Order == profile.DayFirst, MixedRow: c.OtherRow,
		Decimals: c.Decimals, Group: c.Group, Strip: c.Strip, Suffix: c.Suffix, Unclear: c.Unclear, Money: c.Money,
		Truthy: c.Truthy, Falsy: c.Falsy, Separator: c.Separator,
		Distinct: c.Distinct, Exact: c.Exact, Unique: c.Unique, Shortest: c.Shortest, Longest: c.Longest, Samples: c.Samples, Level: c.Level,
		Email: n.Email, URL: n.URL, Host: n.Host, Phone: n.Phone, Salesforce15: n.Salesforce15, Salesforce18: n.Salesforce18,
		GUID: n.GUID, Digits: n.Digits, LeadingZero: n.LeadingZero, Legal: n.Legal, Code: n.Code, Multiline: n.Multiline,
		Errors: c.Errors, ErrorRow: c.ErrorRow, Damaged: c.Damaged,
	}
	if n := c.Nearly; n != nil {
		out.Near, out.Misses, out.Miss, out.MissRow = starterColumn(n), n.Misses, n.Miss, n.MissRow
	}
	for _, v := range c.Nulls {
		out.Nulls = append(out.Nulls, starter.Count(v))
	}
	for _, v := range c.Values {
		out.Values = append(out.Values, starter.Count(v))
	}
	for _, k := range c.Keys {
		out.Keys = append(out.Keys, starter.Key(k))
	}
	return out
}
