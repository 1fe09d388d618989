// Everything a GM sees: the GM's own connection and sign-in.
import { createFileRoute, Outlet } from "@tanstack/react-router";
import { BackendProvider } from "../backend/backend-provider";
import { ConnectionBanner } from "../backend/connection-banner";

export const Route = createFileRoute("/_gm")({ component: GmSide });

function GmSide() {
  return (
    <BackendProvider side="gm">
      <ConnectionBanner />
      <Outlet />
    </BackendProvider>
  );
}
