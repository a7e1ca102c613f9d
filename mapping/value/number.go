package value

import (
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"strings"
	"unsafe"
)

// MaxDigits is the greatest number of digits a number may have, before and
// after the point together. It bounds memory, not precision that anyone needs.
const MaxDigits = 1000

// bigNumber is the coefficient of a number that does not fit in 64 bits.
type bigNumber = big.Int

// Numbers are kept in one canonical form, so that equal numbers are equal bit
// by bit: scale is 0 or the coefficient does not end in 0, zero has scale 0,
// and more is set only where the coefficient is outside ±(2^63-1).

var pow10 = [...]uint64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19}

// OfInt makes a whole number.
func OfInt(n int64) Value {
	if n == math.MinInt64 {
		return ofBig(big.NewInt(n), 0)
	}
	return Value{tag: tag{kind: Number}, num: n}
}

// OfDecimal makes the number n / 10^places; places is from 0 to MaxDigits.
func OfDecimal(n int64, places int) Value {
	if n == math.MinInt64 {
		return ofBig(big.NewInt(n), places)
	}
	return ofScaled(n, places)
}

// Decimal gives a number as n / 10^places; ok is false where it does not fit,
// and for every other kind.
func (v Value) Decimal() (n int64, places int, ok bool) {
	return v.num, int(v.scale), v.kind == Number && !v.isBig()
}

// ofScaled makes the number n / 10^scale; n is not the least int64, and scale
// is from 0 to MaxDigits.
func ofScaled(n int64, scale int) Value {
	if n == 0 {
		return Value{tag: tag{kind: Number}}
	}
	for scale > 0 && n%10 == 0 {
		n /= 10
		scale--
	}
	return Value{tag: tag{kind: Number, scale: int16(scale)}, num: n}
}

// ofBig makes the number n / 10^scale. It takes n over. A negative scale
// appends zeros.
func ofBig(n *big.Int, scale int) Value {
	if scale < 0 {
		n.Mul(n, bigPow10(-scale))
		scale = 0
	}
	if n.Sign() == 0 {
		return Value{tag: tag{kind: Number}}
	}
	var q, r big.Int
	ten := big.NewInt(10)
	for scale > 0 && n.Bit(0) == 0 {
		if q.QuoRem(n, ten, &r); r.Sign() != 0 {
			break
		}
		n.Set(&q)
		scale--
	}
	if n.IsInt64() && n.Int64() != math.MinInt64 {
		return Value{tag: tag{kind: Number, scale: int16(scale)}, num: n.Int64()}
	}
	return Value{tag: tag{kind: Number, scale: int16(scale)}, ptr: unsafe.Pointer(&more{big: n})}
}

// checked refuses a number of too many digits.
func checked(v Value) (Value, error) {
	if v.digits() > MaxDigits {
		return Value{}, &NumberError{"the result has more than 1,000 digits"}
	}
	return v, nil
}

// digits counts the digits of a number, before and after the point.
func (v Value) digits() int {
	if v.more() == nil {
		return max(19, int(v.scale))
	}
	n := v.more().big
	if n.BitLen() < 64 {
		return max(20, int(v.scale))
	}
	return max(bigDigits(n), int(v.scale))
}

// bigDigits counts the decimal digits of n, which is not zero.
func bigDigits(n *big.Int) int {
	d := int(float64(n.BitLen()-1)*0.30102999566398114) + 1 // exact or one too few
	if n.CmpAbs(bigPow10(d)) >= 0 {
		d++
	}
	return d
}

func bigPow10(n int) *big.Int {
	if n < len(pow10) {
		return new(big.Int).SetUint64(pow10[n])
	}
	return new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
}

// big returns the coefficient of a number as a new big integer.
func (v Value) big() *big.Int {
	if v.more() != nil {
		return new(big.Int).Set(v.more().big)
	}
	return big.NewInt(v.num)
}

// isBig tells whether a number's coefficient needs more than 64 bits.
func (v Value) isBig() bool { return v.more() != nil }

// ParseNumber reads a plain decimal: an optional sign, digits, and optionally
// a point and more digits. Exponents, blanks, separators and numbers of more
// than MaxDigits digits are refused.
func ParseNumber(s string) (Value, bool) {
	n, scale, ok := scanNumber(s)
	if scale >= 0 {
		return Value{tag: tag{kind: Number, scale: int16(scale)}, num: n}, ok
	}
	return parseLong(s)
}

// scanNumber reads a plain decimal as n / 10^scale in canonical form. The
// scale is -1 for one of more digits than fit.
func scanNumber(s string) (n int64, scale int, ok bool) {
	i, neg := 0, false
	if s != "" && (s[0] == '-' || s[0] == '+') {
		i, neg = 1, s[0] == '-'
	}
	from := i
	var u uint64
	for ; i < len(s); i++ {
		d := s[i] - '0'
		if d > 9 {
			break
		}
		u = u*10 + uint64(d)
	}
	count := i - from
	if count == 0 {
		return 0, 0, false
	}
	if i < len(s) {
		if s[i] != '.' || i+1 == len(s) {
			return 0, 0, false
		}
		for i++; i < len(s); i++ {
			d := s[i] - '0'
			if d > 9 {
				return 0, 0, false
			}
			u = u*10 + uint64(d)
			scale++
		}
		count += scale
	}
	if count > 18 {
		return 0, -1, true
	}
	for scale > 0 {
		q := u / 10
		if q*10 != u {
			break
		}
		u = q
		scale--
	}
	if n = int64(u); neg {
		n = -n
	}
	return n, scale, true
}

// parseLong reads a plain decimal, which scanNumber has checked, of any
// length.
func parseLong(s string) (Value, bool) {
	neg := s[0] == '-'
	whole, fraction, _ := strings.Cut(strings.TrimLeft(s, "+-"), ".")
	whole, fraction = strings.TrimLeft(whole, "0"), strings.TrimRight(fraction, "0")
	if len(whole)+len(fraction) > MaxDigits {
		return Value{}, false
	}
	n, ok := new(big.Int).SetString("0"+whole+fraction, 10)
	if !ok {
		return Value{}, false
	}
	if neg {
		n.Neg(n)
	}
	return ofBig(n, len(fraction)), true
}

// Int returns a number as an int64; ok is false where it is no whole number
// or does not fit, and for every other kind.
func (v Value) Int() (n int64, ok bool) {
	if v.kind != Number || v.scale != 0 {
		return 0, false
	}
	if v.more() != nil {
		return v.more().big.Int64(), v.more().big.IsInt64()
	}
	return v.num, true
}

// IsWhole tells whether v is a number without digits after the point.
func (v Value) IsWhole() bool { return v.kind == Number && v.scale == 0 }

// Sign returns -1, 0 or 1 for a negative number, zero and a positive one.
func (v Value) Sign() int {
	if v.more() != nil && v.more().big != nil {
		return v.more().big.Sign()
	}
	switch {
	case v.num < 0:
		return -1
	case v.num > 0:
		return 1
	}
	return 0
}

// AppendNumber appends a number in its shortest decimal form: no exponent, no
// plus sign, no zeros at the end of a fraction, zero without a sign.
func (v Value) AppendNumber(b []byte) []byte {
	if v.more() != nil {
		return appendPoint(b, v.more().big.String(), int(v.scale))
	}
	if v.scale == 0 {
		return strconv.AppendInt(b, v.num, 10)
	}
	if v.scale > 18 {
		return appendPoint(b, strconv.FormatInt(v.num, 10), int(v.scale))
	}
	if v.num < 0 {
		b = append(b, '-')
	}
	n := magnitude(v.num)
	// From the last digit on; the point takes the place of one.
	var d [21]byte // 19 digits, a zero before the point, and the point
	i, point := len(d), len(d)-int(v.scale)
	if v.scale&1 != 0 {
		i--
		d[i] = byte('0' + n%10)
		n /= 10
	}
	for i > point {
		i = putPair(&d, i, n%100)
		n /= 100
	}
	i--
	d[i] = '.'
	for n >= 100 {
		i = putPair(&d, i, n%100)
		n /= 100
	}
	if n >= 10 {
		i = putPair(&d, i, n)
	} else {
		i--
		d[i] = byte('0' + n)
	}
	return append(b, d[i:]...)
}

// putPair puts two digits before place i and gives their place.
func putPair(d *[21]byte, i int, n uint64) int {
	d[i-1], d[i-2] = pairs[2*n+1], pairs[2*n]
	return i - 2
}

const pairs = "00010203040506070809" + "10111213141516171819" + "20212223242526272829" + "30313233343536373839" + "40414243444546474849" +
	"50515253545556575859" + "60616263646566676869" + "70717273747576777879" + "80818283848586878889" + "90919293949596979899"

// appendPadded appends n with leading zeros to the given number of digits,
// at most 20.
func appendPadded(b []byte, n uint64, width int) []byte {
	var d [20]byte
	for i := width - 1; i >= 0; i-- {
		q := n / 10
		d[i] = byte('0' + n - q*10)
		n = q
	}
	return append(b, d[:width]...)
}

// appendPoint appends a whole number's digits with the point scale digits
// from the right.
func appendPoint(b []byte, digits string, scale int) []byte {
	if digits[0] == '-' {
		b = append(b, '-')
		digits = digits[1:]
	}
	if scale == 0 {
		return append(b, digits...)
	}
	if len(digits) <= scale {
		b = append(b, '0', '.')
		for i := len(digits); i < scale; i++ {
			b = append(b, '0')
		}
		return append(b, digits...)
	}
	b = append(b, digits[:len(digits)-scale]...)
	b = append(b, '.')
	return append(b, digits[len(digits)-scale:]...)
}

// compareNumbers orders two numbers by value.
func compareNumbers(a, b Value) int {
	sa, sb := a.Sign(), b.Sign()
	switch {
	case sa < sb:
		return -1
	case sa > sb:
		return 1
	case sa == 0:
		return 0
	}
	if a.isBig() || b.isBig() {
		x, y := a.big(), b.big()
		align(x, int(a.scale), y, int(b.scale))
		return x.Cmp(y)
	}
	if a.scale == b.scale {
		return order(a.num, b.num)
	}
	return sa * compareScaled(magnitude(a.num), int(a.scale), magnitude(b.num), int(b.scale))
}

// compareScaled orders x / 10^xs and y / 10^ys, both above zero.
func compareScaled(x uint64, xs int, y uint64, ys int) int {
	if xs > ys {
		return -compareScaled(y, ys, x, xs)
	}
	d := ys - xs // x is to be multiplied by 10^d
	if d >= len(pow10) {
		return 1
	}
	hi, lo := bits.Mul64(x, pow10[d])
	if hi != 0 {
		return 1
	}
	return order(lo, y)
}

func order[T int64 | uint64 | uint32](a, b T) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

func magnitude(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// align brings two coefficients to the greater of their scales and returns it.
func align(x *big.Int, xs int, y *big.Int, ys int) int {
	if xs < ys {
		x.Mul(x, bigPow10(ys-xs))
		return ys
	}
	if ys < xs {
		y.Mul(y, bigPow10(xs-ys))
	}
	return xs
}
