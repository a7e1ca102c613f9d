package cmd_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"crm2gong/cmd"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"crm2gong": func() {
			os.Exit(cmd.Main(context.Background(), os.Args, os.Stdin, os.Stdout, os.Stderr))
		},
	})
}

// TestScripts runs the program end to end: testdata/script/COMMAND_TOPIC.txtar.
// The commands of scripts beside testscript's own are documented where they
// are defined.
func TestScripts(t *testing.T) {
	files, err := filepath.Glob("testdata/script/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"status": status, "only": only, "bytes": writeBytes, "rows": writeRows, "json": jsonAt, "lines": lines,
			"manifest": manifest, "firstline": firstLine, "waitfor": waitFor, "same": same, "tmpfs": tmpfs,
			"gong": gongCommand, "send": send, "bomb": bomb,
		},
		Setup: func(e *testscript.Env) error {
			e.Values["gong"] = &gongLab{}
			return nil
		},
		Condition: func(name string) (bool, error) {
			switch name {
			case "root":
				return os.Geteuid() == 0, nil
			case "tmpfs":
				return canMount(), nil
			}
			return false, fmt.Errorf("no condition %q", name)
		},
	})
}

// status runs the program and wants an exit status:
//
//	status 2 check mapping.yaml
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: status N ARGUMENTS…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec("crm2gong", args[1:]...); err != nil {
		var e *exec.ExitError
		if !errors.As(err, &e) {
			ts.Fatalf("%v", err)
		}
		got = e.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

// only wants the working folder, or the one given with -C, to hold these files
// and folders of files and nothing else, hidden ones included. A name with a
// slash at its end stands for a folder with all that is in it.
//
//	only mapping.yaml deals.csv out/
func only(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("usage: only [-C DIR] NAME…")
	}
	dir := ts.MkAbs(".")
	if len(args) > 1 && args[0] == "-C" {
		dir, args = ts.MkAbs(args[1]), args[2:]
	}
	var extra []string
	seen := map[string]bool{}
	ts.Check(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, _ := filepath.Rel(dir, path)
		name = filepath.ToSlash(name)
		switch {
		case name == ".":
		case name == ".tmp" && d.IsDir():
			return fs.SkipDir // testscript's own
		case d.IsDir() && slices.Contains(args, name+"/"):
			seen[name+"/"] = true
			return fs.SkipDir
		case d.IsDir() && slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(a, name+"/") }):
		case slices.Contains(args, name):
			seen[name] = true
		default:
			extra = append(extra, name)
		}
		return nil
	}))
	for _, a := range args {
		if !seen[a] {
			ts.Fatalf("%s is not there", a)
		}
	}
	if len(extra) > 0 {
		ts.Fatalf("there is more: %s", strings.Join(extra, ", "))
	}
}

// bytes writes a file with bytes that a script cannot hold, as a Go string
// without its quotes:
//
//	bytes bad.csv 'Id,Name\n1,caf\xe9\n'
func writeBytes(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: bytes FILE TEXT")
	}
	text, err := strconv.Unquote(`"` + strings.ReplaceAll(args[1], `"`, `\"`) + `"`)
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
}

// rows writes a file of a header and n rows in which every % is the row's
// number from 1; -x makes the text after it longer by repeating it:
//
//	rows deals.csv 10000 'Id,Name' '%,deal %'
//	rows -x 100000 wide.csv 1 'Id,Name' '1,long'
func writeRows(ts *testscript.TestScript, neg bool, args []string) {
	times := 1
	if len(args) > 1 && args[0] == "-x" {
		var err error
		times, err = strconv.Atoi(args[1])
		ts.Check(err)
		args = args[2:]
	}
	if neg || len(args) != 4 {
		ts.Fatalf("usage: rows [-x TIMES] FILE N HEADER ROW")
	}
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	var b strings.Builder
	b.WriteString(args[2] + "\n")
	for i := 1; i <= n; i++ {
		b.WriteString(strings.Repeat(strings.ReplaceAll(args[3], "%", strconv.Itoa(i)), times) + "\n")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(b.String()), 0o600))
}

// json wants a value in a JSON file or in stdout; the path goes by keys and
// places, len is the length:
//
//	json out/report.json entities.DEAL.written 3
//	json stdout findings.0.code row-ragged
func jsonAt(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: json FILE PATH VALUE")
	}
	var v any
	d := json.NewDecoder(strings.NewReader(ts.ReadFile(args[0])))
	d.UseNumber()
	ts.Check(d.Decode(&v))
	for _, step := range strings.Split(args[1], ".") {
		switch x := v.(type) {
		case map[string]any:
			if step == "len" {
				v = len(x)
				continue
			}
			var ok bool
			if v, ok = x[step]; !ok {
				v = "(absent)"
			}
		case []any:
			i, err := strconv.Atoi(step)
			switch {
			case step == "len":
				v = len(x)
			case err != nil || i >= len(x):
				ts.Fatalf("%s: no place %q in a list of %d", args[1], step, len(x))
			default:
				v = x[i]
			}
		default:
			ts.Fatalf("%s: %q in %v", args[1], step, v)
		}
	}
	got := fmt.Sprint(v)
	if _, ok := v.([]any); ok {
		b, _ := json.Marshal(v)
		got = string(b)
	}
	if (got == args[2]) == neg {
		ts.Fatalf("%s is %s, want %s", args[1], got, args[2])
	}
}

// lines wants a number of lines in a file or in stdout.
//
//	lines out/DEAL.ldjson 3
func lines(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: lines FILE N")
	}
	if got := strings.Count(ts.ReadFile(args[0]), "\n"); strconv.Itoa(got) != args[1] {
		ts.Fatalf("%s has %d lines, want %s", args[0], got, args[1])
	}
}

// manifest wants the manifest of an output folder to name every file in it
// with its true size and checksum, and each input, under the folder given, and
// the mapping with theirs.
//
//	manifest out .
func manifest(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: manifest DIR INPUTS")
	}
	type file struct {
		Path   string
		Bytes  int
		SHA256 string
		Lines  *int
	}
	var doc struct {
		Mapping         file
		Inputs, Outputs []file
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0]+"/manifest.json")), &doc))
	check := func(dir string, f file) {
		text := ts.ReadFile(dir + "/" + f.Path)
		sum := sha256.Sum256([]byte(text))
		if f.Bytes != len(text) || f.SHA256 != hex.EncodeToString(sum[:]) {
			ts.Fatalf("%s: the manifest says %d bytes, sha256 %s", f.Path, f.Bytes, f.SHA256)
		}
		if f.Lines != nil && *f.Lines != strings.Count(text, "\n") {
			ts.Fatalf("%s: the manifest says %d lines", f.Path, *f.Lines)
		}
	}
	check(args[1], doc.Mapping)
	for _, f := range doc.Inputs {
		check(args[1], f)
	}
	named := map[string]bool{"manifest.json": true}
	for _, f := range doc.Outputs {
		check(args[0], f)
		named[f.Path] = true
	}
	dir := ts.MkAbs(args[0])
	ts.Check(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		name, _ := filepath.Rel(dir, path)
		if err == nil && !d.IsDir() && !named[filepath.ToSlash(name)] {
			return fmt.Errorf("the manifest does not name %s", name)
		}
		return err
	}))
}

// firstline runs the program, reads one line of its standard output and closes
// the pipe, as head -1 does. The program must end with the status given and
// say nothing on standard error but what follows --.
//
//	firstline 0 transform mapping.yaml --entity DEAL
func firstLine(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: firstline N ARGUMENTS…")
	}
	c := exec.Command("crm2gong", args[1:]...)
	c.Dir = ts.MkAbs(".")
	var stderr strings.Builder
	c.Stderr = &stderr
	out, err := c.StdoutPipe()
	ts.Check(err)
	ts.Check(c.Start())
	b := make([]byte, 1)
	for n := 1; n > 0 && b[0] != '\n'; {
		n, _ = out.Read(b)
	}
	ts.Check(out.Close())
	err = c.Wait()
	if got := c.ProcessState.ExitCode(); strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit status %d, want %s: %v", got, args[0], err)
	}
	if stderr.Len() > 0 {
		ts.Fatalf("standard error has %q", stderr.String())
	}
}

// waitfor waits until a file of the pattern is there.
func waitFor(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: waitfor PATTERN")
	}
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if found, _ := filepath.Glob(ts.MkAbs(args[0])); len(found) > 0 {
			return
		}
	}
	ts.Fatalf("%s never came", args[0])
}

// same wants two folders to hold the same files with the same bytes.
func same(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: same DIR DIR")
	}
	read := func(dir string) map[string]string {
		files := map[string]string{}
		dir = ts.MkAbs(dir)
		ts.Check(filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				name, _ := filepath.Rel(dir, path)
				files[name] = ts.ReadFile(path)
			}
			return err
		}))
		return files
	}
	a, b := read(args[0]), read(args[1])
	if len(a) != len(b) {
		ts.Fatalf("%s has %d files, %s has %d", args[0], len(a), args[1], len(b))
	}
	for name, text := range a {
		if other, ok := b[name]; !ok || other != text {
			ts.Fatalf("%s differs", name)
		}
	}
}
