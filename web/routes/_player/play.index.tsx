// The tables of this player.
import { createFileRoute } from "@tanstack/react-router";
import { SeatsPage } from "../../features/sessions/seats-page";
import { Attribution } from "../../features/shell/attribution";

export const Route = createFileRoute("/_player/play/")({ component: Seats });

function Seats() {
  return (
    <>
      <SeatsPage />
      <Attribution />
    </>
  );
}
