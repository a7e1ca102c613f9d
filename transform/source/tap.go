package source

import "io"

// Tap sees a file as it is stored while its rows are read, so that nobody needs
// to read it twice. Write gets its bytes from the first on, Close tells that
// they were all. A Tap that is not closed has not seen the whole file.
type Tap interface {
	io.Writer
	Close()
}

// tapped hands on what is read.
type tapped struct {
	io.ReadCloser
	tap Tap
}

func (t *tapped) Read(b []byte) (int, error) {
	n, err := t.ReadCloser.Read(b)
	if t.tap != nil {
		t.tap.Write(b[:n])
		if err == io.EOF {
			t.tap.Close()
			t.tap = nil
		}
	}
	return n, err
}

// watched gives src, of the part's bytes as they are stored, with the tap that
// somebody has on its file.
func (p *part) watched(src io.ReadCloser) io.ReadCloser {
	if f := p.table.opt.Tap; f != nil && p.path != "" && p.packed == "" && p.member == nil && p.temp == nil {
		if tap := f(p.path); tap != nil {
			return &tapped{src, tap}
		}
	}
	return src
}
