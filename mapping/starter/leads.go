package starter

import (
	"fmt"
	"strings"
)

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
	b.convertedBy(e)
	b.person(e)
	b.personOfLead(e)
	for _, l := range []struct {
		field string
		to    role
		names names
	}{{"convertedToDealId", deals, nameToDeal}, {"convertedToContactId", contacts, nameToContact}, {"convertedToAccountId", accounts, nameToAccount}} {
		if b.byRole[l.to] != nil && b.byRole[l.to].name == "" {
			continue
		}
		x, comment := b.reference(s, l.to, "LEAD."+l.field, l.names)
		for _, find := range []func(*entity, role) (string, string){b.reverse, b.throughDeal, b.byNameOfLead} {
			if x == "" {
				x, comment = find(e, l.to)
			}
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

// convertedBy finds what says that a lead was converted: a column of its own, a
// status that says so, or the deal that it became.
func (b *builder) convertedBy(e *entity) {
	s := e.s
	if i := s.find(nameConverted); i >= 0 {
		if x, ok := s.boolean(i, "LEAD.converted"); ok {
			e.converted = x
			return
		}
	}
	for _, i := range s.findAll(split("status leadstatus state lifecyclestage")) {
		for _, v := range s.t.Columns[i].Values {
			if strings.EqualFold(v.Text, "converted") || strings.EqualFold(v.Text, "qualified") && b.result.CRM == "dynamics" {
				e.converted = s.ref(i, "") + " == " + literal(v.Text)
				return
			}
		}
	}
	if i := s.find(nameToDeal); i >= 0 {
		e.converted = s.value(i, "") + " != nil"
	}
}

// leadKey finds the column of leads that holds the values of a column of other
// records: the leads' ids, or their names.
func (b *builder) leadKey(s *src, c *Column) (col int, h hits) {
	col = -1
	var cands []int
	if s.idCol >= 0 {
		cands = append(cands, s.idCol)
	}
	cands = append(append(cands, s.findAll(nameFull)...), s.findAll(split("topic subject title"))...)
	for _, i := range cands {
		if n := match(c, s.t.Columns[i]); n.rows > 0 && (col < 0 || n.part() > h.part()) {
			col, h = i, n
		}
	}
	return col, h
}

// ofLead declares a lookup by the lead that a record of t names, and calls it
// for a row of leads; "" where t names none.
func (b *builder) ofLead(s, t *src, name, value string) (x, comment string) {
	i := t.find(nameLead)
	if i < 0 || value == "" {
		return "", ""
	}
	k, h := b.leadKey(s, t.t.Columns[i])
	if k < 0 {
		return "", ""
	}
	by, own := t.value(i, "lookup "+name), s.value(k, "LEAD conversion")
	if k == s.idCol {
		by, own = b.id(t, i, "lookup "+name), b.id(s, k, "LEAD conversion")
	} else if h.fold {
		by, own = "lower("+by+")", "lower("+own+")"
	}
	name = b.declare(name, fmt.Sprintf("{from: %s, key: %s, value: %s, onMany: first}", t.name, expr(by), expr(value)), "")
	comment = fmt.Sprintf("%s of %s names the lead: it matches %s", t.t.Columns[i].Name, t.name, h)
	if k != s.idCol {
		comment += " by " + s.t.Columns[k].Name
	}
	return name + "(" + own + ")", comment
}

// reverse finds what a lead became where the other record names the lead.
func (b *builder) reverse(e *entity, to role) (x, comment string) {
	t := b.byRole[to]
	if t == nil || t.idExpr == "" || t == e.s {
		return "", ""
	}
	return b.ofLead(e.s, t, map[role]string{deals: "deal", contacts: "contact", accounts: "account"}[to]+"OfLead", t.idExpr)
}

var nameDealContact = split("contactid primarycontactid contactnameid primarycontact contactperson contactname associatedcontactids associatedcontact contact mainpointofcontact")

// throughDeal takes the contact and the account of the deal that a lead became.
func (b *builder) throughDeal(e *entity, to role) (x, comment string) {
	d := b.byRole[deals]
	if d == nil || d.idExpr == "" || d == e.s || b.byRole[to] == nil || b.byRole[to].idExpr == "" {
		return "", ""
	}
	value := ""
	switch to {
	case accounts:
		value = b.fieldOf("DEAL", "accountId")
	case contacts:
		value, _ = b.reference(d, contacts, "", nameDealContact)
	}
	name := map[role]string{contacts: "contactOfLead", accounts: "accountOfLead"}[to]
	if name == "" || value == "" {
		return "", ""
	}
	if x, _ = b.ofLead(e.s, d, name, value); x == "" {
		return "", ""
	}
	return x, "that of the deal that it became"
}

// fieldOf gives the expression of a field that is already set.
func (b *builder) fieldOf(typ, name string) string {
	for _, e := range b.entities {
		if e.typ != typ {
			continue
		}
		for _, f := range e.fields {
			if f.name == name && !f.off {
				return f.expr
			}
		}
	}
	return ""
}

// byNameOfLead takes, for a converted lead, the person or company that the lead
// names, or the contact with its e-mail address.
func (b *builder) byNameOfLead(e *entity, to role) (x, comment string) {
	s, t := e.s, b.byRole[to]
	if e.converted == "" || t == nil || t == s || t.idExpr == "" || to == deals {
		return "", ""
	}
	var cands names
	switch {
	case to == contacts:
		cands = append(append(cands, nameEmail...), namePerson...)
	case strings.HasPrefix(s.t.Columns[0].Name, "Lead - "):
		cands = nameAccountRef
	default:
		return "", "" // the name that a person typed is not yet an account
	}
	x, comment = b.reference(s, to, "", cands)
	if x == "" || !strings.Contains(x, "(") {
		return "", ""
	}
	return e.converted + " ? " + x + " : nil", "GUESS, for converted leads: " + comment
}

var namePerson = split("person contactperson personname contactname contact")

// personOfLead takes name, address and phone of the person that a lead names
// where the lead has none of its own.
func (b *builder) personOfLead(e *entity) {
	s, t := e.s, b.byRole[contacts]
	i := s.find(namePerson)
	if i < 0 || t == nil || t == s || b.fieldSet(e, "emailAddress") {
		return
	}
	for _, k := range t.findAll(nameFull) {
		h := match(s.t.Columns[i], t.t.Columns[k])
		if h.rows == 0 {
			continue
		}
		for _, f := range [][2]string{{"emailAddress", "mailOfPerson"}, {"phoneNumber", "phoneOfPerson"}} {
			from := ""
			for _, c := range b.entities {
				if c.typ != "CONTACT" || c.s != t {
					continue
				}
				for _, own := range c.fields {
					if own.name == f[0] {
						from = own.expr
					}
				}
			}
			if from == "" || b.fieldSet(e, f[0]) {
				continue
			}
			by, x := t.value(k, "lookup "+f[1]), s.value(i, "LEAD."+f[0])
			if h.fold {
				by, x = "lower("+by+")", "lower("+x+")"
			}
			x, _ = b.ask(named{s: s, col: i, t: t, cols: []int{k}, fold: h.fold, word: "name"}, f[1], by, from, x)
			e.setOmit(f[0], x, fmt.Sprintf("that of the person: %s matches %s by %s in %s", s.t.Columns[i].Name, h, t.t.Columns[k].Name, t.name))
		}
		return
	}
}

func (b *builder) fieldSet(e *entity, name string) bool {
	for _, f := range e.fields {
		if f.name == name {
			return true
		}
	}
	return false
}
