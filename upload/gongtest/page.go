package gongtest

import (
	"html/template"
	"net/http"
	"strings"
	"sync"

	"crm2gong/mapping/gong"
)

// pageData is what the page shows.
type pageData struct {
	Integrations []integration
	Counts       []pageCount
	Uploads      []pageUpload
	Violations   []string
	Schemas      []pageSchema
	Calls        int
	Type         string
	Records      []Record
	More         int
}

type pageCount struct {
	Type          string
	Live, Deleted int
}

type pageUpload struct {
	Upload
	State string
	Taken int
	Shown []LineError
	More  int
}

type pageSchema struct {
	Type   string
	Fields []schemaField
}

// maxShown bounds the lists on the page.
const maxShown = 200

// page shows uploads, records and errors to people. It reads nothing but the
// path, takes nothing in, and runs no script.
func (g *Gong) page(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		http.Error(w, "only GET is for people; the API is below /v2/", http.StatusMethodNotAllowed)
		return
	}
	kind := strings.TrimPrefix(r.URL.Path, "/")
	if kind != "" && gong.ParseType(kind) == gong.NoType {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	_ = pageTemplate().Execute(w, g.pageData(kind)) // the browser may be gone
}

func (g *Gong) pageData(kind string) *pageData {
	d := &pageData{Type: kind, Violations: g.Violations()}
	counts := map[string]*pageCount{}
	for _, t := range gong.Types {
		counts[t.String()] = &pageCount{Type: t.String()}
	}
	for _, r := range g.Records() {
		c := counts[r.Type]
		if r.Deleted {
			c.Deleted++
		} else {
			c.Live++
		}
		if r.Type != kind {
			continue
		}
		if len(d.Records) < maxShown {
			d.Records = append(d.Records, r)
		} else {
			d.More++
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	d.Calls = len(g.calls)
	d.Integrations = append(d.Integrations, g.integrations...)
	for _, t := range gong.Types {
		d.Counts = append(d.Counts, *counts[t.String()])
		if len(g.schemas[t]) > 0 {
			d.Schemas = append(d.Schemas, pageSchema{t.String(), append([]schemaField{}, g.schemas[t]...)})
		}
	}
	for i := len(g.uploads) - 1; i >= 0 && len(d.Uploads) < maxShown; i-- {
		u := *g.uploads[i]
		p := pageUpload{Upload: u, State: "in progress", Taken: u.Lines - len(u.Errors), Shown: u.Errors[:min(len(u.Errors), maxNamed)]}
		p.More = len(u.Errors) - len(p.Shown)
		if u.Looks > u.looks && !g.options.Now().Before(u.final) {
			p.State = u.result()["status"].(string)
		}
		d.Uploads = append(d.Uploads, p)
	}
	return d
}

var pageTemplate = sync.OnceValue(func() *template.Template { return template.Must(template.New("page").Parse(pageText)) })

const pageText = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Gong sandbox</title>
<style>
body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:70rem;padding:0 1rem;color:#1c2733;background:#fbfbfa}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin-top:2rem}
table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #dde1e4;vertical-align:top}
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}code,pre{font:13px ui-monospace,monospace}pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0}
.bad{color:#a3261b}.gone{color:#76818b;text-decoration:line-through}.note{color:#55606a}a{color:#0b5cad}
</style></head><body>
<h1>Gong sandbox</h1>
<p class="note">A stand-in for Gong on this machine. Nothing leaves it. {{.Calls}} API calls so far.
{{range .Integrations}}Integration <code>{{.ID}}</code>, {{.Name}} of {{.OwnerEmail}}.{{else}}No integration is registered.{{end}}</p>
<h2>Records</h2>
<table><tr><th>Type</th><th class="n">Live</th><th class="n">Deleted</th></tr>
{{range .Counts}}<tr><td><a href="/{{.Type}}">{{.Type}}</a></td><td class="n">{{.Live}}</td><td class="n">{{.Deleted}}</td></tr>{{end}}</table>
{{if .Type}}<h2>{{.Type}} <a href="/">back</a></h2>
<table><tr><th>objectId</th><th class="n">Versions</th><th>As sent</th></tr>
{{range .Records}}<tr><td{{if .Deleted}} class="gone"{{end}}>{{.ObjectID}}</td><td class="n">{{.Versions}}</td><td><pre>{{.Line}}</pre></td></tr>{{else}}<tr><td colspan="3">none</td></tr>{{end}}</table>
{{if .More}}<p class="note">and {{.More}} more</p>{{end}}{{end}}
<h2>Uploads, newest first</h2>
<table><tr><th>Type</th><th>Client request id</th><th>State</th><th class="n">Lines</th><th class="n">Bytes</th><th class="n">Taken</th><th>Refused</th></tr>
{{range .Uploads}}<tr><td>{{if .Type}}{{.Type}}{{else}}deletion of the integration{{end}}</td><td><code>{{.Request}}</code></td><td>{{.State}}</td><td class="n">{{.Lines}}</td><td class="n">{{.Bytes}}</td><td class="n">{{.Taken}}</td>
<td class="bad">{{range .Shown}}line {{.Line}}: {{.Description}}<br>{{end}}{{if .More}}and {{.More}} more, which Gong does not name{{end}}</td></tr>{{else}}<tr><td colspan="7">none</td></tr>{{end}}</table>
{{if .Schemas}}<h2>Custom fields</h2><table><tr><th>Type</th><th>Field</th><th>Label</th><th>Kind</th><th>Values</th></tr>
{{range .Schemas}}{{$t := .Type}}{{range .Fields}}<tr><td>{{$t}}</td><td>{{.UniqueName}}</td><td>{{.Label}}</td><td>{{.Type}}{{with .ReferenceTo}} to {{.}}{{end}}</td><td>{{range .OrderedValueList}}{{.}}; {{end}}</td></tr>{{end}}{{end}}</table>{{end}}
{{if .Violations}}<h2>Against good practice</h2><ul class="bad">{{range .Violations}}<li>{{.}}</li>{{end}}</ul>{{end}}
</body></html>
`
