package value

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// codes are the currency codes of ISO 4217 in use, and those that exports of
// past years still hold, with blanks between them.
const codes = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BYR BZD CAD CDF CHF CLF CLP CNH CNY COP CRC CUC CUP CVE CZK " +
	"DEM DJF DKK DOP DZD EEK EGP ERN ESP ETB EUR FJD FKP FRF GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR IEP ILS INR IQD IRR ISK ITL JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT " +
	"LAK LBP LKR LRD LSL LTL LVL LYD MAD MDL MGA MKD MMK MNT MOP MRO MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NLG NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF " +
	"SAR SBD SCR SDG SEK SGD SHP SIT SKK SLE SLL SOS SRD SSP STD STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VED VEF VES VND VUV WST XAF XAG XAU XCD XCG XDR XOF XPD XPF XPT YER ZAR ZMK ZMW ZWG ZWL "

// signs are what currencies are written with besides the signs that Unicode
// calls so; the longest of two that fit stands first. Letters before a dollar
// sign are these alone, since K$ and M$ are thousands and millions of it.
var signs = [...]string{"US$", "CA$", "AU$", "NZ$", "HK$", "SG$", "NT$", "MX$", "A$", "C$", "R$", "S$",
	"kr.", "kr", "Kr.", "Kr", "zł", "Kč", "Ft", "SFr.", "Fr.", "Rs.", "Rs", "lei", "лв.", "лв", "руб.", "руб", "р.", "元"}

// cutCurrency drops one currency sign or code at either end of s, with the
// blanks beside it.
func cutCurrency(s string) string {
	s = Trim(s)
	if n := currencyStart(s); n > 0 {
		s = Trim(s[n:])
	}
	if n := currencyEnd(s); n > 0 {
		s = Trim(s[:len(s)-n])
	}
	return s
}

// hasCurrency tells whether a currency stands at either end of s, or behind
// its sign or parentheses.
func hasCurrency(s string) bool {
	t, _, _ := cutSign(s)
	return cutCurrency(s) != s || cutCurrency(t) != t
}

// currencyStart measures the currency at the start of s.
func currencyStart(s string) int {
	switch {
	case s == "" || s[0]-'0' <= 9:
		return 0
	case s[0] == '$':
		return 1
	}
	for _, sign := range signs {
		if strings.HasPrefix(s, sign) {
			return len(sign)
		}
	}
	if r, size := utf8.DecodeRuneInString(s); unicode.Is(unicode.Sc, r) {
		return size
	}
	if len(s) > 3 && isCode(s[:3]) && !isUpper(s[3]) {
		return 3
	}
	return 0
}

// currencyEnd measures the currency at the end of s.
func currencyEnd(s string) int {
	if s == "" || s[len(s)-1]-'0' <= 9 {
		return 0
	}
	for _, sign := range signs {
		if strings.HasSuffix(s, sign) {
			return len(sign)
		}
	}
	if r, size := utf8.DecodeLastRuneInString(s); unicode.Is(unicode.Sc, r) {
		return size
	}
	if n := len(s) - 3; n > 0 && isCode(s[n:]) && !isUpper(s[n-1]) {
		return 3
	}
	return 0
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }

// isCode tells whether s, three characters long, is a currency code.
func isCode(s string) bool {
	if !isUpper(s[0]) || !isUpper(s[1]) || !isUpper(s[2]) {
		return false
	}
	return strings.Contains(codes, s)
}
