import {
  type AnyTask,
  checkJson,
  describeIssues,
  type JsonLimits,
  type JsonValue,
  noPayload,
} from "@sluice/core";
import { InvalidRequestError } from "./invalid-request-error.js";

/**
 * The payload as it will be stored: as it was given, after a JSON round trip. The schema must take it in that form, because
 * that is what the worker will find; what the schema makes of it is thrown away.
 */
export async function checkPayload(task: AnyTask, payload: unknown, limits: JsonLimits): Promise<JsonValue> {
  if (task.payload === null) {
    if (payload === undefined || payload === null) return noPayload;
    const message = `task ${task.type} takes no payload`;
    throw new InvalidRequestError({ code: "wrong_type", field: "payload", message });
  }
  const stored = toJson(payload, limits);
  // Called on its object, and awaited whatever it is: schemas may be classes, and promises those of another library.
  const { issues } = await task.payload["~standard"].validate(stored);
  if (issues === undefined) return stored;
  throw new InvalidRequestError({
    code: "schema_refused",
    field: "payload",
    message: `task ${task.type} does not take it: ${describeIssues(issues)}`,
    cause: issues,
  });
}

function toJson(payload: unknown, limits: JsonLimits): JsonValue {
  const checked = checkJson(payload, limits);
  if (checked.ok) return checked.value;
  const { code, path, message } = checked.problem;
  throw new InvalidRequestError({ code, field: path.replace("$", "payload"), message });
}
