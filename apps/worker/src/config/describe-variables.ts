import { z } from "zod";
import { type VariableName, variables } from "./variables.js";

/** A variable as people read about it. */
export interface VariableDescription {
  readonly name: VariableName;
  /** In Markdown. */
  readonly description: string;
  /** What it may be: `1 to 100`, `info, warn`; `null`: text. */
  readonly range: string | null;
  /** `null`: unset. */
  readonly usual: string | null;
  readonly example: string | null;
  readonly isSecret: boolean;
}

// What the schema says about itself; `isSecret` and `example` come from our `meta`.
const described = z.object({
  properties: z.record(
    z.string(),
    z.object({
      description: z.string(),
      default: z.union([z.string(), z.number()]).optional(),
      minimum: z.number().optional(),
      maximum: z.number().optional(),
      enum: z.array(z.string()).optional(),
      example: z.string().optional(),
      isSecret: z.boolean().optional(),
    }),
  ),
});

/** All variables, in the order of the schema. */
export function describeVariables(): readonly VariableDescription[] {
  const { properties } = described.parse(z.toJSONSchema(variables, { io: "input" }));
  return variables.keyof().options.map((name) => {
    const about = properties[name];
    if (about === undefined) throw new TypeError(`${name} is not described`);
    const { description, default: usual, minimum, maximum, example, isSecret } = about;
    const numbers = minimum === undefined || maximum === undefined ? null : `${minimum} to ${maximum}`;
    return {
      name,
      description,
      range: about.enum?.join(", ") ?? numbers,
      usual: usual === undefined ? null : String(usual),
      example: example ?? null,
      isSecret: isSecret === true,
    };
  });
}
