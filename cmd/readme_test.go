package cmd_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"crm2gong/cmd"
)

// blocks gives the fenced blocks of a language in a Markdown text.
func blocks(text, language string) (list []string) {
	for {
		_, rest, ok := strings.Cut(text, "\n```"+language+"\n")
		if !ok {
			return list
		}
		block, after, ok := strings.Cut(rest, "\n```")
		if !ok {
			return list
		}
		list = append(list, block)
		text = after
	}
}

// TestReadme runs the commands of the README on the mapping that it shows. A
// block that begins with init runs where there are only exports, as its reader
// has it.
func TestReadme(t *testing.T) {
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	tour, start := t.TempDir(), t.TempDir()
	mappings := blocks(string(readme), "yaml")
	if len(mappings) == 0 {
		t.Fatal("the README shows no mapping")
	}
	exports := map[string]string{
		"exports/users.csv":    "Id,Modified,Email\nu1,2024-03-01T10:00:00Z,u@example.com\n",
		"exports/accounts.csv": "Id,Modified,Name,Website\na1,2024-03-01T10:00:00Z,Acme,https://acme.example.com\n",
		"exports/deals.csv": "Id,Modified,AccountId,OwnerId,Name,Stage,Amount,Close Date\n" +
			"d1,2024-03-01T10:00:00Z,a1,u1,One,New,10.5,31/12/2099\n",
	}
	writeFiles(t, start, exports)
	writeFiles(t, tour, exports)
	writeFiles(t, tour, map[string]string{
		"mapping.yaml": mappings[0] + `
tests:
  - {name: an open deal, entity: DEAL, row: {Id: d1, Modified: 2024-03-01T10:00:00Z, Name: One, Stage: New}, expect: {status: OPEN}}
`,
		"changed.yaml": mappings[0],
		"deals.ldjson": `{"objectId":"d1","modifiedDate":"2024-03-01T10:00:00Z"}` + "\n",
	})
	ran, started := 0, false
	for _, block := range blocks(string(readme), "sh") {
		t.Chdir(tour)
		if strings.HasPrefix(block, "crm2gong init ") {
			t.Chdir(start)
			started = true
		}
		for _, line := range strings.Split(block, "\n") {
			line, _, _ = strings.Cut(line, " | ")
			args := strings.Fields(line)
			if len(args) == 0 {
				continue
			}
			switch {
			case args[0] == "crm2gong":
			case strings.HasPrefix(line, "go run ./cmd/crm2gong "):
				args = args[2:]
				for i, a := range args {
					if strings.HasPrefix(a, "examples/") {
						args[i] = filepath.Join(root, a)
					}
				}
			default:
				continue
			}
			ran++
			worst := cmd.StatusOK
			if args[0] != "crm2gong" || strings.Contains(line, "examples/") {
				worst = cmd.StatusProblems // the examples have flaws, which their reports show
			}
			t.Run(line, func(t *testing.T) {
				var out, errs bytes.Buffer
				if st := cmd.Main(context.Background(), args, strings.NewReader(""), &out, &errs); st > worst {
					t.Errorf("status %d\n%s%s", st, out.String(), errs.String())
				}
				if out.Len()+errs.Len() == 0 {
					t.Errorf("printed nothing; %s", errs.String())
				}
			})
		}
	}
	if ran < 5 || !started {
		t.Errorf("only %d commands were run; one block with init: %v", ran, started)
	}
}

func writeFiles(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		name = filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
