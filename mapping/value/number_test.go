package value

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/cockroachdb/apd/v3"
)

func num(t testing.TB, s string) Value {
	t.Helper()
	v, ok := ParseNumber(s)
	if !ok {
		t.Fatalf("ParseNumber(%q) refused", s)
	}
	return v
}

func str(v Value) string { return string(v.AppendNumber(nil)) }

func TestParseNumber(t *testing.T) {
	for _, test := range []struct{ in, want string }{
		{"0", "0"}, {"-0", "0"}, {"-0.00", "0"}, {"+7", "7"}, {"007", "7"}, {"1.0", "1"}, {"1.50", "1.5"}, {"-12.340", "-12.34"},
		{"0.001", "0.001"}, {"-0.5", "-0.5"}, {"100", "100"}, {"100.00", "100"},
		{"999999999999999999", "999999999999999999"},
		{"9223372036854775807", "9223372036854775807"},
		{"-9223372036854775808", "-9223372036854775808"},
		{"9223372036854775808", "9223372036854775808"},
		{"123456789012345678901234567890.1234567890", "123456789012345678901234567890.123456789"},
		{"0.0000000000000000000000000001", "0.0000000000000000000000000001"},
		{"-0.00000000000000000000", "0"},
		{"00000000000000000000000000001.5", "1.5"},
		{strings.Repeat("9", 1000), strings.Repeat("9", 1000)},
		{"0." + strings.Repeat("0", 999) + "1", "0." + strings.Repeat("0", 999) + "1"},
		{strings.Repeat("0", 5000) + "1." + strings.Repeat("0", 5000), "1"},
	} {
		if got := str(num(t, test.in)); got != test.want {
			t.Errorf("ParseNumber(%.40q) = %.40s, want %.40s", test.in, got, test.want)
		}
	}
	for _, in := range []string{"", "-", "+", ".", ".5", "5.", "1e5", "1E+5", " 1", "1 ", "1,5", "--1", "+-1", "1.2.3", "0x10", "1_000", "Inf", "NaN", "١", "1a",
		strings.Repeat("9", 1001), "0." + strings.Repeat("0", 1000) + "1", "1" + strings.Repeat("0", 600) + "." + strings.Repeat("0", 400) + "1"} {
		if v, ok := ParseNumber(in); ok {
			t.Errorf("ParseNumber(%.40q) = %.40s, want it refused", in, str(v))
		}
	}
}

func TestInt(t *testing.T) {
	for _, n := range []int64{0, 1, -1, math.MaxInt64, math.MinInt64} {
		if got, ok := OfInt(n).Int(); !ok || got != n {
			t.Errorf("OfInt(%d).Int() = %d, %v", n, got, ok)
		}
	}
	for _, s := range []string{"1.5", "9223372036854775808"} {
		if got, ok := num(t, s).Int(); ok {
			t.Errorf("%s.Int() = %d, want none", s, got)
		}
	}
	if _, ok := OfText("1").Int(); ok {
		t.Error("a text has an Int")
	}
}

func TestArithmetic(t *testing.T) {
	for _, test := range []struct{ name, a, op, b, want string }{
		{"tenths are exact", "0.1", "+", "0.2", "0.3"},
		{"zeros go", "1.5", "+", "1.5", "3"},
		{"carry over 64 bits", "9223372036854775807", "+", "1", "9223372036854775808"},
		{"below 64 bits", "-9223372036854775807", "-", "1", "-9223372036854775808"},
		{"far scales", "100000000000000000", "+", "0.00000000000000000001", "100000000000000000.00000000000000000001"},
		{"back into 64 bits", "9223372036854775808", "-", "9223372036854775808", "0"},
		{"minus", "5", "-", "7.25", "-2.25"},
		{"money", "1234567.89", "*", "1.0875", "1342592.580375"},
		{"product over 64 bits", "9999999999", "*", "-9999999999", "-99999999980000000001"},
		{"by zero", "123", "*", "0", "0"},
		{"even", "1", "/", "8", "0.125"},
		{"even by tens", "1234567.89", "/", "100", "12345.6789"},
		{"whole", "6", "/", "-3", "-2"},
		{"of a decimal", "1", "/", "0.25", "4"},
		{"third", "1", "/", "3", "0.3333333333333333333333333333333333"},
		{"two thirds", "2", "/", "3", "0.6666666666666666666666666666666667"},
		{"two thirds below zero", "-2", "/", "3", "-0.6666666666666666666666666666666667"},
		{"large over three", "100000000000000000000", "/", "3", "33333333333333333333.33333333333333"},
		{"half to even down", "1000000000000000000000000000000000.05", "/", "1", "1000000000000000000000000000000000"},
		{"half to even up", "1000000000000000000000000000000001.5", "/", "1", "1000000000000000000000000000000002"},
		{"over half", "1000000000000000000000000000000000.51", "/", "1", "1000000000000000000000000000000001"},
		{"nines carry", "99999999999999999999999999999999999", "/", "1", "100000000000000000000000000000000000"},
		{"zero over", "0", "/", "7", "0"},
	} {
		a, b := num(t, test.a), num(t, test.b)
		var got Value
		var err error
		switch test.op {
		case "+":
			got, err = Add(a, b)
		case "-":
			got, err = Sub(a, b)
		case "*":
			got, err = Mul(a, b)
		case "/":
			got, err = Div(a, b)
		}
		if err != nil || str(got) != test.want {
			t.Errorf("%s: %s %s %s = %s, %v, want %s", test.name, test.a, test.op, test.b, str(got), err, test.want)
		}
	}
}

func TestArithmeticErrors(t *testing.T) {
	huge, tiny := num(t, strings.Repeat("9", 1000)), num(t, "0."+strings.Repeat("0", 999)+"1")
	for name, f := range map[string]func() (Value, error){
		"division by zero": func() (Value, error) { return Div(OfInt(1), OfInt(0)) },
		"zero over zero":   func() (Value, error) { return Div(OfInt(0), num(t, "0.0")) },
		"sum too long":     func() (Value, error) { return Add(huge, OfInt(1)) },
		"product too long": func() (Value, error) { return Mul(huge, OfInt(10)) },
		"product too fine": func() (Value, error) { return Mul(tiny, num(t, "0.1")) },
		"quotient huge":    func() (Value, error) { return Div(huge, tiny) },
		"quotient tiny":    func() (Value, error) { return Div(tiny, OfInt(3)) },
	} {
		if v, err := f(); err == nil {
			t.Errorf("%s: no error, got %.30s", name, str(v))
		}
	}
}

func TestRound(t *testing.T) {
	for _, test := range []struct {
		in     string
		places int
		want   string
	}{
		{"2.5", 0, "3"}, {"-2.5", 0, "-3"}, {"2.4", 0, "2"}, {"-0.4", 0, "0"}, {"0.5", 0, "1"}, {"1.005", 2, "1.01"}, {"1.004", 2, "1"},
		{"1234.5", -2, "1200"}, {"1250", -2, "1300"}, {"-1250", -2, "-1300"}, {"49", -2, "0"}, {"50", -2, "100"}, {"7", 5, "7"},
		{"123456789012345678901234567890.55", 1, "123456789012345678901234567890.6"},
		{"9223372036854775807", -1, "9223372036854775810"},
		{"0.00000000000000000000000000005", 28, "0.0000000000000000000000000001"},
		{"5", -100000, "0"}, {strings.Repeat("9", 1000), -1000, "1" + strings.Repeat("0", 1000)},
	} {
		if got := str(Round(num(t, test.in), test.places)); got != test.want {
			t.Errorf("Round(%s, %d) = %s, want %s", test.in, test.places, got, test.want)
		}
	}
	for _, test := range []struct{ in, floor, ceil, abs, neg string }{
		{"1.5", "1", "2", "1.5", "-1.5"}, {"-1.5", "-2", "-1", "1.5", "1.5"}, {"3", "3", "3", "3", "-3"}, {"0", "0", "0", "0", "0"},
		{"-0.1", "-1", "0", "0.1", "0.1"},
		{"-99999999999999999999.5", "-100000000000000000000", "-99999999999999999999", "99999999999999999999.5", "99999999999999999999.5"},
		{"-9223372036854775808", "-9223372036854775808", "-9223372036854775808", "9223372036854775808", "9223372036854775808"},
	} {
		v := num(t, test.in)
		if got := [...]string{str(Floor(v)), str(Ceil(v)), str(Abs(v)), str(Neg(v))}; got != [...]string{test.floor, test.ceil, test.abs, test.neg} {
			t.Errorf("%s: floor, ceil, abs, neg = %v, want %s %s %s %s", test.in, got, test.floor, test.ceil, test.abs, test.neg)
		}
	}
}

func TestCompareNumbers(t *testing.T) {
	order := []string{"-123456789012345678901", "-9223372036854775808", "-9223372036854775807", "-10", "-9.99", "-0.00000000000000000001", "0",
		"0.00000000000000000001", "0.1", "0.11", "1", "1.0000000000000000000000001", "9.5", "10", "9223372036854775807", "9223372036854775807.1", "9223372036854775808"}
	for i, a := range order {
		for j, b := range order {
			c, ok := Compare(num(t, a), num(t, b))
			if want := sign(i - j); !ok || c != want {
				t.Errorf("Compare(%s, %s) = %d, want %d", a, b, c, want)
			}
			if Equal(num(t, a), num(t, b)) != (i == j) {
				t.Errorf("Equal(%s, %s) = %v", a, b, i != j)
			}
		}
	}
	if !Equal(num(t, "1.0"), OfInt(1)) || !Equal(num(t, "123456789012345678901.50"), num(t, "123456789012345678901.5")) {
		t.Error("equal numbers written differently are not equal")
	}
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

func rat(s string) *big.Rat {
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		panic(s)
	}
	return r
}

// What is read is what is written, to the digit.
func FuzzNumberRoundTrip(f *testing.F) {
	for _, s := range []string{"0", "-0.10", "123.456", "99999999999999999999.5", "0.00000000000000000000000001", "+5", "-9223372036854775808", "000000000000000000000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, ok := ParseNumber(s)
		if !ok {
			return
		}
		out := str(v)
		if rat(s).Cmp(rat(out)) != 0 {
			t.Fatalf("%q became %s", s, out)
		}
		if strings.ContainsAny(out, "eE+") || strings.Contains(out, ".") && (strings.HasSuffix(out, "0") || strings.HasSuffix(out, ".")) || out == "-0" {
			t.Fatalf("%q is written %s", s, out)
		}
		again, ok := ParseNumber(out)
		if !ok || !Equal(v, again) || str(again) != out {
			t.Fatalf("%q: %s is not read back", s, out)
		}
	})
}

// Sums, differences and products are those of fractions; quotients are those
// of the decimal arithmetic of package apd at 34 digits.
func FuzzArithmetic(f *testing.F) {
	for _, s := range [][2]string{{"0.1", "0.2"}, {"9223372036854775807", "-9223372036854775807"}, {"1", "3"}, {"123456789.123456789", "0.000000001"},
		{"4611686018427387904", "2"}, {"-9223372036854775808", "-1"}, {"1000000000000000000", "0.000000000000000001"}, {"922337203685477580.7", "9999999999"},
		{"9", "6666666666666666667"}, {"18446744073709551616", "4294967296"}, {"5", "-0.3333333333333333333"}} {
		f.Add(s[0], s[1])
	}
	quotient := apd.Context{Precision: divisionDigits, MaxExponent: 10000, MinExponent: -10000, Rounding: apd.RoundHalfEven}
	f.Fuzz(func(t *testing.T, s1, s2 string) {
		a, ok1 := ParseNumber(s1)
		b, ok2 := ParseNumber(s2)
		if !ok1 || !ok2 || len(s1) > 200 || len(s2) > 200 {
			return
		}
		x, y := rat(s1), rat(s2)
		exact := func(name string, got Value, err error, want *big.Rat) {
			t.Helper()
			if err != nil || rat(str(got)).Cmp(want) != 0 {
				t.Fatalf("%s %s %s = %s, %v, want %s", s1, name, s2, str(got), err, want)
			}
		}
		sum, err := Add(a, b)
		exact("+", sum, err, new(big.Rat).Add(x, y))
		difference, err := Sub(a, b)
		exact("-", difference, err, new(big.Rat).Sub(x, y))
		product, err := Mul(a, b)
		exact("*", product, err, new(big.Rat).Mul(x, y))
		if c, _ := Compare(a, b); c != x.Cmp(y) {
			t.Fatalf("Compare(%s, %s) = %d, want %d", s1, s2, c, x.Cmp(y))
		}
		if y.Sign() == 0 {
			return
		}
		got, err := Div(a, b)
		if err != nil {
			return // more digits than a number may have
		}
		var p, q, want apd.Decimal
		if _, _, err := p.SetString(s1); err != nil {
			t.Fatal(err)
		}
		if _, _, err := q.SetString(s2); err != nil {
			t.Fatal(err)
		}
		if _, err := quotient.Quo(&want, &p, &q); err != nil {
			t.Fatal(err)
		}
		if rat(str(got)).Cmp(rat(want.Text('f'))) != 0 {
			t.Fatalf("%s / %s = %s, want %s", s1, s2, str(got), want.Text('f'))
		}
	})
}

// Rounding to places gives a multiple of 10^-places at most half of that away.
func FuzzRound(f *testing.F) {
	f.Add("2.5", 0)
	f.Add("-1234567.895", 2)
	f.Add("99999999999999999999.995", 2)
	f.Add("9223372036854775807", -3)
	f.Fuzz(func(t *testing.T, s string, places int) {
		v, ok := ParseNumber(s)
		if !ok || places > 50 || places < -50 || len(s) > 200 {
			return
		}
		unit := new(big.Rat).SetFrac(bigPow10(max(-places, 0)), bigPow10(max(places, 0)))
		got := rat(str(Round(v, places)))
		if !new(big.Rat).Quo(got, unit).IsInt() {
			t.Fatalf("Round(%s, %d) = %s is no multiple of %s", s, places, got, unit)
		}
		gap := new(big.Rat).Sub(got, rat(s))
		double := new(big.Rat).Mul(new(big.Rat).Abs(gap), big.NewRat(2, 1))
		if c := double.Cmp(unit); c > 0 || c == 0 && gap.Sign() != rat(s).Sign() {
			t.Fatalf("Round(%s, %d) = %s", s, places, got.FloatString(places+1))
		}
	})
}
