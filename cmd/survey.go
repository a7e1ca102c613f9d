package cmd

import (
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
	found  []*starter.Table
	specs  map[*starter.Table]source.Spec
	unread []unread
	err    error // of a second reading
}

// unread is a file that can't be read.
type unread struct {
	name string
	err  error
}

// read profiles a file, each table of a workbook on its own. What can't be read
// is noted; the error is that of a run that must end.
func (s *survey) read(name string) error {
	list, err := s.tables(source.Spec{Files: []string{filepath.ToSlash(name)}})
	if err != nil {
		list = []located{{err: err}}
	}
	for _, one := range list {
		var t *starter.Table
		spec, err := one.spec, one.err
		if err == nil {
			t, spec, err = s.profiled(spec)
		}
		if err != nil {
			if s.p.ctx.Err() != nil {
				return err
			}
			s.unread = append(s.unread, unread{filepath.ToSlash(name), err})
			continue
		}
		t.Files = []string{s.relative(name)}
		spec.Footer, t.Sheet = t.Footer, spec.Sheet
		s.found = append(s.found, t)
		s.specs[t] = spec
	}
	return nil
}

func (s *survey) open(spec source.Spec) (*source.Table, error) {
	return source.Open(spec, s.opt)
}

// profiled profiles a table whose header was found. The file is read once: the
// header was looked for in its first rows alone.
func (s *survey) profiled(spec source.Spec) (*starter.Table, source.Spec, error) {
	if spec.Header == 0 {
		if t, bare, err := s.whole(spec); err == nil {
			return t, bare, nil
		}
		spec.Header = 1
	}
	return s.whole(spec)
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
	table := &starter.Table{Name: name, Rows: facts.Rows, Ragged: facts.Ragged, Short: facts.Short, ShortRow: facts.ShortRow}
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
