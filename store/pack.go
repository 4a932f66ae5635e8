package store

import (
	"encoding/json"

	"github.com/klauspost/compress/zstd"
)

// maxUnpacked bounds what a kept page unpacks to: over any limit of a response.
const maxUnpacked = 256 << 20

// packer compresses pages and readings. Safe for concurrent use.
type packer struct {
	enc *zstd.Encoder
	dec *zstd.Decoder
}

func newPacker() *packer {
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedDefault), zstd.WithEncoderConcurrency(2), zstd.WithEncoderCRC(false))
	if err != nil {
		panic(err) // wrong options; nothing else fails here
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxMemory(maxUnpacked))
	if err != nil {
		panic(err)
	}
	return &packer{enc: enc, dec: dec}
}

func (p *packer) pack(raw []byte) []byte { return p.enc.EncodeAll(raw, nil) }

func (p *packer) unpack(packed []byte) ([]byte, error) { return p.dec.DecodeAll(packed, nil) }

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
