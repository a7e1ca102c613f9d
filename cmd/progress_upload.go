package cmd

import (
	"fmt"
	"sync"

	"github.com/urfave/cli/v2"

	"crm2gong/upload"
)

// progress shows on a terminal what an upload is doing, in one line; nil where
// nobody looks.
func (p *program) progress(c *cli.Context) func(upload.Event) {
	t, ok := onTerminal(p.stderr)
	if !ok || c.Bool("quiet") {
		return nil
	}
	var mu sync.Mutex
	return func(e upload.Event) {
		text := eventText(&e)
		if text == "" {
			return
		}
		mu.Lock()
		defer mu.Unlock()
		drawLine(t, text)
		p.onLine.Store(true)
	}
}

// drawLine puts a text in place of the terminal's last line, as much of it as
// the line holds.
func drawLine(t terminal, text string) {
	columns := t.Columns()
	if columns < 1 {
		columns = 80
	}
	fmt.Fprintf(t, "\r\x1b[K%s", fitted(text, columns-1))
}

// clearLine takes the line of progress away.
func (p *program) clearLine() {
	if p.onLine.Swap(false) {
		fmt.Fprint(p.stderr, "\r\x1b[K")
	}
}

func eventText(e *upload.Event) string {
	part := fmt.Sprintf("part %d, %s", e.Part, e.Type)
	switch {
	case e.Kind == upload.Waiting:
		return fmt.Sprintf("%s: waiting %s (%s)", e.Call, e.Wait, e.Message)
	case e.Part == 0:
		return ""
	case e.Kind == upload.Sent:
		return fmt.Sprintf("%s: sent %d bytes", part, e.Bytes)
	case e.Kind == upload.Spooled:
		return fmt.Sprintf("%s: %d lines are ready", part, e.Lines)
	case e.Kind == upload.Accepted:
		return part + ": Gong has it"
	case e.Kind == upload.Processing:
		return fmt.Sprintf("%s: Gong works on %d lines", part, e.Lines)
	case e.Kind == upload.Finished:
		return fmt.Sprintf("%s: %s", part, e.Message)
	}
	return ""
}
