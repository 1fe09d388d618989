// A seat without a character: make one, or bring one that exists.
import { useMutation } from "convex/react";
import { api } from "../../../convex/_generated/api";
import type { Id } from "../../../convex/_generated/dataModel";
import { useCommand } from "../../backend/use-command";
import { useLive } from "../../backend/use-live";
import { Button } from "../../components/ui/button";
import { countedHitDieRoll, draftTitle } from "./character-draft";
import { CharacterForm } from "./character-form";
import { useDraft } from "./use-draft";

export type NewCharacterProps = { sessionId: Id<"sessions">; userId: Id<"users"> };

export function NewCharacter({ sessionId, userId }: NewCharacterProps) {
  const { draft, change, clear } = useDraft(`${sessionId}:${userId}`);
  const create = useCommand(useMutation(api.characters.createCharacter), "here");
  const submit = () => {
    const { scores, className } = draft;
    const hitDieRoll = countedHitDieRoll(draft);
    if (scores === null || className === null || hitDieRoll === null) return;
    const title = draftTitle(draft);
    void create
      .run({
        name: draft.name.trim(),
        class: className,
        abilityScores: scores,
        sessionId,
        hitDieRoll,
        ancestry: draft.ancestry,
        alignment: draft.alignment,
        ...(draft.background === null ? {} : { background: draft.background }),
        ...(title === null ? {} : { title }),
      })
      .then((characterId) => {
        if (characterId !== undefined) clear();
      });
  };
  return (
    <div className="grid gap-6">
      <h2 className="text-head">Who goes down there?</h2>
      <OwnCharacters sessionId={sessionId} userId={userId} />
      <CharacterForm
        draft={draft}
        onChange={change}
        onSubmit={submit}
        rng={Math.random}
        isPending={create.isPending}
        refusal={create.refusal?.message ?? null}
      />
    </div>
  );
}

function OwnCharacters({ sessionId, userId }: NewCharacterProps) {
  const own = useLive(api.characters.listCharactersByUser, { userId });
  const claim = useCommand(useMutation(api.characters.claim));
  if (own.status !== "here" || own.data.length === 0) return null;
  return (
    <section className="chapter grid gap-2" aria-labelledby="own-characters">
      <h2 id="own-characters" className="text-lead">
        Bring one you have
      </h2>
      <ul className="grid gap-2 sm:grid-cols-2">
        {own.data.map((character) => (
          <li key={character._id}>
            <Button
              className="w-full justify-between!"
              isPending={claim.isPending}
              onClick={() => void claim.run({ sessionId, characterId: character._id })}
            >
              <span className="font-display font-black">{character.name}</span>
              <span className="text-small font-normal text-dim">
                {character.class} {character.level}
              </span>
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
