package funcs

import (
	"strings"

	"crm2gong/mapping/value"

	"github.com/nyaruka/phonenumbers"
)

// NormalizePhone gives a phone number in E.164 form, such as +41446681800. A
// number in national form is read as one of the region, an ISO 3166 country
// code; with region "" the number must begin with a plus sign. An extension is
// dropped. ok is false where the number of digits is wrong for the country:
// whether a number of the right length is in use is not judged.
func NormalizePhone(s, region string) (phone string, ok bool) {
	if phone, ok := northAmerican(s, region); ok {
		return phone, true
	}
	return parsePhone(s, region)
}

// northAmerican reads the usual forms of numbers of the United States and
// Canada, as parsePhone would but many times faster. ok is false for
// whatever it does not know.
func northAmerican(s, region string) (phone string, ok bool) {
	const local = 10 // digits without the country code
	if s == "" || !isDigit(s[len(s)-1]) {
		return "", false
	}
	codeDue := s[0] == '+'
	if codeDue {
		s = s[1:]
	} else if region != "US" && region != "CA" {
		return "", false
	}
	b := [2 + local]byte{'+', '1'}
	n := 2
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case n == 2 && c == '1' && i == 0:
			codeDue = false
		case isDigit(c) && n == len(b), n == 2 && c == '0', n == 2 && c == '1':
			return "", false
		case isDigit(c):
			b[n] = c
			n++
		case c != ' ' && c != '-' && c != '.' && c != '(' && c != ')':
			return "", false
		}
	}
	if n != len(b) || codeDue {
		return "", false
	}
	return string(b[:]), true
}

func parsePhone(s, region string) (phone string, ok bool) {
	if region == "" {
		region = phonenumbers.UNKNOWN_REGION
	}
	var n phonenumbers.PhoneNumber
	if err := phonenumbers.ParseToNumber(s, region, &n); err != nil {
		return "", false
	}
	if phonenumbers.IsPossibleNumberWithReason(&n) != phonenumbers.IS_POSSIBLE {
		return "", false
	}
	return phonenumbers.Format(&n, phonenumbers.E164), true
}

// regionOf checks a country code and brings it to upper case; "" stands for
// none.
func regionOf(s string) (string, error) {
	s = strings.ToUpper(value.Trim(s))
	if s == "" || phonenumbers.GetSupportedRegions()[s] {
		return s, nil
	}
	hint := `write an ISO 3166 code such as "US", "DE", "GB"`
	if s == "UK" {
		hint = `the code of the United Kingdom is "GB"`
	}
	return "", &Fault{Arg: 2, Value: s, Message: "phone: " + value.Quote(s) + " is no country code", Hint: hint}
}

func preparePhone(consts []*value.Value) (Implementation, error) {
	if len(consts) == 2 && consts[1] == nil {
		return func(_ *Env, args []value.Value) (value.Value, error) {
			region, err := regionOf(args[1].Text())
			if err != nil {
				return value.Value{}, err
			}
			return phone(args[0], region)
		}, nil
	}
	region := ""
	if len(consts) == 2 {
		var err error
		if region, err = regionOf(consts[1].Text()); err != nil {
			return nil, err
		}
	}
	return func(_ *Env, args []value.Value) (value.Value, error) { return phone(args[0], region) }, nil
}

func phone(v value.Value, region string) (value.Value, error) {
	s := value.Trim(v.Text())
	if v.Kind() == value.Number {
		s = string(v.AppendNumber(nil))
	}
	if s == "" {
		return value.Value{}, nil
	}
	if p, ok := NormalizePhone(s, region); ok {
		return value.OfText(p), nil
	}
	if region == "" && !strings.ContainsAny(s, "+＋") {
		return value.Value{}, bad(s, "no phone number in international form (+41 44 668 18 00)",
			`name the country of national numbers: phone(text, "US")`)
	}
	what := "no phone number"
	if region != "" {
		what = "no phone number of " + region + " nor in international form"
	}
	return value.Value{}, bad(s, what, "onError: omit leaves the field out")
}
