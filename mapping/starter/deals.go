package starter

import (
	"fmt"
	"regexp"
	"strings"
)

// stages makes STAGE from a file of stages, else from the names that deals
// hold, and settles how a deal refers to its stage.
func (b *builder) stages() {
	d := b.byRole[deals]
	if s := b.byRole[stages]; s != nil && b.stageTable(s) {
		return
	}
	if d == nil {
		return
	}
	i := d.find(nameStage)
	if i < 0 {
		for k, p := range d.plain {
			if contains(nameStage, p) {
				d.notes = append(d.notes, d.t.Columns[k].Name+" is empty: there are no stages to make.")
			}
		}
		b.open("%s has no column of stages with values", d.t.file())
		return
	}
	c := d.t.Columns[i]
	e := b.addEntity("STAGE", d)
	e.duplicates = "same"
	x := d.value(i, "STAGE.name")
	if c.filled() < d.t.Rows {
		e.where = []filter{{"has a stage", x + " != nil"}}
	}
	p, split := b.pipelineOf(d, i)
	if split {
		px := d.value(p, "STAGE.name")
		joined := "join([" + px + ", " + x + "], \" \")"
		var all Column
		all.Exact = true
		list, _ := b.opt.Tuples(d.t, []int{p, i}, 500)
		for _, t := range list {
			all.Keys = append(all.Keys, Key{Text: strings.TrimSpace(t.Texts[0] + " " + t.Texts[1])})
		}
		b.stageOf = slugOrSafe(&all) + "(" + joined + ")"
		e.set("objectId", b.stageOf, "the same stage names stand in several pipelines")
		e.set("name", "join(["+px+", "+x+"], \": \")", "")
		e.comments = append(e.comments, "There is no file of stages: each pair of "+d.t.Columns[p].Name+" and "+c.Name+" makes one.")
	} else {
		b.stageOf = slugOrSafe(c) + "(" + x + ")"
		e.set("objectId", b.stageOf, "")
		e.set("name", x, "")
		e.comments = append(e.comments, fmt.Sprintf("There is no file of stages: the %s of deals make them.", count(c.Distinct, "stage name", "stage names")))
	}
	b.stageOrder(e, d, i, p, split)
	e.set("modifiedDate", "now()", "")
}

// pipelineOf finds the column of pipelines and tells whether one stage name
// stands in several.
func (b *builder) pipelineOf(d *src, stage int) (col int, split bool) {
	col = d.find(namePipeline)
	if col < 0 || b.opt.Tuples == nil {
		return -1, false
	}
	list, ok := b.opt.Tuples(d.t, []int{col, stage}, 500)
	if !ok {
		return -1, false
	}
	in := map[string]string{}
	for _, t := range list {
		if before, ok := in[t.Texts[1]]; ok && before != t.Texts[0] && t.Texts[1] != "" {
			return col, true
		}
		in[t.Texts[1]] = t.Texts[0]
	}
	return col, false
}

// stageOrder writes the order of stages: a column that goes with the stage, or
// a list to put in order.
func (b *builder) stageOrder(e *entity, d *src, stage, pipeline int, split bool) {
	c := d.t.Columns[stage]
	if k := d.find(nameStageOrder); k >= 0 && b.opt.Tuples != nil && !split {
		list, ok := b.opt.Tuples(d.t, []int{stage, k}, 500)
		one := map[string]string{}
		for _, t := range list {
			before, seen := one[t.Texts[0]]
			ok = ok && (!seen || before == t.Texts[1])
			one[t.Texts[0]] = t.Texts[1]
		}
		if x, isNumber := d.number(k, "STAGE.sortOrder"); ok && isNumber {
			if hasZero(d.t.Columns[k]) {
				x += " + 1"
			}
			e.set("sortOrder", x, "")
			return
		}
	}
	if len(c.Values) == 0 || len(c.Values) > 40 {
		return
	}
	var lines []string
	lines = append(lines, "  # FILL IN: put the stages in the order of the sales process.", "  stageOrder:", "    values:")
	for n, v := range inOrder(c) {
		if v.Text == c.Name {
			continue
		}
		lines = append(lines, fmt.Sprintf("      %s: %d", key(v.Text), n+1))
	}
	b.enumBlocks = append(b.enumBlocks, strings.Join(lines, "\n"))
	x := "number(stageOrder(" + d.ref(stage, "") + "))"
	if split {
		x = b.pipelineOffset(d, pipeline, len(c.Values), x)
	}
	e.set("sortOrder", x, "the order is a guess: see stageOrder")
	b.open("the order of the %s (enum stageOrder)", count(len(c.Values), "stage", "stages"))
}

// pipelineOffset puts the stages of each pipeline behind those of the one
// before.
func (b *builder) pipelineOffset(d *src, pipeline, stages int, x string) string {
	c := d.t.Columns[pipeline]
	if len(c.Values) < 2 || len(c.Values) > 12 {
		return x
	}
	lines := []string{"  # What is added to the order of a pipeline's stages, so that no two are alike.", "  pipelineOrder:", "    values:"}
	for n, v := range c.Values {
		lines = append(lines, fmt.Sprintf("      %s: %d", key(v.Text), n*stages))
	}
	lines = append(lines, "    default: 0")
	b.enumBlocks = append(b.enumBlocks, strings.Join(lines, "\n"))
	return x + " + number(pipelineOrder(" + d.ref(pipeline, "") + "))"
}

func hasZero(c *Column) bool {
	for _, v := range c.Values {
		if strings.Trim(v.Text, "0") == "" {
			return true
		}
	}
	return false
}

// early to late says how far stages of such names are in most companies' sales.
var earlyToLate = [...]*regexp.Regexp{
	regexp.MustCompile(`(?i)new|lead|prospect|appointment|erst|neu|inquiry|backlog`),
	regexp.MustCompile(`(?i)qualif|discover|contacted|demo|analy|bedarf`),
	regexp.MustCompile(`(?i)present|value|perception|decision maker|develop|consult|evaluat|solution|pitch`),
	regexp.MustCompile(`(?i)propos|quote|angebot|offer|rfp|business case`),
	regexp.MustCompile(`(?i)negotiat|review|contract|verhandl|legal|commit|verbal`),
	regexp.MustCompile(`(?i)\bwon\b|closed won|gewonnen|gagn|ganad|live|signed`),
	regexp.MustCompile(`(?i)lost|dead|verlor|perd|cancel|disqualif|reject|abandon`),
}

func lateness(s string) int {
	for n := len(earlyToLate) - 1; n >= 0; n-- {
		if earlyToLate[n].MatchString(s) {
			return n
		}
	}
	return 3
}

// inOrder puts stage names in a likely order.
func inOrder(c *Column) []Count {
	list := append([]Count(nil), c.Values...)
	for i := 1; i < len(list); i++ {
		for k := i; k > 0 && stageLess(list[k].Text, list[k-1].Text); k-- {
			list[k], list[k-1] = list[k-1], list[k]
		}
	}
	return list
}

var numberAhead = regexp.MustCompile(`^([0-9]{1,2}|[A-Z])[.):\s-]`)

func stageLess(a, b string) bool {
	x, y := numberAhead.MatchString(a), numberAhead.MatchString(b)
	if x != y {
		return x
	}
	if x {
		na, nb := numberAhead.FindString(a), numberAhead.FindString(b)
		if len(na) != len(nb) {
			return len(na) < len(nb)
		}
		return na < nb
	}
	return lateness(a) < lateness(b)
}

// stageTable makes STAGE from a file of stages; false where it has none of
// what that needs.
func (b *builder) stageTable(s *src) bool {
	label := -1
	for _, i := range s.findAll(nameLabel) {
		if label < 0 && s.t.Columns[i].Kind != Boolean {
			label = i
		}
	}
	if label < 0 {
		return false
	}
	if s.idCol == label || s.idCol < 0 {
		s.idCol = label
	}
	e := b.addEntity("STAGE", s)
	c := s.t.Columns[s.idCol]
	if s.idCol == label {
		s.idExpr = slugOrSafe(c) + "(" + s.value(label, "STAGE.objectId") + ")"
	}
	b.ownID(e)
	x := s.value(label, "STAGE.name")
	p := s.find(namePipeline)
	if pt := b.byRole[pipelines]; p >= 0 && pt != nil {
		id, name := pt.find(split("pipelineid id pipeline")), pt.find(split("label name"))
		if id >= 0 && name >= 0 && match(s.t.Columns[p], pt.t.Columns[id]).rows > 0 {
			b.lookups["pipelineName"] = true
			b.lookupLines = append(b.lookupLines, fmt.Sprintf("pipelineName: {from: %s, key: %s, value: %s}", pt.name, expr(pt.value(id, "lookup")), expr(pt.value(name, "lookup"))))
			x = "join([pipelineName(" + s.value(p, "STAGE.name") + "), " + x + "], \": \")"
		}
	}
	e.set("name", x, "")
	if i := s.find(nameActive); i >= 0 {
		if a, ok := s.boolean(i, "STAGE.isActive"); ok {
			if k := s.find(nameDeleted); k >= 0 {
				if gone, ok := s.boolean(k, "STAGE.isActive"); ok {
					a += " and not " + gone
				}
			}
			e.set("isActive", a, "")
		}
	}
	if i := s.find(nameOrder); i >= 0 {
		if x, ok := s.number(i, "STAGE.sortOrder"); ok {
			comment := ""
			if hasZero(s.t.Columns[i]) {
				x, comment = x+" + 1", "the export counts from 0, Gong from 1"
			}
			e.set("sortOrder", x, comment)
		}
	}
	b.modified(e)
	d := b.byRole[deals]
	if d == nil {
		return true
	}
	var best hits
	for _, i := range d.findAll(nameStage) {
		dc := d.t.Columns[i]
		if h := match(dc, c); h.rows > best.rows {
			best = h
			b.stageOf = b.id(d, i, "DEAL.stage")
			if s.idCol == label {
				b.stageOf = strings.Replace(s.idExpr, s.ref(label, ""), d.value(i, "DEAL.stage"), 1)
			}
			b.stageNote = fmt.Sprintf("%s matches %s ids in %s", dc.Name, h, s.name)
		}
		if h := match(dc, s.t.Columns[label]); h.rows > best.rows && label != s.idCol {
			best = h
			b.stageOf = b.lookup(d, s, stages, i, label, h.fold, "DEAL.stage")
			b.stageNote = fmt.Sprintf("%s matches %s by %s in %s", dc.Name, h, s.t.Columns[label].Name, s.name)
		}
	}
	if b.stageOf == "" {
		if i := d.find(nameStage); i >= 0 {
			b.open("%s of %s matches no stage of %s", d.t.Columns[i].Name, d.t.file(), s.t.file())
			b.stageOf, b.stageNote = b.id(d, i, "DEAL.stage"), "matches no stage"
		}
	}
	return true
}

// deals makes DEAL.
func (b *builder) deals() {
	s := b.byRole[deals]
	if s == nil {
		return
	}
	e := b.addEntity("DEAL", s)
	b.ownID(e)
	b.modified(e)
	b.deletedBy(e)
	b.accountOf(e)
	owner, comment := b.reference(s, users, "DEAL.ownerId", nameOwner)
	e.set("ownerId", owner, comment)
	if owner == "" {
		b.open("%s: no column tells the owner's id or e-mail address, so deals have no owner in Gong", s.t.file())
	}
	for _, i := range s.findAll(nameDealName) {
		if i != s.idCol && (s.t.Columns[i].Kind == Text || s.t.Columns[i].Kind == Integer) {
			s.nameCol = i
			e.set("name", s.value(i, "DEAL.name"), "")
			break
		}
	}
	if s.nameCol < 0 {
		if i := s.bestText(); i >= 0 {
			s.nameCol = i
			e.set("name", s.value(i, "DEAL.name"), "a guess: most of its texts differ")
		}
	}
	for _, i := range s.findAll(nameCreated) {
		if len(s.t.Columns[i].Either) > 0 {
			b.ambiguous(e, i, "createdDate")
			break
		}
		if x, ok := s.dateTime(i, "DEAL.createdDate"); ok {
			e.set("createdDate", x, "")
			break
		}
	}
	closes := b.closeDate(e)
	b.status(e)
	if b.stageOf != "" {
		e.set("stage", b.stageOf, b.stageNote)
	}
	b.amount(e, closes)
}

func (b *builder) closeDate(e *entity) string {
	s := e.s
	var chain []string
	for _, i := range s.findAll(nameClose) {
		c := s.t.Columns[i]
		if len(c.Either) > 0 {
			if len(chain) == 0 {
				b.ambiguous(e, i, "closeDate")
				return ""
			}
			continue
		}
		if len(chain) > 0 && !strings.HasPrefix(s.plain[i], "actual") && !strings.Contains(s.plain[i], "won") && c.Kind != s.t.Columns[i].Kind {
			continue
		}
		x, ok := s.date(i, "DEAL.closeDate")
		if !ok {
			if c.MixedRow > 0 {
				s.notes = append(s.notes, fmt.Sprintf("FILL IN: %s mixes two orders of day and month: row %d and row %d leave no common reading. Correct the file.", c.Name, c.OrderRow, c.MixedRow))
				b.open("%s of %s mixes day/month and month/day (rows %d and %d)", c.Name, s.t.file(), c.OrderRow, c.MixedRow)
			}
			continue
		}
		if len(chain) == 0 || kindOf(s, i) == kindOfExpr(s, chain[0]) {
			chain = append(chain, x)
		}
		if c.Empty == 0 && len(c.Nulls) == 0 || len(chain) == 3 {
			break
		}
	}
	if len(chain) == 0 {
		return ""
	}
	comment := ""
	if len(chain) > 1 {
		comment = "the first that is not empty"
	}
	x := strings.Join(chain, " ?? ")
	e.set("closeDate", x, comment)
	if len(chain) > 1 {
		x = "(" + x + ")"
	}
	return x
}

func kindOf(s *src, i int) Kind { return s.decls[i].kind }

func kindOfExpr(s *src, x string) Kind {
	for i, d := range s.decls {
		if s.ref(i, "") == x {
			return d.kind
		}
	}
	return Empty
}

var (
	wonWords  = regexp.MustCompile(`(?i)\b(won|closed ?won|win|gewonnen|gagné|gagnée|ganada|ganado|vinto|signed)\b|closedwon|^6\.? ?won`)
	lostWords = regexp.MustCompile(`(?i)\b(lost|closed ?lost|lose|dead|verloren|perdu|perdue|perdida|perdido|perso|canceled|cancelled|abandoned|disqualified|rejected|out-sold|deleted|inactive)\b|closedlost|unqualified`)
)

func statusOf(text string) string {
	switch {
	case lostWords.MatchString(text):
		return "LOST"
	case wonWords.MatchString(text):
		return "WON"
	}
	return "OPEN"
}

// status sets DEAL.status: by two booleans, by a column of statuses, or by
// stages whose names say so.
func (b *builder) status(e *entity) {
	s := e.s
	won, closed := s.find(nameWon), s.find(nameClosed)
	if won >= 0 && closed >= 0 {
		w, ok1 := s.boolean(won, "DEAL.status")
		c, ok2 := s.boolean(closed, "DEAL.status")
		if ok1 && ok2 {
			e.set("status", w+` ? "WON" : `+c+` ? "LOST" : "OPEN"`, "")
			return
		}
	}
	for _, l := range []names{nameStatus, nameStage} {
		for _, i := range s.findAll(l) {
			c := s.t.Columns[i]
			if len(c.Values) == 0 || len(c.Values) > 60 {
				continue
			}
			says := false
			for _, v := range c.Values {
				says = says || statusOf(v.Text) != "OPEN" || strings.EqualFold(v.Text, "open")
			}
			if !says {
				continue
			}
			lines := []string{fmt.Sprintf("  # All values of %s in %s; the status of each is a guess from its name.", c.Name, s.name), "  dealStatus:", "    values:"}
			for _, v := range c.Values {
				if hasCount(c.Nulls, v.Text) {
					continue
				}
				lines = append(lines, fmt.Sprintf("      %s: %s   # %s", key(v.Text), statusOf(v.Text), count(v.Count, "row", "rows")))
			}
			lines = append(lines, "    default: OPEN")
			b.enumBlocks = append(b.enumBlocks, strings.Join(lines, "\n"))
			e.set("status", "dealStatus("+s.ref(i, "DEAL.status")+")", "")
			return
		}
	}
	b.open("%s: nothing tells won and lost deals from open ones; all are open", s.t.file())
}

// currencyNames are names that exports write instead of codes.
var currencyNames = map[string]string{"us dollar": "USD", "dollar": "USD", "$": "USD", "usd": "USD", "euro": "EUR", "€": "EUR", "pound sterling": "GBP", "british pound": "GBP", "£": "GBP",
	"swiss franc": "CHF", "japanese yen": "JPY", "canadian dollar": "CAD", "australian dollar": "AUD", "indian rupee": "INR", "mexican peso": "MXN", "brazilian real": "BRL", "swedish krona": "SEK", "danish krone": "DKK", "norwegian krone": "NOK", "polish zloty": "PLN"}

// amount sets DEAL.amount, converted where deals have several currencies.
func (b *builder) amount(e *entity, closes string) {
	s := e.s
	at, x := -1, ""
	for _, i := range s.findAll(nameAmount) {
		if s.t.Columns[i].Unclear {
			b.unclear(e, i, "amount")
			return
		}
		if n, ok := s.number(i, "DEAL.amount"); ok {
			at, x = i, n
			break
		}
	}
	if at < 0 {
		for i, c := range s.t.Columns {
			if c.Kind == Decimal && !c.Unclear && s.used[i] == "" && (len(c.Money) > 0 || c.Longest >= 5) && !strings.Contains(s.plain[i], "latitude") && !strings.Contains(s.plain[i], "longitude") && !strings.Contains(s.plain[i], "probab") {
				n, _ := s.number(i, "DEAL.amount")
				at, x = i, n
				e.comments = append(e.comments, "GUESS: "+c.Name+" is the amount, by its values alone.")
				b.open("%s: is %s the amount?", s.t.file(), c.Name)
				break
			}
		}
	}
	if at < 0 {
		return
	}
	money := s.t.Columns[at]
	if len(money.Money) > 1 {
		b.open("%s of %s has amounts in several currencies (%s) in one column: convert them, or split the column", money.Name, s.t.file(), strings.Join(money.Money, ", "))
	}
	k := s.find(nameCurrency)
	if k < 0 || len(s.t.Columns[k].Values) == 0 || len(s.t.Columns[k].Values) > 60 {
		e.set("amount", x, "")
		return
	}
	c := s.t.Columns[k]
	var codes []string
	named := false
	for _, v := range c.Values {
		if hasCount(c.Nulls, v.Text) || strings.Trim(v.Text, "0") == "" {
			continue
		}
		code, ok := currencyNames[strings.ToLower(v.Text)]
		switch {
		case len(v.Text) == 3 && strings.ToUpper(v.Text) == v.Text && simpleSlug(v.Text) != "":
			code = v.Text
		case ok:
			named = true
		default:
			e.set("amount", x, fmt.Sprintf("%s holds %s, which is no currency that is known", c.Name, shown(v.Text)))
			b.open("%s of %s: %s is no currency code", c.Name, s.t.file(), shown(v.Text))
			return
		}
		if !contains(codes, code) {
			codes = append(codes, code)
		}
	}
	if len(codes) <= 1 {
		word := "no currency is given"
		if len(codes) == 1 {
			word = "all amounts are in " + codes[0]
			s.used[k] = "DEAL.amount (one currency)"
		}
		e.set("amount", x, word)
		return
	}
	b.convert(e, x, k, codes, named, closes)
}

// convert writes the currency block and the conversion.
func (b *builder) convert(e *entity, x string, k int, codes []string, named bool, closes string) {
	s := e.s
	c := s.t.Columns[k]
	base := codes[0]
	code := s.value(k, "DEAL.amount")
	for _, v := range c.Values {
		if strings.Trim(v.Text, "0") == "" && !hasCount(c.Nulls, v.Text) {
			d := s.decl(k)
			d.keys = append(d.keys, "empty: ["+quoted(v.Text)+"]")
		}
	}
	if named {
		lines := []string{"  # The names of currencies and their codes.", "  currencyCode:", "    values:"}
		for _, v := range c.Values {
			if n, ok := currencyNames[strings.ToLower(v.Text)]; ok {
				lines = append(lines, fmt.Sprintf("      %s: %s", key(v.Text), n))
			} else if !hasCount(c.Nulls, v.Text) {
				lines = append(lines, fmt.Sprintf("      %s: %s", key(v.Text), v.Text))
			}
		}
		b.enumBlocks = append(b.enumBlocks, strings.Join(lines, "\n"))
		code = "currencyCode(" + code + ")"
	}
	var w strings.Builder
	w.WriteString("# FILL IN: deals have amounts in several currencies, and Gong takes one. The rates below are\n")
	w.WriteString("# NOT REAL: 1 is written for each, so that the mapping runs. Until you put the true rates in,\n")
	w.WriteString("# amounts in other currencies are WRONG. base is the currency of most deals: check it in Gong.\n")
	w.WriteString("currency:\n  base: " + base + "\n  default: " + base + "   # for deals without a currency\n  rates:\n")
	for _, v := range codes[1:] {
		fmt.Fprintf(&w, "    %s: 1   # FILL IN: what 1 %s is worth in %s\n", v, v, base)
	}
	b.currency = w.String()
	b.open("the exchange rates of %s (1 is written for each), and whether %s is the company's currency in Gong", strings.Join(codes[1:], ", "), base)
	if closes == "" {
		closes = "today()"
	}
	e.set("amount", "convert("+x+", "+code+", "+closes+")", "FILL IN the rates under currency")
}
