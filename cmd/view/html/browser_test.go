package html

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image/color"
	"image/png"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// browser is a headless Chromium under control through its DevTools protocol,
// over a pair of pipes.
type browser struct {
	t       *testing.T
	w       *os.File
	r       *bufio.Reader
	next    int
	session string
	shots   int
	said    []string // what the console says, and requests beyond the page
}

// message is an answer or an event of the protocol.
type message struct {
	ID     int             `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  *struct {
		Message string `json:"message"`
	} `json:"error"`
}

func chromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// startBrowser starts Chromium with a profile of its own, which is removed at
// the end, and opens an empty tab.
func startBrowser(t *testing.T) *browser {
	t.Helper()
	path := chromium()
	if path == "" {
		t.Skip("no chromium found: the page is not tried in a browser")
	}
	if testing.Short() {
		t.Skip("the browser takes a while: not in a short run")
	}
	fromUs, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	r, toUs, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	profile := t.TempDir()
	c := exec.Command(path, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", "--user-data-dir="+profile, "--remote-debugging-pipe", "about:blank")
	c.ExtraFiles = []*os.File{fromUs, toUs} // 3 and 4, as the protocol has it
	c.Env = append(os.Environ(), "HOME="+profile)
	if err := c.Start(); err != nil {
		t.Skipf("chromium does not start: %v", err)
	}
	fromUs.Close()
	toUs.Close()
	b := &browser{t: t, w: w, r: bufio.NewReaderSize(r, 1<<20)}
	stop := time.AfterFunc(90*time.Second, func() { c.Process.Kill() })
	t.Cleanup(func() {
		stop.Stop()
		fmt.Fprintf(w, `{"id":999999,"method":"Browser.close"}`+"\x00")
		w.Close()
		kill := time.AfterFunc(10*time.Second, func() { c.Process.Kill() })
		c.Wait()
		kill.Stop()
		r.Close()
	})
	var target struct{ TargetID string }
	b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	var session struct{ SessionID string }
	b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &session)
	b.session = session.SessionID
	for _, domain := range []string{"Page", "Runtime", "Log", "Network"} {
		b.call(domain+".enable", nil, nil)
	}
	return b
}

// call sends a command and waits for its answer.
func (b *browser) call(method string, params map[string]any, result any) {
	b.t.Helper()
	b.next++
	m := map[string]any{"id": b.next, "method": method}
	if params != nil {
		m["params"] = params
	}
	if b.session != "" {
		m["sessionId"] = b.session
	}
	text, err := json.Marshal(m)
	if err != nil {
		b.t.Fatal(err)
	}
	if _, err := b.w.Write(append(text, 0)); err != nil {
		b.t.Fatalf("%s: %v", method, err)
	}
	for {
		got := b.read()
		if got.ID != b.next {
			continue
		}
		if got.Error != nil {
			b.t.Fatalf("%s: %s", method, got.Error.Message)
		}
		if result != nil {
			if err := json.Unmarshal(got.Result, result); err != nil {
				b.t.Fatal(err)
			}
		}
		return
	}
}

// read takes the next message and notes what the page should not do.
func (b *browser) read() *message {
	b.t.Helper()
	text, err := b.r.ReadBytes(0)
	if err != nil {
		b.t.Fatalf("chromium is gone: %v", err)
	}
	m := &message{}
	if err := json.Unmarshal(text[:len(text)-1], m); err != nil {
		b.t.Fatal(err)
	}
	switch m.Method {
	case "Runtime.exceptionThrown", "Runtime.consoleAPICalled", "Log.entryAdded":
		b.said = append(b.said, m.Method+" "+string(m.Params))
	case "Network.requestWillBeSent":
		var p struct{ Request struct{ URL string } }
		if json.Unmarshal(m.Params, &p) == nil && !strings.HasPrefix(p.Request.URL, "file:") {
			b.said = append(b.said, "a request to "+p.Request.URL)
		}
	}
	return m
}

// open loads a page from a file and waits until it is there.
func (b *browser) open(page string) {
	b.t.Helper()
	path := filepath.Join(b.t.TempDir(), "report.html")
	if err := os.WriteFile(path, []byte(page), 0o644); err != nil {
		b.t.Fatal(err)
	}
	var got struct{ ErrorText string }
	b.call("Page.navigate", map[string]any{"url": (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String()}, &got)
	if got.ErrorText != "" {
		b.t.Fatal(got.ErrorText)
	}
	for b.eval("document.readyState") != "complete" {
		time.Sleep(20 * time.Millisecond)
	}
}

// eval gives the value of a script as a text.
func (b *browser) eval(script string) string {
	b.t.Helper()
	var got struct {
		Result           struct{ Value any }
		ExceptionDetails json.RawMessage
	}
	b.call("Runtime.evaluate", map[string]any{"expression": script, "returnByValue": true, "awaitPromise": true}, &got)
	if got.ExceptionDetails != nil {
		b.t.Fatalf("%s: %s", script, got.ExceptionDetails)
	}
	return fmt.Sprint(got.Result.Value)
}

func (b *browser) want(script, want string) {
	b.t.Helper()
	if got := b.eval(script); got != want {
		b.t.Errorf("%s\n\tis %q\n\twant %q", script, got, want)
	}
}

// look shows the page in a window of this size and theme, and gives a picture.
// CRM2GONG_SHOTS may name a folder where the pictures are kept, to be looked at.
func (b *browser) look(width int, media, scheme string) []byte {
	b.t.Helper()
	b.call("Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false}, nil)
	b.call("Emulation.setScrollbarsHidden", map[string]any{"hidden": true}, nil)
	b.call("Emulation.setEmulatedMedia", map[string]any{"media": media, "features": []any{map[string]any{"name": "prefers-color-scheme", "value": scheme}}}, nil)
	b.eval("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")
	var shot struct{ Data string }
	b.call("Page.captureScreenshot", map[string]any{"format": "png", "captureBeyondViewport": true}, &shot)
	text, err := base64.StdEncoding.DecodeString(shot.Data)
	if err != nil {
		b.t.Fatal(err)
	}
	if dir := os.Getenv("CRM2GONG_SHOTS"); dir != "" {
		b.shots++
		name := fmt.Sprintf("%s-%02d-%d-%s%s.png", b.t.Name(), b.shots, width, media, scheme)
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o644); err != nil {
			b.t.Error(err)
		}
	}
	return text
}

// press presses a key, such as Tab or Enter.
func (b *browser) press(key, text string, code int) {
	b.t.Helper()
	for _, kind := range []string{"keyDown", "keyUp"} {
		p := map[string]any{"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code}
		if kind == "keyDown" && text != "" {
			p["text"] = text
		}
		b.call("Input.dispatchKeyEvent", p, nil)
	}
}

// picture tells how many colours a picture has and how light it is, from 0 to 1.
func picture(t *testing.T, text []byte) (colours int, light float64) {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[color.Color]bool{}
	n := 0
	for y := img.Bounds().Min.Y; y < img.Bounds().Max.Y; y += 3 {
		for x := img.Bounds().Min.X; x < img.Bounds().Max.X; x += 3 {
			c := img.At(x, y)
			seen[c] = true
			light += float64(color.GrayModel.Convert(c).(color.Gray).Y) / 255
			n++
		}
	}
	return len(seen), light / float64(n)
}

// columnOf reads a column of the visible rows of the table under a caption.
func columnOf(caption string, column int) string {
	return fmt.Sprintf(`[...[...document.querySelectorAll("table")].find((t) => t.caption.textContent === %q).tBodies[0].rows].filter((r) => r.offsetParent !== null).map((r) => r.cells[%d].innerText.trim()).join("|")`, caption, column)
}

func clickHead(caption string, column int) string {
	return fmt.Sprintf(`(() => { const th = [...document.querySelectorAll("table")].find((t) => t.caption.textContent === %q).tHead.rows[0].cells[%d]; th.querySelector("button").click(); return th.getAttribute("aria-sort"); })()`, caption, column)
}

// typed puts a text into the field behind a label, as a person does.
func typed(label, text string) string {
	return fmt.Sprintf(`(() => { const i = [...document.querySelectorAll("label")].find((l) => l.textContent.startsWith(%q)).querySelector("input"); i.value = %q; i.dispatchEvent(new Event("input", { bubbles: true })); return i.type; })()`, label, text)
}

// out names what sticks out of the page at the right.
const out = `document.documentElement.scrollWidth <= document.documentElement.clientWidth ? "" :
	[...document.querySelectorAll("body *")].filter((e) => !e.closest(".scroll svg") && e.getBoundingClientRect().right > document.documentElement.clientWidth)
	.map((e) => e.tagName + "." + e.className + " " + e.getBoundingClientRect().right).join(", ")`

func TestInBrowser(t *testing.T) {
	b := startBrowser(t)
	b.open(pageOf(t, sample(), sampleOptions))

	light, dark := b.look(1280, "", "light"), b.look(1280, "", "dark")
	for _, x := range []struct {
		name        string
		shot        []byte
		least, most float64
	}{{"light", light, 0.8, 1}, {"dark", dark, 0, 0.25}, {"print", b.look(794, "print", "dark"), 0.85, 1}, {"small", b.look(390, "", "light"), 0.75, 1}} {
		colours, mean := picture(t, x.shot)
		if colours < 50 || mean < x.least || mean > x.most {
			t.Errorf("%s: %d colours, lightness %.2f", x.name, colours, mean)
		}
	}
	for _, width := range []int{390, 800, 1280, 2200} {
		b.look(width, "", "light")
		b.want(out, "")
	}
	b.look(390, "", "light") // a command for a source with a long name breaks where there is no room
	b.want(`(() => {
		const c = [...document.querySelectorAll(".more code")].find((c) => c.textContent.startsWith("--source")), was = c.textContent;
		c.textContent = "--source " + "opportunities".repeat(5);
		const fits = c.getBoundingClientRect().right <= c.closest("p").getBoundingClientRect().right + 1;
		c.textContent = was;
		return fits ? "fits" : "sticks out";
	})()`, "fits")

	b.look(680, "print", "light") // A4 between its margins
	b.want(out, "")
	b.look(1280, "", "light")

	// Sorting: numbers by size, the greatest first; texts by letters; the
	// button is what sorts, and says which way.
	b.want(columnOf("Records by type", 3), "46|9|12,134|50,060|19,969|0|60,980")
	b.want(clickHead("Records by type", 3), "descending")
	b.want(columnOf("Records by type", 3), "60,980|50,060|19,969|12,134|46|9|0")
	b.want(clickHead("Records by type", 3), "ascending")
	b.want(columnOf("Records by type", 3), "0|9|46|12,134|19,969|50,060|60,980")
	b.want(clickHead("Records by type", 0), "ascending")
	b.want(`document.querySelectorAll("#records [aria-sort]").length`, "1")
	b.want(`document.querySelector("#records [aria-sort] button").textContent`, "Type")
	b.want(clickHead("All findings", 0), "descending")
	b.want(columnOf("All findings", 0), "error|error|error|error|warning|warning|warning|info")
	b.want(clickHead("All findings", 0), "ascending")
	b.want(columnOf("All findings", 0), "info|warning|warning|warning|error|error|error|error")
	b.want(clickHead("Deals by status", 3), "descending")
	b.want(columnOf("Deals by status", 0), "Open|Won|Lost|No status")

	// The filter takes findings out of the table and out of the cards, and
	// says how many are left.
	b.want(typed("Filter findings", "opportunity.csv accountid"), "search")
	b.want(columnOf("All findings", 1), "deal-account-unknown")
	b.want(`[...document.querySelectorAll("article.finding")].filter((a) => a.offsetParent !== null).length`, "1")
	b.want(`document.querySelector("#findings output").textContent`, "1 of 8 shown")
	b.want(typed("Filter findings", ""), "search")
	b.want(`document.querySelector("#findings output").textContent`, "")
	b.want(`(() => { const c = [...document.querySelectorAll("#findings input[type=checkbox]")]; c[0].click(); return c.length; })()`, "3")
	b.want(columnOf("All findings", 0), "info|warning|warning|warning")
	b.want(`document.querySelector("#findings output").textContent`, "4 of 8 shown")
	// In print all is there whatever is filtered or folded.
	b.eval(`document.querySelectorAll("details").forEach((d) => { d.open = false; }); dispatchEvent(new Event("beforeprint")); 1`)
	b.look(794, "print", "light")
	b.want(`[...document.querySelectorAll("article.finding")].filter((a) => a.offsetParent !== null).length`, "8")
	b.want(`document.querySelectorAll("details:not([open])").length`, "0")
	b.look(1280, "", "light")
	b.want(clickHead("Reasons for which records are not shown", 2), "descending")
	b.want(columnOf("Reasons for which records are not shown", 2), "8,200,450|802,300.5||")
	b.want(typed("Filter stages", "clos"), "search")
	b.want(columnOf("Deals by stage, in the order of the pipeline", 1), "0|0")

	// The keyboard: the first tab leads to the skip link, and Enter on a
	// column's head sorts.
	b.eval(`document.activeElement.blur(); scrollTo(0, 0); 1`)
	b.open(pageOf(t, sample(), sampleOptions))
	b.press("Tab", "", 9)
	b.want(`document.activeElement.textContent`, "Skip to the report")
	b.want(`document.activeElement.getBoundingClientRect().top >= 0`, "true")
	b.eval(`document.querySelector("#money th:nth-child(2) button").focus(); 1`)
	b.press("Enter", "\r", 13)
	b.want(columnOf("Amounts converted, by currency", 0), "USD|EUR|GBP|JPY")
	b.want(`document.querySelector("#money th:nth-child(2)").getAttribute("aria-sort")`, "descending")

	for _, s := range b.said {
		t.Errorf("the page does what it should not: %s", s)
	}
}

// TestInBrowserHostile has texts that would run scripts, and a script that the
// page's policy must stop.
func TestInBrowserHostile(t *testing.T) {
	b := startBrowser(t)
	r := sample()
	for i := range r.Findings {
		f := &r.Findings[i]
		f.Summary += `<img src=x onerror="window.bad = 1"><script>window.bad = 1</script>`
		f.Examples[0].Value = "\u202e" + strings.Repeat("W", 5000) + `"></td><script>window.bad = 1</script>`
	}
	page := pageOf(t, r, sampleOptions)
	b.open(page)
	b.want(`String(window.bad)`, "undefined")
	for _, width := range []int{390, 1280} {
		b.look(width, "", "light")
		b.want(out, "")
	}
	for _, s := range b.said {
		t.Errorf("the page does what it should not: %s", s)
	}
	b.said = nil
	b.open(strings.Replace(page, "</main>", `<script>window.bad = 1</script><img src="https://example.invalid/x.png"></main>`, 1))
	b.want(`String(window.bad)`, "undefined")
	b.want(`document.querySelectorAll("th button").length > 20`, "true")
	if !strings.Contains(strings.Join(b.said, "\n"), "Content Security Policy") {
		t.Errorf("nothing was stopped: %q", b.said)
	}
}

// TestInBrowserWithoutScript reads all of the page with scripts switched off.
func TestInBrowserWithoutScript(t *testing.T) {
	b := startBrowser(t)
	b.call("Emulation.setScriptExecutionDisabled", map[string]any{"value": true}, nil)
	b.open(pageOf(t, sample(), sampleOptions))
	b.want(`document.querySelectorAll("button, input").length`, "0")
	b.want(`[...document.querySelectorAll("tr, article")].filter((e) => e.offsetParent === null).length`, "0")
	if len(b.said) > 0 {
		t.Errorf("%q", b.said)
	}
}
