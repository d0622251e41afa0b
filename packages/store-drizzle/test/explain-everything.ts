import { sql } from "drizzle-orm";
import { openSession } from "../src/sql/session.js";
import { statement } from "../src/sql/statement.js";
import type { DrizzleTransaction } from "../src/transaction.js";
import { linesOf, type PlanNode } from "./explain.js";

/** How one of our statements came to rows of a table. */
export interface Scan {
  readonly statement: string;
  readonly table: string;
  /** Looked at, whether taken or not. */
  readonly rows: number;
  /** Of the whole statement. */
  readonly plan: string;
}

interface Explained {
  readonly "Query Text": string;
  readonly Plan: PlanNode;
}

const names = statement<{ name: string; statement: string }>(
  "names_of_statements",
  "select name, statement from pg_prepared_statements where name like 'sluice%'",
);

const settings = ["log_analyze = on", "log_timing = off", "log_format = json", "log_min_duration = 0"];

/**
 * Has the server tell how it has really done each of our statements on the database's only connection. `hear` takes the notices of
 * that one, in which it tells so.
 */
export function explainEverything(db: DrizzleTransaction) {
  const heard: Explained[] = [];
  return {
    hear: (notice: string): void => {
      const plan = notice.split("plan:\n")[1];
      if (plan !== undefined) heard.push(JSON.parse(plan) as Explained);
    },
    scansOf: async (work: () => Promise<void>): Promise<readonly Scan[]> => {
      await db.execute(sql`load 'auto_explain'`);
      for (const setting of settings) await db.execute(sql.raw(`set auto_explain.${setting}`));
      await db.execute(sql`set client_min_messages = log`);
      await work();
      await db.execute(sql`set client_min_messages = warning`);
      const prepared = await openSession(db, { prepare: false }).run(names);
      return heard.splice(0).flatMap(({ "Query Text": text, Plan: plan }) => {
        const name = prepared.find((one) => one.statement === text)?.name;
        return name === undefined
          ? []
          : scansIn(plan).map((scan) => ({ ...scan, statement: name, plan: linesOf(plan).join("\n") }));
      });
    },
  };
}

function scansIn(node: PlanNode): readonly Pick<Scan, "table" | "rows">[] {
  const below = (node.Plans ?? []).flatMap(scansIn);
  const table = node["Relation Name"];
  if (table === undefined || !node["Node Type"].includes("Scan")) return below;
  const left = (node["Rows Removed by Filter"] ?? 0) + (node["Rows Removed by Index Recheck"] ?? 0);
  return [{ table, rows: Math.round((node["Actual Rows"] + left) * node["Actual Loops"]) }, ...below];
}
