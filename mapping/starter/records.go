package starter

import (
	"fmt"
	"regexp"
	"strings"
)

// users makes BUSINESS_USER from a file of users.
func (b *builder) users() {
	s := b.byRole[users]
	if s == nil {
		return
	}
	mail := -1
	for _, i := range s.findAll(nameUserEmail) {
		if c := s.t.Columns[i]; mail < 0 || c.Email > s.t.Columns[mail].Email {
			mail = i
		}
	}
	if mail < 0 {
		for i, c := range s.t.Columns {
			if c.most(c.Email) {
				mail = i
			}
		}
	}
	if mail < 0 {
		b.open("%s has no e-mail addresses, so there are no BUSINESS_USER records", s.t.file())
		b.ownID(&entity{typ: "BUSINESS_USER", s: s})
		return
	}
	e := b.addEntity("BUSINESS_USER", s)
	c := s.t.Columns[mail]
	if s.idCol == mail {
		s.idExpr = "email(" + s.value(mail, "BUSINESS_USER.objectId") + ")"
	}
	if s.idCol < 0 {
		s.idCol, s.idExpr = mail, "email("+s.value(mail, "BUSINESS_USER.objectId")+")"
	}
	b.ownID(e)
	b.modified(e)
	if x, where, comment := b.otherMail(s, c); x != "" {
		e.where = append(e.where, filter{"has an e-mail address", where})
		e.set("emailAddress", x, comment)
		return
	}
	x := s.value(mail, "BUSINESS_USER.emailAddress")
	if c.filled() < s.t.Rows {
		e.where = append(e.where, filter{"has an e-mail address", x + " != nil"})
	}
	comment := ""
	if c.Email < c.filled() {
		comment = fmt.Sprintf("%s of %s are no e-mail addresses; Gong can't use those users", thousands(c.filled()-c.Email), thousands(c.filled()))
		b.open("%s of %s: %s", c.Name, s.t.file(), comment)
	}
	e.set("emailAddress", "email("+x+")", comment)
	s.nameCol = s.find(nameUserName)
}

// otherMail takes the users' e-mail addresses from a second table of users
// where those of the first are none.
func (b *builder) otherMail(s *src, c *Column) (x, where, comment string) {
	if 2*c.Email >= c.filled() {
		return "", "", ""
	}
	for _, o := range b.spare {
		id, mail := o.find(idNames[users]), o.find(nameUserEmail)
		if id < 0 || mail < 0 || !o.t.Columns[mail].most(o.t.Columns[mail].Email) {
			continue
		}
		for i, k := range s.t.Columns {
			h := match(k, o.t.Columns[id])
			if h.rows == 0 || !strings.HasSuffix(s.plain[i], "id") {
				continue
			}
			o.name, o.why = b.sourceName(o.t, users), "its e-mail addresses"
			b.sources = append(b.sources, o)
			for n := range b.uses {
				if b.uses[n].Table == o.t {
					b.uses[n].Role, b.uses[n].Source, b.uses[n].Why = "users", o.name, o.why
				}
			}
			b.lookups["mailOfUser"] = true
			b.lookupLines = append(b.lookupLines, fmt.Sprintf("mailOfUser: {from: %s, key: %s, value: %s, onMany: first}", o.name, expr(o.value(id, "lookup")), expr("email("+o.value(mail, "lookup")+")")))
			x = "mailOfUser(" + s.value(i, "BUSINESS_USER.emailAddress") + ")"
			return x, x + " != nil", fmt.Sprintf("%s matches %s ids in %s; %s holds no e-mail addresses", k.Name, h, o.name, c.Name)
		}
	}
	return "", "", ""
}

// accounts makes ACCOUNT from a file of companies, from the companies among
// partners, or from the names of companies that other files hold.
func (b *builder) accounts() {
	s := b.byRole[accounts]
	if s == nil {
		s = b.byRole[contacts]
		if s == nil || s.find(nameIsCompany) < 0 {
			b.derivedAccounts()
			return
		}
		b.byRole[accounts] = s
	}
	e := b.addEntity("ACCOUNT", s)
	if i := s.find(nameIsCompany); i >= 0 {
		if x, ok := s.boolean(i, "ACCOUNT.where"); ok {
			e.where = append(e.where, filter{"a company", x})
			if b.byRole[contacts] == nil {
				b.byRole[contacts] = s
			}
		}
	}
	b.ownID(e)
	b.modified(e)
	b.deletedBy(e)
	s.nameCol = -1
	for _, i := range s.findAll(nameAccountName) {
		if i != s.idCol && s.t.Columns[i].Kind != Boolean {
			s.nameCol = i
			break
		}
	}
	if s.nameCol < 0 {
		s.nameCol = s.bestText()
		if s.nameCol >= 0 {
			e.comments = append(e.comments, "GUESS: "+s.t.Columns[s.nameCol].Name+" is the name, since most of its texts differ.")
		}
	}
	if s.nameCol >= 0 {
		e.set("name", s.value(s.nameCol, "ACCOUNT.name"), "")
	}
	b.domains(e)
}

// bestText is the column of texts that tells most rows apart.
func (s *src) bestText() int {
	best := -1
	for i, c := range s.t.Columns {
		if c.Kind == Text && i != s.idCol && c.Longest <= 200 && !c.most(c.Email) && !c.most(c.URL+c.Host) && !c.most(c.Phone) && !c.most(c.Salesforce18) && !c.most(c.GUID) && 2*c.Distinct > c.filled() {
			if best < 0 || c.Distinct > s.t.Columns[best].Distinct {
				best = i
			}
		}
	}
	return best
}

func (b *builder) domains(e *entity) {
	s := e.s
	var webs []string
	bad, all := 0, 0
	add := func(i int) {
		c := s.t.Columns[i]
		if len(webs) < 2 && c.Kind == Text {
			webs = append(webs, s.value(i, "ACCOUNT.domains"))
			bad += c.filled() - c.URL - c.Host
			all += c.filled()
		}
	}
	for _, i := range s.findAll(nameWebsite) {
		add(i)
	}
	if len(webs) == 0 {
		for i, c := range s.t.Columns {
			p := s.plain[i]
			if c.most(c.URL+c.Host) && !strings.Contains(p, "photo") && !strings.Contains(p, "linkedin") && !strings.Contains(p, "logo") && !strings.Contains(p, "record") {
				add(i)
				break
			}
		}
	}
	if len(webs) == 0 {
		return
	}
	x := "domains(" + strings.Join(webs, ", ") + ")"
	if bad > 0 {
		e.setOmit("domains", x, fmt.Sprintf("%s of %s are written like no web address; what is none is left out", thousands(bad), thousands(all)))
		return
	}
	e.set("domains", x, "")
}

// derivedAccounts makes ACCOUNT from the names of companies in other files.
func (b *builder) derivedAccounts() {
	var list []*entity
	var cols []int
	names := append(append(split("company companyname accountname firma kunde unternehmen associatedcompany associatedcompanydomain"), nameAccountRef...), "account")
	for _, r := range []role{deals, contacts, leads} {
		s := b.byRole[r]
		if s == nil {
			continue
		}
		for _, i := range s.findAll(names) {
			c := s.t.Columns[i]
			if i == s.idCol || looksLikeID(c, s.plain[i]) || c.Kind != Text {
				continue
			}
			list, cols = append(list, &entity{typ: "ACCOUNT", s: s}), append(cols, i)
			break
		}
	}
	if len(list) == 0 {
		b.open("no file of accounts, and no column that names companies: Gong shows deals only with their account")
		return
	}
	all := &Column{Exact: true}
	for k, i := range cols {
		c := list[k].s.t.Columns[i]
		all.Keys = append(all.Keys, c.Keys...)
		all.Exact = all.Exact && c.Exact
	}
	wrap := slugOrSafe(all)
	b.byRole[accounts] = &src{t: &Table{Name: "accounts", Columns: nil}, role: accounts, name: "", idCol: -1, nameCol: -1, decls: map[int]*decl{}, used: map[int]string{}}
	for k, i := range cols {
		e := list[k]
		e.duplicates = "same"
		x := e.s.value(i, "ACCOUNT.name")
		if e.s.t.Columns[i].filled() < e.s.t.Rows {
			e.where = []filter{{"names a company", x + " != nil"}}
		}
		e.set("objectId", wrap+"("+x+")", "made of the company's name")
		e.set("modifiedDate", "now()", "")
		if e.s.t.Columns[i].most(e.s.t.Columns[i].Host) {
			e.set("domains", "domains("+x+")", "")
		} else {
			e.set("name", x, "")
		}
		e.s.companyCol(i, wrap)
		b.entities = append(b.entities, e)
	}
	list[0].comments = append(list[0].comments, "There is no file of accounts: each different company name makes one.")
	b.open("there is no file of accounts: they are made of company names; export the accounts, with their web sites, if you can")
}

// companyCol notes that the column's names are accounts.
func (s *src) companyCol(i int, wrap string) {
	s.used[i] = "ACCOUNT.name"
	s.companyAt, s.companyWrap = i, wrap
}

// company gives the reference to an account made of a name; "" where there is
// none.
func (s *src) company() string {
	if s.companyWrap == "" {
		return ""
	}
	return s.companyWrap + "(" + s.ref(s.companyAt, "") + ")"
}

// slugOrSafe says how texts become ids: readable ones where no two meet.
func slugOrSafe(c *Column) string {
	if !c.Exact {
		return "safeId"
	}
	seen := map[string]string{}
	for _, k := range c.Keys {
		id := simpleSlug(k.Text)
		if id == "" || len(id) > 64 || seen[id] != "" && seen[id] != k.Text {
			return "safeId"
		}
		seen[id] = k.Text
	}
	return "slug"
}

var notSlug = regexp.MustCompile(`[^a-z0-9]+`)

// simpleSlug is slug for ASCII texts; "" for others.
func simpleSlug(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return ""
		}
	}
	return strings.Trim(notSlug.ReplaceAllString(strings.ToLower(s), "-"), "-")
}

// accountOf sets accountId.
func (b *builder) accountOf(e *entity) {
	s := e.s
	if x := s.company(); x != "" {
		e.set("accountId", x, "")
		return
	}
	if b.byRole[accounts] != nil && b.byRole[accounts].name == "" {
		return
	}
	x, comment := b.reference(s, accounts, e.typ+".accountId", nameAccountID, nameAccountRef)
	if x == "" {
		x, comment = b.linked(s, accounts)
	}
	if x == "" {
		b.open("%s: no column tells the account of a record", s.t.file())
	}
	e.set("accountId", x, comment)
}

// linked finds a reference in a table of links.
func (b *builder) linked(s *src, to role) (x, comment string) {
	own := map[role]names{deals: split("dealid opportunityid"), contacts: split("contactid personid")}[s.role]
	other := map[role]names{accounts: split("companyid accountid organizationid"), contacts: split("contactid personid")}[to]
	if s.idCol < 0 {
		return "", ""
	}
	for _, l := range b.linkTables {
		i, k := l.find(own), l.find(other)
		if i < 0 || k < 0 {
			continue
		}
		name := map[role]string{accounts: "accountOf", contacts: "contactOf"}[to] + map[role]string{deals: "Deal", contacts: "Contact"}[s.role]
		if !b.lookups[name] {
			b.lookups[name] = true
			line := fmt.Sprintf("%s: {from: %s, key: %s, value: %s", name, l.name, expr(b.id(l, i, "lookup "+name)), expr(b.id(l, k, "lookup "+name)))
			if !l.t.Columns[i].Unique {
				line += ", onMany: first"
			}
			b.lookupLines = append(b.lookupLines, line+"}")
		}
		h := match(s.t.Columns[s.idCol], l.t.Columns[i])
		return name + "(" + b.id(s, s.idCol, "") + ")", fmt.Sprintf("through %s, which names %s", l.t.file(), count(h.rows, "of the records", "of the records"))
	}
	return "", ""
}

var leadWords = regexp.MustCompile(`(?i)^(.*[ _-])?(lead|leads|mql|sql|subscriber|prospect|marketing[ _-]?qualified.*|sales[ _-]?qualified.*)([ _-].*)?$`)

// lifecycle finds a column that tells leads from contacts in one file.
func (b *builder) lifecycle(s *src) (col int, lead []string) {
	for _, i := range s.findAll(nameLifecycle) {
		c := s.t.Columns[i]
		if c.Values == nil || len(c.Values) > 30 {
			continue
		}
		for _, v := range c.Values {
			if leadWords.MatchString(v.Text) {
				lead = append(lead, v.Text)
			}
		}
		if len(lead) > 0 && len(lead) < len(c.Values) {
			return i, lead
		}
		lead = nil
	}
	return -1, nil
}

// contacts makes CONTACT, and LEAD where one file holds both.
func (b *builder) contacts() {
	s := b.byRole[contacts]
	if s == nil {
		return
	}
	var out []filter
	if b.byRole[leads] == nil {
		if i, words := b.lifecycle(s); i >= 0 {
			x := s.value(i, "LEAD.where")
			var list []string
			for _, w := range words {
				list = append(list, literal(w))
			}
			in := x + " in [" + strings.Join(list, ", ") + "]"
			b.byRole[leads] = s
			s.where = nil
			b.leadsOf = []filter{{"a lead", in}}
			out = []filter{{"a contact", "not (" + in + ")"}}
			s.notes = append(s.notes, fmt.Sprintf("GUESS: %s tells leads (%s) from contacts.", s.t.Columns[i].Name, strings.Join(words, ", ")))
		}
	}
	e := b.addEntity("CONTACT", s)
	e.where = append(e.where, out...)
	if i := s.find(nameIsCompany); i >= 0 && b.byRole[accounts] == s {
		if x, ok := s.boolean(i, "CONTACT.where"); ok {
			e.where = append(e.where, filter{"a person", "not " + x})
		}
	}
	b.ownID(e)
	b.modified(e)
	b.deletedBy(e)
	b.accountOf(e)
	b.person(e)
}

// leads makes LEAD.
func (b *builder) leads() {
	s := b.byRole[leads]
	if s == nil {
		return
	}
	e := b.addEntity("LEAD", s)
	e.where = append(e.where, b.leadsOf...)
	b.ownID(e)
	b.modified(e)
	b.deletedBy(e)
	if i := s.find(nameConverted); i >= 0 {
		if x, ok := s.boolean(i, "LEAD.converted"); ok {
			e.converted = x
		}
	}
	b.person(e)
	for _, l := range []struct {
		field string
		to    role
		names names
	}{{"convertedToDealId", deals, nameToDeal}, {"convertedToContactId", contacts, nameToContact}, {"convertedToAccountId", accounts, nameToAccount}} {
		if b.byRole[l.to] != nil && b.byRole[l.to].name == "" {
			continue
		}
		x, comment := b.reference(s, l.to, "LEAD."+l.field, l.names)
		if x == "" {
			x, comment = b.reverse(s, l.to)
		}
		if x == "" {
			for i, p := range s.plain {
				if contains(l.names, p) { // an empty column that the next export may fill
					x, comment = s.ref(i, "LEAD."+l.field), "empty in this export"
					break
				}
			}
		}
		e.set(l.field, x, comment)
	}
}

// reverse finds what a lead became where the other record holds the lead's id.
func (b *builder) reverse(s *src, to role) (x, comment string) {
	t := b.byRole[to]
	if t == nil || t.idExpr == "" || s.idCol < 0 || t == s {
		return "", ""
	}
	i := t.find(nameLead)
	if i < 0 {
		return "", ""
	}
	h := match(t.t.Columns[i], s.t.Columns[s.idCol])
	if h.rows == 0 {
		return "", ""
	}
	name := map[role]string{deals: "deal", contacts: "contact", accounts: "account"}[to] + "OfLead"
	if !b.lookups[name] {
		b.lookups[name] = true
		b.lookupLines = append(b.lookupLines, fmt.Sprintf("%s: {from: %s, key: %s, value: %s, onMany: first}", name, t.name, expr(b.id(t, i, "lookup "+name)), expr(t.idExpr)))
	}
	return name + "(" + b.id(s, s.idCol, "") + ")", fmt.Sprintf("%s of %s names the lead: it matches %s", t.t.Columns[i].Name, t.name, h)
}

// derivedUsers makes BUSINESS_USER from columns of owners' e-mail addresses.
func (b *builder) derivedUsers() {
	if b.byRole[users] != nil {
		return
	}
	for _, s := range b.sources {
		for _, i := range s.findAll(nameOwner) {
			if c := s.t.Columns[i]; c.most(c.Email) && (s.role == accounts || s.role == contacts || s.role == leads) {
				known := false
				for _, m := range b.mailOwners {
					known = known || m.s == s && m.col == i
				}
				if !known {
					b.mailOwners = append(b.mailOwners, mailOwner{s, i})
				}
			}
		}
	}
	var made []*entity
	seen := map[string]bool{}
	for _, m := range b.mailOwners {
		at := fmt.Sprintf("%s %d", m.s.name, m.col)
		if seen[at] {
			continue
		}
		seen[at] = true
		c := m.s.t.Columns[m.col]
		e := &entity{typ: "BUSINESS_USER", s: m.s, duplicates: "same"}
		x := m.s.value(m.col, "BUSINESS_USER.objectId")
		if c.filled() < m.s.t.Rows {
			e.where = []filter{{"has an owner", x + " != nil"}}
		}
		e.set("objectId", "email("+x+")", "")
		e.set("modifiedDate", "now()", "")
		e.set("emailAddress", "email("+x+")", "")
		made = append(made, e)
	}
	if len(made) > 0 {
		made[0].comments = append(made[0].comments, "There is no file of users: the owners' e-mail addresses make them.")
	} else if b.byRole[deals] != nil {
		b.open("there is no file of users and no column of their e-mail addresses: export the users; without them deals are not on Gong's deal board")
	}
	b.entities = append(made, b.entities...)
}
