package upload

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"strings"
)

// Names of the variables that hold credentials, in the environment and in a
// credentials file.
const (
	KeyVariable       = "GONG_ACCESS_KEY"
	KeySecretVariable = "GONG_ACCESS_KEY_SECRET"
	BearerVariable    = "GONG_BEARER_TOKEN"
)

// LoadCredentials reads the credentials from the file at path, or, where path
// is empty, from the environment as getenv gives it. Whatever is wrong with
// them is an *Error of status StatusUsage that never holds a value.
func LoadCredentials(path string, getenv func(string) string) (Credentials, error) {
	if path == "" {
		return newCredentials("the environment", func(name string) string { return strings.TrimSpace(getenv(name)) })
	}
	values, err := readCredentialsFile(path)
	if err != nil {
		return Credentials{}, err
	}
	return newCredentials(path, func(name string) string { return values[name] })
}

func newCredentials(from string, get func(string) string) (Credentials, error) {
	c := Credentials{NewSecret(get(KeyVariable)), NewSecret(get(KeySecretVariable)), NewSecret(get(BearerVariable))}
	for _, s := range []struct {
		name  string
		value Secret
	}{{KeyVariable, c.Key}, {KeySecretVariable, c.KeySecret}, {BearerVariable, c.Bearer}} {
		if strings.ContainsFunc(s.value.text, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return Credentials{}, usage("copy the value again", "%s in %s has a control character in it", s.name, from)
		}
	}
	pair := !c.Key.IsZero() || !c.KeySecret.IsZero()
	switch {
	case pair && !c.Bearer.IsZero():
		return Credentials{}, usage("keep one of the two", "%s has both an access key and a bearer token", from)
	case !pair && c.Bearer.IsZero():
		return Credentials{}, usage(fmt.Sprintf("set %s and %s, or %s; or name a file of mode 0600 that has them with --credentials", KeyVariable, KeySecretVariable, BearerVariable),
			"no credentials for Gong in %s", from)
	case pair && c.Key.IsZero():
		return Credentials{}, usage("", "%s has %s but no %s", from, KeySecretVariable, KeyVariable)
	case pair && c.KeySecret.IsZero():
		return Credentials{}, usage("", "%s has %s but no %s", from, KeyVariable, KeySecretVariable)
	}
	return c, nil
}

// readCredentialsFile reads NAME=value lines; # starts a comment line.
func readCredentialsFile(path string) (map[string]string, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, &Error{Status: StatusFailed, Message: "read credentials: " + reason(err), Err: err}
	}
	if !info.Mode().IsRegular() {
		return nil, usage("name a plain file", "%s is no regular file", path)
	}
	if open := info.Mode().Perm() & 0o077; open != 0 && !permissionsUnknown {
		return nil, usage("chmod 600 "+path, "others may read %s (mode %04o)", path, info.Mode().Perm())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, &Error{Status: StatusFailed, Message: "read credentials: " + reason(err), Err: err}
	}
	values := map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(text, []byte("\ufeff"))))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		name, value, found := strings.Cut(line, "=")
		name = strings.TrimSpace(name)
		if !found || (name != KeyVariable && name != KeySecretVariable && name != BearerVariable) {
			return nil, usage(fmt.Sprintf("lines are NAME=value, with the names %s, %s, %s", KeyVariable, KeySecretVariable, BearerVariable),
				"%s: line %d is not understood", path, n)
		}
		values[name] = unquote(strings.TrimSpace(value))
	}
	if err := lines.Err(); err != nil {
		return nil, usage("", "%s: %v", path, err)
	}
	return values, nil
}

func unquote(s string) string {
	if len(s) >= 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		return s[1 : len(s)-1]
	}
	return s
}
