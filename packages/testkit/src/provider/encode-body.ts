import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";

/** The bytes of a body that was written down readable, in the encoding that its headers promise. */
export function encodeBody(content: string, encoding: string | undefined): Buffer {
  const bytes = Buffer.from(content);
  switch (encoding?.trim().toLowerCase()) {
    case "gzip":
    case "x-gzip":
      return gzipSync(bytes);
    case "deflate":
      return deflateSync(bytes);
    case "br":
      return brotliCompressSync(bytes);
    default:
      return bytes;
  }
}
