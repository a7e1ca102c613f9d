package starter

import (
	"math/bits"
	"strings"
)

// both joins the facts of one column in two files. What can't be known without
// reading again is taken with care: the type stays only if both agree on it.
func both(a, b *Column) *Column {
	if a.Filled == 0 {
		c := *b
		c.Empty += a.Empty
		return &c
	}
	if b.Filled == 0 {
		c := *a
		c.Empty += b.Empty
		return &c
	}
	c := *a
	c.Filled += b.Filled
	c.Empty += b.Empty
	if a.Kind != b.Kind || strings.Join(a.Formats, "\n") != strings.Join(b.Formats, "\n") || a.Decimals != b.Decimals || a.Group != b.Group || a.Strip != b.Strip {
		switch {
		case a.Kind == Integer && b.Kind == Decimal && a.Group == 0 && !a.Strip:
			c.Kind, c.Decimals, c.Group, c.Strip, c.Suffix = Decimal, b.Decimals, b.Group, b.Strip, b.Suffix
		case b.Kind == Integer && a.Kind == Decimal && b.Group == 0 && !b.Strip:
		default:
			c.Kind, c.Formats, c.Either = Text, nil, nil
		}
	}
	if (a.OrderRow == 0) != (b.OrderRow == 0) || a.DayFirst != b.DayFirst {
		if len(a.Either)+len(b.Either) > 0 || a.OrderRow > 0 && b.OrderRow > 0 {
			c.Kind, c.Formats, c.Either = Text, nil, nil
		}
	}
	for _, n := range b.Nulls {
		if !hasCount(c.Nulls, n.Text) {
			c.Nulls = append(c.Nulls[:len(c.Nulls):len(c.Nulls)], n)
			continue
		}
		c.Nulls = append([]Count(nil), c.Nulls...)
		for i := range c.Nulls {
			if c.Nulls[i].Text == n.Text {
				c.Nulls[i].Count += n.Count
			}
		}
	}
	c.Level = max(a.Level, b.Level)
	c.Keys, c.indexes = nil, nil
	at := map[string]int{}
	for _, k := range append(append([]Key(nil), a.Keys...), b.Keys...) {
		if c.Level > 0 && bits.LeadingZeros64(k.Rank) < c.Level {
			continue
		}
		if i, ok := at[k.Text]; ok {
			c.Keys[i].Count += k.Count
			continue
		}
		at[k.Text] = len(c.Keys)
		c.Keys = append(c.Keys, k)
	}
	c.Exact = c.Level == 0
	c.Distinct = len(c.Keys) << c.Level
	c.Unique = true
	for _, k := range c.Keys {
		c.Unique = c.Unique && k.Count == 1
	}
	c.Values = nil
	if c.Exact && len(c.Keys) <= 1000 {
		for _, k := range c.Keys {
			c.Values = append(c.Values, Count{k.Text, k.Count})
		}
	}
	c.Shortest, c.Longest = min(a.Shortest, b.Shortest), max(a.Longest, b.Longest)
	c.Email, c.URL, c.Host, c.Phone = a.Email+b.Email, a.URL+b.URL, a.Host+b.Host, a.Phone+b.Phone
	c.Salesforce15, c.Salesforce18, c.GUID = a.Salesforce15+b.Salesforce15, a.Salesforce18+b.Salesforce18, a.GUID+b.GUID
	c.Digits, c.LeadingZero, c.Legal, c.Code = a.Digits+b.Digits, a.LeadingZero+b.LeadingZero, a.Legal+b.Legal, a.Code+b.Code
	c.Multiline, c.Errors, c.Damaged = a.Multiline+b.Multiline, a.Errors+b.Errors, a.Damaged+b.Damaged
	return &c
}

func hasCount(list []Count, s string) bool {
	for _, n := range list {
		if n.Text == s {
			return true
		}
	}
	return false
}
