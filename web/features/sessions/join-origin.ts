// Where phones reach this app: the page's own address, or, when that is this machine only, what the server knows.

const localNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** True for addresses that mean "this machine" and nothing to a phone. */
export function isLocalOnly(origin: string): boolean {
  return localNames.has(new URL(origin).hostname);
}

/**
 * The origin for join links.
 *
 * @param own - the page's origin
 * @param askServer - gives the text that the local backend answers at /local/addresses; rejects where there is none
 */
export async function joinOrigin(own: string, askServer: () => Promise<string>): Promise<string> {
  if (!isLocalOnly(own)) return own;
  try {
    return firstOrigin(JSON.parse(await askServer())) ?? own;
  } catch {
    return own;
  }
}

/** Asks the local backend; on a hosted backend this path does not exist and the promise rejects. */
export async function askAddresses(): Promise<string> {
  const response = await fetch("/local/addresses", { headers: { accept: "application/json" } });
  if (!response.ok) throw new Error(`/local/addresses answered ${String(response.status)}`);
  return await response.text();
}

function firstOrigin(answer: unknown): string | null {
  if (typeof answer !== "object" || answer === null || !("origins" in answer)) return null;
  const { origins } = answer;
  if (!Array.isArray(origins)) return null;
  const first: unknown = origins[0];
  return typeof first === "string" && /^https?:\/\//.test(first) ? first : null;
}
