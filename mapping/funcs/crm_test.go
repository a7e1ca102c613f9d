package funcs

import (
	"slices"
	"strings"
	"testing"

	"crm2gong/mapping/value"
)

func TestEmail(t *testing.T) {
	run(t, "email", []call{
		{"lower-cased, trimmed", []any{" Ada.Lovelace@Example.COM\u00a0"}, `"ada.lovelace@example.com"`, "", ""},
		{"signs", []any{"o'neil+crm_x=1@a-b.example.com"}, `"o'neil+crm_x=1@a-b.example.com"`, "", ""},
		{"with a name", []any{`"Lovelace, Ada" <Ada@example.com>`}, `"ada@example.com"`, "", ""},
		{"mailto", []any{"MAILTO:ada@example.com?subject=x"}, `"ada@example.com"`, "", ""},
		{"other script in the domain", []any{"ada@Bücher.example"}, `"ada@xn--bcher-kva.example"`, "", ""},
		{"blank", []any{"  "}, "nil", "", ""},
		{"no at", []any{"n/a"}, "", `"n/a" is no e-mail address`, "onError"},
		{"no dot in the domain", []any{"ada@localhost"}, "", "no e-mail address", ""},
		{"dot at the end of the domain", []any{"ada@example.com."}, "", "no e-mail address", ""},
		{"two dots", []any{"ada..x@example.com"}, "", "no e-mail address", ""},
		{"dot first", []any{".ada@example.com"}, "", "no e-mail address", ""},
		{"dot before the at", []any{"ada.@example.com"}, "", "no e-mail address", ""},
		{"blank inside", []any{"ada lovelace@example.com"}, "", "no e-mail address", ""},
		{"other script before the at", []any{"adä@example.com"}, "", "no e-mail address", ""},
		{"IP address", []any{"ada@10.0.0.1"}, "", "no e-mail address", ""},
		{"underscore in the domain", []any{"ada@a_b.com"}, "", "no e-mail address", ""},
		{"hyphen at a label's edge", []any{"ada@-acme.com"}, "", "no e-mail address", ""},
		{"several", []any{"a@example.com; b@example.com"}, "", "no e-mail address", "first(emails(text))"},
		{"long part before the at", []any{strings.Repeat("a", 65) + "@example.com"}, "", "no e-mail address", ""},
		{"nothing before the at", []any{"@example.com"}, "", "no e-mail address", ""},
	})
	run(t, "emails", []call{
		{"comma, semicolon, blank", []any{"A@x.com,b@x.com; c@x.com d@x.com\na@X.com"}, `["a@x.com", "b@x.com", "c@x.com", "d@x.com"]`, "", ""},
		{"with names", []any{`Ada L <a@x.com>; "B, C" <b@x.com>, c@x.com`}, `["a@x.com", "b@x.com", "c@x.com"]`, "", ""},
		{"empty", []any{" ; "}, `[]`, "", ""},
		{"list", []any{[]any{"a@x.com", nil, "b@x.com"}}, `["a@x.com", "b@x.com"]`, "", ""},
		{"one is none", []any{"a@x.com; none"}, "", `"none" is no e-mail address`, ""},
		{"none in brackets", []any{"Ada <none>"}, "", `"none" is no e-mail address`, ""},
		{"number in a list", []any{[]any{1}}, "", "an item of the list is a number", ""},
	})
}

func TestDomain(t *testing.T) {
	run(t, "domain", []call{
		{"URL", []any{"https://www.acme.co.uk/x?y#z"}, `"acme.co.uk"`, "", ""},
		{"e-mail", []any{"Ada@Mail.Acme.com"}, `"acme.com"`, "", ""},
		{"e-mail with a name", []any{"Ada <ada@acme.com>"}, `"acme.com"`, "", ""},
		{"mailto", []any{"mailto:ada@acme.com"}, `"acme.com"`, "", ""},
		{"host", []any{" WWW.Acme.COM. "}, `"acme.com"`, "", ""},
		{"port", []any{"acme.com:8080"}, `"acme.com"`, "", ""},
		{"port and path", []any{"http://acme.com:80/a:b@c"}, `"acme.com"`, "", ""},
		{"user", []any{"https://user:pw@www.acme.com/"}, `"acme.com"`, "", ""},
		{"no scheme but slashes", []any{"//acme.com"}, `"acme.com"`, "", ""},
		{"two-part suffix", []any{"shop.acme.com.au"}, `"acme.com.au"`, "", ""},
		{"private suffix does not count", []any{"acme.github.io"}, `"github.io"`, "", ""},
		{"private wildcard does not count", []any{"a.b.compute.amazonaws.com"}, `"amazonaws.com"`, "", ""},
		{"exception to a wildcard", []any{"www.city.kawasaki.jp"}, `"city.kawasaki.jp"`, "", ""},
		{"wildcard", []any{"a.b.c.kawasaki.jp"}, `"b.c.kawasaki.jp"`, "", ""},
		{"unlisted ending", []any{"www.acme.cromulent"}, `"acme.cromulent"`, "", ""},
		{"other script", []any{"https://www.Bücher.de"}, `"xn--bcher-kva.de"`, "", ""},
		{"other script's suffix", []any{"例え.公司.cn"}, `"xn--r8jz45g.xn--55qx5d.cn"`, "", ""},
		{"underscore in a subdomain", []any{"my_shop.acme.com"}, `"acme.com"`, "", ""},
		{"blank", []any{" "}, "nil", "", ""},
		{"suffix", []any{"co.uk"}, "", `"co.uk" is no URL`, ""},
		{"IP address", []any{"http://192.168.0.1/"}, "", "is no URL", ""},
		{"IPv6", []any{"http://[::1]:80/"}, "", "is no URL", ""},
		{"localhost", []any{"http://localhost:3000"}, "", "is no URL", ""},
		{"one word", []any{"acme"}, "", "is no URL", ""},
		{"n/a", []any{"n/a"}, "", "is no URL", ""},
		{"words", []any{"see website acme.com"}, "", "is no URL", "domains(text)"},
		{"empty label", []any{"www..com"}, "", "is no URL", ""},
		{"no scheme before ://", []any{"://acme.com"}, "", "is no URL", ""},
		{"letters for a port", []any{"acme.com:x"}, "", "is no URL", ""},
		{"underscore in the domain", []any{"www.a_b.com"}, "", "is no URL", ""},
	})
	run(t, "domains", []call{
		{"texts, each once", []any{"www.acme.com, https://acme.de/x ; ACME.com", "shop.acme.de"}, `["acme.com", "acme.de"]`, "", ""},
		{"free mail dropped", []any{"ada@Gmail.com bob@yahoo.co.uk carl@acme.com"}, `["acme.com"]`, "", ""},
		{"nil and lists", []any{nil, []any{"acme.com", nil}, "acme.de"}, `["acme.com", "acme.de"]`, "", ""},
		{"only nil", []any{nil}, `[]`, "", ""},
		{"blank", []any{" "}, `[]`, "", ""},
		{"junk", []any{"acme.com; n/a"}, "", `"n/a" is no URL`, "onError"},
		{"a number", []any{5}, "", "takes a text or a list", ""},
	})
}

func TestFreeMail(t *testing.T) {
	list := FreeMail()
	if !slices.IsSorted(list) || len(slices.Compact(slices.Clone(list))) != len(list) {
		for i := 1; i < len(list); i++ {
			if list[i-1] >= list[i] {
				t.Errorf("%q before %q", list[i-1], list[i])
			}
		}
	}
	for _, d := range list {
		if reg, ok := RegistrableDomain(d); !ok || reg != d {
			t.Errorf("%q is no registrable domain: %q", d, reg)
		}
	}
	run(t, "isFreeMail", []call{
		{"provider", []any{"gmail.com"}, "true", "", ""},
		{"case", []any{" GMail.com "}, "true", "", ""},
		{"address", []any{"ada@web.de"}, "true", "", ""},
		{"subdomain", []any{"www.gmx.net"}, "true", "", ""},
		{"company", []any{"acme.com"}, "false", "", ""},
		{"ends alike", []any{"notgmail.com"}, "false", "", ""},
		{"host of companies' mail", []any{"zoho.com"}, "false", "", ""},
		{"blank", []any{""}, "nil", "", ""},
	})
}

func TestPhone(t *testing.T) {
	run(t, "phone", []call{
		{"national", []any{"(415) 555-2671", "US"}, `"+14155552671"`, "", ""},
		{"region in small letters", []any{"044 668 18 00", " ch "}, `"+41446681800"`, "", ""},
		{"international", []any{"+41 (0)44 668 18 00"}, `"+41446681800"`, "", ""},
		{"international under another region", []any{"+49 30 901820", "US"}, `"+4930901820"`, "", ""},
		{"prefix of the region", []any{"011 41 44 668 18 00", "US"}, `"+41446681800"`, "", ""},
		{"extension", []any{"+1 415-555-2671 ext. 12"}, `"+14155552671"`, "", ""},
		{"extension x", []any{"415.555.2671x123", "US"}, `"+14155552671"`, "", ""},
		{"Italian zero stays", []any{"06 698 57", "IT"}, `"+390669857"`, "", ""},
		{"tel:", []any{"tel:+41446681800"}, `"+41446681800"`, "", ""},
		{"letters", []any{"1-800-FLOWERS", "US"}, `"+18003569377"`, "", ""},
		{"fictional numbers pass", []any{"+1 555 010 0123"}, `"+15550100123"`, "", ""},
		{"full-width", []any{"＋４１４４６６８１８００"}, `"+41446681800"`, "", ""},
		{"number", []any{num("4155552671"), "US"}, `"+14155552671"`, "", ""},
		{"nil region", []any{"+41446681800", nil}, `"+41446681800"`, "", ""},
		{"blank", []any{" "}, "nil", "", ""},
		{"national without a region", []any{"(415) 555-2671"}, "", "international form", `phone(text, "US")`},
		{"00 without a region", []any{"0041446681800"}, "", "international form", ""},
		{"local only", []any{"555-2671", "US"}, "", "no phone number of US", ""},
		{"too long", []any{"+1 415 555 26711"}, "", "no phone number", ""},
		{"too short", []any{"+41 44"}, "", "no phone number", ""},
		{"no such country", []any{"+999 123456"}, "", "no phone number", ""},
		{"words", []any{"call Bob", "US"}, "", "no phone number of US", "onError"},
		{"no country code", []any{"1", "XX"}, "", `"XX" is no country code`, ""},
		{"UK", []any{"1", "uk"}, "", "no country code", `"GB"`},
	})
}

// The fast way for North American numbers must agree with the library.
func FuzzPhone(f *testing.F) {
	for _, s := range []string{"+1 (415) 555-2671", "415.555.2671", "1-415-555-2671", "14155552671", "+14155552671", "(415 555-2671", "+1 1155552671",
		"011 41 44 668 18 00", "+1", "-415 555 2671", "415  555 2671 ", "0415 555 2671", "..4155552671", ") 415 555 2671", "+(1) 415 555 2671"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, s string, us bool) {
		region := ""
		if us {
			region = "US"
		}
		fast, ok := northAmerican(s, region)
		if slow, valid := parsePhone(s, region); ok && (!valid || slow != fast) {
			t.Errorf("%q in %q: %s, the library says %s, %t", s, region, fast, slow, valid)
		}
	})
}

func TestUsualPhoneNumbersAreFast(t *testing.T) {
	for _, s := range []string{"+1 (415) 555-2671", "415.555.2671", "1-415-555-2671", "+14155552671"} {
		if got, ok := northAmerican(s, "US"); !ok || got != "+14155552671" {
			t.Errorf("%q: %q, %t", s, got, ok)
		}
	}
}

func TestURL(t *testing.T) {
	run(t, "url", []call{
		{"complete", []any{" https://acme.com/a,b;c?d=é#f "}, `"https://acme.com/a,b;c?d=é#f"`, "", ""},
		{"without scheme", []any{"www.acme.com"}, `"https://www.acme.com"`, "", ""},
		{"port without scheme", []any{"acme.com:8080/x"}, `"https://acme.com:8080/x"`, "", ""},
		{"slashes", []any{"//acme.com"}, `"https://acme.com"`, "", ""},
		{"scheme in capitals", []any{"HTTP://Acme.com"}, `"http://Acme.com"`, "", ""},
		{"IP address", []any{"http://10.0.0.1/x"}, `"http://10.0.0.1/x"`, "", ""},
		{"localhost", []any{"http://localhost:80"}, `"http://localhost:80"`, "", ""},
		{"other script", []any{"bücher.de"}, `"https://bücher.de"`, "", ""},
		{"URL as a parameter", []any{"acme.com/?u=http://x.com"}, `"https://acme.com/?u=http://x.com"`, "", ""},
		{"blank", []any{""}, "nil", "", ""},
		{"other scheme", []any{"ftp://acme.com"}, "", `its scheme is "ftp"`, "https://"},
		{"script", []any{"javascript:alert(1)"}, "", "no web address", ""},
		{"e-mail", []any{"ada@acme.com"}, "", "no web address", ""},
		{"mailto", []any{"mailto:ada@acme.com"}, "", "no web address", ""},
		{"blank inside", []any{"https://acme.com/a b"}, "", "no web address", "%20"},
		{"no host", []any{"https:///x"}, "", "no web address", ""},
		{"one word", []any{"none"}, "", "no web address", ""},
		{"numbers", []any{"1.2.3.456"}, "", "no web address", ""},
	})
}

// The ids of 18 characters are real ones, from Salesforce's own exports.
func TestSfid18(t *testing.T) {
	for _, id := range []string{"001Ec00000GGw3hIAD", "00QHp00001TVByYMAX", "001Hp00002g1VGbIAM", "01uHp00000Pok5QIAR", "003Ec00000Cz31HIAR"} {
		run(t, "sfid18", []call{
			{"15 of " + id, []any{id[:15]}, `"` + id + `"`, "", ""},
			{"all of " + id, []any{id}, `"` + id + `"`, "", ""},
			{"small letters of " + id, []any{strings.ToLower(id)}, "", "no Salesforce id", "case"},
		})
	}
	run(t, "sfid18", []call{
		{"blanks around", []any{" 001Ec00000GGw3h "}, `"001Ec00000GGw3hIAD"`, "", ""},
		{"zeros", []any{"000000000000000"}, "nil", "", ""},
		{"18 zeros' id", []any{"000000000000000AAA"}, "nil", "", ""},
		{"18 zeros", []any{"000000000000000000"}, "nil", "", ""},
		{"blank", []any{""}, "nil", "", ""},
		{"length", []any{"001Ec00000GGw3"}, "", "15 or 18", ""},
		{"sign", []any{"001Ec00000GGw3-"}, "", "letters and digits", ""},
	})
}

// Ids are for ever: these were computed by another program.
func TestIDsNeverChange(t *testing.T) {
	run(t, "id", []call{
		{"two parts", []any{"Acme", "Berlin"}, `"oiq6k4vxsvlsnk36km6dqayglz"`, "", ""},
		{"cut elsewhere", []any{"AcmeB", "erlin"}, `"vaa2yfxj4jhla23mokog4rd2rj"`, "", ""},
		{"one part", []any{"Acme"}, `"wwmbttmmp5i5uypllngpyss4xc"`, "", ""},
		{"nil part", []any{"Acme", nil}, `"mhuvbkfpwvjl3c6xdfkdkuqin6"`, "", ""},
		{"empty part", []any{"Acme", ""}, `"6br5wcldipnvfadraxh2xgoqiq"`, "", ""},
		{"nil part first", []any{nil, "Acme"}, `"djvui5mmukrdrgo2nf2r4pyq6s"`, "", ""},
		{"number and date", []any{num("1.50"), day("2024-03-15")}, `"gbwtf76ounnd7axzqkvnzwetew"`, "", ""},
		{"date-time", []any{at("2024-03-15T10:00:00+01:00")}, `"xnnodzov36pg7gnwtac7z7tqja"`, "", ""},
		{"boolean", []any{true}, `"wwmzclllpvekos2onznurwgiqd"`, "", ""},
		{"Unicode", []any{"Zürich"}, `"qdoileumnwo5f2pzcdrufrcwpl"`, "", ""},
		{"all nil", []any{nil, nil}, "nil", "", ""},
		{"list", []any{[]any{"a"}}, "", "not a list", "join"},
	})
	run(t, "safeId", []call{
		{"legal", []any{"006-A1"}, `"006-A1"`, "", ""},
		{"number", []any{4711}, `"4711"`, "", ""},
		{"e-mail", []any{"Ada@Example.com"}, `"Ada@Example.com"`, "", ""},
		{"64 characters", []any{strings.Repeat("a", 64)}, `"` + strings.Repeat("a", 64)[:60] + `…"`, "", ""},
		{"slash", []any{"Acme/Berlin"}, `"z4qok222g6boxyqqu42htc66pp"`, "", ""},
		{"letters beyond ASCII", []any{"Zürich"}, `"qdoileumnwo5f2pzcdrufrcwpl"`, "", ""},
		{"blank", []any{""}, "nil", "", ""},
	})
	for _, s := range []string{"W_1", strings.Repeat("a", 65), "Ada <ada@example.com>", "a b", "x@localhost"} {
		v, err := Find("safeId").Call(testEnv(t), vals(s))
		if err != nil || len(v.Text()) != 26 || !legalID.MatchString(v.Text()) {
			t.Errorf("safeId(%q) = %s, %v; want a hash", s, show(v), err)
		}
	}
}

func TestSlug(t *testing.T) {
	run(t, "slug", []call{
		{"stage", []any{"Closed Won"}, `"closed-won"`, "", ""},
		{"runs and ends", []any{" --Négociation / (Paris)! "}, `"negociation-paris"`, "", ""},
		{"letters that are no a to z with an accent", []any{"Straße Łódź Ærø Œuvre"}, `"stra-e-odz-r-uvre"`, "", ""},
		{"nothing but such letters", []any{"ßØ"}, "", `"ßØ"`, "safeId"},
		{"decomposed", []any{"Zu\u0308rich"}, `"zurich"`, "", ""},
		{"compatibility", []any{"ﬁrst № ②"}, `"first-no-2"`, "", ""},
		{"Turkish", []any{"İstanbul ığ"}, `"istanbul-g"`, "", ""},
		{"apostrophe", []any{"O'Neil"}, `"o-neil"`, "", ""},
		{"slug already", []any{"a-1"}, `"a-1"`, "", ""},
		{"two minus signs", []any{"a--1-"}, `"a-1"`, "", ""},
		{"number", []any{num("10.5")}, `"10-5"`, "", ""},
		{"long, not cut", []any{strings.Repeat("Ab", 40)}, value.Quote(strings.Repeat("ab", 40)), "", ""},
		{"blank", []any{" "}, "nil", "", ""},
		{"nothing left", []any{"営業"}, "", `"営業"`, "safeId"},
	})
}
