#!/usr/bin/env python3
"""Checks a story's evidence: every page, every version, every event, and the chains
over them, up to the head.

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


def check_versions(root, m):
    """The hash of each version, and that each follows on the one before it."""
    before, hashes = b"", {}
    for v in m["versions"]:
        name = f"version {v['version']}"
        parts = ["stakeout version 1", m["source"], m["id"], v["version"], v["at_ms"], v["url"]]
        for p in v["pages"] or []:
            if not p.get("pruned"):
                body = (root / "pages" / p["sha256"]).read_bytes()
                if hashlib.sha256(body).hexdigest() != p["sha256"]:
                    sys.exit(f"{name}: the page {p['sha256']} is not the one that was recorded")
            parts += [bytes.fromhex(p["sha256"]), p["url"], p["content_type"]]
        reading = (root / "versions" / f"{v['version']:04}" / "reading.json").read_bytes()
        content = digest(*parts, hashlib.sha256(reading).digest())
        if content.hex() != v["content_hash"]:
            sys.exit(f"{name}: its words, time or address are not those that were recorded")
        if before.hex() != v["prev_hash"]:
            sys.exit(f"{name}: it does not follow on the one before it")
        before = digest("stakeout chain 1", content, before)
        if before.hex() != v["hash"]:
            sys.exit(f"{name}: its hash is another one")
        hashes[v["version"]] = before
        print(f"version {v['version']}  {v['at']}  {v['hash']}")
    return hashes


def check_log(root, m, hashes):
    """That the head stands for these events, and so for these versions."""
    events = {}
    for e in m["events"]:
        events[e["cursor"]] = digest("stakeout event 1", m["source"], m["id"], e["event"], e["at_ms"],
                                     e["from"], e["to"], e["text"], hashes.get(e["to"], b"")).hex()
    head = json.loads((root / "head.json").read_text("utf-8"))
    lines = (root / "log.txt").read_text("ascii").splitlines()
    first, _, before = lines[0].partition(" ")
    cursor, before = int(first), bytes.fromhex(before)
    for content in lines[1:]:
        if events.pop(cursor, content) != content:
            sys.exit(f"event {cursor}: it is not the one that was recorded")
        before = digest("stakeout log 1", bytes.fromhex(content), before)
        cursor += 1
    if events:
        sys.exit(f"event {min(events)}: it is not in the log")
    if cursor - 1 != head["cursor"] or before.hex() != head["hash"]:
        sys.exit("the head is not that of this log")
    return head


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent)
    m = json.loads((root / "manifest.json").read_text("utf-8"))
    head = check_log(root, m, check_versions(root, m))
    print(f"head {head['cursor']}  {head['at']}  {head['hash']}")
    print(f"{len(m['versions'])} versions of {m['source']}/{m['id']}: none was altered")


main()
