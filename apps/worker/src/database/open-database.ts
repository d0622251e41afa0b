import type { DrizzleTransaction, ListenSource } from "@sluice/store-drizzle";
import { openEmbedded } from "@sluice/store-drizzle";
import { createPool } from "@sluice/store-drizzle/node-postgres";
import { drizzle } from "drizzle-orm/node-postgres";
import { WrongUseError } from "../cli/exit-code.js";
import type { Config } from "../config/config.js";
import { databaseFolder, demoFolder, hasEmbeddedDatabase, sluiceFolder } from "./sluice-folder.js";

export interface OpenDatabase {
  readonly db: DrizzleTransaction;
  /** `null`: behind a pooler, without a way past it, nobody can. */
  readonly listen: string | ListenSource | null;
  /** A connection on which statements may take as long as they need: for migrations. */
  withoutLimits<Answer>(work: (db: DrizzleTransaction) => Promise<Answer>): Promise<Answer>;
  /** For people: the server's name, or the folder. Never a password. */
  readonly description: string;
  /** What other processes are told that want the same embedded database; one on a server is for all. */
  setNote(note: string): Promise<void>;
  close(): Promise<void>;
}

/** Connections of one process: claims, commits and the rest; the one that listens comes on top. */
const poolSize = 10;

/** The database of the configuration, or the embedded one that is there already. Throws a WrongUseError if there is neither. */
export async function openConfiguredDatabase(config: Config): Promise<OpenDatabase> {
  if (config.databaseUrl !== null) return openServer({ ...config, url: config.databaseUrl });
  const folder = sluiceFolder();
  if (hasEmbeddedDatabase(folder)) return openFolder(folder);
  throw new WrongUseError(
    `no database: set DATABASE_URL, or run \`sluice worker --embedded\` first, which makes one in ${folder}`,
  );
}

export function hasOnlyDemo({ databaseUrl }: Config): boolean {
  return databaseUrl === null && !hasEmbeddedDatabase(sluiceFolder()) && hasEmbeddedDatabase(demoFolder());
}

/** What the last `sluice demo` has left, whatever is configured. Throws a WrongUseError if there was none. */
export async function openDemoDatabase(): Promise<OpenDatabase> {
  const folder = demoFolder();
  if (hasEmbeddedDatabase(folder)) return openFolder(folder);
  throw new WrongUseError(`there is no demo in ${folder}: run \`sluice demo\` first`);
}

/**
 * The embedded database, made if there is none. `startOver`: empty, what was there is gone; a database that a living process
 * holds is left alone.
 */
export async function openFolder(
  folder: string,
  { startOver = false }: { readonly startOver?: boolean } = {},
): Promise<OpenDatabase> {
  const { db, client, setNote, close } = await openEmbedded(databaseFolder(folder), { startOver });
  return {
    db,
    listen: client,
    withoutLimits: (work) => work(db),
    description: `embedded database in ${folder}`,
    setNote,
    close,
  };
}

function openServer({
  url,
  directUrl,
  behindPooler,
}: Pick<Config, "directUrl" | "behindPooler"> & { readonly url: string }): OpenDatabase {
  const pool = createPool(url, { maxConnections: poolSize, behindPooler });
  const { host, pathname } = new URL(url);
  return {
    db: drizzle(pool),
    listen: directUrl ?? (behindPooler ? null : url),
    withoutLimits: async (work) => {
      const patient = createPool(directUrl ?? url, {
        maxConnections: 1,
        statementTimeoutMs: 0,
        behindPooler: behindPooler && directUrl === null,
      });
      try {
        return await work(drizzle(patient));
      } finally {
        await patient.end();
      }
    },
    description: `${host}${pathname}`,
    setNote: () => Promise.resolve(),
    close: () => pool.end(),
  };
}
