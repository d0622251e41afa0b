import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** What nobody has read for so long goes when something new is kept. */
const keptForMs = 30 * 24 * 3_600_000;
const digestBytes = 32;

/** A file for this user's processes, in a folder for temporary files. */
export interface KeptFile {
  /** `null`: there is none, or it is not what was written. */
  readonly read: () => Promise<Buffer<ArrayBuffer> | null>;
  /** Whole or not at all: test runners start many processes, and threads, at once. Where it cannot be kept, nothing is. */
  readonly write: (content: Buffer) => Promise<void>;
}

/** `null` where the folder is not ours: what another user put there is not read. */
export async function openKeptFile(name: string): Promise<KeptFile | null> {
  const user = process.getuid?.() ?? null;
  const folder = join(tmpdir(), user === null ? "sluice-embedded" : `sluice-embedded-${user}`);
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch(() => undefined);
  const found = await stat(folder).catch(() => null);
  if (found === null || (user !== null && found.uid !== user)) return null;
  const file = join(folder, name);
  return {
    read: async () => {
      const content = await readFile(file).catch(() => null);
      if (content === null || !isWhole(content)) return null;
      const now = new Date();
      await utimes(file, now, now).catch(() => undefined);
      return Buffer.from(
        content.buffer as ArrayBuffer,
        content.byteOffset + digestBytes,
        content.length - digestBytes,
      );
    },
    write: async (content) => {
      await removeOld(folder);
      const draft = `${file}.${randomUUID()}`;
      try {
        await writeFile(draft, Buffer.concat([digestOf(content), content]), { mode: 0o600 });
        await rename(draft, file);
      } catch {
        await rm(draft, { force: true }).catch(() => undefined);
      }
    },
  };
}

function isWhole(content: Buffer): boolean {
  return (
    content.length > digestBytes &&
    digestOf(content.subarray(digestBytes)).equals(content.subarray(0, digestBytes))
  );
}

function digestOf(content: Buffer): Buffer {
  return createHash("sha256").update(content).digest();
}

/** Of other versions, and drafts of processes that died. */
async function removeOld(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const path = join(folder, name);
    const found = await stat(path).catch(() => null);
    if (found !== null && Date.now() - found.mtimeMs > keptForMs)
      await rm(path, { force: true }).catch(() => undefined);
  }
}
