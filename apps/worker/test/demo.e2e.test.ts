import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Ended, makeFolder, runSluice, smallProject, smallProjectTargets } from "./run-sluice.js";

// Four example conversations come with Sluice.
const jobCount = smallProjectTargets + 4;

type Folder = Awaited<ReturnType<typeof makeFolder>>;
let home: Folder;
let otherHome: Folder;
let project: Folder;
/** Waits for its provider most of the time, so it does that beside the others. */
let behindQuota: Promise<Ended>;

beforeAll(async () => {
  home = await makeFolder();
  otherHome = await makeFolder();
  project = await makeFolder(smallProject);
  behindQuota = runSluice(["demo", project.path, "--rate-limit", "30"], { cwd: otherHome.path });
});
afterAll(async () => {
  await behindQuota;
  for (const folder of [home, otherHome, project]) await folder.remove();
});

const sluice = (...args: string[]) => runSluice(args, { cwd: home.path });

function parse({ stdout }: Ended) {
  return JSON.parse(stdout);
}

describe("a demo run", () => {
  let ended: Ended;
  beforeAll(async () => {
    ended = await sluice("demo", project.path, "--json");
  }, 60_000);

  test("completes every job and exits with 0", () => {
    expect(ended.stderr).not.toMatch(/error/i);
    expect(parse(ended).jobs).toEqual({ completed: jobCount });
    expect(ended.status).toBe(0);
  });

  test("finds a summary and keywords of each code entity and document", () => {
    const { targets } = parse(ended);
    expect(targets.map(({ id }: { id: string }) => id).sort()).toEqual([
      "README.md",
      "cmd/serve.go#serve",
      "src/kettle.ts#Kettle",
      "src/kettle.ts#Kettle.heat",
      "src/kettle.ts#boilWater",
      "tools/measure.py#read_sensor",
    ]);
    for (const { summary, keywords } of targets) {
      expect(summary).toMatch(/^([A-Z]|serve).*[.!?]$/);
      expect(keywords.length).toBeGreaterThanOrEqual(1);
    }
  });

  test("finds topics whose ranges are messages of their conversation", () => {
    const { topics } = parse(ended);
    const tea = topics.filter(({ conversation }: { conversation: string }) => conversation.includes("tea"));
    expect(tea).toHaveLength(1);
    expect(tea[0]).toMatchObject({ fromMessage: 0, toMessage: 1 });
    expect(topics.length).toBeGreaterThan(4);
  });

  test("leaves a database that status, jobs and job can read", async () => {
    const status = parse(await sluice("status", "--demo", "--json"));
    expect(status.jobs).toEqual({ completed: jobCount });
    const jobs = parse(await sluice("jobs", "--demo", "--json", "--limit", "3"));
    expect(jobs).toHaveLength(3);
    const job = parse(await sluice("job", "--demo", jobs[0].id, "--json"));
    expect(job).toMatchObject({ id: jobs[0].id, status: "completed" });
    expect(job.ledger.at(-1)).toMatchObject({ outcome: "succeeded" });
    const text = await sluice("job", "--demo", jobs[0].id);
    expect(text.stdout).toContain("status: completed");
  }, 60_000);

  test("is what commands that look show where there is no other database, and those that change something do not touch it", async () => {
    expect(parse(await sluice("status", "--json")).jobs).toEqual({ completed: jobCount });
    expect((await sluice("status")).stderr).toMatch(/using the embedded database in .*demo/);
    const refused = await sluice("retry", "--status", "failed_ai", "--yes");
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain("no database");
  }, 60_000);

  test("starts over when it is run again", async () => {
    const again = parse(await sluice("demo", project.path, "--json"));
    expect(again.jobs).toEqual({ completed: jobCount });
    expect(parse(await sluice("status", "--demo", "--json")).jobs).toEqual({ completed: jobCount });
  }, 60_000);

  test("touches no other database, and is shown whatever else is configured", async () => {
    const own = await runSluice(["worker", "--embedded", "--until-idle"], { cwd: home.path });
    expect(own.status).toBe(0);
    expect((await sluice("ingest", project.path)).status).toBe(0);
    const again = await sluice("demo", project.path, "--json");
    expect(again.status).toBe(0);
    expect(parse(await sluice("status", "--json")).jobs).toEqual({ pending: smallProjectTargets });
    const env = { DATABASE_URL: "postgres://nobody@127.0.0.1:1/nothing" };
    const shown = await runSluice(["status", "--demo", "--json"], { cwd: home.path, env });
    expect(parse(shown).jobs).toEqual({ completed: jobCount });
  }, 120_000);

  test("tells a person what was found, how fast, and what to try next", async () => {
    const { stdout, stderr, status } = await sluice("demo", project.path);
    expect(status).toBe(0);
    expect(stdout).toContain("Some of what was found");
    expect(stdout).toContain("Topics of conversations");
    expect(stdout).toMatch(new RegExp(`${jobCount} completed in [\\d.]+ s`));
    expect(stdout).toContain("sluice status --demo");
    expect(stderr).toContain("jobs:");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for colours, which a pipe must not get
    expect(stdout).not.toMatch(/\x1b/);
  }, 60_000);
});

describe("a demo behind a provider with a quota", () => {
  test("sees the gate close and open, and still completes every job without using an attempt for it", async () => {
    const { status, stdout, stderr } = await behindQuota;
    expect(stderr).toMatch(/closed model:embedded/);
    expect(stderr).toMatch(/opened model:embedded/);
    expect(stdout).toContain(`${jobCount} completed`);
    expect(status).toBe(0);
    const jobs = parse(
      await runSluice(["jobs", "--demo", "--json", "--limit", "100"], { cwd: otherHome.path }),
    );
    expect(jobs.some(({ deferrals }: { deferrals: number }) => deferrals > 0)).toBe(true);
    expect(jobs.every(({ attempts }: { attempts: number }) => attempts === 1)).toBe(true);
  }, 120_000);
});
