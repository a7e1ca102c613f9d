package expression

import "strings"

// absent says what to write instead of a function that does not exist here,
// because it is another program's or because it could eat memory or time. The
// hint is empty when the nearest names should be shown.
func absent(name string) (message, hint string) {
	message = "no function " + name
	switch name {
	case "repeat", "reduce", "toJSON", "fromJSON", "toBase64", "fromBase64", "get", "sortBy", "groupBy", "findIndex", "findLast",
		"findLastIndex", "type", "keys", "values", "toPairs", "fromPairs", "timezone", "duration", "bitand", "bitor":
		message = name + " is not available"
	}
	switch strings.ToLower(name) {
	case "repeat":
		return message, "pad(text, n, fill) fills a text up"
	case "reduce":
		return message, "sum(list), join(list, separator), count and the like take lists together"
	case "get":
		return message, `write row["name"], or lookup(key)["name"]`
	case "sortby":
		return message, "sort(list) sorts the items themselves"
	case "findlast":
		return message, "find(reverse(list), …)"
	case "findindex", "findlastindex":
		return message, "find(list, …) gives the item"
	case "int", "float", "tonumber", "value", "parsefloat", "parseint", "decimal":
		return message, "number(text) reads a number"
	case "str", "text", "tostring", "tojson":
		return message, "string(x) gives a text"
	case "if", "iff", "iif":
		return message, "write condition ? a : b, or if condition { a } else { b }"
	case "isblank", "isempty", "isnull", "isna", "isnil":
		return message, "write x == nil"
	case "ifnull", "nvl", "ifna", "iferror", "nullvalue", "blankvalue":
		return message, "write (x ?? y)"
	case "concatenate", "textjoin":
		return message, `join texts with +, or with join([a, b], " "), which skips what is empty`
	case "trimprefix", "trimsuffix":
		return message, "replacePattern(text, `^prefix`, \"\") cuts it off"
	case "hasprefix", "hassuffix", "includes":
		return message, "write x startsWith y, x endsWith y, x contains y"
	case "left", "right", "mid", "substr":
		return message, "substring(text, from, to) counts from 0"
	case "indexof", "lastindexof", "search":
		return message, "write x contains y, or extract(text, regex)"
	case "vlookup", "xlookup":
		return message, "declare the table in lookups: and call it by its name"
	case "uppercase", "toupper":
		return message, "upper(text)"
	case "lowercase", "tolower":
		return message, "lower(text)"
	case "mean", "avg", "average":
		return message, "sum(list) / len(list)"
	case "convert", "rate":
		return name + " needs exchange rates", "declare them under currency:"
	case "mod":
		return message, "x - floor(x / 2) * 2"
	}
	return message, ""
}

// trimRegexError drops what the regexp package says before the cause.
func trimRegexError(s string) string {
	return strings.TrimPrefix(s, "error parsing regexp: ")
}
