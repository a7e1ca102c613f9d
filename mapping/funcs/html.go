package funcs

import (
	"strings"

	"golang.org/x/net/html"
)

// stripHTML keeps the text of a piece of HTML: tags dropped, entities read,
// scripts and styles left out. Runs of blanks count as one, as in a browser;
// <br> and the ends and beginnings of blocks break the line. A text without any
// tag keeps its blanks and lines.
func stripHTML(s string) string {
	if strings.IndexByte(s, '<') < 0 {
		if strings.IndexByte(s, '&') < 0 {
			return s
		}
		return html.UnescapeString(s)
	}
	var out lines
	z := html.NewTokenizer(strings.NewReader(s))
	tags, hidden := 0, ""
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			break
		}
		if kind == html.TextToken {
			if hidden == "" {
				out.text(string(z.Text()))
			}
			continue
		}
		tags++
		raw, _ := z.TagName()
		name := string(raw)
		switch {
		case kind == html.EndTagToken && name == hidden:
			hidden = ""
		case hidden != "":
		case kind == html.StartTagToken && (name == "script" || name == "style" || name == "title"):
			hidden = name
		case name == "br":
			out.newLine()
		case kind == html.StartTagToken && (name == "td" || name == "th"):
			out.blank = true
		case isBlock(name):
			out.startLine()
		}
	}
	if tags == 0 {
		return html.UnescapeString(s)
	}
	return strings.Trim(string(out.b), "\n ")
}

func isBlock(tag string) bool {
	switch tag {
	case "p", "div", "li", "ul", "ol", "dl", "dt", "dd", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
		"blockquote", "pre", "section", "article", "header", "footer", "address":
		return true
	}
	return false
}

// lines collects text with collapsed blanks.
type lines struct {
	b     []byte
	blank bool // a blank is due before the next character
}

func (l *lines) text(s string) {
	for _, r := range s {
		switch r {
		case ' ', '\t', '\n', '\r', '\f', '\u00A0':
			l.blank = true
		default:
			if l.blank && len(l.b) > 0 && l.b[len(l.b)-1] != '\n' {
				l.b = append(l.b, ' ')
			}
			l.blank = false
			l.b = append(l.b, string(r)...)
		}
	}
}

func (l *lines) newLine() {
	l.b = append(l.b, '\n')
	l.blank = false
}

func (l *lines) startLine() {
	if len(l.b) > 0 && l.b[len(l.b)-1] != '\n' {
		l.newLine()
	}
	l.blank = false
}
