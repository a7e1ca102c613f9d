package starter

import (
	"fmt"
	"math/bits"
	"strings"
)

// hits says how many values of one column are in another.
type hits struct {
	rows, all int  // cells that match, of all that hold a value
	fold      bool // more match without regard to case
	about     bool // counted in a part of the values
	short     bool // ids of 15 characters meet ids of 18
}

func (h hits) part() float64 {
	if h.all == 0 {
		return 0
	}
	return float64(h.rows) / float64(h.all)
}

func (h hits) String() string {
	s := ""
	if h.about {
		s = "about "
	}
	return s + thousands(h.rows) + " of " + thousands(h.all)
}

// match counts the cells of a whose values are among those of b.
func match(a, b *Column) hits { return matchKeys(a, b.Keys, b.Level) }

func matchKeys(a *Column, keys []Key, level int) hits {
	level = max(level, a.Level)
	exact, fold := map[string]bool{}, map[string]bool{}
	short := map[string]bool{}
	for _, k := range keys {
		if bits.LeadingZeros64(k.Rank) < level && level > 0 {
			continue
		}
		exact[k.Text] = true
		fold[strings.ToLower(k.Text)] = true
		if len(k.Text) == 18 || len(k.Text) == 15 {
			short[k.Text[:15]] = true
		}
	}
	var h hits
	same, folded, cut := 0, 0, 0
	for _, k := range a.Keys {
		if bits.LeadingZeros64(k.Rank) < level && level > 0 {
			continue
		}
		h.all += k.Count
		if exact[k.Text] {
			same += k.Count
		}
		if fold[strings.ToLower(k.Text)] {
			folded += k.Count
		}
		if (len(k.Text) == 18 || len(k.Text) == 15) && short[k.Text[:15]] {
			cut += k.Count
		}
	}
	h.rows = same
	h.about = level > 0
	switch {
	case cut > max(same, folded) && a.Salesforce15+a.Salesforce18 > 0:
		h.rows, h.short = cut, true
	case folded > same:
		h.rows, h.fold = folded, true
	}
	return h
}

// both joins the facts of one column in two files. What can't be known without
// reading again is taken with care: the type stays only if both agree on it.
func both(a, b *Column) *Column {
	if a.Filled == 0 {
		c := *b
		c.Empty += a.Empty
		return &c
	}
	if b.Filled == 0 {
		c := *a
		c.Empty += b.Empty
		return &c
	}
	c := *a
	c.Filled += b.Filled
	c.Empty += b.Empty
	if a.Kind != b.Kind || strings.Join(a.Formats, "\n") != strings.Join(b.Formats, "\n") || a.Decimals != b.Decimals || a.Group != b.Group || a.Strip != b.Strip {
		switch {
		case a.Kind == Integer && b.Kind == Decimal && a.Group == 0 && !a.Strip:
			c.Kind, c.Decimals, c.Group, c.Strip, c.Suffix = Decimal, b.Decimals, b.Group, b.Strip, b.Suffix
		case b.Kind == Integer && a.Kind == Decimal && b.Group == 0 && !b.Strip:
		default:
			c.Kind, c.Formats, c.Either = Text, nil, nil
		}
	}
	if (a.OrderRow == 0) != (b.OrderRow == 0) || a.DayFirst != b.DayFirst {
		if len(a.Either)+len(b.Either) > 0 || a.OrderRow > 0 && b.OrderRow > 0 {
			c.Kind, c.Formats, c.Either = Text, nil, nil
		}
	}
	for _, n := range b.Nulls {
		if !hasCount(c.Nulls, n.Text) {
			c.Nulls = append(c.Nulls[:len(c.Nulls):len(c.Nulls)], n)
			continue
		}
		c.Nulls = append([]Count(nil), c.Nulls...)
		for i := range c.Nulls {
			if c.Nulls[i].Text == n.Text {
				c.Nulls[i].Count += n.Count
			}
		}
	}
	c.Level = max(a.Level, b.Level)
	c.Keys = nil
	at := map[string]int{}
	for _, k := range append(append([]Key(nil), a.Keys...), b.Keys...) {
		if c.Level > 0 && bits.LeadingZeros64(k.Rank) < c.Level {
			continue
		}
		if i, ok := at[k.Text]; ok {
			c.Keys[i].Count += k.Count
			continue
		}
		at[k.Text] = len(c.Keys)
		c.Keys = append(c.Keys, k)
	}
	c.Exact = c.Level == 0
	c.Distinct = len(c.Keys) << c.Level
	c.Unique = true
	for _, k := range c.Keys {
		c.Unique = c.Unique && k.Count == 1
	}
	c.Values = nil
	if c.Exact && len(c.Keys) <= 1000 {
		for _, k := range c.Keys {
			c.Values = append(c.Values, Count{k.Text, k.Count})
		}
	}
	c.Shortest, c.Longest = min(a.Shortest, b.Shortest), max(a.Longest, b.Longest)
	c.Email, c.URL, c.Host, c.Phone = a.Email+b.Email, a.URL+b.URL, a.Host+b.Host, a.Phone+b.Phone
	c.Salesforce15, c.Salesforce18, c.GUID = a.Salesforce15+b.Salesforce15, a.Salesforce18+b.Salesforce18, a.GUID+b.GUID
	c.Digits, c.LeadingZero, c.Legal, c.Code = a.Digits+b.Digits, a.LeadingZero+b.LeadingZero, a.Legal+b.Legal, a.Code+b.Code
	c.Multiline, c.Errors, c.Damaged = a.Multiline+b.Multiline, a.Errors+b.Errors, a.Damaged+b.Damaged
	return &c
}

func hasCount(list []Count, s string) bool {
	for _, n := range list {
		if n.Text == s {
			return true
		}
	}
	return false
}

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

// reference finds the expression of a reference from s to the records of the
// role, in the columns with the given names; "" where there is none. The comment
// says what was found.
func (b *builder) reference(s *src, to role, as string, lists ...names) (x, comment string) {
	t := b.byRole[to]
	var cands []int
	for _, l := range lists {
		for _, i := range s.findAll(l) {
			if !containsInt(cands, i) && !(s.idCol == i && s.role == to) {
				cands = append(cands, i)
			}
		}
	}
	if t == nil || t.idExpr == "" {
		return b.unresolved(s, t, to, as, cands)
	}
	type option struct {
		col, key int
		h        hits
		full     bool // by first and last name together
		host     bool
	}
	var best option
	best.col = -1
	take := func(o option) {
		if o.h.rows > 0 && (best.col < 0 || o.h.part() > best.h.part()*1.2 || o.h.part() > best.h.part() && o.key == t.idCol) {
			best = o
		}
	}
	var fullNames *Column
	if to == users || to == contacts {
		fullNames = b.fullNames(t)
	}
	for _, i := range cands {
		c := s.t.Columns[i]
		if t.idCol >= 0 {
			take(option{col: i, key: t.idCol, h: match(c, t.t.Columns[t.idCol])})
		}
		for _, k := range b.namedBy(t) {
			if k != t.idCol {
				take(option{col: i, key: k, h: match(c, t.t.Columns[k])})
			}
		}
		if fullNames != nil {
			take(option{col: i, key: -1, h: match(c, fullNames), full: true})
		}
	}
	if best.col < 0 {
		return b.unmatched(s, t, as, cands)
	}
	c := s.t.Columns[best.col]
	if best.key == t.idCol && !best.h.fold {
		comment = fmt.Sprintf("%s matches %s ids in %s", c.Name, best.h, t.name)
		if best.h.short {
			comment += ", 15 against 18 characters"
		}
		if best.h.rows == best.h.all {
			comment = fmt.Sprintf("all %s match ids in %s", count(best.h.all, "value", "values"), t.name)
		}
		return b.id(s, best.col, as), comment
	}
	if best.h.part() < 0.2 && best.h.rows < 20 {
		return b.unmatched(s, t, as, cands)
	}
	key := "first and last name"
	if !best.full {
		key = t.t.Columns[best.key].Name
	}
	comment = fmt.Sprintf("%s matches %s by %s in %s", c.Name, best.h, key, t.name)
	if len(t.idParts) == 1 && t.idParts[0] == best.key && !best.h.fold {
		return strings.Replace(t.idExpr, t.ref(best.key, ""), s.value(best.col, as), 1), comment
	}
	return b.lookup(s, t, to, best.col, best.key, best.h.fold, as), comment
}

// lookup declares a lookup of t's id by another column and calls it.
func (b *builder) lookup(s, t *src, to role, col, key int, fold bool, as string) string {
	by, what, many := "", "Name", true
	if key < 0 {
		first, last := t.find(nameFirst), t.find(nameLast)
		by = "join([" + t.ref(first, "") + ", " + t.ref(last, "") + `], " ")`
	} else {
		by = t.value(key, "")
		c := t.t.Columns[key]
		many = !c.Unique
		switch {
		case c.most(c.Email):
			what = "Email"
		case c.most(c.Host + c.URL):
			what = "Domain"
		}
	}
	x := s.value(col, as)
	if fold {
		by, x = "lower("+by+")", "lower("+x+")"
	}
	name := map[role]string{users: "user", accounts: "account", contacts: "contact", deals: "deal", leads: "lead", stages: "stage"}[to] + "By" + what
	if !b.lookups[name] {
		b.lookups[name] = true
		l := fmt.Sprintf("%s: {from: %s, key: %s, value: %s", name, t.name, expr(by), expr(t.idExpr))
		if many {
			l += ", onMany: first"
		}
		l += "}"
		if many {
			l += "   # of several with one " + strings.ToLower(what) + " the first"
		}
		b.lookupLines = append(b.lookupLines, l)
	}
	return name + "(" + x + ")"
}

// namedBy are the columns by which people name a record.
func (b *builder) namedBy(t *src) []int {
	var all []int
	add := func(l names) {
		for _, i := range t.findAll(l) {
			c := t.t.Columns[i]
			if !containsInt(all, i) && 5*c.Distinct >= 4*c.filled() {
				all = append(all, i)
			}
		}
	}
	switch t.role {
	case users:
		add(nameUserName)
		add(nameUserEmail)
		add(split("alias username activeuserid userid"))
	case accounts:
		add(nameAccountName)
		add(nameWebsite)
	case contacts, leads:
		add(nameEmail)
		add(nameFull)
	case deals:
		add(nameDealName)
	case stages:
		add(nameLabel)
	}
	return all
}

// fullNames is the column that first and last name together would make; nil
// where there is none.
func (b *builder) fullNames(t *src) *Column {
	first, last := t.find(nameFirst), t.find(nameLast)
	if first < 0 || last < 0 || b.opt.Tuples == nil {
		return nil
	}
	list, ok := b.opt.Tuples(t.t, []int{first, last}, 20_000)
	if !ok {
		return nil
	}
	c := &Column{}
	for _, u := range list {
		c.Keys = append(c.Keys, Key{Text: strings.TrimSpace(u.Texts[0] + " " + u.Texts[1]), Count: u.Count, Rank: 0})
	}
	return c
}

// unresolved writes a reference to records that no file holds.
func (b *builder) unresolved(s, t *src, to role, as string, cands []int) (x, comment string) {
	for _, i := range cands {
		c := s.t.Columns[i]
		if to == users && c.most(c.Email) {
			b.mailOwners = append(b.mailOwners, mailOwner{s, i})
			return "email(" + s.value(i, as) + ")", "the e-mail address is the user's id"
		}
		if looksLikeID(c, s.plain[i]) {
			return b.id(s, i, as), "no file of " + string(to) + " to compare with"
		}
	}
	return "", ""
}

// unmatched writes a reference whose ids are in no row of the target.
func (b *builder) unmatched(s, t *src, as string, cands []int) (x, comment string) {
	for _, i := range cands {
		c := s.t.Columns[i]
		if looksLikeID(c, s.plain[i]) {
			b.open("%s of %s matches none of the ids in %s: the rows refer to records that the export lacks", c.Name, s.t.file(), t.t.file())
			return b.id(s, i, as), fmt.Sprintf("none of %s is an id in %s", count(c.filled(), "value", "values"), t.name)
		}
	}
	if len(cands) > 0 {
		c := s.t.Columns[cands[0]]
		s.notes = append(s.notes, fmt.Sprintf("%s: no column of %s has its values, so it refers to nothing", c.Name, t.name))
	}
	return "", ""
}

// looksLikeID tells ids from names, by shape and header.
func looksLikeID(c *Column, name string) bool {
	switch {
	case c.most(c.Salesforce18), c.most(c.Salesforce15), c.most(c.GUID), odataID(c):
		return true
	}
	return (strings.HasSuffix(name, "id") || strings.HasSuffix(name, "ids") || strings.HasSuffix(name, "idvalue")) && c.Longest <= 64 && !spaced(c)
}

// spaced tells whether the column's texts have blanks, as names do.
func spaced(c *Column) bool {
	for _, s := range c.Samples {
		if strings.Contains(s, " ") {
			return true
		}
	}
	return false
}

func containsInt(list []int, n int) bool {
	for _, x := range list {
		if x == n {
			return true
		}
	}
	return false
}
