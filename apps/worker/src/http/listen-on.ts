import type { Server } from "node:http";
import { FailedError } from "../cli/exit-code.js";
import type { HttpConfig } from "../config/config.js";

/** Where a worker listens when nobody said. */
const usualPort = 7777;

/**
 * On the port of the configuration; without one on the usual port, or on any free one when that is taken. Throws a FailedError that
 * names the setting when it cannot.
 */
export async function listenOn(
  server: Server,
  { host, port }: Pick<HttpConfig, "host" | "port">,
): Promise<void> {
  try {
    await listen(server, host, port ?? usualPort);
  } catch (error) {
    if (codeOf(error) !== "EADDRINUSE" || port !== null)
      throw describeListenError(error, host, port ?? usualPort);
    await listen(server, host, 0);
  }
}

/** As it would look like one of the database, which has a host and a port, too. */
function describeListenError(error: unknown, host: string, port: number): Error {
  const code = codeOf(error);
  const words: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} of ${host} is in use by another process: set HTTP_PORT to a free one, or to 0 for any`,
    EACCES: `this user may not listen on port ${port} of ${host}: set HTTP_PORT to one above 1023`,
    EADDRNOTAVAIL: `this machine has no address ${host}: set HTTP_HOST to one of its own, or to 127.0.0.1`,
    EAFNOSUPPORT: `this machine has no addresses like ${host}: set HTTP_HOST to one of its own, or to 127.0.0.1`,
    ENOTFOUND: `the host ${host} is not known: set HTTP_HOST to an address of this machine`,
    EAI_AGAIN: `the host ${host} cannot be looked up: set HTTP_HOST to an address of this machine`,
  };
  const message = words[code] ?? `cannot listen on port ${port} of ${host} (HTTP_PORT, HTTP_HOST): ${code}`;
  return new FailedError(message, { cause: error });
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : String(error);
}
