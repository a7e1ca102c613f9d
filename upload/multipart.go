package upload

import (
	"io"
	"os"
	"strings"
)

// boundary parts the multipart body. It cannot occur in a part: every line of
// one begins with a brace.
const boundary = "crm2gong-4d8a1f60c2b7e935"

const multipartType = "multipart/form-data; boundary=" + boundary

// frame gives what stands before and after the lines of a part.
func frame(filename string) (head, tail string) {
	return "--" + boundary + "\r\n" +
		`Content-Disposition: form-data; name="dataFile"; filename="` + filename + "\"\r\n" +
		"Content-Type: application/octet-stream\r\n\r\n", "\r\n--" + boundary + "--\r\n"
}

// frameSize is the number of bytes that the multipart form adds to a part.
func frameSize(filename string) int64 {
	head, tail := frame(filename)
	return int64(len(head) + len(tail))
}

// openMultipart streams the file at path within its frame; it never holds more
// than a copy buffer of it. A file that is not size bytes long is errChanged.
func openMultipart(path, filename string, size int64) (io.ReadCloser, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	if info, err := f.Stat(); err != nil || info.Size() != size {
		f.Close()
		if err == nil {
			err = errChanged
		}
		return nil, err
	}
	head, tail := frame(filename)
	return &multipartBody{io.MultiReader(strings.NewReader(head), io.LimitReader(f, size), strings.NewReader(tail)), f}, nil
}

type multipartBody struct {
	io.Reader
	io.Closer
}
