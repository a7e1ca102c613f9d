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

// keyIndex holds the texts of a column, or of a part of them, for comparing.
type keyIndex struct{ exact, fold, short map[string]bool }

// index gives the texts whose rank begins with so many zero bits. It is made
// once, since most columns are compared with the same few.
func (c *Column) index(level int) *keyIndex {
	if x := c.indexes[level]; x != nil {
		return x
	}
	x := &keyIndex{map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for _, k := range c.Keys {
		if bits.LeadingZeros64(k.Rank) < level && level > 0 {
			continue
		}
		x.exact[k.Text] = true
		x.fold[strings.ToLower(k.Text)] = true
		if len(k.Text) == 18 || len(k.Text) == 15 {
			x.short[k.Text[:15]] = true
		}
	}
	if c.indexes == nil {
		c.indexes = map[int]*keyIndex{}
	}
	c.indexes[level] = x
	return x
}

// match counts the cells of a whose values are among those of b.
func match(a, b *Column) hits {
	level := max(b.Level, a.Level)
	x := b.index(level)
	exact, fold, short := x.exact, x.fold, x.short
	var h hits
	same, folded, cut := 0, 0, 0
	for _, k := range a.Keys {
		if bits.LeadingZeros64(k.Rank) < level && level > 0 {
			continue
		}
		h.all += k.Count
		if at := strings.IndexByte(k.Text, ';'); at > 0 && !exact[k.Text] { // of several ids in a cell the first is taken
			k.Text = k.Text[:at]
		}
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
	if n := a.filled(); h.about && h.all > 0 { // what the part says of the whole
		h.rows, h.all = (h.rows*n+h.all/2)/h.all, n
	}
	return h
}

// reference finds the expression of a reference from s to the records of the
// role, in the columns with the given names; "" where there is none. The comment
// says what was found.
func (b *builder) reference(s *src, to role, as string, lists ...names) (x, comment string) {
	var cands []int
	for _, l := range lists {
		for _, i := range s.findAll(l) {
			if !containsInt(cands, i) && !(s.idCol == i && s.role == to) {
				cands = append(cands, i)
			}
		}
	}
	_, x, comment = b.referenceBy(s, to, as, cands)
	return x, comment
}

// referenceBy is reference for the columns at the given places.
func (b *builder) referenceBy(s *src, to role, as string, cands []int) (found hits, x, comment string) {
	t := b.byRole[to]
	if t == nil || t.idExpr == "" {
		x, comment = b.unresolved(s, t, to, as, cands)
		return found, x, comment
	}
	type option struct {
		col, key int
		h        hits
		full     bool // by first and last name together
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
	if best.col < 0 || best.key != t.idCol && best.h.part() < 0.2 && best.h.rows < 20 {
		x, comment = b.unmatched(s, t, as, cands)
		return found, x, comment
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
		if several(c) {
			comment += ", of several in a cell the first"
		}
		return best.h, b.id(s, best.col, as), comment
	}
	key := "first and last name"
	if !best.full {
		key = t.t.Columns[best.key].Name
	}
	comment = fmt.Sprintf("%s matches %s by %s in %s", c.Name, best.h, key, t.name)
	if len(t.idParts) == 1 && t.idParts[0] == best.key && !best.h.fold {
		return best.h, strings.Replace(t.idExpr, t.ref(best.key, ""), s.value(best.col, as), 1), comment
	}
	x, shared := b.lookup(s, t, to, best.col, best.key, best.h.fold, as)
	if shared != "" {
		comment = also(comment, shared)
	}
	return best.h, x, comment
}

// lookup declares a lookup of t's id by another column and calls it; shared says
// what becomes of names that several records have.
func (b *builder) lookup(s, t *src, to role, col, key int, fold bool, as string) (x, shared string) {
	by, what, cols := "", "Name", []int{key}
	if key < 0 {
		first, last := t.find(nameFirst), t.find(nameLast)
		by, cols = "join(["+t.ref(first, "lookup")+", "+t.ref(last, "lookup")+`], " ")`, []int{first, last}
	} else {
		by = t.value(key, "lookup")
		c := t.t.Columns[key]
		switch {
		case 2*c.Email > c.filled():
			what = "Email"
		case c.most(c.Host + c.URL):
			what = "Domain"
		}
	}
	word := map[string]string{"Name": "name", "Email": "address", "Domain": "domain"}[what]
	x = s.value(col, as)
	if fold {
		by, x = "lower("+by+")", "lower("+x+")"
		what += "AnyCase"
	}
	name := map[role]string{users: "user", accounts: "account", contacts: "contact", deals: "deal", leads: "lead", stages: "stage"}[to] + "By" + what
	// What a reference looks up in vain is unknown, not empty; as is "" where a
	// record may well name nothing that is there.
	return b.ask(named{s: s, col: col, t: t, cols: cols, fold: fold, word: word, refers: as != ""}, name, by, t.idExpr, x)
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
		if t.nameCol >= 0 && !containsInt(all, t.nameCol) {
			all = append(all, t.nameCol)
		}
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
	if t.fullNames != nil {
		return t.fullNames
	}
	first, last := t.find(nameFirst), t.find(nameLast)
	if first < 0 || last < 0 || b.opt.Tuples == nil {
		return nil
	}
	list, ok := b.tuples(t.t, []int{first, last}, 20_000)
	if !ok {
		return nil
	}
	c := &Column{}
	for _, u := range list {
		c.Keys = append(c.Keys, Key{Text: strings.TrimSpace(u.Texts[0] + " " + u.Texts[1]), Count: u.Count, Rank: 0})
	}
	t.fullNames = c
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
		s.notes = append(s.notes, b.refersToNothing(s.t.Columns[cands[0]], t))
	}
	return "", ""
}

// refersToNothing says why a column names no records of t: its values stand
// nowhere there, or where they do not tell one record from the others.
func (b *builder) refersToNothing(c *Column, t *src) string {
	var best hits
	at := -1
	for i, k := range t.t.Columns {
		if h := match(c, k); h.part() > best.part() {
			best, at = h, i
		}
	}
	if at < 0 {
		return fmt.Sprintf("%s: no column of %s has its values, so it refers to nothing", c.Name, t.name)
	}
	where, why := t.t.Columns[at].Name+" of "+t.name, "no name of its records"
	if n := b.namesakes(t, []int{at}, nil, best.fold); contains(append(append(names(nil), nameFull...), nameAccountName...), t.plain[at]) && n != nil {
		why = n.stand("name") + " for several records there, and nothing tells which is meant"
	}
	return fmt.Sprintf("%s: %s of its values stand in %s, but %s, so it refers to nothing", c.Name, best, where, why)
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
