package view

import (
	"strconv"
	"strings"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
	"crm2gong/validate/associate"
)

func (w *People) json(b []byte, p *Person, r *associate.Result) []byte {
	field := func(name, s string) {
		b = append(append(append(b, `,"`...), name...), `":`...)
		b = gong.AppendString(b, s)
	}
	one := func(name string, t gong.ObjectType, list []int32) {
		b = append(append(append(b, `,"`...), name...), `":`...)
		if len(list) == 1 {
			b = w.quoted(b, t, list[0])
		} else {
			b = append(b, `""`...)
		}
	}
	ids := func(name string, t gong.ObjectType, list []int32) {
		b = append(append(append(b, `"`...), name...), `":[`...)
		for i, n := range list {
			if i > 0 {
				b = append(b, ',')
			}
			b = w.quoted(b, t, n)
		}
		b = append(b, ']')
	}
	refs := func(name string, list []associate.Ref) {
		b = append(append(append(b, `,"`...), name...), `":[`...)
		for i, ref := range list {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(append(append(b, `{"type":"`...), ref.Type.String()...), `","objectId":`...)
			b = append(w.quoted(b, ref.Type, ref.N), '}')
		}
		b = append(b, ']')
	}
	b = append(b, ",\n"+`{"row":`...)
	b = strconv.AppendInt(b, int64(p.Row), 10)
	field("email", p.Email)
	field("phone", p.Phone)
	field("date", value.OfDate(p.Day).String())
	if p.DateProblem != "" {
		field("date_problem", p.DateProblem)
	}
	b = append(b, `,"problems":[`...)
	for i, problem := range problems(p, r) {
		if i > 0 {
			b = append(b, ',')
		}
		b = gong.AppendString(b, problem)
	}
	b = append(b, ']')
	field("outcome", r.Outcome.String())
	field("rule", r.Rule.String())
	field("reason", r.Reason.String())
	one("contact", gong.Contact, r.Contacts)
	one("account", gong.Account, r.Accounts)
	one("lead", gong.Lead, r.Leads)
	b = append(b, ',')
	ids("deals", gong.Deal, r.Deals)
	b = append(b, `,"deals_total":`...)
	b = strconv.AppendInt(b, int64(r.DealsTotal), 10)
	refs("named", r.Named)
	b = append(b, `,"candidates":{`...)
	ids("contacts", gong.Contact, several(r.Contacts))
	b = append(b, ',')
	ids("accounts", gong.Account, several(r.Accounts))
	b = append(b, ',')
	ids("leads", gong.Lead, several(r.Leads))
	b = append(b, `,"more":`...)
	b = append(strconv.AppendBool(b, r.More), `},"steps":[`...)
	for i := range r.Steps {
		s := &r.Steps[i]
		if i > 0 {
			b = append(b, ',')
		}
		b = append(append(append(b, `{"rule":"`...), s.Rule.String()...), '"')
		field("outcome", s.Finding.String())
		field("text", StepText(s))
		refs("records", s.Records)
		b = append(b, '}')
	}
	return append(b, "]}"...)
}

// quoted appends a record's id as a JSON text.
func (w *People) quoted(b []byte, t gong.ObjectType, n int32) []byte {
	from := len(b) + 1
	b = w.x.AppendID(append(b, '"'), t, n)
	for _, c := range b[from:] {
		if c == '"' || c == '\\' || c < 0x20 || c >= 0x7F {
			return gong.AppendString(b[:from-1], w.x.ID(t, n))
		}
	}
	return append(b, '"')
}

// several gives a list that leaves a choice, else none.
func several(list []int32) []int32 {
	if len(list) < 2 {
		return nil
	}
	return list
}

func (w *People) jsonEnd(b []byte, c *PeopleCount) []byte {
	b = append(b, "\n],"+`"summary":{"people":`...)
	b = strconv.AppendInt(b, int64(c.People), 10)
	number := func(name string, n int) {
		b = append(append(append(b, `,"`...), name...), `":`...)
		b = strconv.AppendInt(b, int64(n), 10)
	}
	for i, n := range c.Outcomes {
		number(associate.Outcome(i).String(), n)
	}
	number("with_deals", c.Deals)
	number("with_problems", c.BadNames)
	number("with_bad_dates", c.BadDates)
	b = append(b, `,"rules":{`...)
	from := len(b)
	for rule := associate.ByContact; rule < associate.ByDeal; rule++ {
		number(rule.String(), c.Rules[rule])
	}
	b = append(b[:from], b[from+1:]...) // the comma before the first
	return append(b, "}}}\n"...)
}

func (w *People) csv(b []byte, p *Person, r *associate.Result) []byte {
	cell := func(s string) { b = append(appendCSV(b, s), ',') }
	one := func(t gong.ObjectType, list []int32) {
		if len(list) == 1 {
			b = w.cell(b, t, list[0])
		}
		b = append(b, ',')
	}
	if p.Row > 0 {
		b = strconv.AppendInt(b, int64(p.Row), 10)
	}
	b = append(b, ',')
	cell(p.Email)
	cell(p.Phone)
	b = append(value.OfDate(p.Day).Append(b), ',')
	cell(r.Outcome.String())
	cell(r.Rule.String())
	cell(r.Reason.String())
	one(gong.Contact, r.Contacts)
	one(gong.Account, r.Accounts)
	one(gong.Lead, r.Leads)
	if len(r.Deals) == 1 {
		b = append(w.cell(b, gong.Deal, r.Deals[0]), ',')
	} else {
		cell(w.joined(r.Deals))
	}
	b = append(strconv.AppendInt(b, int64(r.DealsTotal), 10), ',')
	var s []string
	for _, x := range []struct {
		t    gong.ObjectType
		list []int32
	}{{gong.Contact, r.Contacts}, {gong.Account, r.Accounts}, {gong.Lead, r.Leads}} {
		for _, n := range several(x.list) {
			s = append(s, x.t.String()+" "+w.x.ID(x.t, n))
		}
	}
	if r.More {
		s = append(s, "…")
	}
	cell(strings.Join(s, ";"))
	s = s[:0]
	for _, ref := range r.Named {
		s = append(s, ref.Type.String()+" "+w.x.ID(ref.Type, ref.N))
	}
	cell(strings.Join(s, ";"))
	return append(appendCSV(b, strings.Join(problems(p, r), "; ")), '\n')
}

// joined lists deals, as a cell has them.
func (w *People) joined(deals []int32) string {
	var s []string
	for _, n := range deals {
		s = append(s, w.x.ID(gong.Deal, n))
	}
	return strings.Join(s, ";")
}

// cell appends a record's id as a cell.
func (w *People) cell(b []byte, t gong.ObjectType, n int32) []byte {
	from := len(b)
	b = w.x.AppendID(b, t, n)
	for i, c := range b[from:] {
		if plain := c >= '0' && c <= '9' || c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z' || c == '-' && i > 0; !plain {
			return appendCSV(b[:from], w.x.ID(t, n))
		}
	}
	return b
}

// appendCSV appends a cell. What a spreadsheet would take for a formula gets an
// apostrophe before it; phone numbers that begin with + do not.
func appendCSV(b []byte, s string) []byte {
	if isFormula(s) {
		s = "'" + s
	}
	if s == "" || !strings.ContainsAny(s, ",\"\r\n") && s[0] != ' ' && s[len(s)-1] != ' ' {
		return append(b, s...)
	}
	return append(append(append(b, '"'), strings.ReplaceAll(s, `"`, `""`)...), '"')
}

func isFormula(s string) bool {
	if s == "" {
		return false
	}
	switch s[0] {
	case '=', '@', '\t', '\r':
		return true
	case '+', '-':
		return strings.Trim(s[1:], "0123456789 ()-./") != ""
	}
	return false
}
