// Pages behind the GM's sign-in; others are sent to it and come back.
import { createFileRoute, Outlet } from "@tanstack/react-router";
import { useConvexAuth } from "convex/react";
import { useAccountTheme } from "../../features/account/theme-choice";
import { OnTheWay, ToSignIn } from "../../features/shell/send-away";

export const Route = createFileRoute("/_gm/_in")({ component: SignedIn });

function SignedIn() {
  const { isLoading, isAuthenticated } = useConvexAuth();
  if (isLoading) return <OnTheWay />;
  return isAuthenticated ? <Book /> : <ToSignIn />;
}

function Book() {
  useAccountTheme();
  return <Outlet />;
}
