/** What is wrong with a request, for programs; the message says it for people. */
export type InvalidRequestCode =
  /** Not of the type that TypeScript asks for. */
  | "wrong_type"
  | "out_of_range"
  /** No such option, or not in this place. */
  | "unknown_option"
  /** Two options that exclude each other. */
  | "contradiction"
  /** Not about a target, or not about one of this type. */
  | "wrong_target"
  | "not_json"
  | "too_deep"
  | "too_large"
  | "unstorable_text"
  /** The task's schema does not take the payload. */
  | "schema_refused";

interface InvalidRequest {
  readonly code: InvalidRequestCode;
  /** The option, with the way into it: `priority`, `target.id`, `payload.user.name`. */
  readonly field: string;
  readonly message: string;
  readonly cause?: unknown;
}

/** A request that nobody could carry out as it stands. Nothing has been written, but for earlier chunks of an `enqueueMany`. */
export class InvalidRequestError extends Error {
  override readonly name = "InvalidRequestError";
  readonly code: InvalidRequestCode;
  readonly field: string;
  /** Which job of an `enqueueMany`, counted from 0. */
  readonly index: number | null;
  readonly #request: InvalidRequest;

  constructor(request: InvalidRequest, index: number | null = null) {
    const { code, field, message, cause } = request;
    const place = index === null ? field : `job ${index}: ${field}`;
    super(`${place}: ${message}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.field = field;
    this.index = index;
    this.#request = request;
  }

  /** The same, of one of many jobs. */
  atIndex(index: number): InvalidRequestError {
    return new InvalidRequestError(this.#request, index);
  }
}
