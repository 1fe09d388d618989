// The GM's pages away from the table: head and foot of the book around them.
import { createFileRoute, Outlet } from "@tanstack/react-router";
import { Attribution } from "../../../features/shell/attribution";
import { GmHeader } from "../../../features/shell/gm-header";

export const Route = createFileRoute("/_gm/_in/_book")({ component: Book });

function Book() {
  return (
    <>
      <GmHeader />
      <Outlet />
      <Attribution />
    </>
  );
}
