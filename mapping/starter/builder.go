package starter

import (
	"fmt"
	"strings"
)

// builder is a mapping under construction.
type builder struct {
	opt         Options
	tables      []*Table
	result      *Result
	uses        []Use
	sources     []*src
	linkTables  []*src
	spare       []*src // other tables of users
	byRole      map[role]*src
	longIDs     bool
	known       map[string]tuples // what was asked of Options.Tuples
	lookups     map[string]string // definitions by name
	lookupLines []string
	enums       map[string]bool
	enumBlocks  []string
	functions   []string        // lines
	prefixes    map[string]bool // what ids of records begin with and Gong does not take
	currency    string          // the block of that name
	rates       *rates          // a file of exchange rates
	mailOwners  []mailOwner
	entities    []*entity
	versions    []*entity
	stageOf     string // how a deal refers to its stage
	stageNote   string
	leadsOf     []filter // what tells leads apart in a file of contacts
	doubts      []doubt
	checks      []string // lines
}

// mailOwner is a column of owners' e-mail addresses, where no file of users is.
type mailOwner struct {
	s   *src
	col int
}

// entity is one mapping of an object type.
type entity struct {
	typ        string
	s          *src
	where      []filter
	repeats    string // how many ids occur again; "": none
	duplicates string
	deleted    string
	converted  string
	fields     []field
	custom     []string // lines
	comments   []string
	history    bool
	derived    bool // accounts made of the rows of other records
}

type filter struct{ name, expr string }

// field is a line of fields.
type field struct {
	name, expr string
	omit       bool   // onError: omit
	onError    string // an expression instead
	comment    string
	off        bool // written as a comment
}

func (b *builder) open(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if !contains(b.result.Open, text) {
		b.result.Open = append(b.result.Open, text)
	}
}

// urge is open for what must not be overlooked: it stands before all others.
func (b *builder) urge(format string, args ...any) {
	b.result.Open = append([]string{fmt.Sprintf(format, args...)}, b.result.Open...)
}

// declare adds a lookup and gives its name: the one asked for, or that with a
// number behind where it is taken by another lookup. The text behind the
// definition is a comment.
func (b *builder) declare(name, definition, comment string) string {
	base := name
	for n := 2; b.lookups[name] != "" && b.lookups[name] != definition; n++ {
		name = fmt.Sprintf("%s%d", base, n)
	}
	if b.lookups[name] == "" {
		b.lookups[name] = definition
		line := name + ": " + definition
		if comment != "" {
			line += "   # " + comment
		}
		b.lookupLines = append(b.lookupLines, line)
	}
	return name
}

// tuples is an answer of Options.Tuples.
type tuples struct {
	list []Tuple
	ok   bool
}

// tuples asks Options.Tuples, which reads the table again, once for the same.
func (b *builder) tuples(t *Table, columns []int, limit int) ([]Tuple, bool) {
	key := fmt.Sprintf("%p %v %d", t, columns, limit)
	if b.known == nil {
		b.known = map[string]tuples{}
	}
	u, ok := b.known[key]
	if !ok {
		u.list, u.ok = b.opt.Tuples(t, columns, limit)
		b.known[key] = u
	}
	return u.list, u.ok
}

// also adds to a comment.
func also(comment, more string) string { return strings.TrimPrefix(comment+"; ", "; ") + more }

// set adds a field with an expression; nothing where there is none.
func (e *entity) set(name, x, comment string) {
	if x != "" {
		e.fields = append(e.fields, field{name: name, expr: x, comment: comment})
	}
}

// setOmit adds a field that is left out where its expression fails.
func (e *entity) setOmit(name, x, comment string) {
	if x != "" {
		e.fields = append(e.fields, field{name: name, expr: x, comment: comment, omit: true})
	}
}

func (b *builder) addEntity(typ string, s *src) *entity {
	e := &entity{typ: typ, s: s, where: s.where}
	b.entities = append(b.entities, e)
	return e
}

// ownID settles how the records of s are told apart.
func (b *builder) ownID(e *entity) {
	s := e.s
	if s.idExpr != "" {
		e.set("objectId", s.idExpr, "")
		return
	}
	if s.idCol >= 0 {
		c := s.t.Columns[s.idCol]
		s.idExpr = b.id(s, s.idCol, e.typ+".objectId")
		comment := ""
		if !c.Unique {
			e.repeats = fmt.Sprintf("%s different in %s rows", thousands(c.Distinct), thousands(c.filled()))
		}
		if strings.HasPrefix(s.idExpr, "safeId") {
			comment = also(comment, "not all ids are legal in Gong ("+shown(c.Samples[0])+"): safeId makes stable ones")
		}
		if n, id := damaged(c); n > 0 && c.Kind == Text {
			comment = also(comment, count(n, "id has", "ids have")+" lost digits in a spreadsheet, such as "+shown(id)+": those rows are rejected")
			b.open("%s of %s: %s lost digits, such as %s: export it again and do not open it in a spreadsheet", c.Name, s.t.file(), count(n, "id has", "ids have"), shown(id))
		}
		e.set("objectId", s.idExpr, comment)
		return
	}
	parts, unique := b.idParts(s)
	if len(parts) == 0 {
		e.comments = append(e.comments, "The export has no ids and no column to make them of: FILL IN objectId, and take the # away.")
		b.open("%s has no ids, and no column that tells its rows apart", s.t.file())
		s.idExpr = "id(source.file, source.index)"
		e.set("objectId", s.idExpr, "the row's place: changes when rows are added; export the record's id instead")
		return
	}
	var refs, heads []string
	for _, i := range parts {
		refs = append(refs, s.value(i, e.typ+".objectId"))
		heads = append(heads, s.t.Columns[i].Name)
	}
	s.idParts = parts
	s.idExpr = "id(" + strings.Join(refs, ", ") + ")"
	comment := "no column of ids: made of " + strings.Join(heads, ", ")
	if !unique {
		e.duplicates = "first"
		comment += ", which several rows share: the first is kept"
	}
	b.open("%s has no ids: export the record's id, or check that %s never changes", s.t.file(), strings.Join(heads, ", "))
	e.set("objectId", s.idExpr, comment)
}

// idParts finds the columns that tell the rows of s apart.
func (b *builder) idParts(s *src) (parts []int, unique bool) {
	var cands []int
	add := func(l names) {
		for _, i := range s.findAll(l) {
			if !containsInt(cands, i) {
				cands = append(cands, i)
			}
		}
	}
	switch s.role {
	case users:
		add(nameUserEmail)
		add(nameUserName)
	case accounts:
		add(nameAccountName)
		add(nameWebsite)
	case contacts, leads:
		if i := b.mailColumn(s); i >= 0 {
			cands = append(cands, i)
		}
		add(nameEmail)
		add(nameFull)
		add(nameFirst)
		add(nameLast)
		add(nameAccountRef)
		add(nameMobile)
	case deals:
		add(nameDealName)
		add(nameAccountRef)
		add(nameCreated)
		add(nameOwner)
	}
	if len(cands) == 0 {
		for i, c := range s.t.Columns {
			if c.Kind == Text && c.filled() > 0 && c.Longest <= 200 && (c.Unique || len(cands) == 0 && 2*c.Distinct > c.filled()) {
				cands = append(cands, i)
			}
		}
	}
	for _, i := range cands {
		if c := s.t.Columns[i]; c.Unique && c.Empty == 0 && len(c.Nulls) == 0 {
			return []int{i}, true
		}
	}
	if len(cands) > 4 {
		cands = cands[:4]
	}
	if s.role == accounts && len(cands) > 0 {
		return cands[:1], s.t.Columns[cands[0]].Unique
	}
	return cands, b.distinctRows(s, cands)
}

// distinctRows tells whether the columns together tell all rows apart.
func (b *builder) distinctRows(s *src, cols []int) bool {
	if b.opt.Tuples == nil || len(cols) == 0 {
		return false
	}
	list, ok := b.tuples(s.t, cols, 50_000)
	return ok && len(list) == s.t.Rows
}

// modified writes modifiedDate with what stands in where it is empty.
func (b *builder) modified(e *entity) {
	s := e.s
	var chain []string
	comment := ""
	full := false
	unread := ""            // a column of dates in two orders
	what, says := "", false // the first column, and whether it says when a record changed
	for n, l := range []names{nameModified, nameSynced, nameCreated} {
		for _, i := range s.findAll(l) {
			if !full {
				b.near(s, i, Date, DateTime)
			}
			c := s.t.Columns[i]
			if full || e.history && (s.plain[i] == "fivetransynced") {
				break
			}
			if len(c.Either) > 0 {
				b.ambiguous(e, i, "modifiedDate")
				continue
			}
			x, ok := s.dateTime(i, e.typ+".modifiedDate")
			if !ok {
				if b.mixed(e, i, "modifiedDate") && unread == "" {
					unread = c.Name
				}
				continue
			}
			if len(chain) == 0 {
				what = c.Name
				says = n == 0 || strings.HasPrefix(c.Name, "(Do Not Modify)")
			}
			chain = append(chain, x)
			full = c.Empty == 0 && len(c.Nulls) == 0
			break
		}
		if full {
			break
		}
	}
	switch {
	case len(chain) == 0 && unread != "":
		comment = unread + " can't be read: see the source"
		chain = []string{"now()"}
	case len(chain) == 0:
		comment = "the export does not say when a record changed"
		chain = []string{"now()"}
	case !full && e.repeats != "":
		chain = append(chain, longAgo)
		comment = "the first that is not empty"
		e.comments = append(e.comments, "A row without any date is of unknown age and counts as the oldest, of 1970: so it never takes the place of a dated row with its id, neither here nor in Gong, which keeps what has the newer modifiedDate. What changes in a record that has no date at all does not reach Gong then: export the dates.")
	case !full:
		chain = append(chain, "now()")
		comment = "the first that is not empty"
	}
	e.among(what != "")
	if what != "" && !says {
		comment = also(comment, "no column says when a record changed: "+what+" stands in")
	}
	e.set("modifiedDate", strings.Join(chain, " ?? "), comment)
}

// longAgo is the age of a row that tells none.
const longAgo = `datetime("1970-01-01T00:00:00Z")`

// among says what becomes of several rows with one id: the newest stays where
// dates tell it, else one of those that are alike.
func (e *entity) among(dated bool) {
	if e.repeats == "" {
		return
	}
	says := "of several the newest is kept"
	e.duplicates = "latest"
	if !dated {
		says = "nothing tells the newest of several, so that those that differ are rejected; under duplicates first or last would take one, and latest with dates"
		e.duplicates = "same"
	}
	for i := range e.fields {
		if f := &e.fields[i]; f.name == "objectId" {
			f.comment = strings.TrimSuffix(e.repeats+": "+says+"; "+f.comment, "; ")
		}
	}
}

// ambiguous leaves a date out whose order of day and month no row proves.
func (b *builder) ambiguous(e *entity, i int, fieldName string) {
	c := e.s.t.Columns[i]
	day, month := formatKey(c.Formats), formatKey(c.Either)
	if len(day) == 0 || len(month) == 0 {
		return
	}
	word := "date"
	if c.Kind == DateTime || fieldName == "modifiedDate" || fieldName == "createdDate" {
		word = "datetime"
	}
	e.s.notes = append(e.s.notes, fmt.Sprintf("FILL IN: every %s can be read with the day or the month first, such as %s. Take the one line that is true:", c.Name, shown(sampleOf(c))),
		fmt.Sprintf("\x00%s: {type: %s, %s}", key(c.Name), word, day[0]),
		fmt.Sprintf("\x00%s: {type: %s, %s}", key(c.Name), word, month[0]))
	e.fields = append(e.fields, field{name: fieldName, expr: e.s.ref(i, e.typ+"."+fieldName), off: true, comment: "FILL IN: the format of " + c.Name + " under sources, then take the # away"})
	e.asText(i)
	b.open("%s of %s: does the day or the month stand first? %s leaves it open", c.Name, e.s.t.file(), shown(sampleOf(c)))
}

// mixed says that a column holds dates in two orders of day and month.
func (b *builder) mixed(e *entity, i int, fieldName string) bool {
	c := e.s.t.Columns[i]
	if c.MixedRow == 0 {
		return false
	}
	e.s.notes = append(e.s.notes, fmt.Sprintf("FILL IN: %s mixes two orders of day and month: row %d can only have the day first, row %d only the month, and the order of the others can't be known. Correct the export; %s is not read from it.", c.Name, c.OrderRow, c.MixedRow, fieldName))
	b.open("%s of %s mixes day/month and month/day (rows %d and %d): correct the export", oneLine(c.Name), e.s.t.file(), c.OrderRow, c.MixedRow)
	return true
}

// asText keeps a column whose values can't be read yet as a custom text.
func (e *entity) asText(i int) {
	switch e.typ {
	case "ACCOUNT", "CONTACT", "DEAL", "LEAD":
	default:
		return
	}
	if n := camel(e.s.t.Columns[i].Name); n != "" && !e.history {
		e.custom = append(e.custom, fmt.Sprintf("%s: {label: %s, type: STRING, value: %s}", n+"Text", scalar(label(e.s.t.Columns[i].Name)+" as text"), expr(e.s.ref(i, ""))))
	}
}

func sampleOf(c *Column) string {
	for _, s := range c.Samples {
		if s != "" {
			return s
		}
	}
	return ""
}

// unclear leaves an amount out whose decimal sign no row proves.
func (b *builder) unclear(e *entity, i int, fieldName string) {
	c := e.s.t.Columns[i]
	e.s.notes = append(e.s.notes, fmt.Sprintf("FILL IN: %s such as %s can be read with two decimal signs. Take the one line that is true:", c.Name, shown(sampleOf(c))),
		fmt.Sprintf("\x00%s: {type: decimal, decimal: \".\", group: \",\"}", key(c.Name)),
		fmt.Sprintf("\x00%s: {type: decimal, decimal: \",\", group: \".\"}", key(c.Name)))
	e.fields = append(e.fields, field{name: fieldName, expr: e.s.ref(i, e.typ+"."+fieldName), off: true, comment: "FILL IN: the signs of " + c.Name + " under sources, then take the # away"})
	e.asText(i)
	b.open("%s of %s: which sign is the decimal one? %s leaves it open", c.Name, e.s.t.file(), shown(sampleOf(c)))
}

// deletedBy takes a column that marks deleted records.
func (b *builder) deletedBy(e *entity) {
	s := e.s
	for _, i := range s.findAll(nameDeleted) {
		x, ok := s.boolean(i, e.typ+".deleted")
		if !ok {
			continue
		}
		e.deleted = x
		c := s.t.Columns[i]
		if n := valueCount(c, c.Truthy); n > 0 && c.Truthy != "" {
			e.comments = append(e.comments, fmt.Sprintf("%s is true in %s of %s rows: those are sent as deletions.", c.Name, thousands(n), thousands(s.t.Rows)))
		}
		return
	}
}

func valueCount(c *Column, text string) int {
	for _, v := range c.Values {
		if strings.EqualFold(v.Text, text) {
			return v.Count
		}
	}
	return 0
}

// key writes a name as a YAML key.
func key(name string) string { return scalar(name) }
