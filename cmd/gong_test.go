package cmd_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"

	"crm2gong/mapping/gong"
	"crm2gong/upload/gongtest"
)

// Credentials of the stand-in: nothing that the program writes may hold them.
const (
	canaryKey    = "canary-key-73"
	canarySecret = "canary-secret-91"
	canaryToken  = "canary-token-55"
)

// gongLab is the stand-in for Gong of one script.
type gongLab struct {
	server *gongtest.Server
	mu     sync.Mutex
	refuse map[string]bool
}

var operations = map[string]string{
	"post": gongtest.PostEntities, "get": gongtest.GetEntities, "poll": gongtest.GetStatus,
	"list": gongtest.GetIntegration, "put": gongtest.PutIntegration, "delete": gongtest.DelIntegration,
	"getschema": gongtest.GetSchema, "postschema": gongtest.PostSchema,
}

// gong starts a stand-in for Gong, sets the environment to call it, and asks it:
//
//	gong start [empty]            credentials and base URL are set
//	gong start bearer             likewise, with a bearer token, which alone is taken
//	gong refuse ID…               the lines of these records are refused from now on
//	gong fault OPERATION MODE…    the next calls of the operation fail so, in turn; ok passes
//	gong calls N [OPERATION]      there were N calls so far
//	gong records N [TYPE]         Gong has N records that are not deleted
//	gong has TYPE ID TEXT         the record's line has the text; deleted, if it is deleted
//	gong secrets                  no file here holds a credential
func gongCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: gong COMMAND …")
	}
	lab := ts.Value("gong").(*gongLab)
	if args[0] != "start" && lab.server == nil {
		ts.Fatalf("gong start comes first")
	}
	switch what := args[0]; {
	case what == "start":
		lab.mu.Lock()
		lab.refuse = map[string]bool{}
		lab.mu.Unlock()
		o := gongtest.Options{
			Key: canaryKey, KeySecret: canarySecret, Empty: slices.Contains(args, "empty"), Pending: 1,
			Refuse: func(_ gong.ObjectType, id string) string {
				lab.mu.Lock()
				defer lab.mu.Unlock()
				if lab.refuse[id] {
					return "Gong does not like " + id
				}
				return ""
			},
		}
		token := ""
		if slices.Contains(args, "bearer") {
			token = canaryToken
			o.Key, o.KeySecret, o.Bearer = "", "", token
		}
		s, err := gongtest.New(o).Listen("127.0.0.1:0")
		ts.Check(err)
		ts.Defer(func() { s.Close() })
		lab.server = s
		ts.Setenv("GONG_BASE_URL", s.URL)
		ts.Setenv("GONG_ACCESS_KEY", o.Key)
		ts.Setenv("GONG_ACCESS_KEY_SECRET", o.KeySecret)
		ts.Setenv("GONG_BEARER_TOKEN", token)
	case what == "refuse":
		lab.mu.Lock()
		defer lab.mu.Unlock()
		clear(lab.refuse)
		for _, id := range args[1:] {
			lab.refuse[id] = true
		}
	case what == "fault" && len(args) > 2:
		list := map[string][]*gongtest.Fault{}
		op := operations[args[1]]
		for _, c := range lab.server.Calls() {
			if c.Operation == op {
				list[op] = append(list[op], nil) // a script counts from the first call
			}
		}
		for _, mode := range args[2:] {
			var f *gongtest.Fault
			switch mode {
			case "ok":
			case "401":
				f = &gongtest.Fault{Mode: gongtest.Status, Status: 401}
			case "redirect":
				f = &gongtest.Fault{Mode: gongtest.Redirect, Location: "https://evil.example.com/"}
			default:
				f = &gongtest.Fault{Mode: gongtest.Mode(mode)}
			}
			list[op] = append(list[op], f)
		}
		lab.server.SetFault(gongtest.Script(list))
	case what == "calls" && len(args) > 1:
		n := 0
		for _, c := range lab.server.Calls() {
			if len(args) == 2 || c.Operation == operations[args[2]] {
				n++
			}
		}
		if strconv.Itoa(n) != args[1] {
			ts.Fatalf("%d calls so far, want %s", n, args[1])
		}
	case what == "records" && len(args) > 1:
		n := 0
		for _, r := range lab.server.Records() {
			if !r.Deleted && (len(args) == 2 || r.Type == args[2]) {
				n++
			}
		}
		if strconv.Itoa(n) != args[1] {
			ts.Fatalf("Gong has %d records, want %s: %+v", n, args[1], lab.server.Records())
		}
	case what == "has" && len(args) == 4:
		for _, r := range lab.server.Records() {
			if r.Type == args[1] && r.ObjectID == args[2] {
				if args[3] == "deleted" && !r.Deleted || args[3] != "deleted" && !strings.Contains(r.Line, args[3]) {
					ts.Fatalf("Gong has %+v", r)
				}
				return
			}
		}
		ts.Fatalf("Gong has no %s %s", args[1], args[2])
	case what == "secrets":
		ts.Check(filepath.WalkDir(ts.MkAbs("."), func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() && filepath.Base(path) != "credentials" {
				text, err := os.ReadFile(path)
				ts.Check(err)
				noSecret(ts, path, string(text))
			}
			return err
		}))
	default:
		ts.Fatalf("gong %s", strings.Join(args, " "))
	}
}

func noSecret(ts *testscript.TestScript, where, text string) {
	for _, secret := range []string{canaryKey, canarySecret, canaryToken, "Y2FuYXJ5LWtleS03Mz"} { // the last is the key in base64
		if strings.Contains(text, secret) {
			ts.Fatalf("%s holds a credential: %s", where, text)
		}
	}
}

// send runs the program without its waits and wants an exit status. Nothing
// that it prints may hold a credential.
//
//	send 0 upload mapping.yaml
func send(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: send N ARGUMENTS…")
	}
	args = append(args, "--calls-per-second=1000", "--poll-interval=1ms", "--poll-max=2ms", "--retry-delay=1ms", "--max-retry-delay=2ms")
	status(ts, false, args)
	noSecret(ts, "stdout", ts.ReadFile("stdout"))
	noSecret(ts, "stderr", ts.ReadFile("stderr"))
}
