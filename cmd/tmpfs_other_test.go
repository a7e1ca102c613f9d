//go:build !linux

package cmd_test

import "github.com/rogpeppe/go-internal/testscript"

// canMount tells whether a small file system can be mounted; scripts that need
// one are skipped here.
func canMount() bool { return false }

func tmpfs(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Fatalf("no file system can be mounted here")
}
