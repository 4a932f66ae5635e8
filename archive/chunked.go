package archive

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httputil"
	"strings"
)

// unchunk undoes the transfer coding of a body. Some archives keep the header but
// undid the coding: what isn't in it is taken as it is.
func unchunk(h http.Header, body []byte) []byte {
	if !strings.Contains(strings.ToLower(h.Get("Transfer-Encoding")), "chunked") {
		return body
	}
	plain, err := io.ReadAll(httputil.NewChunkedReader(bytes.NewReader(body)))
	if err != nil {
		return body
	}
	return plain
}
