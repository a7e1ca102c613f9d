package starter

import (
	"fmt"
	"regexp"
	"strings"
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
			lines := []string{fmt.Sprintf("  # All values of %s in %s; the status of each is a guess from its name.", oneLine(c.Name), s.name), "  dealStatus:", "    values:"}
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
