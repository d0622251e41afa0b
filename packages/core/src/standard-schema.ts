/**
 * The Standard Schema interface (https://standardschema.dev, version 1), which zod, valibot, arktype and others implement.
 * Its authors ask to copy it, so that it is nobody's dependency.
 */
export interface StandardSchemaV1<Input = unknown, Output = Input> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (
      value: unknown,
    ) => StandardSchemaResult<Output> | Promise<StandardSchemaResult<Output>>;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

export type StandardSchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardSchemaIssue[] };

export interface StandardSchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

export type SchemaInput<Schema> = Schema extends StandardSchemaV1<infer Input, unknown> ? Input : never;
export type SchemaOutput<Schema> = Schema extends StandardSchemaV1<unknown, infer Output> ? Output : never;

/** `payload.articleId: expected string; lang: required`: issues as one line, at most five of them. */
export function describeIssues(issues: readonly StandardSchemaIssue[]): string {
  const lines = issues.slice(0, 5).map(({ message, path }) => {
    const keys = (path ?? []).map((part) => String(typeof part === "object" ? part.key : part));
    return keys.length === 0 ? message : `${keys.join(".")}: ${message}`;
  });
  if (issues.length > 5) lines.push(`and ${issues.length - 5} more`);
  return lines.join("; ");
}
