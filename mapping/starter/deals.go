package starter

import (
	"fmt"
	"strings"

	"crm2gong/mapping/lazy"
)

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
		b.near(s, i, Date, DateTime)
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

// closeDate sets closeDate: the days on which deals were closed, where columns
// tell them, before those on which they are expected to be.
func (b *builder) closeDate(e *entity) string {
	s := e.s
	var chain []string
	for _, i := range append(s.findAll(nameClosedOn), s.findAll(nameClose)...) {
		b.near(s, i, Date, DateTime)
		c := s.t.Columns[i]
		if len(c.Either) > 0 {
			if len(chain) == 0 {
				b.ambiguous(e, i, "closeDate")
				return ""
			}
			continue
		}
		x, ok := s.date(i, "DEAL.closeDate")
		if !ok {
			b.mixed(e, i, "closeDate")
			continue
		}
		chain = append(chain, x)
		if c.Empty == 0 && len(c.Nulls) == 0 || len(chain) == 4 {
			break
		}
	}
	if len(chain) == 0 {
		if s.find(nameClose) < 0 {
			return b.closesByValues(e)
		}
		return ""
	}
	comment := ""
	if len(chain) > 1 {
		comment = "the first that is not empty"
	}
	x := strings.Join(chain, " ?? ")
	e.set("closeDate", x, comment)
	return x
}

var (
	wonWords  = lazy.Regexp(`(?i)\b(won|closed ?won|win|gewonnen|gagné|gagnée|ganada|ganado|vinto|signed)\b|closedwon|^6\.? ?won`)
	lostWords = lazy.Regexp(`(?i)\b(lost|closed ?lost|lose|dead|verloren|perdu|perdue|perdida|perdido|perso|canceled|cancelled|abandoned|disqualified|rejected|out-sold|deleted|inactive)\b|closedlost|unqualified`)
)

func statusOf(text string) string {
	switch {
	case lostWords().MatchString(text):
		return "LOST"
	case wonWords().MatchString(text):
		return "WON"
	}
	return "OPEN"
}

// choices are the columns of few texts that have no place yet.
func (s *src) choices() (list []int) {
	for i, c := range s.t.Columns {
		if s.used[i] == "" && c.Kind == Text && c.Exact && c.Distinct > 1 && len(c.Values) <= 12 && c.filled() > 2*c.Distinct {
			list = append(list, i)
		}
	}
	return list
}

// closesByValues writes the dates of a table without a known header of one as
// lines to choose from; a lone one is taken.
func (b *builder) closesByValues(e *entity) string {
	s := e.s
	var free []int
	for i, c := range s.t.Columns {
		if s.used[i] == "" && (c.Kind == Date || c.Kind == DateTime) && !contains(nameCreated, s.plain[i]) && !contains(nameModified, s.plain[i]) && !contains(nameSynced, s.plain[i]) {
			free = append(free, i)
		}
	}
	if len(free) == 1 && len(s.t.Columns[free[0]].Either) == 0 {
		x, _ := s.date(free[0], "DEAL.closeDate")
		e.set("closeDate", x, "GUESS: the only date")
		b.open("%s: is %s the close date?", s.t.file(), oneLine(s.t.Columns[free[0]].Name))
		return x
	}
	var list []string
	for _, i := range free {
		c := s.t.Columns[i]
		list = append(list, oneLine(c.Name))
		if len(c.Either) == 0 {
			e.fields = append(e.fields, field{name: "closeDate", expr: s.ref(i, ""), off: true, comment: "FILL IN: take the # away if it is the close date, and drop the custom field"})
		}
	}
	if len(list) > 0 {
		b.open("%s: which is the close date: %s?", s.t.file(), strings.Join(list, ", "))
	}
	return ""
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
	for n, l := range [][]int{s.findAll(nameStatus), s.findAll(nameStage), s.choices()} { // the last is a guess
		for _, i := range l {
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
			guess := ""
			if n == 2 {
				guess = "GUESS: no header says so, but the values of " + c.Name + " read like it"
				b.open("%s: is %s the status of deals?", s.t.file(), oneLine(c.Name))
			}
			lines := []string{fmt.Sprintf("  # All values of %s in %s; the status of each is a guess from its name.", oneLine(c.Name), s.name), "  dealStatus:", "    values:"}
			for _, v := range c.Values {
				if hasCount(c.Nulls, v.Text) {
					continue
				}
				if strings.EqualFold(v.Text, "deleted") && e.deleted == "" {
					e.deleted = s.ref(i, "") + " == " + literal(v.Text)
					e.comments = append(e.comments, fmt.Sprintf("%s is %s in %s of %s rows: those are sent as deletions.", oneLine(c.Name), shown(v.Text), thousands(v.Count), thousands(s.t.Rows)))
				}
				lines = append(lines, fmt.Sprintf("      %s: %s   # %s", key(v.Text), statusOf(v.Text), count(v.Count, "row", "rows")))
			}
			lines = append(lines, "    default: OPEN")
			b.enumBlocks = append(b.enumBlocks, strings.Join(lines, "\n"))
			e.set("status", "dealStatus("+s.ref(i, "DEAL.status")+")", guess)
			return
		}
	}
	b.open("%s: nothing tells won and lost deals from open ones; all are open", s.t.file())
}
