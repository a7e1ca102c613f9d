package value

// Sum is an exact running total of numbers, cheaper than adding them one by
// one: it is brought to its shortest form only when it is read. The zero value
// is an empty sum.
type Sum struct {
	num   int64 // the sum is num / 10^scale + rest
	scale int16
	some  bool
	rest  Value // what does not fit in num; nil for nothing
}

// Add adds a number; anything else counts for nothing. A total of more than
// MaxDigits digits, which no sum of money reaches, stays as it is.
func (s *Sum) Add(v Value) {
	if v.kind != Number {
		return
	}
	s.some = true
	if !v.isBig() && s.small(v.num, v.scale) {
		return
	}
	s.rest, s.num, s.scale = s.plus(v), 0, 0
}

// AddDecimal adds n / 10^places; places is from 0 to MaxDigits.
func (s *Sum) AddDecimal(n int64, places int) {
	if s.some = true; !s.small(n, int16(places)) {
		s.Add(OfDecimal(n, places))
	}
}

// IsEmpty tells whether nothing was added.
func (s *Sum) IsEmpty() bool { return !s.some }

// small adds n / 10^scale; false: it does not fit.
func (s *Sum) small(n int64, scale int16) bool {
	if scale > s.scale {
		if scale > 18 {
			return false
		}
		at, ok := mul64(s.num, int64(pow10[scale-s.scale]))
		if !ok {
			return false
		}
		s.num, s.scale = at, scale
	}
	n, ok := mul64(n, int64(pow10[s.scale-scale])) // mostly by 1, but no branch tells
	if !ok {
		return false
	}
	sum := s.num + n
	if (sum < s.num) != (n < 0) || sum == -sum && sum != 0 {
		return false
	}
	s.num = sum
	return true
}

// plus gives the sum with v added.
func (s *Sum) plus(v Value) Value {
	all := ofScaled(s.num, int(s.scale))
	for _, x := range []Value{s.rest, v} {
		if x.kind == Nil {
			continue
		}
		if sum, err := Add(all, x); err == nil {
			all = sum
		}
	}
	return all
}

// AddSum adds another sum.
func (s *Sum) AddSum(o *Sum) {
	if o.some {
		s.Add(o.Value())
	}
}

// Value is the sum, nil where nothing was added.
func (s *Sum) Value() Value {
	if !s.some {
		return Value{}
	}
	return s.plus(Value{})
}

// MulRound gives a × b, rounded as Round does, and by how much that is above
// the exact product, with the error of Mul.
func MulRound(a, b Value, places int) (rounded, above Value, err error) {
	scale := int(a.scale) + int(b.scale)
	if drop := scale - places; !a.isBig() && !b.isBig() && places >= 0 && drop >= 0 && drop <= 18 {
		if n, ok := mul64(a.num, b.num); ok {
			p := int64(pow10[drop])
			q := n / p
			over := q*p - n // towards zero: what was cut off, with the sign turned
			if m := magnitude(over); m*2 >= uint64(p) && m != 0 {
				if n < 0 {
					q, over = q-1, over-p
				} else {
					q, over = q+1, over+p
				}
			}
			return ofScaled(q, places), ofScaled(over, scale), nil
		}
	}
	exact, err := Mul(a, b)
	if err != nil {
		return Value{}, Value{}, err
	}
	rounded = Round(exact, places)
	above, err = Sub(rounded, exact)
	return rounded, above, err
}
