// A promise that user code rejects and never looks at must not end the server. Node tells only the process of such rejections,
// after the fact, and listeners cannot stop each other; so those of realms are taken out before listeners see them.
// Cast: `process.emit` has one overload per event.

const guestPrototypes = new WeakSet();
let onRejection: ((reason: unknown) => void) | null = null;
let isInstalled = false;

/** Names the Promise prototype of a realm, whose unhandled rejections are not the server's. */
export function trackGuestPromises(prototype: object): void {
  guestPrototypes.add(prototype);
  install();
}

/** Who is told of them, for the log. */
export function reportGuestRejections(report: ((reason: unknown) => void) | null): void {
  onRejection = report;
}

function isGuestPromise(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return typeof prototype === "object" && prototype !== null && guestPrototypes.has(prototype);
}

function install(): void {
  if (isInstalled) return;
  isInstalled = true;
  const emit = process.emit.bind(process) as (...args: unknown[]) => boolean;
  const filtered = (...args: unknown[]): boolean => {
    const [event, first, second] = args;
    if (event === "unhandledRejection" && isGuestPromise(second)) {
      onRejection?.(first);
      return true;
    }
    if (event === "rejectionHandled" && isGuestPromise(first)) return true;
    return emit(...args);
  };
  process.emit = filtered as typeof process.emit;
}
