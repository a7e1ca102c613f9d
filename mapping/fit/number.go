package fit

import (
	"unsafe"

	"crm2gong/mapping/gong"
	"crm2gong/mapping/value"
)

// maxPercent bounds PERCENT fields.
var maxPercent = value.OfInt(100)

// number takes numbers within the bounds of the field's kind.
func (x *Fitter) number(dst *gong.Value, v value.Value, f *gong.Field) *Problem {
	if v.Kind() != value.Number {
		return misfit(v, f)
	}
	if p := outOfBounds(v, f); p != nil {
		return p
	}
	setNumber(dst, v, x.keep(v.AppendNumber(x.Buf)))
	return nil
}

// numberText takes texts that are plain decimals.
func (x *Fitter) numberText(dst *gong.Value, s string, f *gong.Field) *Problem {
	v, ok := value.ParseNumber(s)
	if !ok {
		return wrong(s, "no plain decimal number", `declare the column with type: decimal (decimal, group, strip, suffix), or write number(x, ",", ".")`)
	}
	if p := outOfBounds(v, f); p != nil {
		return p
	}
	if !isShortest(s) {
		s = x.keep(v.AppendNumber(x.Buf))
	}
	setNumber(dst, v, s)
	return nil
}

// setNumber makes dst the number v, written as s.
func setNumber(dst *gong.Value, v value.Value, s string) {
	dst.Kind, dst.Text = gong.NumberVal, s
	if n, places, ok := v.Decimal(); ok && places < 1<<8 {
		dst.Exact, dst.Num, dst.Places = true, n, uint8(places)
	}
}

// outOfBounds says what is wrong with a number outside a field's bounds.
func outOfBounds(v value.Value, f *gong.Field) *Problem {
	switch f.Kind {
	case gong.Percent:
		if c, _ := value.Compare(v, maxPercent); c > 0 || v.Sign() < 0 {
			return wrong(v.String(), "outside 0 to 100, the bounds of a percent field", "")
		}
	case gong.Integer:
		if !v.IsWhole() || v.Sign() <= 0 {
			return wrong(v.String(), "no whole number from 1", "number stages from 1; round(x) drops a fraction")
		}
	}
	return nil
}

// isShortest tells whether s, a plain decimal, already is as it would be
// written: no plus sign, no zeros that say nothing.
func isShortest(s string) bool {
	digits := s
	if s[0] == '-' {
		digits = s[1:]
	}
	if digits[0] == '+' || digits[0] == '0' && (len(digits) == 1 || digits[1] != '.') {
		return s == "0"
	}
	if digits[len(digits)-1] != '0' {
		return true
	}
	for i := range digits {
		if digits[i] == '.' {
			return false
		}
	}
	return true
}

// boolean takes true and false.
func (x *Fitter) boolean(dst *gong.Value, v value.Value, f *gong.Field) *Problem {
	if v.Kind() != value.Bool {
		return misfit(v, f)
	}
	dst.Kind = gong.BoolVal
	if v.Bool() {
		dst.Num = 1
	}
	return nil
}

// word takes the words true, false, yes and no in any case.
func (x *Fitter) word(dst *gong.Value, s string) *Problem {
	n, ok := truth(s)
	if !ok {
		return wrong(s, "neither true nor false", `declare the column with type: boolean (truthy and falsy list its words), or compare: x == "Y"`)
	}
	dst.Kind, dst.Num = gong.BoolVal, n
	return nil
}

// truth reads true and yes as 1, false and no as 0, in any case.
func truth(s string) (n int64, ok bool) {
	switch len(s) {
	case 2:
		return 0, folds(s, "no")
	case 3:
		return 1, folds(s, "yes")
	case 4:
		return 1, folds(s, "true")
	case 5:
		return 0, folds(s, "false")
	}
	return 0, false
}

// folds tells whether s, as long as word, is the lower-case word in any case.
func folds(s, word string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c != word[i] && (c|0x20 != word[i] || c < 'A') {
			return false
		}
	}
	return true
}

func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
