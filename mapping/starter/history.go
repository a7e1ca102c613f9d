package starter

import (
	"fmt"
	"strings"
)

// history makes past versions from files that hold them.
func (b *builder) history() {
	for _, h := range []struct {
		role, of role
		typ      string
	}{{accountHistory, accounts, "ACCOUNT"}, {contactHistory, contacts, "CONTACT"}, {dealHistory, deals, "DEAL"}, {leadHistory, leads, "LEAD"}} {
		s := b.byRole[h.role]
		if s == nil {
			continue
		}
		id := -1
		if h.of == deals {
			id = s.find(split("opportunityid dealid"))
		}
		if id < 0 {
			id = s.find(split("id"))
		}
		at := -1
		for _, i := range s.findAll(append(split("fivetranstart dateentered enteredat changedat timestamp"), append(append(names(nil), nameCreated...), nameModified...)...)) {
			if s.t.Columns[i].isDate() {
				at = i
				break
			}
		}
		if id < 0 || at < 0 || b.byRole[h.of] == nil || b.byRole[h.of].name == "" {
			b.drop(s, "it lacks the record's id or the time of the change, or there is no file of the records themselves")
			continue
		}
		e := &entity{typ: h.typ, s: s, history: true, duplicates: "keep"}
		e.set("objectId", b.id(s, id, "history objectId"), "")
		x, _ := s.dateTime(at, "history modifiedDate")
		e.set("modifiedDate", x, "")
		if i := s.find(nameDeleted); i >= 0 {
			if gone, ok := s.boolean(i, "history where"); ok {
				e.where = []filter{{"not deleted", "not " + gone}}
			}
		}
		switch h.of {
		case deals:
			b.dealVersion(e)
		case accounts:
			if i := s.find(nameAccountName); i >= 0 {
				e.set("name", s.value(i, "history name"), "")
			}
			b.domains(e)
		default:
			if i := s.find(nameAccountID); i >= 0 && h.of == contacts {
				e.set("accountId", b.id(s, i, "history accountId"), "")
			}
			b.person(e)
		}
		b.versions = append(b.versions, e)
	}
}

func (b *builder) dealVersion(e *entity) {
	s := e.s
	if i := s.find(nameAccountID); i >= 0 {
		e.set("accountId", b.id(s, i, "history accountId"), "")
	}
	if i := s.find(split("ownerid")); i >= 0 {
		e.set("ownerId", b.id(s, i, "history ownerId"), "")
	}
	if i := s.find(split("name dealname opportunityname")); i >= 0 && i != s.idCol {
		e.set("name", s.value(i, "history name"), "")
	}
	for _, i := range s.findAll(nameCreated) {
		// in a file of changes it is the time of the change
		if x, ok := s.dateTime(i, "history createdDate"); ok && x != e.fields[1].expr && s.find(split("opportunityid dealid")) < 0 {
			e.set("createdDate", x, "")
			break
		}
	}
	if i := s.find(nameClose); i >= 0 {
		if x, ok := s.date(i, "history closeDate"); ok {
			e.set("closeDate", x, "")
		}
	}
	if won, closed := s.find(nameWon), s.find(nameClosed); won >= 0 && closed >= 0 {
		w, ok1 := s.boolean(won, "history status")
		c, ok2 := s.boolean(closed, "history status")
		if ok1 && ok2 {
			e.set("status", w+` ? "WON" : `+c+` ? "LOST" : "OPEN"`, "")
		}
	}
	stage := s.find(nameStage)
	if stage < 0 {
		stage = s.find(split("value"))
	}
	d := b.byRole[deals]
	if stage >= 0 && b.stageOf != "" {
		own := d.find(nameStage)
		if own >= 0 {
			if x, ok := replaceRef(b.stageOf, d.ref(own, ""), s.value(stage, "history stage")); ok {
				e.set("stage", x, "")
			}
		}
	} else if st := b.byRole[stages]; stage >= 0 && st != nil && st.idExpr != "" {
		e.set("stage", b.id(s, stage, "history stage"), "")
	}
	if i := s.find(nameAmount); i >= 0 {
		if x, ok := s.number(i, "history amount"); ok {
			b.amountThen(e, x)
		}
	}
}

// amountThen sets the amount of a past version, in the currency of the deal.
func (b *builder) amountThen(e *entity, x string) {
	d := b.byRole[deals]
	own := b.fieldOf("DEAL", "amount")
	if !strings.Contains(own, "convert(") {
		if !strings.Contains(own, "??") {
			e.set("amount", x, "")
		}
		return
	}
	k := d.find(nameCurrency)
	if k < 0 || d.idExpr == "" {
		return
	}
	code := d.value(k, "")
	if strings.Contains(own, "currencyCode(") {
		code = "currencyCode(" + code + ")"
	}
	name := b.declare("currencyOfDeal", fmt.Sprintf("{from: %s, key: %s, value: %s, onMany: first}", d.name, expr(d.idExpr), expr(code)), "")
	day := ""
	if b.rates != nil && b.rates.dated() {
		day = ", today()"
		for _, f := range e.fields {
			if f.name == "closeDate" {
				day = ", " + f.expr + " ?? today()"
			}
		}
	}
	f := field{name: "amount", expr: "convert(" + x + ", " + name + "(" + e.fields[0].expr + ")" + day + ")", comment: "in the currency of the deal"}
	for _, deal := range b.entities {
		if deal.typ == "DEAL" {
			for _, a := range deal.fields {
				f.omit = f.omit || a.name == "amount" && a.omit
			}
		}
	}
	e.fields = append(e.fields, f)
}

// drop takes a source out of the mapping.
func (b *builder) drop(s *src, why string) {
	for i, x := range b.sources {
		if x == s {
			b.sources = append(b.sources[:i:i], b.sources[i+1:]...)
			break
		}
	}
	for i := range b.uses {
		if b.uses[i].Source == s.name {
			b.uses[i].Role, b.uses[i].Source, b.uses[i].Why = "", "", why
		}
	}
}
