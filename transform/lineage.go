package transform

import (
	"hash/maphash"
	"strings"

	"crm2gong/mapping/expression"
	"crm2gong/mapping/value"
)

var seed = maphash.MakeSeed()

// madeFrom hashes the texts of the cells that the objectId was made from.
func (s *entityStage) madeFrom() uint64 {
	var h maphash.Hash
	h.SetSeed(seed)
	for _, slot := range s.bound.Fields[s.fields[0]].Program.Slots() {
		h.WriteString(strings.TrimSpace(s.cell(slot)))
		h.WriteByte(0)
	}
	if !s.frame.Item.IsNil() {
		h.Write(s.frame.Item.Append(nil))
	}
	return h.Sum64()
}

func (s *entityStage) cell(slot int) string {
	s.rows.raw.Fill()
	if i := s.frame.Layout[slot].Index; i >= 0 && i < len(s.frame.Cells) {
		return s.frame.Cells[i].Text
	}
	return ""
}

// Cell tells which cell the entity's field at i was made from.
func (s *entityStage) Cell(i int) (header string, column int, text string, ok bool) {
	slot := s.slot(i)
	if slot < 0 {
		return "", 0, "", false
	}
	c := &s.frame.Layout[slot]
	return c.Header, c.Index, s.cell(slot), true
}

// Column tells which column the entity's field at i was made from.
func (s *entityStage) Column(i int) (header string, column int, ok bool) {
	slot := s.slot(i)
	if slot < 0 {
		return "", 0, false
	}
	c := &s.frame.Layout[slot]
	return c.Header, c.Index, true
}

// slot gives the column to name for the entity's field at i, -1 for none.
func (s *entityStage) slot(i int) int {
	if i >= len(s.fields) || s.fields[i] < 0 {
		return -1
	}
	slot := s.tellingSlot(s.bound.Fields[s.fields[i]].Program)
	if slot < 0 || s.frame.Layout[slot].Index < 0 {
		return -1
	}
	return slot
}

// headers gives the headers of columns, the names of those that are computed.
func (s *entityStage) headers(slots []int) (list []string) {
	for _, slot := range slots {
		c := &s.frame.Layout[slot]
		if c.Index < 0 {
			list = append(list, c.Name)
		} else {
			list = append(list, c.Header)
		}
	}
	return list
}

// Prices hands over what was converted into the amount of the deal, each in its
// own currency.
func (s *entityStage) Prices(take func(currency string, amount value.Value)) {
	if s.priced < 0 {
		return
	}
	for _, p := range s.views.money.Heard() {
		take(p.Currency, p.Amount)
	}
}

// tellingSlot gives the column to name for what a program made: the first that
// it reads and that is filled in this row, else the first; -1 if it reads none.
func (s *entityStage) tellingSlot(p *expression.Program) int {
	slots := p.Slots()
	if len(slots) == 1 {
		return slots[0]
	}
	for _, slot := range slots {
		if strings.TrimSpace(s.cell(slot)) != "" {
			return slot
		}
	}
	if len(slots) == 0 {
		return -1
	}
	return slots[0]
}
