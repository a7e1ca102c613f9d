package cmd

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"crm2gong/upload"
)

type narrow struct {
	bytes.Buffer
	columns int
}

func (n *narrow) Columns() int { return n.columns }

// However much Gong says, the line of progress is one line, which can be drawn
// over.
func TestUploadProgressIsOneLine(t *testing.T) {
	for _, columns := range []int{40, 0} {
		n := &narrow{columns: columns}
		e := upload.Event{Kind: upload.Waiting, Call: "POST /v2/crm/entities", Wait: time.Second, Message: strings.Repeat("大\t", 500)}
		drawLine(n, eventText(&e))
		text, drawn := strings.CutPrefix(n.String(), "\r\x1b[K")
		if !drawn || !strings.HasPrefix(text, "POST /v2/crm/entities: waiting 1s (大") || columnsOf(text) >= max(columns, 80) || columns > 0 && columnsOf(text) >= columns || strings.Contains(text, "\t") {
			t.Errorf("%d columns: %q", columns, text)
		}
	}
}
