import { APICallError } from "@ai-sdk/provider";
import {
  BlockedError,
  HandlerError,
  OutputInvalidError,
  PermanentError,
  RateLimitedError,
  type RunUsage,
  TransientError,
  UnavailableError,
} from "@sluice/core";
import { NoObjectGeneratedError, NoOutputGeneratedError } from "ai";
import { readWaitMs } from "./read-wait.js";

/**
 * What a failed call means for the job. Classified from status, headers and body; `isRetryable` of the SDK is not asked: it
 * is true for spent credit and false for some rate limits.
 */
export function classifyError(error: unknown, usage: RunUsage | null): unknown {
  const billed = usage === null ? {} : { usage };
  if (HandlerError.isInstance(error)) return error;
  if (NoObjectGeneratedError.isInstance(error))
    return error.finishReason === "content-filter"
      ? new PermanentError("the provider filtered the answer", {
          code: "content_filter",
          cause: error,
          ...billed,
        })
      : new OutputInvalidError(`the model's answer is not what was asked for (${error.finishReason})`, {
          cause: error,
          ...billed,
        });
  if (NoOutputGeneratedError.isInstance(error))
    return new OutputInvalidError("the model answered nothing", { cause: error, ...billed });
  if (APICallError.isInstance(error)) return classifyApiError(error);
  return error;
}

function classifyApiError(error: APICallError): HandlerError {
  const { statusCode: status } = error;
  const message = `${status ?? "no answer"}: ${error.message}`;
  const options = { cause: error, waitMs: readWaitMs(error) };
  if (status === undefined) return new UnavailableError(error.message, options);
  if (status === 429) return new RateLimitedError({ message, ...options });
  if (status === 503 || status === 529) return new UnavailableError(message, options);
  if (status === 401 || status === 403) return new BlockedError("auth", message, { cause: error });
  if (status === 402) return new BlockedError("quota_exhausted", message, { cause: error });
  if (status === 404) return new BlockedError("config", message, { cause: error });
  if (status >= 500 || status === 408 || status === 409 || status < 300)
    return new TransientError(message, options);
  return new PermanentError(message, { code: status === 413 ? "too_large" : "bad_request", cause: error });
}
