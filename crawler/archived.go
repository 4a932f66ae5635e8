package crawler

import "net/http"

// ReadBody reads the body of an answer that was kept, such as an archive's, to
// its end and undoes its content encoding, within the limits of a fetch.
func ReadBody(resp *http.Response) ([]byte, error) {
	counted := &countingReader{r: resp.Body}
	return counted.decode(resp)
}
