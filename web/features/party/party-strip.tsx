// The party at a glance: name, hit points, armor class, and who is dying. A tap opens the sheet. What is seen is also what
// is spoken, with a few words for the ear, so that voice control finds each member by what it reads.
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
          <button type="button" className="party-member w-full" onClick={() => onOpen(member._id)}>
            <span className="party-name">
              {member.name}
              <span className="sr-only">: </span>
            </span>
            <span className="party-figures">
              <span className={member.isDying ? "text-blood" : ""}>
                <b className="text-lead">{member.hitPoints}</b>
                <span className="text-dim">/{member.maxHitPoints}</span>
                <span className="sr-only"> hit points,</span>
              </span>
              <span>
                <span className="text-small text-dim">AC </span>
                <b>{member.armorClass}</b>
                <span className="sr-only">,</span>
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
              <span className="sr-only">. Open sheet</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
