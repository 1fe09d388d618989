import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { OfflineNotice } from "./connection-banner";

afterEach(cleanup);

const at2104 = new Date(2026, 0, 2, 21, 4).getTime();

test.each([
  [at2104, 0, /shown as of 21:04/, null],
  [at2104, 1, /shown as of 21:04/, "1 change waits to be sent."],
  [at2104, 3, /shown as of 21:04/, "3 changes wait to be sent."],
  [null, 0, /cannot be reached yet/, null],
])("lost at %s with %d waiting", (lostAt, waiting, words, pending) => {
  render(<OfflineNotice lostAt={lostAt} waiting={waiting} />);
  expect(screen.getByRole("status").textContent).toMatch(words);
  expect(screen.queryByText(/to be sent/)?.textContent.trim() ?? null).toBe(pending);
});
