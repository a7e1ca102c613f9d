package validate

import (
	"strings"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
)

// Bounds of numbers, far beyond any amount and within what JSON readers take
// without loss or harm.
const (
	maxDigits   = 40
	maxExponent = 308
)

// numberReason says what is wrong with a number's token.
func numberReason(s string) string {
	digits, exponent := 0, 0
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= '0' && c <= '9' {
			digits++
		} else if c|0x20 == 'e' {
			exponent = exponentOf(s[i+1:])
			break
		}
	}
	if digits > maxDigits {
		return "a number of more than 40 digits"
	}
	if exponent > maxExponent || exponent < -maxExponent {
		return "a number with an exponent beyond 308"
	}
	return ""
}

// exponentOf reads an exponent, bounded.
func exponentOf(s string) int {
	neg := s[0] == '-'
	n := 0
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= '0' && c <= '9' && n <= maxExponent {
			n = n*10 + int(c-'0')
		}
	}
	if neg {
		return -n
	}
	return n
}

var hundred = value.OfInt(100)

// number sets v to a number in its shortest decimal form.
func (d *Decoder) number(f *gong.Field, v *gong.Value, s string) string {
	if f.Kind == gong.Currency || f.Kind == gong.Number {
		if isShortest(s) {
			v.Kind, v.Text = gong.NumberVal, s
			return ""
		}
	}
	if reason := numberReason(s); reason != "" {
		return reason
	}
	n, ok := value.ParseNumber(d.plain(s))
	if !ok {
		return "a number that can not be read"
	}
	switch f.Kind {
	case gong.Percent:
		if c, _ := value.Compare(n, hundred); c > 0 || n.Sign() < 0 {
			return "outside 0 to 100, the bounds of a percent field"
		}
	case gong.Integer:
		if !n.IsWhole() || n.Sign() <= 0 {
			return "no whole number from 1"
		}
	}
	from := len(d.s.arena)
	d.s.arena = n.AppendNumber(d.s.arena)
	v.Kind, v.Text = gong.NumberVal, viewOf(d.s.arena[from:])
	return ""
}

// isShortest tells whether a token is short and in the form in which numbers
// are kept.
func isShortest(s string) bool {
	point := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '.':
			point = true
		case c|0x20 == 'e':
			return false
		}
	}
	return len(s) <= maxDigits && s != "-0" && !(point && s[len(s)-1] == '0')
}

// plain writes a number's token without its exponent.
func (d *Decoder) plain(s string) string {
	e := strings.IndexAny(s, "eE")
	if e < 0 {
		return s
	}
	exponent := exponentOf(s[e+1:])
	s = s[:e]
	sign := ""
	if s[0] == '-' {
		sign, s = "-", s[1:]
	}
	whole, fraction, _ := strings.Cut(s, ".")
	digits, point := whole+fraction, len(whole)+exponent
	if point < 1 {
		digits, point = strings.Repeat("0", 1-point)+digits, 1
	}
	if point > len(digits) {
		digits += strings.Repeat("0", point-len(digits))
	}
	if point == len(digits) {
		return sign + digits
	}
	return sign + digits[:point] + "." + digits[point:]
}
