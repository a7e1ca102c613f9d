package starter

import (
	"sort"
	"strings"

	"crm2gong/mapping/lazy"
)

// unifyIDs finds the columns of ids, and whether Salesforce ids of both lengths
// are among them.
func (b *builder) unifyIDs() {
	short, long := false, false
	for _, s := range b.sources {
		s.idCol = s.find(idNames[s.role])
		if s.idCol >= 0 && spaced(s.t.Columns[s.idCol]) && !strings.HasSuffix(s.plain[s.idCol], "id") {
			s.idCol = -1 // names
		}
		if s.idCol < 0 {
			for i, c := range s.t.Columns {
				if strings.HasPrefix(c.Name, "(Do Not Modify) ") && c.most(c.GUID) {
					s.idCol = i
				}
			}
		}
		if s.idCol < 0 && idNames[s.role] != nil && s.role != stages {
			s.idCol = s.guessID()
		}
		if i := s.idCol; i >= 0 && !s.t.Columns[i].Unique && s.role != users && s.role != stages {
			c := s.t.Columns[i]
			own := plain(c.Name) == "id" || contains(ownIDs[s.role], s.plain[i]) && looksLikeID(c, s.plain[i])
			if 10*c.Distinct < 9*c.filled() && !own {
				s.idCol = -1 // the id of another record
			}
		}
		for _, c := range s.t.Columns {
			short = short || c.all(c.Salesforce15) && c.Salesforce15 > 0
			long = long || c.most(c.Salesforce18)
		}
	}
	b.longIDs = short && long
	b.prefixes = map[string]bool{}
	for _, s := range b.sources {
		if s.idCol >= 0 {
			if p := commonPrefix(s.t.Columns[s.idCol]); p != "" {
				b.prefixes[p] = true
			}
		}
	}
}

var (
	idPrefix   = lazy.Regexp(`^([A-Za-z]{1,12}_)[0-9A-Za-z-]+$`)
	scientific = lazy.Regexp(`^[0-9][.,][0-9]+[Ee]\+?[0-9]+$`)
)

// commonPrefix is a word with an underscore that nearly all ids of a column
// begin with, such as zcrm_, when the rest of them is legal and tells them apart.
func commonPrefix(c *Column) string {
	prefix, with, all := "", 0, 0
	rest := map[string]bool{}
	for _, k := range c.Keys {
		all++
		text := k.Text
		if m := idPrefix().FindStringSubmatch(text); m != nil && (prefix == "" || m[1] == prefix) {
			prefix = m[1]
			with++
			text = text[len(prefix):]
		}
		if rest[text] {
			return ""
		}
		rest[text] = true
	}
	if 5*with < 4*all {
		return ""
	}
	return prefix
}

// prefixed tells whether ids of the column begin with what is taken off.
func (b *builder) prefixed(c *Column) bool {
	for _, k := range c.Keys {
		if m := idPrefix().FindStringSubmatch(k.Text); m != nil && b.prefixes[m[1]] {
			return true
		}
	}
	return false
}

// bare declares the function that takes the prefixes off ids.
func (b *builder) bare() string {
	var list []string
	for p := range b.prefixes {
		list = append(list, p)
	}
	sort.Strings(list)
	pattern := strings.Join(list, "|")
	if len(list) > 1 {
		pattern = "(" + pattern + ")"
	}
	line := "bare: {of: [id], value: 'replacePattern(id, \"^" + pattern + "\", \"\")'}   # Gong takes no underscore in ids; the rest of each is enough"
	if !contains(b.functions, line) {
		b.functions = append(b.functions, line)
	}
	return "bare"
}

// damaged counts the ids of a column that a spreadsheet has written as rounded
// numbers; those known, where not all are.
func damaged(c *Column) (cells int, example string) {
	for _, k := range c.Keys {
		if scientific().MatchString(k.Text) {
			if cells == 0 {
				example = k.Text
			}
			cells += k.Count
		}
	}
	return cells, example
}

// guessID takes the first column of ids without a known name.
func (s *src) guessID() int {
	for i, c := range s.t.Columns {
		p := s.plain[i]
		idLike := strings.HasSuffix(p, "id") || strings.HasSuffix(p, "nr") || strings.HasSuffix(p, "nummer") || strings.HasSuffix(p, "number") || strings.HasSuffix(p, "code") || strings.HasSuffix(p, "key") || c.most(c.GUID) || c.most(c.Salesforce18)
		if idLike && c.Unique && c.Empty == 0 && len(c.Nulls) == 0 && c.filled() > 0 && c.Longest <= 64 && !c.most(c.Email) && !strings.Contains(p, "phone") && !strings.Contains(p, "telefon") && c.Kind != Decimal {
			return i
		}
	}
	return -1
}

// id writes a column of ids so that it is a legal objectId; the same for a
// record's own id and for references to it.
func (b *builder) id(s *src, i int, as string) string {
	c := s.t.Columns[i]
	x := s.value(i, as)
	lost, _ := damaged(c)
	switch {
	case b.prefixed(c):
		return b.bare() + "(" + x + ")"
	case c.Kind == List && !pieces(c) || c.Kind == Text && len(c.Keys) > 0 && several(c) && !pieces(c):
		return "safeId(first(split(" + x + ", \";\")))"
	case several(c):
		return "first(split(" + x + ", \";\"))"
	case b.longIDs && c.all(c.Salesforce15):
		return "sfid18(" + x + ")"
	case c.Legal >= c.filled() || c.Legal+lost >= c.filled():
		return x
	case c.most(c.GUID):
		return "replacePattern(" + x + ", `[{}]`, \"\")"
	case odataID(c):
		return "extract(" + x + ", `\\(([0-9A-Za-z-]+)\\)`)"
	}
	return "safeId(" + x + ")"
}

// several tells whether cells of the column hold several ids with semicolons
// between them.
func several(c *Column) bool {
	if c.Kind == List {
		return true
	}
	for _, k := range c.Keys {
		if strings.Contains(k.Text, ";") && !strings.ContainsAny(k.Text, " /=+") {
			return true
		}
	}
	return false
}

var legalID = lazy.Regexp(`^[0-9A-Za-z-]{1,64}$`)

// pieces tells whether all ids in the column's cells are legal.
func pieces(c *Column) bool {
	for _, k := range c.Keys {
		for _, p := range strings.Split(k.Text, ";") {
			if !legalID().MatchString(p) && !scientific().MatchString(p) {
				return false
			}
		}
	}
	return true
}

// odataID tells texts such as contacts(4f59ed0d-…).
func odataID(c *Column) bool {
	for _, k := range c.Keys {
		open := strings.IndexByte(k.Text, '(')
		if open < 1 || !strings.HasSuffix(k.Text, ")") || len(k.Text)-open < 10 || strings.Trim(k.Text[open+1:len(k.Text)-1], "0123456789abcdefABCDEF-") != "" {
			return false
		}
	}
	return len(c.Keys) > 0
}
