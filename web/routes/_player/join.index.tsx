// Joining by typing the code.
import { createFileRoute } from "@tanstack/react-router";
import { JoinPage } from "../../features/sessions/join-page";
import { Attribution } from "../../features/shell/attribution";

export const Route = createFileRoute("/_player/join/")({ component: Join });

function Join() {
  return (
    <>
      <JoinPage />
      <Attribution />
    </>
  );
}
