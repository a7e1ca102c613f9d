package value

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// minus is the true minus sign, which typesetting programs write.
const minus = '\u2212'

// number reads the numbers of a column. A number cell of a workbook is its
// number whatever the column's signs are.
func (r *Reader) number(c Cell) (Value, *Problem) {
	s := c.Text
	switch {
	case c.Kind == NumberCell:
		if v, ok := ParseNumber(s); ok {
			return r.whole(v, s)
		}
		return Value{}, &Problem{Quote(s) + " is no decimal number", ""}
	case c.Kind != TextCell:
		return Value{}, &Problem{Quote(s) + " is " + cellWords[c.Kind] + ", no number", ""}
	}
	if r.plain {
		if v, ok := ParseNumber(s); ok {
			return r.whole(v, s)
		}
	}
	v, ok := r.written(s)
	if !ok {
		return Value{}, r.numberProblem(s)
	}
	return r.whole(v, s)
}

// whole checks that a column of whole numbers holds one.
func (r *Reader) whole(v Value, s string) (Value, *Problem) {
	if r.integer && v.scale != 0 {
		return Value{}, &Problem{Quote(s) + " is no whole number", "use type: decimal"}
	}
	return v, nil
}

// written reads a number as people write it: a minus sign or parentheses, the
// currency where that is stripped, digits, a suffix.
func (r *Reader) written(s string) (Value, bool) {
	neg := false
	signed := false // a sign or parentheses were there
	for {
		n := len(s)
		if !signed {
			s, neg, signed = cutSign(s)
		}
		if r.strip {
			s = cutCurrency(s)
		}
		if len(s) == n {
			break
		}
	}
	factor := -1
	for i := range r.suffixes {
		if rest, ok := strings.CutSuffix(s, r.suffixes[i].Text); ok {
			s, factor = strings.TrimRightFunc(rest, unicode.IsSpace), i
			break
		}
	}
	n, scale, ok := r.digits(s)
	if !ok {
		return Value{}, false
	}
	v := Value{tag: tag{kind: Number, scale: int16(scale)}, num: n}
	if scale < 0 {
		if v, ok = r.longDigits(s); !ok {
			return Value{}, false
		}
	}
	if factor >= 0 {
		var err error
		if v, err = Mul(v, r.suffixes[factor].Factor); err != nil {
			return Value{}, false
		}
	}
	if neg {
		v = Neg(v)
	}
	return v, true
}

// cutSign takes a sign from the front, or parentheses from both ends, which
// accountants write for a minus.
func cutSign(s string) (rest string, neg, signed bool) {
	switch {
	case s == "":
	case s[0] == '(' && s[len(s)-1] == ')' && len(s) > 1:
		return Trim(s[1 : len(s)-1]), true, true
	case s[0] == '-':
		return Trim(s[1:]), true, true
	case s[0] == '+':
		return Trim(s[1:]), false, true
	case strings.HasPrefix(s, string(minus)):
		return Trim(s[len(string(minus)):]), true, true
	}
	return s, false, false
}

// digits reads digits with the column's decimal and group signs as
// n / 10^scale in canonical form; the scale is -1 where they do not fit. Groups
// have three digits but for the first, which has one to three.
func (r *Reader) digits(s string) (n int64, scale int, ok bool) {
	var u uint64
	count, inGroup := 0, 0
	grouped := false
	i := 0
	for i < len(s) {
		if d := s[i] - '0'; d <= 9 {
			u = u*10 + uint64(d)
			count++
			inGroup++
			i++
			continue
		}
		size := r.groupAt(s, i)
		if size == 0 {
			break
		}
		if inGroup == 0 || inGroup > 3 || grouped && inGroup != 3 {
			return 0, 0, false
		}
		grouped, inGroup = true, 0
		i += size
	}
	if grouped && inGroup != 3 {
		return 0, 0, false
	}
	if i < len(s) {
		c, size := utf8.DecodeRuneInString(s[i:])
		if c != r.decimal {
			return 0, 0, false
		}
		for i += size; i < len(s); i++ {
			d := s[i] - '0'
			if d > 9 {
				return 0, 0, false
			}
			u = u*10 + uint64(d)
			scale++
		}
	}
	switch count += scale; {
	case count == 0:
		return 0, 0, false
	case count > 18:
		return 0, -1, true
	}
	for scale > 0 && u%10 == 0 {
		u /= 10
		scale--
	}
	return int64(u), scale, true
}

// longDigits reads what digits has checked where it does not fit in 64 bits.
func (r *Reader) longDigits(s string) (Value, bool) {
	whole, fraction, _ := strings.Cut(s, string(r.decimal))
	b := make([]byte, 1, len(s)+2)
	b[0] = '0'
	for i := 0; i < len(whole); i++ {
		if d := whole[i] - '0'; d <= 9 {
			b = append(b, whole[i])
		}
	}
	if fraction != "" {
		b = append(b, '.')
		b = append(b, fraction...)
	}
	return ParseNumber(string(b))
}

// groupAt measures the group sign at i, 0 where there is none.
func (r *Reader) groupAt(s string, i int) int {
	if r.group < utf8.RuneSelf && s[i] < utf8.RuneSelf {
		if rune(s[i]) == r.group {
			return 1
		}
		return 0
	}
	if c, size := utf8.DecodeRuneInString(s[i:]); r.isGroup(c) {
		return size
	}
	return 0
}

// isGroup tells whether c is the column's group sign. A blank stands for the
// no-break spaces too, an apostrophe for the typographic one.
func (r *Reader) isGroup(c rune) bool {
	switch r.group {
	case 0:
		return false
	case ' ', '\u00A0', '\u202F', '\u2009':
		return c == ' ' || c == '\u00A0' || c == '\u202F' || c == '\u2009'
	case '\'', '\u2019':
		return c == '\'' || c == '\u2019'
	}
	return c == r.group
}

// numberProblem says why a text is no number and which key would read it.
func (r *Reader) numberProblem(s string) *Problem {
	p := &Problem{Message: Quote(s) + " is no decimal number"}
	bare := cutCurrency(s)
	if t, _, signed := cutSign(bare); signed {
		bare = cutCurrency(t)
	}
	switch {
	case len(bare) < len(s) && !r.strip && bare != "" && hasCurrency(s):
		p.Message = Quote(s) + " has a currency sign or code"
		p.Hint = "add strip: true to the column to drop it; a column of currencies belongs to convert"
	case strings.HasSuffix(s, "%"):
		p.Message = Quote(s) + " is a percentage"
		p.Hint = `add suffix: {"%": 1} to read the figure, {"%": 0.01} to read the share`
	case len(s) > MaxDigits && strings.Trim(s, "+-0123456789.") == "":
		p.Message = "a number of more than 1,000 digits"
	case isExponent(s):
		p.Message = Quote(s) + " is in scientific notation, in which a spreadsheet has lost digits"
		p.Hint = "format the column as text in the CRM's export and export again"
	case strings.ContainsAny(bare, ",.' \u00A0\u202F\u2019") && strings.Trim(bare, "0123456789,.' \u00A0\u202F\u2019") == "":
		p.Message += r.signWords()
		p.Hint = `set decimal and group on the column, such as decimal: ",", group: "." for 1.234,56`
	case endsInLetter(bare) && bare[0]-'0' <= 9:
		p.Hint = "add suffix to the column, such as suffix: {K: 1000, M: 1000000}"
	}
	return p
}

// signWords tells which signs the column has.
func (r *Reader) signWords() string {
	s := " with the decimal sign " + Quote(string(r.decimal))
	if r.group != 0 {
		return s + " and groups of three digits after " + Quote(string(r.group))
	}
	return s + " and no groups"
}

// isExponent tells whether s is a number such as 5.8E+18.
func isExponent(s string) bool {
	i := strings.IndexAny(s, "eE")
	if i <= 0 || i+1 == len(s) {
		return false
	}
	return strings.Trim(s[:i], "+-0123456789.,") == "" && strings.Trim(s[i+1:], "+-0123456789") == ""
}

func endsInLetter(s string) bool {
	c, _ := utf8.DecodeLastRuneInString(s)
	return unicode.IsLetter(c)
}
