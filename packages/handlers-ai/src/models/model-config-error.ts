/** A model cannot be set up: unknown name, missing key, unusable base URL. The message says what is known and what to do. */
export class ModelConfigError extends Error {
  override readonly name = "ModelConfigError";
  readonly code:
    | "unknown_provider"
    | "missing_key"
    | "bad_key"
    | "missing_base_url"
    | "bad_base_url"
    | "bad_name"
    | "bad_prices";

  constructor(code: ModelConfigError["code"], message: string) {
    super(message);
    this.code = code;
  }
}
