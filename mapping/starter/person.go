package starter

import (
	"fmt"
	"strings"
)

// person sets the fields of a human being.
func (b *builder) person(e *entity) {
	s := e.s
	b.mail(e)
	first, last := s.find(nameFirst), s.find(nameLast)
	if first >= 0 {
		e.set("firstName", s.value(first, e.typ+".firstName"), "")
	}
	if last >= 0 {
		e.set("lastName", s.value(last, e.typ+".lastName"), "")
	}
	full := s.find(nameFull)
	if full < 0 && e.typ == "LEAD" {
		full = s.find(namePerson)
	}
	if full >= 0 && first < 0 && last < 0 && s.t.Columns[full].Kind == Text {
		x := s.value(full, e.typ+".firstName")
		e.set("firstName", "extract("+x+", `^(.*) \\S+$`)", "all but the last word of "+s.t.Columns[full].Name)
		e.set("lastName", "extract("+x+", `(\\S+)$`)", "")
	}
	if i := s.find(nameTitle); i >= 0 && !strings.HasPrefix(s.t.Columns[i].Name, "Lead - ") {
		e.set("title", s.value(i, e.typ+".title"), "")
	}
	var phones []string
	for _, l := range []names{namePhone, nameMobile} {
		for _, i := range s.findAll(l) {
			if len(phones) < 3 && s.t.Columns[i].Kind != Date && s.t.Columns[i].Kind != Boolean {
				phones = append(phones, s.value(i, e.typ+".phoneNumber"))
			}
		}
	}
	if len(phones) == 0 {
		for i, c := range s.t.Columns {
			if s.used[i] == "" && c.most(c.Phone) && c.Digits < c.filled() {
				phones = append(phones, s.value(i, e.typ+".phoneNumber"))
				break
			}
		}
	}
	e.set("phoneNumber", strings.Join(phones, " ?? "), "")
}

// mail sets the e-mail address: of several in a cell the first, and a second
// column where the first has none.
func (b *builder) mail(e *entity) {
	s := e.s
	i := b.mailColumn(s)
	if i < 0 {
		return
	}
	c := s.t.Columns[i]
	ref := s.value(i, e.typ+".emailAddress")
	x, comment, bad := "email("+ref+")", "", c.refused("email")
	unsure := c.Level > 0 && c.Email < c.filled() // of many texts a part is known, but how many are addresses is counted
	if unsure {
		bad = c.filled() - c.Email
	}
	if n := min(bad, c.refused("email")-c.refused("emails")); n > 0 {
		x, comment = "first(emails("+ref+"))", count(n, "cell holds", "cells hold")+" several addresses: the first is taken"
		bad -= n
	}
	good := c.filled() - bad
	other := ""
	for _, k := range s.findAll(nameOtherEmail) {
		if o := s.t.Columns[k]; k != i && s.used[k] == "" && o.all(o.Email) && (c.filled() < s.t.Rows || good < c.filled()) {
			other = "email(" + s.value(k, e.typ+".emailAddress") + ")"
			comment = also(comment, oneLine(o.Name)+" stands in")
			break
		}
	}
	f := field{name: "emailAddress", expr: x, comment: comment}
	if other != "" {
		f.expr += " ?? " + other
	}
	if bad > 0 || unsure {
		switch {
		case other != "":
			f.onError = other
		default:
			f.omit = true
		}
		said := fmt.Sprintf("%s of %s are no e-mail addresses and are left out", thousands(bad), thousands(c.filled()))
		if 2*good < c.filled() {
			said = fmt.Sprintf("only %s of %s are e-mail addresses", thousands(good), thousands(c.filled()))
		}
		if bad == 0 {
			said = "what is no e-mail address is left out"
		}
		f.comment = also(f.comment, said)
	}
	e.fields = append(e.fields, f)
}

// mailColumn finds the column of e-mail addresses, by name or by its values.
func (b *builder) mailColumn(s *src) int {
	best := -1
	for _, i := range s.findAll(nameEmail) {
		if c := s.t.Columns[i]; best < 0 || !s.t.Columns[best].most(s.t.Columns[best].Email) && c.most(c.Email) {
			best = i
		}
	}
	if best >= 0 && s.t.Columns[best].Email > 0 {
		return best
	}
	for i, c := range s.t.Columns {
		p := s.plain[i]
		if c.most(c.Email) && !strings.Contains(p, "owner") && !strings.Contains(p, "user") && !strings.Contains(p, "created") && !strings.Contains(p, "modified") && !strings.Contains(p, "associated") {
			return i
		}
	}
	return best
}
