// The party at a glance: name, hit points, armor class, and who is dying. A tap opens the sheet.
import { HitPointBar } from "../encounter/hit-point-bar";
import "./party-strip.css";

export type PartyMember = {
  _id: string;
  name: string;
  class: string;
  level: number;
  ancestry?: string | null;
  hitPoints: number;
  maxHitPoints: number;
  armorClass: number;
  playerName: string;
  isDying: boolean;
};

export type PartyStripProps = {
  members: readonly PartyMember[];
  onOpen: (characterId: string) => void;
};

export function PartyStrip({ members, onOpen }: PartyStripProps) {
  return (
    <ul className="party-strip" aria-label="Party">
      {members.map((member) => (
        <li key={member._id}>
          <button
            type="button"
            className="party-member w-full"
            onClick={() => onOpen(member._id)}
            aria-label={memberWords(member)}
          >
            <span className="party-name">{member.name}</span>
            <span className="party-figures">
              <span className={member.isDying ? "text-blood" : ""}>
                <b className="text-lead">{member.hitPoints}</b>
                <span className="text-dim">/{member.maxHitPoints}</span>
              </span>
              <span>
                <span className="text-small text-dim">AC </span>
                <b>{member.armorClass}</b>
              </span>
            </span>
            <HitPointBar
              hitPoints={member.hitPoints}
              maxHitPoints={member.maxHitPoints}
              dice={member.level}
            />
            <span className="text-small text-dim">
              {member.isDying ? (
                <b className="text-blood">Dying</b>
              ) : (
                `${member.class} ${String(member.level)}`
              )}
              {" · "}
              {member.playerName}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

function memberWords(member: PartyMember): string {
  const state = member.isDying ? ", dying" : "";
  return `${member.name}, ${member.class} level ${String(member.level)}, played by ${member.playerName}: ${String(member.hitPoints)} of ${String(member.maxHitPoints)} hit points, armor class ${String(member.armorClass)}${state}. Open sheet`;
}
