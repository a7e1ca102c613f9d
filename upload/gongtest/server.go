package gongtest

import (
	"net"
	"net/http"
	"net/netip"
	"sort"
	"strings"
	"time"

	"crm2gong/mapping/gong"
)

// Server is a stand-in that listens.
type Server struct {
	*Gong
	URL    string // such as "http://127.0.0.1:40001"
	server *http.Server
}

// Listen starts g on an address such as "127.0.0.1:0", of which 0 takes any
// free port.
func (g *Gong) Listen(address string) (*Server, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	s := &Server{Gong: g, URL: "http://" + l.Addr().String()}
	s.server = &http.Server{Handler: local(l.Addr(), g), ReadHeaderTimeout: time.Minute}
	go func() { _ = s.server.Serve(l) }() // ends with Close
	return s, nil
}

// local lets only requests through that name the server as this machine does.
// A page of the web whose name was made to point here would otherwise read what
// was uploaded, in the browser of one who looks at it.
func local(at net.Addr, h http.Handler) http.Handler {
	_, port, _ := net.SplitHostPort(at.String()) // of a listener: always one
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, p, err := net.SplitHostPort(r.Host)
		if err != nil {
			host, p = strings.Trim(r.Host, "[]"), "80"
		}
		addr, err := netip.ParseAddr(host)
		if p != port || !strings.EqualFold(host, "localhost") && (err != nil || !addr.IsLoopback()) {
			http.Error(w, "this is no server of the web: name it localhost or 127.0.0.1", http.StatusMisdirectedRequest)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// Close stops listening and cuts every connection.
func (s *Server) Close() error { return s.server.Close() }

// SetFault replaces Options.Fault.
func (g *Gong) SetFault(f func(Call) *Fault) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.options.Fault = f
}

// Calls lists every call so far.
func (g *Gong) Calls() []Call {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]Call{}, g.calls...)
}

// Uploads lists what was taken, in order.
func (g *Gong) Uploads() []Upload {
	g.mu.Lock()
	defer g.mu.Unlock()
	var list []Upload
	for _, u := range g.uploads {
		list = append(list, *u)
	}
	return list
}

// Violations lists what is no error at Gong but what a careful client does not
// do.
func (g *Gong) Violations() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]string{}, g.violations...)
}

// Record is the current version of one record.
type Record struct {
	Type, ObjectID string
	Deleted        bool
	Line           string // as it was sent
	Versions       int    // different ones by modifiedDate
}

// Records lists the current version of every record, by type and objectId.
func (g *Gong) Records() []Record {
	g.mu.Lock()
	defer g.mu.Unlock()
	var list []Record
	for _, t := range gong.Types {
		from := len(list)
		for id, o := range g.objects[t] {
			list = append(list, Record{t.String(), id, o.deleted, string(o.versions[o.at.UTC().Format(time.RFC3339)]), len(o.versions)})
		}
		part := list[from:]
		sort.Slice(part, func(i, j int) bool { return part[i].ObjectID < part[j].ObjectID })
	}
	return list
}

// SchemaNames lists the custom fields of a type.
func (g *Gong) SchemaNames(t gong.ObjectType) []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	names := []string{}
	for _, f := range g.schemas[t] {
		names = append(names, f.UniqueName)
	}
	return names
}
