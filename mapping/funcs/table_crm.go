package funcs

import "crm2gong/mapping/value"

func crmFuncs() []*Func {
	one := []Param{text("text")}
	texts := param("text", value.Text, value.List)
	return []*Func{
		plain("email", "email(text)",
			"A checked e-mail address in lower case. `Name <a@b.com>` and mailto: are taken apart. Anything else than one address is an error; a blank text gives nil.",
			one, true, gives(value.Text), callEmail,
			ex(`email(" Ada@Example.COM ")`, `"ada@example.com"`), ex(`email("Ada <ada@example.com>")`, `"ada@example.com"`)),
		plain("emails", "emails(text)",
			"All e-mail addresses of a text, split at commas, semicolons and blanks, checked and in lower case, each once.",
			[]Param{texts}, true, listOf(value.Text, true), callEmails,
			ex(`emails("Ada@example.com; Bob <bob@example.com>")`, `["ada@example.com", "bob@example.com"]`)),
		prepared(plain("phone", "phone(text[, region])",
			"A phone number in E.164 form. Numbers in national form need the region, a country code such as \"US\"; without one the number must begin with +. An extension is dropped. The length must be right for the country; whether the number is in use is not judged. A blank text gives nil.",
			[]Param{param("text", value.Text, value.Number), text("region").optional().nilOK()}, true, gives(value.Text), nil,
			ex(`phone("(415) 555-2671 x12", "US")`, `"+14155552671"`), ex(`phone("+41 44 668 18 00")`, `"+41446681800"`)), preparePhone),
		plain("domain", "domain(text)",
			"The registrable domain of a URL, host name or e-mail address, by the ICANN part of the public suffix list, in lower case; other scripts in their ASCII form. IP addresses and names without a dot are errors; a blank text gives nil.",
			one, true, gives(value.Text), callDomain,
			ex(`domain("https://www.acme.co.uk/x")`, `"acme.co.uk"`), ex(`domain("ada@mail.acme.com")`, `"acme.com"`)),
		plain("domains", "domains(text, …)",
			"The registrable domains of URLs, host names and e-mail addresses, each once, in order. A text is split at commas, semicolons and blanks; lists are taken, too; nil is skipped. Domains of free-mail providers are left out.",
			[]Param{texts.nilOK().variadic()}, false, listOf(value.Text, false), callDomains,
			ex(`domains("www.acme.com, acme.de", "ada@gmail.com")`, `["acme.com", "acme.de"]`)),
		plain("isFreeMail", "isFreeMail(domain)", "Whether a domain, or that of an e-mail address, belongs to a consumer mail provider such as gmail.com.",
			[]Param{text("domain")}, true, gives(value.Bool), callIsFreeMail,
			ex(`isFreeMail("gmail.com")`, `true`), ex(`isFreeMail("acme.com")`, `false`)),
		plain("url", "url(text)", "A checked web address; https:// is put before one without a scheme. A blank text gives nil.",
			one, true, gives(value.Text), callURL,
			ex(`url("www.acme.com/about")`, `"https://www.acme.com/about"`)),
		plain("sfid18", "sfid18(text)",
			"A Salesforce id of 15 characters in its form of 18, which differs without regard to case. One of 18 is checked. The id of zeros, which exports write for an empty reference, and a blank text give nil.",
			one, true, gives(value.Text), callSfid18,
			ex(`sfid18("0012000000AbCdE")`, `"0012000000AbCdEAAV"`), ex(`sfid18("000000000000000AAA")`, `nil`)),
		plain("id", "id(part, …)",
			"A stable objectId made from other columns, for exports without ids: 26 letters and digits of a hash that never changes between versions. An empty part keeps its place; when all are empty the result is nil.",
			[]Param{scalar("part").nilOK().variadic()}, false, gives(value.Text), callID,
			ex(`id("Acme", "Berlin")`, `"`+idExample+`"`)),
		plain("safeId", "safeId(text)",
			"A text that is a legal objectId (at most 64 letters, digits and minus signs, or an e-mail address) as it is, any other as the id(text) made from it.",
			[]Param{param("text", value.Text, value.Number)}, true, gives(value.Text), callSafeID,
			ex(`safeId("006-A1")`, `"006-A1"`), ex(`safeId("Acme/Berlin")`, `"`+safeIDExample+`"`)),
		plain("slug", "slug(text)",
			"A readable id: accents dropped, lower case, each run of characters other than a to z and 0 to 9 one minus sign. Not shortened. A text with nothing to keep is an error.",
			[]Param{param("text", value.Text, value.Number)}, true, gives(value.Text), callSlug,
			ex(`slug("Négociation / 2. Phase")`, `"negociation-2-phase"`)),
	}
}

// Results of examples, which are for ever.
const (
	idExample     = "oiq6k4vxsvlsnk36km6dqayglz"
	safeIDExample = "z4qok222g6boxyqqu42htc66pp"
)
