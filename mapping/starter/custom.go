package starter

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"unicode"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/lazy"
)

// maxCustom is how many custom fields a type gets at most.
const maxCustom = 25

var (
	technical = lazy.Regexp(`^(createdbyid|lastmodifiedbyid|systemmodstamp|fivetran.*|photourl|jigsaw.*|lastvieweddate|lastreferenceddate|lastactivitydate|.*latitude|.*longitude|.*geocodeaccuracy|masterrecordid|rowchecksum|donotmodify.*|portalid|cleanstatus|individualid|isunreadbyowner|mergedobjectids|hsmergedobjectids|lastcu.*date|recordtypeid|pricebook2?id|campaignid|hasopportunitylineitem|fiscal.*|forecastcategory|currencyisocode|.*historyid|.*curequestdate|.*cuupdatedate|modifiedby|createdby)$`)
	codeName  = lazy.Regexp(`(?i)phone|fax|postal|zip|plz|code|number|nummer|serial|\bsic|\bid$|_id$|Id$|mobil|telefon`)
	moneyName = lazy.Regexp(`(?i)amount|revenue|price|budget|income|umsatz|betrag|montant|importe|lifetimevalue|\barr\b|\bmrr\b|cost`)
)

// custom makes fields of the columns that have no place yet, for the types that
// take them.
func (b *builder) custom() {
	for _, s := range b.sources {
		var into []*entity
		for _, e := range b.entities {
			if e.s == s && e.typ != "BUSINESS_USER" && e.typ != "STAGE" && !e.derived {
				into = append(into, e)
			}
		}
		b.customOf(s, into)
	}
}

// wish is a column that could become a custom field.
type wish struct {
	col   int
	worth int // cells that hold a value
}

func (b *builder) customOf(s *src, into []*entity) {
	reasons := map[string][]string{}
	var order []string
	leave := func(i int, why string) {
		if _, ok := reasons[why]; !ok {
			order = append(order, why)
		}
		name := s.t.Columns[i].Name
		if name == "" {
			name = fmt.Sprintf("column %d", i+1)
		}
		reasons[why] = append(reasons[why], name)
	}
	var wishes []wish
	for i, c := range s.t.Columns {
		switch {
		case s.used[i] != "":
		case c.filled() == 0:
			leave(i, "empty")
		case s.nameBesideID(i):
			leave(i, "names of records whose ids stand beside them")
		case technical().MatchString(s.plain[i]):
			leave(i, "technical")
		case c.Distinct == 1 && c.filled() == s.t.Rows && s.t.Rows > 1:
			leave(i, "one value in all rows")
		case c.Longest > 2000:
			leave(i, "long texts")
		case strings.HasPrefix(sampleOf(c), "{") && strings.HasSuffix(sampleOf(c), "}"):
			leave(i, "nested data")
		case c.Damaged > 0:
			leave(i, "numbers that have lost digits in the workbook: format the column as text and export again")
		case len(into) == 0:
			leave(i, "no field of Gong")
		default:
			wishes = append(wishes, wish{col: i, worth: c.filled()})
		}
	}
	b.chooseCustom(s, wishes, into, leave)
	for _, why := range order {
		s.left = append(s.left, why+": "+strings.Join(reasons[why], ", "))
	}
	for i := range b.uses {
		if b.uses[i].Source == s.name {
			for _, why := range order {
				if why != "empty" {
					b.uses[i].Left += len(reasons[why])
				}
			}
		}
	}
}

// chooseCustom takes the fullest of the columns, in the file's order.
func (b *builder) chooseCustom(s *src, wishes []wish, into []*entity, leave func(int, string)) {
	sorted := append([]wish(nil), wishes...)
	sort.SliceStable(sorted, func(i, k int) bool { return sorted[i].worth > sorted[k].worth })
	taken := map[int]bool{}
	for n, w := range sorted {
		if n < maxCustom {
			taken[w.col] = true
		}
	}
	names := map[string]bool{}
	for _, w := range wishes {
		if !taken[w.col] {
			leave(w.col, fmt.Sprintf("beyond the %d fullest", maxCustom))
			continue
		}
		c := s.t.Columns[w.col]
		keys, x := b.customKind(s, w.col, into[0])
		if x == "" {
			leave(w.col, "ids of records that the export lacks")
			continue
		}
		head := cutPrefix(cutPrefix(c.Name, ownPrefixes[s.role]), prefixes[:])
		name := customName(head, w.col, into, names)
		names[name] = true
		fails := ""
		if strings.HasPrefix(x, "email(") || strings.HasPrefix(x, "url(") || b.mayFail(x) { // a custom field is no reason to reject a row
			fails = ", onError: omit"
		}
		for _, e := range into {
			e.custom = append(e.custom, fmt.Sprintf("%s: {label: %s, %s, value: %s%s}%s", name, scalar(label(head)), keys, expr(x), fails, whyText(c, keys)))
			b.result.Placed = append(b.result.Placed, Placed{Type: e.typ, Field: name, Expression: x, Custom: true})
		}
	}
}

// whyText says in a comment why a column of dates or numbers is kept as text.
func whyText(c *Column, keys string) string {
	switch {
	case keys != "type: STRING":
		return ""
	case (c.Kind == Date || c.Kind == DateTime) && c.MixedRow > 0:
		return "   # as text: it mixes two orders of day and month"
	case (c.Kind == Date || c.Kind == DateTime) && len(c.Either) > 0:
		return "   # as text: no row proves whether the day or the month stands first"
	case (c.Kind == Integer || c.Kind == Decimal) && c.Unclear:
		return "   # as text: no row proves which sign is the decimal one"
	}
	return ""
}

// customKind chooses a custom field's type and its expression; "" where the
// column refers to nothing that is known.
func (b *builder) customKind(s *src, i int, e *entity) (keys, x string) {
	c := s.t.Columns[i]
	as := "custom"
	if to, x := b.customReference(s, i, e); to != "" {
		return "type: REFERENCE, referenceTo: " + to, x
	}
	if c.most(c.Salesforce18) || c.most(c.Salesforce15) || strings.HasSuffix(s.plain[i], "id") && c.Shortest >= 10 && !spaced(c) && c.Kind == Text {
		return "", ""
	}
	switch c.Kind {
	case Boolean:
		if strings.Trim(c.Truthy+c.Falsy, "01") == "" && !b.bitsAreTruths(s, i) {
			if x, ok := s.number(i, as); ok {
				return "type: NUMBER", x
			}
			break
		}
		if x, ok := s.boolean(i, as); ok {
			return "type: BOOLEAN", x
		}
	case Date:
		if x, ok := s.date(i, as); ok {
			return "type: DATE", x
		}
	case DateTime:
		if x, ok := s.dateTime(i, as); ok {
			return "type: DATETIME", x
		}
	case Integer, Decimal:
		if c.LeadingZero > 0 || c.Kind == Integer && !c.Strip && !c.Suffix && c.Group == 0 && (c.Longest > 12 || codeName().MatchString(c.Name) && !strings.Contains(s.plain[i], "numberof")) {
			break
		}
		if x, ok := s.number(i, as); ok {
			if isPercent(c) {
				return "type: PERCENT", x
			}
			if b.currency == "" && (len(c.Money) > 0 || moneyName().MatchString(c.Name)) {
				return "type: CURRENCY", x
			}
			return "type: NUMBER", x
		}
	}
	switch {
	case c.all(c.Email):
		return "type: EMAILADDRESS", "email(" + s.value(i, as) + ")"
	case c.all(c.URL) && allWeb(c):
		return "type: URL", "url(" + s.value(i, as) + ")"
	case c.most(c.Phone) && c.Kind == Text:
		return "type: PHONENUMBER", s.value(i, as)
	case b.isChoice(s, i):
		return "type: PICKLIST, values: auto", s.choice(i, as)
	}
	return "type: STRING", s.choice(i, as)
}

var percentName = lazy.Regexp(`(?i)probab|wahrscheinlich|percent|prozent|\bpct\b|%|likelihood`)

// isPercent tells figures of 0 to 100 under a header that speaks of percent;
// shares of 1 are none, since nothing tells 1 of them from one percent.
func isPercent(c *Column) bool {
	if !percentName().MatchString(c.Name) || c.Values == nil || c.Strip || c.Suffix || c.Group != 0 {
		return false
	}
	most := 0.0
	for _, v := range c.Values {
		if hasCount(c.Nulls, v.Text) {
			continue
		}
		n, err := strconv.ParseFloat(strings.Replace(v.Text, ",", ".", 1), 64)
		if err != nil || n < 0 || n > 100 {
			return false
		}
		most = max(most, n)
	}
	return most > 1
}

var (
	truthName = lazy.Regexp(`(?i)^(is|has|can|do|does|was|should|allow|opt|in|no)[_ A-Z]|opt.?(out|in)|flag|active|deleted|verified|enabled|disabled|_bool|\?$`)
	countName = lazy.Regexp(`(?i)count|number|num_|anzahl|quantity|qty|total|people|employees|people|persons|seats|users|licen[sc]es|activities|deals|contacts|score|level|days|years|hours|amount|#`)
)

// bitsAreTruths tells whether 0 and 1 in a column are false and true rather
// than numbers: by its name, else by how the CRM writes truths.
func (b *builder) bitsAreTruths(s *src, i int) bool {
	name := cutPrefix(cutPrefix(s.t.Columns[i].Name, ownPrefixes[s.role]), prefixes[:])
	switch {
	case truthName().MatchString(name):
		return true
	case countName().MatchString(name):
		return false
	}
	return b.result.CRM == "salesforce" || b.result.CRM == "zoho"
}

// nameBesideID tells a column such as Account Name when there is a column
// Account Name.id that has a place.
func (s *src) nameBesideID(i int) bool {
	for k, c := range s.t.Columns {
		if c.Name == s.t.Columns[i].Name+".id" && c.filled() >= s.t.Columns[i].filled() {
			return s.t.Columns[i].Name != "" && k != i
		}
	}
	return false
}

// allWeb tells whether the url function would take all texts that are known.
func allWeb(c *Column) bool {
	for _, k := range c.Keys {
		rest := strings.TrimPrefix(strings.TrimPrefix(k.Text, "https://"), "http://")
		host, _, _ := strings.Cut(rest, "/")
		if !strings.Contains(host, ".") || strings.ContainsAny(k.Text, " \t\n<>\"") {
			return false
		}
	}
	return true
}

// customReference finds the records that a column's ids belong to.
func (b *builder) customReference(s *src, i int, e *entity) (to, x string) {
	c := s.t.Columns[i]
	if t := b.byRole[accounts]; contains(nameParent, s.plain[i]) && t != nil && t.name != "" && t.idExpr != "" {
		if h, x, _ := b.referenceBy(s, accounts, "custom", []int{i}); x != "" && h.part() >= 0.5 {
			return "ACCOUNT", x
		}
	}
	named := strings.HasSuffix(s.plain[i], "id") || contains(nameOwner, s.plain[i])
	if !named && !contains(nameDealContact, s.plain[i]) && !c.most(c.Salesforce18) && !c.most(c.GUID) && !c.most(c.Email) {
		return "", ""
	}
	if contains(nameOwner, s.plain[i]) && b.byRole[users] != nil && b.byRole[users].idExpr != "" {
		if h, x, _ := b.referenceBy(s, users, "custom", []int{i}); x != "" && h.part() >= 0.5 {
			return "USER", x
		}
	}
	if contains(nameDealContact, s.plain[i]) && b.byRole[contacts] != nil && b.byRole[contacts].idExpr != "" && e.typ == "DEAL" {
		if h, x, _ := b.referenceBy(s, contacts, "custom", []int{i}); x != "" && h.part() >= 0.5 {
			return "CONTACT", b.onlyContacts("CONTACT", x)
		}
	}
	best := 0.0
	for _, r := range []struct {
		role role
		word string
	}{{users, "USER"}, {accounts, "ACCOUNT"}, {contacts, "CONTACT"}, {deals, "DEAL"}, {leads, "LEAD"}} {
		t := b.byRole[r.role]
		if t == nil {
			if r.role == users && c.most(c.Email) && contains(nameOwner, s.plain[i]) && len(b.mailOwners) > 0 {
				return "USER", "email(" + s.value(i, "custom") + ")"
			}
			continue
		}
		if t.idExpr == "" || t.idCol < 0 || t.name == "" {
			continue
		}
		h := match(c, t.t.Columns[t.idCol])
		if h.part() > best && h.part() >= 0.5 && !h.fold {
			best = h.part()
			to, x = r.word, b.id(s, i, "custom")
		}
	}
	return to, b.onlyContacts(to, x)
}

// onlyContacts keeps a reference to contacts from leads, where one file holds
// both.
func (b *builder) onlyContacts(to, x string) string {
	t := b.byRole[contacts]
	if to != "CONTACT" || t == nil || len(b.leadsOf) == 0 || b.byRole[leads] != t || t.idExpr == "" {
		return x
	}
	where := "not (" + b.leadsOf[0].expr + ")"
	name := b.declare("contactAmongLeads", fmt.Sprintf("{from: %s, where: %s, key: %s, value: %s, onMany: first}", t.name, expr(where), expr(t.idExpr), expr(t.idExpr)), "nothing for leads")
	return name + "(" + x + ")"
}

// customName makes a legal and free name of a header.
func customName(header string, i int, into []*entity, taken map[string]bool) string {
	name := camel(bareName(header))
	if name == "" {
		name = fmt.Sprintf("column%d", i+1)
	}
	free := func(n string) bool {
		for _, e := range into {
			if contains(gong.ParseType(e.typ).ReservedNames(), n) {
				return false
			}
			for _, l := range e.custom {
				if strings.HasPrefix(l, n+":") {
					return false
				}
			}
		}
		return !taken[n]
	}
	if free(name) {
		return name
	}
	name = "crm" + strings.ToUpper(name[:1]) + name[1:]
	base := name
	for n := 2; !free(name); n++ {
		name = fmt.Sprintf("%s%d", base, n)
	}
	return name
}

// bareName takes Salesforce's mark of custom fields off a header.
func bareName(header string) string {
	for _, mark := range []string{"__c", "__C", "_c"} {
		if rest, ok := strings.CutSuffix(header, mark); ok && rest != "" {
			return rest
		}
	}
	return header
}

// label makes a name for people of a header.
func label(header string) string {
	var b strings.Builder
	var last rune
	runes := []rune(bareName(header))
	for i, r := range runes {
		switch {
		case r == '_':
			r = ' '
		case unicode.IsUpper(r) && unicode.IsLower(last),
			unicode.IsUpper(r) && unicode.IsUpper(last) && i+2 < len(runes) && unicode.IsLower(runes[i+1]) && unicode.IsLower(runes[i+2]):
			b.WriteByte(' ')
		}
		if unicode.IsControl(r) {
			r = ' '
		}
		if last == 0 || last == ' ' {
			r = unicode.ToUpper(r)
		}
		b.WriteRune(r)
		last = r
	}
	s := strings.Join(strings.Fields(b.String()), " ")
	if s == "" {
		return "Column"
	}
	if r := []rune(s); len(r) > 60 {
		s = strings.TrimSpace(string(r[:60]))
	}
	return s
}
