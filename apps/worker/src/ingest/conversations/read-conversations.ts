import { basename, dirname } from "node:path/posix";
import type { FileEvent, SkippedPath } from "../ingest-event.js";
import { createIdMaker } from "../unique-id.js";
import { locateJsonError } from "./locate-json-error.js";
import { isMessage, type ParsedConversation, parseConversations } from "./parse-conversation.js";

/** Every JSON file could be a conversation. */
export function isJson(path: string): boolean {
  return /\.jsonl?$/i.test(path);
}

/** By its place or name a file is meant as a conversation, so that it is a fault if it is none. */
export function isDeclaredConversation(path: string): boolean {
  return (
    dirname(path).split("/").includes("conversations") || /\.conversation\.jsonl?$/i.test(basename(path))
  );
}

/**
 * The conversations of a .json or .jsonl file. When they were `expected`, a file without is reported; else it gives
 * nothing, as the many JSON files do that never were conversations.
 */
export function readConversations(path: string, text: string, expected: boolean): FileEvent[] {
  if (!expected && !looksLikeConversation(text)) return [];
  if (text.trim() === "") {
    return expected ? [{ kind: "skipped", path, reason: "empty", message: `${path} is empty` }] : [];
  }
  const read = path.toLowerCase().endsWith(".jsonl") ? readLines(path, text) : readWhole(path, text);
  const isConversation = read.some((event) => event.kind === "target");
  return expected || isConversation ? read : [];
}

/** Cheap, and never wrong when it says no: both formats have these keys. */
function looksLikeConversation(text: string): boolean {
  return /"(role|speaker)"\s*:/.test(text);
}

function readWhole(path: string, text: string): FileEvent[] {
  const parsed = parse(text, "file");
  const found = "fault" in parsed ? parsed : findConversations(parsed.value);
  return "fault" in found ? [skip(path, found.fault)] : toTargets(path, found.conversations);
}

/** One conversation per line, or one message per line. Bad lines are left out, and told of once per file. */
function readLines(path: string, text: string): FileEvent[] {
  const lines = text
    .split("\n")
    .flatMap((line, index) => (line.trim() === "" ? [] : [{ ...parse(line, "line"), at: index + 1 }]));
  const values = lines.flatMap((line) => ("value" in line ? [line] : []));
  const isOneConversation = values[0] !== undefined && isMessage(values[0].value);
  const found = isOneConversation
    ? [{ ...findConversations(values.map(({ value }) => value)), at: values[0]?.at ?? 1 }]
    : values.map(({ value, at }) => ({ ...findConversations(value), at }));
  const good = found.flatMap((line) => ("conversations" in line ? line.conversations : []));
  const bad = [...lines, ...found]
    .flatMap((line) => ("fault" in line ? [line] : []))
    .sort((a, b) => a.at - b.at);
  const [first] = bad;
  if (first === undefined) return toTargets(path, good);
  if (good.length === 0) return [skip(`${path}:${first.at}`, first.fault, path)];
  const others = bad.length === 1 ? "" : `, the first of ${bad.length} such lines`;
  const message = `${path}:${first.at} was left out${others}: it ${first.fault.message}`;
  return [
    ...toTargets(path, good),
    { kind: "warning", path, reason: "invalid_lines", line: first.at, message },
  ];
}

interface Fault {
  readonly reason: "invalid_json" | "not_a_conversation";
  /** To stand behind the name of the file. */
  readonly message: string;
}

function parse(
  text: string,
  whole: "file" | "line",
): { readonly value: unknown } | { readonly fault: Fault } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    const place = locateJsonError(text);
    if (place === null) throw error;
    const { line, column, offset } = place;
    const what = offset >= text.trimEnd().length ? "breaks off" : "is not JSON";
    const where = whole === "file" ? `line ${line}, column ${column} (offset ${offset})` : `column ${column}`;
    return { fault: { reason: "invalid_json", message: `${what} at ${where}` } };
  }
}

function findConversations(
  value: unknown,
): { readonly conversations: readonly ParsedConversation[] } | { readonly fault: Fault } {
  const found = parseConversations(value);
  return "fault" in found ? { fault: { reason: "not_a_conversation", message: found.fault } } : found;
}

function skip(place: string, { reason, message }: Fault, path = place): SkippedPath {
  return { kind: "skipped", path, reason, message: `${place} ${message}` };
}

/** A file's only conversation has the file's id; others add their own id, or their number in the file. */
function toTargets(path: string, conversations: readonly ParsedConversation[]): FileEvent[] {
  const makeId = createIdMaker();
  return conversations.map(({ id, content }, index) => {
    const wanted = conversations.length === 1 ? path : `${path}#${id ?? index + 1}`;
    return { kind: "target", target: { ref: { type: "conversation", id: makeId(wanted) }, content } };
  });
}
