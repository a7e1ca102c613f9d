package value

import (
	"encoding/json"
	"math/big"
	"math/bits"
	"unsafe"
)

// NumberError says why an arithmetic operation has no result.
type NumberError struct{ Message string }

// Error gives the message for people.
func (e *NumberError) Error() string { return e.Message }

// divisionDigits is the precision of a quotient that does not come out even:
// that of the IEEE 754 type decimal128.
const divisionDigits = 34

// Add returns a + b exactly. The only error is a result of more than
// MaxDigits digits. Both must be numbers.
func Add(a, b Value) (Value, error) {
	if !a.isBig() && !b.isBig() {
		if v, ok := addSmall(a.num, int(a.scale), b.num, int(b.scale)); ok {
			return v, nil
		}
	}
	x, y := a.big(), b.big()
	scale := align(x, int(a.scale), y, int(b.scale))
	return checked(ofBig(x.Add(x, y), scale))
}

// Sub returns a - b exactly, with the error of Add.
func Sub(a, b Value) (Value, error) { return Add(a, Neg(b)) }

func addSmall(x int64, xs int, y int64, ys int) (Value, bool) {
	if xs < ys {
		x, xs, y, ys = y, ys, x, xs
	}
	if xs != ys {
		var ok bool
		if xs-ys > 18 {
			return Value{}, false
		}
		if y, ok = mul64(y, int64(pow10[xs-ys])); !ok {
			return Value{}, false
		}
	}
	sum := x + y
	if (sum < x) != (y < 0) || sum == -sum && sum != 0 {
		return Value{}, false
	}
	return ofScaled(sum, xs), true
}

// mul64 multiplies; ok is false where the product is outside ±(2^63-1).
func mul64(x, y int64) (int64, bool) {
	hi, lo := bits.Mul64(magnitude(x), magnitude(y))
	if hi != 0 || lo > 1<<63-1 {
		return 0, false
	}
	if (x < 0) != (y < 0) {
		return -int64(lo), true
	}
	return int64(lo), true
}

// Mul returns a × b exactly, with the error of Add.
func Mul(a, b Value) (Value, error) {
	scale := int(a.scale) + int(b.scale)
	if !a.isBig() && !b.isBig() && scale <= MaxDigits {
		if n, ok := mul64(a.num, b.num); ok {
			return ofScaled(n, scale), nil
		}
	}
	x := a.big()
	return checked(ofBig(x.Mul(x, b.big()), scale))
}

// Div returns a / b: exactly where the quotient has at most 34 significant
// digits, else rounded to 34, half to even. Division by zero and a result of
// more than MaxDigits digits are errors.
func Div(a, b Value) (Value, error) {
	if b.Sign() == 0 {
		return Value{}, &NumberError{"division by zero"}
	}
	if a.Sign() == 0 {
		return Value{tag: tag{kind: Number}}, nil
	}
	if !a.isBig() && !b.isBig() {
		if v, ok := divSmall(a, b); ok {
			return v, nil
		}
	}
	return divBig(a, b)
}

// divSmall divides where the quotient is exact and short: where the reduced
// divisor has no prime factors but 2 and 5.
func divSmall(a, b Value) (Value, bool) {
	x, y := magnitude(a.num), magnitude(b.num)
	g := gcd(x, y)
	x, y = x/g, y/g
	twos := bits.TrailingZeros64(y)
	rest, fives := y>>twos, 0
	for rest%5 == 0 {
		rest /= 5
		fives++
	}
	k := max(twos, fives)
	if rest != 1 || k > 18 {
		return Value{}, false
	}
	hi, n := bits.Mul64(x, pow10[k]/y)
	scale := int(a.scale) - int(b.scale) + k
	if hi != 0 || n > 1<<63-1 || scale > MaxDigits {
		return Value{}, false
	}
	if scale < 0 {
		if scale < -18 {
			return Value{}, false
		}
		if hi, n = bits.Mul64(n, pow10[-scale]); hi != 0 || n > 1<<63-1 {
			return Value{}, false
		}
		scale = 0
	}
	if (a.num < 0) != (b.num < 0) {
		return ofScaled(-int64(n), scale), true
	}
	return ofScaled(int64(n), scale), true
}

func gcd(a, b uint64) uint64 {
	for b != 0 {
		a, b = b, a%b
	}
	return a
}

func divBig(a, b Value) (Value, error) {
	x, y := a.big(), b.big()
	neg := x.Sign() != y.Sign()
	x.Abs(x)
	y.Abs(y)
	// Shift x so that the quotient's whole part has 34 or 35 digits.
	shift := divisionDigits - bigDigits(x) + bigDigits(y)
	if shift > 0 {
		x.Mul(x, bigPow10(shift))
	} else {
		y.Mul(y, bigPow10(-shift))
	}
	var q, r big.Int
	q.QuoRem(x, y, &r)
	scale := int(a.scale) - int(b.scale) + shift
	if q.CmpAbs(bigPow10(divisionDigits)) >= 0 { // 35 digits: drop one, keeping what it was for the rounding
		var d big.Int
		q.QuoRem(&q, big.NewInt(10), &d)
		r.Add(&r, d.Mul(&d, y)) // the remainder of the tenfold divisor
		y.Mul(y, big.NewInt(10))
		scale--
	}
	r.Lsh(&r, 1)
	if c := r.Cmp(y); c > 0 || c == 0 && q.Bit(0) == 1 {
		q.Add(&q, big.NewInt(1))
	}
	if neg {
		q.Neg(&q)
	}
	return checked(ofBig(&q, scale))
}

// Neg returns -a.
func Neg(a Value) Value {
	if a.isBig() {
		x := a.big()
		return Value{tag: tag{kind: Number, scale: a.scale}, ptr: unsafe.Pointer(&more{big: x.Neg(x)})}
	}
	a.num = -a.num
	return a
}

// Abs returns a without its sign.
func Abs(a Value) Value {
	if a.Sign() < 0 {
		return Neg(a)
	}
	return a
}

// Floor returns the greatest whole number that is not above a.
func Floor(a Value) Value { return roundTo(a, 0, towardsFloor) }

// Ceil returns the least whole number that is not below a.
func Ceil(a Value) Value { return roundTo(a, 0, towardsCeil) }

// Round rounds to the given number of digits after the point, half away from
// zero as spreadsheets do. Negative places round to tens, hundreds and so on.
func Round(a Value, places int) Value { return roundTo(a, places, halfAway) }

type rounding uint8

const (
	halfAway rounding = iota
	towardsFloor
	towardsCeil
)

func roundTo(a Value, places int, how rounding) Value {
	if places >= int(a.scale) {
		return a
	}
	drop := int(a.scale) - places // digits to drop
	if drop > 2*MaxDigits+1 {
		return Value{tag: tag{kind: Number}} // far above any number's digits; only Round gets here
	}
	if a.isBig() || drop > 18 {
		return roundBig(a, drop, places, how)
	}
	p := pow10[drop]
	m := magnitude(a.num)
	q, r := m/p, m%p
	if awayFromZero(how, a.num < 0, r != 0, r*2 >= p) {
		q++
	}
	if places < 0 {
		hi, lo := bits.Mul64(q, pow10[-places])
		if hi != 0 || lo > 1<<63-1 {
			return roundBig(a, drop, places, how)
		}
		q, places = lo, 0
	}
	if a.num < 0 {
		return ofScaled(-int64(q), places)
	}
	return ofScaled(int64(q), places)
}

// awayFromZero tells whether the magnitude grows when digits are dropped.
func awayFromZero(how rounding, neg, inexact, half bool) bool {
	switch how {
	case towardsFloor:
		return neg && inexact
	case towardsCeil:
		return !neg && inexact
	}
	return half
}

func roundBig(a Value, drop, places int, how rounding) Value {
	x := a.big()
	neg := x.Sign() < 0
	x.Abs(x)
	p := bigPow10(drop)
	var q, r big.Int
	q.QuoRem(x, p, &r)
	inexact := r.Sign() != 0
	r.Lsh(&r, 1)
	if awayFromZero(how, neg, inexact, r.Cmp(p) >= 0) {
		q.Add(&q, big.NewInt(1))
	}
	if neg {
		q.Neg(&q)
	}
	return ofBig(&q, places)
}

// Plus adds amounts exactly; one that is not known counts as nothing. A sum of
// more digits than numbers may have stays as it was.
func Plus(a, b Value) Value {
	switch {
	case b.IsNil():
		return a
	case a.IsNil():
		return b
	}
	sum, err := Add(a, b)
	if err != nil {
		return a
	}
	return sum
}

// JSON gives a number as documents have it; one that is not known is 0.
func JSON(v Value) json.Number {
	if v.IsNil() {
		return "0"
	}
	return json.Number(v.AppendNumber(nil))
}
