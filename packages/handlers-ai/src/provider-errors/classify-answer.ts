import { OutputInvalidError, PermanentError, type RunUsage, TransientError } from "@sluice/core";
import {
  JSONParseError,
  type NoObjectGeneratedError,
  type NoOutputGeneratedError,
  TypeValidationError,
} from "ai";

/** An answer that was given, and paid for. */
export interface GivenAnswer {
  /** Why the model stopped: `stop`, `length`, `content-filter`, … */
  readonly finishReason: string;
  readonly usage: RunUsage;
}

/**
 * What an answer without a usable object means. The SDK says it in two ways: with text by an error of `generateText`,
 * without text only when `.output` is read, and then without the finish reason.
 */
export function classifyAnswer(
  error: NoObjectGeneratedError | NoOutputGeneratedError,
  given: GivenAnswer | null,
): OutputInvalidError | PermanentError | TransientError {
  const finishReason = given?.finishReason ?? ("finishReason" in error ? error.finishReason : undefined);
  const billed = given === null ? {} : { usage: given.usage };
  if (finishReason === "content-filter")
    return new PermanentError("the provider filtered the answer", { code: "content_filter", ...billed });
  // A router whose provider broke off in the middle.
  if (finishReason === "error") return new TransientError("the model broke off its answer", billed);
  return new OutputInvalidError(`the model's answer cannot be used: ${faultOf(error, finishReason)}`, billed);
}

function faultOf({ cause }: Error, finishReason: string | undefined): string {
  if (finishReason === "length") return "it was cut off at the limit of output tokens (length)";
  if (JSONParseError.isInstance(cause)) return "it is not JSON";
  if (TypeValidationError.isInstance(cause)) return "it is not what the schema asks for";
  return `it is empty (${finishReason ?? "no reason given"})`;
}
