// Narrowing the bestiary: a search term, a span of levels, a type, an alignment.
import { monsterTypes, type AlignmentLetter } from "@torchkeeper/rules";
import { useId } from "react";
import { Button } from "../../components/ui/button";
import { SelectField, TextField } from "../../components/ui/field";

export type MonsterFilter = {
  term: string;
  /** Empty for no bound. */
  minLevel: string;
  maxLevel: string;
  type: string;
  alignment: AlignmentLetter | "";
};

export const noFilter: MonsterFilter = {
  term: "",
  minLevel: "",
  maxLevel: "",
  type: "",
  alignment: "",
};

const HIGHEST_LEVEL = 30;
const levels = Array.from({ length: HIGHEST_LEVEL + 1 }, (_, level) => String(level));

/** What the data layer's queries take: bounds left out where there are none. */
export function filterArgs(filter: MonsterFilter) {
  return {
    ...(filter.minLevel === "" ? {} : { minLevel: Number(filter.minLevel) }),
    ...(filter.maxLevel === "" ? {} : { maxLevel: Number(filter.maxLevel) }),
    ...(filter.type === "" ? {} : { type: filter.type }),
    ...(filter.alignment === "" ? {} : { alignment: filter.alignment }),
  };
}

/** How many of the filters other than the term are set. */
export function countFilters(filter: MonsterFilter): number {
  return [filter.minLevel, filter.maxLevel, filter.type, filter.alignment].filter(
    (value) => value !== "",
  ).length;
}

export type MonsterFiltersProps = {
  filter: MonsterFilter;
  onChange: (filter: MonsterFilter) => void;
};

export function MonsterFilters({ filter, onChange }: MonsterFiltersProps) {
  const summaryId = useId();
  const set = countFilters(filter);
  const bound = (label: string) => [
    { value: "", label },
    ...levels.map((level) => ({ value: level, label: level })),
  ];
  return (
    <search className="grid gap-2" aria-label="Monsters">
      <TextField
        label="Find a monster"
        type="search"
        placeholder="Two letters will do"
        autoComplete="off"
        spellCheck={false}
        value={filter.term}
        onChange={(term) => onChange({ ...filter, term })}
      />
      <details>
        <summary id={summaryId} className="text-small">
          Level, type, alignment{set > 0 && ` (${String(set)} set)`}
        </summary>
        <div
          className="grid grid-cols-2 gap-3 border-s border-line ps-3"
          role="group"
          aria-labelledby={summaryId}
        >
          <SelectField
            label="Level from"
            value={filter.minLevel}
            options={bound("any")}
            onChange={(minLevel) => onChange({ ...filter, minLevel })}
          />
          <SelectField
            label="Level to"
            value={filter.maxLevel}
            options={bound("any")}
            onChange={(maxLevel) => onChange({ ...filter, maxLevel })}
          />
          <SelectField
            label="Type"
            value={filter.type}
            options={[
              { value: "", label: "any" },
              ...monsterTypes.map((type) => ({ value: type, label: type })),
            ]}
            onChange={(type) => onChange({ ...filter, type })}
          />
          <SelectField
            label="Alignment"
            value={filter.alignment}
            options={[
              { value: "", label: "any" },
              { value: "L", label: "lawful" },
              { value: "N", label: "neutral" },
              { value: "C", label: "chaotic" },
            ]}
            onChange={(alignment) => onChange({ ...filter, alignment })}
          />
          {set > 0 && (
            <Button
              className="col-span-2"
              onClick={() => onChange({ ...noFilter, term: filter.term })}
            >
              Clear these
            </Button>
          )}
        </div>
      </details>
    </search>
  );
}
