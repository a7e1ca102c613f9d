package starter

import (
	"fmt"
	"strings"

	"crm2gong/mapping/lazy"
)

// users makes BUSINESS_USER from a file of users.
func (b *builder) users() {
	s := b.byRole[users]
	if s == nil {
		return
	}
	mail := -1
	for _, i := range s.findAll(nameUserEmail) { // user names may look like addresses, so the order counts
		c := s.t.Columns[i]
		if 2*c.Email >= c.filled() {
			mail = i
			break
		}
		if mail < 0 || c.Email > s.t.Columns[mail].Email {
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
	comment := ""
	switch bad := c.filled() - c.Email; {
	case bad > 0 && c.Email > 0:
		e.where = append(e.where, filter{"has an e-mail address", x + ` matches "@.+[.]"`})
		b.open("%s of %s: %s of %s are no e-mail addresses, so those users are left out", oneLine(c.Name), s.t.file(), thousands(bad), thousands(c.filled()))
	case bad > 0:
		comment = fmt.Sprintf("%s of %s are no e-mail addresses; Gong can't use those users", thousands(bad), thousands(c.filled()))
		b.open("%s of %s: %s", oneLine(c.Name), s.t.file(), comment)
	case c.filled() < s.t.Rows:
		e.where = append(e.where, filter{"has an e-mail address", x + " != nil"})
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
			x = b.declare("mailOfUser", fmt.Sprintf("{from: %s, key: %s, value: %s, onMany: first}", o.name, expr(o.value(id, "lookup")), expr("email("+o.value(mail, "lookup")+")")), "") + "(" + s.value(i, "BUSINESS_USER.emailAddress") + ")"
			return x, x + " != nil", fmt.Sprintf("%s matches %s ids in %s; %s holds no e-mail addresses", k.Name, h, o.name, c.Name)
		}
	}
	return "", "", ""
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

var notSlug = lazy.Regexp(`[^a-z0-9]+`)

// simpleSlug is slug for ASCII texts; "" for others.
func simpleSlug(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= 0x80 {
			return ""
		}
	}
	return strings.Trim(notSlug().ReplaceAllString(strings.ToLower(s), "-"), "-")
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
		line := fmt.Sprintf("{from: %s, key: %s, value: %s", l.name, expr(b.id(l, i, "lookup "+name)), expr(b.id(l, k, "lookup "+name)))
		if !l.t.Columns[i].Unique {
			line += ", onMany: first"
		}
		name = b.declare(name, line+"}", "")
		h := match(s.t.Columns[s.idCol], l.t.Columns[i])
		return name + "(" + b.id(s, s.idCol, "") + ")", fmt.Sprintf("through %s, which names %s", l.t.file(), count(h.rows, "of the records", "of the records"))
	}
	return "", ""
}

var leadWords = lazy.Regexp(`(?i)^(.*[ _-])?(lead|leads|mql|sql|subscriber|prospect|marketing[ _-]?qualified.*|sales[ _-]?qualified.*)([ _-].*)?$`)

// lifecycle finds a column that tells leads from contacts in one file.
func (b *builder) lifecycle(s *src) (col int, lead []string) {
	for _, i := range s.findAll(nameLifecycle) {
		c := s.t.Columns[i]
		if c.Values == nil || len(c.Values) > 30 {
			continue
		}
		for _, v := range c.Values {
			if leadWords().MatchString(v.Text) {
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
			b.open("rows of %s with the %s %s are taken for leads, the others for contacts: is that so?", s.t.file(), oneLine(s.t.Columns[i].Name), strings.Join(words, ", "))
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
