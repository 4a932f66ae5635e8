package store

import (
	"bytes"
	"encoding/json"
	"errors"
	"sync"

	"github.com/klauspost/compress/zstd"
)

// maxUnpacked bounds what a kept page unpacks to: over any limit of a response.
const maxUnpacked = 256 << 20

// packer compresses pages and readings with zstd: alone, or with another page as
// dictionary. Safe for concurrent use.
type packer struct {
	enc *zstd.Encoder
	dec *zstd.Decoder

	// One encoder and one decoder with dictionaries do: they are done with a page
	// before a writer is with its rows, and hold 12 MB.
	mu    sync.Mutex // protects what follows
	with  *zstd.Encoder
	base  int64 // the page that with has as dictionary; 0 for none
	from  *zstd.Decoder
	out   []byte // what with gave last
	again []byte // and what from made of it
}

// window bounds how far back a page is compared with itself and its dictionary.
const window = 4 << 20

func newPacker() *packer {
	return &packer{enc: newEncoder(2), dec: newDecoder(2)}
}

func newEncoder(concurrency int) *zstd.Encoder {
	// Default is the level at which a page's own earlier version shrinks it to
	// 1 %; the fastest leaves 4 %, the better ones save a tenth at twice the time.
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(concurrency),
		zstd.WithEncoderCRC(false), zstd.WithZeroFrames(true), zstd.WithWindowSize(window), zstd.WithLowerEncoderMem(true))
	if err != nil {
		panic(err) // wrong options; nothing else fails here
	}
	return enc
}

func newDecoder(concurrency int) *zstd.Decoder {
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(concurrency), zstd.WithDecoderMaxMemory(maxUnpacked), zstd.WithDecoderLowmem(true))
	if err != nil {
		panic(err)
	}
	return dec
}

func (p *packer) pack(raw []byte) []byte { return p.enc.EncodeAll(raw, nil) }

func (p *packer) unpack(packed []byte) ([]byte, error) { return p.dec.DecodeAll(packed, nil) }

// unpackReading gives the JSON of a reading as it is kept: packed in SQLite, as it
// is in Postgres, where SQL is to read it.
func (p *packer) unpackReading(kept []byte) ([]byte, error) {
	if len(kept) > 0 && kept[0] == '{' {
		return bytes.Clone(kept), nil
	}
	return p.unpack(kept)
}

// packWith compresses with the raw bytes of the page base as dictionary, as
// `zstd -D` does with a file that is no trained dictionary. What it returns was
// unpacked again and compared: an error says that it isn't to be kept. Another
// dictionary than the last one's costs half as much again.
func (p *packer) packWith(base int64, dict, raw []byte) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.with == nil {
		p.with = newEncoder(1)
	}
	if p.base != base {
		p.base = 0
		if err := p.with.ResetWithOptions(nil, zstd.WithEncoderDictRaw(0, dict)); err != nil {
			return nil, err
		}
		p.base = base
	}
	p.out = p.with.EncodeAll(raw, p.out[:0])
	var err error
	if p.again, err = p.decodeWith(dict, p.out, p.again[:0]); err == nil && !bytes.Equal(p.again, raw) {
		err = errors.New("a page came back otherwise than it was packed")
	}
	return bytes.Clone(p.out), err
}

// unpackWith unpacks what packWith gave.
func (p *packer) unpackWith(dict, packed []byte) ([]byte, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.decodeWith(dict, packed, nil)
}

func (p *packer) decodeWith(dict, packed, into []byte) ([]byte, error) {
	if p.from == nil {
		p.from = newDecoder(1)
	}
	if err := p.from.ResetWithOptions(nil, zstd.WithDecoderDictRaw(0, dict)); err != nil {
		return nil, err
	}
	return p.from.DecodeAll(packed, into)
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
	text, err := p.unpackReading(packed)
	if err != nil {
		return err
	}
	return json.Unmarshal(text, v)
}
