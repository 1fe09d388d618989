// The first page: the cover for strangers, the campaigns for a GM.
import { createFileRoute } from "@tanstack/react-router";
import { useConvexAuth } from "convex/react";
import { HomePage } from "../../features/campaigns/home-page";
import { Attribution } from "../../features/shell/attribution";
import { GmHeader } from "../../features/shell/gm-header";
import { Landing } from "../../features/shell/landing";
import { OnTheWay } from "../../features/shell/send-away";

export const Route = createFileRoute("/_gm/")({ component: First });

function First() {
  const { isLoading, isAuthenticated } = useConvexAuth();
  if (isLoading) return <OnTheWay />;
  if (!isAuthenticated) return <Landing />;
  return (
    <>
      <GmHeader />
      <HomePage />
      <Attribution />
    </>
  );
}
