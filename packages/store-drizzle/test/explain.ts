import { type SQL, sql, TransactionRollbackError } from "drizzle-orm";
import { openSession } from "../src/sql/session.js";
import { type StatementValue, statement } from "../src/sql/statement.js";
import type { DrizzleTransaction } from "../src/transaction.js";

export interface Explained {
  /** Pages that the statement has looked at, in memory or not. */
  readonly buffers: number;
  /** Tables that it has read whole. */
  readonly readWhole: readonly string[];
  readonly text: string;
}

export interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly "Index Name"?: string;
  readonly "Actual Loops": number;
  readonly "Actual Rows": number;
  readonly "Rows Removed by Filter"?: number;
  readonly "Rows Removed by Index Recheck"?: number;
  readonly "Shared Hit Blocks": number;
  readonly "Shared Read Blocks": number;
  readonly Plans?: readonly PlanNode[];
}

interface PreparedRow {
  readonly name: string;
  readonly statement: string;
  readonly generic: number;
  readonly custom: number;
}

const prepared = statement<PreparedRow>(
  "prepared",
  "select name, statement, generic_plans::int as generic, custom_plans::int as custom from pg_prepared_statements",
);

/** How often the connection has run the statement with a plan for all parameters, and with one for those given. The pool has one connection. */
export async function plansOf(
  db: DrizzleTransaction,
  snippet: string,
): Promise<{ readonly name: string; readonly generic: number; readonly custom: number }> {
  const rows = await openSession(db, { prepare: false }).run(prepared);
  const found = rows.find((row) => row.statement.includes(snippet));
  if (found === undefined) throw new Error(`not prepared on this connection: ${snippet.slice(0, 80)}`);
  return { name: found.name, generic: found.generic, custom: found.custom };
}

/**
 * Runs the statement that this connection has prepared, really, with what it has come to plan for it, and takes it back. Those without
 * parameters are not prepared by postgres.js, and are given whole.
 */
export async function explainPrepared(
  db: DrizzleTransaction,
  snippet: string,
  values: readonly StatementValue[],
): Promise<Explained> {
  const literals = values.map((value) =>
    typeof value === "string" ? `'${value.replaceAll("'", "''")}'` : String(value),
  );
  const run =
    values.length === 0 ? snippet : `execute "${(await plansOf(db, snippet)).name}"(${literals.join(", ")})`;
  const explain = statement<{ "QUERY PLAN": unknown }>(
    "explain",
    `explain (analyze, buffers, costs off, timing off, format json) ${run}`,
  );
  let plan: PlanNode | null = null;
  try {
    await db.transaction(async (tx) => {
      const [row] = await openSession(tx, { prepare: false }).run(explain);
      plan = planIn(row?.["QUERY PLAN"]);
      tx.rollback();
    });
  } catch (error) {
    if (!(error instanceof TransactionRollbackError)) throw error;
  }
  if (plan === null) throw new Error("there is no plan");
  return { ...summaryOf(plan), text: linesOf(plan).join("\n") };
}

/** Some drivers have parsed it already. */
function planIn(answer: unknown): PlanNode {
  const parsed = typeof answer === "string" ? JSON.parse(answer) : answer;
  return parsed[0].Plan as PlanNode;
}

export function linesOf(node: PlanNode): readonly string[] {
  const name = node["Index Name"] ?? node["Relation Name"] ?? "";
  const buffers = node["Shared Hit Blocks"] + node["Shared Read Blocks"];
  const own = `${node["Node Type"]} ${name} (${node["Actual Loops"]} x ${node["Actual Rows"]} rows, ${buffers} pages)`;
  return [own, ...(node.Plans ?? []).flatMap(linesOf).map((line) => `  ${line}`)];
}

function summaryOf(plan: PlanNode): Pick<Explained, "buffers" | "readWhole"> {
  const nodes: PlanNode[] = [];
  const collect = (node: PlanNode): void => {
    nodes.push(node);
    node.Plans?.forEach(collect);
  };
  collect(plan);
  return {
    buffers: plan["Shared Hit Blocks"] + plan["Shared Read Blocks"],
    readWhole: nodes
      .filter((node) => node["Node Type"] === "Seq Scan")
      .map((node) => node["Relation Name"] ?? ""),
  };
}

/** A million rows in seconds: nothing about plans hangs on the log. */
export async function withoutLog(db: DrizzleTransaction): Promise<void> {
  for (const table of ["jobs", "finished_jobs"])
    await db.execute(sql.raw(`alter table sluice.${table} set unlogged`));
}

const indexesOf = statement<{ name: string; definition: string }>(
  "indexes_of",
  `select indexrelid::regclass::text as name, pg_get_indexdef(indexrelid) as definition from pg_index
   where indrelid = $1::text::regclass and not indisprimary`,
);

/** Many rows at once: indexes are made in one go behind them, and the planner hears of it. */
export async function fillTable(db: DrizzleTransaction, table: string, insert: SQL): Promise<void> {
  const session = openSession(db, { prepare: false });
  const indexes = await session.run(indexesOf, table);
  for (const { name } of indexes) await db.execute(sql.raw(`drop index ${name}`));
  await db.execute(insert);
  for (const { definition } of indexes) await db.execute(sql.raw(definition));
  await db.execute(sql.raw(`analyze ${table}`));
}
