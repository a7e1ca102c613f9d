package starter

import "strings"

// unifyIDs finds the columns of ids, and whether Salesforce ids of both lengths
// are among them.
func (b *builder) unifyIDs() {
	short, long := false, false
	for _, s := range b.sources {
		s.idCol = s.find(idNames[s.role])
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
			if 10*c.Distinct < 9*c.filled() && plain(c.Name) != "id" {
				s.idCol = -1 // the id of another record
			}
		}
		for _, c := range s.t.Columns {
			short = short || c.all(c.Salesforce15) && c.Salesforce15 > 0
			long = long || c.most(c.Salesforce18)
		}
	}
	b.longIDs = short && long
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
	switch {
	case c.Kind == List:
		return "safeId(first(split(" + x + ", " + literal(c.Separator) + ")))"
	case b.longIDs && c.all(c.Salesforce15):
		return "sfid18(" + x + ")"
	case c.Legal >= c.filled():
		return x
	case c.most(c.GUID):
		return "replacePattern(" + x + ", `[{}]`, \"\")"
	case odataID(c):
		return "extract(" + x + ", `\\(([0-9A-Za-z-]+)\\)`)"
	}
	return "safeId(" + x + ")"
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
