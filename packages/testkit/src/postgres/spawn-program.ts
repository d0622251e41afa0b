import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { type ServerUser, serverUser } from "./server-directory.js";

/**
 * Starts one of PostgreSQL's programs as the server's user, in the server's folder. What it prints goes to a file, which
 * starts empty each time: nobody may be there to read a pipe. It does not keep our own process alive.
 */
export async function spawnProgram(
  program: string,
  args: readonly string[],
  where: { readonly directory: string; readonly log: string },
): Promise<ChildProcess> {
  const user: ServerUser | undefined = serverUser();
  const log = openSync(join(where.directory, where.log), "w");
  try {
    const child = spawn(program, args, {
      ...user,
      cwd: where.directory,
      // Nothing of ours: a developer's PGPORT or locale must not change what tests see.
      env: { PATH: process.env["PATH"], LC_ALL: "C", TZ: "UTC" },
      // A Ctrl-C in the terminal must not reach it before those who still use it are done.
      detached: true,
      stdio: ["ignore", log, log],
    });
    await once(child, "spawn");
    child.unref();
    return child;
  } finally {
    closeSync(log);
  }
}
