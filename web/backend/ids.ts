// Turns the text of an address into an id. The one place that asserts this: an address may hold anything, and the
// server validates every id it is given, so a wrong one ends in its refusal and not in wrong data.
import type { Id, TableNames } from "../../convex/_generated/dataModel";

/** The id that an address or a drawing component carries as text. */
export function asId<Table extends TableNames>(text: string): Id<Table> {
  return text as Id<Table>;
}
