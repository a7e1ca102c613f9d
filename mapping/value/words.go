package value

import "strings"

// Thousands puts commas between the thousands of a plain decimal: -1234.5 becomes
// -1,234.5. Any other text stays as it is.
func Thousands(s string) string {
	whole, _, _ := strings.Cut(s, ".")
	rest := s[len(whole):]
	from := 0
	if strings.HasPrefix(whole, "-") {
		from = 1
	}
	if strings.Trim(whole[from:], "0123456789") != "" {
		return s
	}
	for i := len(whole) - 3; i > from; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return whole + rest
}
