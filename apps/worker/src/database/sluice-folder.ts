import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/** Where the embedded database lives, below the working directory. */
export function sluiceFolder(cwd: string = process.cwd()): string {
  return resolve(cwd, ".sluice");
}

/** Where `sluice demo` has a database of its own, which each run starts over. */
export function demoFolder(cwd: string = process.cwd()): string {
  return join(sluiceFolder(cwd), "demo");
}

export function databaseFolder(folder: string): string {
  return join(folder, "database");
}

export function hasEmbeddedDatabase(folder: string): boolean {
  return existsSync(databaseFolder(folder));
}
