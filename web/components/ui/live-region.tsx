// Words for screen readers only, read out when they change.
import { useSyncExternalStore } from "react";

export function LiveRegion({ text }: { text: string }) {
  return (
    <p className="sr-only" role="status" aria-live="polite">
      {text}
    </p>
  );
}

/** Reads out the name of each page as it is entered: in an app of one page the browser does not. */
export function PageAnnouncer() {
  const title = useSyncExternalStore(watchTitle, () => document.title);
  return <LiveRegion text={title} />;
}

function watchTitle(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.head, { childList: true, characterData: true, subtree: true });
  return () => observer.disconnect();
}
