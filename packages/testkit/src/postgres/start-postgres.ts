import { join } from "node:path";
import { createDatabase, readServerVersion, type TestDatabase } from "./create-database.js";
import { findBinaries } from "./find-binaries.js";
import { findFreePort } from "./free-port.js";
import { initializeCluster } from "./initialize-cluster.js";
import { createServerDirectory, makeReachable } from "./server-directory.js";
import { type PostgresSettings, type ServerProcess, type StopMode, startServer } from "./server-process.js";
import { startWatchdog } from "./watchdog.js";

export interface PostgresOptions {
  /** Makes commits wait for the disk. Off by default: a killed server loses nothing by that, only a power cut would. */
  readonly fsync?: boolean;
  /** Beyond, or instead of, our own: `{ max_connections: 20 }`. */
  readonly settings?: PostgresSettings;
  /** Folder of `postgres` and `initdb`. Default: `PG_BIN`, then the packaged PostgreSQL 18, then the PATH. */
  readonly binDirectory?: string;
}

/** A PostgreSQL of our own on 127.0.0.1, with superuser `postgres` and no password. */
export interface PostgresServer {
  /** Of its `postgres` database; stays the same over restarts. */
  readonly url: string;
  /** As the server says it: "18.4". */
  readonly version: string;
  readonly port: number;
  readonly dataDirectory: string;
  /** Of the postmaster, to send signals to; a new one after each restart, `undefined` while the server is down. */
  readonly pid: number | undefined;
  /** A fresh, empty database. */
  createDatabase(): Promise<TestDatabase>;
  /** Stops the server and keeps its data. */
  halt(mode?: StopMode): Promise<void>;
  /** Starts it again on the same port, also after somebody else has ended it. */
  resume(): Promise<void>;
  /** `halt`, then `resume`. */
  restart(mode?: StopMode): Promise<void>;
  /** Ends the server and removes its data; may be called again. */
  stop(): Promise<void>;
}

/**
 * Starts a throwaway PostgreSQL, in about half a second. Server and data vanish at `stop()`, and also when this process
 * exits or is killed, in whatever way.
 */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const directory = createServerDirectory();
  const watchdog = startWatchdog(directory);
  try {
    const bin = makeReachable(findBinaries(options.binDirectory), directory);
    const dataDirectory = join(directory, "data");
    await initializeCluster({ bin, directory, dataDirectory, watchdog });
    const port = await findFreePort();
    const settings = serverSettings(port, options);
    const start = () => startServer({ bin, directory, dataDirectory, settings, watchdog });

    let server: ServerProcess = await start();
    const halt = (mode: StopMode = "fast") => server.stop(mode);
    const resume = async () => {
      if (server.pid === undefined) server = await start();
    };
    const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
    return {
      url,
      version: await readServerVersion(url),
      port,
      dataDirectory,
      get pid() {
        return server.pid;
      },
      createDatabase: () => createDatabase(url),
      halt,
      resume,
      restart: async (mode) => {
        await halt(mode);
        await resume();
      },
      stop: async () => {
        await halt("immediate");
        await watchdog.release();
      },
    };
  } catch (cause) {
    await watchdog.release();
    throw cause;
  }
}

function serverSettings(port: number, { fsync = false, settings }: PostgresOptions): PostgresSettings {
  return {
    listen_addresses: "127.0.0.1",
    port,
    unix_socket_directories: "",
    max_connections: 200,
    shared_buffers: "128MB",
    fsync,
    full_page_writes: fsync,
    ...settings,
  };
}
