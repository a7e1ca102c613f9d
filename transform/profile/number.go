package profile

import (
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

// numbers says which ways to write numbers fit all cells: bit family*4+variant.
type numbers struct {
	alive    uint32
	dead     bool
	seen     bool   // a text cell was tested
	fraction bool   // a number cell of a workbook has digits after the point
	point    bool   // a point or comma was seen
	integer  uint32 // families whose numbers are all whole, by family
	money    []string
	readers  *[len(families) * numVariants]*value.Reader
}

const allFamilies = 1<<len(families) - 1

func newNumbers() numbers {
	return numbers{alive: 1<<(len(families)*numVariants) - 1, integer: allFamilies}
}

func (n *numbers) reset(g *numbers) {
	money := n.money[:0]
	readers := n.readers
	*n = *g
	n.money, n.readers = money, readers
	n.seen, n.fraction, n.point = false, false, false
}

// cell takes a number cell of a workbook, which fits every way to write.
func (n *numbers) cell(s string) {
	n.seen = true
	if strings.IndexByte(s, '.') >= 0 {
		n.fraction = true
	}
}

// test tries a text.
func (n *numbers) test(s string, row int) {
	n.seen = true
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
		n.dead, n.alive = true, 0
		return
	case plain:
		return
	}
	if signs {
		n.point = true
		n.zeroFirst(s)
	}
	if n.readers == nil {
		n.readers = numberReaders()
	}
	for f := range families {
		if n.alive>>(f*numVariants)&(1<<numVariants-1) == 0 {
			continue
		}
		if !more {
			v, problem := n.readers[f*numVariants].Read(value.Cell{Text: s})
			if problem != nil {
				n.alive &^= (1<<numVariants - 1) << (f * numVariants)
			} else if !v.IsWhole() {
				n.integer &^= 1 << f
			}
			continue
		}
		n.alive &^= 1 << (f*numVariants + bare)
		for v := stripped; v < numVariants; v++ {
			bit := f*numVariants + v
			if n.alive>>bit&1 == 0 {
				continue
			}
			x, problem := n.readers[bit].Read(value.Cell{Text: s})
			if problem != nil {
				n.alive &^= 1 << bit
			} else if !x.IsWhole() {
				n.integer &^= 1 << f
			}
		}
	}
	if n.alive == 0 {
		n.dead = true
		return
	}
	if more {
		n.addMoney(currencyOf(s))
	}
}

// zeroFirst: what stands behind a zero alone, as in 0.125, groups no digits.
func (n *numbers) zeroFirst(s string) {
	s = strings.TrimLeft(s, "-+")
	if len(s) < 2 || s[0] != '0' {
		return
	}
	for f := range families {
		if families[f].group == rune(s[1]) {
			n.alive &^= (1<<numVariants - 1) << (f * numVariants)
		}
	}
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

// add joins what a later block knows.
func (n *numbers) add(l *numbers) {
	n.alive &= l.alive
	n.integer &= l.integer
	n.dead = n.dead || l.dead
	n.seen = n.seen || l.seen
	n.fraction = n.fraction || l.fraction
	n.point = n.point || l.point
	for _, m := range l.money {
		n.addMoney(m)
	}
}

// settle gives the column its number type; false where it has none.
func (n *numbers) settle(c *Column) bool {
	if n.dead || !n.seen || n.alive == 0 {
		return false
	}
	best := -1
	for _, variant := range [...]int{bare, stripped, suffixed, both} {
		for f := range families {
			if n.alive>>(f*numVariants+variant)&1 != 0 && best < 0 {
				best = f*numVariants + variant
			}
		}
		if best >= 0 {
			break
		}
	}
	f, variant := best/numVariants, best%numVariants
	c.Decimals, c.Group = families[f].decimal, families[f].group
	c.Strip, c.Suffix = variant&stripped != 0, variant&suffixed != 0
	c.Money = n.money
	c.Kind = Decimal
	if n.integer>>f&1 != 0 && !n.fraction {
		c.Kind = Integer
	}
	if n.point {
		// Another decimal sign may read the same texts as other numbers.
		for g := range families {
			if families[g].decimal != families[f].decimal && n.alive>>(g*numVariants+variant)&1 != 0 && (n.integer>>f&1 != n.integer>>g&1) {
				c.Unclear = true
			}
		}
	}
	return true
}
