package cmd_test

import (
	"os"

	"github.com/rogpeppe/go-internal/testscript"
	"golang.org/x/sys/unix"
)

// canMount tells whether a small file system can be mounted, which takes root
// and a kernel that lets it.
func canMount() bool {
	dir, err := os.MkdirTemp("", "crm2gong-mount")
	if err != nil {
		return false
	}
	defer os.Remove(dir)
	if unix.Mount("tmpfs", dir, "tmpfs", 0, "size=4k") != nil {
		return false
	}
	return unix.Unmount(dir, 0) == nil
}

// tmpfs mounts a small file system on a folder until the script ends:
//
//	tmpfs small 64k
func tmpfs(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: tmpfs DIR SIZE")
	}
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o700))
	ts.Check(unix.Mount("tmpfs", dir, "tmpfs", 0, "size="+args[1]))
	ts.Defer(func() { _ = unix.Unmount(dir, unix.MNT_DETACH) })
}
