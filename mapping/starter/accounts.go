package starter

import (
	"fmt"
	"strings"
)

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
	bad, all, known := 0, 0, true
	add := func(i int) {
		c := s.t.Columns[i]
		known = known && c.Level == 0
		if n := c.refused("domains"); len(webs) < 2 && (c.Kind == Text || c.Kind == List) && n < c.filled() {
			webs = append(webs, s.value(i, "ACCOUNT.domains"))
			bad += n
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
	if bad == 0 && !known {
		e.setOmit("domains", x, "what is no web address is left out")
		return
	}
	if bad > 0 {
		e.setOmit("domains", x, fmt.Sprintf("%s of %s are no web addresses and are left out", thousands(bad), thousands(all)))
		return
	}
	e.set("domains", x, "")
}

// accountOf sets accountId.
func (b *builder) accountOf(e *entity) {
	s := e.s
	if x := s.company; x != "" {
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
		x, comment = b.byValues(s, accounts, e.typ+".accountId")
	}
	if x == "" {
		b.open("%s: no column tells the account of a record", s.t.file())
	}
	x, comment = b.orOfPerson(s, x, comment)
	e.set("accountId", x, comment)
}

// byValues finds a reference in a column without a known header, by values that
// nearly all are ids or names of the target.
func (b *builder) byValues(s *src, to role, as string) (x, comment string) {
	t := b.byRole[to]
	if t == nil || t == s || t.idExpr == "" {
		return "", ""
	}
	best, bestPart := -1, 0.0
	for i, c := range s.t.Columns {
		if i == s.idCol || s.used[i] != "" || c.Kind != Text && (c.Kind != Integer || c.Shortest < 5) {
			continue
		}
		for _, k := range []int{t.idCol, t.nameCol} {
			if k < 0 {
				continue
			}
			if h := match(c, t.t.Columns[k]); h.rows >= 2 && h.part() >= 0.8 && h.part() > bestPart {
				best, bestPart = i, h.part()
			}
		}
	}
	if best < 0 {
		return "", ""
	}
	_, x, comment = b.referenceBy(s, to, as, []int{best})
	if x == "" {
		return "", ""
	}
	return x, "GUESS by the values: " + comment
}

// orOfPerson takes the account of a person where a deal's customer is one, as
// Dynamics has it.
func (b *builder) orOfPerson(s *src, x, comment string) (string, string) {
	t, i := b.byRole[contacts], s.find(split("potentialcustomer customer"))
	of := b.fieldOf("CONTACT", "accountId")
	if s.role != deals || t == nil || t == s || i < 0 || of == "" || !hasRef(x, s.ref(i, "")) {
		return x, comment
	}
	for _, k := range t.findAll(nameFull) {
		h := match(s.t.Columns[i], t.t.Columns[k])
		if h.rows == 0 {
			continue
		}
		by, own := "lower("+t.value(k, "lookup")+")", "lower("+s.value(i, "")+")"
		person, _ := b.ask(named{s: s, col: i, t: t, cols: []int{k}, fold: true, word: "name"}, "accountOfPerson", by, of, own)
		return x + " ?? " + person, comment + fmt.Sprintf("; %s are people, whose account is taken", h)
	}
	return x, comment
}
