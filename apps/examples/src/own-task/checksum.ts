import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { defineTask, handle, PermanentError } from "@sluice/core";
import { z } from "zod";

export const checksum = defineTask({ type: "checksum", payload: z.object({ path: z.string() }) });

export const checksumHandler = handle(checksum, {
  timeoutMs: 60_000,
  run: async ({ payload: { path }, signal }) => {
    const hash = createHash("sha256");
    try {
      for await (const part of createReadStream(path, { signal })) hash.update(part);
    } catch (error) {
      // No second attempt will find it; anything else may pass, and is tried again.
      if (error instanceof Error && "code" in error && error.code === "ENOENT")
        throw new PermanentError(`there is no file ${path}`, { cause: error });
      throw error;
    }
    return { result: { sha256: hash.digest("hex") } };
  },
});
