import { access, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import type { PgliteDatabase } from "drizzle-orm/pglite";
import { lockFolder } from "./folder-lock.js";
import { migratedSnapshot } from "./migrated-snapshot.js";

/** A Postgres inside this process, with its data in a folder. */
export interface EmbeddedDatabase {
  readonly db: PgliteDatabase;
  /** What `createPostgresStore` takes as `listen`. */
  readonly client: PGlite;
  /** What another process is told that finds the folder in use. */
  readonly setNote: (note: string | null) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Opens the database in a folder, or makes a new one there (one second; the first on a machine takes three), and takes the folder for
 * this process. Needs the package `@electric-sql/pglite`. Throws a FolderInUseError while another process has it open. `startOver`
 * deletes what is there first.
 */
export async function openEmbedded(
  folder: string,
  { note = null, startOver = false }: { readonly note?: string | null; readonly startOver?: boolean } = {},
): Promise<EmbeddedDatabase> {
  const path = resolve(folder);
  await mkdir(dirname(path), { recursive: true });
  const lock = await lockFolder(path, note);
  try {
    // Beside the folder, while its files are written into it: who is killed in between leaves nothing that could be opened.
    const unfinished = `${path}.unfinished`;
    if (startOver || (await exists(unfinished))) await rm(path, { recursive: true, force: true });
    const isThere = await exists(join(path, "PG_VERSION"));
    if (await isEmpty(path)) await writeFile(unfinished, "");
    const [start, { PGlite }, { drizzle }] = await Promise.all([
      isThere ? {} : migratedSnapshot().then((loadDataDir) => ({ loadDataDir })),
      import("@electric-sql/pglite"),
      import("drizzle-orm/pglite"),
    ]);
    const client = await PGlite.create(path, start);
    await rm(unfinished, { force: true });
    return {
      db: drizzle(client),
      client,
      setNote: lock.setNote,
      close: async () => {
        try {
          await client.close();
        } finally {
          await lock.release();
        }
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function isEmpty(path: string): Promise<boolean> {
  return (await readdir(path).catch(() => [])).length === 0;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
