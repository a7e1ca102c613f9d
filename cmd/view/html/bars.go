package html

import (
	"math"
	"strconv"
)

// part is one part of a bar: a rectangle from X of width W, of 100.
type part struct{ Class, X, W string }

// slice is what a part stands for.
type slice struct {
	class string
	size  float64
}

// thinnest is the width of a part that would be too thin to see.
const thinnest = 0.8

// bar lays parts beside each other. whole is what fills the bar: the greatest
// of several bars, so that they can be compared, or the sum of the parts.
// Negative parts are not drawn.
func bar(whole float64, slices ...slice) []part {
	var parts []part
	at := 0.0
	for _, s := range slices {
		if !(s.size > 0) || !(whole > 0) {
			continue
		}
		w := math.Max(100*s.size/whole, thinnest)
		w = math.Min(w, 100-at)
		if w <= 0 {
			break
		}
		parts = append(parts, part{s.class, width(at), width(w)})
		at += w
	}
	return parts
}

// full is a bar whose parts fill it.
func full(slices ...slice) []part {
	sum := 0.0
	for _, s := range slices {
		sum += math.Max(s.size, 0)
	}
	// Room for the parts that are drawn wider than they are.
	thin := 0.0
	for _, s := range slices {
		if s.size > 0 && 100*s.size/sum < thinnest {
			thin += thinnest
		}
	}
	return bar(sum*(1+thin/100), slices...)
}

func width(w float64) string { return strconv.FormatFloat(w, 'f', 2, 64) }

func size(n int) float64 { return float64(n) }

// about is a decimal as a size to draw.
func about(s string) float64 {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || math.IsInf(f, 0) {
		return 0
	}
	return f
}
