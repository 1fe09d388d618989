// Keeps a character in the making across reloads, so that a reload is no free roll.
import { useState } from "react";
import { parseDraft, type CharacterDraft } from "./character-draft";

/** The draft for one table, from and to this browser's storage; in memory alone where storage is closed. */
export function useDraft(tableKey: string) {
  const key = `torchkeeper:draft:${tableKey}`;
  const [draft, setDraft] = useState(() => parseDraft(read(key)));
  const change = (next: CharacterDraft) => {
    setDraft(next);
    write(key, JSON.stringify(next));
  };
  const clear = () => write(key, null);
  return { draft, change, clear };
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, json: string | null): void {
  try {
    if (json === null) localStorage.removeItem(key);
    else localStorage.setItem(key, json);
  } catch {
    // Storage is full or closed: the draft lives as long as the page.
  }
}
