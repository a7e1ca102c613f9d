package view

import (
	"strconv"
	"strings"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
	"crm2gong/validate/associate"
)

// Person is a person of an activity as read.
type Person struct {
	associate.Person
	Row         int    // in its file; 0: from no file
	Date        string // as written, "" for none
	DateProblem string // why Date can not be read
}

// PeopleCount counts results.
type PeopleCount struct {
	People   int
	Outcomes [associate.Outcomes]int
	Rules    [associate.Rules]int
	Deals    int // people to whose activity deals are tied
	BadDates int
	BadNames int // people with an e-mail or a phone that can not be compared
}

// Add counts a result.
func (c *PeopleCount) Add(p *Person, r *associate.Result) {
	c.People++
	c.Outcomes[r.Outcome]++
	c.Rules[r.Rule]++
	if r.DealsTotal > 0 {
		c.Deals++
	}
	if p.DateProblem != "" {
		c.BadDates++
	}
	if r.BadEmail || r.BadPhone {
		c.BadNames++
	}
}

// Merge adds another count.
func (c *PeopleCount) Merge(o *PeopleCount) {
	c.People += o.People
	c.Deals += o.Deals
	c.BadDates += o.BadDates
	c.BadNames += o.BadNames
	for i, n := range o.Outcomes {
		c.Outcomes[i] += n
	}
	for i, n := range o.Rules {
		c.Rules[i] += n
	}
}

// People writes the results for people as text, JSON or CSV. Its methods append
// to a buffer and may be called by several goroutines.
type People struct {
	x         *associate.Index
	algorithm associate.Algorithm
	format    string
	brief     bool
}

// NewPeople makes a writer for a format: text, json or csv. brief leaves out
// the steps, which csv never has.
func NewPeople(x *associate.Index, a associate.Algorithm, format string, brief bool) *People {
	return &People{x, a, format, brief}
}

// Steps tells whether the steps of each search are written.
func (w *People) Steps() bool { return !w.brief && w.format != "csv" }

// Begin appends what comes before the people.
func (w *People) Begin(b []byte) []byte {
	switch w.format {
	case "json":
		b = append(b, `{"format_version":1,"algorithm":"`...)
		b = append(b, w.algorithm.String()...)
		return append(b, `","people":[`...)
	case "csv":
		return append(b, "row,email,phone,date,outcome,rule,reason,contact,account,lead,deals,deals_total,candidates,named,problem\n"...)
	}
	return b
}

// First gives what Append made of the first people without what separates
// people.
func (w *People) First(b []byte) []byte {
	if w.format == "json" && len(b) > 0 {
		return b[1:]
	}
	return b
}

// Append appends one person. In JSON every one begins with a comma: see First.
func (w *People) Append(b []byte, p *Person, r *associate.Result) []byte {
	switch w.format {
	case "json":
		return w.json(b, p, r)
	case "csv":
		return w.csv(b, p, r)
	}
	return w.text(b, p, r)
}

// End appends what comes after the people; the summary is for text and JSON.
func (w *People) End(b []byte, c *PeopleCount, summary bool) []byte {
	switch w.format {
	case "json":
		return w.jsonEnd(b, c)
	case "csv":
		return b
	}
	if !summary || c.People < 2 {
		return b
	}
	b = append(b, '\n')
	b = append(b, Count(c.People, "person", "people")...)
	for i, n := range c.Outcomes {
		if n > 0 {
			b = append(b, ", "...)
			b = strconv.AppendInt(b, int64(n), 10)
			b = append(b, ' ')
			b = append(b, outcomeWords[i]...)
		}
	}
	b = append(b, '\n')
	for i, n := range c.Rules {
		if n > 0 && associate.Rule(i) != associate.NoRule {
			b = append(b, "  "...)
			b = strconv.AppendInt(b, int64(n), 10)
			b = append(b, " by "...)
			b = append(b, ruleWords[i]...)
			b = append(b, '\n')
		}
	}
	if c.Deals > 0 {
		b = append(b, "  "...)
		b = strconv.AppendInt(b, int64(c.Deals), 10)
		b = append(b, " with deals\n"...)
	}
	if c.BadNames > 0 {
		b = append(b, "  "...)
		b = strconv.AppendInt(b, int64(c.BadNames), 10)
		b = append(b, " with an e-mail or a phone that can not be compared\n"...)
	}
	if c.BadDates > 0 {
		b = append(b, "  "...)
		b = strconv.AppendInt(b, int64(c.BadDates), 10)
		b = append(b, " with a date that can not be read\n"...)
	}
	return b
}

// problems says what of a person is of no use, and what would be right.
func problems(p *Person, r *associate.Result) (list []string) {
	if r.BadEmail {
		list = append(list, "the e-mail "+value.Quote(p.Email)+" is no address such as ann@acme.com")
	}
	if r.BadPhone {
		list = append(list, "the phone "+value.Quote(p.Phone)+" is no number of 6 to 15 digits")
	}
	if p.DateProblem != "" {
		list = append(list, "the date can not be read: "+p.DateProblem)
	}
	return list
}

var outcomeWords = [associate.Outcomes]string{
	associate.Matched: "matched", associate.Ambiguous: "ambiguous", associate.None: "without a match",
	associate.Internal: "from inside the company", associate.Unusable: "without a usable address",
}

var ruleWords = [associate.Rules]string{
	associate.ByContact: "their own contact", associate.ByDomain: "the account's domain",
	associate.ByColleague: "their colleagues' account", associate.ByLead: "their lead",
}

func (w *People) text(b []byte, p *Person, r *associate.Result) []byte {
	if p.Row > 0 {
		b = append(b, "row "...)
		b = strconv.AppendInt(b, int64(p.Row), 10)
		b = append(b, ", "...)
	}
	b = append(b, nameOf(p)...)
	b = append(b, ": "...)
	b = append(b, w.verdict(r)...)
	b = append(b, '\n')
	for _, problem := range problems(p, r) {
		b = append(append(append(b, "  "...), problem...), '\n')
	}
	if w.brief {
		return b
	}
	for i := range r.Steps {
		s := &r.Steps[i]
		b = append(b, "  "...)
		b = append(b, s.Rule.String()...)
		b = append(b, ": "...)
		b = append(b, StepText(s)...)
		for k, ref := range s.Records {
			switch {
			case k == 0:
				b = append(b, ": "...)
			default:
				b = append(b, ", "...)
			}
			if k == 0 || ref.Type != s.Records[k-1].Type {
				b = append(append(b, ref.Type.String()...), ' ')
			}
			b = append(b, w.id(ref.Type, ref.N)...)
		}
		b = append(b, '\n')
	}
	return b
}

// nameOf is how a person is called: the e-mail, else the phone.
func nameOf(p *Person) string {
	var parts []string
	for _, s := range []string{p.Email, p.Phone} {
		if s != "" {
			parts = append(parts, printable(s))
		}
	}
	if len(parts) == 0 {
		return "nobody"
	}
	return strings.Join(parts, " ")
}

// printable keeps what is read from moving the cursor about.
func printable(s string) string {
	if strings.IndexFunc(s, func(r rune) bool { return !strconv.IsPrint(r) }) < 0 {
		return s
	}
	return value.Quote(s)
}

// printableList lists names, each of them printable.
func printableList(names []string) string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = printable(name)
	}
	return strings.Join(list, ", ")
}

// id gives a record's id for people.
func (w *People) id(t gong.ObjectType, n int32) string { return printable(w.x.ID(t, n)) }

// verdict says in a line what is attached.
func (w *People) verdict(r *associate.Result) string {
	var parts []string
	list := func(t gong.ObjectType, ns []int32) {
		if len(ns) == 0 {
			return
		}
		var ids []string
		for _, n := range ns {
			ids = append(ids, w.id(t, n))
		}
		parts = append(parts, t.String()+" "+strings.Join(ids, " or "))
	}
	list(gong.Contact, r.Contacts)
	list(gong.Account, r.Accounts)
	list(gong.Lead, r.Leads)
	s := ""
	switch r.Outcome {
	case associate.Matched:
		s = "matched by " + ruleWords[r.Rule] + ": "
	case associate.Ambiguous:
		s = "ambiguous, by " + ruleWords[r.Rule] + ": "
	default:
		s = reasonText(r)
	}
	s += strings.Join(parts, ", ")
	if r.More {
		s += " or more"
	}
	for _, ref := range r.Named {
		s += ", named " + ref.Type.String() + " " + w.id(ref.Type, ref.N)
	}
	if len(r.Deals) > 0 {
		s += ", DEAL"
		for i, n := range r.Deals {
			if i > 0 {
				s += ","
			}
			s += " " + w.id(gong.Deal, n)
		}
		if more := r.DealsTotal - len(r.Deals); more > 0 {
			s += " (and " + strconv.Itoa(more) + " more that fit)"
		}
	}
	return s
}

func reasonText(r *associate.Result) string {
	switch {
	case r.Outcome == associate.Internal:
		return "one of the company's own people"
	case r.Outcome == associate.Unusable:
		return "neither an e-mail nor a phone that can be compared"
	case r.Reason == associate.NoAccount:
		return "nothing: there is a contact, but it leads to no account"
	case r.Reason == associate.FreeMail:
		return "nothing: no record has the address, and the domain is a consumer mail provider's"
	}
	return "nothing: no record has the address or the domain"
}

// stepWords say what a step came to.
var stepWords = map[associate.Rule]map[associate.Finding]string{
	associate.ByPerson: {
		associate.IsExternal: "somebody from outside the company",
		associate.IsInternal: "one of the company's own people, whom Gong does not match",
		associate.NoAddress:  "neither an e-mail nor a phone that can be compared",
		associate.BadAddress: "the e-mail or the phone can not be compared; the other one counts",
	},
	associate.ByName: {
		associate.Found:         "the activity itself names it",
		associate.UnknownRecord: "the activity names a record that is not in the data",
	},
	associate.ByContact: {
		associate.Found:     "a contact has the e-mail or phone, and an account",
		associate.Several:   "several contacts with an account have the e-mail or phone",
		associate.NoAccount: "a contact has the e-mail or phone, but no account that is in the data",
		associate.Nothing:   "no contact has the e-mail or phone",
	},
	associate.ByDomain: {
		associate.Found:    "an account has the domain of the e-mail",
		associate.Several:  "several accounts have the domain of the e-mail",
		associate.Nothing:  "no account has the domain of the e-mail",
		associate.FreeMail: "left out: the domain is a consumer mail provider's",
		associate.NoEmail:  "left out: without an e-mail there is no domain",
	},
	associate.ByColleague: {
		associate.Found:    "contacts with the same domain have this account",
		associate.Several:  "contacts with the same domain have different accounts",
		associate.Nothing:  "no contact with the same domain has an account",
		associate.FreeMail: "left out: the domain is a consumer mail provider's",
		associate.NoEmail:  "left out: without an e-mail there is no domain",
	},
	associate.ByLead: {
		associate.Found:   "a lead has the e-mail or phone",
		associate.Several: "several leads have the e-mail or phone",
		associate.Nothing: "no lead has the e-mail or phone",
	},
	associate.ByDeal: {
		associate.Found:          "open on the day, opened up to 14 days after it, or closed up to 14 days before it",
		associate.Nothing:        "the account has no deals",
		associate.OutOfReach:     "none of the account's deals was open on the day, opened up to 14 days after it, or closed up to 14 days before it",
		associate.NoClearAccount: "which account is meant is not clear, so its deals are not either",
		associate.TooMany:        "more deals fit than the five that Gong attaches; those open on the day come first",
	},
}

// StepText says in words what a step came to.
func StepText(s *associate.Step) string { return stepWords[s.Rule][s.Finding] }
