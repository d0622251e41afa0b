/** Virtual time: what is to happen next, first things first; what is due at the same time happens in the order of asking. */
export class Agenda<T> {
  readonly #heap: Entry<T>[] = [];
  #asked = 0;

  add(at: number, what: T): void {
    const heap = this.#heap;
    const entry = { at, order: this.#asked++, what };
    let child = heap.length;
    while (child > 0) {
      const parent = (child - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || isBefore(above, entry)) break;
      heap[child] = above;
      child = parent;
    }
    heap[child] = entry;
  }

  /** Takes the next one out; `undefined` when nothing is left. */
  next(): Entry<T> | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      let least = heap[left];
      let child = left;
      const right = heap[left + 1];
      if (least !== undefined && right !== undefined && isBefore(right, least)) {
        least = right;
        child = left + 1;
      }
      if (least === undefined || isBefore(last, least)) break;
      heap[parent] = least;
      parent = child;
    }
    heap[parent] = last;
    return first;
  }
}

export interface Entry<T> {
  readonly at: number;
  readonly order: number;
  readonly what: T;
}

function isBefore(one: Entry<unknown>, other: Entry<unknown>): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
