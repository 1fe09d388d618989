// Pages of a seated player; whoever is signed out on this device is sent to the join page.
import { createFileRoute, Outlet } from "@tanstack/react-router";
import { useConvexAuth } from "convex/react";
import { OnTheWay, ToJoin } from "../../features/shell/send-away";

export const Route = createFileRoute("/_player/play")({ component: Seated });

function Seated() {
  const { isLoading, isAuthenticated } = useConvexAuth();
  if (isLoading) return <OnTheWay />;
  return isAuthenticated ? <Outlet /> : <ToJoin />;
}
