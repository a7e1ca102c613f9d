package profile

import (
	"strings"
	"unicode/utf8"
	"unsafe"

	"github.com/zeebo/xxh3"

	"crm2gong/mapping/value"
)

// local holds the facts of one column of one block. Each different text is
// looked at once, however often it occurs.
type local struct {
	name    string // the header
	entries []entry
	slots   []uint32 // places in entries, plus one, by hash
	last    int      // entry of the cell before, -1 for none
	data    []byte   // the block: texts outside it do not outlive their row
	filled  int
	level   uint // texts below it are not worth keeping
	numbers numbers
	dates   dates
	errors  int
	errorAt int
	damaged int
	damage  int
	scratch []byte
}

// entry is one text of a block.
type entry struct {
	text  string
	hash  uint64
	rank  uint64 // 0: not known yet
	count int32
	row   int32
	runes int32
	kinds uint8 // bits by value.CellKind
	null  bool
	undue bool // no date
	shape shape
	ways  uint32 // the ways to write numbers that do not fit
}

// reset makes l ready for a new block, in which what f knows to be disproved
// is not tested again.
func (l *local) reset(f *facts) {
	l.entries = l.entries[:0]
	clear(l.slots)
	l.last = -1
	l.filled, l.errors, l.damaged = 0, 0, 0
	l.level = f.keys.level
	l.numbers.reset(&f.numbers)
	l.dates.reset(&f.dates)
}

// cell takes one cell of the column, which is not "".
func (l *local) cell(c *value.Cell, row int) {
	s := c.Text
	if s[0] <= ' ' || s[0] >= utf8.RuneSelf || s[len(s)-1] <= ' ' || s[len(s)-1] >= utf8.RuneSelf {
		if s = value.Trim(s); s == "" {
			return
		}
	}
	if c.Kind == value.ErrorCell {
		if l.errors == 0 {
			l.errorAt = row
		}
		l.errors++
		return
	}
	l.filled++
	if l.last >= 0 {
		if e := &l.entries[l.last]; e.text == s && e.kinds == 1<<c.Kind {
			e.count++
			return
		}
	}
	hash := xxh3.HashString(s)
	if 2*(len(l.entries)+1) > len(l.slots) {
		l.grow()
	}
	mask := uint64(len(l.slots) - 1)
	at := hash & mask
	for ; l.slots[at] != 0; at = (at + 1) & mask {
		k := int(l.slots[at] - 1)
		e := &l.entries[k]
		if e.hash != hash {
			continue
		}
		e.count++
		l.last = k
		if e.kinds&(1<<c.Kind) == 0 {
			e.kinds |= 1 << c.Kind
			l.test(e, c.Kind, row)
		}
		return
	}
	if !within(s, l.data) {
		s = strings.Clone(s)
	}
	l.slots[at] = uint32(len(l.entries) + 1)
	l.last = len(l.entries)
	l.entries = append(l.entries, entry{text: s, hash: hash, count: 1, row: int32(row), kinds: 1 << c.Kind})
	e := &l.entries[l.last]
	e.null = isNull(s) || s == l.name
	e.runes = int32(len(s))
	if !isASCII(s) {
		e.runes = int32(utf8.RuneCountInString(s))
	}
	e.shape = shapeOfText(s)
	if l.level > 0 {
		e.rank, l.scratch = rankOf(s, e.shape, l.scratch)
	}
	l.test(e, c.Kind, row)
}

// test tries the types that are not disproved.
func (l *local) test(e *entry, kind value.CellKind, row int) {
	if e.null {
		return
	}
	numbers, dates := !l.numbers.dead, !l.dates.dead
	switch kind {
	case value.TextCell:
		if numbers {
			e.ways |= l.numbers.test(e.text, row)
		}
		if dates && !l.dates.test(e.text, row) {
			e.undue = true
		}
		return
	case value.NumberCell:
		l.numbers.cell(e.text)
		numbers = false
	case value.DateCell:
		l.dates.cell(e.text, row)
		dates = false
	case value.DamagedCell:
		if l.damaged == 0 {
			l.damage = row
		}
		l.damaged++
	}
	if numbers {
		l.numbers.tested++
		e.ways |= l.numbers.near
		l.numbers.miss(l.numbers.near, e.text, row)
	}
	if dates {
		l.dates.tested++
		e.undue = true
		l.dates.miss(e.text, row)
	}
}

// grow doubles the table of slots.
func (l *local) grow() {
	n := max(64, 2*len(l.slots))
	if cap(l.slots) >= n {
		l.slots = l.slots[:n]
		clear(l.slots)
	} else {
		l.slots = make([]uint32, n)
	}
	mask := uint64(n - 1)
	for k := range l.entries {
		at := l.entries[k].hash & mask
		for l.slots[at] != 0 {
			at = (at + 1) & mask
		}
		l.slots[at] = uint32(k + 1)
	}
}

// within tells whether s is a view into data.
func within(s string, data []byte) bool {
	at := uintptr(unsafe.Pointer(unsafe.StringData(s)))
	from := uintptr(unsafe.Pointer(unsafe.SliceData(data)))
	return at >= from && at < from+uintptr(len(data))
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// nullWords are texts that programs write for no value.
var nullWords = [...]string{"null", "none", "n/a", "#n/a", "na", `\n`, "(null)", "nil", "nan", "-", "--", "-none-", "--none--", "undefined",
	"000000000000000aaa", "000000000000000", "00000000-0000-0000-0000-000000000000"}

// isNull tells the texts that mean no value.
func isNull(s string) bool {
	if len(s) > 36 || len(s) == 0 {
		return false
	}
	switch s[0] {
	case 'n', 'N', '#', '\\', '(', '-', 'u', 'U', '0':
	default:
		return false
	}
	for _, w := range nullWords {
		if len(w) == len(s) && strings.EqualFold(w, s) {
			return true
		}
	}
	return false
}

// rankOf hashes a text so that texts which differ only in case, and the two
// lengths of a Salesforce id, have one rank.
func rankOf(s string, sh shape, scratch []byte) (uint64, []byte) {
	if sh&isSF18 != 0 {
		s = s[:15]
	}
	scratch = append(scratch[:0], s...)
	for i, c := range scratch {
		if c >= 'A' && c <= 'Z' {
			scratch[i] = c | 0x20
		}
	}
	return xxh3.HashSeed(scratch, 1) | 1, scratch
}
