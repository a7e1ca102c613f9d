package mapping

import (
	"strings"

	"crm2gong/mapping/diag"
	"crm2gong/mapping/syntax"
)

// secretEnds are how the names of credentials end, in lower case and without
// anything but letters and digits.
var secretEnds = [...]string{
	"password", "passwd", "passphrase", "secret", "token", "apikey", "accesskey", "privatekey", "secretkey", "keysecret",
	"credential", "credentials", "authorization", "bearer", "accesskeyid", "clientsecret",
}

// looksSecret tells whether a key looks as if its value were a credential.
func looksSecret(key string) bool {
	var b strings.Builder
	for _, r := range strings.ToLower(key) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
	}
	for _, end := range secretEnds {
		if strings.HasSuffix(b.String(), end) {
			return true
		}
	}
	return false
}

const secretHint = "remove it, and change it if the file has been shared; give GONG_ACCESS_KEY and GONG_ACCESS_KEY_SECRET in the environment or in a file for --credentials"

// refuseSecrets refuses every key that looks like a credential, and hides the
// values from all snippets. The entries of enums are data, not keys.
func (l *loader) refuseSecrets(root *syntax.Node) {
	var walk func(n *syntax.Node, path []string)
	walk = func(n *syntax.Node, path []string) {
		for _, item := range n.Items {
			walk(item, path)
		}
		for _, e := range n.Entries {
			data := len(path) == 3 && path[0] == "enums" && path[2] == "values"
			if looksSecret(e.Key.Text) && !data {
				e.Key.Broken = true
				e.Value.Span.File.Mask(e.Value.Span.Start, e.Value.Span.End)
				l.errorf(e.Key, "secret", secretHint, "the key %s looks like a credential, and credentials never stand in a mapping", diag.Quote(e.Key.Text))
				continue
			}
			walk(e.Value, append(path[:len(path):len(path)], e.Key.Text))
		}
	}
	walk(root, nil)
}
