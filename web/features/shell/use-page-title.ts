// Names the page in the browser's tab and history.
import { useEffect } from "react";

/** For instance "Bestiary · Torchkeeper"; with an empty text just the name of the app. */
export function usePageTitle(text: string): void {
  useEffect(() => {
    document.title = text === "" ? "Torchkeeper" : `${text} · Torchkeeper`;
  }, [text]);
}
