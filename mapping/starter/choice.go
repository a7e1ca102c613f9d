package starter

import "strings"

// isChoice tells a column of few texts to choose from, which is none of names
// or of figures: those grow with every export.
func (b *builder) isChoice(s *src, i int) bool {
	c := s.t.Columns[i]
	if c.Kind != Text || c.Values == nil || len(c.Values) > 50 || 2*len(c.Values) > c.filled() || c.Longest > 100 {
		return false
	}
	return !c.figures() && !b.names(s, i)
}

// figures tells texts that are mostly amounts, in whatever form.
func (c *Column) figures() bool {
	n := 0
	for _, v := range c.Values {
		if strings.ContainsAny(v.Text, "0123456789") && strings.Trim(v.Text, "0123456789.,' \u00a0\u202fKkMm€$£¥") == "" {
			n += v.Count
		}
	}
	return 2*n > c.filled()
}

// nameOfPeople are headers of columns that name somebody, besides the fields of
// the records themselves.
var nameOfPeople = split("creator createdby modifiedby lastmodifiedby manager reportsto organizationowner primarycontact contactperson")

var nameParent = split("parentaccount parentaccountname parentcompany parentcompanyname parentorganization parentorganisation parentcustomer")

// names tells whether a column names people or companies: by its header, or
// since half of its texts or more are names of records that are there.
func (b *builder) names(s *src, i int) bool {
	for _, l := range []names{nameFull, nameFirst, nameLast, nameAccountName, nameAccountRef, nameOwner, nameOfPeople, nameParent, nameDealContact} {
		if contains(l, s.plain[i]) {
			return true
		}
	}
	c := s.t.Columns[i]
	for r, l := range map[role]names{users: nameUserName, contacts: nameFull, accounts: nameAccountName} {
		t := b.byRole[r]
		if t == nil || t.name == "" {
			continue
		}
		for _, k := range t.findAll(l) {
			if (t != s || k != i) && match(c, t.t.Columns[k]).part() >= 0.5 {
				return true
			}
		}
		if r != accounts {
			if full := b.fullNames(t); full != nil && match(c, full).part() >= 0.5 {
				return true
			}
		}
	}
	return false
}

// choice writes a column of texts for a custom field: what CRMs write for an
// empty box is empty, while other such words, as NA, may well be values.
func (s *src) choice(i int, as string) string {
	var words []string
	for _, n := range s.t.Columns[i].Nulls {
		if strings.EqualFold(strings.Trim(n.Text, "-"), "none") && strings.HasPrefix(n.Text, "-") {
			words = append(words, scalar(n.Text))
		}
	}
	if len(words) > 0 && s.decls[i] == nil {
		s.decl(i).keys = []string{"empty: [" + strings.Join(words, ", ") + "]"}
	}
	return s.ref(i, as)
}
