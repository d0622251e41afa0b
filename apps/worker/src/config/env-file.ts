import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";

export interface EnvFile {
  readonly variables: { readonly [name: string]: string | undefined };
  /** What cannot be used, one sentence each, without the text itself: it may be a secret. */
  readonly faults: readonly string[];
}

/** The `.env` file of a folder, read as Node does (https://nodejs.org/api/environment_variables.html); nothing when there is none. */
export function readEnvFile(folder: string): EnvFile {
  try {
    return parseEnvFile(readFileSync(join(folder, ".env"), "utf8"));
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : null;
    if (code === "ENOENT") return { variables: {}, faults: [] };
    return { variables: {}, faults: [`.env: cannot be read (${code ?? error})`] };
  }
}

/** Some editors put a byte order mark in front, which is no part of the first name. */
export function parseEnvFile(file: string): EnvFile {
  const text = file.replace(/^\uFEFF/, "");
  return { variables: parseEnv(text), faults: findFaults(text) };
}

const assignment = /^\s*(export\s+)?[A-Za-z_][\w.-]*\s*=/;

/** `parseEnv` passes over what it does not understand. */
function findFaults(text: string): string[] {
  // Values in quotes may go on over lines: they are taken out, their line breaks stay, so that the numbers are right.
  const withoutValues = text.replaceAll(
    /^([^\S\n]*(?:export\s+)?[^\s=#]+[^\S\n]*=[^\S\n]*)("[^"]*"|'[^']*'|`[^`]*`)/gm,
    (_, name: string, value: string) => `${name}${value.replaceAll(/[^\n]/g, "")}`,
  );
  return withoutValues.split("\n").flatMap((line, index) => {
    const at = `.env line ${index + 1}`;
    if (/^\s*(#|$)/.test(line)) return [];
    if (!assignment.test(line)) return [`${at}: is not NAME=value, and not a comment (#)`];
    return /=\s*["'`]/.test(line) ? [`${at}: the quote is never closed`] : [];
  });
}
