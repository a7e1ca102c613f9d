package gongtest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net"
	"net/http"
	"strings"
	"testing"

	"crm2gong/mapping/gong"
)

func start(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := New(o).Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

type answer struct {
	status int
	body   string
	header http.Header
}

func (s *Server) call(t *testing.T, method, path, contentType string, body []byte, header ...string) answer {
	t.Helper()
	r, err := http.NewRequest(method, s.URL+path, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer t")
	r.Header.Set("Content-Type", contentType)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	text, _ := io.ReadAll(response.Body)
	return answer{response.StatusCode, string(text), response.Header}
}

func form(part, file string) (contentType string, body []byte) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	p, _ := w.CreateFormFile(part, "x.ldjson")
	fmt.Fprint(p, file)
	w.Close()
	return w.FormDataContentType(), b.Bytes()
}

func entities(t string, request string) string {
	return fmt.Sprintf("/v2/crm/entities?integrationId=%d&objectType=%s&clientRequestId=%s", DefaultIntegration, t, request)
}

func (s *Server) send(t *testing.T, kind, request, file string) answer {
	t.Helper()
	contentType, body := form("dataFile", file)
	return s.call(t, "POST", entities(kind, request), contentType, body)
}

func (s *Server) status(t *testing.T, request string) (word string, errors []LineError) {
	t.Helper()
	a := s.call(t, "GET", fmt.Sprintf("/v2/crm/request-status?integrationId=%d&clientRequestId=%s", DefaultIntegration, request), "", nil)
	var v struct {
		Status string
		Errors []LineError
	}
	if a.status != 200 || json.Unmarshal([]byte(a.body), &v) != nil {
		t.Fatalf("%+v", a)
	}
	return v.Status, v.Errors
}

func TestRefusals(t *testing.T) {
	multi, body := form("dataFile", "{}\n")
	wrong, wrongBody := form("file", "{}\n")
	id := fmt.Sprint(DefaultIntegration)
	for _, tt := range []struct {
		name, method, path, contentType string
		body                            []byte
		status                          int
		says                            string
	}{
		{"no integration id", "POST", "/v2/crm/entities?objectType=ACCOUNT&clientRequestId=a", multi, body, 400, "integrationId"},
		{"rounded integration id", "POST", "/v2/crm/entities?integrationId=5517027188234206000&objectType=ACCOUNT&clientRequestId=a", multi, body, 400, "No integration"},
		{"type in lower case", "POST", entities("account", "a"), multi, body, 400, "objectType"},
		{"no request id", "POST", entities("ACCOUNT", ""), multi, body, 400, "clientRequestId"},
		{"request id with a dot", "POST", entities("ACCOUNT", "a.b"), multi, body, 400, "clientRequestId"},
		{"another part name", "POST", entities("ACCOUNT", "a"), wrong, wrongBody, 400, "dataFile part is missing"},
		{"JSON instead of a form", "POST", entities("ACCOUNT", "a"), "application/json", body, 415, ""},
		{"too large", "POST", entities("ACCOUNT", "a"), multi, append(body, make([]byte, 3000)...), 413, ""},
		{"method", "PATCH", "/v2/crm/entities", "", nil, 405, "Method Not Allowed"},
		{"read back without a body", "GET", "/v2/crm/entities?integrationId=" + id + "&objectType=DEAL", "", nil, 415, ""},
		{"read back users", "GET", "/v2/crm/entities?integrationId=" + id + "&objectType=BUSINESS_USER", "application/json", []byte(`["a"]`), 400, "objectType"},
		{"status of nothing", "GET", "/v2/crm/request-status?integrationId=" + id + "&clientRequestId=a", "", nil, 404, ""},
		{"second integration", "PUT", "/v2/crm/integrations", "application/json", []byte(`{"name":"a","ownerEmail":"b"}`), 409, "already has an active"},
		{"schema that is no list", "POST", "/v2/crm/entity-schema?integrationId=" + id + "&objectType=DEAL", "application/json", []byte(`{}`), 400, "array"},
		{"schema with a standard name", "POST", "/v2/crm/entity-schema?integrationId=" + id + "&objectType=DEAL", "application/json", []byte(`[{"uniqueName":"amount","label":"x","type":"NUMBER"}]`), 400, "standard"},
		{"picklist without values", "POST", "/v2/crm/entity-schema?integrationId=" + id + "&objectType=DEAL", "application/json", []byte(`[{"uniqueName":"p","label":"x","type":"PICKLIST"}]`), 400, "orderedValueList"},
		{"type of Gong's own", "POST", "/v2/crm/entity-schema?integrationId=" + id + "&objectType=DEAL", "application/json", []byte(`[{"uniqueName":"p","label":"x","type":"STRINGARRAY"}]`), 400, "unknown type"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := start(t, Options{MaxBody: 2000}).call(t, tt.method, tt.path, tt.contentType, tt.body)
			if a.status != tt.status || !strings.Contains(a.body, tt.says) || !strings.Contains(a.body, `"requestId"`) || a.header.Get("X-Traceid") == "" {
				t.Errorf("%+v", a)
			}
		})
	}
}

func TestCredentialsAndScopes(t *testing.T) {
	s := start(t, Options{Key: "k", KeySecret: "s", Bearer: "t", Scopes: []string{"api:crm:integrations:read"}})
	for header, want := range map[string]int{"Bearer t": 200, "Bearer x": 401, "Basic azpz": 200, "Basic azp4": 401, "": 401} {
		if a := s.call(t, "GET", "/v2/crm/integrations", "", nil, "Authorization", header); a.status != want {
			t.Errorf("%q: %+v", header, a)
		}
	}
	a := s.call(t, "GET", fmt.Sprintf("/v2/crm/entity-schema?integrationId=%d&objectType=DEAL", DefaultIntegration), "", nil)
	if a.status != 401 || !strings.Contains(a.body, "permission to use 'api:crm:schema'") {
		t.Errorf("%+v", a)
	}
}

func TestLines(t *testing.T) {
	const date = `"modifiedDate":"2026-01-01T00:00:00Z"`
	for _, tt := range []struct{ name, kind, line, want string }{
		{"good", "DEAL", `{"objectId":"d-1",` + date + `,"closeDate":"2026-02-01","status":"WON","amount":1.5,"custom":{"any":1}}`, ""},
		{"null", "DEAL", `{"objectId":"d-1",` + date + `,"closeDate":null}`, ""},
		{"not JSON", "DEAL", `{"status": OPEN}`, "not a JSON object"},
		{"comment", "DEAL", `// a comment`, "not a JSON object"},
		{"blank", "DEAL", ``, "not a JSON object"},
		{"no id", "DEAL", `{` + date + `}`, "Mandatory field [objectId] is missing or empty"},
		{"empty id", "DEAL", `{"objectId":"",` + date + `}`, "Mandatory field [objectId] is missing or empty"},
		{"id with a slash", "DEAL", `{"objectId":"a/b",` + date + `}`, "objectId"},
		{"long id", "DEAL", `{"objectId":"` + strings.Repeat("a", 65) + `",` + date + `}`, "objectId"},
		{"e-mail as id", "DEAL", `{"objectId":"a.b+c@x.com",` + date + `}`, ""},
		{"number as id", "DEAL", `{"objectId":5,` + date + `}`, "no string"},
		{"milliseconds", "DEAL", `{"objectId":"a","modifiedDate":"2026-01-01T00:00:00.000Z"}`, "without milliseconds"},
		{"no offset", "DEAL", `{"objectId":"a","modifiedDate":"2026-01-01T00:00:00"}`, "ISO-8601"},
		{"no such day", "DEAL", `{"objectId":"a",` + date + `,"closeDate":"2026-02-30"}`, "date YYYY-MM-DD"},
		{"status", "DEAL", `{"objectId":"a",` + date + `,"status":"won"}`, "WON"},
		{"amount as text", "DEAL", `{"objectId":"a",` + date + `,"amount":"5"}`, "no number"},
		{"user without e-mail", "BUSINESS_USER", `{"objectId":"a",` + date + `}`, "Mandatory field [emailAddress] is missing or empty"},
		{"deleted user without e-mail", "BUSINESS_USER", `{"objectId":"a",` + date + `,"isDeleted":true}`, ""},
		{"stage without date", "STAGE", `{"objectId":"a","name":"A"}`, ""},
		{"stage without name", "STAGE", `{"objectId":"a"}`, "[name]"},
		{"sort order", "STAGE", `{"objectId":"a","name":"A","sortOrder":0}`, "whole number from 1"},
		{"domains", "ACCOUNT", `{"objectId":"a",` + date + `,"domains":"a.com"}`, "array of strings"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := start(t, Options{Pending: 1, InProgress: 1})
			if a := s.send(t, tt.kind, "r1", tt.line+"\n"); a.status != 201 {
				t.Fatalf("%+v", a)
			}
			for _, word := range []string{"PENDING", "IN_PROGRESS"} {
				if got, _ := s.status(t, "r1"); got != word {
					t.Errorf("status %s, want %s", got, word)
				}
			}
			word, errors := s.status(t, "r1")
			if tt.want == "" && (word != "DONE" || len(errors) != 0 || len(s.Records()) != 1) {
				t.Errorf("%s %v", word, errors)
			}
			if tt.want != "" && (word != "FAILED" || len(errors) != 1 || errors[0].Line != 1 || !strings.Contains(errors[0].Description, tt.want) || len(s.Records()) != 0) {
				t.Errorf("%s %v", word, errors)
			}
		})
	}
}

func TestIDsAreTakenOnceAndTwentyErrorsNamed(t *testing.T) {
	s := start(t, Options{})
	if a := s.send(t, "ACCOUNT", "r1", strings.Repeat("x\n", 25)); a.status != 201 {
		t.Fatal(a)
	}
	if word, errors := s.status(t, "r1"); word != "FAILED" || len(errors) != 20 {
		t.Errorf("%s, %d named", word, len(errors))
	}
	if a := s.send(t, "CONTACT", "r1", ""); a.status != 409 {
		t.Errorf("%+v", a)
	}
	line := `{"objectId":"a","modifiedDate":"2026-01-01T00:00:00Z"}` + "\n"
	s.send(t, "ACCOUNT", "r2", line+line)
	if _, errors := s.status(t, "r2"); len(errors) != 1 || errors[0].Line != 2 {
		t.Errorf("duplicate: %v", errors)
	}
}

func TestVersionsAreOrderedByDate(t *testing.T) {
	s := start(t, Options{})
	for i, day := range []string{"02", "03", "01"} {
		s.send(t, "ACCOUNT", fmt.Sprint("r", i), `{"objectId":"a","modifiedDate":"2026-01-`+day+`T00:00:00Z","name":"`+day+`"}`)
		s.status(t, fmt.Sprint("r", i))
	}
	if r := s.Records(); len(r) != 1 || r[0].Versions != 3 || !strings.Contains(r[0].Line, `"name":"03"`) {
		t.Errorf("%+v", r)
	}
	if v := s.Violations(); len(v) != 0 {
		t.Error(v)
	}
	s.send(t, "ACCOUNT", "r8", `{"objectId":"b","modifiedDate":"2026-01-01T00:00:00Z"}`)
	s.send(t, "DEAL", "r9", `{"objectId":"d","modifiedDate":"2026-01-01T00:00:00Z"}`)
	if v := s.Violations(); len(v) != 1 || !strings.Contains(v[0], "before the final status") {
		t.Error(v)
	}
}

func TestSchemaRules(t *testing.T) {
	s := start(t, Options{})
	path := fmt.Sprintf("/v2/crm/entity-schema?integrationId=%d&objectType=DEAL", DefaultIntegration)
	post := func(body string) int { return s.call(t, "POST", path, "application/json", []byte(body)).status }
	a, b := `{"uniqueName":"a","label":"A","type":"NUMBER"}`, `{"uniqueName":"b","label":"B","type":"STRING"}`
	if post("["+a+"]") != 200 || post("["+a+","+b+"]") != 200 {
		t.Fatal("not taken")
	}
	if post("["+b+"]") != 400 {
		t.Error("a list that lacks a field was taken")
	}
	s.send(t, "DEAL", "r", `{"objectId":"d","modifiedDate":"2026-01-01T00:00:00Z","a":5,"b":"x"}`)
	s.send(t, "DEAL", "r2", `{"objectId":"e","modifiedDate":"2026-01-01T00:00:00Z","a":"5"}`)
	if _, errors := s.status(t, "r2"); len(errors) != 1 {
		t.Error("a text in a number field was taken")
	}
	if post("["+strings.Replace(a, "NUMBER", "STRING", 1)+`,{"uniqueName":"b","label":"B","type":"STRING","isDeleted":true}]`) != 200 {
		t.Error("not taken")
	}
	got := s.call(t, "GET", fmt.Sprintf("/v2/crm/entities?integrationId=%d&objectType=DEAL", DefaultIntegration), "application/json", []byte(`["d","zzz"]`))
	if strings.Contains(got.body, `"a":5`) || strings.Contains(got.body, `"b"`) || !strings.Contains(got.body, `"zzz":null`) {
		t.Errorf("values outlived their fields: %s", got.body)
	}
	if n := s.SchemaNames(gong.Deal); len(n) != 1 || n[0] != "a" {
		t.Error(n)
	}
}

func TestLimits(t *testing.T) {
	s := start(t, Options{CallsPerSecond: 2, CallsPerDay: 3})
	codes := ""
	var last answer
	for range 4 {
		last = s.call(t, "GET", "/v2/crm/integrations", "", nil)
		codes += fmt.Sprint(last.status, " ")
	}
	if codes != "200 200 429 429 " || last.header.Get("Retry-After") != "1" {
		t.Error(codes, last.header)
	}
}

func TestPageShowsWhatIsThere(t *testing.T) {
	s := start(t, Options{})
	s.send(t, "ACCOUNT", "r1", `{"objectId":"a","modifiedDate":"2026-01-01T00:00:00Z","name":"<script>alert(1)</script>"}`+"\nx\n")
	s.status(t, "r1")
	for _, path := range []string{"/", "/ACCOUNT"} {
		a := s.call(t, "GET", path, "", nil)
		if a.status != 200 || !strings.Contains(a.body, "line 2: The line is not a JSON object") || strings.Contains(a.body, "<script>") || !strings.Contains(a.header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: %d", path, a.status)
		}
	}
	if a := s.call(t, "GET", "/ACCOUNT", "", nil); !strings.Contains(a.body, "&lt;script&gt;") {
		t.Error("the record is not shown")
	}
	if a := s.call(t, "GET", "/nothing", "", nil); a.status != 404 {
		t.Error(a.status)
	}
	if a := s.call(t, "POST", "/", "", nil); a.status != 405 {
		t.Error(a.status)
	}
}

func TestRandomFaultsRepeat(t *testing.T) {
	draw := func() (all string) {
		f := Random(7, 0.5, 10)
		for i := range 40 {
			all += fmt.Sprintf("%v ", f(Call{Number: i, Operation: PostEntities}))
		}
		return all
	}
	if a, b := draw(), draw(); a != b || strings.Count(a, "<nil>") < 30 {
		t.Errorf("%s\n%s", a, b)
	}
}

// Only names of this machine reach the server: a page of the web that was made
// to point here does not.
func TestHosts(t *testing.T) {
	s := start(t, Options{})
	address := strings.TrimPrefix(s.URL, "http://")
	_, port, _ := strings.Cut(address, ":")
	for host, want := range map[string]int{
		address:                          200,
		"localhost:" + port:              200,
		"LOCALHOST:" + port:              200,
		"[::1]:" + port:                  200,
		"127.0.0.1":                      421,
		"127.0.0.1:1":                    421,
		"localhost":                      421,
		"evil.example:" + port:           421,
		"evil.example":                   421,
		"127.0.0.1.evil.example:" + port: 421,
		"localhost.:" + port:             421,
		"10.0.0.1:" + port:               421,
		"":                               421,
	} {
		for _, path := range []string{"/", "/v2/crm/integrations"} {
			c, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer t\r\nConnection: close\r\n\r\n", path, host)
			text, err := io.ReadAll(c)
			c.Close()
			if err != nil || !strings.HasPrefix(string(text), fmt.Sprintf("HTTP/1.1 %d ", want)) {
				t.Errorf("host %q, path %s: %v, %.80s; want %d", host, path, err, text, want)
			}
		}
	}
}
