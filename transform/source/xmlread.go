package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// xmlReader reads a part of a workbook token by token and proves on the way
// that it is whole: every element is closed by its own name, there is one root
// and nothing behind it.
type xmlReader struct {
	src   io.Reader
	buf   []byte
	pos   int
	eof   bool
	max   int // greatest size of one token
	open  []byte
	names []int // starts in open of the names of the open elements
	root  bool  // the root was seen
	begun bool
}

// xmlToken is a token; its slices hold until the next one is read.
type xmlToken struct {
	kind  xmlKind
	name  []byte // start and end: without prefix
	attrs []byte // start: raw
	text  []byte // text: raw unless plain
	plain bool   // text from CDATA
	empty bool   // start: closes itself; no end token follows
}

type xmlKind uint8

const (
	xmlEOF xmlKind = iota
	xmlStart
	xmlEnd
	xmlText
)

const (
	maxXMLDepth = 64
	maxXMLToken = 32 << 20
)

func newXMLReader(src io.Reader, max int) *xmlReader { return &xmlReader{src: src, max: max} }

// more reads on; what stands at pos is moved to the front.
func (x *xmlReader) more() error {
	if x.eof {
		return io.ErrUnexpectedEOF
	}
	if x.pos > 0 {
		x.buf = x.buf[:copy(x.buf, x.buf[x.pos:])]
		x.pos = 0
	}
	if len(x.buf) > x.max {
		return &hintedError{"a tag or text in it is larger than " + size(x.max), "raise --max-record if that is right"}
	}
	if cap(x.buf)-len(x.buf) < 32<<10 {
		x.buf = room(x.buf, max(2*cap(x.buf), 128<<10))
	}
	n, err := x.src.Read(x.buf[len(x.buf):cap(x.buf)])
	x.buf = x.buf[:len(x.buf)+n]
	if err == io.EOF {
		x.eof = true
		return nil
	}
	return err
}

// find gives the offset from pos of what, reading on until it is there.
func (x *xmlReader) find(what string, from int) (int, error) {
	for {
		if k := bytes.Index(x.buf[x.pos+from:], []byte(what)); k >= 0 {
			return from + k, nil
		}
		from = max(from, len(x.buf)-x.pos-len(what)+1)
		if err := x.more(); err != nil {
			return 0, err
		}
	}
}

// ahead makes sure that n bytes are there, if the part has so many.
func (x *xmlReader) ahead(n int) error {
	for len(x.buf)-x.pos < n && !x.eof {
		if err := x.more(); err != nil {
			return err
		}
	}
	return nil
}

// next reads a token. Comments and processing instructions are passed over.
func (x *xmlReader) next() (xmlToken, error) {
	for {
		if err := x.ahead(9); err != nil {
			return xmlToken{}, err
		}
		if !x.begun {
			if err := x.begin(); err != nil {
				return xmlToken{}, err
			}
		}
		rest := x.buf[x.pos:]
		switch {
		case len(rest) == 0:
			if !x.root || len(x.names) > 0 {
				return xmlToken{}, errors.New("the XML ends early")
			}
			return xmlToken{}, nil
		case rest[0] != '<':
			t, err := x.textToken()
			if err != nil || len(t.text) > 0 {
				return t, err
			}
		case bytes.HasPrefix(rest, []byte("<?")):
			k, err := x.find("?>", 2)
			if err != nil {
				return xmlToken{}, err
			}
			x.pos += k + 2
		case bytes.HasPrefix(rest, []byte("<!--")):
			k, err := x.find("-->", 4)
			if err != nil {
				return xmlToken{}, err
			}
			x.pos += k + 3
		case bytes.HasPrefix(rest, []byte("<![CDATA[")):
			k, err := x.find("]]>", 9)
			if err != nil {
				return xmlToken{}, err
			}
			t := xmlToken{kind: xmlText, text: x.buf[x.pos+9 : x.pos+k], plain: true}
			x.pos += k + 3
			if len(x.names) == 0 {
				return t, errors.New("there is text outside the root element")
			}
			return t, nil
		case bytes.HasPrefix(rest, []byte("<!")):
			return xmlToken{}, errors.New("it has a document type, which no workbook needs")
		default:
			return x.tag()
		}
	}
}

// begin passes over the byte order mark and refuses encodings other than UTF-8.
func (x *xmlReader) begin() error {
	x.begun = true
	if name, n := byteOrderMark(x.buf); name == "utf-8" {
		x.pos += n
	} else if name != "" || len(x.buf) > 1 && (x.buf[0] == 0 || x.buf[1] == 0) {
		return errors.New("it is not in UTF-8")
	}
	if err := x.ahead(200); err != nil {
		return err
	}
	head := x.buf[x.pos:]
	if !bytes.HasPrefix(head, []byte("<?xml")) {
		return nil
	}
	k := bytes.Index(head, []byte("?>"))
	if k < 0 {
		return errors.New("the XML declaration is not closed")
	}
	value, ok, err := xmlAttr(head[5:k], "encoding")
	if err != nil {
		return err
	}
	if ok && !bytes.EqualFold(value, []byte("utf-8")) && !bytes.EqualFold(value, []byte("us-ascii")) {
		return fmt.Errorf("it is in %s, not in UTF-8", value)
	}
	return nil
}

func (x *xmlReader) textToken() (xmlToken, error) {
	from := 0
	for {
		if k := bytes.IndexByte(x.buf[x.pos+from:], '<'); k >= 0 {
			from += k
			break
		}
		from = len(x.buf) - x.pos
		if x.eof {
			break
		}
		if err := x.more(); err != nil {
			return xmlToken{}, err
		}
	}
	t := xmlToken{kind: xmlText, text: x.buf[x.pos : x.pos+from]}
	x.pos += from
	if len(x.names) == 0 {
		if len(bytes.TrimLeft(t.text, " \t\r\n")) > 0 {
			return t, errors.New("there is text outside the root element")
		}
		t.text = nil
	}
	return t, nil
}

// tag reads a start or an end tag.
func (x *xmlReader) tag() (xmlToken, error) {
	from := 1
	var end int
	for {
		k, err := tagEnd(x.buf[x.pos:], from)
		if err != nil {
			return xmlToken{}, err
		}
		if k >= 0 {
			end = k
			break
		}
		if err := x.more(); err != nil {
			return xmlToken{}, err
		}
	}
	raw := x.buf[x.pos+1 : x.pos+end]
	x.pos += end + 1
	t := xmlToken{kind: xmlStart}
	if len(raw) > 0 && raw[0] == '/' {
		t.kind = xmlEnd
		raw = bytes.TrimRight(raw[1:], " \t\r\n")
		return t, x.close(raw, &t)
	}
	if len(raw) > 0 && raw[len(raw)-1] == '/' {
		t.empty = true
		raw = raw[:len(raw)-1]
	}
	n := nameLength(raw)
	if n == 0 {
		return t, errors.New("a tag has no name")
	}
	t.name, t.attrs = localName(raw[:n]), raw[n:]
	if len(x.names) == 0 {
		if x.root {
			return t, errors.New("there is a second root element")
		}
		x.root = true
	}
	if t.empty {
		return t, nil
	}
	return t, x.enter(raw[:n])
}

// enter opens an element.
func (x *xmlReader) enter(name []byte) error {
	if len(x.names) >= maxXMLDepth {
		return errors.New("its elements are nested too deep")
	}
	x.names = append(x.names, len(x.open))
	x.open = append(x.open, name...)
	return nil
}

// close closes the innermost element, which must have the name.
func (x *xmlReader) close(name []byte, t *xmlToken) error {
	n := len(x.names) - 1
	if n < 0 {
		return fmt.Errorf("</%s> closes nothing", name)
	}
	if own := x.open[x.names[n]:]; !bytes.Equal(own, name) {
		return fmt.Errorf("</%s> stands where </%s> is due", name, own)
	}
	x.open = x.open[:x.names[n]]
	x.names = x.names[:n]
	t.name = localName(name)
	return nil
}

// skip passes over the rest of the element that t opened.
func (x *xmlReader) skip(t xmlToken) error {
	if t.empty {
		return nil
	}
	for depth := len(x.names); len(x.names) >= depth; {
		if _, err := x.next(); err != nil {
			return err
		}
	}
	return nil
}
