package evidence

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"time"

	"stakeout/store"
)

// SignedHead is a head of the history with a signature over it (Ed25519, RFC 8032).
type SignedHead struct {
	store.Head
	SignedAt  string `json:"signed_at,omitempty"` // RFC 3339
	Signature string `json:"signature,omitempty"` // base64
}

// signed is what the signature is over: a line each of kind, cursor, hash, number of
// erasures, hash of the last one, and time.
func (h SignedHead) signed() []byte {
	return fmt.Appendf(nil, "stakeout head 1\n%d\n%s\n%d\n%s\n%s\n", h.Cursor, h.Hash, h.Erasures, h.ErasuresHash, h.SignedAt)
}

// Sign signs a head with the private key in a file: PEM, PKCS #8.
func Sign(head store.Head, keyFile string) (SignedHead, error) {
	der, err := readPEM(keyFile, "PRIVATE KEY")
	if err != nil {
		return SignedHead{}, err
	}
	parsed, err := x509.ParsePKCS8PrivateKey(der)
	if err != nil {
		return SignedHead{}, fmt.Errorf("key %s: %w", keyFile, err)
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return SignedHead{}, fmt.Errorf("key %s: found a %T, expected an Ed25519 key", keyFile, parsed)
	}
	h := SignedHead{Head: head, SignedAt: time.Now().UTC().Format(time.RFC3339)}
	h.Signature = base64.StdEncoding.EncodeToString(ed25519.Sign(key, h.signed()))
	return h, nil
}

// ErrSignature says that a head was not signed by the key, or altered since.
var ErrSignature = errors.New("the signature is not of this key, or the head was altered since")

// Check checks the signature by the public key in a file: PEM.
func (h SignedHead) Check(keyFile string) error {
	der, err := readPEM(keyFile, "PUBLIC KEY")
	if err != nil {
		return err
	}
	parsed, err := x509.ParsePKIXPublicKey(der)
	if err != nil {
		return fmt.Errorf("key %s: %w", keyFile, err)
	}
	key, ok := parsed.(ed25519.PublicKey)
	if !ok {
		return fmt.Errorf("key %s: found a %T, expected an Ed25519 key", keyFile, parsed)
	}
	signature, err := base64.StdEncoding.DecodeString(h.Signature)
	if err != nil || !ed25519.Verify(key, h.signed(), signature) {
		return ErrSignature
	}
	return nil
}

func readPEM(path, kind string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != kind {
		return nil, fmt.Errorf("key %s: found no %s in PEM", path, kind)
	}
	return block.Bytes, nil
}

// WriteKeys writes a new private key to a file, for its owner alone, and the public
// one to the name that it returns. Files that are there are left alone (fs.ErrExist).
func WriteKeys(path string) (publicPath string, err error) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return "", err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return "", err
	}
	open, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return "", err
	}
	publicPath = path + ".pub"
	if err := writePEM(path, "PRIVATE KEY", secret, 0o600); err != nil {
		return "", err
	}
	if err := writePEM(publicPath, "PUBLIC KEY", open, 0o644); err != nil {
		return "", errors.Join(err, os.Remove(path))
	}
	return publicPath, nil
}

func writePEM(path, kind string, der []byte, mode os.FileMode) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if err != nil {
		return err
	}
	return errors.Join(pem.Encode(f, &pem.Block{Type: kind, Bytes: der}), f.Sync(), f.Close())
}
