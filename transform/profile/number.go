package profile

import (
	"math/bits"
	"strings"
	"unicode"
	"unicode/utf8"

	"crm2gong/mapping/value"
)

// family is a way to write numbers: a decimal and a group sign.
type family struct{ decimal, group rune }

// families in the order of preference. The blank stands for the blanks that
// group digits.
var families = [...]family{{'.', 0}, {'.', ','}, {'.', ' '}, {'.', '\''}, {',', 0}, {',', '.'}, {',', ' '}, {',', '\''}}

// Variants of a family: what may stand beside the digits.
const (
	bare = iota
	stripped
	suffixed
	both
	numVariants
)

// numbers says which ways to write numbers fit the cells: bit family*4+variant.
type numbers struct {
	near     uint32 // ways that fit most texts so far; the others are not tested
	lost     [len(families) * numVariants]uint16
	tested   int                                  // different texts of the block
	bad      [len(families) * numVariants]badText // per way the first text that it does not fit
	missed   [len(families) * numVariants]int     // cells that the way does not fit, over all blocks
	dead     bool
	seen     bool   // a text cell was tested
	fraction bool   // a number cell of a workbook has digits after the point
	point    bool   // a point or comma was seen
	integer  uint32 // families whose numbers are all whole, by family
	money    []string
	readers  *[len(families) * numVariants]*value.Reader
}

// badText is a text that does not fit; row 0 for none.
type badText struct {
	text string
	row  int
}

// A type is given up in a block when more than maxLost different texts do not
// fit it and these are more than one of lostPart.
const (
	maxLost  = 16
	lostPart = 4
)

const (
	allFamilies = 1<<len(families) - 1
	allWays     = 1<<(len(families)*numVariants) - 1
)

func newNumbers() numbers {
	return numbers{near: allWays, integer: allFamilies}
}

func (n *numbers) reset(g *numbers) {
	*n = numbers{near: g.near, dead: g.dead, integer: g.integer, money: n.money[:0], readers: n.readers}
}

// miss notes that a text does not fit some ways, and gives up those that miss
// too much.
func (n *numbers) miss(ways uint32, s string, row int) {
	for left := ways; left != 0; left &= left - 1 {
		b := bits.TrailingZeros32(left)
		if n.bad[b].row == 0 {
			n.bad[b] = badText{s, row}
		}
		if n.lost[b]++; n.lost[b] > maxLost && lostPart*int(n.lost[b]) > n.tested {
			n.near &^= 1 << b
		}
	}
	n.dead = n.near == 0
}

// cell takes a number cell of a workbook, which fits every way to write.
func (n *numbers) cell(s string) {
	n.seen = true
	n.tested++
	if strings.IndexByte(s, '.') >= 0 {
		n.fraction = true
	}
}

// test tries a text and gives the ways to write numbers that do not fit it.
func (n *numbers) test(s string, row int) (missed uint32) {
	n.seen = true
	n.tested++
	plain, signs, more := true, false, false
	digits := 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digits++
		case c == '.' || c == ',':
			plain, signs = false, true
		case c == '-' && i == 0:
		case c == '\'' || c == ' ':
			plain, signs = false, true
		case c == '(' || c == ')' || c == '+' || c == '-':
			plain = false
		default:
			plain, more = false, true
		}
	}
	switch {
	case digits == 0 || len(s) > 60:
		missed = n.near
	case plain:
		return 0
	default:
		n.point = n.point || signs
		missed = n.near & zeroFirst(s, signs)
		missed |= n.read(s, more, n.near&^missed)
		if more {
			n.addMoney(currencyOf(s))
		}
	}
	if missed != 0 {
		n.miss(missed, s, row)
	}
	return missed
}

// read tries the given ways on a text and gives those that do not fit.
func (n *numbers) read(s string, more bool, ways uint32) (missed uint32) {
	if n.readers == nil {
		n.readers = numberReaders()
	}
	const family = 1<<numVariants - 1
	for f := range families {
		own := ways >> (f * numVariants) & family
		if own == 0 {
			continue
		}
		if !more {
			v, problem := n.readers[f*numVariants].Read(value.Cell{Text: s})
			if problem != nil {
				missed |= own << (f * numVariants)
			} else if !v.IsWhole() {
				n.integer &^= 1 << f
			}
			continue
		}
		missed |= own & (1 << bare) << (f * numVariants)
		for v := stripped; v < numVariants; v++ {
			if own>>v&1 == 0 {
				continue
			}
			x, problem := n.readers[f*numVariants+v].Read(value.Cell{Text: s})
			if problem != nil {
				missed |= 1 << (f*numVariants + v)
			} else if !x.IsWhole() {
				n.integer &^= 1 << f
			}
		}
	}
	return missed
}

// zeroFirst: what stands behind a zero alone, as in 0.125, groups no digits. It
// gives the ways for which it would.
func zeroFirst(s string, signs bool) (ways uint32) {
	s = strings.TrimLeft(s, "-+")
	if !signs || len(s) < 2 || s[0] != '0' {
		return 0
	}
	for f := range families {
		if families[f].group == rune(s[1]) {
			ways |= (1<<numVariants - 1) << (f * numVariants)
		}
	}
	return ways
}

func (n *numbers) addMoney(sign string) {
	if sign == "" || len(n.money) >= 8 {
		return
	}
	for _, m := range n.money {
		if m == sign {
			return
		}
	}
	n.money = append(n.money, strings.Clone(sign))
}

// currencyOf gives the currency sign or the letters that stand beside a number.
func currencyOf(s string) string {
	for _, r := range s {
		if unicode.Is(unicode.Sc, r) {
			i := strings.IndexRune(s, r)
			return s[i : i+utf8.RuneLen(r)]
		}
	}
	word := strings.TrimFunc(s, func(r rune) bool { return !unicode.IsLetter(r) })
	if len(word) == 3 {
		return word
	}
	return ""
}

// numberReaders makes the reader of each way to write numbers.
func numberReaders() *[len(families) * numVariants]*value.Reader {
	var all [len(families) * numVariants]*value.Reader
	for f, fam := range families {
		for v := range numVariants {
			t := value.ColumnType{Kind: value.Number, Decimal: fam.decimal, Group: fam.group, Strip: v&stripped != 0}
			if v&suffixed != 0 {
				t.Suffix = Suffixes()
			}
			all[f*numVariants+v], _ = t.Compile(nil) // these types are sound
		}
	}
	return &all
}

// Suffixes are the letters behind numbers that Column.Suffix speaks of.
func Suffixes() []value.Suffix {
	return []value.Suffix{{Text: "K", Factor: value.OfInt(1_000)}, {Text: "M", Factor: value.OfInt(1_000_000)}, {Text: "B", Factor: value.OfInt(1_000_000_000)}}
}

// add joins what a later block knows; before is the number of rows before it.
func (n *numbers) add(l *numbers, before int) {
	n.near &= l.near
	n.integer &= l.integer
	n.dead = n.dead || l.dead
	n.seen = n.seen || l.seen
	n.fraction = n.fraction || l.fraction
	n.point = n.point || l.point
	for _, m := range l.money {
		n.addMoney(m)
	}
	for left := n.near; left != 0; left &= left - 1 {
		if b := bits.TrailingZeros32(left); n.bad[b].row == 0 && l.bad[b].row > 0 {
			n.bad[b] = badText{strings.Clone(l.bad[b].text), before + l.bad[b].row}
		}
	}
}

// count adds the cells of a text that some ways do not fit.
func (n *numbers) count(ways uint32, cells int) {
	for ; ways != 0; ways &= ways - 1 {
		n.missed[bits.TrailingZeros32(ways)] += cells
	}
}

// best is the way that the fewest cells do not fit, of those alike the simplest;
// -1 for none.
func (n *numbers) best() int {
	best := -1
	if n.dead || !n.seen {
		return best
	}
	for _, variant := range [...]int{bare, stripped, suffixed, both} {
		for f := range families {
			if b := f*numVariants + variant; n.near>>b&1 != 0 && (best < 0 || n.missed[b] < n.missed[best]) {
				best = b
			}
		}
	}
	return best
}

// settle gives the column its number type, of filled cells; false where it has
// none. Misses of the column counts the cells that do not fit.
func (n *numbers) settle(c *Column, filled int) bool {
	best := n.best()
	if best < 0 || !enough(n.missed[best], filled) {
		return false
	}
	f, variant := best/numVariants, best%numVariants
	c.Decimals, c.Group = families[f].decimal, families[f].group
	c.Strip, c.Suffix = variant&stripped != 0, variant&suffixed != 0
	c.Money = n.money
	c.Kind = Decimal
	if n.integer>>f&1 != 0 && !n.fraction {
		c.Kind = Integer
	}
	c.Misses = n.missed[best]
	if c.Misses > 0 {
		c.Miss, c.MissRow = shortened(n.bad[best].text), n.bad[best].row
	}
	if n.point {
		// Another decimal sign may read the same texts as other numbers.
		for g := range families {
			b := g*numVariants + variant
			if families[g].decimal != families[f].decimal && n.near>>b&1 != 0 && n.missed[b] <= c.Misses && (n.integer>>f&1 != n.integer>>g&1) {
				c.Unclear = true
			}
		}
	}
	return true
}

// enough tells whether nearly all of the filled cells fit a type.
func enough(missed, filled int) bool { return lostPart*missed <= filled && missed < filled }
