import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { migrate, migrationsFolder } from "../migrate.js";
import { openKeptFile } from "./kept-file.js";

/** Segments of the log of 1 MB, not 16, the first of which is in the snapshot. */
const initDbStartParams = ["--wal-segsize=1"];

let loaded: Promise<Blob> | null = null;

/**
 * The files of a database with the queue's tables, to load a PGlite from: a quarter of the time that it takes to make one. Made once
 * per machine, and kept in the folder for temporary files until PGlite or the migrations change; in the process it is read once.
 */
export function migratedSnapshot(): Promise<Blob> {
  loaded ??= load().catch((error: unknown) => {
    loaded = null;
    throw error;
  });
  return loaded;
}

async function load(): Promise<Blob> {
  const file = await openKeptFile(`${await fingerprint()}.tar`);
  const kept = (await file?.read()) ?? null;
  if (kept !== null) return new Blob([kept]);
  const made = await make();
  await file?.write(made);
  return new Blob([made]);
}

async function make(): Promise<Buffer<ArrayBuffer>> {
  const [{ PGlite }, { drizzle }] = await Promise.all([
    import("@electric-sql/pglite"),
    import("drizzle-orm/pglite"),
  ]);
  const client = await PGlite.create({ initDbStartParams });
  try {
    await migrate(drizzle(client));
    // What opens the snapshot has nothing to recover then.
    await client.exec("checkpoint");
    // Not packed: to unpack it would take a quarter of the time that it takes to open.
    return Buffer.from(await (await client.dumpDataDir("none")).arrayBuffer());
  } finally {
    await client.close();
  }
}

/** Of everything that the snapshot is made from. */
async function fingerprint(): Promise<string> {
  const entry = pathToFileURL(createRequire(import.meta.url).resolve("@electric-sql/pglite"));
  const hash = createHash("sha256").update(await readFile(new URL("../package.json", entry)));
  hash.update(initDbStartParams.join(" "));
  const folder = new URL("queue/", migrationsFolder);
  for (const name of (await readdir(folder)).sort())
    hash.update(name).update(await readFile(new URL(name, folder)));
  return hash.digest("hex").slice(0, 32);
}
