/**
 * The transactions that stores hand to a handler's `save` and take in `enqueue`. A store package adds its own by
 * declaration merging, so that `save: (tx) => …` is typed without naming it:
 *
 *     declare module "@sluice/core" {
 *       interface SaveTransactions { drizzle: DrizzleTransaction }
 *     }
 *
 * Which store a handler really meets is checked where it is given to a worker.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging
export interface SaveTransactions {}

/** The transaction of whatever store packages the app uses. */
export type SaveTransaction = [keyof SaveTransactions] extends [never]
  ? unknown
  : SaveTransactions[keyof SaveTransactions];
