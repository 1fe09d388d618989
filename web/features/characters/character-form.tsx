// Making a character on one page: scores, class, hit die, name. Draws a draft; the caller keeps and sends it.
import {
  abilityModifier,
  abilityNames,
  alignments,
  ancestries,
  ancestryTraits,
  backgrounds,
  classNames,
  formatModifier,
  hitDieByClass,
  type ClassName,
  type Rng,
} from "@torchkeeper/rules";
import { Dices } from "lucide-react";
import type { SyntheticEvent } from "react";
import { Button } from "../../components/ui/button";
import { ChoiceRow } from "../../components/ui/choice";
import { SelectField, TextField } from "../../components/ui/field";
import { ErrorNotice } from "../../components/ui/notice";
import { AbilityScoresRow } from "./ability-scores-row";
import {
  derivedArmorClass,
  derivedHitPoints,
  draftTitle,
  mayRollScores,
  missingStep,
  rollHitDice,
  rollScores,
  type CharacterDraft,
  type Derived,
} from "./character-draft";

const NAME_LENGTH = 60;

/** What each class is for, in our words. */
const classPitch: Record<ClassName, string> = {
  Fighter: "Any weapon, any armor, hard to kill.",
  Priest: "Prayers, a mace, and good armor.",
  Thief: "Stabs from behind; climbs, sneaks, opens things.",
  Wizard: "Spells, and nothing to hide behind.",
};

export type CharacterFormProps = {
  draft: CharacterDraft;
  onChange: (draft: CharacterDraft) => void;
  onSubmit: () => void;
  rng: Rng;
  isPending?: boolean;
  refusal?: string | null;
};

export function CharacterForm(props: CharacterFormProps) {
  const { draft, onChange, onSubmit, rng, isPending = false, refusal = null } = props;
  const missing = missingStep(draft);
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (missing === null) onSubmit();
  };
  return (
    <form onSubmit={submit} className="grid gap-8" noValidate>
      <ScoresStep draft={draft} onChange={onChange} rng={rng} />
      <ClassStep draft={draft} onChange={onChange} />
      <HitPointsStep draft={draft} onChange={onChange} rng={rng} />
      <NameStep draft={draft} onChange={onChange} />
      <div className="thumb-zone grid gap-2">
        {refusal !== null && <ErrorNotice message={refusal} />}
        {missing !== null && (
          <p className="text-small text-dim" id="missing-step">
            {missing}
          </p>
        )}
        <Button
          type="submit"
          tone="primary"
          className="button-thumb"
          disabled={missing !== null}
          aria-describedby={missing === null ? undefined : "missing-step"}
          isPending={isPending}
        >
          {isPending ? "Sitting down…" : "Sit down at the table"}
        </Button>
      </div>
    </form>
  );
}

type StepProps = { draft: CharacterDraft; onChange: (draft: CharacterDraft) => void };

function ScoresStep({ draft, onChange, rng }: StepProps & { rng: Rng }) {
  const { scores } = draft;
  return (
    <section className="chapter grid gap-3" aria-labelledby="step-scores">
      <div className="chapter-head">
        <h2 id="step-scores">Scores</h2>
        <p className="label">3d6 each, in order</p>
      </div>
      <AbilityScoresRow scores={scores} />
      {scores === null ? (
        <Button tone="primary" onClick={() => onChange(rollScores(draft, rng))}>
          <Dices size={20} strokeWidth={1.5} aria-hidden /> Roll the scores
        </Button>
      ) : mayRollScores(draft) ? (
        <div className="flex flex-wrap items-center gap-3">
          <Button onClick={() => onChange(rollScores(draft, rng))}>
            <Dices size={20} strokeWidth={1.5} aria-hidden /> Roll again
          </Button>
          <p className="text-small text-dim">No score is 14 or more, so you may.</p>
        </div>
      ) : (
        <p className="text-small text-dim">
          {bestScore(scores)} These stay: a set with a 14 or better is kept.
        </p>
      )}
    </section>
  );
}

function ClassStep({ draft, onChange }: StepProps) {
  return (
    <section className="chapter grid gap-4" aria-labelledby="step-class">
      <div className="chapter-head">
        <h2 id="step-class">Class and people</h2>
      </div>
      <ul className="grid gap-2 sm:grid-cols-2">
        {classNames.map((className) => (
          <li key={className}>
            <Button
              className="h-full w-full justify-start! text-start!"
              aria-pressed={draft.className === className}
              tone={draft.className === className ? "primary" : "plain"}
              onClick={() => onChange({ ...draft, className })}
            >
              <span className="grid gap-0.5">
                <span className="font-display text-lead font-black">
                  {className}{" "}
                  <span className="font-body text-small font-semibold">
                    d{hitDieByClass[className]}
                  </span>
                </span>
                <span className="text-small font-normal">{classPitch[className]}</span>
              </span>
            </Button>
          </li>
        ))}
      </ul>
      <SelectField
        label="Ancestry"
        value={draft.ancestry}
        options={ancestries.map((ancestry) => ({ value: ancestry, label: ancestry }))}
        hint={ancestryTraits[draft.ancestry].edge}
        onChange={(ancestry) => onChange({ ...draft, ancestry })}
      />
      <div className="field">
        <span className="field-label" id="alignment-label">
          Alignment
        </span>
        <ChoiceRow
          label="Alignment"
          value={draft.alignment}
          options={alignments.map((alignment) => ({ value: alignment, label: alignment }))}
          onChange={(alignment) => onChange({ ...draft, alignment })}
        />
      </div>
    </section>
  );
}

function HitPointsStep({ draft, onChange, rng }: StepProps & { rng: Rng }) {
  const hitPoints = derivedHitPoints(draft);
  const armor = derivedArmorClass(draft);
  const canRoll =
    draft.className !== null &&
    draft.scores !== null &&
    draft.hitDieRolls[draft.className] === undefined;
  return (
    <section className="chapter grid gap-3" aria-labelledby="step-hit-points">
      <div className="chapter-head">
        <h2 id="step-hit-points">Hit points and armor</h2>
      </div>
      <dl className="grid grid-cols-2 gap-4">
        <DerivedFigure name="Hit points" derived={hitPoints} />
        <DerivedFigure name="Armor class" derived={armor} />
      </dl>
      {canRoll && draft.className !== null && (
        <Button tone="primary" onClick={() => onChange(rollHitDice(draft, rng))}>
          <Dices size={20} strokeWidth={1.5} aria-hidden /> Roll the hit die, d
          {hitDieByClass[draft.className]}
        </Button>
      )}
      {hitPoints === null && !canRoll && (
        <p className="text-small text-dim">Scores and class come first.</p>
      )}
    </section>
  );
}

function DerivedFigure({ name, derived }: { name: string; derived: Derived | null }) {
  return (
    <div>
      <dt className="label">{name}</dt>
      <dd>
        <span className="block text-head font-extrabold leading-tight">
          {derived === null ? "–" : derived.total}
        </span>
        <span className="text-small text-dim">
          {derived === null ? "not known yet" : derived.why}
        </span>
      </dd>
    </div>
  );
}

function NameStep({ draft, onChange }: StepProps) {
  const title = draftTitle(draft);
  return (
    <section className="chapter grid gap-4" aria-labelledby="step-name">
      <div className="chapter-head">
        <h2 id="step-name">Name</h2>
        {title !== null && <p className="label">the {title}</p>}
      </div>
      <TextField
        label="Character name"
        value={draft.name}
        maxLength={NAME_LENGTH}
        autoComplete="off"
        onChange={(name) => onChange({ ...draft, name })}
      />
      <SelectField
        label="Background"
        value={draft.background ?? ""}
        options={[
          { value: "", label: "None in particular" },
          ...backgrounds.map((background) => ({ value: background, label: background })),
        ]}
        onChange={(value) =>
          onChange({
            ...draft,
            background: backgrounds.find((background) => background === value) ?? null,
          })
        }
      />
    </section>
  );
}

function bestScore(scores: NonNullable<CharacterDraft["scores"]>): string {
  const best = abilityNames.reduce((a, b) => (scores[b] > scores[a] ? b : a));
  const name = best.charAt(0).toUpperCase() + best.slice(1);
  return `${name} ${String(scores[best])} (${formatModifier(abilityModifier(scores[best]))}) is your best.`;
}
