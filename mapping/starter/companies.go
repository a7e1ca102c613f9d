package starter

import (
	"fmt"
	"strings"
)

// company says where a file of other records names companies.
type company struct {
	s    *src
	name int
	id   int // -1: there is none
	site int // likewise
}

var (
	nameCompany = append(append(split("company companyname accountname firma kunde unternehmen associatedcompany associatedcompanydomain"), nameAccountRef...), "account")
	nameOwnSite = split("organizationwebsite organisationwebsite companywebsite accountwebsite companydomainname companydomain accountdomain")
)

// companyOf finds the columns that tell the company of a record; ok is false
// where none names it.
func (b *builder) companyOf(s *src) (c company, ok bool) {
	c = company{s: s, name: -1, id: -1, site: -1}
	for _, i := range s.findAll(nameCompany) {
		if x := s.t.Columns[i]; i != s.idCol && !looksLikeID(x, s.plain[i]) && x.Kind == Text {
			c.name = i
			break
		}
	}
	if c.name < 0 {
		return c, false
	}
	for _, i := range s.findAll(nameAccountID) {
		if x := s.t.Columns[i]; i != s.idCol && looksLikeID(x, s.plain[i]) && !several(x) && b.oneName(s, i, c.name) {
			c.id = i
			c.site = s.find(nameOwnSite)
			break
		}
	}
	return c, true
}

// withID is the condition of rows that hold an id; "" where all do.
func (c company) withID() string {
	if c.s.t.Columns[c.id].filled() < c.s.t.Rows {
		return c.s.ref(c.id, "") + " != nil"
	}
	return ""
}

// oneName tells whether nearly all ids of a column stand beside one name each.
func (b *builder) oneName(s *src, id, name int) bool {
	if b.opt.Tuples == nil {
		return false
	}
	list, ok := b.tuples(s.t, []int{id, name}, 50_000)
	names := map[string]map[string]bool{}
	for _, u := range list {
		if u.Texts[0] != "" && u.Texts[1] != "" {
			if names[u.Texts[0]] == nil {
				names[u.Texts[0]] = map[string]bool{}
			}
			names[u.Texts[0]][strings.ToLower(u.Texts[1])] = true
		}
	}
	more := 0
	for _, n := range names {
		if len(n) > 1 {
			more++
		}
	}
	return ok && len(names) > 0 && 10*more <= len(names)
}

// derivedAccounts makes ACCOUNT from the companies that other files name: by
// their ids where these stand beside the names, else by the names.
func (b *builder) derivedAccounts() {
	var withID, list []company
	for _, r := range []role{deals, contacts, leads} {
		if s := b.byRole[r]; s != nil {
			if c, ok := b.companyOf(s); ok && c.id >= 0 {
				withID = append(withID, c)
			} else if ok {
				list = append(list, c)
			}
		}
	}
	if len(withID)+len(list) == 0 {
		b.open("no file of accounts, and no column that names companies: Gong shows deals only with their account")
		return
	}
	b.byRole[accounts] = &src{t: &Table{Name: "accounts", Columns: nil}, role: accounts, name: "", idCol: -1, nameCol: -1, decls: map[int]*decl{}, used: map[int]string{}}
	first := len(b.entities)
	for _, c := range withID {
		b.companiesByID(c)
	}
	b.companiesByName(list, withID)
	if len(withID) == 0 {
		b.entities[first].comments = append(b.entities[first].comments, "There is no file of accounts: each different company name makes one.")
		b.open("there is no file of accounts: they are made of company names; export the accounts, with their web sites, if you can")
		return
	}
	c := withID[0]
	b.open("there is no file of accounts: they are made of %s in %s; export the accounts if you can, since those that no row there names are not known by their ids", oneLine(c.s.t.Columns[c.id].Name), c.s.t.file())
}

// companiesByID makes an account of each id of companies that rows of other
// records hold.
func (b *builder) companiesByID(c company) {
	s := c.s
	e := b.addEntity("ACCOUNT", s)
	e.derived, e.duplicates, e.where = true, "first", nil
	e.comments = append(e.comments, fmt.Sprintf("There is no file of accounts: each %s in %s makes one, by the first row that has it.", oneLine(s.t.Columns[c.id].Name), s.t.file()))
	id := b.id(s, c.id, "ACCOUNT.objectId")
	if x := c.withID(); x != "" {
		e.where = []filter{{"has a company", x}}
	}
	e.set("objectId", id, "")
	e.set("modifiedDate", "now()", "the file tells when its own records changed, not their companies")
	e.set("name", s.value(c.name, "ACCOUNT.name"), "")
	s.company = id
	if c.site < 0 || s.t.Columns[c.site].refused("domains") == s.t.Columns[c.site].filled() {
		return
	}
	site, comment := s.value(c.site, "ACCOUNT.domains"), ""
	if !b.sameBeside(s, c.id, c.site) {
		name := b.declare("siteOfAccount", fmt.Sprintf("{from: %s, where: %s, key: %s, value: %s, onMany: first}", s.name, expr(site+" != nil"), expr(id), expr(site)), "")
		site, comment = name+"("+id+")", "of the first row that has one"
	}
	if n := s.t.Columns[c.site].refused("domains"); n > 0 {
		e.setOmit("domains", "domains("+site+")", also(comment, "what is no web address is left out"))
		return
	}
	e.set("domains", "domains("+site+")", comment)
}

// sameBeside tells whether each text of one column stands beside one of another,
// an empty one included.
func (b *builder) sameBeside(s *src, one, other int) bool {
	list, ok := b.tuples(s.t, []int{one, other}, 50_000)
	seen := map[string]bool{}
	for _, u := range list {
		ok = ok && !seen[u.Texts[0]]
		seen[u.Texts[0]] = true
	}
	return ok
}

// companiesByName makes accounts of names, of those alone that stand beside no
// id in another file.
func (b *builder) companiesByName(list, withID []company) {
	all := &Column{Exact: true}
	for _, c := range list {
		x := c.s.t.Columns[c.name]
		all.Keys = append(all.Keys, x.Keys...)
		all.Exact = all.Exact && x.Exact
	}
	wrap := slugOrSafe(all)
	for _, c := range list {
		s, col := c.s, c.s.t.Columns[c.name]
		e := b.addEntity("ACCOUNT", s)
		e.derived, e.duplicates, e.where = true, "same", nil
		x := s.value(c.name, "ACCOUNT.name")
		id := wrap + "(" + x + ")"
		s.company = id
		if col.filled() < s.t.Rows {
			e.where = []filter{{"names a company", x + " != nil"}}
		}
		if len(withID) > 0 {
			known, given := b.companyNamed(c, withID[0], x)
			e.duplicates = "first"
			e.where = append(e.where, filter{"without an id", known + " == nil"})
			e.comments = append(e.comments, "Companies that have no id in "+withID[0].s.t.file()+" are made of their names.")
			s.company = given + " ?? " + id
		}
		e.set("objectId", id, "made of the company's name")
		e.set("modifiedDate", "now()", "")
		if col.most(col.Host) {
			e.set("domains", "domains("+x+")", "")
		} else {
			e.set("name", x, "")
		}
	}
}

// companyNamed declares the lookups of the companies that have an id by their
// names: whether one is known, and its id.
func (b *builder) companyNamed(c, t company, x string) (known, id string) {
	by, arg := "lower("+t.s.value(t.name, "lookup")+")", "lower("+x+")"
	id, _ = b.ask(named{s: c.s, col: c.name, t: t.s, cols: []int{t.name}, ids: []int{t.id}, where: t.withID(), fold: true, word: "name"}, "accountByNameAnyCase", by, t.s.company, arg)
	if !b.mayFail(id) {
		return id, id
	}
	from := t.s.name
	if x := t.withID(); x != "" {
		from += ", where: " + expr(x)
	}
	known = b.declare("companyWithId", fmt.Sprintf("{from: %s, key: %s, value: %s, onMany: first}", from, expr(by), expr(by)), "")
	return known + "(" + arg + ")", id
}
