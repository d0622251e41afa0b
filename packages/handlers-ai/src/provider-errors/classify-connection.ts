import { type HandlerError, TransientError, UnavailableError } from "@sluice/core";
import { causesOf } from "./causes.js";

/** The provider had the request and did not answer in time: it may have worked on it, and the next may go the same way. */
const slowCodes: readonly string[] = ["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"];

const lostCodes =
  /^(?:E(?:CONN|HOST|NET|AI_|NOTFOUND|PIPE|PROTO|TIMEDOUT)|UND_ERR_|HPE_|ERR_SSL_|ERR_TLS_|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;

/** The system's word for what happened to the connection (`ECONNREFUSED`), or `null` if nothing did. */
export function connectionCode(error: unknown): string | null {
  for (const cause of causesOf(error)) {
    const code = "code" in cause ? cause.code : null;
    if (typeof code === "string" && lostCodes.test(code)) return code;
  }
  return null;
}

/** There was no answer at all. */
export function classifyConnection(code: string | null): HandlerError {
  const message = `no answer from the provider (${code ?? "connection failed"})`;
  return code !== null && slowCodes.includes(code)
    ? new TransientError(message)
    : new UnavailableError(message);
}
