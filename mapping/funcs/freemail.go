package funcs

import (
	"slices"
	"strings"

	"crm2gong/mapping/value"
)

// freeMail lists the domains of consumer mail providers, in order. Providers
// that host mail under their customers' own domains are listed only with the
// domains that they give to consumers.
var freeMail = [...]string{
	"126.com", "139.com", "163.com", "188.com", "189.cn", "21cn.com",
	"abv.bg", "aim.com", "alice.it", "aliceadsl.fr", "aliyun.com", "aol.co.uk", "aol.com", "aol.de", "aol.fr", "arcor.de", "att.net",
	"bell.net", "bellsouth.net", "bigpond.com", "bigpond.net.au", "bk.ru", "bluewin.ch", "blueyonder.co.uk", "bol.com.br", "btinternet.com",
	"centrum.cz", "charter.net", "club-internet.fr", "comcast.net", "cox.net",
	"daum.net", "docomo.ne.jp", "duck.com",
	"earthlink.net", "eircom.net", "email.com", "email.cz", "ezweb.ne.jp",
	"fastmail.com", "fastmail.fm", "foxmail.com", "free.fr", "freemail.hu", "freenet.de", "frontiernet.net",
	"globo.com", "gmail.com", "gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.fr", "gmx.net", "gmx.us", "googlemail.com",
	"hanmail.net", "hey.com", "home.nl", "hotmail.be", "hotmail.ca", "hotmail.ch", "hotmail.co.jp", "hotmail.co.uk", "hotmail.com", "hotmail.com.ar",
	"hotmail.com.au", "hotmail.com.br", "hotmail.de", "hotmail.es", "hotmail.fr", "hotmail.it", "hotmail.nl", "hotmail.se", "hushmail.com",
	"i.ua", "icloud.com", "ig.com.br", "inbox.lv", "inbox.ru", "interia.pl",
	"juno.com",
	"kakao.com", "kpnmail.nl",
	"laposte.net", "libero.it", "list.ru", "live.be", "live.ca", "live.co.uk", "live.com", "live.com.au", "live.com.mx", "live.com.pt", "live.de",
	"live.dk", "live.fr", "live.ie", "live.it", "live.nl", "live.no", "live.se",
	"mac.com", "mail.bg", "mail.com", "mail.de", "mail.ee", "mail.ru", "mailbox.org", "me.com", "mindspring.com", "msn.com",
	"nate.com", "naver.com", "neostrada.pl", "netscape.net", "netzero.net", "neuf.fr", "ntlworld.com",
	"o2.co.uk", "o2.pl", "on.net", "onet.eu", "onet.pl", "online.de", "online.no", "op.pl", "optonline.net", "optusnet.com.au", "orange.fr", "outlook.at",
	"outlook.be", "outlook.co.id", "outlook.co.th", "outlook.com", "outlook.com.ar", "outlook.com.au", "outlook.com.br", "outlook.com.tr",
	"outlook.cz", "outlook.de", "outlook.dk", "outlook.es", "outlook.fr", "outlook.ie", "outlook.in", "outlook.it", "outlook.jp", "outlook.kr",
	"outlook.pt", "outlook.sa",
	"pacbell.net", "planet.nl", "pm.me", "posteo.de", "proton.me", "protonmail.ch", "protonmail.com",
	"qq.com",
	"rambler.ru", "rediffmail.com", "rocketmail.com", "rogers.com",
	"sapo.pt", "sbcglobal.net", "seznam.cz", "sfr.fr", "shaw.ca", "sina.cn", "sina.com", "sky.com", "skynet.be", "softbank.ne.jp", "sohu.com",
	"sympatico.ca",
	"t-online.de", "talktalk.net", "telenet.be", "telia.com", "telus.net", "terra.com.br", "tim.it", "tin.it", "tiscali.co.uk", "tiscali.it",
	"tuta.io", "tutamail.com", "tutanota.com",
	"ukr.net", "uol.com.br",
	"verizon.net", "videotron.ca", "virgilio.it", "virgin.net", "virginmedia.com", "voila.fr",
	"walla.co.il", "wanadoo.fr", "web.de", "windowslive.com", "wp.pl",
	"xs4all.nl", "xtra.co.nz",
	"ya.ru", "yahoo.ca", "yahoo.co.id", "yahoo.co.in", "yahoo.co.jp", "yahoo.co.nz", "yahoo.co.uk", "yahoo.co.za", "yahoo.com", "yahoo.com.ar",
	"yahoo.com.au", "yahoo.com.br", "yahoo.com.cn", "yahoo.com.hk", "yahoo.com.mx", "yahoo.com.ph", "yahoo.com.sg", "yahoo.com.tr",
	"yahoo.com.tw", "yahoo.com.vn", "yahoo.de", "yahoo.dk", "yahoo.es", "yahoo.fr", "yahoo.gr", "yahoo.ie", "yahoo.in", "yahoo.it", "yahoo.no",
	"yahoo.pl", "yahoo.ro", "yahoo.se", "yandex.by", "yandex.com", "yandex.com.tr", "yandex.kz", "yandex.ru", "yandex.ua", "yeah.net", "ymail.com",
	"ziggo.nl", "zoho.in", "zohomail.com", "zohomail.eu",
}

// FreeMail lists the domains of consumer mail providers in alphabetical order:
// what isFreeMail knows and domains leaves out.
func FreeMail() []string { return slices.Clone(freeMail[:]) }

// IsFreeMail tells whether a domain, or that of an e-mail address, belongs to a
// consumer mail provider. Case does not matter.
func IsFreeMail(domain string) bool {
	domain = value.Trim(domain)
	domain = domain[strings.LastIndexByte(domain, '@')+1:]
	if isFreeMail(strings.ToLower(domain)) {
		return true
	}
	if strings.Count(domain, ".") < 2 {
		return false // no subdomain
	}
	d, ok := RegistrableDomain(domain)
	return ok && isFreeMail(d)
}

func isFreeMail(domain string) bool {
	_, ok := slices.BinarySearch(freeMail[:], domain)
	return ok
}

func callIsFreeMail(_ *Env, args []value.Value) (value.Value, error) {
	s := value.Trim(args[0].Text())
	if s == "" {
		return value.Value{}, nil
	}
	return value.OfBool(IsFreeMail(s)), nil
}
