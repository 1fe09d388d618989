// Gives the screens below it their connection, who is signed in, and the server's clock.
import { ConvexAuthProvider } from "@convex-dev/auth/react";
import type { ReactNode } from "react";
import { clientFor, type Side } from "./clients";
import { ServerClockProvider } from "./server-clock-provider";

export function BackendProvider({ side, children }: { side: Side; children: ReactNode }) {
  return (
    <ConvexAuthProvider
      key={side}
      client={clientFor(side)}
      storageNamespace={side === "player" ? "torchkeeper-player" : undefined}
      shouldHandleCode={false}
    >
      <ServerClockProvider>{children}</ServerClockProvider>
    </ConvexAuthProvider>
  );
}
