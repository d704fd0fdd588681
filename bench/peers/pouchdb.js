// PouchDB behind express-pouchdb, and PouchDB on the laptop: both in memory or both on LevelDB.
//   node pouchdb.js MODULES memory|leveldb hub FOLDER
//   node pouchdb.js MODULES memory|leveldb laptop FOLDER PLACE TOLD-BY-THE-HUB
"use strict";
const fs = require("node:fs");
const { createRequire } = require("node:module");
const { obey, say, readLines } = require("./agent.js");

const [modules, adapter, role, folder, , told] = process.argv.slice(2);
const installed = createRequire(`${modules}/`);
const BATCH = 1000; // documents in one request: the default of 100 is slower
const CHUNK = 5000;

function pouch(adapter, folder) {
  const PouchDB = installed("pouchdb");
  fs.mkdirSync(folder, { recursive: true });
  if (adapter === "leveldb") return PouchDB.defaults({ prefix: `${folder}/` });
  PouchDB.plugin(installed("pouchdb-adapter-memory"));
  return PouchDB.defaults({ adapter: "memory" });
}

function serve(adapter, folder) {
  const app = installed("express")();
  const hub = pouch(adapter, folder);
  new hub("attendance"); // made before anybody asks for it
  app.use("/", installed("express-pouchdb")(hub, { mode: "minimumForPouchDB", inMemoryConfig: true, logPath: `${folder}/log.txt` }));
  const server = app.listen(0, "127.0.0.1", () => say({ url: `http://127.0.0.1:${server.address().port}` }));
}

class Laptop {
  constructor(adapter, folder, told) {
    const PouchDB = pouch(adapter, folder);
    this.here = new PouchDB("attendance");
    this.there = new (installed("pouchdb"))(`${told.url}/attendance`, { skip_setup: true });
  }

  async write({ rows }) {
    let part = [];
    for await (const { id, ...row } of readLines(rows)) {
      part.push({ _id: id, scope: "t-0123abcd", ...row });
      if (part.length === CHUNK) await this.here.bulkDocs(part.splice(0));
    }
    await this.here.bulkDocs(part);
  }

  async edit({ edits }) {
    const wanted = new Map();
    for await (const edit of readLines(edits)) wanted.set(edit.id, edit.set);
    const held = await this.here.allDocs({ keys: [...wanted.keys()], include_docs: true });
    await this.here.bulkDocs(held.rows.map(({ doc }) => ({ ...doc, ...wanted.get(doc._id) })));
  }

  async push() {
    check(await this.here.replicate.to(this.there, { batch_size: BATCH }));
  }

  async pull() {
    check(await this.here.replicate.from(this.there, { batch_size: BATCH }));
  }

  async sync() {
    const done = await this.here.sync(this.there, { batch_size: BATCH });
    check(done.push);
    check(done.pull);
  }

  async count() {
    return { count: (await this.here.info()).doc_count };
  }
}

function check(done) {
  if (done.doc_write_failures || done.errors.length) throw new Error("some documents failed");
}

if (role === "hub") serve(adapter, folder);
else obey(new Laptop(adapter, folder, JSON.parse(told)));
