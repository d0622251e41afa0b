import { redact } from "@sluice/core";

/** What a driver's code or a SQLSTATE means for somebody who calls a command, and what to do. */
const meanings: readonly { readonly codes: RegExp; readonly words: string }[] = [
  {
    codes: /^(ECONNREFUSED|ENOENT)$/,
    words: "nothing listens there. Is the server running, and are host and port of DATABASE_URL right?",
  },
  { codes: /^(ENOTFOUND|EAI_AGAIN)$/, words: "the host of DATABASE_URL is not known" },
  {
    codes: /^(ETIMEDOUT|CONNECT_TIMEOUT|EHOSTUNREACH|ENETUNREACH)$/,
    words: "it does not answer. Is a firewall in between?",
  },
  { codes: /^(28P01|28000|SASL_.*)$/, words: "it refuses the user or the password of DATABASE_URL" },
  { codes: /^3D000$/, words: "the server has no database of that name; create it first" },
  { codes: /^(53300|53400)$/, words: "it has no connection left; raise max_connections or stop a client" },
  { codes: /^57P0[1-3]$/, words: "it is starting or shutting down; try again in a moment" },
  {
    codes: /^(26000|42P05)$/,
    words: "a pooler mixes up prepared statements. Set DATABASE_PREPARE=off, or let it track them",
  },
  { codes: /^42501$/, words: "the user of DATABASE_URL lacks a right" },
  { codes: /^(ECONNRESET|EPIPE|CONNECTION_.*|08.*)$/, words: "the connection was lost" },
];

/** In words, when it was the database that failed; `null` when it was something else. `description` names it, without a password. */
export function describeDatabaseError(error: unknown, description: string): string | null {
  for (const one of chainOf(error)) {
    const code = codeOf(one);
    // As PgBouncer says it, with the code of a broken connection.
    if (/unsupported startup parameter/.test(one.message))
      return `cannot use ${description}: it is a pooler that takes no settings. Set DATABASE_POOLER=transaction (${shown(one, code)})`;
    const meaning = meanings.find(({ codes }) => code !== null && codes.test(code));
    if (meaning !== undefined) return `cannot use ${description}: ${meaning.words} (${shown(one, code)})`;
    // node-postgres has no code for these.
    if (/^(Connection terminated|Query read timeout|timeout expired|timeout exceeded)/.test(one.message))
      return `cannot use ${description}: the connection was lost or never made (${shown(one, code)})`;
  }
  return null;
}

/** A missing file is no missing socket. */
function codeOf(error: Error): string | null {
  const code = "code" in error && typeof error.code === "string" ? error.code : null;
  const isSocket = "syscall" in error && error.syscall === "connect";
  return code === "ENOENT" && !isSocket ? null : code;
}

/** The error, what caused it, and what it is made of: several addresses of a host fail together. */
function chainOf(error: unknown, depth = 0): readonly Error[] {
  if (!(error instanceof Error) || depth > 8) return [];
  const parts = error instanceof AggregateError ? error.errors : [];
  return [error, ...[error.cause, ...parts].flatMap((inner) => chainOf(inner, depth + 1))];
}

function shown(error: Error, code: string | null): string {
  const message = redact(error.message.split("\n")[0] ?? "").trim();
  return [code, message].filter((text) => text !== null && text !== "").join(": ");
}
