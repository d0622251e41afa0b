import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

/** Opens a file to read it. Throws for whatever else stands there by now: of a pipe or a device there may be no end. */
export async function openRegularFile(path: string): Promise<FileHandle> {
  // Whoever opens a pipe waits for somebody who writes, unless told not to; Windows has neither.
  const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw new Error("it is not a file");
}
