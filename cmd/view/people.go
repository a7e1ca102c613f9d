package view

import (
	"strconv"
	"strings"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
	"crm2gong/validate/associate"
)

func (w *People) json(b []byte, p *Person, r *associate.Result) []byte {
	x := w.x
	field := func(name, s string) {
		b = append(append(append(b, `,"`...), name...), `":`...)
		b = gong.AppendString(b, s)
	}
	ids := func(name string, t gong.ObjectType, list []int32) {
		b = append(append(append(b, `"`...), name...), `":[`...)
		for i, n := range list {
			if i > 0 {
				b = append(b, ',')
			}
			b = gong.AppendString(b, x.ID(t, n))
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
			b = append(gong.AppendString(b, x.ID(ref.Type, ref.N)), '}')
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
	field("outcome", r.Outcome.String())
	field("rule", r.Rule.String())
	field("reason", r.Reason.String())
	field("contact", w.certain(gong.Contact, r.Contacts))
	field("account", w.certain(gong.Account, r.Accounts))
	field("lead", w.certain(gong.Lead, r.Leads))
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
	list := func(t gong.ObjectType, ns []int32) {
		var s []string
		for _, n := range ns {
			s = append(s, w.x.ID(t, n))
		}
		cell(strings.Join(s, ";"))
	}
	if p.Row > 0 {
		b = strconv.AppendInt(b, int64(p.Row), 10)
	}
	b = append(b, ',')
	cell(p.Email)
	cell(p.Phone)
	cell(value.OfDate(p.Day).String())
	cell(r.Outcome.String())
	cell(r.Rule.String())
	cell(r.Reason.String())
	cell(w.certain(gong.Contact, r.Contacts))
	cell(w.certain(gong.Account, r.Accounts))
	cell(w.certain(gong.Lead, r.Leads))
	list(gong.Deal, r.Deals)
	cell(strconv.Itoa(r.DealsTotal))
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
	return append(appendCSV(b, p.DateProblem), '\n')
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
