package starter

import (
	"fmt"
	"sort"
	"strings"
	"unicode"
)

// role is what a table holds.
type role string

const (
	users          role = "users"
	stages         role = "stages"
	pipelines      role = "pipelines"
	accounts       role = "accounts"
	contacts       role = "contacts"
	deals          role = "deals"
	leads          role = "leads"
	accountHistory role = "account history"
	contactHistory role = "contact history"
	dealHistory    role = "deal history"
	leadHistory    role = "lead history"
	links          role = "links"
	exchange       role = "exchange rates"
)

// recognise tells the CRM by headers that no other one writes.
func recognise(tables []*Table) (crm, evidence string) {
	signs := []struct {
		crm    string
		prefix bool
		header string
	}{
		{"dynamics", true, "(Do Not Modify) "}, {"pipedrive", true, "Deal - "}, {"pipedrive", true, "Person - "}, {"pipedrive", true, "Organization - "},
		{"salesforce", false, "SystemModstamp"}, {"salesforce", false, "system_modstamp"}, {"salesforce", false, "StageName"}, {"salesforce", false, "IsWon"},
		{"salesforce", false, "MasterRecordId"}, {"salesforce", false, "master_record_id"}, {"salesforce", false, "forecast_category"}, {"salesforce", false, "Opportunity ID"}, {"salesforce", false, "Opportunity Name"},
		{"salesforce", false, "Account ID"}, {"salesforce", false, "Last Modified Alias"},
		{"zoho", false, "Record Id"}, {"zoho", false, "POTENTIALID"}, {"zoho", false, "Account Name.id"}, {"zoho", false, "Deal Owner.id"}, {"zoho", false, "LEADID"},
		{"hubspot", true, "property_"}, {"hubspot", false, "Record ID"}, {"hubspot", false, "Deal Stage"}, {"hubspot", false, "Lifecycle Stage"}, {"hubspot", false, "Company Domain Name"}, {"hubspot", false, "Create Date"},
		{"dynamics", false, "emailaddress1"}, {"dynamics", false, "parentcustomerid"}, {"dynamics", false, "statecode"}, {"dynamics", false, "Est. revenue"}, {"dynamics", false, "Est. close date"},
	}
	votes := map[string]int{}
	first := map[string]string{}
	for _, t := range tables {
		for _, c := range t.Columns {
			for _, s := range signs {
				if c.Name == s.header || s.prefix && strings.HasPrefix(c.Name, s.header) || s.prefix && strings.HasPrefix(c.Name, s.header[:len(s.header)-1]) && s.header == "property_" {
					votes[s.crm]++
					if first[s.crm] == "" {
						first[s.crm] = fmt.Sprintf("the column %s of %s", shown(c.Name), t.file())
					}
				}
			}
			if c.Salesforce18 > 0 && c.most(c.Salesforce18) {
				votes["salesforce"]++
				if first["salesforce"] == "" {
					first["salesforce"] = fmt.Sprintf("the ids in column %s of %s", shown(c.Name), t.file())
				}
			}
		}
	}
	best := 0
	for _, name := range crms {
		if votes[name] > best {
			best, crm = votes[name], name
		}
	}
	return crm, first[crm]
}

func (t *Table) file() string {
	name := t.Name
	if len(t.Files) > 0 {
		name = t.Files[0][strings.LastIndexByte(t.Files[0], '/')+1:]
	}
	if t.Sheet != "" {
		name += " ▸ " + t.Sheet
	}
	return name
}

// words are the words of a file's name, in small letters.
func (t *Table) words() []string {
	var b strings.Builder
	var last rune
	for _, r := range t.Name {
		switch {
		case !unicode.IsLetter(r):
			r = ' '
		case unicode.IsUpper(r) && unicode.IsLower(last):
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
		last = r
	}
	return strings.Fields(b.String())
}

var fileWords = map[string]role{
	"user": users, "users": users, "owner": users, "owners": users, "systemuser": users, "systemusers": users, "benutzer": users, "usuarios": users,
	"account": accounts, "accounts": accounts, "company": accounts, "companies": accounts, "organization": accounts, "organizations": accounts,
	"organisation": accounts, "organisations": accounts, "partner": accounts, "partners": accounts, "firmen": accounts, "kunden": accounts, "empresas": accounts, "entreprises": accounts,
	"contact": contacts, "contacts": contacts, "people": contacts, "person": contacts, "persons": contacts, "kontakte": contacts, "personen": contacts, "contactos": contacts,
	"deal": deals, "deals": deals, "opportunity": deals, "opportunities": deals, "opps": deals, "opp": deals, "potential": deals, "potentials": deals, "verkaufschancen": deals, "oportunidades": deals, "opportunites": deals,
	"lead": leads, "leads": leads, "stage": stages, "stages": stages, "phasen": stages,
}

// otherWords say that a file named after a record holds something about it.
var otherWords = split("role roles team teams merge merged audit relation relations property properties option options line item items member members product products task tasks activity activities note notes campaign pricebook entry share feed partnerrole email emails type territory")

// signature scores a table by its columns for a role.
func (s *src) signature(r role) int {
	n := 0
	score := func(points int, lists ...names) {
		for _, l := range lists {
			if s.has(l) {
				n += points
				return
			}
		}
	}
	own := func(words string) names { return split(words) }
	switch r {
	case users:
		score(2, own("profileid userroleid userrole timezonesidkey languagelocalekey federationidentifier login"))
		score(2, nameUserEmail)
		score(1, nameActive, own("usertype activeuserid alias"))
		score(1, nameUserName, nameFirst)
	case accounts:
		score(2, nameWebsite)
		score(2, own("numberofemployees annualrevenue billingcity industry employees branche accountsource companysize mitarbeiter"))
		score(2, own("accountname companyname organizationname accountid companyid organizationid firmenname"))
		score(1, own("name"))
		score(1, nameIsCompany)
	case contacts:
		score(2, nameEmail)
		score(2, nameLast, own("contactname personname"))
		score(1, nameFirst)
		score(1, nameAccountID, nameAccountRef)
		score(1, own("contactid personid"), nameLifecycle, own("reportstoid mailingcity birthdate"))
	case deals:
		score(3, nameStage)
		score(2, nameAmount)
		score(2, nameClose)
		score(1, own("dealname opportunityname dealtitle potentialname dealid opportunityid potentialid"))
		score(1, nameWon, nameStatus)
		score(1, nameOwner)
	case leads:
		score(4, nameToAccount, nameToDeal, nameConverted)
		score(2, own("leadstatus leadsource leadid leadname leadowner"))
		score(1, nameEmail)
		score(1, own("company companyname"))
	case stages:
		score(2, own("masterlabel stageid stagename label"))
		score(2, nameOrder)
		score(1, own("isclosed closedwon iswon probability pipelineid defaultprobability"))
		if s.has(nameEmail) || s.has(nameClose) {
			n = 0
		}
	}
	return n
}

// judge finds the role of a table.
func judge(t *Table) (r role, why string) {
	if t.Rows == 0 || len(t.Columns) < 2 && len(t.Columns) == 0 {
		return "", "it has no rows"
	}
	if why, ok := isRates(t); ok {
		return exchange, why
	}
	s := newSrc(t, "")
	for i, c := range t.Columns {
		if name := plain(cutPrefix(c.Name, prefixes[:1])); len(c.Name) > 16 && strings.HasPrefix(c.Name, "(Do Not Modify) ") {
			for kind, list := range idNames {
				if len(list) > 0 && contains([]string{"account", "contact", "opportunity", "lead", "user"}, name) && contains(list, name) {
					return kind, "the column " + shown(t.Columns[i].Name)
				}
			}
		}
	}
	for _, p := range []struct {
		prefix string
		role   role
	}{{"Deal - ", deals}, {"Person - ", contacts}, {"Organization - ", accounts}, {"Lead - ", leads}} {
		n := 0
		for _, c := range t.Columns {
			if strings.HasPrefix(c.Name, p.prefix) {
				n++
			}
		}
		if 2*n > len(t.Columns) {
			return p.role, "columns that begin with " + shown(p.prefix)
		}
	}
	var named role
	namedBy := ""
	words := t.words()
	history, link, other := false, false, ""
	kinds := map[role]bool{}
	for _, w := range words {
		if k, ok := fileWords[w]; ok {
			if k != named {
				kinds[k] = true
			}
			named, namedBy = k, w
		}
		history = history || w == "history" || w == "versions"
		link = link || w == "relation"
		if contains(otherWords, w) {
			other = w
		}
		if w == "pipeline" || w == "pipelines" {
			kinds[pipelines] = true
		}
	}
	ids := 0
	for _, l := range []names{split("accountid companyid organizationid"), split("contactid personid"), split("dealid opportunityid")} {
		if s.has(l) {
			ids++
		}
	}
	switch {
	case history && s.has(split("fivetranstart")) && s.has(split("id")) && named != "":
		return map[role]role{accounts: accountHistory, contacts: contactHistory, deals: dealHistory, leads: leadHistory}[named], "the file's name and the column _fivetran_start"
	case history && s.has(split("opportunityid dealid")) && s.has(nameStage):
		return dealHistory, "the file's name and the deal's id in it"
	case kinds[deals] && kinds[stages] && s.has(split("dealid opportunityid")) && s.has(split("dateentered fivetranstart enteredat")):
		return dealHistory, "the file's name and the deal's id in it"
	case history:
		return "", "it is a history of a form that is not known"
	case link && ids == 2, other == "" && ids == 2 && len(t.Columns) <= 6 && !s.has(nameEmail) && !s.has(nameAmount):
		return links, "the ids of two records and little else"
	case other != "":
		return "", "its name (" + shown(other) + ") says that it holds something else"
	case kinds[pipelines] && !kinds[stages] && s.has(split("pipelineid pipeline id")) && s.has(split("label name")) && !s.has(nameClose):
		return pipelines, "the file's name"
	case kinds[stages] && s.signature(stages) >= 2 && !s.has(nameClose):
		return stages, "the file's name and its columns"
	}
	type vote struct {
		role   role
		points int
	}
	var votes []vote
	for _, r := range []role{deals, leads, contacts, accounts, users, stages} {
		n := s.signature(r)
		least := map[role]int{deals: 5, leads: 4, contacts: 4, accounts: 4, users: 4, stages: 4}[r]
		if r == named {
			n, least = n+4, 5
		}
		if named == "" || r == named {
			if n >= least {
				votes = append(votes, vote{r, n})
			}
		}
	}
	sort.SliceStable(votes, func(i, k int) bool { return votes[i].points > votes[k].points })
	if len(votes) > 0 {
		if votes[0].role == named {
			return named, "the file's name (" + shown(namedBy) + ") and its columns"
		}
		return votes[0].role, "its columns"
	}
	if named == "" && len(words) > 0 {
		known := false // a name such as Task or Campaign says what it is
		for _, c := range t.Columns {
			known = known || c.Name == "SystemModstamp" || strings.HasPrefix(c.Name, "_fivetran")
		}
		if known {
			return "", "it is none of users, stages, accounts, contacts, deals and leads"
		}
	}
	if named != "" && named != stages && len(t.Columns) >= 2 {
		return named, "the file's name alone (" + shown(namedBy) + ")"
	}
	return byData(t)
}

// byData guesses from values alone.
func byData(t *Table) (r role, why string) {
	mails, money, dates, hosts, choice, texts := 0, 0, 0, 0, 0, 0
	for i, c := range t.Columns {
		switch {
		case c.most(c.Email):
			mails++
		case c.most(c.URL + c.Host):
			hosts++
		case c.Kind == Date || c.Kind == DateTime:
			dates++
		case c.Kind == Decimal || c.Kind == Integer && c.Longest >= 4 && i > 0 && c.LeadingZero == 0:
			money++
		case c.Kind == Text && c.Exact && c.Distinct > 1 && c.Distinct <= 12 && c.filled() > 3*c.Distinct:
			choice++
		case c.Kind == Text && c.Distinct > 12 || c.Kind == Text && c.Unique:
			texts++
		}
	}
	switch {
	case mails > 0 && money == 0:
		return contacts, "e-mail addresses in it (a guess from the values)"
	case money > 0 && dates > 0 && choice > 0 && mails == 0 && hosts == 0:
		return deals, "amounts, dates and a column of few values (a guess from the values)"
	case mails > 0:
		return contacts, "e-mail addresses in it (a guess from the values)"
	case hosts > 0 && texts > 0:
		return accounts, "web addresses in it (a guess from the values)"
	}
	return "", "nothing in it tells what it holds"
}

// assign gives each table its role and joins those that belong together.
func (b *builder) assign() {
	type found struct {
		t    *Table
		role role
		why  string
	}
	var list []found
	for _, t := range b.tables {
		r, why := judge(t)
		list = append(list, found{t, r, why})
	}
	b.uses = make([]Use, len(list))
	for i, f := range list {
		b.uses[i] = Use{Table: f.t, Role: string(f.role), Why: f.why}
		if f.role == "" {
			continue
		}
		if f.role == links {
			s := b.add(f.t, f.role, f.why)
			s.name = b.sourceName(f.t, f.role)
			b.linkTables = append(b.linkTables, s)
			b.uses[i].Source = s.name
			continue
		}
		same := (*src)(nil)
		for _, s := range b.sources {
			if s.role == f.role {
				same = s
			}
		}
		if same == nil {
			s := b.add(f.t, f.role, f.why)
			s.name = b.sourceName(f.t, f.role)
			b.uses[i].Source = s.name
			if b.byRole[f.role] == nil {
				b.byRole[f.role] = s
			}
			continue
		}
		b.second(same, f.t, i)
	}
}

// second decides on a second table of one role.
func (b *builder) second(s *src, t *Table, at int) {
	use := &b.uses[at]
	switch {
	case sameHeader(s.t, t) && t.Sheet == "" && s.t.Sheet == "" && t.Footer == s.t.Footer && t.Header == s.t.Header && t.Encoding == s.t.Encoding:
		overlap := 0
		if i := s.find(idNames[s.role]); i >= 0 && len(t.Columns) > i {
			overlap = match(t.Columns[i], s.t.Columns[i]).rows
		}
		if overlap > 0 {
			use.Role, use.Why = "", fmt.Sprintf("%s has the same columns and %s; only that file is read", s.t.file(), count(overlap, "of its ids", "of its ids"))
			b.open("%s and %s hold the same records in part: keep the newer one, or read both with duplicates: latest", s.t.file(), t.file())
			return
		}
		b.merge(s, t)
		use.Source, use.Why = s.name, "the same columns as "+s.t.file()+": both are read as one source"
	case t.Sheet != "" && sameHeader(s.t, t):
		use.Role, use.Why = "", "the sheet has the columns of "+s.t.file()+", which is read"
	default:
		if better(t, s) {
			old := s.t
			if s.role == users {
				b.spare = append(b.spare, newSrc(old, users))
			}
			*s = *newSrc(t, s.role)
			s.name, s.why = b.sourceName(t, s.role), use.Why
			use.Source = s.name
			for i := range b.uses {
				if b.uses[i].Table == old {
					b.uses[i].Role, b.uses[i].Source, b.uses[i].Why = "", "", "there are "+string(s.role)+" in "+t.file()+" too, which has more of the columns that count"
				}
			}
			return
		}
		if s.role == users {
			b.spare = append(b.spare, newSrc(t, users))
		}
		b.mayBelong(s, t)
		use.Role, use.Why = "", "there are "+string(s.role)+" in "+s.t.file()+" too, which has more of the columns that count"
	}
}

// mayBelong says when a file that is left out holds records of the same kind by
// id, which could be read with the others.
func (b *builder) mayBelong(s *src, t *Table) {
	n := newSrc(t, s.role)
	i, k := s.find(idNames[s.role]), n.find(idNames[s.role])
	if i < 0 || k < 0 || n.plain[k] != s.plain[i] || t.Sheet != "" || s.role == stages {
		return
	}
	h := match(t.Columns[k], s.t.Columns[i])
	if h.rows == h.all {
		return // nothing new
	}
	b.open("%s holds %s too, of which %s are in %s: to read both, write both files as the source's file, with duplicates: latest", t.file(), s.role, h, s.t.file())
}

// better tells whether t has more of what the role needs than s has.
func better(t *Table, s *src) bool {
	n := newSrc(t, s.role)
	a, b := n.signature(s.role), s.signature(s.role)
	if (n.find(idNames[s.role]) >= 0) != (s.find(idNames[s.role]) >= 0) {
		return n.find(idNames[s.role]) >= 0
	}
	if s.role == users { // the table that deals refer to is found by its size
		return a > b || a == b && t.Rows > s.t.Rows
	}
	return a > b || a == b && len(t.Columns) > len(s.t.Columns)
}

func sameHeader(a, b *Table) bool {
	if len(a.Columns) != len(b.Columns) {
		return false
	}
	for i := range a.Columns {
		if a.Columns[i].Name != b.Columns[i].Name {
			return false
		}
	}
	return true
}

// merge reads t's file behind those of s.
func (b *builder) merge(s *src, t *Table) {
	joined := *s.t
	joined.Files = append(append([]string(nil), s.t.Files...), t.Files...)
	joined.Rows += t.Rows
	joined.Columns = nil
	for i := range s.t.Columns {
		joined.Columns = append(joined.Columns, both(s.t.Columns[i], t.Columns[i]))
	}
	name, why := s.name, s.why
	role := s.role
	*s = *newSrc(&joined, role)
	s.name, s.why = name, why
}

func (b *builder) add(t *Table, r role, why string) *src {
	s := newSrc(t, r)
	s.why = why
	b.sources = append(b.sources, s)
	return s
}

// sourceName names a source after its role, links after their file.
func (b *builder) sourceName(t *Table, r role) string {
	name := map[role]string{deals: "deals", accountHistory: "accountVersions", contactHistory: "contactVersions", dealHistory: "dealVersions", leadHistory: "leadVersions", exchange: "rates"}[r]
	if name == "" {
		name = string(r)
	}
	if r == links {
		if name = camel(t.Name); name == "" {
			name = "links"
		}
	}
	for n := 2; ; n++ {
		taken := false
		for _, s := range b.sources {
			taken = taken || s.name == name
		}
		if !taken {
			return name
		}
		name = fmt.Sprintf("%s%d", strings.TrimRight(name, "0123456789"), n)
	}
}
