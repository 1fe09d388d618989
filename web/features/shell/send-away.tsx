// Leads a visitor who is not signed in to where that is done. Navigates once: the address changes before the page does,
// and following it again and again would never arrive.
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { PulseLines } from "../../components/ui/pulse";

/** To the GM's sign-in, which leads back to this page. */
export function ToSignIn() {
  const navigate = useNavigate();
  const [next] = useState(() => window.location.pathname);
  useEffect(() => {
    void navigate({ to: "/sign-in", search: { next }, replace: true });
  }, [navigate, next]);
  return <OnTheWay />;
}

/** To the page where players type a code. */
export function ToJoin() {
  const navigate = useNavigate();
  useEffect(() => {
    void navigate({ to: "/join", replace: true });
  }, [navigate]);
  return <OnTheWay />;
}

/** The place of a page while it is not known yet who is there. */
export function OnTheWay() {
  return (
    <main id="content" className="page">
      <PulseLines label="One moment" lines={6} />
    </main>
  );
}
