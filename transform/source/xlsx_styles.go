package source

import (
	"fmt"
	"strconv"
	"strings"
)

// cellStyle is what a cell's number format says about its value.
type cellStyle struct {
	kind  styleKind
	zeros int // styleZeros: digits to keep
}

type styleKind uint8

const (
	styleNumber   styleKind = iota
	styleDate               // a date, with or without a time
	styleTime               // a time of day
	styleDuration           // elapsed hours, minutes or seconds
	styleZeros              // a number with leading zeros
)

// readStyles reads the number formats of the cell styles.
func (s *sheet) readStyles(k *book, name string) error {
	formats := map[int]string{}
	inCells := false
	var ids []int
	found := false
	if name != "" {
		var err error
		found, err = k.each(name, func(depth int, t *xmlToken) error {
			if depth == 1 {
				inCells = string(t.name) == "cellXfs"
			}
			switch {
			case string(t.name) == "numFmt" && depth == 2:
				id, err := t.attr("numFmtId")
				if err != nil {
					return err
				}
				code, err := t.attr("formatCode")
				if err != nil {
					return err
				}
				if n, err := strconv.Atoi(id); err == nil {
					formats[n] = code
				}
			case string(t.name) == "xf" && depth == 2 && inCells:
				id, err := t.attr("numFmtId")
				if err != nil {
					return err
				}
				n := 0
				if id != "" {
					if n, err = strconv.Atoi(id); err != nil {
						return fmt.Errorf("the number format %q is no number", id)
					}
				}
				ids = append(ids, n)
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	s.noStyles = !found
	for _, id := range ids {
		code, ok := formats[id]
		if ok {
			s.styles = append(s.styles, styleOf(code))
		} else {
			s.styles = append(s.styles, builtin(id))
		}
	}
	return nil
}

// builtin gives the meaning of the number formats that workbooks do not spell
// out (ECMA-376 part 1, 18.8.30, the East Asian ones included).
func builtin(id int) cellStyle {
	switch {
	case id >= 14 && id <= 17, id == 22, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
		return cellStyle{kind: styleDate}
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id == 55, id == 56, id == 45, id == 47:
		return cellStyle{kind: styleTime}
	case id == 46:
		return cellStyle{kind: styleDuration}
	}
	return cellStyle{}
}

// longestFormat is how many characters Excel's number formats have at most.
const longestFormat = 255

// styleOf reads a number format; the section for positive numbers decides.
func styleOf(code string) cellStyle {
	if zeros, _, _ := strings.Cut(code, ";"); len(zeros) > 1 && len(zeros) <= longestFormat && strings.Trim(zeros, "0") == "" {
		return cellStyle{kind: styleZeros, zeros: len(zeros)}
	}
	var letters strings.Builder // what is neither literal nor in brackets
	elapsed := false
	for i := 0; i < len(code); i++ {
		switch c := code[i]; c {
		case ';':
			i = len(code)
		case '"':
			k := strings.IndexByte(code[i+1:], '"')
			if k < 0 {
				i = len(code)
			} else {
				i += k + 1
			}
		case '\\', '_', '*':
			i++
		case '[':
			k := strings.IndexByte(code[i:], ']')
			if k < 0 {
				i = len(code)
				break
			}
			switch strings.ToLower(strings.Trim(code[i+1:i+k], "hHmMsS")) {
			case "":
				elapsed = elapsed || k > 1
			}
			i += k
		default:
			letters.WriteByte(c)
		}
	}
	s := strings.ToLower(letters.String())
	s = strings.ReplaceAll(strings.ReplaceAll(s, "general", ""), "am/pm", "h")
	s = strings.ReplaceAll(s, "a/p", "h")
	s = strings.ReplaceAll(strings.ReplaceAll(s, "e+", ""), "e-", "")
	day := strings.ContainsAny(s, "ydge") || strings.Contains(s, "mmm") || strings.Contains(s, "aaa")
	clock := strings.ContainsAny(s, "hs")
	switch {
	case elapsed:
		return cellStyle{kind: styleDuration}
	case day, strings.Contains(s, "m") && !clock:
		return cellStyle{kind: styleDate}
	case clock:
		return cellStyle{kind: styleTime}
	}
	return cellStyle{}
}
