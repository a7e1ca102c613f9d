// Package limit reads and applies limits that people give as a number of
// records or as a percentage of all.
package limit

import (
	"errors"
	"strconv"
	"strings"
)

// Limit is a greatest number of records: a count, or a part of all. The zero
// value allows none.
type Limit struct {
	count   int
	percent float64
	isPart  bool
}

// Percent is the limit of p per cent of all; p is from 0 to 100.
func Percent(p float64) Limit { return Limit{percent: p, isPart: true} }

var errNeither = errors.New("it is neither a number nor a percentage up to 100%")

// Parse reads "25" or "10%".
func Parse(text string) (Limit, error) {
	text = strings.TrimSpace(text)
	if number, ok := strings.CutSuffix(text, "%"); ok {
		p, err := strconv.ParseFloat(strings.TrimSpace(number), 64)
		if err != nil || !(p >= 0 && p <= 100) { // NaN is neither
			return Limit{}, errNeither
		}
		return Percent(p), nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return Limit{}, errNeither
	}
	return Limit{count: n}, nil
}

// slack makes up for what a percentage such as 0.57 loses in binary, so that 57
// of 10,000 are not above it.
const slack = 1e-9

// Of gives the greatest number among all records.
func (l Limit) Of(all int) int {
	if l.isPart {
		return int(l.percent*float64(all)/100 + slack)
	}
	return l.count
}

// Exceeded tells whether n of all records are more than the limit.
func (l Limit) Exceeded(n, all int) bool { return n > l.Of(all) }

// String writes the limit as Parse reads it.
func (l Limit) String() string {
	if l.isPart {
		return strconv.FormatFloat(l.percent, 'f', -1, 64) + "%"
	}
	return strconv.Itoa(l.count)
}
