package diag

import (
	"strconv"
	"strings"
)

// quoteRunes is how much of a value a message shows.
const quoteRunes = 60

// Quote makes a value fit for a message: in double quotes, everything that
// cannot be seen escaped as in Go, and cut to 60 characters, the last of them
// an ellipsis.
func Quote(value string) string {
	return strconv.Quote(shorten(value))
}

func shorten(value string) string {
	count, cut := 0, 0
	for i := range value {
		if count == quoteRunes-1 {
			cut = i
		}
		if count == quoteRunes {
			return value[:cut] + ellipsis
		}
		count++
	}
	return value
}

// bare shows a name in a list: as it is where that is plain, else quoted.
func bare(name string) string {
	quoted := Quote(name)
	if strings.ContainsAny(name, ",\"'`") || strings.TrimSpace(name) != name || quoted != `"`+name+`"` {
		return quoted
	}
	return name
}
