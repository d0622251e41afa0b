import { isUtf8 } from "node:buffer";

/** A line of a stream, counted from 1, or why there is none. Blank lines are counted, and not answered. */
export type Line =
  | { readonly number: number; readonly text: string }
  | { readonly number: number; readonly fault: string };

const newline = 0x0a;
const byteOrderMark = /^\uFEFF/;

/**
 * The lines of UTF-8 bytes, ended by LF, CRLF or the end. Never holds more than one line and one chunk: of a longer line than
 * `maxLineBytes`, the rest is passed over.
 */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  maxLineBytes: number,
): AsyncGenerator<Line> {
  let number = 0;
  let parts: Uint8Array[] = [];
  let length = 0;

  const take = (): Line | null => {
    number += 1;
    const isTooLong = length > maxLineBytes;
    const bytes = Buffer.concat(parts);
    parts = [];
    length = 0;
    if (isTooLong) return { number, fault: `is longer than ${maxLineBytes} bytes` };
    if (!isUtf8(bytes)) return { number, fault: "is not UTF-8" };
    const text = bytes.toString("utf8");
    const line = number === 1 ? text.replace(byteOrderMark, "") : text;
    return line.trim() === "" ? null : { number, text: line };
  };

  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      keep(chunk.subarray(start, end));
      start = end + 1;
      const line = take();
      if (line !== null) yield line;
    }
    keep(chunk.subarray(start));
  }
  if (length > 0) {
    const line = take();
    if (line !== null) yield line;
  }

  function keep(part: Uint8Array): void {
    length += part.length;
    if (length <= maxLineBytes) parts.push(part);
    else parts = [];
  }
}
