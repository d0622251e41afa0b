import { APICallError } from "@ai-sdk/provider";

/** Whether the provider surely refused: it answered, and not with success. Anything else may have been billed. */
export function isAnsweredByProvider(error: unknown): boolean {
  return APICallError.isInstance(error) && error.statusCode !== undefined && error.statusCode >= 400;
}
