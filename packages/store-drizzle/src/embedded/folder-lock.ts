import { createHash } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { readProcessStart } from "./process-start.js";

/** Who has a folder open. */
export interface FolderHolder {
  readonly pid: number;
  readonly host: string;
  /** Since when the process runs: tells it from a later one with the same id. */
  readonly startedAt: string;
  /** What the holder wants others to know: the address of its admin page, say. */
  readonly note: string | null;
}

/** The database in the folder is in use. Two processes on one would lose data silently, so there is no way around it. */
export class FolderInUseError extends Error {
  override readonly name = "FolderInUseError";
  readonly code = "folder_in_use";
  readonly folder: string;
  readonly holder: FolderHolder;

  constructor(folder: string, lockFile: string, holder: FolderHolder) {
    const note = holder.note === null ? "" : ` (${holder.note})`;
    const elsewhere =
      holder.host === hostname() ? "" : ` If that machine is gone for good, delete ${lockFile}.`;
    super(
      `the database in ${folder} is in use by process ${holder.pid} on ${holder.host}${note}: stop that one first, or use another folder.${elsewhere}`,
    );
    this.folder = folder;
    this.holder = holder;
  }
}

export interface FolderLock {
  readonly setNote: (note: string | null) => Promise<void>;
  readonly release: () => Promise<void>;
}

/**
 * Takes the folder for this process, by a file beside it. A lock whose process has died is taken over; one from another machine is
 * believed. Throws a FolderInUseError that names the holder.
 */
export async function lockFolder(folder: string, note: string | null): Promise<FolderLock> {
  const lockFile = `${folder}.lock`;
  const startedAt = await readProcessStart(process.pid);
  const own = (text: string | null): FolderHolder => ({
    pid: process.pid,
    host: hostname(),
    startedAt: startedAt ?? "unknown",
    note: text,
  });
  const holder = await take(lockFile, own(note));
  if (holder !== null) throw new FolderInUseError(folder, lockFile, holder);
  return {
    setNote: (text) => replaceWhole(lockFile, own(text)),
    release: () => rm(lockFile, { force: true }),
  };
}

/**
 * Answers who has the lock, `null`: we have. Of many that find a dead holder only one may replace it: who has the lock on its
 * succession, which is taken in the same way, since that one may have died, too. The file is never missing meanwhile, so that nobody can
 * take it for free.
 */
async function take(lockFile: string, own: FolderHolder): Promise<FolderHolder | null> {
  for (;;) {
    if (await createWhole(lockFile, own)) return null;
    const holder = await readHolder(lockFile);
    if (holder === null) continue;
    if (await isAlive(holder)) return holder;
    const succession = successionOf(lockFile, holder);
    const rival = await take(succession, own);
    const isStillThere = isSame(await readHolder(lockFile), holder);
    if (rival !== null) {
      if (isStillThere) return rival;
    } else if (isStillThere) {
      await rename(succession, lockFile);
      return null;
    } else {
      // Somebody had succeeded, and given this up, before we took it.
      await rm(succession, { force: true });
    }
  }
}

/** The lock on being the one who replaces that holder. */
export function successionOf(lockFile: string, dead: FolderHolder): string {
  const name = createHash("sha256").update(JSON.stringify(dead)).digest("hex").slice(0, 16);
  return `${lockFile}.${name}`;
}

function isSame(one: FolderHolder | null, other: FolderHolder): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** By a link to a file that is already written: nobody ever reads half a lock. `false` when there is one. */
async function createWhole(lockFile: string, holder: FolderHolder): Promise<boolean> {
  const draft = draftOf(lockFile);
  await writeFile(draft, JSON.stringify(holder));
  try {
    await link(draft, lockFile);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

async function replaceWhole(lockFile: string, holder: FolderHolder): Promise<void> {
  const draft = draftOf(lockFile);
  await writeFile(draft, JSON.stringify(holder));
  await rename(draft, lockFile);
}

function draftOf(lockFile: string): string {
  return `${lockFile}.${process.pid}.${crypto.randomUUID()}`;
}

/** `null` when the lock has gone meanwhile. What cannot be read is held by nobody that could be asked. */
async function readHolder(lockFile: string): Promise<FolderHolder | null> {
  try {
    return JSON.parse(await readFile(lockFile, "utf8")) as FolderHolder;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    return { pid: 0, host: hostname(), startedAt: "unreadable", note: null };
  }
}

async function isAlive({ pid, host, startedAt }: FolderHolder): Promise<boolean> {
  if (host !== hostname()) return true;
  return pid > 0 && (await readProcessStart(pid)) === startedAt;
}
