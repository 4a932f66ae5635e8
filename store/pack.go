package store

import (
	"encoding/json"
	"errors"

	"github.com/klauspost/compress/zstd"
)

// maxUnpacked bounds what a kept page unpacks to: over any limit of a response.
const maxUnpacked = 256 << 20

// packer compresses pages and readings with zstd: alone, or with another page as
// dictionary. Safe for concurrent use.
type packer struct {
	enc *zstd.Encoder
	dec *zstd.Decoder
	// Coders with a dictionary are few, for each holds 3 MB.
	coders chan *dictCoder
}

// dictCoder compresses with one dictionary at a time. Taking another costs half
// as much again as compressing a page.
type dictCoder struct {
	base int64 // the page that enc has as dictionary; 0 for none
	enc  *zstd.Encoder
	dec  *zstd.Decoder
}

// dictCoders is how many pages are compressed with a dictionary at once.
const dictCoders = 2

func newPacker() *packer {
	p := &packer{enc: newEncoder(), dec: newDecoder(dictCoders), coders: make(chan *dictCoder, dictCoders)}
	for range dictCoders {
		p.coders <- &dictCoder{}
	}
	return p
}

func newEncoder() *zstd.Encoder {
	// Default is the level at which a page's own earlier version shrinks it to
	// 1 %; the fastest leaves 4 %, the better ones save a tenth at twice the time.
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(dictCoders), zstd.WithEncoderCRC(false), zstd.WithZeroFrames(true))
	if err != nil {
		panic(err) // wrong options; nothing else fails here
	}
	return enc
}

func newDecoder(concurrency int) *zstd.Decoder {
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(concurrency), zstd.WithDecoderMaxMemory(maxUnpacked))
	if err != nil {
		panic(err)
	}
	return dec
}

func (p *packer) pack(raw []byte) []byte { return p.enc.EncodeAll(raw, nil) }

func (p *packer) unpack(packed []byte) ([]byte, error) { return p.dec.DecodeAll(packed, nil) }

// take waits for a coder, one that has the dictionary already where it is free.
func (p *packer) take(base int64) *dictCoder {
	c := <-p.coders
	if c.base == base {
		return c
	}
	select {
	case other := <-p.coders:
		if other.base == base {
			c, other = other, c
		}
		p.coders <- other
	default:
	}
	return c
}

// packWith compresses with the raw bytes of the page base as dictionary, as
// `zstd -D` does with a file that is no trained dictionary. What it returns was
// unpacked again and compared: an error says that it isn't to be kept.
func (p *packer) packWith(base int64, dict, raw []byte) ([]byte, error) {
	c := p.take(base)
	defer func() { p.coders <- c }()
	if c.enc == nil {
		c.enc = newEncoder()
	}
	if c.base != base {
		c.base = 0
		if err := c.enc.ResetWithOptions(nil, zstd.WithEncoderDictRaw(0, dict)); err != nil {
			return nil, err
		}
		c.base = base
	}
	packed := c.enc.EncodeAll(raw, nil)
	again, err := c.unpackWith(dict, packed)
	if err == nil && string(again) != string(raw) {
		err = errors.New("a page came back otherwise than it was packed")
	}
	return packed, err
}

// unpackWith unpacks what packWith gave.
func (p *packer) unpackWith(dict, packed []byte) ([]byte, error) {
	c := <-p.coders
	defer func() { p.coders <- c }()
	return c.unpackWith(dict, packed)
}

func (c *dictCoder) unpackWith(dict, packed []byte) ([]byte, error) {
	if c.dec == nil {
		c.dec = newDecoder(1)
	}
	if err := c.dec.ResetWithOptions(nil, zstd.WithDecoderDictRaw(0, dict)); err != nil {
		return nil, err
	}
	return c.dec.DecodeAll(packed, nil)
}

// packJSON gives a value's JSON, and that compressed.
func (p *packer) packJSON(v any) (text, packed []byte, err error) {
	text, err = json.Marshal(v)
	if err != nil {
		return nil, nil, err
	}
	return text, p.pack(text), nil
}

func (p *packer) unpackJSON(packed []byte, v any) error {
	text, err := p.unpack(packed)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, v)
}
