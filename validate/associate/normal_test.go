package associate

import "testing"

func TestEmail(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "ann@acme.com", "ann@acme.com"},
		{"mixed case", "Ann.Lee@ACME.com", "ann.lee@acme.com"},
		{"blanks around", " ann@acme.com\u00a0", "ann@acme.com"},
		{"sub-address stays", "ann+news@acme.com", "ann+news@acme.com"},
		{"with a name", "Ann Lee <ann@acme.com>", "ann@acme.com"},
		{"mailto", "mailto:ann@acme.com", "ann@acme.com"},
		{"name in another script", "ann@Bücher.de", "ann@xn--bcher-kva.de"},
		{"local part in another script", "JÜRG@müller.ch", "jürg@xn--mller-kva.ch"},
		{"empty", "", ""},
		{"blank", "  ", ""},
		{"no at", "ann.acme.com", ""},
		{"nothing before", "@acme.com", ""},
		{"nothing behind", "ann@", ""},
		{"no dot", "ann@localhost", ""},
		{"two addresses", "ann@acme.com, bob@acme.com", ""},
		{"two at", "ann@acme@acme.com", ""},
		{"blank inside", "ann lee@acme.com", ""},
		{"dots", "ann@acme..com", ""},
		{"address of a machine", "ann@10.0.0.1", ""},
		{"control character", "ann\x00@acme.com", ""},
		{"bad UTF-8", "ann@\xff.com", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, ok := Email(c.in); ok != (c.want != "") || ok && got != c.want {
				t.Errorf("Email(%q) = %q, %v; want %q", c.in, got, ok, c.want)
			}
		})
	}
}

func TestDomain(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "acme.com", "acme.com"},
		{"case and blanks", " ACME.com ", "acme.com"},
		{"dot at the end", "acme.com.", "acme.com"},
		{"subdomain stays", "mail.acme.com", "mail.acme.com"},
		{"other script", "bücher.de", "xn--bcher-kva.de"},
		{"URL", "https://acme.com", ""},
		{"path", "acme.com/about", ""},
		{"port", "acme.com:80", ""},
		{"www", "www.acme.com", ""},
		{"address", "ann@acme.com", ""},
		{"angle", "acme.com>", ""},
		{"one label", "acme", ""},
		{"machine", "10.0.0.1", ""},
		{"empty", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, ok := Domain(c.in); ok != (c.want != "") || ok && got != c.want {
				t.Errorf("Domain(%q) = %q, %v; want %q", c.in, got, ok, c.want)
			}
		})
	}
}

func TestPhone(t *testing.T) {
	for _, c := range []struct{ name, in, region, want string }{
		{"international", "+41 44 668 18 00", "", "41446681800"},
		{"00", "0041 44 668 18 00", "", "41446681800"},
		{"zero in parentheses", "+41 (0)44 668 18 00", "", "41446681800"},
		{"zero in parentheses behind 00", "0041 (0)44 668 18 00", "", "41446681800"},
		{"parentheses of a national number", "(044) 668 18 00", "", "0446681800"},
		{"full width", "＋４１ 44 668 18 00", "", "41446681800"},
		{"national without region", "(912) 507-4395", "", "9125074395"},
		{"national with region", "(912) 507-4395", "US", "19125074395"},
		{"trunk zero with region", "044 668 18 00", "CH", "41446681800"},
		{"international with region", "+1 912 507 4395", "CH", "19125074395"},
		{"not of the region", "12345678", "US", "12345678"},
		{"extension", "+1 912-507-4395 ext. 12", "", "19125074395"},
		{"extension with x", "9125074395x12", "", "9125074395"},
		{"words before", "Tel. +41 44 668 18 00", "", "41446681800"},
		{"tel:", "tel:+41-44-668-18-00", "", "41446681800"},
		{"two numbers", "+41446681800, +41446681801", "", "41446681800"},
		{"two numbers without comma", "+41446681800 +41446681801", "", "41446681800"},
		{"too short", "12345", "", ""},
		{"too long", "+1234567890123456", "", ""},
		{"far too long", "12345678901234567890123456789", "", ""},
		{"zeros", "000-000-0000", "", ""},
		{"words", "call me", "", ""},
		{"dashes", "---", "", ""},
		{"digits of another script", "٠١٢٣٤٥٦٧٨٩", "", ""},
		{"empty", "", "", ""},
		{"blank", " \t", "US", ""},
		{"bad UTF-8", "\xff123456789", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, ok := Phone(c.in, c.region); ok != (c.want != "") || ok && got != c.want {
				t.Errorf("Phone(%q, %q) = %q, %v; want %q", c.in, c.region, got, ok, c.want)
			}
		})
	}
}

// What is normal stays as it is, and no text is too odd to be read.
func FuzzNormal(f *testing.F) {
	for _, s := range []string{"Ann@Acme.com", "+41 (0)44 668 18 00", "Bücher.de", "\xff", "a@b@c", "(0)", "００"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if e, ok := Email(s); ok {
			if again, ok := Email(e); !ok || again != e {
				t.Errorf("Email(%q) = %q, and of that %q, %v", s, e, again, ok)
			}
		}
		if d, ok := Domain(s); ok {
			if again, ok := Domain(d); !ok || again != d {
				t.Errorf("Domain(%q) = %q, and of that %q, %v", s, d, again, ok)
			}
		}
		for _, region := range []string{"", "US"} {
			if p, ok := Phone(s, region); ok {
				if len(p) < minDigits || len(p) > maxDigits {
					t.Errorf("Phone(%q, %q) has %d digits", s, region, len(p))
				}
				for _, c := range []byte(p) {
					if c < '0' || c > '9' {
						t.Errorf("Phone(%q, %q) = %q", s, region, p)
					}
				}
			}
		}
	})
}
