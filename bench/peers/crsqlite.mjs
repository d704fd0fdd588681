// cr-sqlite in WebAssembly: two databases in one process's memory, merged by its own change sets.
//   node crsqlite.mjs MODULES ROWS EDITS-HERE EDITS-THERE
// Says the seconds of the merge both ways, and the bytes of the table without and with it.
import { createRequire } from "node:module";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";

const { say, readLines } = createRequire(import.meta.url)("./agent.js");
const [modules, rows, editsHere, editsThere] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(path.join(modules, "@vlcn.io", file)));

// What the package's own start does, less the browser's store, which Node lacks.
const [{ default: start }, SQLite, { SQLite3 }] = [
  await load("crsqlite-wasm/dist/crsqlite.mjs"),
  await load("wa-sqlite/src/sqlite-api.js"),
  await load("crsqlite-wasm/dist/index.js"),
];
const wasmBinary = fs.readFileSync(path.join(modules, "@vlcn.io/crsqlite-wasm/dist/crsqlite.wasm"));
const sqlite = new SQLite3(SQLite.Factory(await start({ wasmBinary })));

const FIELDS = ["id", "scope", "person", "activity", "day", "signed_in", "minutes", "state", "late", "notes"];
const TABLE = `CREATE TABLE attendance (id TEXT NOT NULL PRIMARY KEY, ${FIELDS.slice(1).join(", ")})`;
const CHANGES = `"table", "pk", "cid", "val", "col_version", "db_version", "site_id", "cl", "seq"`;
const TAKE = `INSERT INTO crsql_changes (${CHANGES}) VALUES (?,?,?,?,?,?,?,?,?)`;

async function made(merging) {
  const database = await sqlite.open();
  await database.exec(TABLE);
  if (merging) await database.exec("SELECT crsql_as_crr('attendance')");
  return database;
}

async function all(database, sql, source, values) {
  const statement = await database.prepare(sql);
  await database.exec("BEGIN");
  for await (const thing of source) await statement.run(null, ...values(thing));
  await database.exec("COMMIT");
  await statement.finalize(null);
}

const write = (database) =>
  all(database, `INSERT INTO attendance VALUES (${FIELDS.map(() => "?").join()})`, readLines(rows), (row) =>
    FIELDS.map((name) => (name === "scope" ? "t-0123abcd" : name === "late" ? Number(row[name]) : row[name])));

async function edit(database, file) {
  const first = (await readLines(file).next()).value;
  const names = Object.keys(first.set);
  const sql = `UPDATE attendance SET ${names.map((name) => `${name} = ?`).join()} WHERE id = ?`;
  await all(database, sql, readLines(file), (each) => [...names.map((name) => each.set[name]), each.id]);
}

const version = async (database) => (await database.execA("SELECT crsql_db_version()"))[0][0];

const changes = (database, since) =>
  database.execA(`SELECT ${CHANGES} FROM crsql_changes WHERE db_version > ${since} AND site_id = crsql_site_id()`);

const take = (database, found) => all(database, TAKE, found, (change) => change);

async function bytes(database) {
  await database.exec("VACUUM");
  return (await database.execA("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"))[0][0];
}

const plain = await made(false);
await write(plain);
const [here, there] = [await made(true), await made(true)];
await write(here);
const stored = await bytes(here);
const sent = await changes(here, 0);
let began = performance.now();
await take(there, sent);
const pull = (performance.now() - began) / 1000;
const before = [await version(here), await version(there)];
await edit(here, editsHere);
await edit(there, editsThere);
began = performance.now();
const [ours, theirs] = [await changes(here, before[0]), await changes(there, before[1])];
await take(here, theirs);
await take(there, ours);
const seconds = (performance.now() - began) / 1000;
const told = `SELECT ${FIELDS.join()} FROM attendance ORDER BY id`;
if (JSON.stringify(await here.execA(told)) !== JSON.stringify(await there.execA(told))) throw new Error("they differ");
say({ seconds, pull, bytes: stored, plain_bytes: await bytes(plain) });
process.exit(0);
