package html

import (
	"encoding/json"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	xhtml "golang.org/x/net/html"

	"crm2gong/validate"
)

func num(s string) json.Number { return json.Number(s) }

func pageOf(t *testing.T, r *validate.Report, o Options) string {
	t.Helper()
	b, err := Page(r, o)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// node is an element of the page, with its text.
type node struct {
	*xhtml.Node
	attr map[string]string
}

func (n node) text() string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == xhtml.TextNode {
			b.WriteString(d.Data)
		} else if d.Data == "td" || d.Data == "th" || d.Data == "p" || d.Data == "h4" {
			b.WriteString(" ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func elements(t *testing.T, page string) (list []node) {
	t.Helper()
	root, err := xhtml.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for n := range root.Descendants() {
		if n.Type == xhtml.ElementNode {
			x := node{n, map[string]string{}}
			for _, a := range n.Attr {
				x.attr[a.Key] = a.Val
			}
			list = append(list, x)
		}
	}
	return list
}

// checkWellFormed wants every tag closed by its own, in order.
func checkWellFormed(t *testing.T, page string) {
	t.Helper()
	void := map[string]bool{"meta": true, "link": true, "br": true, "input": true}
	var open []string
	for z := xhtml.NewTokenizer(strings.NewReader(page)); ; {
		switch z.Next() {
		case xhtml.ErrorToken:
			if len(open) > 0 {
				t.Errorf("never closed: %v", open)
			}
			return
		case xhtml.StartTagToken:
			if name, _ := z.TagName(); !void[string(name)] {
				open = append(open, string(name))
			}
		case xhtml.EndTagToken:
			name, _ := z.TagName()
			if len(open) == 0 || open[len(open)-1] != string(name) {
				t.Fatalf("</%s> within %v", name, open)
			}
			open = open[:len(open)-1]
		}
	}
}

// checkAlone wants nothing on the page that leads or loads from elsewhere.
func checkAlone(t *testing.T, list []node) {
	t.Helper()
	ids := map[string]bool{}
	for _, n := range list {
		if id := n.attr["id"]; id != "" {
			if ids[id] {
				t.Errorf("the id %q stands twice", id)
			}
			ids[id] = true
		}
	}
	for _, n := range list {
		for k, v := range n.attr {
			switch {
			case k == "href" && n.Data == "a":
				if id, ok := strings.CutPrefix(v, "#"); !ok || !ids[id] {
					t.Errorf("a link to %q", v)
				}
			case k == "aria-labelledby" && !ids[v]:
				t.Errorf("<%s> is labelled by %q, which is not there", n.Data, v)
			case slices.Contains([]string{"src", "href", "srcset", "action", "data", "style", "poster", "background"}, k), strings.HasPrefix(k, "on"):
				t.Errorf("<%s %s=%q>", n.Data, k, v)
			}
		}
		if slices.Contains([]string{"link", "img", "iframe", "object", "embed", "form", "base"}, n.Data) {
			t.Errorf("<%s> on the page", n.Data)
		}
	}
	for _, bad := range []string{"url(", "@import", "fetch(", "XMLHttpRequest", "innerHTML", "eval("} {
		if strings.Contains(style+script, bad) {
			t.Errorf("%s in the style or script", bad)
		}
	}
}

func TestPageShowsTheReport(t *testing.T) {
	page := pageOf(t, sample(), sampleOptions)
	checkWellFormed(t, page)
	list := elements(t, page)
	checkAlone(t, list)
	texts := map[string][]string{}
	for _, n := range list {
		texts[n.Data] = append(texts[n.Data], n.text())
	}
	for _, want := range []struct{ tag, text string }{
		{"title", "salesforce.yaml: report by crm2gong"},
		{"h1", "salesforce.yaml"},
		{"p", "1,530 errors found"},
		{"p", "144,961 rows gave 82,218 records and 60,980 past versions fit for Gong; 154 were refused; 29 were merged into others; 1,625 rows were filtered. Gong will not show 1,050 deals with 8,990,000.25 USD of open amount, or not where people look. Dates are judged as of 2024-06-01T00:00:00Z."},
		{"p", "19,969 deals with 1,284,562,311.2 USD in all, as written: without deletions and past versions. The amount of 4 deals was left out by onError: omit and is in no sum. Compare with the totals that your CRM shows."},
		// the equation
		{"tr", "Contacts CONTACT 51,302 45 50,060 1,200 87 0"},
		{"tr", "Deals past versions DEAL 61,012 0 60,980 5 20 7"},
		{"tr", "Deals not a test 110"},
		{"tr", "Deals past versions not a test 5"},
		{"tr", "Source opportunities where: no data rows 2"},
		{"tr", "rejects/contacts.csv 87"},
		// references
		{"tr", "DEAL.ownerId Users 19,969 19,000 95.1% 0 960 9 0 8,200,450"},
		// findings, and the cells to look at
		{"tr", "error deal-account-unknown DEAL.accountId rejected: missing-mandatory 412 14"},
		{"tr", "exports/Opportunity.csv 18 (line 46) C18 0063000000abcDF AccountId 0013000000Xy12Q 0013000000Xy12Q"},
		{"tr", "exports/Opportunity.xlsx ▸ Deals 2024 17 C17 0063000000abcDE AccountId 0013000000Xy12Q"},
		{"p", "and 409 more records"},
		{"p", "What to do mend the rejected accounts; what was wrong with them is the finding missing-mandatory"},
		{"span", "left out of the output"},
		{"tr", "opportunities Type the column Type of opportunities is gone"},
		{"tr", "ACCOUNT 15,200 12,134 ACCOUNT has 12,134 records, 20% fewer"},
		// deals
		{"tr", "Proposal / price quote 0ST000000000004 1,000 0 12 0 1,012 120,034,000 none"},
		{"tr", "No stage 0 0 0 31 31 0 none"},
		// money
		{"tr", "EUR 7,004 410,230,117.55 230,117.55 442,238,066.72 −1.0725 2021-01-01 to 2024-06-01 31"},
		{"tr", "GBP 1,200 90,111,000.00 0.00 114,169,023.43 0.2125 of 2024-01-01 152"},
		{"tr", "JPY 130 12,033,000,000 0 25,274,800.00 0 without a date"},
		{"tr", "USD 11,200 702,880,421.05 0.00 702,880,421.05 0 none needed"},
		{"tr", "In all 19,534 1,284,562,311.20 −0.86 152"},
		// what was before conversion
		{"tr", "Won 5,400 27.0% 402,112,000 199,999,999.75 EUR 186,000,000 USD"},
		{"tr", "Lost 6,100 30.5% 181,219,910.7 none"},
		{"tr", "All 19,969 1,284,562,311.2 410,000,000 EUR 90,111,000 GBP 546,880,421.05 USD"},
		// what is signed
		{"tr", "of it by rounding −0.86"},
		{"tr", "Deals written 19,969 1,284,562,311.2"},
		{"tr", "of them: Won 5,400 402,112,000"},
		{"tr", "Deals that Gong will not show, and their open amount 1,050 8,990,000.25"},
		// what is not shown
		{"tr", "deal-account-missing Deals 120 802,300.5 not shown at all 0063000000abcDE exports/Opportunity.csv row 17 (line 45) 0063000000abcQQ exports/Opportunity.xlsx ▸ Deals 2024 row 904 fill accountId, or take it from another column (a ?? b)"},
		{"tr", "user-email-shared Users 2 not joined to a Gong user: an earlier user has the e-mail leave inactive users out"},
		{"tr", "field-not-in-schema DEAL.Tier__c 40 the field is taken and not shown add the field to the schema"},
		{"tr", "Deals, each counted once 1,050 8,990,000.25"},
		// values
		{"tr", "dealStatus 19,500 97.7% 438 31"},
		{"tr", "dealStatus Zombie no entry 31"},
		{"tr", "dealStatus On Hold took the default 420"},
		{"tr", "stageId Discovery call 40"},
		{"tr", "stageId empty 9"},
	} {
		if !slices.Contains(texts[want.tag], want.text) {
			t.Errorf("no <%s> says %q", want.tag, want.text)
		}
	}
	if t.Failed() {
		t.Logf("rows:\n%s", strings.Join(texts["tr"], "\n"))
	}
	// The order of the pipeline, not of the letters.
	at := -1
	for _, stage := range []string{"Qualification", "Needs analysis", "Negotiation", "Closed won", "Closed lost", "No stage"} {
		i := strings.Index(page, "<bdi>"+stage+"</bdi>")
		if i < at || i < 0 {
			t.Errorf("stage %q stands at %d, after %d", stage, i, at)
		}
		at = i
	}
}

func TestPageIsAccessible(t *testing.T) {
	list := elements(t, pageOf(t, sample(), sampleOptions))
	found := map[string]int{}
	for _, n := range list {
		found[n.Data]++
		switch n.Data {
		case "html":
			if n.attr["lang"] != "en" {
				t.Error("the page has no language")
			}
		case "table":
			if first := n.FirstChild; first.Type == xhtml.TextNode {
				first = first.NextSibling
				if first.Data != "caption" {
					t.Errorf("a table begins with <%s>", first.Data)
				}
			}
		case "th":
			if n.attr["scope"] == "" {
				t.Errorf("<th> %q has no scope", n.text())
			}
		case "section", "article":
			if n.attr["aria-labelledby"] == "" {
				t.Errorf("<%s> without a label", n.Data)
			}
		case "svg":
			if n.attr["aria-hidden"] != "true" && (n.attr["role"] != "img" || n.attr["aria-label"] == "") {
				t.Errorf("an <svg> is neither hidden nor described: %v", n.attr)
			}
		}
		if n.attr["class"] == "scroll" && (n.attr["tabindex"] != "0" || n.attr["role"] != "region" || n.attr["aria-label"]+n.attr["aria-labelledby"] == "") {
			t.Errorf("keys cannot scroll %v", n.attr)
		}
	}
	for tag, want := range map[string]int{"header": 9, "nav": 1, "main": 1, "footer": 1, "h1": 1, "h2": 10} {
		if found[tag] != want {
			t.Errorf("%d <%s>, want %d", found[tag], tag, want)
		}
	}
}

// What is about past versions says so where it stands beside the same of
// present records, which the field that filters finds too.
func TestPastVersionsAreMarked(t *testing.T) {
	finding := validate.Finding{Code: "deal-owner-unknown", Severity: "error", Entity: "DEAL", Field: "ownerId", Count: 7, Distinct: 2}
	past := finding
	past.History = true
	counts := map[string]validate.Counts{"DEAL": {Read: 10, Written: 7, Filtered: 3, Filters: map[string]int{"a test": 3}}}
	r := &validate.Report{Entities: counts, History: counts, Findings: []validate.Finding{finding, past}}
	var rows []string
	for _, n := range elements(t, pageOf(t, r, Options{})) {
		if n.Data == "tr" {
			rows = append(rows, n.text())
		}
	}
	for _, want := range []string{
		"error deal-owner-unknown DEAL.ownerId 7 2", "error deal-owner-unknown DEAL.ownerId past versions 7 2",
		"Deals a test 3", "Deals past versions a test 3",
	} {
		if !slices.Contains(rows, want) {
			t.Errorf("no row says %q: %q", want, rows)
		}
	}
}

// The sentence counts what became of all rows, one or many.
func TestVerdictCountsAll(t *testing.T) {
	for _, c := range []struct {
		name          string
		present, past validate.Counts
		want          string
	}{
		{"one of each", validate.Counts{Read: 4, Written: 1, Rejected: 1, Merged: 1, Filtered: 1}, validate.Counts{},
			"4 rows gave 1 record and 0 past versions fit for Gong; 1 was refused; 1 was merged into another; 1 row was filtered."},
		{"of both", validate.Counts{Read: 3, Written: 2, Merged: 1}, validate.Counts{Read: 3, Written: 1, Merged: 2},
			"6 rows gave 2 records and 1 past version fit for Gong; 3 were merged into others."},
		{"none", validate.Counts{Read: 1, Written: 1}, validate.Counts{}, "1 row gave 1 record and 0 past versions fit for Gong."},
	} {
		r := &validate.Report{Entities: map[string]validate.Counts{"DEAL": c.present}, History: map[string]validate.Counts{"DEAL": c.past}}
		r.Finish()
		p := page{}
		if p.verdict(r); p.Said != c.want {
			t.Errorf("%s: %q, want %q", c.name, p.Said, c.want)
		}
	}
}

// fill puts text into every string of v, also into keys.
func fill(v reflect.Value, text string) {
	switch v.Kind() {
	case reflect.String:
		if v.CanSet() && v.Type() != reflect.TypeFor[json.Number]() {
			v.SetString(v.String() + text)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), text)
		}
	case reflect.Slice:
		for i := range v.Len() {
			fill(v.Index(i), text)
		}
	case reflect.Map:
		for _, k := range v.MapKeys() {
			x := reflect.New(v.Type().Elem()).Elem()
			x.Set(v.MapIndex(k))
			fill(x, text)
			v.SetMapIndex(k, x)
			key := reflect.New(v.Type().Key()).Elem()
			key.SetString(k.String() + text)
			v.SetMapIndex(key, x)
		}
	}
}

func TestHostileTexts(t *testing.T) {
	hostile := "</script></style><script>alert(1)</script><img src=x onerror=alert(1)>\" onclick='alert(1)' {{.}} javascript:alert(1)" +
		"\u202eevil\u2066\x00\x1b[31m\u200b\ufeff\u2028\U000e0041 \xff\n"
	r := sample()
	fill(reflect.ValueOf(r).Elem(), hostile)
	o := Options{AsOf: hostile, Rejects: map[string]int{hostile: 3}}
	page := pageOf(t, r, o)
	checkWellFormed(t, page)
	list := elements(t, page)
	checkAlone(t, list)
	scripts := 0
	for _, n := range list {
		if n.Data == "script" {
			scripts++
			if n.FirstChild.Data != script {
				t.Error("the script is changed")
			}
		}
	}
	if scripts != 1 {
		t.Errorf("%d scripts", scripts)
	}
	for i, c := range page {
		if c == 0xfffd || c < ' ' && c != '\n' && c != '\t' || c >= 0x7f && c <= 0x9f || c >= 0x200b && c <= 0x200f ||
			c >= 0x2028 && c <= 0x202e || c >= 0x2060 && c <= 0x206f || c == 0xfeff || c >= 0xe0000 {
			t.Fatalf("%U stands on the page: %q", c, page[max(0, i-60):min(len(page), i+20)])
		}
	}
	if !strings.Contains(page, `\u202eevil\u2066\x00\x1b[31m\u200b\ufeff\u2028\U000e0041 \xff\n`) {
		t.Error("what cannot be seen is not shown as escapes")
	}
}

// TestSizeIsBounded has more of everything than can be shown, in long texts.
func TestSizeIsBounded(t *testing.T) {
	long := strings.Repeat("<\u202e&", 2_000)
	r := &validate.Report{Mapping: long, Entities: map[string]validate.Counts{}, References: map[string]validate.Coverage{},
		Enums: map[string]validate.EnumUse{}, Lookups: map[string]validate.LookupUse{}, Sources: map[string]validate.SourceUse{},
		Deals: validate.DealSums{ByStatus: map[string]validate.DealSum{}, ByStage: map[string]validate.StageSum{}, OtherStages: validate.DealSum{Count: 7, Amount: "0.5"}}}
	r.Currency.Rates, r.Currency.SourceTotal = map[string]validate.RateUse{}, map[string]string{}
	var examples []validate.Example
	for i := range 5000 {
		examples = append(examples, validate.Example{ObjectID: long, Value: long, Text: long + "x", Reason: long, Source: long, Sheet: long, Row: i + 1, Line: i + 2, Column: long, Cell: long})
	}
	for i := range 100_000 {
		r.Findings = append(r.Findings, validate.Finding{Code: fmt.Sprintf("check:%d", i), Severity: "error", Entity: "DEAL", Field: long, Count: 5000, Distinct: 9, Cause: long, Detail: long, Summary: long, Hint: long, Examples: examples})
	}
	missing, before := map[string]int{}, map[string]json.Number{}
	for i := range 5000 {
		key := fmt.Sprintf("%05d%s", i, long)
		r.References["DEAL."+key] = validate.Coverage{Target: long, Total: 1, Linked: 1, OpenAmount: num(strings.Repeat("9", 1000))}
		if i < 500 {
			r.Enums[key], r.Lookups[key] = validate.EnumUse{Unmapped: missing, Defaulted: missing}, validate.LookupUse{Missing: missing}
		}
		r.Sources[key] = validate.SourceUse{Dropped: 1}
		r.Currency.Rates[key] = validate.RateUse{Count: 1, From: long, To: long}
		r.Currency.SourceTotal[key] = strings.Repeat("9", 1000)
		before[key] = num(strings.Repeat("9", 50))
		r.Hidden = append(r.Hidden, validate.Hidden{Reason: long, Entity: "DEAL", Field: long, Effect: long, Remedy: long, Records: 1, OpenAmount: num(strings.Repeat("9", 1000)), Examples: examples})
		r.Deals.ByStage[key] = validate.StageSum{DealSum: validate.DealSum{Count: 1 + i%3, Amount: "0.25", Before: map[string]json.Number{long: "1"}}, Name: long}
		if i < 200 {
			missing[key] = i
		}
	}
	for range 5000 {
		r.Drift = append(r.Drift, validate.Drift{Kind: long, Subject: long, Value: long, Old: long, New: long, Message: long})
	}
	r.Deals.ByStatus["OPEN"] = validate.DealSum{Count: 10006, Amount: "1250.5", Before: before}
	filters := map[string]int{}
	for k := range r.Sources {
		filters[k] = 1
	}
	r.Entities["DEAL"] = validate.Counts{Read: 5000, Filtered: 5000, Filters: filters}
	page := pageOf(t, r, Options{Rejects: filters})
	if len(page) > 10<<20 {
		t.Errorf("the page has %d bytes", len(page))
	}
	checkWellFormed(t, page)
	for _, want := range []string{
		"and 99,800 more groups of findings; report.json has them all", "and 4,980 more records", "and 4,997 more records", "and 4,900 more references",
		"and 4,900 more currencies", "and 4,900 more changes", "and 4,900 more reasons", "and 4,988 more currencies", "and 400 more enums", "and 400 more lookups", "All other stages",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if n := strings.Count(page, `<tr><td><bdi>`); n > maxRows+maxFindings*minExamples {
		t.Errorf("%d examples", n)
	}
}

// The stages that are shown and the others make up all deals.
func TestStagesAddUp(t *testing.T) {
	d := validate.DealSums{ByStage: map[string]validate.StageSum{}, ByStatus: map[string]validate.DealSum{}, OtherStages: validate.DealSum{Count: 7, Amount: "0.5"}}
	for i := range 250 {
		d.ByStage[fmt.Sprint(i)] = validate.StageSum{DealSum: validate.DealSum{Count: 1 + i%9, Amount: "0.1"}}
	}
	var v dealsView
	v.stages(&d)
	got := 0
	for _, s := range v.Stages {
		var n int
		fmt.Sscan(s.Count.Raw, &n)
		got += n
	}
	want := 7
	for _, s := range d.ByStage {
		want += s.Count
	}
	var other int
	fmt.Sscan(v.Other.Count.Raw, &other)
	if len(v.Stages) != maxTable || got+other != want || v.Other.Amount.Raw != "15.5" {
		t.Errorf("%d stages with %d deals and others %+v, want %d deals", len(v.Stages), got, v.Other, want)
	}
}

func TestSameReportSameBytes(t *testing.T) {
	want := pageOf(t, sample(), sampleOptions)
	for range 20 {
		if got := pageOf(t, sample(), sampleOptions); got != want {
			t.Fatal("the page changes from run to run")
		}
	}
}

func TestNothingFound(t *testing.T) {
	r := &validate.Report{Entities: map[string]validate.Counts{"STAGE": {Read: 1, Written: 1}}}
	r.Finish()
	page := pageOf(t, r, Options{})
	checkWellFormed(t, page)
	for _, want := range []string{"Ready: nothing is wrong", "Nothing was found.", "1 row gave 1 record fit for Gong."} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	for _, no := range []string{`id="money"`, `id="deals"`, `id="values"`, `id="lookups"`, `id="references"`} {
		if strings.Contains(page, no) {
			t.Errorf("an empty section %s", no)
		}
	}
}

func TestPolicy(t *testing.T) {
	for _, n := range elements(t, pageOf(t, sample(), sampleOptions)) {
		if n.Data == "meta" && n.attr["http-equiv"] == "Content-Security-Policy" {
			if p := n.attr["content"]; !strings.HasPrefix(p, "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline' 'sha256-") {
				t.Errorf("policy %q", p)
			}
			return
		}
		if n.Data == "style" || n.Data == "script" {
			t.Fatal("the policy comes after what it is for")
		}
	}
	t.Error("no policy")
}

// TestContrast judges the colours of texts by WCAG 2: 4.5 for texts, 3 for
// what charts draw.
func TestContrast(t *testing.T) {
	declared := regexp.MustCompile(`--([a-z-]+): *(#[0-9a-f]{3,6});`)
	blocks := strings.Split(style, ":root {")[1:]
	if len(blocks) != 3 {
		t.Fatalf("%d themes", len(blocks))
	}
	for i, theme := range []string{"light", "dark", "print"} {
		block, _, _ := strings.Cut(blocks[i], "}")
		colour := map[string]string{}
		for _, m := range declared.FindAllStringSubmatch(block, -1) {
			colour[m[1]] = m[2]
		}
		check := func(front, back string, least float64) {
			t.Helper()
			if got := contrast(t, colour[front], colour[back]); got < least {
				t.Errorf("%s: %s on %s has a contrast of %.2f", theme, front, back, got)
			}
		}
		for _, back := range []string{"page", "card", "sunk"} {
			for _, front := range []string{"text", "dim", "accent", "error-text", "warning-text", "info-text", "ok-text"} {
				check(front, back, 4.5)
			}
		}
		for _, s := range []string{"error", "warning", "info", "ok"} {
			check(s+"-text", s+"-back", 4.5)
			check("text", s+"-back", 4.5)
		}
		for _, c := range []string{"good", "bad", "warn", "idle", "other", "open"} {
			check(c, "card", 3)
		}
	}
}

func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func TestPlain(t *testing.T) {
	for _, c := range []struct {
		name, text string
		most       int
		want       string
	}{
		{"as it is", "Müller & Söhne <x>", 40, "Müller & Söhne <x>"},
		{"just fits", "abcde", 5, "abcde"},
		{"cut", "abcdef", 5, "abcd…"},
		{"cut between characters", "ääääää", 5, "ääää…"},
		{"controls", "a\tb\r\n\x07", 40, `a\tb\r\n\a`},
		{"turned around", "a\u202eb", 40, `a\u202eb`},
		{"blanks that look like others", "a\u00a0b", 40, `a\u00a0b`},
		{"no UTF-8", "a\xffb", 40, `a\xffb`},
		{"the replacement character", "a\ufffdb", 40, "a\ufffdb"},
		{"nothing", "", 5, ""},
	} {
		if got := plain(c.text, c.most); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"0", "0"}, {"999", "999"}, {"1000", "1,000"}, {"-1234567.89", "−1,234,567.89"}, {"-100", "−100"}, {"12.3456", "12.3456"}, {"x1000", "x1000"}, {"", ""},
	} {
		if got := grouped(c.text); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
	for _, c := range []struct {
		part, whole int
		want        string
	}{{0, 0, ""}, {0, 5, "0.0%"}, {5, 5, "100%"}, {1, 3, "33.3%"}, {1, 100000, "<0.1%"}, {99999, 100000, ">99.9%"}} {
		if got := share(c.part, c.whole); got != c.want {
			t.Errorf("%d of %d: %q, want %q", c.part, c.whole, got, c.want)
		}
	}
}

func TestBars(t *testing.T) {
	for _, c := range []struct {
		name  string
		parts []part
		want  string
	}{
		{"shares", full(slice{"a", 1}, slice{"b", 3}), "a 0.00 25.00; b 25.00 75.00"},
		{"thin but seen", full(slice{"a", 1}, slice{"b", 100000}), "a 0.00 0.80; b 0.80 99.20"},
		{"of the greatest", bar(10, slice{"a", 5}), "a 0.00 50.00"},
		{"below zero", bar(10, slice{"a", -5}, slice{"b", 10}), "b 0.00 100.00"},
		{"nothing", full(), ""},
	} {
		var got []string
		for _, p := range c.parts {
			got = append(got, p.Class+" "+p.X+" "+p.W)
		}
		if s := strings.Join(got, "; "); s != c.want {
			t.Errorf("%s: %q, want %q", c.name, s, c.want)
		}
	}
}

func BenchmarkPage(b *testing.B) {
	r := sample()
	for b.Loop() {
		if _, err := Page(r, sampleOptions); err != nil {
			b.Fatal(err)
		}
	}
}
