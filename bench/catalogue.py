"""The systems that are compared, each pinned."""

from __future__ import annotations

from bench.peer import FromNpm, FromPip, Ours, Peer

HONGXIAN = Ours(
    "hongxian", "Hongxian", "this project: SQLite at both ends, FULL sync, journal and digests on"
)

_POUCHDB = (
    "pouchdb@7.3.1",
    "pouchdb-adapter-memory@7.3.1",
    "express-pouchdb@4.2.0",
    "express@4.21.2",
)

PEERS: tuple[Peer, ...] = (
    FromPip(
        "anki",
        "Anki",
        "PyPI `anki` 26.9.3, `python -m anki.syncserver`: a Rust engine, SQLite at both ends; "
        "a record is a note with its card",
        ("anki==26.9.3",),
    ),
    FromNpm(
        "pouchdb_memory",
        "PouchDB, memory",
        "npm `pouchdb` 7.3.1 and `express-pouchdb` 4.2.0, the memory adapter at both ends",
        _POUCHDB,
        {"quick": 2_000, "full": 20_000},
        program="pouchdb.js",
        words=("memory",),
    ),
    FromNpm(
        "pouchdb_leveldb",
        "PouchDB, LevelDB",
        "the same, LevelDB at both ends",
        _POUCHDB,
        {"quick": 2_000, "full": 20_000},
        program="pouchdb.js",
        words=("leveldb",),
    ),
    FromPip(
        "kinto",
        "Kinto",
        "PyPI `kinto` 26.5.0 under waitress on PostgreSQL, batches of 100; nothing is stored on its laptop",
        ("kinto[postgresql]==26.5.0", "waitress==3.0.2", "requests"),
        {"quick": 500, "full": 5_000},
        merges=False,
        with_postgres=True,
    ),
    FromPip(
        "morango",
        "Morango",
        "PyPI `morango` 0.8.15 under waitress: Django, SQLite at both ends; "
        "its polling pauses, some 7 s in each sync, are cut to 5 ms",
        ("morango==0.8.15", "waitress==3.0.2"),
        {"quick": 300, "full": 2_000},
        most_repeats=2,
        merges=False,
    ),
)

CRSQLITE = FromNpm(
    "crsqlite",
    "cr-sqlite",
    "npm `@vlcn.io/crsqlite-wasm` 0.16.0, in memory: merge and storage alone, it has no hub",
    ("@vlcn.io/crsqlite-wasm@0.16.0",),
    program="crsqlite.mjs",
)
