package value

import "sync"

// Problem says why a text or value is not what it should be.
type Problem struct {
	Message string // what was found and what is right, for people
	Hint    string // what to do; may be empty
}

// Error gives the message, so that a Problem can be handed on as an error.
func (p *Problem) Error() string { return p.Message }

// DateProblem says why ParseISODate refused a text.
func DateProblem(s string) *Problem {
	p := &Problem{Message: Quote(s) + " is no date in ISO form (2024-03-15)"}
	days, ok := isoDays(s)
	if !ok {
		if p.Hint = suggest(s); looksISO(s) {
			p.Message, p.Hint = Quote(s)+" is no day of the calendar", correct(s)
		}
		return p
	}
	t, ok := isoTime(s)
	switch day := string(appendDate(nil, days)); {
	case !ok:
	case t.zoned:
		p.Message = Quote(s) + " is a date-time with an offset, no date"
		p.Hint = "use type: datetime; a date field then takes the day in the mapping's timezone"
	default:
		p.Message = Quote(s) + " has a time of day that is not midnight"
		p.Hint = `use type: datetime, or a format with the time to read ` + day + ` alone, such as format: "%Y-%m-%d` + s[10:11] + `%H:%M:%S"`
	}
	return p
}

// DateTimeProblem says why ParseISODateTime refused a text.
func DateTimeProblem(s string) *Problem {
	if _, ok := ParseISODate(s); ok {
		return &Problem{Quote(s) + " is a date without a time", `use type: date and datetime(x) for its midnight, or format: "%Y-%m-%d"`}
	}
	p := &Problem{Message: Quote(s) + " is no date-time in ISO form (2024-03-15T10:00:00Z)"}
	if looksISO(s) {
		if _, ok := isoDays(s); !ok {
			p.Message, p.Hint = Quote(s)+" is no day of the calendar", correct(s)
		}
		return p
	}
	p.Hint = suggest(s)
	return p
}

// looksISO tells whether s begins with digits in the form of an ISO date.
func looksISO(s string) bool {
	return len(s) >= 10 && s[4] == '-' && s[7] == '-' && pair(s, 0)|pair(s, 2)|pair(s, 5)|pair(s, 8) >= 0
}

// usualFormats are what exports write dates in when they do not write ISO
// form, from which hints suggest one. They never read a cell.
var usualFormats = sync.OnceValue(func() (all []*Layout) {
	dates := [...]string{"%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m-%d-%Y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y-%m-%d",
		"%d %b %Y", "%d %b, %Y", "%b %d, %Y", "%b %d %Y", "%d-%b-%Y", "%d-%b-%y", "%d/%m/%y", "%m/%d/%y", "%d.%m.%y"}
	times := [...]string{"", " %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", ", %H:%M", ", %H:%M:%S", ", %I:%M %p"}
	for _, d := range dates {
		for _, t := range times {
			if l, err := CompileLayout(d + t); err == nil {
				all = append(all, l)
			}
		}
	}
	return all
})

// correct gives a hint for what has the right form and is no date: another
// format that reads it, such as one with day and month the other way round.
func correct(s string) string {
	if hint := suggest(s); hint != "" {
		return hint
	}
	return "correct the date in the CRM"
}

// suggest gives a hint with the formats that read s, "" where none does.
func suggest(s string) string {
	hint := ""
	for _, l := range usualFormats() {
		if _, ok := l.ParseDate(s); !ok {
			continue
		}
		if hint != "" {
			return hint + ` or "` + l.source + `", whichever the export is written in`
		}
		hint = `give the column its format, such as format: "` + l.source + `"`
	}
	return hint
}
