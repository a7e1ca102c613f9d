package cmd

import (
	"bytes"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/urfave/cli/v2"
)

// smallEnough is the size in bytes up to which an old folder is removed at
// once: more can take longer than the run itself.
const smallEnough = 32 << 20

// removeLater removes an old output folder, in a process of its own when it is
// large. What a killed process leaves is swept at the next start.
func removeLater(dir string) {
	if size(dir) > smallEnough {
		if self, err := os.Executable(); err == nil {
			c := exec.Command(self, "sweep-old-output", dir)
			detach(c)
			if c.Start() == nil {
				_ = c.Process.Release()
				return
			}
		}
	}
	os.RemoveAll(dir)
}

func size(dir string) (n int64) {
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			if info, err := d.Info(); err == nil {
				n += info.Size()
			}
		}
		return nil
	})
	return n
}

// sweepCommand is what removeLater starts. It removes nothing but a temporary
// folder of ours.
func (p *program) sweepCommand() *cli.Command {
	return &cli.Command{
		Name: "sweep-old-output", Hidden: true,
		Action: func(c *cli.Context) error {
			dir := c.Args().First()
			if base := filepath.Base(dir); strings.HasPrefix(base, ".") && strings.Contains(base, ".crm2gong-") {
				return os.RemoveAll(dir)
			}
			return usage("", "sweep-old-output removes old outputs of crm2gong alone")
		},
	}
}

func countLines(b []byte) int { return bytes.Count(b, []byte{'\n'}) }
