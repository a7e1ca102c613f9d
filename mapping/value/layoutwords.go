package value

import "strings"

// foreign are the letters with which spreadsheets and other programs write
// formats, the longer ones first, and the directives that mean the same.
var foreign = []struct{ letters, directive string }{
	{"yyyy", "%Y"}, {"YYYY", "%Y"}, {"yy", "%y"}, {"YY", "%y"},
	{"MMMM", "%B"}, {"MMM", "%b"}, {"MM", "%m"}, {"M", "%m"},
	{"DD", "%d"}, {"dd", "%d"}, {"D", "%d"}, {"d", "%d"},
	{"HH", "%H"}, {"H", "%H"}, {"hh", "%I"}, {"h", "%I"},
	{"mm", "%M"}, {"ss", "%S"}, {"SSS", "%f"}, {"tt", "%p"}, {"a", "%p"},
	{"XXX", "%z"}, {"xx", "%z"}, {"Z", "%z"},
}

// DirectivesFor gives the strftime format that a format of letters, such as
// dd/MM/yyyy, means; ok is false for one that has directives already or is not
// understood. mm before any hour is the month, and hh without a the hour of 24.
func DirectivesFor(format string) (strftime string, ok bool) {
	if strings.Contains(format, "%") {
		return "", false
	}
	var out strings.Builder
	clock := false // an hour stands before
	half := strings.Contains(format, "tt") || strings.Contains(format, "a")
next:
	for i := 0; i < len(format); {
		c := format[i]
		if c|0x20 < 'a' || c|0x20 > 'z' {
			if c == '\'' { // quotes around a literal, as in 'T'
				i++
				continue
			}
			out.WriteByte(c)
			i++
			continue
		}
		for _, f := range foreign {
			n := len(f.letters)
			if !strings.HasPrefix(format[i:], f.letters) || i+n < len(format) && format[i+n] == c {
				continue
			}
			d := f.directive
			switch {
			case d == "%M" && !clock:
				d = "%m"
			case d == "%I" && !half:
				d = "%H"
			}
			clock = clock || d == "%H" || d == "%I"
			out.WriteString(d)
			i += n
			continue next
		}
		if c != 'T' {
			return "", false
		}
		out.WriteByte(c)
		i++
	}
	l, err := CompileLayout(out.String())
	if err != nil || !l.HasDate() {
		return "", false
	}
	return out.String(), true
}

// FormatHint says what to do about a format that no date can be read by.
func FormatHint(format string) string {
	if meant, ok := DirectivesFor(format); ok {
		return `write "` + meant + `": formats are written as in strftime`
	}
	return `it needs the year and the month at least, such as "%d/%m/%Y"`
}
