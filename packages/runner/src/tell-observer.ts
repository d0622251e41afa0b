/** Calls an observer, which may be asynchronous; nobody waits for it, and its trouble stays its own. */
export function tellObserver<Event>(
  observer: (event: Event) => unknown,
  event: Event,
  onTrouble: (error: unknown, event: Event) => void,
): void {
  try {
    const answer = observer(event);
    if (answer instanceof Promise) answer.catch((error: unknown) => report(error, event, onTrouble));
  } catch (error) {
    report(error, event, onTrouble);
  }
}

function report<Event>(
  error: unknown,
  event: Event,
  onTrouble: (error: unknown, event: Event) => void,
): void {
  try {
    onTrouble(error, event);
  } catch {
    // A logger that throws, too: there is nobody left to tell.
  }
}
