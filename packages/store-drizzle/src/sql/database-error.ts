import { DrizzleQueryError } from "drizzle-orm/errors";

/**
 * The error of the driver inside Drizzle's, whose own message is the whole statement with all its values: nothing to store or
 * show. Others are answered as they are.
 */
export function databaseError(error: unknown): unknown {
  return error instanceof DrizzleQueryError || isQueryErrorOfAnotherCopy(error)
    ? (error.cause ?? error)
    : error;
}

/** SQLSTATE, or the driver's own code for a connection that failed. */
export function errorCode(error: unknown): string | null {
  const cause = databaseError(error);
  return cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : null;
}

/** Transactions were in each other's way: the same again may succeed at once. Serialization, deadlock, lock not to be had in time. */
export function isConflict(error: unknown): boolean {
  return ["40001", "40P01", "55P03"].includes(errorCode(error) ?? "");
}

const lostConnection = new Set([
  "CONNECTION_CLOSED",
  "CONNECTION_DESTROYED",
  "CONNECTION_ENDED",
  "CONNECT_TIMEOUT",
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
]);

/** Of node-postgres, which gives its own errors no code. */
const lostNodePostgres =
  /^(?:Connection terminated|Client has encountered a connection error|Client was closed|Query read timeout|timeout expired|timeout exceeded when trying to connect)/;

/**
 * The database was out of reach, going down, a standby, or out of resources: classes 08, 53, 57P and 58, transactions that it ended
 * because this process stood still, and what the drivers call it. No fault of what was asked; whatever was under way may have been
 * committed or not.
 */
export function isDatabaseAway(error: unknown): boolean {
  const code = errorCode(error);
  if (code !== null) return /^(?:08|53|57P|58|25006$|25P03$)/.test(code) || lostConnection.has(code);
  const cause = databaseError(error);
  return cause instanceof Error && lostNodePostgres.test(cause.message);
}

/** The statement was refused for what it says, so that the same again will be: data (22), constraints (23), limits (54). */
export function isRefusedData(error: unknown): boolean {
  return /^(?:22|23|54)/.test(errorCode(error) ?? "");
}

/** The statement, or its wait for a lock, took longer than it may. */
export function isTimeout(error: unknown): boolean {
  return ["57014", "55P03"].includes(errorCode(error) ?? "");
}

function isQueryErrorOfAnotherCopy(error: unknown): error is Error {
  return (
    error instanceof Error &&
    error.message.startsWith("Failed query: ") &&
    "query" in error &&
    "params" in error
  );
}
