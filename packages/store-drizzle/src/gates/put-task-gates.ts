import { changeLimits, type GateDeclaration, taskGateKey, type Wake } from "@sluice/core";
import { arrayLiteral } from "../sql/array-literal.js";
import type { Session } from "../sql/session.js";
import { statement } from "../sql/statement.js";
import { changeGates } from "./change-gates.js";

// Locks the rows that change. Primary key. Says what holds from now on, so the same again changes nothing.
const replaceTaskGates = statement(
  "replace_task_gates",
  `with said as materialized (select * from unnest($2::text::text[]) with ordinality as s (gate_key, position)),
   gone as (
     delete from sluice.task_gates t where t.task_type = $1::text and t.gate_key not in (select gate_key from said))
   insert into sluice.task_gates as t (task_type, gate_key, position)
   select $1::text, gate_key, position from said order by gate_key
   on conflict (task_type, gate_key) do update set position = excluded.position where t.position <> excluded.position`,
);

/** Every task has its own gate, which comes first, whether it is named or not. */
export async function putTaskGates(
  session: Session,
  taskType: string,
  declared: readonly GateDeclaration[],
): Promise<readonly Wake[]> {
  const own = taskGateKey(taskType);
  const keys = [...new Set([own, ...declared.map(({ key }) => key)])];
  const changes = keys.map((key) => {
    const limits = declared.findLast((declaration) => declaration.key === key)?.limits;
    return {
      key,
      change: (gate: Parameters<typeof changeLimits>[0]) =>
        limits === undefined ? gate : changeLimits(gate, limits),
    };
  });
  return session.transaction(async (tx) => {
    await tx.run(replaceTaskGates, taskType, arrayLiteral(keys));
    const { wakes } = await changeGates(tx, changes);
    return wakes;
  });
}
