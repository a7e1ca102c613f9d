package starter

import (
	"fmt"
	"regexp"
	"strings"

	"crm2gong/mapping/lazy"
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
	i, guess := d.find(nameStage), ""
	if list := b.ownChoices(d); i < 0 && d.byData() && len(list) == 1 {
		i = list[0]
		guess = "GUESS: the only column of few texts"
		b.open("%s: is %s the stage of deals?", d.t.file(), oneLine(d.t.Columns[i].Name))
	}
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
	b.stageNote = guess
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
		list, _ := b.tuples(d.t, []int{p, i}, 500)
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

// ownChoices are the columns of few texts that are no ids of other records.
func (b *builder) ownChoices(d *src) (list []int) {
	for _, i := range d.choices() {
		refers := false
		for _, s := range b.sources {
			refers = refers || s != d && s.idCol >= 0 && match(d.t.Columns[i], s.t.Columns[s.idCol]).part() >= 0.8
		}
		if !refers {
			list = append(list, i)
		}
	}
	return list
}

// pipelineOf finds the column of pipelines and tells whether one stage name
// stands in several.
func (b *builder) pipelineOf(d *src, stage int) (col int, split bool) {
	col = d.find(namePipeline)
	if col < 0 || b.opt.Tuples == nil {
		return -1, false
	}
	list, ok := b.tuples(d.t, []int{col, stage}, 500)
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
		list, ok := b.tuples(d.t, []int{stage, k}, 500)
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
var earlyToLate = [...]func() *regexp.Regexp{
	lazy.Regexp(`(?i)new|lead|prospect|appointment|erst|neu|inquiry|backlog`),
	lazy.Regexp(`(?i)qualif|discover|contacted|demo|analy|bedarf`),
	lazy.Regexp(`(?i)present|value|perception|decision maker|develop|consult|evaluat|solution|pitch`),
	lazy.Regexp(`(?i)propos|quote|angebot|offer|rfp|business case`),
	lazy.Regexp(`(?i)negotiat|review|contract|verhandl|legal|commit|verbal|^clos(e|ing)$`),
	lazy.Regexp(`(?i)\bwon\b|closed won|gewonnen|gagn|ganad|live|signed|^delivered$`),
	lazy.Regexp(`(?i)lost|dead|verlor|perd|cancel|disqualif|reject|abandon`),
}

func lateness(s string) int {
	for n := len(earlyToLate) - 1; n >= 0; n-- {
		if earlyToLate[n]().MatchString(s) {
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

var numberAhead = lazy.Regexp(`^([0-9]{1,2}|[A-Z])[.):\s-]`)

func stageLess(a, b string) bool {
	x, y := numberAhead().MatchString(a), numberAhead().MatchString(b)
	if x != y {
		return x
	}
	if x {
		na, nb := numberAhead().FindString(a), numberAhead().FindString(b)
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
			lookup := b.declare("pipelineName", fmt.Sprintf("{from: %s, key: %s, value: %s}", pt.name, expr(pt.value(id, "lookup")), expr(pt.value(name, "lookup"))), "")
			x = "join([" + lookup + "(" + s.value(p, "STAGE.name") + "), " + x + "], \": \")"
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
			x, shared := b.lookup(d, s, stages, i, label, h.fold, "DEAL.stage")
			b.stageOf = x
			b.stageNote = strings.TrimSuffix(fmt.Sprintf("%s matches %s by %s in %s; %s", dc.Name, h, s.t.Columns[label].Name, s.name, shared), "; ")
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
