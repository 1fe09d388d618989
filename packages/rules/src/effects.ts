// Conditions and effects on somebody, counted down on the bearer's own turn.

/** How long something lasts. `focus` lasts while its caster keeps passing focus checks. */
export type EffectDuration =
  | { readonly kind: "rounds"; readonly roundsLeft: number }
  | { readonly kind: "focus"; readonly casterId: string }
  | { readonly kind: "untilRest" }
  | { readonly kind: "open" };

export type TimedEffect = { readonly name: string; readonly duration: EffectDuration };

/**
 * Effects after the start of their bearer's turn: a round comes off, and what reaches 0 is over.
 * Other kinds of duration stay.
 */
export function countDownEffects<E extends TimedEffect>(
  effects: readonly E[],
): { active: E[]; expired: E[] } {
  const active: E[] = [];
  const expired: E[] = [];
  for (const effect of effects) {
    if (effect.duration.kind !== "rounds") active.push(effect);
    else if (effect.duration.roundsLeft <= 1) expired.push(effect);
    else {
      const roundsLeft = effect.duration.roundsLeft - 1;
      active.push({ ...effect, duration: { kind: "rounds", roundsLeft } });
    }
  }
  return { active, expired };
}

/** Effects that outlast a block of minutes: all but those counted in rounds. */
export function effectsAfterMinutes<E extends TimedEffect>(effects: readonly E[]): E[] {
  return effects.filter((effect) => effect.duration.kind !== "rounds");
}

/** Effects that outlast a full rest. */
export function effectsAfterRest<E extends TimedEffect>(effects: readonly E[]): E[] {
  return effects.filter((effect) => effect.duration.kind === "open");
}

/** What is left when a caster's focus ends. */
export function effectsAfterFocusLoss<E extends TimedEffect>(
  effects: readonly E[],
  casterId: string,
): E[] {
  return effects.filter(
    ({ duration }) => duration.kind !== "focus" || duration.casterId !== casterId,
  );
}
