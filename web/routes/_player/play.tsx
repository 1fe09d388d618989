// Pages of a seated player; whoever is signed out on this device is sent to the join page.
import { createFileRoute, Navigate, Outlet } from "@tanstack/react-router";
import { useConvexAuth } from "convex/react";
import { PulseLines } from "../../components/ui/pulse";

export const Route = createFileRoute("/_player/play")({ component: Seated });

function Seated() {
  const { isLoading, isAuthenticated } = useConvexAuth();
  if (isLoading) {
    return (
      <main id="content" className="page">
        <PulseLines label="One moment" lines={6} />
      </main>
    );
  }
  if (!isAuthenticated) return <Navigate to="/join" replace />;
  return <Outlet />;
}
