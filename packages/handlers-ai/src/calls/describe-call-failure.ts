import { OutputInvalidError } from "@sluice/core";
import { APICallError, InvalidArgumentError, LoadAPIKeyError, UnsupportedFunctionalityError } from "ai";
import { connectionCode } from "../provider-errors/classify-connection.js";

/** How a call ended without an answer, for the ledger. */
export interface CallFailure {
  /** `failed`: surely not billed. `unknown`: the provider may have answered. */
  readonly state: "failed" | "unknown";
  readonly code: string;
}

const neverConnected = /^(?:ECONNREFUSED|ENOTFOUND|EAI_|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)/;

/** Given up in the middle, by somebody in between perhaps: the model may have been at work. */
const givenUp: readonly number[] = [408, 499, 504, 524];

/**
 * Only a refusal of the provider, or not having reached it, is sure; anything else may be on the bill. So may what is refused
 * for what the model had answered.
 */
export function describeCallFailure(error: unknown, classified: unknown): CallFailure {
  if (APICallError.isInstance(error) && error.statusCode !== undefined) {
    const { statusCode } = error;
    const isRefused =
      statusCode >= 400 && !givenUp.includes(statusCode) && !(classified instanceof OutputInvalidError);
    return { state: isRefused ? "failed" : "unknown", code: `http_${statusCode}` };
  }
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
