package validate

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"crm2gong/mapping/fit"
	"crm2gong/mapping/gong"

	"github.com/santhosh-tekuri/jsonschema/v5"
)

func TestDecodeFaults(t *testing.T) {
	custom := []gong.Field{
		{Name: "tier", Kind: gong.Picklist, Custom: true, Values: []string{"A", "B"}},
		{Name: "share", Kind: gong.Percent, Custom: true},
		{Name: "since", Kind: gong.Date, Custom: true},
	}
	d := NewDecoder(gong.Deal, custom, true)
	e := d.NewEntity()
	for _, c := range []struct{ name, line, code, field, reason string }{
		{"nothing wrong", deal, "", "", ""},
		{"blanks", " { \"objectId\" : \"x\" ,\t\"domains\u0022: null } \r", "field-not-in-schema", "domains", ""},
		{"empty line", "", "value-invalid", "", "an empty line"},
		{"comment", "  // note", "value-invalid", "", "a comment"},
		{"byte order mark", "\xEF\xBB\xBF{}", "value-invalid", "", "a byte order mark"},
		{"list", "[{}]", "value-invalid", "", "a list"},
		{"text", `"x"`, "value-invalid", "", "no JSON object"},
		{"unclosed", `{"objectId":"x"`, "value-invalid", "", "no comma after a value at character 16"},
		{"bare word", `{"status":OPEN}`, "value-invalid", "", "no JSON: something that is no JSON value at character 11"},
		{"trailing comma", `{"name":"x",}`, "value-invalid", "", "no key"},
		{"two objects", `{} {}`, "value-invalid", "", "something after the object"},
		{"control character", "{\"name\":\"a\x01\"}", "value-invalid", "", "control character"},
		{"bad UTF-8", "{\"name\":\"a\xff\"}", "value-invalid", "", "no UTF-8"},
		{"bad UTF-8 after an escape", "{\"name\":\"\\n\xff\"}", "value-invalid", "", "no UTF-8"},
		{"half a pair", `{"name":"\ud83d"}`, "value-invalid", "", "surrogate"},
		{"bad escape", `{"name":"\x"}`, "value-invalid", "", "escape"},
		{"leading zero", `{"amount":01}`, "value-invalid", "", "number"},
		{"bare point", `{"amount":1.}`, "value-invalid", "", "number"},
		{"deep", strings.Repeat(`{"a":`, 100) + "1" + strings.Repeat("}", 100), "value-invalid", "", "nested"},
		{"key twice", `{"name":"a","name":"a"}`, "value-invalid", "name", "twice"},
		{"other key twice", `{"x":1,"x":1}`, "field-not-in-schema", "x", ""},
		{"number as id", `{"objectId":1}`, "value-invalid", "objectId", "a number where Gong takes a text"},
		{"text as amount", `{"amount":"1"}`, "value-invalid", "amount", "a text where Gong takes a number"},
		{"text as flag", `{"isDeleted":"true"}`, "value-invalid", "isDeleted", "true or false"},
		{"list as text", `{"name":["a"]}`, "value-invalid", "name", "a list where"},
		{"object as reference", `{"accountId":{"id":[1,"2",null]}}`, "value-invalid", "accountId", "an object where"},
		{"date with time", `{"closeDate":"2024-01-01T00:00:00Z"}`, "value-invalid", "closeDate", "no date"},
		{"date alone", `{"modifiedDate":"2024-01-01"}`, "value-invalid", "modifiedDate", "a date without a time"},
		{"no offset", `{"modifiedDate":"2024-01-01T00:00:00"}`, "value-invalid", "modifiedDate", "without Z"},
		{"offset without colon", `{"modifiedDate":"2024-01-01T00:00:00+0100"}`, "value-invalid", "modifiedDate", "no date-time"},
		{"the 29th", `{"closeDate":"2023-02-29"}`, "value-invalid", "closeDate", "no date"},
		{"41 digits", `{"amount":` + strings.Repeat("1", 41) + `}`, "value-invalid", "amount", "40 digits"},
		{"exponent", `{"amount":1e309}`, "value-invalid", "amount", "exponent"},
		{"endless exponent", `{"amount":1e-99999999999999999999}`, "value-invalid", "amount", "exponent"},
		{"exponent of an unknown key", `{"x":1e309}`, "value-invalid", "x", "exponent"},
		{"ftp", `{"url":"ftp://x.com"}`, "value-invalid", "url", "URL"},
		{"status in lower case", `{"status":"won"}`, "value-invalid", "status", "OPEN"},
		{"outside the list", `{"tier":"C"}`, "picklist-value", "tier", "orderedValueList"},
		{"in the list", `{"tier":"B"}`, "", "", ""},
		{"above 100", `{"share":100.01}`, "value-invalid", "share", "0 to 100"},
		{"100", `{"share":1e2}`, "", "", ""},
		{"not in the schema", `{"Tier":"A"}`, "field-not-in-schema", "Tier", ""},
		{"object in an unknown key", `{"x":{}}`, "value-invalid", "x", "no custom field"},
	} {
		faults := d.Decode([]byte(c.line), e)
		if c.code == "" {
			if len(faults) > 0 {
				t.Errorf("%s: %+v", c.name, faults)
			}
			continue
		}
		if len(faults) == 0 {
			t.Errorf("%s: nothing found", c.name)
			continue
		}
		if f := faults[0]; f.Code != c.code || f.Field != c.field || !strings.Contains(f.Reason, c.reason) {
			t.Errorf("%s: %+v", c.name, f)
		}
	}
}

func TestDecodeWithoutSchemaTakesOtherKeys(t *testing.T) {
	d := NewDecoder(gong.Account, nil, false)
	if got := d.Decode([]byte(`{"objectId":"a","Tier":"x","n":1,"b":true,"z":null}`), d.NewEntity()); len(got) > 0 {
		t.Errorf("%+v", got)
	}
	many := bytes.NewBufferString(`{"k0":0`)
	for i := range 100 {
		many.WriteString(`,"m` + count(i) + `":1`)
	}
	once := many.String() + "}"
	if got := d.Decode([]byte(once), d.NewEntity()); len(got) > 0 {
		t.Errorf("many keys: %+v", got)
	}
	if got := d.Decode([]byte(many.String()+`,"m77":1}`), d.NewEntity()); len(got) != 1 || got[0].Field != "m77" {
		t.Errorf("one of many twice: %+v", got)
	}
}

func TestDecodeValues(t *testing.T) {
	d := NewDecoder(gong.Deal, nil, false)
	e := d.NewEntity()
	line := `{"objectId":"\u0061\ud83d\ude00\n","modifiedDate":"1970-01-02T01:00:01+01:00","closeDate":"1970-02-01","amount":-12.50e2,"isDeleted":true,"name":null}`
	if got := d.Decode([]byte(line), e); len(got) > 0 {
		t.Fatalf("%+v", got)
	}
	if e.ObjectID() != "a😀\n" {
		t.Errorf("objectId %q", e.ObjectID())
	}
	if got := e.Get("modifiedDate").Num; got != 86401 {
		t.Errorf("modifiedDate %d", got)
	}
	if got := e.Get("closeDate").Num; got != 31 {
		t.Errorf("closeDate %d", got)
	}
	if got := e.Get("amount").Text; got != "-1250" {
		t.Errorf("amount %s", got)
	}
	if !e.Deleted || e.Get("name").Kind != gong.Null {
		t.Errorf("deleted %v, name %v", e.Deleted, e.Get("name").Kind)
	}
}

func TestNumbersBecomePlain(t *testing.T) {
	d := NewDecoder(gong.Deal, nil, false)
	e := d.NewEntity()
	for in, want := range map[string]string{
		"1": "1", "-0": "0", "1.50": "1.5", "0.10": "0.1", "1e3": "1000", "1.25E+1": "12.5", "125e-2": "1.25", "1e-3": "0.001",
		"-0.0": "0", "12345678901234567890.5": "12345678901234567890.5",
	} {
		d.Decode([]byte(`{"amount":`+in+`}`), e)
		if got := e.Get("amount").Text; got != want {
			t.Errorf("%s becomes %q, want %q", in, got, want)
		}
	}
}

// compile compiles the JSON Schemas, with formats asserted and no loading of
// further documents.
func compile(t testing.TB) map[gong.ObjectType]*jsonschema.Schema {
	t.Helper()
	out := map[gong.ObjectType]*jsonschema.Schema{}
	for _, ty := range gong.Types {
		c := jsonschema.NewCompiler()
		c.AssertFormat = true
		c.LoadURL = nil
		name := ty.String() + ".json"
		if err := c.AddResource(name, bytes.NewReader(Schema(ty))); err != nil {
			t.Fatal(err)
		}
		s, err := c.Compile(name)
		if err != nil {
			t.Fatal(err)
		}
		out[ty] = s
	}
	return out
}

func TestSchemasNameAllFields(t *testing.T) {
	for _, ty := range gong.Types {
		var doc struct {
			Properties map[string]any `json:"properties"`
		}
		if err := json.Unmarshal(Schema(ty), &doc); err != nil {
			t.Fatal(err)
		}
		for _, f := range ty.Fields() {
			if _, ok := doc.Properties[f.Name]; !ok {
				t.Errorf("%s lacks %s", ty, f.Name)
			}
			delete(doc.Properties, f.Name)
		}
		if len(doc.Properties) > 0 {
			t.Errorf("%s has more: %v", ty, doc.Properties)
		}
	}
	if Schema(gong.NoType) != nil {
		t.Error("no type has a schema")
	}
}

// FuzzSchemas holds the fast rules for one line and the JSON Schemas to the
// same verdict.
func FuzzSchemas(f *testing.F) {
	for _, l := range clean() {
		f.Add(l[0])
	}
	for _, c := range ruleCases {
		for _, l := range []lines{c.fires, c.near} {
			for _, rows := range l {
				for _, row := range rows {
					f.Add(row)
				}
			}
		}
	}
	for _, s := range []string{
		`{"objectId":"a@b.co","modifiedDate":"2024-02-29T23:59:59-23:59","emailAddress":"é.x@münchen.de","url":"HTTP://u:p@x.com:80/a?b#c"}`,
		`{"objectId":"a","modifiedDate":"0000-01-01T00:00:00Z"}`, `{"objectId":"a","modifiedDate":"2024-01-01T00:00:60Z"}`,
		`{"objectId":"a","modifiedDate":"2024-01-01T00:00:00Z","closeDate":"0000-01-01"}`,
		`{"objectId":"a","modifiedDate":"2024-01-01T00:00:00Z","url":"https://x..y"}`,
		`{"objectId":"a","modifiedDate":"2024-01-01T00:00:00Z","url":"https://é.com/<"}`,
		`{"objectId":"a","modifiedDate":"2024-01-01T00:00:00Z","url":"https://x.com/` + "\u00a0" + `"}`,
		`{"objectId":"a","modifiedDate":"2024-01-01T00:00:00Z","emailAddress":"a@b-.com"}`,
		`{"objectId":"a","modifiedDate":"2024-01-01T00:00:00Z","emailAddress":"a@b.com.","status":null,"amount":1e5}`,
		`{"objectId":"a","modifiedDate":"2024-01-01T00:00:00Z","domains":["a",1]}`, `{"objectId":"a","modifiedDate":"2024-01-01T00:00:00Z","domains":["a",""]}`,
		`{"objectId":"a","modifiedDate":"2024-01-01T00:00:00Z","emailAddress":"","isDeleted":false}`,
		`{"objectId":"a","name":"x","modifiedDate":"","sortOrder":1.0}`, `{"objectId":"a","name":"x","sortOrder":0.5}`,
		`{"objectId":"a_b","name":"x","sortOrder":1e2,"custom":[1]}`, `{"objectId":"a\n","name":"x","x":1}`,
	} {
		f.Add(s)
	}
	compiled := compile(f)
	f.Fuzz(func(t *testing.T, line string) {
		for _, ty := range gong.Types {
			agree(t, compiled[ty], ty, line)
		}
	})
}

// agree fails where the rules for one line and the schema disagree.
func agree(t *testing.T, schema *jsonschema.Schema, ty gong.ObjectType, line string) {
	t.Helper()
	d := NewDecoder(ty, nil, false)
	e := d.NewEntity()
	faults := d.Decode([]byte(line), e)
	if beyondSchemas(faults) || ipv6(line) {
		return
	}
	// What the decoder takes must be JSON, and the other way round.
	var v any
	j := json.NewDecoder(strings.NewReader(line))
	j.UseNumber()
	if err := j.Decode(&v); err != nil {
		t.Fatalf("%s: taken, but encoding/json says %v: %q", ty, err, line)
	}
	w := New(Options{Mapped: mapped(ty)}).Worker(ty, false, d.Fields())
	w.ready = true
	refused, _ := w.refusal(e, newLog(), w.deletion(e))
	fast := len(faults) == 0 && refused == nil
	err := schema.Validate(v)
	if fast != (err == nil) {
		t.Fatalf("%s: the rules say %v (%+v), the schema %v: %q", ty, fast, faults, err, line)
	}
}

// FuzzSchemaValues puts one text, or one bare token, where each field's value
// stands.
func FuzzSchemaValues(f *testing.F) {
	for _, s := range []string{
		"", "x", "a@b.co", "A.b+c@D-e.fg", "a@b", "a@-b.co", "a@b..co", "a b@c.de", "ü@ü.de", "a@b.c\u0301", "a@b.co\n", ".a@b.co", "a,b@c.de",
		"https://x", "http://x.com:8080/p?q#f", "https://", "HTTPS://X", "https://x:123456", "https://x:1:2", "https://.x", "https://x.", "https://u@v@x.com/@", "https://x/\u00a0", "https://é/\u007f", "http://a_b-c", "https://é.com/<", "//x.com", "https://x\\y", "https://x?\ufffd",
		"2024-02-29", "2023-02-29", "2024-2-29", "0000-01-01", "9999-12-31", "2024-01-01T00:00:00Z", "2024-01-01T24:00:00Z", "2024-01-01T00:00:60Z", "2024-01-01T00:00:00-00:00", "2024-01-01T00:00:00+24:00", "2024-01-01t00:00:00z", "2024-01-01T00:00:00.0Z", "2024-06-31T00:00:00Z",
		"OPEN", "open", "null", "true", "1", "0", "-0", "1.0", "0.99", "1e2", "1E-1", "100000000000000000000", "[]", `["a"]`, `["a",null]`, `{}`, "a_b", "a-b", strings.Repeat("x", 64), strings.Repeat("x", 65), strings.Repeat("é", 64), strings.Repeat("a", 245) + "@x.com", strings.Repeat("é", 248) + "@x.com", strings.Repeat("é", 249) + "@x.com",
	} {
		f.Add(s)
	}
	compiled := compile(f)
	base := map[gong.ObjectType]string{gong.BusinessUser: user, gong.Stage: stage, gong.Account: account, gong.Contact: contact, gong.Deal: deal, gong.Lead: lead}
	f.Fuzz(func(t *testing.T, s string) {
		quoted, err := json.Marshal(s)
		if err != nil {
			t.Skip("encoding/json does not write it")
		}
		for _, ty := range gong.Types {
			var members map[string]json.RawMessage
			if err := json.Unmarshal([]byte(base[ty]), &members); err != nil {
				t.Fatal(err)
			}
			for _, field := range append(slices.Clone(ty.Fields()), gong.Field{Name: "custom"}) {
				was, had := members[field.Name]
				for _, token := range []string{string(quoted), s} {
					if !json.Valid([]byte(token)) {
						continue
					}
					members[field.Name] = json.RawMessage(token)
					line, err := json.Marshal(members)
					if err != nil {
						t.Fatal(err)
					}
					agree(t, compiled[ty], ty, string(line))
				}
				if delete(members, field.Name); had {
					members[field.Name] = was
				}
			}
		}
	})
}

// beyondSchemas tells whether a line has faults that JSON Schema can not say:
// no JSON, a key twice, numbers out of bounds.
func beyondSchemas(faults []Fault) bool {
	for _, f := range faults {
		if f.Field == "" && f.index < 0 && !strings.Contains(f.Reason, "custom field") ||
			strings.Contains(f.Reason, "twice") || strings.Contains(f.Reason, "digits") || strings.Contains(f.Reason, "exponent") {
			return true
		}
	}
	return false
}

// ipv6 tells whether a line may hold a URL with an IPv6 address, of which the
// schema knows only the characters.
func ipv6(line string) bool { return strings.Contains(line, "[") && strings.Contains(line, "//") }

func TestIPv6URLs(t *testing.T) {
	s := compile(t)[gong.Account]
	for url, want := range map[string]bool{"http://[::1]:80/": true, "http://[::1": false, "http://[x]": false} {
		line := map[string]any{"objectId": "a", "modifiedDate": "2024-01-01T00:00:00Z", "url": url}
		if got := s.Validate(line) == nil; got != want || fit.IsURL(url) != want {
			t.Errorf("%s: schema %v, rule %v", url, got, fit.IsURL(url))
		}
	}
}

// FuzzDecodeAgreesWithJSON: the scanner takes exactly the objects that
// encoding/json takes, but for what it refuses on purpose.
func FuzzDecodeAgreesWithJSON(f *testing.F) {
	for _, s := range []string{deal, `{}`, `{"a":"\u00e9\\\/"}`, `{"a":[{"b":[]},-0.5e+3]}`, `{"a":"` + strings.Repeat("x", 40) + `é"}`, `{"a":tru}`, `{"a" 1}`, `{"a":1e}`, "{\"a\":\"\t\"}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		d := NewDecoder(gong.Deal, nil, false)
		faults := d.Decode([]byte(line), d.NewEntity())
		taken := len(faults) == 0 || faults[0].Field != "" || faults[0].index >= 0 || !strings.Contains(d.s.fault, "at character")
		var v map[string]json.RawMessage
		valid := json.Unmarshal([]byte(line), &v) == nil && v != nil
		if taken && !valid {
			t.Fatalf("taken, but no JSON: %q (%+v)", line, faults)
		}
		if !taken && valid && !strings.Contains(d.s.fault, "nested") && !strings.Contains(d.s.fault, "UTF-8") && !strings.Contains(d.s.fault, "surrogate") {
			t.Fatalf("refused: %q (%s)", line, d.s.fault)
		}
	})
}
