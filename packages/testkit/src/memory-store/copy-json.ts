import type { JsonValue, NewJob } from "@sluice/core";

/** What a database would give back: whoever changes the one does not change the other. */
export function copyJson(value: JsonValue): JsonValue {
  return JSON.parse(JSON.stringify(value));
}

export function copyRequest(request: NewJob): NewJob {
  return { ...request, payload: copyJson(request.payload) };
}
