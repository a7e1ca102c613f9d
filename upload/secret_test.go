package upload

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crm2gong/mapping/gong"
	"crm2gong/upload/gongtest"
)

// Whoever answers may repeat the token, whole, with escapes or cut in two, in
// any place: nothing of it is printed or stored.
func TestRepeatedSecretsNeverShow(t *testing.T) {
	const token = "CANARY/token+9a8b7c6d5e4f=="
	type fault = gongtest.Fault
	post := func(status int, body string) map[string][]*fault {
		return map[string][]*fault{gongtest.PostEntities: {{Mode: gongtest.Answer, Status: status, Body: body}}}
	}
	poll := func(body string) map[string][]*fault {
		return map[string][]*fault{gongtest.GetStatus: {{Mode: gongtest.Answer, Body: body}}}
	}
	gson := strings.NewReplacer("=", `\u003d`, "+", `\u002B`).Replace(token)
	for _, tt := range []struct {
		name   string
		faults map[string][]*fault
	}{
		{"request id", post(401, `{"requestId":"`+token+`"}`)},
		{"text cut where messages end", post(401, strings.Repeat("x", 110)+token)},
		{"error text cut where it ends", post(401, `{"errors":["`+strings.Repeat("x", 490)+token+`"]}`)},
		{"escaped slash", post(401, `{"errors":["`+strings.ReplaceAll(token, "/", `\/`)+`"]}`)},
		{"escapes of Gson", post(401, `{"errors":["`+gson+`"],"requestId":"`+gson+`"}`)},
		{"answer that ends in it", post(401, "you sent "+token[:15])},
		{"500", post(500, `{"errors":["`+token+`"],"requestId":"`+token+`"}`)},
		{"redirect", map[string][]*fault{gongtest.PostEntities: {{Mode: gongtest.Redirect, Location: "https://x.example/?t=" + token}}}},
		{"refused line", poll(`{"status":"FAILED","requestId":"` + token + `","totalErrorCount":1,"errors":[{"line":1,"description":"refused for ` + gson + `"}]}`)},
		{"refused file", poll(`{"status":"FAILED","errors":[{"line":0,"description":"refused for ` + token + `"}]}`)},
		{"strange status", poll(`{"status":{"` + token + `":1},"requestId":"` + token + `"}`)},
		{"status that is none", poll(`"` + token + `"`)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			l := newLab(t, gongtest.Options{Bearer: token})
			l.client.Credentials = Credentials{Bearer: NewSecret(token)}
			l.gong.SetFault(gongtest.Script(tt.faults))
			l.input.Origin = func(_ gong.ObjectType, _ string, line int) Provenance {
				return Provenance{Source: "accounts", File: "accounts.csv", Row: line + 1}
			}
			var seen bytes.Buffer
			l.client.Notify = func(e Event) { fmt.Fprintf(&seen, "%+v\n", e) }
			l.write("ACCOUNT.ldjson", account("a1", "One", day1))
			r, err := l.upload()
			fmt.Fprintf(&seen, "%+v %v %+v\n", r, err, err)
			h, err := l.store().Status("")
			fmt.Fprintf(&seen, "%+v %v\n", h, err)
			for _, r := range h.Uploads {
				fmt.Fprintf(&seen, "%+v\n", r)
			}
			filepath.WalkDir(l.store().Dir(), func(path string, d fs.DirEntry, err error) error {
				if err == nil && !d.IsDir() {
					text, _ := os.ReadFile(path)
					fmt.Fprintf(&seen, "%s: %s\n", path, text)
				}
				return err
			})
			if i := strings.Index(seen.String(), "CANARY"); i >= 0 {
				t.Errorf("shows %s", seen.String()[max(0, i-200):min(seen.Len(), i+60)])
			}
		})
	}
}

// Answers are data too: a secret of a few letters does not spoil them.
func TestScrubbedAnswers(t *testing.T) {
	s := Credentials{Key: NewSecret("12345"), KeySecret: NewSecret(`a"b\c/secret`)}.scrubber(nil)
	for _, tt := range []struct{ text, want string }{
		{`{"integrationId":"9123456789"}`, `{"integrationId":"9123456789"}`},
		{`{"a":"\u0041\/\n\\u0041"}`, `{"a":"\u0041\/\n\\u0041"}`},
		{`{"a":"x a\"b\\c\/secret\n"}`, `{"a":"x [redacted]\n"}`},
		{`{"a":"\u0061\u0022b\u005Cc/secret"}`, `{"a":"[redacted]"}`},
		{`a%22b%5Cc%2Fsecret`, `[redacted]`},
		{`{"a":"\u`, `{"a":"\u`},
		{`\`, `\`},
		{"", ""},
	} {
		if got := string(s.answer([]byte(tt.text))); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.text, got, tt.want)
		}
	}
	if got := s.message("key 12345"); got != "key [redacted]" {
		t.Error(got)
	}
}
