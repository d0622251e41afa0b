import { Buffer, isUtf8 } from "node:buffer";
import type { FileHandle } from "node:fs/promises";
import type { SkippedPath } from "./ingest-event.js";
import { openRegularFile } from "./open-regular-file.js";

/** The file to read, and the name under which events speak of it. */
export interface SourceFile {
  readonly absolutePath: string;
  /** Relative to the root, with `/`. */
  readonly path: string;
}

/** The text of a UTF-8 file without its byte order mark, or why there is none. Over `maxBytes` nothing is read. */
export async function readTextFile(file: SourceFile, maxBytes: number): Promise<string | SkippedPath> {
  const skip = (reason: SkippedPath["reason"], fault: string): SkippedPath => ({
    kind: "skipped",
    path: file.path,
    reason,
    message: `${file.path} ${fault}`,
  });
  try {
    await using handle = await openRegularFile(file.absolutePath);
    const { size } = await handle.stat();
    const tooLarge = (found: string) =>
      skip("too_large", `is ${found}; files over ${inMegabytes(maxBytes)} are not read`);
    if (size > maxBytes) return tooLarge(inMegabytes(size));
    const bytes = await readUpTo(handle, maxBytes);
    if (bytes === null) return tooLarge("more than it said");
    if (isUtf16(bytes)) return skip("binary", "is UTF-16 text; save it as UTF-8 to have it read");
    if (bytes.includes(0)) return skip("binary", "is a binary file (it contains NUL bytes)");
    if (!isUtf8(bytes)) {
      return skip("invalid_utf8", `is not valid UTF-8: the first bad byte is in line ${firstBadLine(bytes)}`);
    }
    return new TextDecoder().decode(bytes);
  } catch (error) {
    return skip("unreadable", `could not be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** `null`: there is more. A file may grow while it is read, and those of `/proc` say that they are empty. */
async function readUpTo(handle: FileHandle, maxBytes: number): Promise<Buffer | null> {
  const parts: Buffer[] = [];
  for await (const part of handle.createReadStream({ end: maxBytes, autoClose: false })) parts.push(part);
  const bytes = Buffer.concat(parts);
  return bytes.length > maxBytes ? null : bytes;
}

function inMegabytes(bytes: number): string {
  return `${(bytes / 1e6).toLocaleString("en", { maximumFractionDigits: 1 })} MB`;
}

function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

/** Decoding replaces bad bytes, so the text written back differs from the file first where the file is bad. */
function firstBadLine(bytes: Uint8Array): number {
  const repaired = Buffer.from(new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes));
  let line = 1;
  for (let at = 0; bytes[at] === repaired[at]; at++) if (bytes[at] === 0x0a) line++;
  return line;
}
