import { BlockedError, HandlerError, PermanentError, TransientError } from "@sluice/core";
import {
  APICallError,
  EmptyResponseBodyError,
  InvalidArgumentError,
  InvalidPromptError,
  InvalidResponseDataError,
  JSONParseError,
  LoadAPIKeyError,
  LoadSettingError,
  NoContentGeneratedError,
  NoSuchModelError,
  NoSuchProviderError,
  RetryError,
  TypeValidationError,
  UnsupportedFunctionalityError,
} from "ai";
import type { AskedCall } from "./asked-call.js";
import { causesOf } from "./causes.js";
import { classifyConnection, connectionCode } from "./classify-connection.js";
import { classifyRefusal } from "./classify-refusal.js";
import { readRefusal } from "./read-refusal.js";

/**
 * What a failed call to a provider means for the job: one of core's handler errors, or the error itself when it is none of
 * the SDK's. Goes by status, headers and body; `isRetryable` of the SDK is not asked: it is true for spent credit and false
 * for some rate limits. The SDK's error is not passed on as a cause: it holds the prompt. Never throws.
 */
export function classifyError(error: unknown, call: AskedCall): unknown {
  try {
    return classify(error, call);
  } catch {
    // An object that throws when it is looked at; whoever reports it knows how to deal with those.
    return error;
  }
}

function classify(thrown: unknown, asked: AskedCall): unknown {
  const error = RetryError.isInstance(thrown) ? thrown.lastError : thrown;
  if (HandlerError.isInstance(error)) return error;
  // Gateways wrap what the provider said.
  const call = causesOf(error).find((cause) => APICallError.isInstance(cause));
  if (call !== undefined) return classifyCall(call, asked);
  return classifySetup(error) ?? classifyBrokenAnswer(error) ?? classifyUnnamed(error, asked);
}

function classifyCall(error: APICallError, asked: AskedCall): HandlerError {
  const { statusCode } = error;
  return typeof statusCode === "number" && Number.isFinite(statusCode)
    ? classifyRefusal(readRefusal(error, statusCode, asked), asked)
    : classifyConnection(connectionCode(error));
}

/** Nothing was sent. */
function classifySetup(error: unknown): HandlerError | null {
  if (LoadAPIKeyError.isInstance(error)) return new BlockedError("auth", error.message);
  if (
    LoadSettingError.isInstance(error) ||
    NoSuchProviderError.isInstance(error) ||
    NoSuchModelError.isInstance(error)
  )
    return new BlockedError("config", error.message);
  if (
    UnsupportedFunctionalityError.isInstance(error) ||
    InvalidPromptError.isInstance(error) ||
    InvalidArgumentError.isInstance(error)
  )
    return new PermanentError(error.message, { code: "bad_request" });
  return null;
}

/** Something came that the SDK could not read. Its message quotes what came, so it is not repeated. */
function classifyBrokenAnswer(error: unknown): HandlerError | null {
  return EmptyResponseBodyError.isInstance(error) ||
    InvalidResponseDataError.isInstance(error) ||
    NoContentGeneratedError.isInstance(error) ||
    JSONParseError.isInstance(error) ||
    TypeValidationError.isInstance(error)
    ? new TransientError(`the provider's answer cannot be read (${error.name})`)
    : null;
}

/** Errors of the platform, and of providers that do not use the SDK's. */
function classifyUnnamed(error: unknown, asked: AskedCall): unknown {
  const code = connectionCode(error);
  if (code !== null) return classifyConnection(code);
  if (error instanceof Error && (error.name === "TimeoutError" || error.name === "AbortError"))
    return new TransientError(`the call was given up (${error.name})`);
  if (error instanceof Error && "statusCode" in error && typeof error.statusCode === "number")
    return classifyCall(
      new APICallError({
        message: error.message,
        url: "",
        requestBodyValues: {},
        statusCode: error.statusCode,
      }),
      asked,
    );
  return error;
}
