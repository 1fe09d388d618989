// Pages behind the GM's sign-in; others are sent to it and come back.
import { createFileRoute, Navigate, Outlet, useLocation } from "@tanstack/react-router";
import { useConvexAuth } from "convex/react";
import { PulseLines } from "../../components/ui/pulse";

export const Route = createFileRoute("/_gm/_in")({ component: SignedIn });

function SignedIn() {
  const { isLoading, isAuthenticated } = useConvexAuth();
  const { pathname } = useLocation();
  if (isLoading) {
    return (
      <main id="content" className="page">
        <PulseLines label="One moment" lines={6} />
      </main>
    );
  }
  if (!isAuthenticated) return <Navigate to="/sign-in" search={{ next: pathname }} replace />;
  return <Outlet />;
}
