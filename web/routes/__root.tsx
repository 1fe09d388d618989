// The frame of every page: messages, skip link, and what shows when a page fails or does not exist.
import { createRootRoute, Link, Outlet, type ErrorComponentProps } from "@tanstack/react-router";
import { readRefusal } from "../backend/refusal";
import { Button, buttonClass } from "../components/ui/button";
import { PageAnnouncer } from "../components/ui/live-region";
import { ErrorNotice } from "../components/ui/notice";
import { ToastProvider } from "../components/ui/toast";

export const Route = createRootRoute({
  component: Root,
  notFoundComponent: NotFound,
  errorComponent: Failed,
});

function Root() {
  return (
    <ToastProvider>
      <a href="#content" className="skip-link">
        To the content
      </a>
      <PageAnnouncer />
      <Outlet />
    </ToastProvider>
  );
}

function NotFound() {
  return (
    <main id="content" className="page grid justify-items-start gap-4">
      <h1 className="text-head">A blank page</h1>
      <p className="text-dim">Nothing is at this address. It may be mistyped or gone.</p>
      <Link to="/" className={buttonClass("primary")}>
        To the first page
      </Link>
    </main>
  );
}

function Failed({ error, reset }: ErrorComponentProps) {
  return (
    <main id="content" className="page grid gap-4">
      <h1 className="text-head">This page tore</h1>
      <ErrorNotice message={readRefusal(error).message}>
        <Button onClick={reset}>Try again</Button>
      </ErrorNotice>
    </main>
  );
}
