// The sections of the table on a phone, one shown at a time, chosen at the bottom edge.
import {
  BookOpen,
  Flame,
  ScrollText,
  Swords,
  UserRound,
  Users,
  type LucideIcon,
} from "lucide-react";

const icons = {
  fight: Swords,
  light: Flame,
  bestiary: BookOpen,
  log: ScrollText,
  table: Users,
  sheet: UserRound,
} satisfies Record<string, LucideIcon>;

export type SectionId = keyof typeof icons;

export type SectionTabsProps<Id extends SectionId> = {
  sections: readonly { id: Id; label: string }[];
  value: Id;
  onChange: (id: Id) => void;
};

export function SectionTabs<Id extends SectionId>({
  sections,
  value,
  onChange,
}: SectionTabsProps<Id>) {
  return (
    <nav className="section-tabs" aria-label="Sections">
      {sections.map(({ id, label }) => {
        const Icon: LucideIcon = icons[id];
        return (
          <button
            key={id}
            type="button"
            className="section-tab"
            aria-current={id === value}
            onClick={() => onChange(id)}
          >
            <Icon size={20} strokeWidth={1.5} aria-hidden />
            {label}
          </button>
        );
      })}
    </nav>
  );
}
