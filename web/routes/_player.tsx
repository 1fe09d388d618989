// Everything a player sees: a connection and sign-in of its own, beside the GM's in the same browser.
import { createFileRoute, Outlet } from "@tanstack/react-router";
import { BackendProvider } from "../backend/backend-provider";
import { ConnectionBanner } from "../backend/connection-banner";

export const Route = createFileRoute("/_player")({ component: PlayerSide });

function PlayerSide() {
  return (
    <BackendProvider side="player">
      <ConnectionBanner />
      <Outlet />
    </BackendProvider>
  );
}
