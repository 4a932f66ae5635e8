package extract

import (
	"bytes"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// space is what the HTML standard counts as such between attributes.
const space = " \t\n\f\r/"

// metaEncoding finds the first <meta> that states an encoding, by the HTML
// standard's "prescan a byte stream to determine its encoding": by bytes, so that
// a <meta> in a script counts and one in a comment doesn't.
func metaEncoding(b []byte) (encoding.Encoding, bool) {
	for i := bytes.IndexByte(b, '<'); i >= 0; {
		b = b[i:]
		switch {
		case bytes.HasPrefix(b, []byte("<!--")):
			end := bytes.Index(b[2:], []byte("-->"))
			if end < 0 {
				return nil, false
			}
			b = b[2+end+3:]
		case len(b) > 5 && bytes.EqualFold(b[:5], []byte("<meta")) && strings.IndexByte(space, b[5]) >= 0:
			attrs, rest := attributes(b[5:])
			if enc := metaCharset(attrs); enc != nil {
				return enc, true
			}
			b = rest
		case len(b) > 1 && letter(b[1]), len(b) > 2 && b[1] == '/' && letter(b[2]):
			end := bytes.IndexAny(b, " \t\n\f\r>")
			if end < 0 {
				return nil, false
			}
			_, b = attributes(b[end:])
		case len(b) > 1 && (b[1] == '!' || b[1] == '/' || b[1] == '?'):
			end := bytes.IndexByte(b, '>')
			if end < 0 {
				return nil, false
			}
			b = b[end+1:]
		default:
			b = b[1:]
		}
		i = bytes.IndexByte(b, '<')
	}
	return nil, false
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// attributes reads a tag's attributes up to its end; the first of a name counts.
// An unfinished tag has none.
func attributes(b []byte) (attrs map[string]string, rest []byte) {
	attrs = map[string]string{}
	for {
		b = bytes.TrimLeft(b, space)
		if len(b) == 0 {
			return nil, nil
		}
		if b[0] == '>' {
			return attrs, b[1:]
		}
		var name, value string
		name, value, b = attribute(b)
		if b == nil {
			return nil, nil
		}
		if _, known := attrs[name]; !known {
			attrs[name] = value
		}
	}
}

// attribute reads one attribute; rest is nil where the page ends inside it.
func attribute(b []byte) (name, value string, rest []byte) {
	end := bytes.IndexAny(b[1:], "=>/ \t\n\f\r")
	if end < 0 {
		return "", "", nil
	}
	name = strings.ToLower(string(b[:1+end]))
	b = bytes.TrimLeft(b[1+end:], " \t\n\f\r")
	if len(b) == 0 || b[0] != '=' {
		return name, "", b
	}
	b = bytes.TrimLeft(b[1:], " \t\n\f\r")
	if len(b) == 0 {
		return name, "", nil
	}
	if q := b[0]; q == '"' || q == '\'' {
		end := bytes.IndexByte(b[1:], q)
		if end < 0 {
			return name, "", nil
		}
		return name, string(b[1 : 1+end]), b[2+end:]
	}
	if end = bytes.IndexAny(b, "> \t\n\f\r"); end < 0 {
		return name, "", nil
	}
	return name, string(b[:end]), b[end:]
}

// metaCharset is the encoding that a <meta> states; nil for none. A stated
// UTF-16 can't be true of bytes in which the <meta> was found, and is UTF-8.
func metaCharset(attrs map[string]string) encoding.Encoding {
	label, stated := attrs["charset"]
	if !stated && strings.EqualFold(attrs["http-equiv"], "content-type") {
		label = contentCharset(attrs["content"])
	}
	enc, err := htmlindex.Get(strings.TrimSpace(label))
	switch {
	case err != nil:
		return nil
	case wide(enc):
		return unicode.UTF8
	case strings.EqualFold(strings.TrimSpace(label), "x-user-defined"):
		enc, _ = htmlindex.Get("windows-1252")
	}
	return enc
}

// contentCharset is the charset in a content attribute, by the HTML standard's
// "extracting a character encoding from a meta element".
func contentCharset(content string) string {
	for {
		i := strings.Index(asciiLower(content), "charset")
		if i < 0 {
			return ""
		}
		content = strings.TrimLeft(content[i+len("charset"):], " \t\n\f\r")
		if !strings.HasPrefix(content, "=") {
			continue
		}
		content = strings.TrimLeft(content[1:], " \t\n\f\r")
		if content == "" {
			return ""
		}
		if q := content[0]; q == '"' || q == '\'' {
			if end := strings.IndexByte(content[1:], q); end >= 0 {
				return content[1 : 1+end]
			}
			return ""
		}
		if end := strings.IndexAny(content, "; \t\n\f\r"); end >= 0 {
			return content[:end]
		}
		return content
	}
}

// asciiLower is s with the letters of ASCII in lower case, byte for byte: places
// in it are places in s, whatever bytes that has.
func asciiLower(s string) string {
	b := []byte(s)
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return string(b)
}
