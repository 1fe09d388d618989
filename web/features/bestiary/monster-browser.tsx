// The bestiary at work: search as you type, filters, and a list that grows as you go down.
import { usePaginatedQuery } from "convex/react";
import type { FunctionReturnType } from "convex/server";
import { useDeferredValue, useState, type ReactNode } from "react";
import { api } from "../../../convex/_generated/api";
import { useLive } from "../../backend/use-live";
import { Button } from "../../components/ui/button";
import { EmptyState, ErrorNotice } from "../../components/ui/notice";
import { PulseLines } from "../../components/ui/pulse";
import { filterArgs, MonsterFilters, noFilter, type MonsterFilter } from "./monster-filters";
import { MonsterList } from "./monster-list";

const PAGE = 40;

/** A monster as the data layer gives it. */
export type StoredMonster = FunctionReturnType<typeof api.monsters.get>;

export type MonsterBrowserProps = {
  entry: (monster: StoredMonster) => ReactNode;
  action?: (monster: StoredMonster) => ReactNode;
};

export function MonsterBrowser(props: MonsterBrowserProps) {
  const [filter, setFilter] = useState(noFilter);
  const settled = useDeferredValue(filter);
  const isSearching = settled.term.trim() !== "";
  return (
    <div className="grid gap-3">
      <MonsterFilters filter={filter} onChange={setFilter} />
      {isSearching ? (
        <Found filter={settled} {...props} onClear={() => setFilter(noFilter)} />
      ) : (
        <Pages filter={settled} {...props} onClear={() => setFilter(noFilter)} />
      )}
    </div>
  );
}

type ResultsProps = MonsterBrowserProps & { filter: MonsterFilter; onClear: () => void };

function Found({ filter, entry, action, onClear }: ResultsProps) {
  const live = useLive(api.monsters.searchMonsters, {
    searchTerm: filter.term.trim(),
    ...filterArgs(filter),
  });
  const found = live.status === "here" ? live.data : null;
  // While the next letters are looked up, the last answer stays: a list that blinks cannot be read.
  const [shown, setShown] = useState<readonly StoredMonster[] | null>(found);
  if (found !== null && found !== shown) setShown(found);
  if (live.status === "refused") return <ErrorNotice message={live.refusal.message} />;
  if (shown === null) return <PulseLines label="Searching" lines={6} height="2.5rem" />;
  if (found?.length === 0) return <NothingFound onClear={onClear} />;
  return <MonsterList monsters={shown} entry={entry} action={action} />;
}

function Pages({ filter, entry, action, onClear }: ResultsProps) {
  const { results, status, loadMore } = usePaginatedQuery(
    api.monsters.paginatedMonsters,
    filterArgs(filter),
    { initialNumItems: PAGE },
  );
  if (status === "LoadingFirstPage") {
    return <PulseLines label="The bestiary is loading" lines={8} height="2.5rem" />;
  }
  if (results.length === 0) return <NothingFound onClear={onClear} />;
  return (
    <>
      <MonsterList monsters={results} entry={entry} action={action} />
      {status !== "Exhausted" && (
        <Button isPending={status === "LoadingMore"} onClick={() => loadMore(PAGE)}>
          {status === "LoadingMore" ? "Turning the page…" : "More monsters"}
        </Button>
      )}
    </>
  );
}

function NothingFound({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState action={<Button onClick={onClear}>Clear search and filters</Button>}>
      No monster is like that. Try fewer letters or a wider span of levels.
    </EmptyState>
  );
}
