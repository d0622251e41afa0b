export type IngestErrorCode = "path_not_found" | "path_not_readable" | "unsupported_path" | "nothing_found";

/** The path as a whole gave nothing; faults of single files inside it are `skipped` events instead. */
export class IngestError extends Error {
  override readonly name = "IngestError";
  readonly code: IngestErrorCode;
  readonly path: string;

  constructor(fault: { code: IngestErrorCode; path: string; message: string; cause?: unknown }) {
    super(fault.message, { cause: fault.cause });
    this.code = fault.code;
    this.path = fault.path;
  }
}
