//go:build !unix

package cmd

import "os/exec"

// detach lets a process live on when this one ends, which it does here anyway.
func detach(*exec.Cmd) {}
