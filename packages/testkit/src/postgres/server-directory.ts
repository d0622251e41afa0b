import { chownSync, cpSync, lchownSync, mkdtempSync, readdirSync, realpathSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Whom the server runs as; `undefined` means ourselves. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root; there it runs as `nobody`, whose number is the same wherever root runs tests. */
export function serverUser(): ServerUser | undefined {
  return process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : undefined;
}

/** A new folder that the server's user owns. */
export function createServerDirectory(): string {
  const user = serverUser();
  const parent = user && !isReachableByOthers(tmpdir()) ? "/tmp" : tmpdir();
  const directory = mkdtempSync(join(realpathSync(parent), "sluice-postgres-"));
  if (user) chownSync(directory, user.uid, user.gid);
  return directory;
}

/**
 * The folder of the binaries, or of a copy in the server's own folder when they lie below a folder that `nobody` may not
 * enter: a checkout in root's home, say.
 */
export function makeReachable(bin: string, serverDirectory: string): string {
  const user = serverUser();
  if (!user || isReachableByOthers(bin)) return bin;
  const copy = join(serverDirectory, "postgresql");
  cpSync(dirname(realpathSync(bin)), copy, { recursive: true, verbatimSymlinks: true });
  for (const path of [".", ...readdirSync(copy, { recursive: true, encoding: "utf8" })]) {
    lchownSync(join(copy, path), user.uid, user.gid);
  }
  return join(copy, "bin");
}

/** Whether every folder on the way to it lets anyone pass. */
export function isReachableByOthers(path: string): boolean {
  const real = realpathSync(path);
  const mayEnter = (statSync(real).mode & 0o001) !== 0;
  return mayEnter && (dirname(real) === real || isReachableByOthers(dirname(real)));
}
