/**
 * Makes ids unique within one file: the second `a.ts#run` is `a.ts#run~2`. They hold no line numbers, so that what
 * moves keeps its id.
 */
export function createIdMaker(): (wanted: string) => string {
  const taken = new Set<string>();
  return (wanted) => {
    let id = wanted;
    for (let n = 2; taken.has(id); n++) id = `${wanted}~${n}`;
    taken.add(id);
    return id;
  };
}
