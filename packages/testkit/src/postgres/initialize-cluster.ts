import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { spawnProgram } from "./spawn-program.js";
import type { Watchdog } from "./watchdog.js";

const log = "initdb.log";

/** Creates the data directory: superuser `postgres` without a password, UTF-8, texts sorted by their bytes. */
export async function initializeCluster(cluster: {
  readonly bin: string;
  readonly directory: string;
  readonly dataDirectory: string;
  readonly watchdog: Watchdog;
}): Promise<void> {
  const { bin, directory, dataDirectory, watchdog } = cluster;
  const initdb = await spawnProgram(
    join(bin, "initdb"),
    [
      `--pgdata=${dataDirectory}`,
      "--username=postgres",
      "--auth=trust",
      "--encoding=UTF8",
      "--no-locale",
      "--no-sync",
    ],
    { directory, log },
  );
  watchdog.watch(initdb.pid);
  initdb.ref();
  const [code, signal] = await once(initdb, "exit");
  watchdog.watch(undefined);
  if (code !== 0) {
    throw new Error(`initdb ended with ${code ?? signal}:\n${readFileSync(join(directory, log), "utf8")}`);
  }
}
