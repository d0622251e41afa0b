import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, release, totalmem } from "node:os";
import { dirname, join } from "node:path";

/** What the figures were taken on. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly system: string;
  readonly node: string;
  readonly postgres: string;
  readonly postgresSettings: Readonly<Record<string, string | number | boolean>>;
  /** `null`: there was none. */
  readonly redis: string | null;
  readonly packages: Readonly<Record<string, string>>;
}

const packages = ["pg-boss", "graphile-worker", "bullmq", "ioredis", "postgres", "pg", "drizzle-orm"];

export function describeMachine(server: Pick<Machine, "postgres" | "postgresSettings" | "redis">): Machine {
  const [first] = cpus();
  return {
    cpu: first?.model.trim() ?? "unknown",
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${process.platform} ${release()}`,
    node: process.version,
    ...server,
    packages: Object.fromEntries(packages.map((name) => [name, versionOf(name)])),
  };
}

/** Not all of them export their package.json. */
function versionOf(name: string): string {
  const entry = createRequire(import.meta.url).resolve(name);
  for (let folder = dirname(entry); folder !== dirname(folder); folder = dirname(folder)) {
    const version = readVersion(join(folder, "package.json"), name);
    if (version !== null) return version;
  }
  return "unknown";
}

function readVersion(path: string, name: string): string | null {
  try {
    const manifest: { readonly name?: string; readonly version?: string } = JSON.parse(
      readFileSync(path, "utf8"),
    );
    return manifest.name === name ? (manifest.version ?? null) : null;
  } catch {
    return null;
  }
}
