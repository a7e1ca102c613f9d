// Package gongtest is a stand-in for Gong's CRM API over real HTTP. It keeps
// every documented rule that can be checked (credentials, scopes, parameters,
// the multipart form, sizes, fields, dates, duplicates, the full-list rule of
// schemas, client request ids used once, processing after the answer, limits
// with Retry-After) and can be told to fail in named ways.
//
// Where Gong's documentation is silent it takes the careful reading: versions
// of a record are ordered by modifiedDate, and a line that breaks a rule is
// refused alone. It is used by tests and by the command that lets people
// rehearse an upload.
package gongtest

import (
	"cmp"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"crm2gong/mapping/gong"
)

// Options say how the stand-in behaves. The zero value takes any credentials,
// has integration DefaultIntegration, no limits, and is done with a part at the
// first look.
type Options struct {
	// Key and KeySecret, or Bearer, are the credentials taken; with none set
	// any are, as long as there are some.
	Key, KeySecret, Bearer string
	// Scopes of the bearer token, such as "api:crm:upload"; nil means all.
	Scopes []string
	// Empty starts without an integration; else there is one.
	Empty bool
	// Integration is the id of that one; 0 means DefaultIntegration.
	Integration int64
	// CallsPerSecond in any sliding second, and CallsPerDay; 0 means no limit.
	CallsPerSecond, CallsPerDay int
	// Pending and InProgress are how many looks at a part give these words
	// before the final one.
	Pending, InProgress int
	// Working is how long a part is in progress, beside the looks.
	Working time.Duration
	// MaxBody is the greatest body; 0 means 200,000,000 bytes.
	MaxBody int64
	// Fault is asked before each call is answered; nil answers and a nil
	// function mean no fault.
	Fault func(Call) *Fault
	// Refuse is asked for each line that keeps the rules; a text refuses it.
	Refuse func(t gong.ObjectType, objectID string) string
	// Now gives the time of day; nil is time.Now.
	Now func() time.Time
}

// DefaultIntegration is the id of the integration that is there at the start:
// one that a floating number would round.
const DefaultIntegration int64 = 5517027188234205706

// Gong is the stand-in. It is an http.Handler, safe for several goroutines.
type Gong struct {
	options Options

	mu           sync.Mutex
	integrations []integration
	uploads      []*Upload
	byRequest    map[string]*Upload
	objects      map[gong.ObjectType]map[string]*object
	schemas      map[gong.ObjectType][]schemaField
	calls        []Call
	counts       map[string]int // calls by operation
	violations   []string
	recent       []time.Time
	day          string
	today        int
}

type integration struct {
	ID         int64  `json:"integrationId"`
	Name       string `json:"name"`
	OwnerEmail string `json:"ownerEmail"`
}

// Call is one request as it arrived.
type Call struct {
	Number    int       // from 1
	At        time.Time // of arrival
	Operation string    // method and path, such as "POST /v2/crm/entities"
	Type      string    // objectType, if any
	Request   string    // clientRequestId, if any
	OfKind    int       // how many calls of this operation there were, this one included
	Status    int       // of the answer; 0 where there was none
	Taken     bool      // something was done
	Fault     Mode      // that struck it; "" for none
}

// New makes a stand-in.
func New(o Options) *Gong {
	if o.MaxBody == 0 {
		o.MaxBody = 200_000_000
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	g := &Gong{options: o, counts: map[string]int{}, byRequest: map[string]*Upload{}, objects: map[gong.ObjectType]map[string]*object{}, schemas: map[gong.ObjectType][]schemaField{}}
	if !o.Empty {
		g.integrations = []integration{{cmp.Or(o.Integration, DefaultIntegration), "Sandbox", "owner@example.com"}}
	}
	return g
}

// Operations of the API.
const (
	PostEntities   = "POST /v2/crm/entities"
	GetEntities    = "GET /v2/crm/entities"
	GetStatus      = "GET /v2/crm/request-status"
	PutIntegration = "PUT /v2/crm/integrations"
	GetIntegration = "GET /v2/crm/integrations"
	DelIntegration = "DELETE /v2/crm/integrations"
	PostSchema     = "POST /v2/crm/entity-schema"
	GetSchema      = "GET /v2/crm/entity-schema"
)

// scopes tells which one each operation needs. Register and read differ by an
// s, as at Gong.
var scopes = map[string]string{
	PostEntities: "api:crm:upload", GetStatus: "api:crm:upload", GetEntities: "api:crm:get-objects",
	PutIntegration: "api:crm:integration:register", GetIntegration: "api:crm:integrations:read", DelIntegration: "api:crm:integration:delete",
	PostSchema: "api:crm:schema", GetSchema: "api:crm:schema",
}

// ServeHTTP answers the API below /v2/, and shows people what is there below
// everything else.
func (g *Gong) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.URL.Path, "/v2/") {
		g.page(w, r)
		return
	}
	c := g.arrive(r)
	x := &exchange{g: g, w: w, r: r, call: c}
	var fault *Fault
	if choose := g.chooser(); choose != nil {
		fault = choose(*c)
	}
	if fault != nil {
		g.mu.Lock()
		c.Fault = fault.Mode
		g.mu.Unlock()
		fault.strike(x)
		return
	}
	x.serve()
	x.flush()
}

func (g *Gong) chooser() func(Call) *Fault {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.options.Fault
}

func (g *Gong) arrive(r *http.Request) *Call {
	g.mu.Lock()
	defer g.mu.Unlock()
	op := r.Method + " " + r.URL.Path
	g.counts[op]++
	g.calls = append(g.calls, Call{Number: len(g.calls) + 1, At: g.options.Now(), Operation: op, Type: r.URL.Query().Get("objectType"), Request: r.URL.Query().Get("clientRequestId"), OfKind: g.counts[op]})
	c := g.calls[len(g.calls)-1]
	return &c
}

// exchange is one call and its answer, which is held back until it is known
// how it goes out.
type exchange struct {
	g      *Gong
	w      http.ResponseWriter
	r      *http.Request
	call   *Call
	status int
	header map[string]string
	body   []byte
}

func (x *exchange) answer(status int, body any) {
	text, err := json.Marshal(body)
	if err != nil {
		status, text = http.StatusInternalServerError, []byte(`{}`)
	}
	x.status, x.body = status, text
}

func (x *exchange) requestID() string { return fmt.Sprintf("4al%08dgz", x.call.Number) }

func (x *exchange) refuse(status int, texts ...string) {
	x.answer(status, map[string]any{"requestId": x.requestID(), "errors": texts})
}

// flush sends the answer.
func (x *exchange) flush() {
	x.note(x.status)
	for k, v := range x.header {
		x.w.Header().Set(k, v)
	}
	x.w.Header().Set("Content-Type", "application/json")
	x.w.Header().Set("X-Traceid", x.requestID())
	x.w.WriteHeader(x.status)
	_, _ = x.w.Write(x.body) // the other side may be gone
}

func (x *exchange) note(status int) {
	x.g.mu.Lock()
	defer x.g.mu.Unlock()
	c := &x.g.calls[x.call.Number-1]
	c.Status, c.Taken, c.Fault = status, x.call.Taken, x.call.Fault
}

// serve does what the call asks for and prepares the answer.
func (x *exchange) serve() {
	scope, known := scopes[x.call.Operation]
	if !known {
		if _, path := x.r.Method, x.r.URL.Path; strings.HasPrefix(path, "/v2/crm/") {
			x.refuse(http.StatusMethodNotAllowed, "Method Not Allowed")
			return
		}
		x.refuse(http.StatusNotFound, "Not Found")
		return
	}
	if !x.authorized(scope) || x.limited() {
		return
	}
	switch x.call.Operation {
	case PostEntities:
		x.postEntities()
	case GetEntities:
		x.getEntities()
	case GetStatus:
		x.getStatus()
	case PutIntegration:
		x.putIntegration()
	case GetIntegration:
		x.getIntegrations()
	case DelIntegration:
		x.deleteIntegration()
	case PostSchema:
		x.postSchema()
	case GetSchema:
		x.getSchema()
	}
}

func (x *exchange) authorized(scope string) bool {
	o := x.g.options
	header := x.r.Header.Get("Authorization")
	kind, token, _ := strings.Cut(header, " ")
	ok := false
	switch {
	case o.Bearer == "" && o.Key == "":
		ok = token != "" && (kind == "Basic" || kind == "Bearer")
	case kind == "Bearer":
		ok = o.Bearer != "" && subtle.ConstantTimeCompare([]byte(token), []byte(o.Bearer)) == 1
	case kind == "Basic":
		want := base64.StdEncoding.EncodeToString([]byte(o.Key + ":" + o.KeySecret))
		ok = o.Key != "" && subtle.ConstantTimeCompare([]byte(token), []byte(want)) == 1
	}
	if !ok {
		x.refuse(http.StatusUnauthorized, "Failed to verify the access key or token")
		return false
	}
	if kind == "Bearer" && o.Scopes != nil && !contains(o.Scopes, scope) {
		x.refuse(http.StatusUnauthorized, "You don't have permission to use '"+scope+"' in your app.")
		return false
	}
	return true
}

// limited answers 429 where the call is one too many.
func (x *exchange) limited() bool {
	g := x.g
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.options.Now()
	if day := now.UTC().Format(time.DateOnly); day != g.day {
		g.day, g.today = day, 0
	}
	if n := g.options.CallsPerDay; n > 0 && g.today >= n {
		midnight := now.UTC().Truncate(24 * time.Hour).Add(24 * time.Hour)
		x.header = map[string]string{"Retry-After": strconv.Itoa(int(midnight.Sub(now)/time.Second) + 1)}
		x.refuse(http.StatusTooManyRequests, "API daily limit exceeded")
		return true
	}
	if n := g.options.CallsPerSecond; n > 0 {
		for len(g.recent) > 0 && now.Sub(g.recent[0]) >= time.Second {
			g.recent = g.recent[1:]
		}
		if len(g.recent) >= n {
			x.header = map[string]string{"Retry-After": "1"}
			x.refuse(http.StatusTooManyRequests, "API rate limit exceeded")
			return true
		}
		g.recent = append(g.recent, now)
	}
	g.today++
	return false
}

// integration checks the parameter of that name.
func (x *exchange) integration() bool {
	text := x.r.URL.Query().Get("integrationId")
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		x.refuse(http.StatusBadRequest, "integrationId is missing or no int64")
		return false
	}
	x.g.mu.Lock()
	defer x.g.mu.Unlock()
	for _, i := range x.g.integrations {
		if i.ID == id {
			return true
		}
	}
	x.refuse(http.StatusBadRequest, "No integration with id "+text)
	return false
}

// requestParameter checks clientRequestId: letters, digits, - and _.
func (x *exchange) requestParameter() bool {
	id := x.call.Request
	ok := id != "" && strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == ""
	if len(id) > 64 {
		x.violation("a clientRequestId of more than 64 characters")
	}
	if !ok {
		x.refuse(http.StatusBadRequest, "clientRequestId is missing or has other than letters, digits, - and _")
	}
	return ok
}

// typeParameter checks objectType against those that the call takes.
func (x *exchange) typeParameter(custom bool) (gong.ObjectType, bool) {
	t := gong.ParseType(x.call.Type)
	if t == gong.NoType || custom && !t.HasCustom() {
		x.refuse(http.StatusBadRequest, "objectType is missing or unknown")
		return t, false
	}
	return t, true
}

// violation notes something that is no error at Gong but that a careful client
// does not do.
func (x *exchange) violation(format string, args ...any) {
	x.g.mu.Lock()
	defer x.g.mu.Unlock()
	x.g.violate(x.call, format, args...)
}

func (g *Gong) violate(c *Call, format string, args ...any) {
	g.violations = append(g.violations, fmt.Sprintf("call %d (%s): ", c.Number, c.Operation)+fmt.Sprintf(format, args...))
}

func contains(list []string, s string) bool {
	for _, v := range list {
		if v == s {
			return true
		}
	}
	return false
}
