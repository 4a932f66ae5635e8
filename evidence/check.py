#!/usr/bin/env python3
"""Checks a story's evidence: every page, every version, and the chain over them.

    python3 check.py [FOLDER]

Exit status: 0 all holds; 1 something was altered, and is named.
"""
import hashlib
import json
import pathlib
import sys


def digest(*parts):
    h = hashlib.sha256()
    for p in parts:
        b = p if isinstance(p, bytes) else str(p).encode()
        h.update(len(b).to_bytes(8, "big"))
        h.update(b)
    return h.digest()


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
    m = json.loads((root / "manifest.json").read_text("utf-8"))
    before = b""
    for v in m["versions"]:
        parts = ["stakeout version 1", m["source"], m["id"], v["version"], v["at_ms"], v["url"]]
        for p in v["pages"] or []:
            body = (root / "pages" / p["sha256"]).read_bytes()
            if hashlib.sha256(body).hexdigest() != p["sha256"]:
                sys.exit(f"version {v['version']}: the page {p['sha256']} is not the one that was recorded")
            parts += [bytes.fromhex(p["sha256"]), p["url"], p["content_type"]]
        reading = (root / "versions" / f"{v['version']:04}" / "reading.json").read_bytes()
        content = digest(*parts, hashlib.sha256(reading).digest())
        if content.hex() != v["content_hash"]:
            sys.exit(f"version {v['version']}: its words, time or address are not those that were recorded")
        if before.hex() != v["prev_hash"]:
            sys.exit(f"version {v['version']}: it does not follow on the one before it")
        before = digest("stakeout chain 1", content, before)
        if before.hex() != v["hash"]:
            sys.exit(f"version {v['version']}: its hash is another one")
        print(f"version {v['version']}  {v['at']}  {v['hash']}")
    print(f"{len(m['versions'])} versions of {m['source']}/{m['id']}: none was altered")


main()
