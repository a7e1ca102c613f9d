package examples_test

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// block is a fenced block of the guide, under its heading.
type block struct {
	heading, language, text string
}

// guideBlocks gives the fenced blocks of a Markdown text in order.
func guideBlocks(text string) (list []block) {
	heading, inside := "", false
	for line := range strings.Lines(text) {
		switch {
		case inside && line == "```\n":
			inside = false
		case inside:
			list[len(list)-1].text += line
		case strings.HasPrefix(line, "```"):
			inside = true
			list = append(list, block{heading: heading, language: strings.TrimSpace(line[3:])})
		case strings.HasPrefix(line, "#"):
			heading = strings.Trim(line, "#` \n")
		}
	}
	return list
}

// TestGuide runs what the guide shows. A mapping is followed by a block of
// JSON, the lines that it gives. A fragment stands for lines of the last
// mapping that was shown and is followed by a block of text: what check says
// of it, or else a part of what a run says. A console has commands on that
// mapping, and on the CSV files shown under the heading, each with what it says.
func TestGuide(t *testing.T) {
	text, err := os.ReadFile("GUIDE.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := guideBlocks(string(text))
	whole, mappings, fragments := "", 0, 0
	files := map[string]string{}
	consoles := 0
	for i, b := range blocks {
		if name, ok := strings.CutPrefix(b.language, "csv "); ok {
			files[name] = b.text
		}
		if b.language == "console" {
			consoles++
			t.Run(b.heading, func(t *testing.T) { testConsole(t, whole, files, b.text) })
		}
		if b.language != "yaml" {
			continue
		}
		if i+1 == len(blocks) {
			t.Fatal("the last mapping is not followed by what it gives")
		}
		next := blocks[i+1]
		if strings.HasPrefix(b.text, "version: 1\n") {
			mappings++
			whole = b.text
			if next.language != "json" {
				t.Fatalf("%s: a mapping is followed by %q, not by the lines it gives", b.heading, next.language)
			}
			t.Run(b.heading, func(t *testing.T) { testLines(t, b.text, next.text) })
			continue
		}
		fragments++
		if next.language != "text" {
			t.Fatalf("%s: a fragment is followed by %q, not by what the program says", b.heading, next.language)
		}
		changed, err := replaced(whole, b.text)
		if err != nil {
			t.Fatalf("%s: %v", b.heading, err)
		}
		t.Run(b.heading, func(t *testing.T) { testMessage(t, changed, next.text) })
	}
	if mappings < 12 || fragments < 12 || consoles < 4 {
		t.Errorf("%d mappings, %d fragments and %d consoles were found", mappings, fragments, consoles)
	}
}

// testConsole holds that each command, which begins with $, says what stands
// below it. Blanks at the ends of lines do not count.
func testConsole(t *testing.T, mapping string, files map[string]string, console string) {
	t.Helper()
	t.Chdir(t.TempDir())
	write(t, "mapping.yaml", mapping)
	for name, text := range files {
		write(t, name, text)
	}
	var got strings.Builder
	for line := range strings.Lines(console) {
		command, ok := strings.CutPrefix(line, "$ crm2gong ")
		if !ok {
			continue
		}
		text, status := run(t, strings.Fields(strings.ReplaceAll(command, `"`, ""))...)
		if status > 1 {
			t.Fatalf("%sstatus %d\n%s", line, status, text)
		}
		got.WriteString(line)
		for said := range strings.Lines(text) {
			got.WriteString(strings.TrimRight(said, " \n") + "\n")
		}
	}
	if got.String() != console {
		t.Errorf("the console is\n%s", got.String())
	}
}

// replaced puts the lines of a fragment in the place of those with the same
// text up to the first colon.
func replaced(whole, fragment string) (string, error) {
	lines := strings.SplitAfter(whole, "\n")
	for line := range strings.Lines(fragment) {
		key, _, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			return "", fmt.Errorf("no key in %q", line)
		}
		found := 0
		for i, old := range lines {
			trimmed := strings.TrimLeft(old, " ")
			if strings.HasPrefix(trimmed, key+":") {
				lines[i] = old[:len(old)-len(trimmed)] + strings.TrimLeft(line, " ")
				found++
			}
		}
		if found != 1 {
			return "", fmt.Errorf("%d lines of the mapping begin with %q", found, key)
		}
	}
	return strings.Join(lines, ""), nil
}

// testLines holds that a mapping checks, and that a run of it writes these lines.
func testLines(t *testing.T, mapping, want string) {
	t.Helper()
	t.Chdir(t.TempDir())
	write(t, "mapping.yaml", mapping)
	if text, status := run(t, "check", "mapping.yaml"); status != 0 || text != "mapping.yaml: nothing wrong\n" {
		t.Fatalf("check: status %d\n%s", status, text)
	}
	text, status := run(t, "transform", "mapping.yaml", "--as-of", asOf, "-o", "out")
	if status > 1 || strings.Contains(text, "rejected)") {
		t.Fatalf("transform: status %d\n%s", status, text)
	}
	if got := written(t, "out"); got != want {
		line, a, b := difference([]byte(want), []byte(got))
		t.Errorf("line %d:\n want %s\n  got %s", line, a, b)
	}
}

// testMessage holds that check says exactly this of a mapping, or, where it
// finds nothing wrong, that a run says this among other things.
func testMessage(t *testing.T, mapping, want string) {
	t.Helper()
	t.Chdir(t.TempDir())
	write(t, "mapping.yaml", mapping)
	text, status := run(t, "check", "mapping.yaml")
	if status == 0 {
		text, status = run(t, "transform", "mapping.yaml", "--as-of", asOf, "-o", "out")
		if status > 1 {
			t.Fatalf("transform: status %d\n%s", status, text)
		}
		if !strings.Contains("\n"+text, "\n"+want) {
			t.Errorf("the run does not say\n%s\nbut\n%s", want, text)
		}
	} else if text != want {
		t.Errorf("check says\n%s\nnot\n%s", text, want)
	}
}

// written gives the entities in a folder, as the run made them: type after
// type, and then the history.
func written(t *testing.T, dir string) string {
	t.Helper()
	order := []string{"BUSINESS_USER", "STAGE", "ACCOUNT", "CONTACT", "DEAL", "LEAD"}
	var names []string
	for _, kind := range order {
		for _, name := range []string{filepath.Join(dir, kind+".ldjson"), filepath.Join(dir, "history", kind+".*.ldjson")} {
			found, err := filepath.Glob(name)
			if err != nil {
				t.Fatal(err)
			}
			names = append(names, found...)
		}
	}
	slices.SortStableFunc(names, func(a, b string) int {
		return cmp.Compare(strings.Count(a, string(filepath.Separator)), strings.Count(b, string(filepath.Separator)))
	})
	var all strings.Builder
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(text)
	}
	return all.String()
}

func write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestGuideCommands runs the commands of the guide in order on a folder of exports.
func TestGuideCommands(t *testing.T) {
	text, err := os.ReadFile("GUIDE.md")
	if err != nil {
		t.Fatal(err)
	}
	exports, err := filepath.Abs(filepath.Join("pipedrive", "exports"))
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	if err := os.CopyFS("exports", os.DirFS(exports)); err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, b := range guideBlocks(string(text)) {
		if b.language != "sh" {
			continue
		}
		for line := range strings.Lines(b.text) {
			args := strings.Fields(line)
			if args[0] != "crm2gong" {
				t.Fatalf("%q is no command of the program", line)
			}
			ran++
			if text, status := run(t, args[1:]...); status > 1 {
				t.Errorf("%s: status %d\n%s", args, status, text)
			}
		}
	}
	if ran < 5 {
		t.Errorf("only %d commands were run", ran)
	}
}

// TestGuideRules holds that the guide names rules that exist.
func TestGuideRules(t *testing.T) {
	text, err := os.ReadFile("GUIDE.md")
	if err != nil {
		t.Fatal(err)
	}
	codes := regexp.MustCompile("`([a-z]+(?:-[a-z]+)+)`").FindAllStringSubmatch(string(text), -1)
	if len(codes) < 5 {
		t.Fatalf("only %d rules are named", len(codes))
	}
	for _, code := range codes {
		if text, status := run(t, "rules", code[1]); status != 0 {
			t.Errorf("%s: %s", code[1], text)
		}
	}
}
