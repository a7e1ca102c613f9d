package value

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// number draws numbers of all sizes: cents, whole ones, ends of int64, and
// longer than any machine word.
func number(t *rapid.T, name string) Value {
	text := rapid.OneOf(
		rapid.StringMatching(`-?[0-9]{1,7}(\.[0-9]{1,4})?`),
		rapid.StringMatching(`-?[0-9]{17,19}(\.[0-9]{1,18})?`),
		rapid.StringMatching(`-?[0-9]{1,30}\.[0-9]{1,30}`),
		rapid.SampledFrom([]string{"9223372036854775807", "-9223372036854775807", "-9223372036854775808", "0", "-0.5", "0.000000000000000001"}),
	).Draw(t, name)
	v, ok := ParseNumber(text)
	if !ok {
		t.Fatalf("%s is no number", text)
	}
	return v
}

// TestSum holds sums to adding one number after the other.
func TestSum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var sum, half Sum
		want := Value{}
		n := rapid.IntRange(0, 20).Draw(t, "n")
		for i := range n {
			v := number(t, "number")
			if want.IsNil() {
				want = v
			} else if next, err := Add(want, v); err != nil {
				t.Fatal(err)
			} else {
				want = next
			}
			if i%2 == 0 {
				sum.Add(v)
			} else {
				half.Add(v)
			}
			half.Add(Value{})
		}
		sum.AddSum(&half)
		if got := sum.Value(); !Equal(got, want) || got.IsNil() != want.IsNil() {
			t.Fatalf("the sum is %s, want %s", got, want)
		}
	})
}

func TestSumOfNothing(t *testing.T) {
	var s, o Sum
	s.AddSum(&o)
	s.Add(OfText("1"))
	if v := s.Value(); !v.IsNil() {
		t.Errorf("an empty sum is %s", v)
	}
	s.Add(OfInt(0))
	if v := s.Value(); v.IsNil() || v.String() != "0" {
		t.Errorf("a sum of zero is %s", v)
	}
	s.Add(OfInt(math.MinInt64))
	s.Add(OfInt(math.MaxInt64))
	if v := s.Value(); v.String() != "-1" {
		t.Errorf("the least and the greatest int64 make %s", v)
	}
}

// TestMulRound holds it to Mul, Round and Sub.
func TestMulRound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, places := number(t, "a"), number(t, "b"), rapid.IntRange(-3, 8).Draw(t, "places")
		got, above, err := MulRound(a, b, places)
		exact, wantErr := Mul(a, b)
		if (err != nil) != (wantErr != nil) {
			t.Fatalf("%s × %s: error %v, want %v", a, b, err, wantErr)
		}
		if err != nil {
			return
		}
		want := Round(exact, places)
		off, _ := Sub(want, exact)
		if !Equal(got, want) || !Equal(above, off) {
			t.Fatalf("%s × %s to %d places: %s, %s above; want %s, %s above", a, b, places, got, above, want, off)
		}
	})
}

// TestAddDecimal adds numbers that are small, at the bounds of 64 bits and with
// many places, as decimals and as values.
func TestAddDecimal(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	some := []int64{0, 1, -1, 100, 12_345, math.MaxInt64, math.MinInt64, math.MinInt64 + 1, math.MaxInt64 / 100}
	for range 2000 {
		var got Sum
		want := Value{}
		for range 1 + r.IntN(6) {
			n, places := some[r.IntN(len(some))], r.IntN(4)
			if r.IntN(4) == 0 {
				n = r.Int64()
			}
			if r.IntN(6) == 0 {
				places = r.IntN(40)
			}
			got.AddDecimal(n, places)
			if v := OfDecimal(n, places); want.IsNil() {
				want = v
			} else {
				want, _ = Add(want, v)
			}
		}
		if a, b := string(got.Value().Append(nil)), string(want.Append(nil)); a != b {
			t.Fatalf("%s, want %s", a, b)
		}
	}
	var s Sum
	if !s.IsEmpty() {
		t.Error("a new sum is not empty")
	}
	if s.AddDecimal(0, 0); s.IsEmpty() {
		t.Error("a sum of zero is empty")
	}
}
