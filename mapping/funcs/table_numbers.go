package funcs

import "crm2gong/mapping/value"

func numberFuncs() []*Func {
	one := []Param{number("x")}
	comparable := param("x", value.Number, value.Date, value.DateTime, value.List)
	return []*Func{
		prepared(plain("number", "number(text[, decimal, group])",
			"The number that a text holds: digits, with a decimal point unless another sign is given, and grouping signs only where one is given. Nothing else may stand around it. A blank text gives nil.",
			[]Param{param("text", value.Text, value.Number), text("decimal").optional(), text("group").optional()}, true, gives(value.Number), nil,
			ex(`number("1234.50")`, `1234.5`), ex(`number("1.234,50", ",", ".")`, `1234.5`)), prepareNumber),
		plain("round", "round(x[, places])", "The number rounded to places after the decimal point (none if not given; negative ones round to tens, hundreds …), halves away from zero as spreadsheets do.",
			[]Param{number("x"), number("places").optional()}, true, asFirst(value.Number), callRound,
			ex(`round(2.345, 2)`, `2.35`), ex(`round(-2.5)`, `-3`), ex(`round(1250, -2)`, `1300`)),
		plain("abs", "abs(x)", "The number without its sign.", one, true, asFirst(value.Number), onNumber(value.Abs), ex(`abs(-5)`, `5`)),
		plain("floor", "floor(x)", "The greatest whole number that is not greater.", one, true, asFirst(value.Number), onNumber(value.Floor), ex(`floor(-1.5)`, `-2`)),
		plain("ceil", "ceil(x)", "The least whole number that is not less.", one, true, asFirst(value.Number), onNumber(value.Ceil), ex(`ceil(1.2)`, `2`)),
		plain("min", "min(x, …)", "The least of numbers, or the earliest of dates or of date-times, given as arguments or lists. nil among them is an error: write (x ?? 0). An empty list gives nil.",
			[]Param{comparable.variadic()}, false, extremeType, extreme("min", -1), ex(`min(3, 1.5, 2)`, `1.5`)),
		plain("max", "max(x, …)", "The greatest of numbers, or the latest of dates or of date-times, given as arguments or lists. nil among them is an error: write (x ?? 0). An empty list gives nil.",
			[]Param{comparable.variadic()}, false, extremeType, extreme("max", 1),
			ex(`max(3, 1.5, 2)`, `3`), ex(`max(date("2024-03-15"), date("2024-01-31"))`, `2024-03-15`)),
	}
}

func dateFuncs() []*Func {
	day := param("d", value.Date, value.DateTime)
	return []*Func{
		prepared(plain("date", "date(text[, format, …])",
			"The calendar date that a text holds: in ISO form (2024-03-15), or in the given strftime formats, of which one must read it and two must not disagree; a time in the format is dropped. A date-time gives its day in the mapping's timezone. A blank text gives nil.",
			[]Param{param("text", value.Text, value.Date, value.DateTime), text("format").constant().optional().variadic()}, true, gives(value.Date), nil,
			ex(`date("2024-03-15")`, `2024-03-15`), ex(`date("15/03/2024", "%d/%m/%Y")`, `2024-03-15`), ex(`date("3/24", "%m/%y")`, `2024-03-01`)), prepareDate),
		prepared(plain("datetime", "datetime(text[, format, …])",
			`The date-time that a text holds: in ISO form (2024-03-15T10:00:00Z), or in the given strftime formats, among which "iso" stands for the ISO form. Without an offset it is in the mapping's timezone. A date, its text, or a format without a time, gives midnight. A blank text gives nil.`,
			[]Param{param("text", value.Text, value.Date, value.DateTime), text("format").constant().optional().variadic()}, true, gives(value.DateTime), nil,
			ex(`datetime("2024-03-15 10:00")`, `2024-03-15T10:00:00Z`), ex(`datetime("3/15/24 2:05 PM", "%m/%d/%y %I:%M %p")`, `2024-03-15T14:05:00Z`),
			ex(`datetime("2024-03-15")`, `2024-03-15T00:00:00Z`), ex(`datetime(date("2024-03-15"))`, `2024-03-15T00:00:00Z`)), prepareDateTime),
		prepared(plain("inZone", "inZone(dt, zone)", "The same instant written with the offset of an IANA time zone.",
			[]Param{param("dt", value.DateTime), text("zone").constant()}, true, asFirst(value.DateTime), nil,
			ex(`inZone(datetime("2024-03-15T10:00:00Z"), "America/New_York")`, `2024-03-15T06:00:00-04:00`)), prepareInZone),
		plain("addDays", "addDays(d, n)", "The date or date-time n days later, or earlier where n is negative. A date-time keeps its time of day and its offset.",
			[]Param{day, number("n")}, true, sameAsFirst, callAddDays, ex(`addDays(date("2024-02-28"), 2)`, `2024-03-01`)),
		plain("addMonths", "addMonths(d, n)", "The date or date-time n months later, or earlier where n is negative. A day that the month lacks becomes its last.",
			[]Param{day, number("n")}, true, sameAsFirst, callAddMonths, ex(`addMonths(date("2024-01-31"), 1)`, `2024-02-29`)),
		plain("startOfMonth", "startOfMonth(d)", "The first day of the month; of a date-time, its midnight at the same offset.",
			[]Param{day}, true, sameAsFirst, callStartOfMonth, ex(`startOfMonth(date("2024-03-15"))`, `2024-03-01`)),
		prepared(plain("formatDate", "formatDate(d, format)",
			`A date or date-time as a text in a strftime format. A date-time is written at its own offset; inZone(d, "Europe/Berlin") changes that first.`,
			[]Param{day, text("format").constant()}, true, asFirst(value.Text), nil,
			ex(`formatDate(date("2024-03-15"), "%d.%m.%Y")`, `"15.03.2024"`)), prepareFormatDate),
		plain("now", "now()", "The instant of the run, the same for all rows, in UTC. --as-of sets it.", nil, false, always(value.DateTime), callNow,
			ex(`now()`, `2024-03-15T12:00:00Z`)),
		plain("today", "today()", "The day of the run in the mapping's timezone. --as-of sets it.", nil, false, always(value.Date), callToday,
			ex(`today()`, `2024-03-15`)),
	}
}

func choiceFuncs() []*Func {
	return []*Func{
		plain("coalesce", "coalesce(a, b, …)", "The first argument that is not nil; nil when all are.",
			[]Param{param("a", value.Any).nilOK().variadic()}, false, coalesceType, callCoalesce,
			ex(`coalesce(nil, "b", "c")`, `"b"`)),
		operator("??", "a ?? b", "a, or b where a is nil. Write brackets around it inside other expressions: (a ?? 0) + 1.", ex(`(nil ?? 2) + 1`, `3`)),
		operator("?:", "condition ? a : b", "a where the condition holds, else b.", ex(`5 > 3 ? "WON" : "OPEN"`, `"WON"`)),
		operator("if", "if condition { a } else { b }", "a where the condition holds, else b.", ex(`if 5 > 3 { "WON" } else { "OPEN" }`, `"WON"`)),
		operator("let", "let x = value; expression", "Names a value for the expression that follows.", ex(`let parts = split("EMEA/DACH", "/"); last(parts)`, `"DACH"`)),
	}
}

// coalesceType is nil only where all arguments may be.
func coalesceType(args []value.Type) value.Type {
	t := common(args)
	for _, a := range args {
		if !a.Nullable && a.Kind != value.Nil && a.Kind != value.Any {
			t.Nullable = false
		}
	}
	return t
}
