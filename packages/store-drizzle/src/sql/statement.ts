/** What a statement may be given. Lists go in as one text, see `arrayLiteral` and `JSON.stringify`: drivers disagree on arrays. */
export type StatementValue = string | number | null;

/** One SQL statement with a name to prepare it by. `Row` is what it answers, as all drivers decode it. */
export interface Statement<Row> {
  readonly name: string;
  readonly text: string;
  /** Only for the compiler: a statement of other rows is another type. */
  readonly row?: Row;
}

/** `name` is unique in this package, and so is the text behind it: a server keeps the first text it saw under a name. */
export function statement<Row>(name: string, text: string): Statement<Row> {
  return { name: `sluice_${name}`, text };
}
