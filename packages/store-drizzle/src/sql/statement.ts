/** What a statement may be given. Lists go in as one text, see `arrayLiteral` and `JSON.stringify`: drivers disagree on arrays. */
export type StatementValue = string | number | null;

/** One SQL statement with a name to prepare it by. `Row` is what it answers, as all drivers decode it. */
export interface Statement<Row> {
  readonly name: string;
  readonly text: string;
  /** Only for the compiler: a statement of other rows is another type. */
  readonly row?: Row;
}

/**
 * `name` is unique in this package, and so is the text behind it: a server keeps the first text it saw under a name.
 *
 * A list finds its rows in a large table one by one: `cross join lateral (… where id = u.id for update)`, or `limit 1` for a look;
 * what is written is named by `id = any (array(select …))`, or joined by `id = any (array[u.id])`. Vacuum often finds a table empty and notes that, and until it comes again
 * a plain join walks a whole index, however full the table is by then (measured: 900 ms for a settle that takes 4 ms).
 */
export function statement<Row>(name: string, text: string): Statement<Row> {
  const full = `sluice_${name}`;
  if (full.length > maxNameLength)
    throw new RangeError(`the server would cut the name of the statement ${full}: two could become one`);
  return { name: full, text };
}

/** Of any name in Postgres, in bytes; these are all ASCII. */
const maxNameLength = 63;
