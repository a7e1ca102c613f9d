package mapping

import (
	"errors"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"crm2gong/mapping/diag"
)

// memory reads m.yaml from text, and pairs of name and text.
func memory(text string, files ...string) func(string) ([]byte, error) {
	return func(path string) ([]byte, error) {
		path = filepath.ToSlash(path)
		if path == "m.yaml" {
			return []byte(text), nil
		}
		for i := 0; i+1 < len(files); i += 2 {
			if files[i] == path {
				return []byte(files[i+1]), nil
			}
		}
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
}

const small = `version: 1
params: {region: EMEA, year: 2024}
sources:
  accounts: {file: ["${region}/a-${year}.csv", b.csv]}
entities:
  ACCOUNT: {from: accounts, fields: {objectId: Id, modifiedDate: M}}
`

func TestSetOverridesParams(t *testing.T) {
	m := load(t, small, LoadOptions{Set: map[string]string{"region": "APAC"}})
	if d := cmp.Diff([]string{"APAC/a-2024.csv", "b.csv"}, m.Source("accounts").Files); d != "" {
		t.Errorf("files (-want +got):\n%s", d)
	}
	if got, bad := m.Expand("x/${year}/${yaer}"); bad != "yaer" || got != "x/${year}/${yaer}" {
		t.Errorf("Expand gives %q, %q", got, bad)
	}
}

func TestSetOfAnUnknownParam(t *testing.T) {
	for name, c := range map[string]struct{ text, hint string }{
		"near":      {small, `did you mean "region"?`},
		"no params": {strings.Replace(strings.Replace(small, "params: {region: EMEA, year: 2024}\n", "", 1), "${region}/a-${year}", "a", 1), "the mapping has no params"},
	} {
		t.Run(name, func(t *testing.T) {
			_, list, err := Load("m.yaml", LoadOptions{Set: map[string]string{"regoin": "x"}, ReadFile: memory(c.text)})
			if err != nil || len(list) != 1 || list[0].Code != "unknown-param" || !list[0].Span.IsZero() || list[0].Hint != c.hint {
				t.Errorf("%v\n%s", err, render(list))
			}
		})
	}
}

func TestUnreadableMapping(t *testing.T) {
	m, _, err := Load("gone.yaml", LoadOptions{ReadFile: memory("")})
	if m != nil || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("mapping %v, error %v", m, err)
	}
}

func TestLargeMapping(t *testing.T) {
	_, list, err := Load("m.yaml", LoadOptions{ReadFile: memory(small + strings.Repeat("# filler\n", 1<<17))})
	if err != nil || !list.HasErrors() || len(list) != 1 {
		t.Errorf("%v\n%s", err, render(list))
	}
}

func TestFilesBesideTheMapping(t *testing.T) {
	text := `version: 1
include: [parts/common.yaml]
sources: {a: {file: a.csv}}
enums: {kind: {file: kinds.csv}}
entities:
  ACCOUNT: {from: a, fields: {objectId: Id, modifiedDate: M, name: kind(K) + shared(S)}}
`
	common := "enums: {shared: {file: s.csv}}\n"
	files := []string{"parts/common.yaml", common, "kinds.csv", "a,b\nx,1\n", "parts/s.csv", "a,b\ny,2\n", "data/kinds.csv", "a;b\nx;3\n", "data/s.csv", "a,b\ny,4\n"}
	for name, c := range map[string]struct{ dir, kind, shared string }{
		"the mapping's folder": {"", "1", "2"},
		"another folder":       {"data", "3", "4"},
	} {
		t.Run(name, func(t *testing.T) {
			m := load(t, text, LoadOptions{DataDir: c.dir}, files...)
			if len(m.Enums) != 2 || m.Enums[0].Values["y"] != c.shared || m.Enums[1].Values["x"] != c.kind {
				t.Errorf("enums %v", m.Enums)
			}
			var read []string
			for _, r := range m.Read {
				read = append(read, r.Path)
			}
			if d := cmp.Diff([]string{"parts/common.yaml", "s.csv", "kinds.csv"}, read); d != "" {
				t.Errorf("files read (-want +got):\n%s", d)
			}
			if d := cmp.Diff([]string{"parts/common.yaml"}, m.Includes); d != "" {
				t.Errorf("includes (-want +got):\n%s", d)
			}
		})
	}
}

func TestDecodedMapping(t *testing.T) {
	m, list, err := Load("testdata/ok/everything.yaml", LoadOptions{})
	if err != nil || len(list) > 0 {
		t.Fatal(err, render(list))
	}
	s := m.Source("accounts")
	if s.Delimiter != ';' || s.Header != 2 || s.Footer != 1 || !s.NoTrim || s.KeepApostrophe || s.Zone.String() != "Europe/Berlin" || s.Encoding != "windows-1252" {
		t.Errorf("source %+v", s)
	}
	if d := cmp.Diff([]string{"exports/EMEA/Account*.csv", "exports/more.zip/Account.csv"}, s.Files); d != "" {
		t.Errorf("files %s", d)
	}
	if o := m.Source("opportunities"); o.Header != 0 || !o.FooterBlank || o.Sheet != "2" || o.Columns[3].At != 4 || !o.KeepApostrophe {
		t.Errorf("source %+v", o)
	}
	if m.Zone.String() != "America/New_York" || m.Gong.IntegrationID != "5517027188234205706" {
		t.Errorf("zone %s, target %v", m.Zone, m.Gong)
	}
	if c := m.Currency; c.MaxAgeDays != 45 || !c.UnitsPerBase || c.RateBase != "EUR" || c.Round != 2 || !c.Wide {
		t.Errorf("currency %+v", c)
	}
	if m.Severities["contact-unreachable"] != diag.Off || m.Severities["check:amount-small"] != diag.Info || m.Severities["lead-unreachable"] != diag.Info {
		t.Errorf("severities %v", m.Severities)
	}
	row := m.Tests[0].Row
	if row.Header[0] != "id" || row.Rows[0][0] != "0061" {
		t.Errorf("the cells of a test are not the text as written: %v", row)
	}
	if got := m.Source("stages").Rows.Rows[0]; got[2] != "1" || got[3] != "true" {
		t.Errorf("inline cells %v", got)
	}
}

func TestCheckBaseURL(t *testing.T) {
	for url, good := range map[string]bool{
		"https://api.gong.io": true, "https://gong.io": true, "https://us-55616.api.gong.io/": true, "https://API.GONG.IO": true,
		"http://127.0.0.1:8080": true, "http://localhost:1": true, "http://[::1]:8080": true, "https://localhost": true,
		"http://api.gong.io": false, "https://gong.io.evil.com": false, "https://evilgong.io": false, "https://api.gong.io@evil.com": false,
		"https://user:pass@api.gong.io": false, "https://api.gong.io?x=1": false, "https://api.gong.io#x": false, "ftp://gong.io": false,
		"api.gong.io": false, "": false, "https://": false, "https://evil.com/gong.io": false, "http://localhost.evil.com": false, "https://10.0.0.1": false,
	} {
		if reason := CheckBaseURL(url); (reason == "") != good {
			t.Errorf("%s: %q", url, reason)
		}
	}
}

func TestLoadTests(t *testing.T) {
	files := []string{"sub/a.test.yaml", `mapping: ../m.yaml
tests:
  - {name: good, entity: ACCOUNT, row: {Id: 0061}, expect: {objectId: 0061, name: null}}
  - {name: bad, entity: ACCOUNT, row: {id: 1, Idd: 2}, expect: {objectid: 1}}
`}
	f, list, err := LoadTests("sub/a.test.yaml", LoadOptions{ReadFile: memory("", files...)})
	if err != nil || len(list) > 0 {
		t.Fatal(err, render(list))
	}
	if f.Mapping != "m.yaml" || len(f.Tests) != 2 || f.Tests[0].Row.Rows[0][0] != "0061" {
		t.Errorf("file %+v", f)
	}
	m := load(t, small, LoadOptions{})
	var got []string
	for _, d := range m.CheckTests(f.Tests, nil) {
		got = append(got, d.Message)
	}
	want := []string{`the mapping reads no column "Idd" of source "accounts"`, `ACCOUNT has no field "objectid"`}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("messages (-want +got):\n%s", d)
	}
}

func TestSecretsNeverShow(t *testing.T) {
	for name, text := range map[string]string{
		"a key":       "version: 1\ngong: {accessKeySecret: hunter2}\n",
		"below a key": "version: 1\npassword:\n  - hunter2\n  - {a: hunter2}\n",
		"a bad file":  "version: 1\naccess_key: hunter2 [\nx: {\n",
		"a bad line":  "api-token: \"hunter2\nx: y\n",
	} {
		t.Run(name, func(t *testing.T) {
			_, list, err := Load("m.yaml", LoadOptions{ReadFile: memory(text)})
			if err != nil || !list.HasErrors() {
				t.Fatal("nothing is reported")
			}
			if out := render(list); strings.Contains(out, "hunter2") {
				t.Errorf("the secret is shown:\n%s", out)
			}
		})
	}
}

func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"testdata/ok/*.yaml", "testdata/err/*.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			f.Fatalf("no seeds %s", pattern)
		}
		for _, path := range files {
			text, err := readLimited(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(text))
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		start := time.Now()
		m, list, err := Load("m.yaml", LoadOptions{ReadFile: memory(text, "parts/common.yaml", text, "data/industries.csv", "a,b\nc,d\n")})
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, m.Check(nil)...)
		list = append(list, m.Check(map[string][]string{"deals": {"Id", "Modified", "", "Id"}})...)
		for i := range list {
			d := &list[i]
			if d.Message == "" || d.Code == "" || !utf8.ValidString(d.Message) || d.Severity != diag.Error && d.Severity != diag.Warning {
				t.Errorf("diagnostic %+v", *d)
			}
			if s := d.Span; !s.IsZero() && (s.Start < 0 || s.End < s.Start || s.End > len(s.File.Text)) {
				t.Errorf("%s: span %d to %d of %d bytes", d.Message, s.Start, s.End, len(s.File.Text))
			}
			_ = d.String()
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("took %s", took)
		}
		if p, _ := m.Bind(nil); p == nil && !list.HasErrors() {
			t.Error("no plan, and no error that says why")
		}
	})
}
