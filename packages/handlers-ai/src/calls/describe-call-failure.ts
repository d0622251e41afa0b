import { APICallError, InvalidArgumentError, LoadAPIKeyError, UnsupportedFunctionalityError } from "ai";
import { connectionCode } from "../provider-errors/classify-connection.js";

/** How a call ended without an answer, for the ledger. */
export interface CallFailure {
  /** `failed`: surely not billed. `unknown`: the provider may have answered. */
  readonly state: "failed" | "unknown";
  readonly code: string;
}

const neverConnected = /^(?:ECONNREFUSED|ENOTFOUND|EAI_|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)/;

/** Only a refusal of the provider, or not having reached it, is sure; anything else may be on the bill. */
export function describeCallFailure(error: unknown): CallFailure {
  if (APICallError.isInstance(error) && error.statusCode !== undefined)
    return { state: error.statusCode >= 400 ? "failed" : "unknown", code: `http_${error.statusCode}` };
  const connection = connectionCode(error);
  if (connection !== null)
    return { state: neverConnected.test(connection) ? "failed" : "unknown", code: connection };
  const wasNotSent =
    LoadAPIKeyError.isInstance(error) ||
    UnsupportedFunctionalityError.isInstance(error) ||
    InvalidArgumentError.isInstance(error);
  return {
    state: wasNotSent ? "failed" : "unknown",
    code: error instanceof Error ? nameOf(error) : "thrown",
  };
}

function nameOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : error.name;
}
