/** An answer that is no success, in the way of an exception: what is wrong, and with which field of the request. */
export class HttpError extends Error {
  override readonly name = "HttpError";
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 413 | 415;
  readonly code: string;
  readonly field: string | null;

  constructor(
    message: string,
    {
      status,
      code,
      field = null,
      cause,
    }: Pick<HttpError, "status" | "code"> & { readonly field?: string | null; readonly cause?: unknown },
  ) {
    super(message, { cause });
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

/** The body of every answer that is no success. `field`: which part of the request is wrong, with the way into it. */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly field: string | null; readonly message: string };
}

export function errorBody(code: string, message: string, field: string | null = null): ErrorBody {
  return { error: { code, field, message } };
}
