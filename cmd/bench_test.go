package cmd

import (
	"bytes"
	"context"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// BenchmarkRun times whole runs of the commands on a made-up company: into a
// folder, with all checks, reports and checksums, and the folder's validation.
func BenchmarkRun(b *testing.B) {
	dir := b.TempDir()
	if out, err := exec.Command("go", "run", "../examples/bench/gen", "-deals", "100000", "-out", dir).CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	bench, err := filepath.Abs("../examples/bench")
	if err != nil {
		b.Fatal(err)
	}
	folder := filepath.Join(dir, "out")
	for _, c := range []struct{ name, args string }{
		{"deals", "transform " + bench + "/deals.yaml --data " + dir + " -o " + folder + " --quiet"},
		{"company", "transform " + bench + "/company.yaml --data " + dir + " -o " + folder + " --quiet"},
		{"validate", "validate " + folder + " --quiet"},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				var errors bytes.Buffer
				args := append([]string{"crm2gong"}, strings.Fields(c.args)...)
				if status := Main(context.Background(), args, strings.NewReader(""), io.Discard, &errors); status > 1 {
					b.Fatalf("status %d: %s", status, errors.String())
				}
			}
		})
	}
}

// BenchmarkStart times runs of the program with little to do, from its start as
// a process on: what every run takes, whatever its size.
func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	program := filepath.Join(dir, "crm2gong.exe")
	if out, err := exec.Command("go", "build", "-o", program, "./crm2gong").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	mapping := filepath.FromSlash("../examples/salesforce/mapping.yaml")
	for _, c := range []struct {
		name string
		args []string
	}{
		{"version", []string{"--version"}},
		{"check", []string{"check", mapping}},
		{"transform", []string{"transform", mapping, "-o", filepath.Join(dir, "out"), "--quiet"}},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				out, err := exec.Command(program, c.args...).CombinedOutput()
				if exit, ok := err.(*exec.ExitError); err != nil && (!ok || exit.ExitCode() > 1) {
					b.Fatalf("%v\n%s", err, out)
				}
			}
		})
	}
}
