/** What a worker will do: a counter that begins with its first event shows no increase for it, so all begin at 0. */
export interface ServedWork {
  readonly taskTypes: readonly string[];
  /** `provider:model` */
  readonly model: string;
}
