// Joining by the link or QR code, which carries the code.
import { createFileRoute } from "@tanstack/react-router";
import { JoinPage } from "../../features/sessions/join-page";
import { Attribution } from "../../features/shell/attribution";

export const Route = createFileRoute("/_player/join/$code")({ component: JoinByLink });

function JoinByLink() {
  const { code } = Route.useParams();
  return (
    <>
      <JoinPage key={code} code={code} />
      <Attribution />
    </>
  );
}
